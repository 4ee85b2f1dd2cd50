/** The rows of a table field, to and from the value of its property. Pure. */
import type { JsonValue, RowColumn } from '@weft/workflow';

export type Row = Readonly<Record<string, JsonValue>>;

/** What a row begins with. */
export function newRow(columns: readonly RowColumn[]): Row {
  return Object.fromEntries(columns.flatMap(({ name, initial }) => (initial === undefined ? [] : [[name, initial] as const])));
}

/** The rows of a value; what is no row is left out. */
export function readRows(value: JsonValue | undefined): readonly Row[] {
  if (!Array.isArray(value)) return [];
  return value.filter((row): row is Row & { [key: string]: JsonValue } => typeof row === 'object' && row !== null && !Array.isArray(row));
}

/** The columns that are of use to a row. */
export function shownColumns(columns: readonly RowColumn[], row: Row): readonly RowColumn[] {
  return columns.filter(({ hiddenWhen }) => {
    if (hiddenWhen === undefined) return true;
    const other = columns.find(({ name }) => name === hiddenWhen.column);
    return !hiddenWhen.is.includes(String(row[hiddenWhen.column] ?? other?.initial ?? ''));
  });
}

/** The value of rows: without those that nobody filled in, and without cells that are hidden; undefined when none is left. */
export function writeRows(rows: readonly Row[], columns: readonly RowColumn[]): JsonValue | undefined {
  const fresh = newRow(columns);
  const known = new Set(columns.map(({ name }) => name));
  const filled = rows
    .map((row) => {
      const shown = new Set(shownColumns(columns, row).map(({ name }) => name));
      return Object.fromEntries(Object.entries(row).filter(([name]) => !known.has(name) || shown.has(name)));
    })
    .filter((row) => Object.entries(row).some(([name, cell]) => cell !== fresh[name]));
  return filled.length === 0 ? undefined : filled;
}
