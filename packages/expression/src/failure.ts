/** Errors of expressions, in plain words. */
import { WeftError } from '@weft/errors';

/** What an expression's error carries in `detail`. */
export interface ExpressionFailure {
  readonly expression: string;
  /** Offset into the expression (for unclosed braces: into the whole string), from 0. */
  readonly position: number;
  readonly reason: string;
}

/** An expression that cannot be read. Class `invalid`, code `expression_syntax`. */
export function syntaxError(failure: ExpressionFailure): WeftError {
  return new WeftError({
    class: 'invalid',
    code: 'expression_syntax',
    message: `The expression cannot be read: ${failure.reason}.${near(failure)}`,
    detail: failure,
  });
}

/** An expression that was read but gave no value. Class `invalid`, code `expression_failed`. */
export function evaluationError(failure: ExpressionFailure): WeftError {
  return new WeftError({
    class: 'invalid',
    code: 'expression_failed',
    message: `The expression {{ ${shorten(failure.expression)} }} failed: ${failure.reason}.`,
    detail: failure,
  });
}

/** Turns what JSONata throws into our errors. */
export function fromJsonata(thrown: unknown, expression: string): WeftError {
  const error = (typeof thrown === 'object' && thrown !== null ? thrown : {}) as {
    code?: string;
    position?: number;
    message?: string;
    token?: unknown;
    index?: unknown;
  };
  const failure = { expression, position: error.position ?? 0, reason: reasonOf(error, thrown) };
  return error.code?.startsWith('S') ? syntaxError(failure) : evaluationError(failure);
}

/** Our words for the errors that people meet; JSONata's own, without its full stop, for the others. */
const REASONS: Readonly<Record<string, (error: { token?: unknown; index?: unknown }) => string>> = {
  D1001: () => 'the number is too large',
  D1002: () => 'this is no number that arithmetic can work on',
  D1011: () => 'it calls itself too deeply',
  D1012: () => 'it took too long and was stopped; look for a loop without end',
  D2014: () => 'the range is too long',
  D2015: () => 'the list it makes is too long',
  T0410: (error) => `argument ${String(error.index)} of $${String(error.token)} is of the wrong type`,
  T0411: (error) => `what $${String(error.token)} works on is of the wrong type`,
  T0412: (error) => `argument ${String(error.index)} of $${String(error.token)} must be a list of one type only`,
  T1005: (error) => `there is no function ${String(error.token)} here; functions are written with a $ in front`,
  T1006: (error) => `${String(error.token)} is not a function`,
  T2001: () => 'the left side of the arithmetic is not a number',
  T2002: () => 'the right side of the arithmetic is not a number',
  T2009: () => 'the two values compared are of different types',
  T2010: () => 'only numbers and texts can be compared by size',
  U1001: () => 'it calls itself too deeply or took too long, and was stopped',
};

function reasonOf(error: { code?: string; message?: string; token?: unknown; index?: unknown }, thrown: unknown): string {
  const known = error.code === undefined ? undefined : REASONS[error.code];
  if (known) return known(error);
  const text = error.message ?? String(thrown);
  return text.replace(/\.$/, '');
}

function near(failure: ExpressionFailure): string {
  const text = failure.expression.slice(Math.max(0, failure.position - 15), failure.position + 15).trim();
  return text === '' ? '' : ` Near “${text}”, character ${failure.position + 1}.`;
}

function shorten(text: string): string {
  return text.length > 120 ? `${text.slice(0, 117)}…` : text;
}
