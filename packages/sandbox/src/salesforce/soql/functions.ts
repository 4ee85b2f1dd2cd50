import { momentOf } from './moments.ts';

const DAY_MS = 86_400_000;

/** Aggregates over the non-null values of a group, in SOQL's sense. */
export const AGGREGATES: Readonly<Record<string, (values: unknown[]) => unknown>> = {
  count: (values) => values.length,
  count_distinct: (values) => new Set(values.map((value) => (typeof value === 'string' ? value.toLowerCase() : value))).size,
  sum: (values) => (values.length === 0 ? null : values.reduce<number>((sum, value) => sum + Number(value), 0)),
  avg: (values) => (values.length === 0 ? null : values.reduce<number>((sum, value) => sum + Number(value), 0) / values.length),
  min: (values) => extreme(values, (a, b) => a < b),
  max: (values) => extreme(values, (a, b) => a > b),
};

function extreme(values: unknown[], isBetter: (a: string | number, b: string | number) => boolean): unknown {
  return values.reduce<unknown>((best, value) => (best === null || isBetter(value as number, best as number) ? value : best), null);
}

/** Parts of a date, in UTC. */
export const DATE_PARTS: Readonly<Record<string, (date: Date) => number | string>> = {
  calendar_year: (date) => date.getUTCFullYear(),
  calendar_quarter: (date) => Math.floor(date.getUTCMonth() / 3) + 1,
  calendar_month: (date) => date.getUTCMonth() + 1,
  fiscal_year: (date) => date.getUTCFullYear(),
  fiscal_quarter: (date) => Math.floor(date.getUTCMonth() / 3) + 1,
  fiscal_month: (date) => date.getUTCMonth() + 1,
  day_in_month: (date) => date.getUTCDate(),
  day_in_week: (date) => date.getUTCDay() + 1,
  day_in_year: (date) => Math.floor((date.getTime() - Date.UTC(date.getUTCFullYear(), 0, 1)) / DAY_MS) + 1,
  day_only: (date) => date.toISOString().slice(0, 10),
  hour_in_day: (date) => date.getUTCHours(),
  week_in_month: (date) => Math.floor((date.getUTCDate() - 1) / 7) + 1,
  week_in_year: (date) => Math.floor((date.getTime() - Date.UTC(date.getUTCFullYear(), 0, 1)) / (7 * DAY_MS)) + 1,
};

/** True for a function of SOQL, in lower case. */
export function isFunction(name: string): boolean {
  return name in AGGREGATES || name in DATE_PARTS || name === 'tolabel' || name === 'format' || name === 'fields';
}

/** Applies a function of one value; an aggregate leaves the value as it is. */
export function applyFunction(fn: string | undefined, value: unknown): unknown {
  if (value === null || value === undefined || fn === undefined) return value ?? null;
  const part = DATE_PARTS[fn];
  if (part) return part(new Date(momentOf(String(value))));
  if (fn !== 'format') return value;
  return typeof value === 'number' ? value.toLocaleString('en-US', { maximumFractionDigits: 2 }) : String(value);
}
