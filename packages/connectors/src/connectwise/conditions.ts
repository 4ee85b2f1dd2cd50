/**
 * The vendor's condition grammar from typed parts: strings in quotes, times in brackets, keywords bare. Paths through
 * `customField:<caption>` and through child lists go into their own parameters.
 */
import { doNotRetry } from '@weft/connector-kit';
import { z } from 'zod';

export const OPERATORS = [
  '=',
  '!=',
  '<',
  '<=',
  '>',
  '>=',
  'contains',
  'notContains',
  'startsWith',
  'endsWith',
  'like',
  'in',
  'notIn',
  'isEmpty',
  'isNotEmpty',
] as const;

export const conditionSchema = z.strictObject({
  field: z.string(),
  operator: z.enum(OPERATORS).default('='),
  value: z.unknown().optional(),
});
export type Condition = z.infer<typeof conditionSchema>;

/** The three parameters by which lists are filtered. */
export interface Filter {
  readonly conditions?: string;
  readonly childConditions?: string;
  readonly customFieldConditions?: string;
}

/** Child lists that `conditions` cannot reach. */
const CHILD_LISTS = new Set(['communicationItems', 'types']);

/** Whole times only: a bare date may as well be a text. */
const TIME = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:?\d{2})$/;

/** A moment as the grammar writes it: brackets, UTC, whole seconds. */
export function cwTime(ms: number): string {
  return `[${new Date(ms).toISOString().slice(0, 19)}Z]`;
}

/**
 * A string in the kind of quotes it does not hold. How a quote is escaped is documented nowhere, so a text with both
 * kinds cannot be compared exactly: see `wildcardText`. Backslashes are doubled, as live clients do; line ends are the
 * spaces that the server keeps of them in every field that can be searched.
 */
export function cwString(value: string): string {
  if (value.includes('"') && value.includes("'"))
    throw doNotRetry('A text with both kinds of quotes cannot be compared.', { code: 'value_malformed' });
  const quote = value.includes('"') ? "'" : '"';
  return `${quote}${value.replaceAll('\\', '\\\\').replace(/\r\n|\r|\n/g, ' ')}${quote}`;
}

function hasBothQuotes(value: unknown): value is string {
  return typeof value === 'string' && value.includes('"') && value.includes("'");
}

