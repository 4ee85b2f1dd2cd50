/** Records as CSV text. */
import { doNotRetry } from '@weft/connector-kit';
import { stringify } from 'csv-stringify/sync';

/** What goes into one column. */
export interface Column {
  readonly header: string;
  read(record: Readonly<Record<string, unknown>>): unknown;
}

export interface WriteOptions {
  readonly delimiter: string;
  readonly quote: string;
  readonly quoteAll: boolean;
  readonly lineEnd: string;
  readonly byteOrderMark: boolean;
  readonly guard: boolean;
}

/** Writes lines of values. */
export function writeLines(lines: readonly (readonly unknown[])[], options: WriteOptions): string {
  const toCell = options.guard ? (value: unknown) => withoutFormula(cellText(value)) : cellText;
  return stringify(
    lines.map((line) => line.map(toCell)),
    {
      delimiter: options.delimiter,
      quote: options.quote,
      escape: options.quote,
      quoted: options.quoteAll,
      // A line of one empty cell would read as no line at all.
      quoted_empty: options.quoteAll || lines.every((line) => line.length <= 1),
      record_delimiter: options.lineEnd,
      quote_record_delimiter: true,
      bom: options.byteOrderMark,
    },
  );
}

/** A value as the text of a cell; records and lists as JSON. */
function cellText(value: unknown): string {
  if (value === null || value === undefined) return '';
  if (typeof value === 'string') return value;
  return typeof value === 'object' ? JSON.stringify(value) : String(value as number | boolean);
}

/** What programs take for the beginning of a formula (owasp.org, "CSV Injection"), wide forms included. */
const FORMULA = /^[=+\-@\t\r\n＝＋－＠]/;
/** Numbers and telephone numbers begin with a sign too and compute nothing worth fearing. */
const NUMBER = /^[+-][\d\s().,/-]*$/;

/** Text that no spreadsheet program takes for a formula: an apostrophe in front makes it text. */
function withoutFormula(cell: string): string {
  return FORMULA.test(cell) && !NUMBER.test(cell) ? `'${cell}` : cell;
}

/** All names that records have, in the order in which they first come. */
export function namesOf(records: readonly Readonly<Record<string, unknown>>[]): string[] {
  return [...new Set(records.flatMap((record) => Object.keys(record)))];
}

/** The items of a list as records. Throws `invalid` for one that is none. */
export function recordsOf(items: readonly unknown[]): Readonly<Record<string, unknown>>[] {
  return items.map((item, at) => {
    if (typeof item === 'object' && item !== null && !Array.isArray(item)) return item as Record<string, unknown>;
    throw doNotRetry(`Item ${at + 1} of the list is not a record. A list of lists is written when all items are lists.`, {
      code: 'not_a_record',
    });
  });
}
