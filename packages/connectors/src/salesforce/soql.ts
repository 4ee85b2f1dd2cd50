/**
 * SOQL text from typed parts. jsforce's own builder leaves backslashes unescaped, which lets a value end its string;
 * nothing a person or a record gives goes through it.
 */
import { doNotRetry } from '@weft/connector-kit';
import { z } from 'zod';

/** A string literal. Escapes per developer.salesforce.com "Quoted String Escape Sequences". */
export function soqlString(value: string): string {
  const escaped = value.replace(/\\/g, '\\\\').replace(/'/g, "\\'").replace(/\n/g, '\\n').replace(/\r/g, '\\r').replace(/\t/g, '\\t');
  return `'${escaped}'`;
}

/** A name of an object or field, perhaps through parents. Throws `invalid` for anything else. */
export function soqlName(name: string): string {
  const trimmed = name.trim();
  if (!/^[A-Za-z][A-Za-z0-9_]*(\.[A-Za-z][A-Za-z0-9_]*){0,5}$/.test(trimmed))
    throw doNotRetry(`"${name}" is not the name of a Salesforce field or object.`, { code: 'name_malformed' });
  return trimmed;
}

/** An id of 15 or 18 characters. Throws `invalid` for anything else, before Salesforce takes it for an external id. */
export function soqlId(id: string): string {
  if (!/^[A-Za-z0-9]{15}([A-Za-z0-9]{3})?$/.test(id))
    throw doNotRetry(`"${id}" is not a Salesforce id. Ids have 15 or 18 letters and digits.`, { code: 'id_malformed' });
  return id;
}

/** A moment as SOQL writes it: unquoted, UTC. */
export function soqlDateTime(ms: number): string {
  return new Date(ms).toISOString();
}

const OPERATORS = [
  ...(['=', '!=', '<', '<=', '>', '>='] as const),
  ...(['contains', 'notContains', 'startsWith', 'endsWith'] as const),
  ...(['in', 'notIn', 'includes', 'excludes', 'isEmpty', 'isNotEmpty'] as const),
] as const;

/** One condition of a form. */
export const conditionSchema = z.strictObject({
  field: z.string(),
  operator: z.enum(OPERATORS).default('='),
  value: z.unknown().optional(),
});
export type Condition = z.infer<typeof conditionSchema>;

/** How a field's values are written: what describe says of its type; undefined for fields of parents. */
export type TypeOf = (field: string) => string | undefined;

const DATE_LITERAL =
  /^(YESTERDAY|TODAY|TOMORROW|(LAST|THIS|NEXT)_(WEEK|MONTH|QUARTER|YEAR|90_DAYS|FISCAL_QUARTER|FISCAL_YEAR)|(LAST|NEXT)_N_(DAYS|WEEKS|MONTHS|QUARTERS|YEARS):\d{1,4}|N_DAYS_AGO:\d{1,4})$/i;
const NUMERIC = new Set(['int', 'long', 'double', 'currency', 'percent']);

/** A literal of the field's type. Throws `invalid` naming the field. */
export function soqlLiteral(value: unknown, type: string | undefined, field = 'The value'): string {
  if (value === null || value === undefined) return 'null';
  if (type === 'boolean') return literalBoolean(value, field);
  if (type !== undefined && NUMERIC.has(type)) return literalNumber(value, field);
  if (type === 'date' || type === 'datetime') return literalTime(String(value), type, field);
  if (type === undefined && (typeof value === 'number' || typeof value === 'boolean')) return String(value);
  if (typeof value === 'object') throw malformed(field, JSON.stringify(value), 'text');
  return soqlString(String(value));
}

function malformed(field: string, value: string, wanted: string): Error {
  return doNotRetry(`${field}: "${value}" is not ${wanted}.`, { code: 'value_malformed' });
}

function literalBoolean(value: unknown, field: string): string {
  const text = String(value).trim().toLowerCase();
  if (text !== 'true' && text !== 'false') throw malformed(field, String(value), 'true or false');
  return text;
}

function literalNumber(value: unknown, field: string): string {
  const number = Number(value);
  if (typeof value === 'boolean' || typeof value === 'object' || String(value).trim() === '' || !Number.isFinite(number))
    throw malformed(field, String(value), 'a number');
  return String(number);
}

function literalTime(value: string, type: 'date' | 'datetime', field: string): string {
  const text = value.trim();
  if (DATE_LITERAL.test(text)) return text.toUpperCase();
  const ms = Date.parse(
    text.replace(/([+-]\d{2})(\d{2})$/, (whole, hours: string, minutes: string) => (text.includes('T') ? `${hours}:${minutes}` : whole)),
  );
  if (Number.isNaN(ms)) throw malformed(field, value, 'a date');
  // The day as it is written: its zone does not move it.
  if (type === 'date') return /^\d{4}-\d{2}-\d{2}/.exec(text)?.[0] ?? new Date(ms).toISOString().slice(0, 10);
  return soqlDateTime(ms);
}

/** One condition as SOQL. */
export function soqlCondition(condition: Condition, typeOf: TypeOf): string {
  const field = soqlName(condition.field);
  const type = typeOf(field);
  const { operator, value } = condition;
  switch (operator) {
    case 'isEmpty':
      return `${field} = null`;
    case 'isNotEmpty':
      return `${field} != null`;
    case 'contains':
      return `${field} LIKE '%${likeText(value)}%'`;
    case 'notContains':
      return `(NOT ${field} LIKE '%${likeText(value)}%')`;
    case 'startsWith':
      return `${field} LIKE '${likeText(value)}%'`;
    case 'endsWith':
      return `${field} LIKE '%${likeText(value)}'`;
    case 'in':
    case 'notIn':
      return listCondition(
        field,
        operator === 'in',
        listOf(value).map((one) => soqlLiteral(one, type, field)),
      );
    case 'includes':
    case 'excludes':
      return `${field} ${operator.toUpperCase()} (${listOf(value)
        .map((one) => soqlString(String(one)))
        .join(', ')})`;
    default:
      return `${field} ${operator} ${soqlLiteral(value, type, field)}`;
  }
}

/** A list, or text with commas. */
function listOf(value: unknown): unknown[] {
  if (Array.isArray(value)) return value;
  return String(value ?? '')
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '');
}

