/** What two values are to each other, whatever types they came in: forms and files give numbers and dates as text. */

/** Nothing to compare: null, missing, or blank text. */
export function isEmpty(value: unknown): boolean {
  return value === null || value === undefined || (typeof value === 'string' && value.trim() === '');
}

const NUMBER = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;

/** A number, also one written as text; undefined for anything else. Thousands separators make it text. */
export function numberOf(value: unknown): number | undefined {
  if (typeof value === 'number') return Number.isFinite(value) ? value : undefined;
  if (typeof value !== 'string' || !NUMBER.test(value.trim())) return undefined;
  const number = Number(value);
  return Number.isFinite(number) ? number : undefined;
}

const ISO = /^(\d{4}-\d{2}-\d{2})(?:[T ](\d{2}:\d{2}(?::\d{2}(?:\.\d{1,9})?)?)\s*(Z|[+-]\d{2}(?::?\d{2})?)?)?$/i;

/** An ISO date or time as epoch milliseconds; undefined for anything else. Without a zone it is taken as UTC. */
export function timeOf(value: unknown): number | undefined {
  const match = typeof value === 'string' ? ISO.exec(value.trim()) : null;
  if (match === null) return undefined;
  const [, day, time, zone = 'Z'] = match;
  const offset = /^[+-]\d{2}$/.test(zone) ? `${zone}:00` : zone.replace(/^([+-]\d{2})(\d{2})$/, '$1:$2');
  const ms = Date.parse(time === undefined ? `${day}T00:00Z` : `${day}T${time}${offset.toUpperCase()}`);
  return Number.isNaN(ms) ? undefined : ms;
}

/** A value as text for comparing and as a key: 7 and "7" are the same, and so are true and "true". */
export function textOf(value: unknown): string {
  if (typeof value === 'string') return value;
  if (value === null || value === undefined) return '';
  return typeof value === 'object' ? canonical(value) : String(value as number | boolean);
}

/** JSON whose members stand in the order of their names, so that equal records have equal texts. */
export function canonical(value: unknown): string {
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? 'null';
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  const members = Object.entries(value)
    .filter(([, member]) => member !== undefined)
    .sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${members.map(([name, member]) => `${JSON.stringify(name)}:${canonical(member)}`).join(',')}}`;
}

/** Whether two values are the same; with `ignoreCase` also when only letters differ in case. Nothing equals nothing. */
export function isSame(a: unknown, b: unknown, ignoreCase = false): boolean {
  if (isEmpty(a) || isEmpty(b)) return isEmpty(a) && isEmpty(b);
  if (typeof a === 'number' || typeof b === 'number') {
    const [left, right] = [numberOf(a), numberOf(b)];
    if (left !== undefined && right !== undefined) return left === right;
  }
  return keyOf(a, ignoreCase) === keyOf(b, ignoreCase);
}

/** What values that are the same have in common. Case is folded and blanks at the ends are cut with `ignoreCase`. */
export function keyOf(value: unknown, ignoreCase = false): string {
  const text = textOf(value).normalize();
  return ignoreCase ? text.trim().toLowerCase() : text;
}

const natural = new Intl.Collator('und', { numeric: true });
const plain = new Intl.Collator('und');

/** How values are read for ordering. */
export const ORDERS = ['natural', 'text', 'number', 'date'] as const;
export type Order = (typeof ORDERS)[number];

/** A value made ready to be ordered; `kind` goes first. */
export interface Ranked {
  readonly kind: 'number' | 'time' | 'text';
  readonly size: number;
  readonly text: string;
}

const KINDS = { number: 0, time: 1, text: 2 } as const;

/**
 * Reads a value for ordering; undefined for nothing, and for what is not what it is to be read as. In natural order
 * numbers go before times, and both before text, in which numbers count by their size (`item 9`, `item 10`).
 */
export function rank(value: unknown, order: Order = 'natural'): Ranked | undefined {
  if (isEmpty(value)) return undefined;
  if (order === 'text') return { kind: 'text', size: 0, text: textOf(value) };
  const number = order === 'date' ? undefined : numberOf(value);
  if (number !== undefined) return { kind: 'number', size: number, text: '' };
  if (order === 'number') return undefined;
  // Vendors give times as ISO text or as a number of milliseconds.
  const time = timeOf(value) ?? (order === 'date' && typeof value === 'number' ? value : undefined);
  if (time !== undefined) return { kind: 'time', size: time, text: '' };
  return order === 'date' ? undefined : { kind: 'text', size: 0, text: textOf(value) };
}

/** Orders two values: negative when `a` is first. */
export function compareRanked(a: Ranked, b: Ranked, order: Order = 'natural'): number {
  if (a.kind !== b.kind) return KINDS[a.kind] - KINDS[b.kind];
  if (a.kind !== 'text') return a.size - b.size;
  return a.text === b.text ? 0 : (order === 'text' ? plain : natural).compare(a.text, b.text);
}

/**
 * Orders two values of one kind: numbers, times, or text. Undefined when they are of two, so that "n/a" is not more
 * than 1000, and for records and lists.
 */
export function compareAlike(a: unknown, b: unknown): number | undefined {
  const [left, right] = [rank(a), rank(b)];
  const isObject = typeof a === 'object' || typeof b === 'object';
  return left === undefined || right === undefined || left.kind !== right.kind || isObject ? undefined : compareRanked(left, right);
}
