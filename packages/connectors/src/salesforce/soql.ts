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

export const OPERATORS = ['=', '!=', '<', '<=', '>', '>=', 'contains', 'startsWith', 'in', 'notIn', 'isEmpty', 'isNotEmpty'] as const;

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

/** A literal of the field's type. */
export function soqlLiteral(value: unknown, type: string | undefined): string {
  if (value === null || value === undefined) return 'null';
  if (type === 'boolean') return literalBoolean(value);
  if (type !== undefined && NUMERIC.has(type)) return literalNumber(value);
  if (type === 'date' || type === 'datetime') return literalTime(String(value), type);
  if (type === undefined && (typeof value === 'number' || typeof value === 'boolean')) return String(value);
  return soqlString(typeof value === 'object' ? JSON.stringify(value) : String(value));
}

function literalBoolean(value: unknown): string {
  const text = String(value).toLowerCase();
  if (text !== 'true' && text !== 'false') throw doNotRetry(`"${String(value)}" is not true or false.`, { code: 'value_malformed' });
  return text;
}

function literalNumber(value: unknown): string {
  const number = Number(value);
  if (typeof value === 'boolean' || String(value).trim() === '' || !Number.isFinite(number))
    throw doNotRetry(`"${String(value)}" is not a number.`, { code: 'value_malformed' });
  return String(number);
}

function literalTime(value: string, type: 'date' | 'datetime'): string {
  if (DATE_LITERAL.test(value)) return value.toUpperCase();
  const ms = Date.parse(value);
  if (Number.isNaN(ms)) throw doNotRetry(`"${value}" is not a date.`, { code: 'value_malformed' });
  return type === 'datetime' ? soqlDateTime(ms) : new Date(ms).toISOString().slice(0, 10);
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
    case 'startsWith':
      return `${field} LIKE '${likeText(value)}%'`;
    case 'in':
    case 'notIn': {
      const values = Array.isArray(value)
        ? value
        : String(value ?? '')
            .split(',')
            .map((part) => part.trim());
      if (values.length === 0) throw doNotRetry(`The list for "${field}" is empty.`, { code: 'value_malformed' });
      return `${field} ${operator === 'in' ? 'IN' : 'NOT IN'} (${values.map((one) => soqlLiteral(one, type)).join(', ')})`;
    }
    default:
      return `${field} ${operator} ${soqlLiteral(value, type)}`;
  }
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
