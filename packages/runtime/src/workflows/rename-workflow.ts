import type { Ctx } from '../ctx.ts';
import { requireRole } from '../permissions.ts';
import { toDatabaseJson } from './database-json.ts';
import { findWorkflow } from './find-workflow.ts';

/** Gives a workflow and its draft another name. */
export async function renameWorkflow(ctx: Ctx, input: { id: string; name: string }): Promise<{ name: string; revision: number }> {
  requireRole(ctx, 'edit');
  const row = await findWorkflow(ctx, input.id);
  const updated = await ctx.db.prisma.workflow.update({
    where: { id: row.id },
    data: { name: input.name, draft: toDatabaseJson({ ...row.draft, name: input.name }), draftRevision: { increment: 1 }, draftUpdatedBy: ctx.actor.name },
  });
  return { name: updated.name, revision: updated.draftRevision };
}
