import { requestCancel } from '@weft/db';
import type { CancelAnswer } from '@weft/db';
import type { Ctx } from '../ctx.ts';

/**
 * Asks for a live run to be cancelled and rings, so that its worker hears of it at once rather than with its next
 * write or renewal (5 s at most).
 */
export async function requestRunCancel(ctx: Pick<Ctx, 'db' | 'queue' | 'actor'>, runId: string): Promise<CancelAnswer> {
  const answer = await requestCancel(ctx.db.pool, { runId, workspaceId: ctx.actor.workspaceId, by: ctx.actor.name });
  if (answer === 'requested') void ctx.queue.ring(1);
  return answer;
}
