import { WeftError } from '@weft/errors';
import type { Ctx } from '../ctx.ts';
import { requireRole } from '../permissions.ts';
import { requestRunCancel } from './cancel-run.ts';
import { findRun } from './get-run.ts';

/** Asks for a run to be cancelled. What is under way is finished; nothing further begins. */
export async function cancelRun(ctx: Ctx, input: { id: string }): Promise<{ requested: true }> {
  requireRole(ctx, 'cancel');
  const run = await findRun(ctx, input.id);
  if (run.finished_at) throw new WeftError({ class: 'conflict', code: 'run_ended', message: `The run has ended already (${run.status}).` });
  await requestRunCancel(ctx, run.id);
  return { requested: true };
}
