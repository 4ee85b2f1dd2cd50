import { describe, expect, test } from 'vitest';
import { toFileValue } from './file-value.ts';
import { MAX_TEXT_CHARS, readText, TEXT_ENCODINGS, textOrFile } from './text-source.ts';

const fileOf = (bytes: Uint8Array | string, mediaType = 'text/csv') =>
  toFileValue({ name: 'list.csv', mediaType, bytes: typeof bytes === 'string' ? Buffer.from(bytes) : bytes });

describe('text that may come as a file', () => {
  test('is taken as it is, spaces and all, without its byte order mark', () => {
    expect(textOrFile().parse('  a\r\n ')).toBe('  a\r\n ');
    expect(readText('\uFEFFa\uFEFF')).toBe('a\uFEFF');
    expect(readText(fileOf('\uFEFFZoë'))).toBe('Zoë');
  });

  test('is read by its byte order mark, by the encoding chosen, and by the one it names, in this order', () => {
    const utf16 = Buffer.from('\uFEFFZoë', 'utf16le');
    expect(readText(fileOf(utf16), 'windows-1252')).toBe('Zoë');
    expect(readText(fileOf(Buffer.from(utf16).swap16()))).toBe('Zoë');
    const latin = Buffer.from('Zo\xeb', 'latin1');
    expect(readText(fileOf(latin), 'windows-1252')).toBe('Zoë');
    expect(readText(fileOf(latin, 'text/csv; charset="ISO-8859-1"'))).toBe('Zoë');
    expect(readText(fileOf(Buffer.from([0x8a, 0xbf]), 'text/csv; charset=utf-8'), 'shift_jis')).toBe('漢');
  });

  test('that is not in its encoding is told with the line', () => {
    expect(() => readText(fileOf(Buffer.from('name\nZo\xeb\n', 'latin1')))).toThrowError(
      expect.objectContaining({
        class: 'invalid',
        message: 'The file "list.csv" is not text in UTF-8 (line 2). Choose the encoding it is written in, such as Windows-1252.',
      }),
    );
    expect(() => readText(fileOf('a', 'text/csv; charset=klingon'))).toThrow('says it is written in "klingon", which cannot be read here');
  });

  test('every encoding that is offered can be read', () => {
    for (const { value } of TEXT_ENCODINGS) expect(new TextDecoder(value, { fatal: true }).encoding).toBeTypeOf('string');
  });

  test.each([
    [undefined, 'must be given'],
    [null, 'must be given'],
    ['', 'must be given'],
    [7, 'must be text, or a file: { name, mediaType, base64 }'],
    [['a'], 'must be text, or a file: { name, mediaType, base64 }'],
    [{ a: 1 }, 'must be text, or a file: { name, mediaType, base64 }'],
    [{ base64: '!' }, 'must have its content as base64'],
    ['x'.repeat(MAX_TEXT_CHARS + 1), 'must have at most 10 million characters'],
  ])('%.20j is refused in a sentence', (value, message) => {
    expect(
      textOrFile()
        .safeParse(value)
        .error?.issues.map((issue) => issue.message),
    ).toEqual([message]);
  });
});
