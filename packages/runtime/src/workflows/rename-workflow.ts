import { toStorableText } from '@weft/db';
import { invalid, notFound } from '@weft/errors';
import type { Ctx } from '../ctx.ts';
import { requireRole } from '../permissions.ts';
import { findWorkflow } from './find-workflow.ts';

/** Gives a workflow and its draft another name. */
export async function renameWorkflow(ctx: Ctx, input: { id: string; name: string }): Promise<{ name: string; revision: number }> {
  requireRole(ctx, 'edit');
  const row = await findWorkflow(ctx, input.id);
  const name = toStorableText(input.name.trim());
  if (name === '' || name.length > 200)
    throw invalid('name_invalid', 'A name has 1 to 200 characters.', [{ path: 'name', message: '1 to 200 characters.' }]);
  // Only the name is written: whatever somebody saves into the draft at the same moment stays.
  const { rows } = await ctx.db.pool.query<{ revision: number }>(
    `UPDATE workflow SET name = $2, draft = jsonb_set(draft, '{name}', to_jsonb($2::text)), draft_revision = draft_revision + 1,
       draft_updated_at = $3, draft_updated_by = $4, updated_at = $3
     WHERE id = $1 RETURNING draft_revision AS revision`,
    [row.id, name, new Date(ctx.clock.now()), ctx.actor.name],
  );
  if (!rows[0]) throw notFound('workflow_unknown', `“${row.name}” was deleted meanwhile.`);
  return { name, revision: rows[0].revision };
}
