/** The one reader of `{{ }}`: running, checking, completing and renaming all see the same parts. */
import { syntaxError } from './failure.ts';
import { scanSyntax } from './scan.ts';
import type { ScanEnd } from './scan.ts';

/** A stretch of a template string; offsets are into the whole text, `end` is exclusive. */
export interface TemplatePart {
  readonly kind: 'text' | 'expression';
  /** The text with escapes undone, or the expression without its braces and outer blanks. */
  readonly text: string;
  readonly start: number;
  readonly end: number;
  /** Where `text` begins: behind the braces and blanks for an expression. */
  readonly textStart: number;
}

/**
 * Splits a template string. `\{{` stands for two literal braces. Braces inside an expression are matched, and those
 * in quotes, patterns and comments do not count: `{{ {"a": "}}"} }}` is one expression. Throws `expression_syntax` when one is not closed or is empty.
 */
export function parseTemplate(source: string): TemplatePart[] {
  const parts: TemplatePart[] = [];
  let text = '';
  let textStart = 0;
  let at = 0;
  const flush = (end: number): void => {
    if (end > textStart) parts.push({ kind: 'text', text, start: textStart, end, textStart });
    text = '';
  };
  while (at < source.length) {
    if (source.startsWith('\\{{', at)) {
      text += '{{';
      at += 3;
    } else if (source.startsWith('{{', at)) {
      flush(at);
      const part = readExpression(source, at);
      parts.push(part);
      at = part.end;
      textStart = at;
    } else {
      text += source[at];
      at += 1;
    }
  }
  flush(source.length);
  return parts;
}

/** Whether a string holds an expression at all. */
export function hasExpression(source: string): boolean {
  return source.includes('{{') && parseTemplate(source).some((part) => part.kind === 'expression');
}

/** Writes literal text so that `parseTemplate` gives it back. */
export function escapeText(text: string): string {
  return text.replaceAll('{{', '\\{{');
}

function readExpression(source: string, start: number): TemplatePart {
  const close = findClose(source, start + 2);
  if (close.unclosed) {
    throw syntaxError({ expression: source, position: close.unclosed.at, reason: `${close.unclosed.what} is not closed` });
  }
  if (!close.wasStopped) {
    throw syntaxError({
      expression: source.slice(start),
      position: start,
      reason: 'The braces {{ are not closed; add }} at the end of the expression',
    });
  }
  const inner = source.slice(start + 2, close.at);
  const text = inner.trim();
  if (text === '') throw syntaxError({ expression: '', position: start, reason: 'There is no expression between {{ and }}' });
  return { kind: 'expression', text, start, end: close.at + 2, textStart: start + 2 + inner.indexOf(text) };
}

/** Where the `}}` that closes an expression stands. */
function findClose(source: string, from: number): ScanEnd {
  let depth = 0;
  return scanSyntax(source, from, (char, at) => {
    if (char === '{') depth += 1;
    else if (char === '}' && depth > 0) depth -= 1;
    else if (char === '}' && source[at + 1] === '}') return true;
    return false;
  });
}
