import type { Comparison, Condition, Literal } from './condition-parser.ts';
import { badCondition } from './errors.ts';

/** The kind of value behind a path; 'reference' can only be compared with null, 'any' takes the kind it is compared with. */
export type ValueType = 'string' | 'numeric' | 'boolean' | 'datetime' | 'reference' | 'any';

/** A path of the record, resolved once per request and read once per row. */
export interface Readable<TRow> {
  type: ValueType;
  /** An array stands for several values, of which one has to satisfy the comparison. */
  read(row: TRow): unknown;
}

const ADVICE =
  'String values should be enclosed with double or single quotes; DateTime values should be enclosed in square brackets; ' +
  'numbers should consist of only digits, and optionally a decimal point and a negation sign; boolean values should be ' +
  'indicated with the keywords true or false; null values should be indicated by the keyword null.';

/** Turns a condition into a test on rows. `resolve` answers undefined for a name that is not filterable. */
export function compileCondition<TRow>(
  condition: Condition,
  resolve: (path: string) => Readable<TRow> | undefined,
): (row: TRow) => boolean {
  if (condition.kind !== 'compare') {
    const left = compileCondition(condition.left, resolve);
    const right = compileCondition(condition.right, resolve);
    return condition.kind === 'and' ? (row) => left(row) && right(row) : (row) => left(row) || right(row);
  }
  const readable = resolve(condition.path);
  if (!readable) throw badCondition(`${condition.path} is not a recognized name.`);
  for (const literal of condition.values) checkType(readable.type, literal);
  return (row) => compare(condition, readable.read(row), readable.type);
}

function checkType(type: ValueType, literal: Literal): void {
  if (type === 'any' || literal.type === 'null' || literal.type === type) return;
  throw badCondition(`Expected a ${type} value, not a ${literal.type}. ${ADVICE}`);
}

function compare(condition: Comparison, value: unknown, type: ValueType): boolean {
  const first = condition.values[0];
  const isEmpty = value === undefined || value === null || (Array.isArray(value) && value.length === 0);
  if (first?.type === 'null') {
    return condition.operator === '=' ? isEmpty : condition.operator === '!=' && !isEmpty;
  }
  // As in SQL, a missing value satisfies no comparison, not even a negated one.
  if (isEmpty) return false;
  if (Array.isArray(value)) return value.some((item) => compare(condition, item, type));
  const left = comparable(value, type === 'any' && first ? first.type : type);
  const holds = test(condition, left);
  return condition.isNegated ? !holds : holds;
}

function test(condition: Comparison, left: string | number | boolean): boolean {
  const rights = condition.values.map((literal) => comparable(literal.value, literal.type === 'null' ? 'string' : literal.type));
  const right = rights[0] ?? '';
  switch (condition.operator) {
    case '=':
      return left === right;
    case '!=':
      return left !== right;
    case '<':
      return left < right;
    case '<=':
      return left <= right;
    case '>':
      return left > right;
    case '>=':
      return left >= right;
    case 'in':
      return rights.includes(left);
    case 'contains':
      return String(left).includes(String(right));
    case 'like':
      return wildcard(String(right)).test(String(left));
  }
}

function comparable(value: unknown, type: ValueType | 'null'): string | number | boolean {
  if (type === 'datetime') return typeof value === 'number' ? value : Date.parse(String(value));
  if (type === 'numeric') return Number(value);
  if (type === 'boolean') return typeof value === 'string' ? value.toLowerCase() === 'true' : Boolean(value);
  return String(value).toLowerCase();
}

/** `*` is documented, `%` is what several live clients send; both stand for any text. */
function wildcard(pattern: string): RegExp {
  const source = pattern.replace(/[.+?^${}()|[\]\\]/g, '\\$&').replace(/[*%]/g, '[\\s\\S]*');
  return new RegExp(`^${source}$`);
}

/** Refuses `in`, which only `conditions` may use. */
export function refuseIn(condition: Condition, parameter: string): void {
  if (condition.kind === 'compare') {
    if (condition.operator === 'in') throw badCondition(`The in operator is not supported in ${parameter}.`);
    return;
  }
  refuseIn(condition.left, parameter);
  refuseIn(condition.right, parameter);
}

/** Every path of a condition. */
export function pathsOf(condition: Condition): string[] {
  return condition.kind === 'compare' ? [condition.path] : [...pathsOf(condition.left), ...pathsOf(condition.right)];
}
