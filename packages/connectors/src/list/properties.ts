import { doNotRetry, flag, nameList, optional, type PropertyInfo, type RowColumn } from '@weft/connector-kit';
import { z } from 'zod';

/** Items a list may have, going in and coming out. */
export const MAX_ITEMS = 100_000;

export const itemsProperty = {
  name: 'items',
  label: 'List',
  required: true,
  kind: 'list',
  placeholder: '{{ steps.find.records }}',
} as const satisfies PropertyInfo;
export const ignoreCaseProperty = {
  name: 'ignoreCase',
  label: 'Upper and lower case are the same',
  required: false,
  kind: 'boolean',
  advanced: true,
} as const satisfies PropertyInfo;

export const ignoreCaseInput = optional(flag());

/** The column of a table that says where in each item to look. */
export const fieldColumn = { name: 'path', label: 'Field', kind: 'path', placeholder: 'account.name' } as const satisfies RowColumn;

/** Paths: rows of a table, plain names, or one text with commas. */
export const pathsInput = optional(
  z.preprocess(
    (value) =>
      Array.isArray(value)
        ? value.map((row: unknown) => (isRecord(row) && 'path' in row ? (row['path'] ?? '') : row)).filter((path) => path !== '')
        : value,
    nameList(),
  ) as unknown as z.ZodType<string[]>,
);

/** A list, or the JSON text of one. */
export const itemsInput = listOf(z.array(z.unknown(), { error: 'must be a list' }).max(MAX_ITEMS, `must have at most ${MAX_ITEMS} items`));

/** A schema whose input may also be the JSON text of a list. */
export function listOf<T>(schema: z.ZodType<T>): z.ZodType<T> {
  return z.preprocess((value) => {
    if (typeof value !== 'string' || !value.trim().startsWith('[')) return value === '' ? undefined : value;
    try {
      return JSON.parse(value) as unknown;
    } catch {
      // Left as text: the schema says what is expected.
      return value;
    }
  }, schema) as unknown as z.ZodType<T>;
}

export const itemsOutput = {
  type: 'object',
  properties: { items: { type: 'array', items: {} }, count: { type: 'integer' } },
} as const;

/** What most operations give. */
export function asOutput(items: readonly unknown[]): { items: readonly unknown[]; count: number } {
  if (items.length > MAX_ITEMS)
    throw doNotRetry(`The result would have ${items.length} items; a list has at most ${MAX_ITEMS}.`, { code: 'list_too_long' });
  return { items, count: items.length };
}

/** Whether an item is a record. */
export function isRecord(item: unknown): item is Record<string, unknown> {
  return typeof item === 'object' && item !== null && !Array.isArray(item);
}

export const sampleItems = [
  { name: 'Acme Ltd', city: 'Springfield', amount: 2400 },
  { name: 'Globex', city: 'Springfield', amount: 900 },
];
