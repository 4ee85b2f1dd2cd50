/**
 * A process that evaluates expressions and does nothing else: it is started without environment, with little memory, and
 * is killed when an evaluation takes too long.
 */
import { toStoredError } from '@weft/errors';
import { compileExpression } from '@weft/expression';
import type { EvaluateAnswer, EvaluateRequest } from './protocol.ts';

function answer(message: EvaluateAnswer | { ready: true }): void {
  process.send?.(message);
}

process.on('message', async ({ expression, scope }: EvaluateRequest) => {
  try {
    answer({ value: await compileExpression(expression).evaluate(scope) });
  } catch (error) {
    answer({ error: toStoredError(error) });
  }
});
process.on('disconnect', () => process.exit(0));
answer({ ready: true });
