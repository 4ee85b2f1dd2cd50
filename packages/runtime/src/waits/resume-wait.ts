import { answerWait, toStoredValue } from '@weft/db';
import { WeftError, invalid, notFound } from '@weft/errors';
import type { Ctx } from '../ctx.ts';
import { requireRole } from '../permissions.ts';

interface WaitRow {
  readonly id: string;
  readonly run_id: string;
  readonly path: string;
  readonly kind: 'timer' | 'event' | 'review' | 'child';
  readonly token_hash: string | null;
}

/** Lets a run go on that waits for a time or for a call of its address, as if the time had come or the address were called with nothing. */
export async function resumeWait(ctx: Ctx, input: { readonly id: string }): Promise<{ resumed: true }> {
  requireRole(ctx, 'run');
  const wait = await findWait(ctx, input.id);
  if (wait.kind === 'review') throw invalid('wait_is_review', 'This step waits for a decision. Decide it in Review.');
  if (wait.kind === 'child') throw invalid('wait_is_call', 'This step waits for a run that it called. Cancel that run to go on.');
  const at = new Date(ctx.clock.now()).toISOString();
  const resumedBy = ctx.actor.name;
  const value =
    wait.kind === 'timer' ? { until: at, resumedBy } : { method: null, query: {}, headers: {}, body: null, receivedAt: at, resumedBy };
  const outcome = await answerWait(
    ctx.db,
    { id: wait.id, workspaceId: ctx.actor.workspaceId },
    { answer: await toStoredValue(value), by: resumedBy },
  );
  if (outcome !== 'answered')
    throw new WeftError({ class: 'conflict', code: 'wait_over', message: 'The run does not wait there any more.' });
  void ctx.queue.ring(1);
  return { resumed: true };
}

/** The address at which a run's wait is answered. It lets whoever has it answer, so it is for those who may run the workflow. */
export async function waitAddress(ctx: Ctx, input: { readonly id: string }): Promise<{ url: string }> {
  requireRole(ctx, 'run');
  const wait = await findWait(ctx, input.id);
  if (wait.kind !== 'event' || wait.token_hash === null)
    throw invalid('wait_has_no_address', 'This step does not wait for a call of an address.');
  return ctx.worker.resumeAddress({
    workspaceId: ctx.actor.workspaceId,
    runId: wait.run_id,
    path: wait.path,
    tokenHash: wait.token_hash,
  });
}

async function findWait(ctx: Ctx, id: string): Promise<WaitRow> {
  const { rows } = await ctx.db.pool.query<WaitRow>(
    'SELECT id, run_id, path, kind, token_hash FROM run_wait WHERE id = $1 AND workspace_id = $2',
    [id, ctx.actor.workspaceId],
  );
  if (rows[0]) return rows[0];
  throw notFound('wait_unknown', 'There is no such wait in this workspace.');
}
