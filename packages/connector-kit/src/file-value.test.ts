import { describe, expect, test } from 'vitest';
import { file, fileBytes, isFileValue, MAX_FILE_BYTES, safeFileName, toFileValue } from './file-value.ts';

describe('a file value', () => {
  test('keeps its bytes, also when they are part of a larger buffer', () => {
    const whole = new Uint8Array([9, 0, 255, 128, 7, 9]);
    const value = toFileValue({ name: 'a.bin', mediaType: 'application/x-thing', bytes: whole.subarray(1, 5) });
    expect(value).toEqual({ name: 'a.bin', mediaType: 'application/x-thing', base64: 'AP+ABw==' });
    expect([...fileBytes(value)]).toEqual([0, 255, 128, 7]);
    expect(isFileValue(value)).toBe(true);
  });

  test('is refused above the limit, with its size', () => {
    const bytes = new Uint8Array(MAX_FILE_BYTES + 1024 * 1024);
    expect(() => toFileValue({ name: 'big.iso', mediaType: undefined, bytes })).toThrow(
      'The file "big.iso" has 11.0 MB; a workflow takes files of at most 10 MB.',
    );
    expect(file().safeParse({ name: 'a', mediaType: 'a/b', base64: 'A'.repeat(14_000_000) }).error?.issues[0]?.message).toBe(
      'must be a file of at most 10 MB',
    );
  });

  test('a media type that could break out of a header is dropped', () => {
    const bytes = new Uint8Array([1]);
    expect(toFileValue({ name: 'a', mediaType: 'text/plain\r\nX-Evil: 1', bytes }).mediaType).toBe('application/octet-stream');
    expect(toFileValue({ name: 'a', mediaType: 'text/plain; charset=utf-8', bytes }).mediaType).toBe('text/plain; charset=utf-8');
    expect(file().parse({ base64: '' })).toEqual({ name: 'file', mediaType: 'application/octet-stream', base64: '' });
  });

  test.each([['text'], [null], [{}], [{ name: 'a' }], [{ base64: 5 }], [[]]])('%j is no file', (value) => {
    expect(file().safeParse(value).error?.issues[0]?.message).toBe('must be a file: { name, mediaType, base64 }');
    expect(isFileValue(value)).toBe(false);
  });

  test('content that is no base64 is told', () => {
    expect(file().safeParse({ name: 'a', base64: 'not base64!' }).error?.issues[0]?.message).toBe('must have its content as base64');
  });
});

describe('a file name', () => {
  test.each([
    ['report.pdf', 'report.pdf'],
    ['../../etc/passwd', 'passwd'],
    ['C:\\Users\\me\\plan.docx', 'plan.docx'],
    ['..', 'file'],
    ['/', 'file'],
    [undefined, 'file'],
    ['.htaccess', 'htaccess'],
    ['a\u0000b\r\n.txt', 'ab.txt'],
    ['photo\u202Egpj.exe', 'photogpj.exe'],
    ['what?.txt', 'what_.txt'],
    ['NUL.txt', '_NUL.txt'],
    ['Ärger 東京.png', 'Ärger 東京.png'],
    ['trailing. . ', 'trailing'],
  ])('%j becomes %j', (given, made) => {
    expect(safeFileName(given)).toBe(made);
  });

  test('a long one keeps its extension', () => {
    const made = safeFileName(`${'x'.repeat(500)}.pdf`);
    expect(made).toHaveLength(200);
    expect(made.endsWith('x.pdf')).toBe(true);
  });
});
