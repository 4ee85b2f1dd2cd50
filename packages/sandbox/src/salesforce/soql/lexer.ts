import { requestError } from '../errors.ts';

/** A token of SOQL. Words keep their dots: `Account.Owner.Name` is one. */
export type Token =
  | { kind: 'word'; text: string; lower: string }
  | { kind: 'string'; value: string }
  | { kind: 'number'; value: number }
  | { kind: 'date'; text: string }
  | { kind: 'datetime'; text: string }
  | { kind: 'mark'; text: string };

const ESCAPES: Record<string, string> = { n: '\n', r: '\r', t: '\t', b: '\b', f: '\f' };

/** The vendor's 400 for text that is not SOQL. */
export function malformed(message: string) {
  return requestError(400, 'MALFORMED_QUERY', message);
}

/** Cuts SOQL into tokens. */
export function tokenize(text: string): Token[] {
  const tokens: Token[] = [];
  let at = 0;
  while (at < text.length) {
    const rest = text.slice(at);
    const space = /^\s+/.exec(rest)?.[0];
    const moment = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d+)?(?:Z|[+-]\d{2}:?\d{2})/i.exec(rest)?.[0];
    const day = /^\d{4}-\d{2}-\d{2}(?![\w])/.exec(rest)?.[0];
    const number = /^[+-]?\d+(?:\.\d+)?(?![\w])/.exec(rest)?.[0];
    const word = /^[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)*(?::\d+)?/.exec(rest)?.[0];
    const mark = /^(?:!=|<>|<=|>=|[=<>(),])/.exec(rest)?.[0];
    if (space) {
      at += space.length;
    } else if (rest.startsWith("'")) {
      const string = readString(rest);
      tokens.push({ kind: 'string', value: string.value });
      at += string.length;
    } else if (moment) {
      tokens.push({ kind: 'datetime', text: moment });
      at += moment.length;
    } else if (day) {
      tokens.push({ kind: 'date', text: day });
      at += day.length;
    } else if (number) {
      tokens.push({ kind: 'number', value: Number(number) });
      at += number.length;
    } else if (word) {
      tokens.push({ kind: 'word', text: word, lower: word.toLowerCase() });
      at += word.length;
    } else if (mark) {
      tokens.push({ kind: 'mark', text: mark === '<>' ? '!=' : mark });
      at += mark.length;
    } else {
      throw malformed(`unexpected token: '${rest.charAt(0)}'`);
    }
  }
  return tokens;
}

function readString(rest: string): { value: string; length: number } {
  let value = '';
  for (let at = 1; at < rest.length; at += 1) {
    const char = rest.charAt(at);
    if (char === "'") return { value, length: at + 1 };
    if (char !== '\\') {
      value += char;
      continue;
    }
    at += 1;
    const escaped = rest.charAt(at);
    if (!/[nrtbf"'\\_%]/.test(escaped)) throw malformed('Illegal escape sequence in string');
    // An escaped wildcard keeps its backslash: LIKE has to tell it from a real one.
    value += ESCAPES[escaped] ?? (escaped === '_' || escaped === '%' ? `\\${escaped}` : escaped);
  }
  throw malformed("line 1: unexpected char: '''");
}
