/** Sample data as a searchable tree of paths: what the data panel shows. Pure. */
import type { JsonSchema } from '@weft/workflow';

/** Something earlier that a field can draw from. */
export interface DataSource {
  /** The start of its paths: `trigger`, `steps.account`, `item`, `config`. */
  readonly root: string;
  readonly title: string;
  readonly nodeId?: string;
  readonly value: unknown;
  readonly schema?: JsonSchema;
}

/** One row: a value somewhere in a source. */
export interface DataRow {
  readonly source: DataSource;
  /** Keys below the source's root. */
  readonly path: readonly (string | number)[];
  readonly label: string;
  readonly type: DataType;
  readonly value: unknown;
  readonly depth: number;
  readonly hasChildren: boolean;
}

export type DataType = 'text' | 'number' | 'boolean' | 'date' | 'email' | 'link' | 'object' | 'list' | 'empty';

/** Deepest level and most rows that one tree shows; samples can be large. */
const MAX_DEPTH = 8;
const MAX_ROWS = 4000;
/** Items of a list that are shown. */
const MAX_ITEMS = 20;

/** All rows of a source, parents before children. */
export function rowsOf(source: DataSource): DataRow[] {
  const rows: DataRow[] = [];
  const visit = (value: unknown, schema: JsonSchema | undefined, path: readonly (string | number)[]) => {
    for (const child of childrenOf(value, schema)) {
      if (rows.length >= MAX_ROWS) return;
      const childPath = [...path, child.key];
      const hasChildren = childPath.length < MAX_DEPTH && childrenOf(child.value, child.schema).length > 0;
      rows.push({
        source,
        path: childPath,
        label: child.label,
        type: typeOf(child.value, child.schema),
        value: child.value,
        depth: path.length,
        hasChildren,
      });
      if (hasChildren) visit(child.value, child.schema, childPath);
    }
  };
  visit(source.value, source.schema, []);
  return rows;
}

interface Child {
  readonly key: string | number;
  readonly label: string;
  readonly value: unknown;
  readonly schema: JsonSchema | undefined;
}

/** Keys that the sample has, then those only the schema knows. */
function childrenOf(value: unknown, schema: JsonSchema | undefined): Child[] {
  if (Array.isArray(value))
    return value
      .slice(0, MAX_ITEMS)
      .map((item: unknown, index) => ({ key: index, label: `${index + 1}.`, value: item, schema: record(schema?.['items']) }));
  const known = record(schema?.['properties']) ?? {};
  const sample = typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : undefined;
  if (sample === undefined && value !== undefined) return [];
  const keys = [...Object.keys(sample ?? {}), ...Object.keys(known).filter((key) => sample === undefined || !(key in sample))];
  return keys.map((key) => {
    const childSchema = record(known[key]);
    const title = childSchema?.['title'];
    return { key, label: typeof title === 'string' ? title : key, value: sample?.[key], schema: childSchema };
  });
}

function record(value: unknown): Record<string, unknown> | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : undefined;
}

/** What a value looks like to a person. */
export function typeOf(value: unknown, schema?: JsonSchema): DataType {
  if (value === undefined) return fromSchema(schema);
  if (value === null || value === '') return 'empty';
  if (Array.isArray(value)) return 'list';
  if (typeof value === 'object') return 'object';
  if (typeof value === 'number') return 'number';
  if (typeof value === 'boolean') return 'boolean';
  const text = String(value);
  if (/^\d{4}-\d\d-\d\d(T|$)/.test(text)) return 'date';
  if (/^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(text)) return 'email';
  return /^https?:\/\//.test(text) ? 'link' : 'text';
}

function fromSchema(schema: JsonSchema | undefined): DataType {
  switch (schema?.['type']) {
    case 'string':
      return schema['format'] === 'date-time' || schema['format'] === 'date' ? 'date' : 'text';
    case 'number':
    case 'integer':
      return 'number';
    case 'boolean':
      return 'boolean';
    case 'array':
      return 'list';
    case 'object':
      return 'object';
    default:
      return 'empty';
  }
}

/** A value in one short line. */
export function previewOf(value: unknown, maxLength = 80): string {
  if (value === undefined) return '';
  if (value === null) return 'null';
  if (typeof value === 'string') return value === '' ? 'empty' : cut(value.replace(/\s*\n\s*/g, ' ⏎ '), maxLength);
  if (Array.isArray(value)) return value.length === 1 ? '1 item' : `${value.length} items`;
  if (typeof value === 'object') return cut(Object.keys(value).join(', '), maxLength);
  return String(value);
}

function cut(text: string, maxLength: number): string {
  return text.length > maxLength ? `${text.slice(0, maxLength - 1)}…` : text;
}

/** A key that stands for a row among all rows. */
export function rowKey(row: Pick<DataRow, 'source' | 'path'>): string {
  return `${row.source.root}/${row.path.join('/')}`;
}

/** Rows to show: those whose ancestors are open, or, when searching, those whose name or value holds the query. */
export function visibleRows(rows: readonly DataRow[], options: { query: string; open: ReadonlySet<string> }): DataRow[] {
  const query = options.query.trim().toLowerCase();
  if (query !== '') return rows.filter((row) => matches(row, query));
  return rows.filter((row) =>
    row.path.slice(0, -1).every((_, index) => options.open.has(rowKey({ source: row.source, path: row.path.slice(0, index + 1) }))),
  );
}

function matches(row: DataRow, query: string): boolean {
  if (row.label.toLowerCase().includes(query) || String(row.path.at(-1)).toLowerCase().includes(query)) return true;
  return (typeof row.value === 'string' || typeof row.value === 'number') && String(row.value).toLowerCase().includes(query);
}

/** What stands before a search hit, so that `Name` of two records can be told apart. */
export function trailOf(row: DataRow): string {
  return row.path
    .slice(0, -1)
    .map((key) => (typeof key === 'number' ? `${key + 1}.` : key))
    .join(' · ');
}
