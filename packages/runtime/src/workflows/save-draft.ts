import { toStorableText } from '@weft/db';
import { WeftError, invalid } from '@weft/errors';
import { validateWorkflow } from '@weft/workflow';
import type { JsonValue, Problem } from '@weft/workflow';
import type { Ctx } from '../ctx.ts';
import { requireRole } from '../permissions.ts';
import { toDatabaseJson } from './database-json.ts';
import { findWorkflow } from './find-workflow.ts';

/**
 * Keeps a draft. Mistakes in it do not matter, they are told. `expectedRevision` is the one that the draft was made from:
 * when somebody else saved meanwhile it is refused with `conflict`, and nothing is lost on either side.
 */
export async function saveDraft(
  ctx: Ctx,
  input: { id: string; document: JsonValue; expectedRevision: number },
): Promise<{ revision: number; problems: readonly Problem[] }> {
  requireRole(ctx, 'edit');
  const { document } = input;
  if (typeof document !== 'object' || document === null || Array.isArray(document))
    throw invalid('not_a_workflow', 'A draft is a JSON object.');
  const validation = validateWorkflow(document, await ctx.catalog());
  const name =
    typeof document['name'] === 'string' && document['name'].trim() !== '' ? toStorableText(document['name'].slice(0, 200)) : undefined;
  const { count } = await ctx.db.prisma.workflow.updateMany({
    where: { id: input.id, workspaceId: ctx.actor.workspaceId, deletedAt: null, draftRevision: input.expectedRevision },
    data: {
      draft: toDatabaseJson(document),
      draftRevision: input.expectedRevision + 1,
      draftUpdatedAt: new Date(ctx.clock.now()),
      draftUpdatedBy: ctx.actor.name,
      description: typeof document['description'] === 'string' ? toStorableText(document['description']) : null,
      ...(name === undefined ? {} : { name }),
    },
  });
  if (count === 0) await explainConflict(ctx, input.id);
  return { revision: input.expectedRevision + 1, problems: validation.problems };
}

async function explainConflict(ctx: Ctx, id: string): Promise<never> {
  const row = await findWorkflow(ctx, id);
  throw new WeftError({
    class: 'conflict',
    code: 'draft_changed',
    message: `${row.draftUpdatedBy ?? 'Somebody'} changed “${row.name}” meanwhile. Load their draft, or keep yours by saving over it.`,
    detail: { revision: row.draftRevision, by: row.draftUpdatedBy, at: row.draftUpdatedAt.toISOString() },
  });
}
