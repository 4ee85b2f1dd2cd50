/** Conditions as a form offers them: rows of a field of the account, an operator and a value. */
import { optional, type CallContext, type Choice, type PropertyInfo } from '@weft/connector-kit';
import { z } from 'zod';
import { OPERATORS, conditionSchema, type Condition } from './conditions.ts';
import { captionKey } from './custom-fields.ts';
import { customFieldDefinitions } from './lookups.ts';
import type { ObjectInfo } from './objects.ts';

const LABELS: Readonly<Record<(typeof OPERATORS)[number], string>> = {
  '=': 'is',
  '!=': 'is not',
  '<': 'is less than',
  '<=': 'is at most',
  '>': 'is more than',
  '>=': 'is at least',
  contains: 'contains',
  notContains: 'does not contain',
  startsWith: 'starts with',
  endsWith: 'ends with',
  like: 'is like (with *)',
  in: 'is one of (commas)',
  notIn: 'is none of (commas)',
  isEmpty: 'is empty',
  isNotEmpty: 'has a value',
};

const operators: readonly Choice[] = OPERATORS.map((value) => ({ value, label: LABELS[value] }));

export const conditionsProperty = {
  name: 'conditions',
  label: 'Conditions',
  required: false,
  kind: 'rows',
  columns: [
    { name: 'field', label: 'Field', kind: 'field', placeholder: 'status.name' },
    { name: 'operator', label: 'How to compare', kind: 'select', initial: '=', choices: operators },
    { name: 'value', label: 'Value', kind: 'text', hiddenWhen: { column: 'operator', is: ['isEmpty', 'isNotEmpty'] } },
  ],
  remote: { what: 'fields', dependsOn: ['object'] },
} as const satisfies PropertyInfo;

export const combineProperty = {
  name: 'combine',
  label: 'Of these conditions',
  required: false,
  kind: 'select',
  initial: 'all',
  advanced: true,
  choices: [
    { value: 'all', label: 'all must hold' },
    { value: 'any', label: 'one is enough' },
  ],
} as const satisfies PropertyInfo;

/** Rows, or the JSON text of them. Rows that nobody filled in are dropped. */
export const conditionsInput = optional(
  z.preprocess(
    (value) => {
      const rows = typeof value === 'string' && value.trim().startsWith('[') ? parsed(value) : value;
      return Array.isArray(rows) ? rows.filter((row: unknown) => !isBlank(row)) : rows;
    },
    z.array(conditionSchema, { error: 'must be rows of { field, operator, value }' }),
  ) as unknown as z.ZodType<Condition[]>,
);
export const combineInput = optional(z.enum(['all', 'any'], { error: 'must be all or any' }));

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    // Left as text: the schema says what is expected.
    return text;
  }
}

function isBlank(row: unknown): boolean {
  if (typeof row !== 'object' || row === null) return false;
  const { field, value } = row as { field?: unknown; value?: unknown };
  return (field === undefined || field === null || field === '') && (value === undefined || value === null || value === '');
}

const MAPPED = /^customFields?\.(.+)$/is;

/** Fields named as the mapper names them (`customFields.SF_Id`) get the caption they have in the account. */
export async function withCaptions(context: CallContext, object: ObjectInfo, rows: readonly Condition[]): Promise<readonly Condition[]> {
  if (!rows.some(({ field }) => MAPPED.test(field)) || object.parent !== undefined) return rows;
  const definitions = await customFieldDefinitions(context, object);
  return rows.map((row) => {
    const name = MAPPED.exec(row.field)?.[1];
    const found = name === undefined ? undefined : definitions.find(({ caption }) => captionKey(caption) === captionKey(name));
    return found === undefined ? row : { ...row, field: `customField:${found.caption}` };
  });
}
