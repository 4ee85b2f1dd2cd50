import { isCalendarDay } from '../dates.ts';
import { badCondition } from './errors.ts';

/** A literal in a condition. Dates are milliseconds. */
export type Literal =
  | { type: 'string'; value: string }
  | { type: 'numeric'; value: number }
  | { type: 'boolean'; value: boolean }
  | { type: 'datetime'; value: number }
  | { type: 'null'; value: null };

/** One comparison. `path` is as written; names are compared without regard to case. */
export interface Comparison {
  kind: 'compare';
  path: string;
  operator: '=' | '!=' | '<' | '<=' | '>' | '>=' | 'like' | 'contains' | 'in';
  isNegated: boolean;
  values: Literal[];
}

/** A parsed condition: AND binds tighter than OR. */
export type Condition = Comparison | { kind: 'and' | 'or'; left: Condition; right: Condition };

type Token =
  | { kind: 'word'; text: string }
  | { kind: 'operator'; text: '=' | '!=' | '<' | '<=' | '>' | '>=' }
  | { kind: 'mark'; text: '(' | ')' | ',' }
  | { kind: 'literal'; literal: Literal };

const OPERATORS = /^(?:!=|<>|<=|>=|=|<|>)/;

function tokenize(text: string): Token[] {
  const tokens: Token[] = [];
  let at = 0;
  while (at < text.length) {
    const rest = text.slice(at);
    const char = rest.charAt(0);
    if (/\s/.test(char)) {
      at += 1;
    } else if (char === '(' || char === ')' || char === ',') {
      tokens.push({ kind: 'mark', text: char });
      at += 1;
    } else if (char === '"' || char === "'") {
      const string = readString(rest);
      tokens.push({ kind: 'literal', literal: { type: 'string', value: string.value } });
      at += string.length;
    } else if (char === '[') {
      const end = rest.indexOf(']');
      const text = end < 0 ? '' : rest.slice(1, end).trim();
      const value = parseDate(text);
      // Seen live: [today] is taken without complaint, and nothing is ever on either side of it.
      if (Number.isNaN(value) && text.toLowerCase() !== 'today')
        throw badCondition(`String was not recognized as a valid DateTime near '${rest.slice(0, 30)}'.`);
      tokens.push({ kind: 'literal', literal: { type: 'datetime', value } });
      at += end + 1;
    } else {
      const operator = OPERATORS.exec(rest)?.[0];
      const number = /^-?\d+(?:\.\d+)?(?![\w/])/.exec(rest)?.[0];
      const word = /^[A-Za-z_][\w]*(?:\/[A-Za-z_][\w]*)*/.exec(rest)?.[0];
      if (operator) {
        tokens.push({ kind: 'operator', text: (operator === '<>' ? '!=' : operator) as '=' });
        at += operator.length;
      } else if (number) {
        tokens.push({ kind: 'literal', literal: { type: 'numeric', value: Number(number) } });
        at += number.length;
      } else if (word) {
        tokens.push(wordToken(word));
        at += word.length;
      } else {
        throw badCondition(`Unexpected character '${char}' in condition.`);
      }
    }
  }
  return tokens;
}

function wordToken(word: string): Token {
  const lower = word.toLowerCase();
  if (lower === 'true' || lower === 'false') return { kind: 'literal', literal: { type: 'boolean', value: lower === 'true' } };
  if (lower === 'null') return { kind: 'literal', literal: { type: 'null', value: null } };
  return { kind: 'word', text: word };
}

function readString(rest: string): { value: string; length: number } {
  const quote = rest.charAt(0);
  let value = '';
  for (let at = 1; at < rest.length; at += 1) {
    const char = rest.charAt(at);
    const next = rest.charAt(at + 1);
    // A backslash escapes a quote or itself; elsewhere (Windows paths) it stands for itself.
    if (char === '\\' && (next === '"' || next === "'" || next === '\\')) {
      value += next;
      at += 1;
    } else if (char === quote) {
      return { value, length: at + 1 };
    } else {
      value += char;
    }
  }
  throw badCondition('Unbalanced quote in condition.');
}

/** Dates are UTC; the bracket form carries no offset, and a bare day means its midnight. */
function parseDate(text: string): number {
  if (!isCalendarDay(text)) return Number.NaN;
  if (/^\d{4}-\d{2}-\d{2}$/.test(text)) return Date.parse(`${text}T00:00:00Z`);
  if (!/^\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}(:\d{2}(\.\d+)?)?Z?$/i.test(text)) return Number.NaN;
  return Date.parse(`${text.replace(' ', 'T').replace(/z$/i, '')}Z`);
}

/** Parses conditions, childConditions or customFieldConditions. Throws the vendor's 400. */
export function parseCondition(text: string): Condition {
  const tokens = tokenize(text);
  let at = 0;
  const isWord = (word: string) => {
    const token = tokens[at];
    return token?.kind === 'word' && token.text.toLowerCase() === word;
  };
  const isMark = (mark: string) => {
    const token = tokens[at];
    return token?.kind === 'mark' && token.text === mark;
  };
  const fail = () => badCondition(`Unexpected end or token in condition '${text}'.`);

  function either(): Condition {
    let left = both();
    while (isWord('or')) {
      at += 1;
      left = { kind: 'or', left, right: both() };
    }
    return left;
  }
  function both(): Condition {
    let left = term();
    while (isWord('and')) {
      at += 1;
      left = { kind: 'and', left, right: term() };
    }
    return left;
  }
  function term(): Condition {
    if (isMark('(')) {
      at += 1;
      const inner = either();
      if (!isMark(')')) throw fail();
      at += 1;
      return inner;
    }
    const path = tokens[at];
    if (path?.kind !== 'word') throw fail();
    at += 1;
    const isNegated = isWord('not');
    if (isNegated) at += 1;
    const operator = tokens[at];
    at += 1;
    if (operator?.kind === 'operator' && !isNegated) {
      return { kind: 'compare', path: path.text, operator: operator.text, isNegated, values: [literal()] };
    }
    const word = operator?.kind === 'word' ? operator.text.toLowerCase() : '';
    if (word === 'like' || word === 'contains') {
      return { kind: 'compare', path: path.text, operator: word, isNegated, values: [literal()] };
    }
    if (word === 'in') return { kind: 'compare', path: path.text, operator: 'in', isNegated, values: list() };
    throw badCondition(`Unknown operator near '${path.text}'.`);
  }
  function literal(): Literal {
    const token = tokens[at];
    if (token?.kind !== 'literal') throw fail();
    at += 1;
    return token.literal;
  }
  function list(): Literal[] {
    if (!isMark('(')) throw fail();
    at += 1;
    const values = [literal()];
    while (isMark(',')) {
      at += 1;
      values.push(literal());
    }
    if (!isMark(')')) throw fail();
    at += 1;
    return values;
  }

  const condition = either();
  if (at < tokens.length) throw fail();
  return condition;
}
