/**
 * Evaluates expressions in processes that may die: an expression can ask for more memory or time than there is, and
 * nothing inside a process can stop it reliably.
 */
import { fileURLToPath } from 'node:url';
import { WeftError, fromStoredError } from '@weft/errors';
import type { StoredError } from '@weft/errors';
import type { EvaluateAnswer, EvaluateRequest } from '../expression-host/protocol.ts';
import { createProcessPool } from './process-pool.ts';

export interface ExpressionPool {
  /** Throws `invalid` for an expression that fails, takes too long or needs too much memory. */
  evaluate(expression: string, scope: Readonly<Record<string, unknown>>): Promise<unknown>;
  close(): void;
}

/** Options of {@link createExpressionPool}. */
export interface ExpressionPoolOptions {
  /** Processes at most; 2 when absent. */
  readonly size?: number;
  /** Longest time for one evaluation; 1 s when absent. */
  readonly timeoutMs?: number;
  readonly memoryMb?: number;
}

/** Expressions are given no way to leave anything behind, so all workspaces share their processes. */
const OWNER = 'all';

/** Makes a pool. */
export function createExpressionPool(options: ExpressionPoolOptions = {}): ExpressionPool {
  const timeoutMs = options.timeoutMs ?? 1000;
  const pool = createProcessPool<EvaluateRequest, EvaluateAnswer>({
    main: fileURLToPath(new URL('../expression-host/main.ts', import.meta.url)),
    size: options.size ?? 2,
    memoryMb: options.memoryMb ?? 128,
    isReusable: () => true,
    tooSlow: ({ expression }) => tooSlow(expression, timeoutMs),
    died: ({ expression }, errors) => died(expression, errors),
  });
  return {
    evaluate: async (expression, scope) => {
      const answer = await pool.run({ expression, scope }, { owner: OWNER, timeoutMs });
      // Written by our own main.ts with `toStoredError`.
      if ('error' in answer) throw fromStoredError(answer.error as StoredError);
      return answer.value;
    },
    close: pool.close,
  };
}

function short(expression: string): string {
  return expression.length > 80 ? `${expression.slice(0, 80)}…` : expression;
}

function tooSlow(expression: string, timeoutMs: number): WeftError {
  return new WeftError({
    class: 'invalid',
    code: 'expression_timeout',
    message: `The expression "${short(expression)}" took longer than ${timeoutMs} ms and was stopped.`,
  });
}

function died(expression: string, errors: string): WeftError {
  const isMemory = /heap out of memory|Allocation failed/i.test(errors);
  return new WeftError({
    class: 'invalid',
    code: isMemory ? 'expression_memory' : 'expression_died',
    message: isMemory
      ? `The expression "${short(expression)}" needed too much memory and was stopped.`
      : `The process that evaluated "${short(expression)}" ended unexpectedly.`,
    ...(isMemory || errors === '' ? {} : { detail: { output: errors } }),
  });
}
