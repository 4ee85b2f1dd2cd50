/**
 * Finds the first fault in text that is not JSON. `JSON.parse` says where it stumbled in words that differ between
 * engines and often without a position; people need line and column.
 */

/** Where JSON goes wrong, as an offset, and why. */
export interface JsonFault {
  readonly position: number;
  readonly reason: string;
}

const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
const WORD = /true|false|null/y;
const BLANK = /[ \t\r\n]*/y;

/** The first fault, or undefined when the text is JSON. Works without recursion, so that depth cannot harm it. */
export function findJsonFault(text: string): JsonFault | undefined {
  const open: ('{' | '[')[] = [];
  let at = skip(text, 0);
  let wants: 'value' | 'valueOrEnd' | 'key' | 'keyOrEnd' | 'commaOrEnd' = 'value';
  for (;;) {
    const char = text[at];
    const frame = open.at(-1);
    if (wants === 'commaOrEnd') {
      if (frame === undefined)
        return at < text.length ? { position: at, reason: 'the text goes on behind the end of the JSON value' } : undefined;
      const close = frame === '{' ? '}' : ']';
      if (char === ',') wants = frame === '{' ? 'key' : 'value';
      else if (char === close) open.pop();
      else return faultAt(text, at, `“,” or “${close}” is expected`);
      at = skip(text, at + 1);
    } else if ((wants === 'keyOrEnd' && char === '}') || (wants === 'valueOrEnd' && char === ']')) {
      open.pop();
      wants = 'commaOrEnd';
      at = skip(text, at + 1);
    } else if (wants === 'key' || wants === 'keyOrEnd') {
      if (char !== '"') return faultAt(text, at, 'a name in double quotes is expected');
      const end = readString(text, at);
      if (typeof end !== 'number') return end;
      at = skip(text, end);
      if (text[at] !== ':') return faultAt(text, at, '“:” is expected');
      at = skip(text, at + 1);
      wants = 'value';
    } else if (char === '{' || char === '[') {
      open.push(char);
      wants = char === '{' ? 'keyOrEnd' : 'valueOrEnd';
      at = skip(text, at + 1);
    } else {
      const end =
        char === '"'
          ? readString(text, at)
          : (match(NUMBER, text, at) ?? match(WORD, text, at) ?? faultAt(text, at, 'a value is expected'));
      if (typeof end !== 'number') return end;
      at = skip(text, end);
      wants = 'commaOrEnd';
    }
  }
}

function match(pattern: RegExp, text: string, at: number): number | undefined {
  pattern.lastIndex = at;
  return pattern.test(text) ? pattern.lastIndex : undefined;
}

function skip(text: string, at: number): number {
  return match(BLANK, text, at) ?? at;
}

function faultAt(text: string, position: number, expected: string): JsonFault {
  const char = text.codePointAt(position);
  return { position, reason: char === undefined ? `it ends too early; ${expected}` : `${expected}, not “${String.fromCodePoint(char)}”` };
}

const ESCAPE = /\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})/y;

/** Where the string that begins here ends, or why it cannot be read. A loop, as a pattern would need memory per character. */
function readString(text: string, start: number): number | JsonFault {
  for (let at = start + 1; at < text.length; at += 1) {
    const char = text[at] ?? '';
    if (char === '"') return at + 1;
    if (char < ' ') return { position: at, reason: 'a text runs over the end of its line; write \\n for a line break' };
    if (char !== '\\') continue;
    const end = match(ESCAPE, text, at);
    if (end === undefined) return { position: at, reason: 'a backslash stands before a character it cannot stand before' };
    at = end - 1;
  }
  return { position: start, reason: 'a text has no closing quote' };
}
