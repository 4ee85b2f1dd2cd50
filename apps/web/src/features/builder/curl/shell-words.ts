/** The words of a command as a shell would hand them over: POSIX shells and the Windows command line. Pure. */

/** One word. */
export interface ShellWord {
  readonly text: string;
  /** It begins a line of the text. */
  readonly isFirstOnLine: boolean;
  /** Some of it stood in quotes, so that it cannot be a name of the shell's. */
  readonly isQuoted: boolean;
}

/** What a command line says. */
export interface ShellLine {
  readonly words: readonly ShellWord[];
  /** The operator at which reading stopped, such as `|`; what follows it is another command's. */
  readonly stoppedAt?: string;
  /** Names and commands the shell would have put values for, as written: `$TOKEN`. They stand in the words unchanged. */
  readonly variables: readonly string[];
}

/** Either the line, or what is wrong with it in a sentence. */
export type ShellReading = ShellLine | { readonly problem: string };

/** Reads a command line, whichever of the two it is written for. */
export function readShellLine(text: string): ShellReading {
  const plain = text.replaceAll('\r\n', '\n');
  return isWindows(plain) ? readWindows(plain) : readPosix(plain);
}

/** Only there a caret ends a line or stands before a quote. */
function isWindows(text: string): boolean {
  return /\^[ \t]*\n/.test(text) || /(^|\s)\^"/.test(text);
}

/** Collects characters into words. */
class Words {
  readonly all: ShellWord[] = [];
  #text = '';
  #isOpen = false;
  #isQuoted = false;
  #isFirst = true;

  add(text: string): void {
    this.#text += text;
    this.#isOpen = true;
  }

  quote(): void {
    this.#isOpen = true;
    this.#isQuoted = true;
  }

  get isOpen(): boolean {
    return this.#isOpen;
  }

