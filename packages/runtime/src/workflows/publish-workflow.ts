import { newId } from '@weft/db';
import { WeftError } from '@weft/errors';
import { hasErrors, validateWorkflow } from '@weft/workflow';
import type { Problem, WorkflowDocument } from '@weft/workflow';
import type { Ctx } from '../ctx.ts';
import { requireRole } from '../permissions.ts';
import { toDatabaseJson } from './database-json.ts';
import { requireCallees } from './callees.ts';
import { findWorkflow } from './find-workflow.ts';
import { requireComplete } from './set-workflow-enabled.ts';
import { lockWorkflow, prepareListening, wakeTriggers } from './trigger-binding.ts';

/**
 * Publishes the draft as the next, immutable version. An enabled workflow goes on with it at once; runs under way keep the
 * version that they began with. Throws `invalid` with all findings when the draft has errors, or when it is enabled and the
 * draft asks for an account or an answer that nobody gave.
 */
export async function publishWorkflow(ctx: Ctx, input: { id: string }): Promise<{ version: number; problems: readonly Problem[] }> {
  requireRole(ctx, 'publish');
  const row = await findWorkflow(ctx, input.id);
  const { document, problems } = await requireValid(ctx, row.draft);
  await requireCallees(ctx, document);
  if (row.enabled) await requireComplete(ctx, row, document);
  const versionId = newId();
  const listen = row.enabled
    ? await prepareListening(ctx, { workflowId: row.id, versionId, document, config: row.config, bindings: row.bindings })
    : undefined;
  const version = await ctx.db.prisma.$transaction(async (tx) => {
    // Two who publish at the same time get two numbers, one after the other.
    const { enabled } = await lockWorkflow(tx, row.id);
    if (enabled !== row.enabled)
      throw new WeftError({
        class: 'conflict',
        code: 'switched_meanwhile',
        message: `“${row.name}” was switched ${enabled ? 'on' : 'off'} meanwhile. Publish again.`,
      });
    const last = await tx.workflowVersion.aggregate({ where: { workflowId: row.id }, _max: { number: true } });
    const next = (last._max.number ?? 0) + 1;
    await tx.workflowVersion.create({
      data: { id: versionId, workflowId: row.id, number: next, document: toDatabaseJson(document), publishedBy: ctx.actor.name },
    });
    await tx.workflow.update({ where: { id: row.id }, data: { publishedVersion: next, publishedRevision: row.draftRevision } });
    await listen?.(tx);
    return next;
  });
  if (listen) await wakeTriggers(ctx);
  return { version, problems };
}

/** The document of a draft that has no errors. Throws `invalid` with all findings. */
export async function requireValid(ctx: Ctx, draft: unknown): Promise<{ document: WorkflowDocument; problems: readonly Problem[] }> {
  const { document, problems } = validateWorkflow(draft, await ctx.catalog());
  if (document && !hasErrors(problems)) return { document, problems };
  const errors = problems.filter(({ severity }) => severity === 'error');
  throw new WeftError({
    class: 'invalid',
    code: 'workflow_invalid',
    message:
      errors.length === 1
        ? `One thing has to be put right first: ${errors[0]?.message}`
        : `${errors.length} things have to be put right first.`,
    issues: errors.map(({ path, message }) => ({ path, message })),
  });
}
