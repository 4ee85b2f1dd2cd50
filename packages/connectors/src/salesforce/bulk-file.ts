/** The CSV file of a bulk load, and which row of it each result is about. */
import { doNotRetry } from '@weft/connector-kit';
import type { BulkOutcome, ResultRow } from './bulk.ts';
import { csvText, NULL_CELL } from './csv.ts';
import { failedRow, type ManyAction, type RowResult } from './many.ts';
import type { PreparedRow } from './prepared-rows.ts';

/** The vendor takes 150 MB after base64, which is this much before. */
const MAX_BYTES = 100 * 1024 * 1024;

/** A file to be loaded. */
export interface BulkFile {
  readonly object: string;
  readonly action: ManyAction;
  readonly externalIdField: string | undefined;
  readonly columns: readonly string[];
  readonly text: string;
}

/** Makes the file of rows. A missing member leaves its field, null and empty text clear it. */
export function bulkFile(rows: readonly PreparedRow[], write: Pick<BulkFile, 'object' | 'action' | 'externalIdField'>): BulkFile {
  const flat = rows.map((row) => flatRow(row.body));
  const columns = [...new Set(flat.flatMap((row) => [...row.keys()]))];
  const text = csvText([columns, ...flat.map((row) => columns.map((column) => row.get(column) ?? ''))]);
  if (Buffer.byteLength(text) > MAX_BYTES)
    throw doNotRetry(`${rows.length} records are more than the 100 MB Salesforce takes in one load. Divide them.`, {
      code: 'too_many_rows',
    });
  return { ...write, columns, text };
}

/** Cells by column. A parent given by its own external id becomes a column with a dot. */
function flatRow(body: Readonly<Record<string, unknown>>): Map<string, string> {
  const cells = Object.entries(body).flatMap(([name, value]) =>
    typeof value === 'object' && value !== null
      ? Object.entries(value).map(([inner, one]) => [`${name}.${inner}`, cellOf(one)] as const)
      : [[name, cellOf(value)] as const],
  );
  return new Map(cells);
}

/** A single line end of another kind than the file's, and the org refuses all of it ("LineEnding is invalid on user data"). */
const cellOf = (value: unknown): string => (value === null || value === '' ? NULL_CELL : String(value).replace(/\r\n?/g, '\n'));

/** Whether a row holds text that the format takes for "clear this field". */
export function hasUnwritableCell(row: PreparedRow): string | undefined {
  return Object.entries(row.body).find(([, value]) => value === NULL_CELL)?.[0];
}

/** An outcome as a row result without its place. `REQUIRED_FIELD_MISSING:Required fields are missing: [Name]:Name --` has code, text and fields. */
export function bulkError(text: string): { statusCode: string; message: string; fields: string[] } {
  const match = /^([A-Z][A-Z0-9_]*):(.*?)(?::([\w, .]*?))?\s*--\s*$/s.exec(text);
  if (match === null) return { statusCode: /^[A-Z][A-Z0-9_]+(?=:)/.exec(text)?.[0] ?? 'refused', message: text, fields: [] };
  const fields = (match[3] ?? '').split(',').map((field) => field.trim());
  return { statusCode: match[1] ?? 'refused', message: match[2] ?? text, fields: fields.filter((field) => field !== '') };
}

/**
 * Results by the place of their row. The org gives them in any order and without a number, but with the cells that were
 * sent: equal rows may be exchanged for each other.
 */
export function placeResults(rows: readonly PreparedRow[], file: BulkFile, outcome: BulkOutcome): RowResult[] {
  const keyOfCells = (cell: (column: string) => string | undefined): string =>
    JSON.stringify(
      file.columns.map((column) =>
        (cell(column) ?? '')
          .replace(/^#N\/A$/, '')
          .replace(/\r\n/g, '\n')
          .trim(),
      ),
    );
  const waiting = new Map<string, PreparedRow[]>();
  for (const row of rows) {
    const cells = flatRow(row.body);
    const key = keyOfCells((column) => cells.get(column));
    waiting.set(key, [...(waiting.get(key) ?? []), row]);
  }
  const take = (result: ResultRow): PreparedRow | undefined => waiting.get(keyOfCells((column) => result[column]))?.shift();
  const results: RowResult[] = [];
  const unplaced: ResultRow[] = [];
  for (const result of outcome.successful) {
    const row = take(result);
    if (row === undefined) unplaced.push(result);
    else results.push({ index: row.index, id: result['sf__Id'] ?? null, ok: true, created: result['sf__Created'] === 'true' });
  }
  for (const result of outcome.failed) {
    const row = take(result);
    if (row !== undefined) results.push(failedRow(row, [bulkError(result['sf__Error'] ?? '')]));
  }
  const left = [...waiting.values()].flat();
  const unprocessed = { statusCode: 'not_processed', message: 'the org ended the load before this row.' };
  return [
    ...results,
    ...left.map((row, at) => {
      const found = unplaced[at];
      return found === undefined
        ? failedRow(row, [unprocessed])
        : { index: row.index, id: found['sf__Id'] ?? null, ok: true, created: found['sf__Created'] === 'true' };
    }),
  ];
}
