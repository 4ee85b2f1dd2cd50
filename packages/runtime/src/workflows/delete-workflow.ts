import type { Ctx } from '../ctx.ts';
import { requireRole } from '../permissions.ts';
import { findWorkflow } from './find-workflow.ts';
import { switchOff } from './trigger-binding.ts';

/** Deletes a workflow: it stops listening and leaves the lists. Its runs stay, those under way go on to their end. */
export async function deleteWorkflow(ctx: Ctx, input: { id: string }): Promise<{ deleted: true }> {
  requireRole(ctx, 'edit');
  const row = await findWorkflow(ctx, input.id);
  await switchOff(ctx, row.id, new Date(ctx.clock.now()));
  return { deleted: true };
}
