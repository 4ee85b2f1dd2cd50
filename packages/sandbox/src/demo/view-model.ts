/** What the demo pages draw. The server decides content and order; the page only lays it out. */

/** Colour family of a chip; the text always says the same. */
export type Tone = 'early' | 'late' | 'good' | 'quiet' | 'bad';

export interface Cell {
  text: string;
  /** A second, quieter line. */
  sub?: string;
  tone?: Tone;
  /** ISO time, shown relative. */
  time?: string;
}

export interface ListView {
  title: string;
  total: number;
  testId: string;
  figures: { label: string; value: string; hint: string }[];
  columns: { key: string; label: string; isNumber?: boolean }[];
  rows: { id: string; cells: Record<string, Cell> }[];
  /** The form of a new record. */
  creates?: { label: string; fields: FieldView[] };
}

export interface FieldView {
  name: string;
  label: string;
  value: string;
  input: 'text' | 'number' | 'date' | 'select' | 'none';
  options?: { value: string; label: string }[];
  /** Opens this record, e.g. `accounts/001…`. */
  link?: string;
  /** Marks values written by an integration. */
  isMono?: boolean;
  placeholder?: string;
}

export interface RecordView {
  id: string;
  eyebrow: string;
  title: string;
  chip?: { text: string; tone: Tone };
  subtitle: string;
  actions: { id: string; label: string; isPrimary: boolean; testId: string }[];
  steps: { text: string; state: 'done' | 'now' | 'next' }[];
  sections: { title: string; fields: FieldView[] }[];
  related: { title: string; rows: { link: string; text: string; sub: string }[] }[];
  notes?: { by: string; time: string; text: string; tag: string }[];
  /** Notes may be kept from the customer. */
  hasInternalNotes?: boolean;
  changed: { by: string; time: string };
}

/** A column of a list, and what it shows of a row. */
interface Column<Row> {
  key: string;
  label: string;
  isNumber?: boolean;
  cell: (row: Row) => Cell;
}

const MAX_ROWS = 250;

/** A list of all of `rows` that are found, of which the first are drawn. */
export function listOf<Row>(parts: {
  title: string;
  testId: string;
  figures?: ListView['figures'];
  rows: Row[];
  idOf: (row: Row) => string;
  columns: Column<Row>[];
}): ListView {
  const { title, testId, figures = [], rows, idOf, columns } = parts;
  return {
    title,
    total: rows.length,
    testId,
    figures,
    columns: columns.map(({ key, label, isNumber }) => ({ key, label, ...(isNumber ? { isNumber } : {}) })),
    rows: rows
      .slice(0, MAX_ROWS)
      .map((row) => ({ id: idOf(row), cells: Object.fromEntries(columns.map(({ key, cell }) => [key, cell(row)])) })),
  };
}

/** `$48,000`, or a dash. */
export function money(value: unknown): string {
  return typeof value === 'number' ? `$${Math.round(value).toLocaleString('en-US')}` : '–';
}

/** Any value as the text of a field. */
export function textOf(value: unknown): string {
  return value === null || value === undefined ? '' : String(value);
}

/** True when every word of the search occurs in one of the texts. */
export function isHit(search: string, texts: unknown[]): boolean {
  const all = texts.map(textOf).join(' ').toLowerCase();
  return search
    .toLowerCase()
    .split(/\s+/)
    .every((word) => all.includes(word));
}
