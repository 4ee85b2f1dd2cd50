/**
 * JSONata with its guards on: time, depth, length of lists, a regular expression engine that is linear in its input, a
 * limit on the size of the result. What the guards cannot stop is memory: a string doubled often enough ends the process.
 * Hence only `simple` expressions are evaluated with this in a process that matters.
 */
import { isWeftError } from '@weft/errors';
import jsonata from 'jsonata';
import { admitExpression } from './admit.ts';
import { clockOf } from './clock.ts';
import { LinearRegExp } from './linear-regexp.ts';
import { evaluationError, fromJsonata } from './failure.ts';

/** Limits of one evaluation. */
export interface EvaluationLimits {
  /** Milliseconds. */
  readonly timeoutMs: number;
  readonly maxDepth: number;
  /** Longest list that may be made. */
  readonly maxSequence: number;
  /** Largest result, in characters of its JSON. */
  readonly maxResultChars: number;
}

/** Limits that suit an expression of a workflow. */
export const DEFAULT_LIMITS: EvaluationLimits = { timeoutMs: 500, maxDepth: 500, maxSequence: 100_000, maxResultChars: 1_000_000 };

/** An expression compiled once, evaluated often. */
export type GuardedProgram = (scope: Readonly<Record<string, unknown>>) => Promise<unknown>;

/** What JSONata throws after {@link EvaluationLimits.timeoutMs}. */
const TOO_LONG = 'D1012';

/**
 * Compiles an expression with guards. Throws `expression_syntax`; the program rejects with `expression_failed`. `tries`: how
 * often it may take too long. Time is told by the clock on the wall, which also goes on while a busy machine or the event loop
 * is at something else: what cannot take long by itself is given another try rather than blamed for that.
 */
export function compileGuarded(text: string, limits: EvaluationLimits = DEFAULT_LIMITS, tries = 1): GuardedProgram {
  admitExpression(text);
  let program: jsonata.Expression;
  try {
    program = jsonata(text, {
      timeout: limits.timeoutMs,
      stack: limits.maxDepth,
      sequence: limits.maxSequence,
      RegexEngine: LinearRegExp as unknown as RegExpConstructor,
    });
  } catch (thrown) {
    throw fromJsonata(thrown, text);
  }
  boundStrings(program, limits.maxResultChars);
  program.registerFunction('eval', () => {
    throw { code: 'W1003', message: '$eval is not available; write the expression itself' };
  });
  return async (scope) => {
    for (let attempt = 1; ; attempt += 1) {
      try {
        return toPlainJson(await program.evaluate(scope, clockOf(scope)), text, limits);
      } catch (thrown) {
        if (isWeftError(thrown)) throw thrown;
        if (attempt >= tries || (thrown as { code?: unknown } | null)?.code !== TOO_LONG) throw fromJsonata(thrown, text);
      }
    }
  };
}

/** Evaluates once. */
export function evaluateGuarded(text: string, scope: Readonly<Record<string, unknown>>, limits?: EvaluationLimits): Promise<unknown> {
  return compileGuarded(text, limits)(scope);
}

/** Functions that make long texts out of short ones check first. */
function boundStrings(program: jsonata.Expression, maxChars: number): void {
  program.registerFunction(
    'pad',
    (text: string | undefined, width: number, char = ' ') => {
      if (text === undefined) return undefined;
      const missing = Math.abs(width) - [...text].length;
      if (missing > maxChars) throw { code: 'D2015', message: 'The text it makes is too long' };
      if (missing <= 0) return text;
      const filling = (char === '' ? ' ' : char).repeat(Math.ceil(missing)).slice(0, missing);
      return width < 0 ? filling + text : text + filling;
    },
    '<s-ns?:s>',
  );
}

/** Strips JSONata's own array marks and keys that could reach a prototype; refuses functions and oversize. */
function toPlainJson(value: unknown, expression: string, limits: EvaluationLimits): unknown {
  if (value === undefined || value === null || typeof value === 'boolean') return value;
  if (typeof value === 'function') throw evaluationError({ expression, position: 0, reason: 'it gives a function, not a value' });
  let text: string | undefined;
  let isFinite = true;
  try {
    text = JSON.stringify(value, (key, member: unknown) => {
      if (typeof member === 'number' && !Number.isFinite(member)) isFinite = false;
      return key === '__proto__' || typeof member === 'function' ? undefined : member;
    });
  } catch {
    throw evaluationError({ expression, position: 0, reason: 'its result cannot be written as JSON' });
  }
  if (!isFinite) {
    throw evaluationError({ expression, position: 0, reason: 'its result is, or holds, no finite number, as after a division by zero' });
  }
  if (text === undefined) throw evaluationError({ expression, position: 0, reason: 'it gives a function, not a value' });
  if (text.length > limits.maxResultChars) {
    throw evaluationError({
      expression,
      position: 0,
      reason: `its result has ${text.length} characters; ${limits.maxResultChars} are allowed`,
    });
  }
  return typeof value === 'object' ? (JSON.parse(text) as unknown) : value;
}
