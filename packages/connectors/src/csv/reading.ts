/** CSV text as rows of cells, and rows of cells as records. */
import { doNotRetry } from '@weft/connector-kit';
import { CsvError, parse } from 'csv-parse/sync';

export const MAX_ROWS = 100_000;
export const MAX_COLUMNS = 1000;
const MAX_CELLS = 2_000_000;
/** A quote that is not closed would otherwise take the rest of the file for one cell. */
const MAX_ROW_CHARS = 1_000_000;

export interface ReadOptions {
  readonly delimiter: string;
  readonly quote: string;
  readonly trim: boolean;
  /** Takes a quote inside an unquoted cell for a character like any other. */
  readonly looseQuotes: boolean;
  /** Lines to pass over at the beginning. */
  readonly skipLines: number;
}

/** A row and the line it ends on. */
export interface CellRow {
  readonly cells: readonly string[];
  readonly line: number;
}

/** Reads the rows of a text; lines without anything are no rows. Throws `invalid`, naming the line. */
export function readRows(text: string, options: ReadOptions): CellRow[] {
  let cells = 0;
  let lastLine = options.skipLines;
  try {
    const rows = parse(text, {
      delimiter: options.delimiter,
      quote: options.quote,
      escape: options.quote,
      // All of them: a file may have been put together from several.
      record_delimiter: ['\r\n', '\n', '\r'],
      relax_column_count: true,
      relax_quotes: options.looseQuotes,
      trim: options.trim,
      skip_empty_lines: true,
      from_line: options.skipLines + 1,
      max_record_size: MAX_ROW_CHARS,
      to: MAX_ROWS + 2,
      on_record: (record: string[], { lines: line }) => {
        cells += record.length;
        lastLine = line;
        if (record.length > MAX_COLUMNS) throw tooMuch(`Line ${line} has ${record.length} cells; at most ${MAX_COLUMNS} are read.`);
        if (cells > MAX_CELLS) throw tooMuch(`The file has more than ${MAX_CELLS / 1_000_000} million cells. Divide it.`);
        return { cells: record, line } as unknown as string[];
      },
    }) as unknown as CellRow[];
    if (rows.length > MAX_ROWS + 1) throw tooMuch(`The file has more than ${MAX_ROWS} rows. Divide it.`);
    return rows;
  } catch (error) {
    throw error instanceof CsvError ? located(error, lastLine) : error;
  }
}

function tooMuch(message: string): Error {
  return doNotRetry(message, { code: 'csv_too_large' });
}

const WORDS: Readonly<Record<string, string>> = {
  CSV_QUOTE_NOT_CLOSED: 'in the row that begins here a quote is not closed',
  CSV_INVALID_CLOSING_QUOTE: 'after the quote that ends a cell something else follows',
  INVALID_OPENING_QUOTE: 'a quote stands inside a cell that does not begin with one',
  CSV_MAX_RECORD_SIZE: `the row that begins here has more than ${MAX_ROW_CHARS} characters; a quote in it may not be closed`,
};

function located(error: CsvError, lastLine: number): Error {
  const { code, lines } = error as CsvError & { lines?: number };
  // A quote that is not closed is noticed at the end of the file; where its row begins says more.
  const line = code === 'CSV_QUOTE_NOT_CLOSED' || code === 'CSV_MAX_RECORD_SIZE' ? lastLine + 1 : (lines ?? 1);
  const why = WORDS[code] ?? error.message;
  const advice = code === 'INVALID_OPENING_QUOTE' ? ' Allow quotes inside cells if they belong there.' : '';
  return doNotRetry(`The CSV cannot be read. Line ${line}: ${why}.${advice}`, { code: 'csv_malformed', cause: error });
}

/** Names for columns: as given, without spaces around; numbered where one is missing or comes twice. */
export function columnNames(given: readonly string[]): string[] {
  const names = new Set<string>();
  for (const [at, name] of given.entries()) {
    const plain = name.trim() === '' ? `column ${at + 1}` : name.trim();
    let free = plain;
    for (let number = 2; names.has(free); number += 1) free = `${plain} ${number}`;
    names.add(free);
  }
  return [...names];
}

/** A row as a record. Throws `invalid` when it has not as many cells as there are columns, unless these are filled up. */
export function toRecord<Value>(
  row: CellRow,
  columns: readonly string[],
  as: { readonly valueOf: (cell: string) => Value; readonly fill: boolean },
): Record<string, Value> {
  const { cells, line } = row;
  if (cells.length !== columns.length && (!as.fill || cells.length > columns.length))
    throw doNotRetry(
      `Line ${line} has ${cells.length} ${cells.length === 1 ? 'cell' : 'cells'}, but there are ${columns.length} columns. Look for a missing or surplus delimiter or quote there.`,
      { code: 'csv_uneven' },
    );
  // Built from entries: a column called __proto__ is a column.
  return Object.fromEntries(columns.map((name, at) => [name, as.valueOf(cells[at] ?? '')]));
}

/** What a cell looks like: a number only when its value stays the same and no zeros are lost in front, as of `007`. */
export function guessValue(cell: string): string | number | boolean | null {
  const text = cell.trim();
  if (text === '') return null;
  if (text === 'true' || text === 'TRUE') return true;
  if (text === 'false' || text === 'FALSE') return false;
  if (!/^-?(?:0|[1-9]\d{0,14})(?:\.\d{1,15})?$/.test(text)) return cell;
  const digits = text.replace(/^-?0?\.?0*|\./g, '').length;
  return digits > 15 || text === '-0' ? cell : Number(text);
}
