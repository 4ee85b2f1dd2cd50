/** What operations over many records have in common: how rows are taken, and how each one's outcome is told. */
import { doNotRetry } from '@weft/connector-kit';
import { z } from 'zod';
import { rowText, type VendorRow } from './errors.ts';
import { subjectOf, type PlainRecord } from './records.ts';
import { soqlId } from './soql.ts';

/** What became of one record. `index` is its place in the list that was given. */
export interface RowResult {
  readonly index: number;
  readonly id: string | null;
  readonly ok: boolean;
  readonly created?: boolean;
  readonly error?: { readonly code: string; readonly message: string; readonly fields: readonly string[]; readonly detail?: unknown };
}

/** The outcome of all, as operations give it. */
export interface ManyResult {
  readonly results: readonly RowResult[];
  readonly succeeded: number;
  readonly failed: number;
}

export const ACTIONS = ['create', 'update', 'upsert', 'delete'] as const;
export type ManyAction = (typeof ACTIONS)[number];

/** One row with its place and the name messages give it. */
export interface Row {
  readonly index: number;
  readonly record: PlainRecord;
  readonly subject: string;
}

const isRecord = (value: unknown): boolean => typeof value === 'object' && value !== null && !Array.isArray(value);

/** A list of records, ids or JSON text of one. */
export const rowsInput = z.preprocess(
  (value) => {
    if (typeof value !== 'string' || !value.trim().startsWith('[')) return value === '' || value === null ? undefined : value;
    try {
      return JSON.parse(value) as unknown;
    } catch {
      // Left as text: the schema below says what is expected.
      return value;
    }
  },
  // A record is taken as it is: Zod's own would leave out a field of the name __proto__ without a word.
  z.array(z.union([z.custom<Record<string, unknown>>(isRecord), z.string()], { error: 'must be a record' }), {
    error: 'must be a list of records',
  }),
) as unknown as z.ZodType<(Record<string, unknown> | string)[]>;

/** JSON Schema of {@link ManyResult}. */
export const manyResultSchema = {
  results: {
    type: 'array',
    items: {
      type: 'object',
      properties: {
        index: { type: 'integer' },
        id: { type: ['string', 'null'] },
        ok: { type: 'boolean' },
        created: { type: 'boolean' },
        error: { type: 'object', properties: { code: { type: 'string' }, message: { type: 'string' } } },
      },
    },
  },
  succeeded: { type: 'integer' },
  failed: { type: 'integer' },
} as const;

/** Rows of what was given. Throws `invalid` for what an action cannot do without: ids, or the external id field. */
export function rowsOf(
  given: readonly (Record<string, unknown> | string)[],
  { object, action, externalIdField }: { object: string; action: ManyAction; externalIdField: string | undefined },
): Row[] {
  if (action === 'upsert' && externalIdField === undefined)
    throw doNotRetry('Creating or updating many records needs the external id field by which they are found.', { code: 'key_missing' });
  return given.map((entry, index) => {
    const record = typeof entry === 'string' ? { Id: entry } : entry;
    return { index, record, subject: `row ${index + 1} (${subjectOf(object, record)})` };
  });
}

/** The id of a row that must have one. */
export function idOf(row: Row): string {
  const id = Object.entries(row.record).find(([name]) => name.toLowerCase() === 'id')?.[1];
  if (typeof id !== 'string' || id === '')
    throw doNotRetry(`${row.subject} has no Id, so nothing tells which record is meant.`, { code: 'id_missing' });
  return soqlId(id);
}

/** The outcome of a row that was refused. */
export function failedRow(row: Row, errors: readonly VendorRow[]): RowResult {
  const [first] = errors;
  return {
    index: row.index,
    id: null,
    ok: false,
    error: {
      code: first?.statusCode ?? first?.errorCode ?? 'refused',
      message: `Salesforce refused ${row.subject}: ${errors.map(rowText).join('; ') || 'no reason given'}`,
      fields: errors.flatMap((error) => error.fields ?? []),
      detail: { errors },
    },
  };
}

/** Counts, in the order of the given list. */
export function tally(results: readonly RowResult[]): ManyResult {
  const succeeded = results.filter((result) => result.ok).length;
  return { results: results.toSorted((a, b) => a.index - b.index), succeeded, failed: results.length - succeeded };
}
