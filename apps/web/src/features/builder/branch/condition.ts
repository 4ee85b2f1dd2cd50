/**
 * The visual condition builder's model, to and from expression text.
 *
 * Only text in exactly the shapes written here is read back; anything else is a formula and stays one.
 * `!=` with nothing on its left is false in JSONata, which is what makes "has a value" one comparison each.
 */

/** Operators, in the order of the list; `takes` says what stands on the right. */
export const CONDITION_OPERATORS = {
  equals: { label: 'is', takes: 'value' },
  differs: { label: 'is not', takes: 'value' },
  contains: { label: 'contains', takes: 'text' },
  lacks: { label: 'does not contain', takes: 'text' },
  over: { label: 'is more than', takes: 'value' },
  atLeast: { label: 'is at least', takes: 'value' },
  under: { label: 'is less than', takes: 'value' },
  atMost: { label: 'is at most', takes: 'value' },
  filled: { label: 'has a value', takes: 'nothing' },
  empty: { label: 'is empty', takes: 'nothing' },
  isTrue: { label: 'is true', takes: 'nothing' },
  isFalse: { label: 'is false', takes: 'nothing' },
} as const satisfies Record<string, { label: string; takes: 'value' | 'text' | 'nothing' }>;

export type ConditionOperator = keyof typeof CONDITION_OPERATORS;

/** The right side: a literal or a path. */
export type ConditionValue = { readonly literal: string | number | boolean } | { readonly path: string };

export interface ConditionRow {
  /** A path such as `trigger.record.StageName`. */
  readonly left: string;
  readonly operator: ConditionOperator;
  readonly value?: ConditionValue;
}

export interface Condition {
  readonly join: 'and' | 'or';
  readonly rows: readonly ConditionRow[];
}

const SYMBOLS = { equals: '=', differs: '!=', over: '>', atLeast: '>=', under: '<', atMost: '<=' } as const;
const PATH = String.raw`(?:trigger|steps|item|index|config|run|error)(?:\.(?:[A-Za-z_]\w*|\x60[^\x60]+\x60)|\[-?\d+\])*`;
const LITERAL = String.raw`"(?:[^"\\]|\\.)*"|-?\d+(?:\.\d+)?|true|false`;

/** The condition as expression text. Rows without a left side are left out. */
export function writeCondition(condition: Condition): string {
  const parts = condition.rows.filter((row) => row.left !== '').map(writeRow);
  return parts.join(` ${condition.join} `);
}

function writeRow(row: ConditionRow): string {
  const right = row.value === undefined ? '""' : writeValue(row.value);
  switch (row.operator) {
    case 'contains':
      return `$contains(${row.left}, ${right})`;
    case 'lacks':
      return `$not($contains(${row.left}, ${right}))`;
    case 'filled':
      return `(${row.left} != null and ${row.left} != "")`;
    case 'empty':
      return `$not(${row.left} != null and ${row.left} != "")`;
    case 'isTrue':
      return `${row.left} = true`;
    case 'isFalse':
      return `${row.left} = false`;
    default:
      return `${row.left} ${SYMBOLS[row.operator]} ${right}`;
  }
}

function writeValue(value: ConditionValue): string {
  return 'path' in value ? value.path || '""' : JSON.stringify(value.literal);
}

/** Reads text written by {@link writeCondition}, with or without braces; undefined for any other formula. */
export function readCondition(text: string): Condition | undefined {
  const bare = text
    .trim()
    .replace(/^\{\{\s*|\s*\}\}$/g, '')
    .trim();
  if (bare === '') return { join: 'and', rows: [] };
  for (const join of ['and', 'or'] as const) {
    const rows = splitTopLevel(bare, ` ${join} `).map(readRow);
    if (rows.every((row) => row !== undefined)) return { join, rows };
  }
  return undefined;
}

function readRow(text: string): ConditionRow | undefined {
  const filled = new RegExp(`^(\\$not)?\\((${PATH}) != null and \\2 != ""\\)$`).exec(text);
  if (filled?.[2] !== undefined) return { left: filled[2], operator: filled[1] === undefined ? 'filled' : 'empty' };
  const lacks = new RegExp(`^\\$not\\(\\$contains\\((${PATH}), (${LITERAL}|${PATH})\\)\\)$`).exec(text);
  if (lacks?.[1] !== undefined && lacks[2] !== undefined) return { left: lacks[1], operator: 'lacks', value: readValue(lacks[2]) };
  const contains = new RegExp(`^\\$contains\\((${PATH}), (${LITERAL}|${PATH})\\)$`).exec(text);
  if (contains?.[1] !== undefined && contains[2] !== undefined)
    return { left: contains[1], operator: 'contains', value: readValue(contains[2]) };
  const compare = new RegExp(`^(${PATH}) (=|!=|>=|<=|>|<) (${LITERAL}|${PATH})$`).exec(text);
  if (compare?.[1] === undefined || compare[3] === undefined) return undefined;
  return readComparison(compare[1], compare[2] ?? '=', readValue(compare[3]));
}

function readComparison(left: string, symbol: string, value: ConditionValue): ConditionRow | undefined {
  if (symbol === '=' && 'literal' in value && typeof value.literal === 'boolean')
    return { left, operator: value.literal ? 'isTrue' : 'isFalse' };
  const operator = (Object.keys(SYMBOLS) as (keyof typeof SYMBOLS)[]).find((key) => SYMBOLS[key] === symbol);
  return operator === undefined ? undefined : { left, operator, value };
}

function readValue(text: string): ConditionValue {
  return new RegExp(`^(?:${LITERAL})$`).test(text) ? { literal: JSON.parse(text) as string | number | boolean } : { path: text };
}

/** Splits outside quotes and parentheses. */
function splitTopLevel(text: string, separator: string): string[] {
  const parts: string[] = [];
  let depth = 0;
  let start = 0;
  for (let index = 0; index < text.length; index += 1) {
    const char = text[index];
    if (char === '"') index = endOfString(text, index);
    else if (char === '(') depth += 1;
    else if (char === ')') depth -= 1;
    else if (depth === 0 && text.startsWith(separator, index)) {
      parts.push(text.slice(start, index).trim());
      index += separator.length - 1;
      start = index + 1;
    }
  }
  parts.push(text.slice(start).trim());
  return parts;
}

function endOfString(text: string, start: number): number {
  let index = start + 1;
  while (index < text.length && text[index] !== '"') index += text[index] === '\\' ? 2 : 1;
  return index;
}
