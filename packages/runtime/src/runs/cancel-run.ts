import { requestCancel, settleCalls } from '@weft/db';
import type { CancelAnswer } from '@weft/db';
import type { Ctx } from '../ctx.ts';

/**
 * Asks for a live run to be cancelled and rings, so that its worker hears of it at once rather than with its next
 * write or renewal (5 s at most).
 */
export async function requestRunCancel(ctx: Pick<Ctx, 'db' | 'queue' | 'actor'>, runId: string): Promise<CancelAnswer> {
  const answer = await requestCancel(ctx.db.pool, { runId, workspaceId: ctx.actor.workspaceId, by: ctx.actor.name });
  // A run that was ended at once may be one that another run waits for.
  if (answer === 'cancelled' && (await settleCalls(ctx.db.pool, [runId])) > 0) void ctx.queue.ring(1);
  if (answer === 'requested') void ctx.queue.ring(1);
  return answer;
}