/** SOQL knows no empty list, and its lists take null for no value: both are written out. */
function listCondition(field: string, isIn: boolean, literals: readonly string[]): string {
  const given = literals.filter((literal) => literal !== 'null');
  const parts = [
    ...(given.length > 0 ? [`${field} ${isIn ? 'IN' : 'NOT IN'} (${given.join(', ')})`] : []),
    ...(given.length < literals.length ? [`${field} ${isIn ? '=' : '!='} null`] : []),
  ];
  if (parts.length === 0) return `Id ${isIn ? '=' : '!='} null`;
  return parts.length === 1 ? (parts[0] ?? '') : `(${parts.join(isIn ? ' OR ' : ' AND ')})`;
}

/** The inside of a LIKE literal, in which `%` and `_` stand for themselves: SOQL escapes them with one backslash. */
function likeText(value: unknown): string {
  return soqlString(String(value ?? ''))
    .slice(1, -1)
    .replace(/[%_]/g, (wildcard) => `\\${wildcard}`);
}

/**
 * Checks a condition that a person wrote in SOQL: quotes and parentheses must close, so that what is put around it
 * stays around it. Gives it in parentheses.
 */
export function soqlText(condition: string): string {
  let depth = 0;
  const outside = condition
    .trim()
    .replace(/^where\s+/i, '')
    .replace(/'(?:[^'\\]|\\.)*'/g, "''");
  if (outside.replaceAll("''", '').includes("'"))
    throw doNotRetry('A quote in the condition is not closed.', { code: 'condition_malformed' });
  for (const character of outside) {
    if (character === '(') depth += 1;
    if (character === ')') depth -= 1;
    if (depth < 0) break;
  }
  if (depth !== 0) throw doNotRetry('The parentheses in the condition do not match.', { code: 'condition_malformed' });
  return `(${condition.trim().replace(/^where\s+/i, '')})`;
}

/** `Name desc, CreatedDate` checked piece by piece. */
export function soqlOrder(text: string): string {
  return text
    .split(',')
    .map((part) => {
      const match = /^\s*(\S+)(?:\s+(asc|desc))?(?:\s+nulls\s+(first|last))?\s*$/i.exec(part);
      if (match === null)
        throw doNotRetry(`"${part.trim()}" is not an order. Write a field, then asc or desc.`, { code: 'order_malformed' });
      return [soqlName(match[1] ?? ''), match[2]?.toUpperCase(), match[3] === undefined ? undefined : `NULLS ${match[3].toUpperCase()}`]
        .filter(Boolean)
        .join(' ');
    })
    .join(', ');
}