  end(): void {
    if (!this.#isOpen) return;
    this.all.push({ text: this.#text, isFirstOnLine: this.#isFirst, isQuoted: this.#isQuoted });
    this.#text = '';
    this.#isOpen = false;
    this.#isQuoted = false;
    this.#isFirst = false;
  }

  newLine(): void {
    this.end();
    this.#isFirst = true;
  }
}

const CONTINUATION = /(?:\\|`)[ \t]*\n/y;
/** What ends a command. A lone `&` or `;` inside a word is taken as part of an address that should have been quoted. */
const OPERATOR = /\|\|?|&&|&(?=\s|$)|;(?=\s|$)|\d?>>?|<(?!<)|<<<?/y;
const VARIABLE = /\$(?:\{[^}]*\}|\([^)]*\)|[A-Za-z_]\w*)/y;

function at(pattern: RegExp, text: string, index: number): string | undefined {
  pattern.lastIndex = index;
  return pattern.exec(text)?.[0];
}

function readPosix(text: string): ShellReading {
  const words = new Words();
  const variables: string[] = [];
  let index = 0;
  while (index < text.length) {
    const char = text[index] ?? '';
    const continuation = at(CONTINUATION, text, index);
    // An operator begins a word of its own; `2>` is one, the 2 of `page=2>` is not.
    const operator = words.isOpen && /\d/.test(char) ? undefined : at(OPERATOR, text, index);
    const variable = at(VARIABLE, text, index);
    if (continuation !== undefined) {
      // A space behind the backslash is a slip of the copy; without it the lines join as they are.
      if (continuation !== '\\\n') words.end();
      index += continuation.length;
    } else if (char === '\n') {
      words.newLine();
      index += 1;
    } else if (/\s/.test(char)) {
      words.end();
      index += 1;
    } else if (char === '#' && !words.isOpen) {
      const end = text.indexOf('\n', index);
      index = end === -1 ? text.length : end;
    } else if (operator !== undefined && operator !== '') {
      words.end();
      return { words: words.all, stoppedAt: operator, variables };
    } else if (char === "'" || char === '"' || text.startsWith("$'", index) || text.startsWith('$"', index)) {
      const read = readQuoted(text, index, variables);
      if (read === undefined) return unclosed(text, index);
      words.quote();
      words.add(read.text);
      index = read.end;
    } else if (variable !== undefined) {
      variables.push(variable);
      words.add(variable);
      index += variable.length;
    } else if (char === '\\' && index + 1 < text.length) {
      words.add(text[index + 1] ?? '');
      index += 2;
    } else {
      words.add(char);
      index += 1;
    }
  }
  words.end();
  return { words: words.all, variables };
}

function unclosed(text: string, index: number): { problem: string } {
  const line = text.slice(0, index).split('\n').length;
  const quote = text[index] === '$' ? text.slice(index, index + 2) : text[index];
  return { problem: `The quote ${quote ?? ''} in line ${line} is not closed. Copy the whole command.` };
}

interface Quoted {
  readonly text: string;
  /** Behind the closing quote. */
  readonly end: number;
}

function readQuoted(text: string, start: number, variables: string[]): Quoted | undefined {
  if (text[start] === "'") {
    const end = text.indexOf("'", start + 1);
    return end === -1 ? undefined : { text: text.slice(start + 1, end), end: end + 1 };
  }
  if (text.startsWith("$'", start)) return readAnsiC(text, start + 2);
  return readDouble(text, text[start] === '$' ? start + 2 : start + 1, variables);
}

/** In double quotes a backslash keeps only these from their meaning; before anything else it stays. */
const ESCAPABLE = new Set(['\\', '"', '$', '`']);

function readDouble(text: string, start: number, variables: string[]): Quoted | undefined {
  let read = '';
  for (let index = start; index < text.length;) {
    const char = text[index] ?? '';
    const next = text[index + 1] ?? '';
    const variable = at(VARIABLE, text, index);
    if (char === '"') return { text: read, end: index + 1 };
    if (char === '\\' && (next === '\n' || ESCAPABLE.has(next))) {
      read += next === '\n' ? '' : next;
      index += 2;
    } else if (variable !== undefined) {
      variables.push(variable);
      read += variable;
      index += variable.length;
    } else {
      read += char;
      index += 1;
    }
  }
  return undefined;
}

const ANSI_C: Readonly<Record<string, string>> = {
  n: '\n',
  t: '\t',
  r: '\r',
  a: '\x07',
  b: '\b',
  e: '\x1b',
  E: '\x1b',
  f: '\f',
  v: '\v',
};
const ANSI_C_CODE = /\\(?:x([0-9a-fA-F]{1,2})|u([0-9a-fA-F]{1,4})|U([0-9a-fA-F]{1,8})|([0-7]{1,3}))/y;

/** `$'…'`: what browsers copy when a body holds quotes, line ends or characters beyond ASCII. */
function readAnsiC(text: string, start: number): Quoted | undefined {
  let read = '';
  for (let index = start; index < text.length;) {
    const char = text[index] ?? '';
    if (char === "'") return { text: read, end: index + 1 };
    if (char !== '\\') {
      read += char;
      index += 1;
      continue;
    }
    ANSI_C_CODE.lastIndex = index;
    const [whole, hex, short, long, octal] = ANSI_C_CODE.exec(text) ?? [];
    const digits = hex ?? short ?? long;
    if (whole === undefined) {
      const next = text[index + 1] ?? '';
      read += ANSI_C[next] ?? next;
      index += 2;
    } else {
      const code = digits === undefined ? Number.parseInt(octal ?? '0', 8) : Number.parseInt(digits, 16);
      read += code <= 0x10ffff ? String.fromCodePoint(code) : whole;
      index += whole.length;
    }
  }
  return undefined;
}

/**
 * The Windows command line, in two steps: carets keep the next character from its meaning, then quotes make words. A
 * doubled backslash is taken as one: that is how browsers write them there.
 */
function readWindows(text: string): ShellReading {
  const plain = withoutCarets(text);
  const words = new Words();
  let isInQuotes = false;
  for (let index = 0; index < plain.length; index += 1) {
    const char = plain[index] ?? '';
    const next = plain[index + 1];
    if (char === '\\' && (next === '\\' || next === '"')) {
      words.add(next);
      index += 1;
    } else if (char === '"' && isInQuotes && next === '"') {
      words.add('"');
      index += 1;
    } else if (char === '"') {
      isInQuotes = !isInQuotes;
      words.quote();
    } else if (!isInQuotes && char === '\n') words.newLine();
    else if (!isInQuotes && /\s/.test(char)) words.end();
    else if (!isInQuotes && !words.isOpen && /[|&>]/.test(char)) return { words: words.all, stoppedAt: char, variables: [] };
    else words.add(char);
  }
  words.end();
  return isInQuotes ? { problem: 'A quote " is not closed. Copy the whole command.' } : { words: words.all, variables: [] };
}

/** A caret at the end of a line joins the next one to it, whose first character then has no meaning: a second line end stays. */
function withoutCarets(text: string): string {
  let read = '';
  let isInQuotes = false;
  for (let index = 0; index < text.length; index += 1) {
    const char = text[index] ?? '';
    if (char === '"') isInQuotes = !isInQuotes;
    if (char !== '^' || isInQuotes) {
      read += char;
      continue;
    }
    const lineEnd = /^[ \t]*\n/.exec(text.slice(index + 1, index + 200))?.[0];
    if (lineEnd === undefined) {
      index += 1;
      read += text[index] ?? '';
    } else {
      index += lineEnd.length;
      if (text[index + 1] === '\n') {
        read += '\n';
        index += 1;
      } else read += ' ';
    }
  }
  return read;
}