/** A text for LIKE in which quotes match any one text. */
function wildcardText(value: string): string {
  return value.replace(/["']/g, '*');
}

/** A literal of the value's type. Text that is a whole time becomes a time. */
export function cwLiteral(value: unknown): string {
  if (value === null || value === undefined) return 'null';
  if (typeof value === 'boolean') return value ? 'True' : 'False';
  if (typeof value === 'number') {
    if (!Number.isFinite(value)) throw doNotRetry(`"${value}" is not a number.`, { code: 'value_malformed' });
    return String(value);
  }
  if (typeof value === 'string') return TIME.test(value) && !Number.isNaN(Date.parse(value)) ? cwTime(Date.parse(value)) : cwString(value);
  throw doNotRetry('A list or record cannot be compared. Give a text, number, time, or true or false.', { code: 'value_malformed' });
}

/** A field path such as `status/name`. Dots are taken for slashes. */
export function cwPath(field: string): string {
  const path = field.trim().replaceAll('.', '/');
  if (!/^[A-Za-z_][A-Za-z0-9_]*(\/[A-Za-z_][A-Za-z0-9_]*){0,4}$/.test(path))
    throw doNotRetry(`"${field}" is not the name of a ConnectWise field.`, { code: 'name_malformed' });
  return path;
}

/** `lastName asc, id desc` checked piece by piece. */
export function cwOrder(given: string): string {
  return given
    .split(',')
    .map((part) => {
      const match = /^\s*([A-Za-z_][\w./]*)(?:\s+(asc|desc))?\s*$/i.exec(part);
      if (match === null)
        throw doNotRetry(`Order: "${part.trim()}" is none. Write a field, then asc or desc.`, { code: 'order_malformed' });
      return [cwPath(match[1] ?? ''), match[2]?.toLowerCase()].filter(Boolean).join(' ');
    })
    .join(', ');
}

/** One comparison. `path` must be checked already. */
function comparison(path: string, operator: Condition['operator'], value: unknown): string {
  if (operator === 'isEmpty') return `${path} = null`;
  if (operator === 'isNotEmpty') return `${path} != null`;
  if (operator === 'in' || operator === 'notIn') {
    const values = Array.isArray(value)
      ? value
      : String(value ?? '')
          .split(',')
          .map((part) => part.trim());
    // Ids come as text from forms; the server compares by type.
    return `${path} ${operator === 'in' ? 'in' : 'not in'} (${values.map((one) => (typeof one === 'string' && /^\d+$/.test(one) && /(^|\/)id$/i.test(path) ? one : cwLiteral(one))).join(',')})`;
  }
  const text = wildcardText(String(value ?? ''));
  if (operator === 'contains' || operator === 'notContains') {
    const not = operator === 'contains' ? '' : 'not ';
    return hasBothQuotes(value) ? `${path} ${not}like ${cwString(`*${text}*`)}` : `${path} ${not}contains ${cwString(String(value ?? ''))}`;
  }
  if (operator === 'startsWith') return `${path} like ${cwString(`${text}*`)}`;
  if (operator === 'endsWith') return `${path} like ${cwString(`*${text}`)}`;
  if (operator === 'like') return `${path} like ${cwString(text)}`;
  if (hasBothQuotes(value)) {
    if (operator === '=') return `${path} like ${cwString(text)}`;
    if (operator === '!=') return `${path} not like ${cwString(text)}`;
  }
  const literal = typeof value === 'string' && /(^|\/)id$/i.test(path) && /^\d+$/.test(value) ? value : cwLiteral(value);
  return `${path} ${operator} ${literal}`;
}

const CUSTOM = /^customFields?[:.](.+)$/is;

/** Throws `invalid` for a caption that cannot be written, and which no field can therefore have here. */
function captionString(caption: string): string {
  if (hasBothQuotes(caption)) throw doNotRetry(`There can be no custom field named ${caption}.`, { code: 'custom_field_unknown' });
  return cwString(caption);
}

/** How rows are joined. */
export type Combine = 'all' | 'any';

/**
 * Conditions of a form as the vendor's parameters, in which all or any must hold; what is written in the vendor's own language
 * must hold besides.
 */
export function buildFilter(rows: readonly Condition[], raw: Filter = {}, combine: Combine = 'all'): Filter {
  const own: string[] = [];
  const child: string[] = [];
  const custom: string[] = [];
  for (const row of rows) {
    const caption = CUSTOM.exec(row.field)?.[1];
    if (caption !== undefined) custom.push(`caption=${captionString(caption.trim())} AND ${comparison('value', row.operator, row.value)}`);
    else if (CHILD_LISTS.has(cwPath(row.field).split('/')[0] ?? '')) child.push(comparison(cwPath(row.field), row.operator, row.value));
    else own.push(comparison(cwPath(row.field), row.operator, row.value));
  }
  if (custom.length > 1 && combine === 'all')
    throw doNotRetry('ConnectWise can filter by one custom field at a time.', { code: 'filter_too_complex' });
  if (combine === 'any' && [own, child, custom].filter((parts) => parts.length > 0).length > 1)
    throw doNotRetry(
      'ConnectWise cannot join conditions by "any" when some are on the record, some on its lists and some on its custom fields.',
      { code: 'filter_too_complex' },
    );
  if ([...child, ...custom].some((part) => / in \(/.test(part)))
    throw doNotRetry('A list of values works on a record’s own fields only.', { code: 'filter_too_complex' });
  return {
    ...joined('conditions', own, { raw: raw.conditions, combine }),
    ...joined('childConditions', child, { raw: raw.childConditions, combine }),
    ...joined('customFieldConditions', custom, { raw: raw.customFieldConditions, combine }),
  };
}

function joined<Name extends keyof Filter>(
  name: Name,
  parts: readonly string[],
  { raw, combine }: { raw: string | undefined; combine: Combine },
): { [name in Name]?: string } {
  const written = raw?.trim() ?? '';
  const isAny = combine === 'any' && parts.length > 1;
  const own = isAny ? parts.map((part) => `(${part})`).join(' OR ') : parts.join(' AND ');
  const all = [
    ...(own === '' ? [] : [isAny && written !== '' ? `(${own})` : own]),
    ...(written === '' ? [] : [own === '' ? written : `(${written})`]),
  ];
  return all.length === 0 ? {} : ({ [name]: all.join(' AND ') } as { [name in Name]?: string });
}
