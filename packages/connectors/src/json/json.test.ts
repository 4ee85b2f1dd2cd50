import { toFileValue, type FileValue } from '@weft/connector-kit';
import { createTestBench, NASTY_TEXTS } from '@weft/connector-kit/testing';
import { describe, expect, test } from 'vitest';
import { json } from './index.ts';

const bench = createTestBench({ connector: json });
const read = async (source: unknown, more: Record<string, unknown> = {}) =>
  ((await bench.run('parse', { source, ...more })) as { value: unknown }).value;
const write = async (input: Record<string, unknown>) => (await bench.run('write', input)) as { text: string; file: FileValue | null };

describe('reading JSON', () => {
  test('of texts and files', async () => {
    expect(await read(' {"a":[1,null,true,"x"]} ')).toEqual({ a: [1, null, true, 'x'] });
    expect(await read('\uFEFF5')).toBe(5);
    expect(await read('null')).toBe(null);
    const bytes = Buffer.from('{"name":"Zo\xeb"}', 'latin1');
    const file = toFileValue({ name: 'a.json', mediaType: 'application/json', bytes });
    expect(await read(file, { encoding: 'windows-1252' })).toEqual({ name: 'Zoë' });
    await expect(read(file)).rejects.toThrow('The file "a.json" is not text in UTF-8 (line 1).');
  });

  test.each([
    ['{"a":1,}', 'Line 1, column 8: a name in double quotes is expected, not "}".'],
    ['{"a":1,\n "b":}', 'Line 2, column 6: a value is expected, not "}".'],
    ['[1,2', 'Line 1, column 5: it ends where "," or the end of the list or record is expected.'],
    ['{"a" 1}', 'Line 1, column 6: ":" is expected, not "1".'],
    ["{'a':1}", "Line 1, column 2: quotes must be straight and double, not '."],
    ['{“a”:1}', 'Line 1, column 2: quotes must be straight and double, not “.'],
    ['{"a":"x\ny"}', 'Line 1, column 6: a text in quotes does not end, or holds a line end'],
    ['{"a":"\\x"}', 'Line 1, column 6: a text in quotes does not end, or holds a line end'],
    ['[1] 2', 'Line 1, column 5: the text goes on after its value.'],
    ['[1 2]', 'Line 1, column 4: "," or the end of the list or record is expected, not "2".'],
    ['[01]', 'Line 1, column 3: "," or the end'],
    ['nul', 'Line 1, column 1: a value is expected, not "n".'],
    ['   ', 'Line 1, column 4: it ends where a value is expected.'],
    ['<html>\n', 'Line 1, column 1: a value is expected, not "<".'],
    ['{]', 'Line 1, column 2: a name in double quotes or "}" is expected, not "]".'],
    ['[🚀]', 'Line 1, column 2: a value or "]" is expected, not "🚀".'],
    ['{"a":undefined}', 'Line 1, column 6: a value is expected, not "u".'],
    ['{"a":NaN}', 'Line 1, column 6: a value is expected, not "N".'],
    ['[tru]', 'Line 1, column 2: a value or "]" is expected, not "t".'],
    ['[TRUE]', 'Line 1, column 2: a value or "]" is expected, not "T".'],
  ])('%j is told with its place', async (text, says) => {
    await expect(read(text)).rejects.toMatchObject({
      class: 'invalid',
      code: 'json_malformed',
      message: expect.stringContaining(`This is not JSON. ${says}`),
    });
  });

  test('every cut of a text is told with a place inside it', async () => {
    const text = '{"a": [1.5e3, -2, "x\\u0041\\n", {"b": null}], "c": true}';
    for (let end = 1; end < text.length; end += 1) {
      const message = await read(text.slice(0, end)).then(String, (error: Error) => error.message);
      const column = Number(/Line 1, column (\d+): /.exec(message)?.[1]);
      expect(column).toBeGreaterThan(0);
      expect(column).toBeLessThanOrEqual(end + 1);
    }
  });

  test('long whole numbers keep their digits', async () => {
    expect(await read('{"id":12345678901234567890,"n":[-9007199254740993,9007199254740991,1e20,0.1234567890123456]}')).toEqual({
      id: '12345678901234567890',
      n: ['-9007199254740993', 9007199254740991, 1e20, 0.1234567890123456],
    });
  });

  test('one value in each line', async () => {
    expect(await read('{"a":1}\r\n\r\n[2]\n3', { lines: true })).toEqual([{ a: 1 }, [2], 3]);
    await expect(read('{"a":1}\n{"a":}\n', { lines: true })).rejects.toThrow('Line 2, column 6: a value is expected');
  });

  test('nesting without end is refused before it is read', async () => {
    const deep = (levels: number) => '['.repeat(levels) + ']'.repeat(levels);
    expect(await read(deep(100))).toBeInstanceOf(Array);
    for (const levels of [101, 1_000_000])
      await expect(read(deep(levels))).rejects.toMatchObject({ class: 'invalid', code: 'json_too_deep' });
    expect(await read(JSON.stringify('['.repeat(500)))).toHaveLength(500);
  });

  test('a text of millions of characters is read, and told when it is broken', async () => {
    const long = `${'x'.repeat(4_000_000)}${'\\"'.repeat(500_000)}`;
    expect((await read(`{"a":"${long}"}`)) as { a: string }).toHaveProperty('a.length', 4_500_000);
    await expect(read(`{"a":"${long}"]`)).rejects.toThrow('Line 1, column 5000008: "," or the end');
    await expect(read(`{"a":"${long}`)).rejects.toThrow('Line 1, column 6: a text in quotes does not end');
  });

  test('dangerous names are names', async () => {
    const value = (await read('{"__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}}}')) as object;
    expect(Object.keys(value)).toEqual(['__proto__', 'constructor']);
    expect(Object.getPrototypeOf(value)).toBe(Object.prototype);
    expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
  });
});

describe('writing JSON', () => {
  test('in one line, over several, with names in order, and one item in each line', async () => {
    const value = { b: [1, null], a: 'Zoë' };
    expect(await write({ value })).toEqual({ text: '{"b":[1,null],"a":"Zoë"}', file: null });
    expect((await write({ value, pretty: true, sortNames: true })).text).toBe('{\n  "a": "Zoë",\n  "b": [\n    1,\n    null\n  ]\n}');
    expect((await write({ value: [value, 5], lines: true })).text).toBe('{"b":[1,null],"a":"Zoë"}\n5\n');
    expect((await write({})).text).toBe('null');
    await expect(write({ value, lines: true })).rejects.toThrow('Only a list can be written');
    let deep: unknown = 1;
    for (let level = 0; level < 20_000; level += 1) deep = [deep];
    await expect(write({ value: deep, sortNames: true })).rejects.toMatchObject({ code: 'json_too_deep' });
  });

  test('as a file that can be read again', async () => {
    const { file } = await write({ value: { a: 'Zoë 🚀' }, fileName: '../x.json' });
    expect(file).toMatchObject({ name: 'x.json', mediaType: 'application/json' });
    expect(await read(file)).toEqual({ a: 'Zoë 🚀' });
  });

  test.each(Object.entries(NASTY_TEXTS))('%s comes back as it was', async (_what, text) => {
    const value = { [text]: text, list: [text] };
    for (const more of [{}, { pretty: true }, { sortNames: true }])
      expect(await read((await write({ value, ...more })).text)).toEqual(value);
  });
});
