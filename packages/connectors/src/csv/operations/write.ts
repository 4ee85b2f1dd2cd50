import { defineOperation, flag, itemReader, optional, optionalText, toFileValue, type PropertyInfo } from '@weft/connector-kit';
import { z } from 'zod';
import { delimiterSign, quoteInput, quoteProperty, quoteSign, writeDelimiterInput, writeDelimiterProperty } from '../dialect.ts';
import { MAX_ROWS } from '../reading.ts';
import { namesOf, recordsOf, writeLines, type Column } from '../writing.ts';

const columnsProperty = {
  name: 'columns',
  label: 'Columns',
  required: false,
  kind: 'rows',
  columns: [
    { name: 'path', label: 'Field', kind: 'path', placeholder: 'account.name' },
    { name: 'as', label: 'Name in the file', kind: 'text' },
  ],
  help: 'None makes a column of every field that a record has, in no certain order.',
} as const satisfies PropertyInfo;

/** Rows, or just names, such as those that *Read CSV* gives. */
const columnSchema = z.preprocess(
  (row) => (typeof row === 'string' ? { path: row } : row),
  z.strictObject({ path: optionalText({ max: 300 }), as: optionalText({ max: 300 }) }),
);

export const write = defineOperation({
  id: 'write',
  kind: 'action',
  title: 'Write CSV',
  summary: 'Makes CSV text or a CSV file of a list of records.',
  needsConnection: false,
  safety: 'pure',
  properties: [
    { name: 'items', label: 'List', required: true, kind: 'list', placeholder: '{{ steps.find.records }}' },
    columnsProperty,
    { name: 'header', label: 'First line with names', required: false, kind: 'boolean', initial: true },
    writeDelimiterProperty,
    {
      name: 'formulaGuard',
      label: 'Keep cells from being formulas',
      required: false,
      kind: 'boolean',
      initial: true,
      help: 'Puts an apostrophe before text that a spreadsheet would run, such as =HYPERLINK(…). Switch off for files that only machines read.',
    },
    { name: 'fileName', label: 'Make a file called', required: false, kind: 'text', placeholder: 'export.csv' },
    {
      name: 'byteOrderMark',
      label: 'Begin with a byte order mark',
      required: false,
      kind: 'boolean',
      advanced: true,
      help: 'By which Excel sees that the file is UTF-8.',
    },
    quoteProperty,
    { name: 'quoteAll', label: 'Quote every cell', required: false, kind: 'boolean', advanced: true },
    {
      name: 'lineEnd',
      label: 'Lines end with',
      required: false,
      kind: 'select',
      initial: 'crlf',
      advanced: true,
      choices: [
        { value: 'crlf', label: 'CR LF', hint: 'as the standard has it' },
        { value: 'lf', label: 'LF' },
      ],
    },
  ],
  input: z.strictObject({
    items: z.preprocess(
      (value) => (value === '' ? undefined : value),
      z
        .array(z.unknown(), { error: (issue) => (issue.input === undefined ? 'must be given' : 'must be a list') })
        .max(MAX_ROWS, `must have at most ${MAX_ROWS} items`),
    ) as unknown as z.ZodType<unknown[]>,
    columns: optional(z.array(columnSchema, { error: 'must be rows of { path, as }' })),
    header: optional(flag()),
    delimiter: writeDelimiterInput,
    formulaGuard: optional(flag()),
    fileName: optionalText({ max: 200 }),
    byteOrderMark: optional(flag()),
    quote: quoteInput,
    quoteAll: optional(flag()),
    lineEnd: optional(z.enum(['crlf', 'lf'])),
  }),
  output: {
    type: 'object',
    properties: {
      text: { type: 'string' },
      count: { type: 'integer' },
      columns: { type: 'array', items: { type: 'string' } },
      file: { type: ['object', 'null'] },
    },
  },
  sample: { text: 'name,city\r\nAcme Ltd,Springfield\r\n', count: 1, columns: ['name', 'city'], file: null },
  async run(_context, input) {
    const isCells = input.items.length > 0 && input.items.every(Array.isArray) && input.columns === undefined;
    const columns = isCells ? [] : columnsFor(input.items, input.columns);
    const names = columns.map(({ header }) => header);
    const rows = isCells
      ? (input.items as unknown[][])
      : recordsOf(input.items).map((record) => columns.map((column) => column.read(record)));
    const text = writeLines(input.header === false || names.length === 0 ? rows : [names, ...rows], {
      delimiter: delimiterSign(input.delimiter ?? 'comma'),
      quote: quoteSign(input.quote),
      quoteAll: input.quoteAll === true,
      lineEnd: input.lineEnd === 'lf' ? '\n' : '\r\n',
      byteOrderMark: input.byteOrderMark === true,
      guard: input.formulaGuard !== false,
    });
    const bytes = Buffer.from(text);
    const file = input.fileName === undefined ? null : toFileValue({ name: input.fileName, mediaType: 'text/csv; charset=utf-8', bytes });
    return { text, count: rows.length, columns: names, file };
  },
});

function columnsFor(items: readonly unknown[], wanted: readonly z.infer<typeof columnSchema>[] | undefined): Column[] {
  if (wanted === undefined || wanted.length === 0)
    return namesOf(recordsOf(items)).map((name) => ({ header: name, read: (record) => record[name] }));
  return wanted.map(({ path, as }) => ({ header: as ?? path ?? '', read: itemReader(path) }));
}
