/** JSON values with template strings in them, compiled to something that gives the value for a scope. */
import { isWeftError, WeftError } from '@weft/errors';
import { compileExpression } from './compile.ts';
import type { CompiledExpression, Scope } from './compile.ts';
import { evaluationError } from './failure.ts';
import type { Reference } from './references.ts';
import { parseTemplate } from './template.ts';

/** Evaluates a heavy expression somewhere that may die. */
export type HeavyEvaluator = (expression: string, scope: Scope) => Promise<unknown>;

/** A compiled value. */
export interface CompiledValue {
  /** Holds no expression: `resolve` gives the same each time. */
  readonly isConstant: boolean;
  readonly references: readonly Reference[];
  /**
   * The value for a scope: at once when all its expressions are plain paths, else a promise. A string that is one
   * expression keeps its value's type; in mixed text a missing value leaves nothing and objects stand as JSON. Members
   * whose value is undefined are left out; in lists they become null. Throws `expression_failed` with the path in `detail.at`.
   */
  resolve(scope: Scope, heavy: HeavyEvaluator): unknown;
}

/** Longest text that joining the parts of one template string may give, in characters. */
const MOST_CHARS = 5_000_000;

const LOCATED: ReadonlySet<string> = new Set(['expression_failed', 'expression_syntax']);

/** Compiles a value. Throws `expression_syntax` with the path in `detail.at`. */
export function compileValue(value: unknown): CompiledValue {
  return compileAt(value, []);
}

function compileAt(value: unknown, at: readonly (string | number)[]): CompiledValue {
  if (typeof value === 'string') return value.includes('{{') ? compileString(value, at) : constant(value);
  if (Array.isArray(value)) {
    const members = value.map((member, index) => compileAt(member, [...at, index]));
    return compose(members, (results) => results.map((result) => (result === undefined ? null : result)));
  }
  if (typeof value !== 'object' || value === null) return constant(value);
  const keys = Object.keys(value).filter((key) => key !== '__proto__');
  const members = keys.map((key) => compileAt((value as Record<string, unknown>)[key], [...at, key]));
  return compose(members, (results) =>
    Object.fromEntries(keys.flatMap((key, index) => (results[index] === undefined ? [] : [[key, results[index]]]))),
  );
}

function neverHeavy(): never {
  throw new Error('A constant has no expression to evaluate');
}

function constant(value: unknown): CompiledValue {
  return { isConstant: true, references: [], resolve: () => value };
}

function compose(members: readonly CompiledValue[], join: (results: unknown[]) => unknown): CompiledValue {
  if (members.every((member) => member.isConstant)) return constant(join(members.map((member) => member.resolve({}, neverHeavy))));
  return {
    isConstant: false,
    references: members.flatMap((member) => member.references),
    resolve: (scope, heavy) =>
      afterAll(
        members.map((member) => member.resolve(scope, heavy)),
        join,
      ),
  };
}

function compileString(text: string, at: readonly (string | number)[]): CompiledValue {
  const parts = compileParts(text, at);
  const expressions = parts.filter((part) => typeof part !== 'string');
  const only = parts.length === 1 ? expressions[0] : undefined;
  if (expressions.length === 0) return constant(parts.join(''));
  const references = expressions.flatMap((expression) => expression.references);
  if (only) return { isConstant: false, references, resolve: (scope, heavy) => evaluate({ expression: only, scope, heavy, at }) };
  return {
    isConstant: false,
    references,
    resolve: (scope, heavy) =>
      afterAll(
        parts.map((part) => (typeof part === 'string' ? part : evaluate({ expression: part, scope, heavy, at }))),
        (results) => joinText(results, text),
      ),
  };
}

function compileParts(text: string, at: readonly (string | number)[]): (string | CompiledExpression)[] {
  try {
    return parseTemplate(text).map((part) => (part.kind === 'text' ? part.text : compileExpression(part.text)));
  } catch (thrown) {
    throw located(thrown, at);
  }
}

function joinText(results: readonly unknown[], source: string): string {
  const text = results.map(asText).join('');
  if (text.length > MOST_CHARS) {
    throw evaluationError({ expression: source, position: 0, reason: `the text has ${text.length} characters; ${MOST_CHARS} are allowed` });
  }
  return text;
}

function asText(value: unknown): string {
  if (value === undefined || value === null) return '';
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}

function evaluate(call: {
  expression: CompiledExpression;
  scope: Scope;
  heavy: HeavyEvaluator;
  at: readonly (string | number)[];
}): unknown {
  const { expression, scope } = call;
  if (expression.tier === 'path') return expression.evaluate(scope);
  const result = expression.tier === 'heavy' ? call.heavy(expression.text, scope) : (expression.evaluate(scope) as Promise<unknown>);
  return result.catch((thrown: unknown) => {
    throw located(thrown, call.at);
  });
}

function located(thrown: unknown, at: readonly (string | number)[]): unknown {
  if (!isWeftError(thrown) || !LOCATED.has(thrown.code)) return thrown;
  return new WeftError({
    class: thrown.class,
    code: thrown.code,
    message: thrown.message,
    detail: { ...(thrown.detail as object), at },
    cause: thrown,
  });
}

function afterAll(values: unknown[], join: (results: unknown[]) => unknown): unknown {
  return values.some((value) => value instanceof Promise) ? Promise.all(values).then(join) : join(values);
}
