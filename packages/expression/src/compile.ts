/** Expressions, compiled once per text. */
import { parseExpression } from './ast.ts';
import { DEFAULT_LIMITS, compileGuarded } from './guarded.ts';
import type { GuardedProgram } from './guarded.ts';
import { refuseUnknownFunctions } from './known-functions.ts';
import { compilePath, parsePath } from './path.ts';
import { pathReferences, referencesIn } from './references.ts';
import type { Reference } from './references.ts';
import { tierOf } from './tier.ts';
import type { ExpressionTier } from './tier.ts';

/** What names mean in an expression: `trigger`, `steps`, `item`, `index`, `run`, `config`, `error`, `resume`. */
export type Scope = Readonly<Record<string, unknown>>;

/** A compiled expression. */
export interface CompiledExpression {
  readonly text: string;
  readonly tier: ExpressionTier;
  /** Paths it reads, as far as its text tells. */
  readonly references: readonly Reference[];
  /**
   * Its value. At once for a path; a promise for `simple`. For `heavy` too, with all guards, but memory is not bounded:
   * callers that matter send heavy expressions elsewhere.
   */
  evaluate(scope: Scope): unknown;
}

/** A simple expression takes a moment: when the clock says otherwise three times, it is the clock that is to be believed. */
const SIMPLE_TRIES = 3;
const CACHE_SIZE = 5000;
const cache = new Map<string, CompiledExpression>();

/** Compiles an expression, without its braces. Throws `expression_syntax`, for a function that does not exist too. */
export function compileExpression(text: string): CompiledExpression {
  const known = cache.get(text);
  if (known) return known;
  const compiled = compileFresh(text);
  if (cache.size >= CACHE_SIZE) cache.delete(cache.keys().next().value ?? '');
  cache.set(text, compiled);
  return compiled;
}

function compileFresh(text: string): CompiledExpression {
  const path = parsePath(text);
  if (path) return { text, tier: 'path', references: pathReferences(text), evaluate: compilePath(path) };
  const ast = parseExpression(text);
  refuseUnknownFunctions(text, ast);
  let program: GuardedProgram | undefined;
  const tier = tierOf(text, ast);
  return {
    text,
    tier,
    references: referencesIn(text, ast),
    evaluate: (scope) => (program ??= compileGuarded(text, DEFAULT_LIMITS, tier === 'simple' ? SIMPLE_TRIES : 1))(scope),
  };
}
