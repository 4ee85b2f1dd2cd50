/** Numbers and values that sum up a group of items. */
import { doNotRetry, itemReader, optionalText, type ItemReader } from '@weft/connector-kit';
import { z } from 'zod';
import { listOf } from './properties.ts';
import { compareRanked, isEmpty, keyOf, numberOf, rank, textOf, type Ranked } from './values.ts';

/** Calculations as the form shows them. */
export const CALCULATIONS = [
  { value: 'count', label: 'count of values' },
  { value: 'distinct', label: 'count of different values' },
  { value: 'sum', label: 'sum' },
  { value: 'avg', label: 'average' },
  { value: 'min', label: 'smallest' },
  { value: 'max', label: 'largest' },
  { value: 'first', label: 'first value' },
  { value: 'last', label: 'last value' },
  { value: 'list', label: 'list of values' },
] as const;

const rowSchema = z.strictObject({
  calculation: z.enum(CALCULATIONS.map(({ value }) => value)),
  path: optionalText(),
  as: optionalText({ max: 100 }),
});

export const calculationsInput = listOf(z.array(rowSchema, { error: 'must be rows of { calculation, path, as }' })).optional();

/** One thing to calculate of every group. */
export interface Calculation {
  readonly name: string;
  /** `first` is the place of the group's first item in the list, for messages. */
  calculate(items: readonly unknown[]): unknown;
}

/** Makes the calculations of a form. Throws `invalid` when two have the same name. */
export function calculationsOf(rows: readonly z.infer<typeof rowSchema>[]): Calculation[] {
  const made = rows.map((row) => {
    const path = row.path ?? '';
    const name = row.as ?? (path === '' ? row.calculation : `${row.calculation} of ${path}`);
    const read = itemReader(path);
    return { name, calculate: (items: readonly unknown[]) => calculate(row.calculation, items, { read, path }) };
  });
  const double = made.find(({ name }, at) => made.findIndex((other) => other.name === name) !== at);
  if (double !== undefined)
    throw doNotRetry(`Two calculations are called "${double.name}". Give each its own name.`, { code: 'name_twice' });
  return made;
}

function calculate(
  calculation: z.infer<typeof rowSchema>['calculation'],
  items: readonly unknown[],
  of: { readonly read: ItemReader; readonly path: string },
): unknown {
  const values = items.map(of.read).filter((value) => !isEmpty(value));
  switch (calculation) {
    case 'count':
      return values.length;
    case 'distinct':
      return new Set(values.map((value) => keyOf(value))).size;
    case 'sum':
      return sum(values, of.path);
    case 'avg':
      return values.length === 0 ? null : Number((sum(values, of.path) / values.length).toPrecision(15));
    case 'min':
      return extreme(values, (order) => order < 0);
    case 'max':
      return extreme(values, (order) => order > 0);
    case 'first':
      return values[0] ?? null;
    case 'last':
      return values.at(-1) ?? null;
    case 'list':
      return values;
  }
}

/** The value that goes before all others in the wanted direction, as it stands in its item. */
function extreme(values: readonly unknown[], isBefore: (order: number) => boolean): unknown {
  let best: { value: unknown; rank: Ranked } | undefined;
  for (const value of values) {
    const ranked = rank(value);
    if (ranked !== undefined && (best === undefined || isBefore(compareRanked(ranked, best.rank)))) best = { value, rank: ranked };
  }
  return best?.value ?? null;
}

/** Adds without showing what binary fractions do to decimal ones: 0.1 + 0.2 is 0.3. */
function sum(values: readonly unknown[], path: string): number {
  let total = 0;
  let decimals = 0;
  for (const value of values) {
    const number = numberOf(value);
    if (number === undefined)
      throw doNotRetry(`"${textOf(value).slice(0, 100)}" ${path === '' ? '' : `in "${path}" `}is not a number and cannot be added.`, {
        code: 'not_a_number',
        detail: { path, value },
      });
    total += number;
    decimals = Math.max(decimals, decimalsOf(number));
  }
  return Number(total.toFixed(decimals));
}

/** Digits behind the point, as far as rounding can honour them. */
function decimalsOf(number: number): number {
  const match = /^-?\d*\.?(\d*)(?:e([+-]\d+))?$/.exec(String(number));
  return Math.min(100, Math.max(0, (match?.[1]?.length ?? 0) - Number(match?.[2] ?? 0)));
}
