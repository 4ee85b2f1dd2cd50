import { newId } from '@weft/db';
import { WeftError } from '@weft/errors';
import { hasErrors, validateWorkflow } from '@weft/workflow';
import type { Problem, WorkflowDocument } from '@weft/workflow';
import type { Ctx } from '../ctx.ts';
import { requireRole } from '../permissions.ts';
import { toDatabaseJson } from './database-json.ts';
import { findWorkflow } from './find-workflow.ts';
import { listen } from './trigger-binding.ts';

/**
 * Publishes the draft as the next, immutable version. An enabled workflow goes on with it at once; runs under way keep the
 * version that they began with. Throws `invalid` with all findings when the draft has errors.
 */
export async function publishWorkflow(ctx: Ctx, input: { id: string }): Promise<{ version: number; problems: readonly Problem[] }> {
  requireRole(ctx, 'publish');
  const row = await findWorkflow(ctx, input.id);
  const { document, problems } = await requireValid(ctx, row.draft);
  const { versionId, number } = await ctx.db.prisma.$transaction(async (tx) => {
    // Two who publish at the same time get two numbers, one after the other.
    await tx.$queryRaw`SELECT id FROM workflow WHERE id = ${row.id}::uuid FOR UPDATE`;
    const last = await tx.workflowVersion.aggregate({ where: { workflowId: row.id }, _max: { number: true } });
    const next = (last._max.number ?? 0) + 1;
    const version = await tx.workflowVersion.create({ data: { id: newId(), workflowId: row.id, number: next, document: toDatabaseJson(document), publishedBy: ctx.actor.name } });
    await tx.workflow.update({ where: { id: row.id }, data: { publishedVersion: next, publishedRevision: row.draftRevision } });
    return { versionId: version.id, number: next };
  });
  if (row.enabled) await listen(ctx, { workflowId: row.id, versionId, document, config: row.config, bindings: row.bindings });
  return { version: number, problems };
}

/** The document of a draft that has no errors. Throws `invalid` with all findings. */
export async function requireValid(ctx: Ctx, draft: unknown): Promise<{ document: WorkflowDocument; problems: readonly Problem[] }> {
  const { document, problems } = validateWorkflow(draft, await ctx.catalog());
  if (document && !hasErrors(problems)) return { document, problems };
  const errors = problems.filter(({ severity }) => severity === 'error');
  throw new WeftError({
    class: 'invalid',
    code: 'workflow_invalid',
    message: errors.length === 1 ? `One thing has to be put right first: ${errors[0]?.message}` : `${errors.length} things have to be put right first.`,
    issues: errors.map(({ path, message }) => ({ path, message })),
  });
}
