/**
 * Walks over the text of an expression as JSONata's tokenizer does, so that what stands in quotes, backticks, patterns and
 * comments is never taken for part of its syntax.
 */

/** Something that begins and never ends. */
export interface Unclosed {
  /** In words, with an article: `the quote "`. */
  readonly what: string;
  readonly at: number;
}

/** Where a walk ended. */
export interface ScanEnd {
  /** The offset at which the visitor stopped it, or the text's length. */
  readonly at: number;
  readonly wasStopped: boolean;
  readonly unclosed?: Unclosed;
}

const NAME = /[^\s.[\]{}(),@#;:?+\-*/%|=<>^&!~"'`][^\s.[\]{}(),@#;:?+\-*/%|=<>^&!~]*/y;
const BLANK = /\s/;
/** Behind one of these an operand has ended, so that a slash divides. Wildcards are operands too. */
const ENDS_OPERAND = new Set([')', ']', '}', '*', '%']);

/** Shows the visitor every character that is syntax and no part of a name, until it gives true. */
export function scanSyntax(text: string, from: number, visit: (char: string, at: number) => boolean): ScanEnd {
  let afterOperand = false;
  let at = from;
  while (at < text.length) {
    const char = text[at] ?? '';
    const isComment = char === '/' && text[at + 1] === '*';
    const isOpaque = isComment || char === '"' || char === "'" || char === '`' || (char === '/' && !afterOperand);
    const end = isOpaque ? endOfOpaque(text, at) : endOfName(text, at);
    if (end === -1) return { at: text.length, wasStopped: false, unclosed: { what: nameOf(char, isComment), at } };
    if (end > at) {
      afterOperand = isComment ? afterOperand : true;
      at = end;
      continue;
    }
    if (visit(char, at)) return { at, wasStopped: true };
    if (!BLANK.test(char)) afterOperand = ENDS_OPERAND.has(char);
    at += 1;
  }
  return { at, wasStopped: false };
}

function nameOf(char: string, isComment: boolean): string {
  if (isComment) return 'the comment /*';
  return char === '/' ? 'the pattern /' : char === '`' ? 'the backtick `' : `the quote ${char}`;
}

/** Behind the name, number or variable that begins here; the same offset when none does. */
function endOfName(text: string, at: number): number {
  NAME.lastIndex = at;
  return NAME.test(text) ? NAME.lastIndex : at;
}

function endOfOpaque(text: string, at: number): number {
  const char = text[at];
  if (char === '"' || char === "'") return endOfString(text, at);
  if (char === '/' && text[at + 1] !== '*') return endOfPattern(text, at);
  const closing = char === '/' ? '*/' : '`';
  const close = text.indexOf(closing, at + closing.length);
  return close === -1 ? -1 : close + closing.length;
}

function endOfString(text: string, start: number): number {
  for (let at = start + 1; at < text.length; at += 1) {
    if (text[at] === '\\') at += 1;
    else if (text[at] === text[start]) return at + 1;
  }
  return -1;
}

/** Whether an odd number of backslashes stands before an offset. */
export function isEscaped(text: string, at: number): boolean {
  let backslashes = 0;
  while (text[at - 1 - backslashes] === '\\') backslashes += 1;
  return backslashes % 2 === 1;
}

/** JSONata closes a pattern at the first slash that is neither escaped nor in brackets of any kind. */
function endOfPattern(text: string, start: number): number {
  let depth = 0;
  for (let at = start + 1; at < text.length; at += 1) {
    const char = text[at] ?? '';
    if (char === '/' && depth === 0 && !isEscaped(text, at)) return at + 1;
    if (text[at - 1] === '\\') continue; // for brackets it looks no further back than one character
    if ('([{'.includes(char)) depth += 1;
    else if (')]}'.includes(char)) depth -= 1;
  }
  return -1;
}
