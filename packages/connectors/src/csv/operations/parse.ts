import { defineOperation, flag, integer, nameList, optional, readText, TEXT_ENCODINGS, textOrFile } from '@weft/connector-kit';
import { z } from 'zod';
import {
  delimiterSign,
  guessDelimiter,
  quoteInput,
  quoteProperty,
  quoteSign,
  readDelimiterInput,
  readDelimiterProperty,
} from '../dialect.ts';
import { columnNames, guessValue, readRows, toRecord } from '../reading.ts';

export const parse = defineOperation({
  id: 'parse',
  kind: 'action',
  title: 'Read CSV',
  summary: 'Makes a list of records of CSV text or a CSV file.',
  needsConnection: false,
  safety: 'pure',
  properties: [
    { name: 'source', label: 'Text or file', required: true, kind: 'longText', placeholder: '{{ steps.download.file }}' },
    {
      name: 'header',
      label: 'Names of the columns',
      required: false,
      kind: 'select',
      initial: 'firstLine',
      choices: [
        { value: 'firstLine', label: 'stand in the first line' },
        { value: 'given', label: 'are given here' },
        { value: 'none', label: 'there are none', hint: 'rows are lists of cells' },
      ],
    },
    {
      name: 'columns',
      label: 'Columns',
      required: false,
      kind: 'list',
      shownWhen: { property: 'header', is: ['given'] },
      help: 'In the order of the file.',
    },
    readDelimiterProperty,
    {
      name: 'types',
      label: 'Cells are',
      required: false,
      kind: 'select',
      initial: 'text',
      choices: [
        { value: 'text', label: 'text, as they stand' },
        { value: 'guess', label: 'what they look like', hint: 'numbers, true and false; nothing becomes null' },
      ],
    },
    quoteProperty,
    { name: 'looseQuotes', label: 'Allow quotes inside cells', required: false, kind: 'boolean', advanced: true },
    { name: 'trim', label: 'Cut spaces around cells', required: false, kind: 'boolean', advanced: true },
    {
      name: 'fill',
      label: 'Fill up short rows',
      required: false,
      kind: 'boolean',
      advanced: true,
      help: 'Without it a row with too few cells fails the step, as one with too many always does.',
    },
    { name: 'skipLines', label: 'Lines to leave out first', required: false, kind: 'number', advanced: true },
    { name: 'encoding', label: 'Encoding of the file', required: false, kind: 'select', advanced: true, choices: TEXT_ENCODINGS },
  ],
  input: z
    .strictObject({
      source: textOrFile(),
      header: optional(z.enum(['firstLine', 'given', 'none'])),
      columns: optional(nameList()),
      delimiter: readDelimiterInput,
      types: optional(z.enum(['text', 'guess'])),
      quote: quoteInput,
      looseQuotes: optional(flag()),
      trim: optional(flag()),
      fill: optional(flag()),
      skipLines: optional(integer({ min: 0, max: 10_000 })),
      encoding: optional(z.enum(TEXT_ENCODINGS.map(({ value }) => value))),
    })
    .refine((input) => input.header !== 'given' || (input.columns ?? []).length > 0, { path: ['columns'], message: 'must be given' }),
  output: {
    type: 'object',
    properties: {
      rows: { type: 'array', items: {} },
      count: { type: 'integer' },
      columns: { type: 'array', items: { type: 'string' } },
    },
  },
  sample: { rows: [{ name: 'Acme Ltd', city: 'Springfield', amount: '2400' }], count: 1, columns: ['name', 'city', 'amount'] },
  async run(_context, input) {
    const text = readText(input.source, input.encoding);
    const quote = quoteSign(input.quote);
    const skipLines = input.skipLines ?? 0;
    const { delimiter = 'auto' } = input;
    const rows = readRows(text, {
      delimiter: delimiter === 'auto' ? guessDelimiter(afterLines(text, skipLines), quote) : delimiterSign(delimiter),
      quote,
      trim: input.trim === true,
      looseQuotes: input.looseQuotes === true,
      skipLines,
    });
    const valueOf = input.types === 'guess' ? guessValue : (cell: string) => cell;
    if (input.header === 'none') return { rows: rows.map(({ cells }) => cells.map(valueOf)), count: rows.length, columns: [] };
    const columns = columnNames(input.header === 'given' ? (input.columns ?? []) : (rows.shift()?.cells ?? []));
    const records = rows.map((row) => toRecord(row, columns, { valueOf, fill: input.fill === true }));
    return { rows: records, count: records.length, columns };
  },
});

/** A text without its first lines. */
function afterLines(text: string, lines: number): string {
  let at = 0;
  for (let line = 0; line < lines; line += 1) {
    const end = text.indexOf('\n', at);
    if (end === -1) break;
    at = end + 1;
  }
  return text.slice(at);
}
