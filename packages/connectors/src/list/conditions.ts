/** Conditions on the items of a list: rows of a path, an operator and a value. */
import { doNotRetry, itemReader, optional, optionalText } from '@weft/connector-kit';
import { z } from 'zod';
import { listOf } from './properties.ts';
import { compareAlike, isEmpty, isSame, textOf } from './values.ts';

/** Operators as the form shows them. */
export const OPERATORS = [
  { value: '=', label: 'is' },
  { value: '!=', label: 'is not' },
  { value: '>', label: 'is more than' },
  { value: '>=', label: 'is at least' },
  { value: '<', label: 'is less than' },
  { value: '<=', label: 'is at most' },
  { value: 'contains', label: 'contains' },
  { value: 'notContains', label: 'does not contain' },
  { value: 'startsWith', label: 'starts with' },
  { value: 'endsWith', label: 'ends with' },
  { value: 'in', label: 'is one of' },
  { value: 'notIn', label: 'is none of' },
  { value: 'isEmpty', label: 'is empty' },
  { value: 'isNotEmpty', label: 'has a value' },
  { value: 'isTrue', label: 'is true' },
  { value: 'isFalse', label: 'is false' },
] as const;
type Operator = (typeof OPERATORS)[number]['value'];

const rowSchema = z.strictObject({
  path: optionalText(),
  operator: optional(z.enum(OPERATORS.map(({ value }) => value))),
  value: z.unknown().optional(),
});
export type Row = z.infer<typeof rowSchema>;

/** One row or more, or the JSON text of them. Rows that nobody filled in are dropped. */
export const rowsInput = listOf(
  z
    .array(rowSchema, { error: 'must be rows of { path, operator, value }' })
    .transform((rows) => rows.filter((row) => row.path !== undefined || !isEmpty(row.value) || (row.operator ?? '=') !== '='))
    .refine((rows) => rows.length > 0, 'must have a row'),
);

/** Operators that compare by size; nothing is neither more nor less than anything. */
const SIZES: Partial<Record<Operator, (order: number) => boolean>> = {
  '>': (order) => order > 0,
  '>=': (order) => order >= 0,
  '<': (order) => order < 0,
  '<=': (order) => order <= 0,
};

/** Makes the test of one row. Throws `invalid` for a row that cannot be tested. */
export function testOf(row: Row, ignoreCase: boolean): (item: unknown) => boolean {
  const read = itemReader(row.path);
  const fits = fitsOf(row, ignoreCase);
  return (item) => fits(read(item));
}

/** With nothing on the right these hold always or never, which is not what a reference that led nowhere should do. */
const NEEDS_VALUE = new Set<Operator>(['>', '>=', '<', '<=', 'contains', 'notContains', 'startsWith', 'endsWith']);

function fitsOf({ operator = '=', path, value: wanted }: Row, ignoreCase: boolean): (value: unknown) => boolean {
  if (NEEDS_VALUE.has(operator) && isEmpty(wanted))
    throw doNotRetry(`The condition on "${path ?? 'the item'}" compares with nothing. Give it a value, or ask whether it is empty.`, {
      code: 'condition_malformed',
    });
  const bySize = SIZES[operator];
  if (bySize !== undefined)
    return (value) => {
      const order = compareAlike(value, wanted);
      return order !== undefined && bySize(order);
    };
  const fold = (text: unknown): string => (ignoreCase ? textOf(text).toLowerCase() : textOf(text));
  const holds = (value: unknown): boolean =>
    Array.isArray(value) ? value.some((one) => isSame(one, wanted, ignoreCase)) : fold(value).includes(fold(wanted));
  switch (operator) {
    case '!=':
      return (value) => !isSame(value, wanted, ignoreCase);
    case 'contains':
      return holds;
    case 'notContains':
      return (value) => !holds(value);
    case 'startsWith':
      return (value) => fold(value).startsWith(fold(wanted));
    case 'endsWith':
      return (value) => fold(value).endsWith(fold(wanted));
    case 'in':
    case 'notIn':
      return oneOf(manyOf(wanted), operator === 'in', ignoreCase);
    case 'isEmpty':
      return (value) => isEmpty(value) || isEmptyList(value);
    case 'isNotEmpty':
      return (value) => !isEmpty(value) && !isEmptyList(value);
    case 'isTrue':
      return (value) => value === true || value === 'true';
    case 'isFalse':
      return (value) => value === false || value === 'false';
    default:
      return (value) => isSame(value, wanted, ignoreCase);
  }
}

function oneOf(wanted: readonly unknown[], isIn: boolean, ignoreCase: boolean): (value: unknown) => boolean {
  return (value) => wanted.some((one) => isSame(value, one, ignoreCase)) === isIn;
}

/** A list, or text with commas. */
function manyOf(value: unknown): unknown[] {
  if (Array.isArray(value)) return value;
  return textOf(value)
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '');
}

function isEmptyList(value: unknown): boolean {
  return Array.isArray(value) && value.length === 0;
}
