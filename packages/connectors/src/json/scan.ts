/**
 * Looks at JSON text without building anything: how deep it goes, and where it goes wrong. `JSON.parse` says where it
 * stumbled in words that differ between engines and often without a position; people need line and column.
 */

/** Where JSON goes wrong, as an offset, and why. */
export interface Fault {
  readonly at: number;
  readonly why: string;
}

/** How deep the lists and records of a JSON text are nested, at most `limit + 1`: no further is looked. */
export function depthOf(text: string, limit: number): number {
  let depth = 0;
  let deepest = 0;
  for (let at = 0; at < text.length && deepest <= limit; at += 1) {
    const character = text[at];
    if (character === '"') at = closingQuote(text, at);
    else if (character === '{' || character === '[') deepest = Math.max(deepest, (depth += 1));
    else if (character === '}' || character === ']') depth -= 1;
  }
  return deepest;
}

// Loops rather than patterns: a text of some million characters would overflow the stack of a pattern.

/** Where the string that begins here ends; the end of the text when it does not. */
function closingQuote(text: string, start: number): number {
  for (let quote = text.indexOf('"', start + 1); quote !== -1; quote = text.indexOf('"', quote + 1)) {
    let backslashes = 0;
    while (text[quote - 1 - backslashes] === '\\') backslashes += 1;
    if (backslashes % 2 === 0) return quote;
  }
  return text.length;
}

const ESCAPE = /\\(?:["\\/bfnrt]|u[\da-fA-F]{4})/y;

/** Where the token after the string that begins here begins; undefined when the string is none. */
function afterString(text: string, start: number): number | undefined {
  const end = closingQuote(text, start);
  if (end === text.length) return undefined;
  for (let at = start + 1; at < end; at += 1) {
    const character = text[at] ?? '';
    if (character < ' ') return undefined;
    if (character !== '\\') continue;
    ESCAPE.lastIndex = at;
    if (!ESCAPE.test(text)) return undefined;
    at = ESCAPE.lastIndex - 1;
  }
  return end + 1;
}

const BLANK = /[ \t\r\n]*/y;
const SCALAR = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null/y;

type Wanted = 'value' | 'value or ]' | 'name' | 'name or }' | ':' | ', or end';

interface Token {
  readonly kind: 'string' | 'scalar' | 'sign' | 'none';
  readonly sign: string;
  readonly end: number;
}

function tokenAt(text: string, at: number): Token {
  const sign = text[at] ?? '';
  if (sign === '"') {
    const end = afterString(text, at);
    return end === undefined ? { kind: 'none', sign: '', end: at } : { kind: 'string', sign: '', end };
  }
  if (sign !== '' && '[]{},:'.includes(sign)) return { kind: 'sign', sign, end: at + 1 };
  SCALAR.lastIndex = at;
  return SCALAR.test(text) ? { kind: 'scalar', sign: '', end: SCALAR.lastIndex } : { kind: 'none', sign: '', end: at };
}

/** The first fault of a text that is no JSON. */
export function faultOf(text: string): Fault {
  const open: ('{' | '[')[] = [];
  let wanted: Wanted = 'value';
  for (let at = skipBlank(text, 0); ;) {
    if (wanted === ', or end' && open.length === 0) return { at, why: 'the text goes on after its value' };
    const token = tokenAt(text, at);
    const next = step(wanted, token, open);
    if (next === undefined) return { at, why: at >= text.length ? `it ends where ${EXPECTED[wanted]}` : wordsFor(text, at, wanted) };
    wanted = next;
    at = skipBlank(text, token.end);
  }
}

function skipBlank(text: string, at: number): number {
  BLANK.lastIndex = at;
  return BLANK.test(text) ? BLANK.lastIndex : at;
}

/** What is wanted after a token; undefined when the token is not what was wanted. */
function step(wanted: Wanted, { kind, sign }: Token, open: ('{' | '[')[]): Wanted | undefined {
  const closes = open.at(-1) === '{' ? '}' : ']';
  const mayClose = wanted === 'name or }' || wanted === 'value or ]' || wanted === ', or end';
  if (sign === closes && mayClose) {
    open.pop();
    return ', or end';
  }
  if (wanted === ', or end') return sign === ',' ? (open.at(-1) === '{' ? 'name' : 'value') : undefined;
  if (wanted === ':') return sign === ':' ? 'value' : undefined;
  if (wanted === 'name' || wanted === 'name or }') return kind === 'string' ? ':' : undefined;
  if (kind === 'string' || kind === 'scalar') return ', or end';
  if (sign !== '{' && sign !== '[') return undefined;
  open.push(sign);
  return sign === '{' ? 'name or }' : 'value or ]';
}

const EXPECTED: Readonly<Record<Wanted, string>> = {
  value: 'a value is expected',
  'value or ]': 'a value or "]" is expected',
  name: 'a name in double quotes is expected',
  'name or }': 'a name in double quotes or "}" is expected',
  ':': '":" is expected',
  ', or end': '"," or the end of the list or record is expected',
};

function wordsFor(text: string, at: number, wanted: Wanted): string {
  const character = String.fromCodePoint(text.codePointAt(at) ?? 0);
  if (character === '"') return 'a text in quotes does not end, or holds a line end or a backslash that must be written as \\n or \\\\';
  if (character === "'" || character === '“' || character === '”') return `quotes must be straight and double, not ${character}`;
  return `${EXPECTED[wanted]}, not "${character}"`;
}

/** A place in a text as people count: from one. */
export function placeOf(text: string, at: number): string {
  const before = text.slice(0, at);
  const line = before.split('\n').length;
  return `Line ${line}, column ${at - before.lastIndexOf('\n')}`;
}
