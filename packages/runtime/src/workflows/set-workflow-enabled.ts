import { WeftError, invalid } from '@weft/errors';
import type { WorkflowDocument } from '@weft/workflow';
import type { Ctx } from '../ctx.ts';
import { requireNeeds } from '../templates/check-needs.ts';
import { shippedTemplates } from '../templates/template-files.ts';
import { requireRole } from '../permissions.ts';
import { findWorkflow } from './find-workflow.ts';
import type { WorkflowRow } from './find-workflow.ts';
import { lockWorkflow, prepareListening, switchOff, wakeTriggers } from './trigger-binding.ts';

/** Switches a published workflow on or off. On: every slot needs an account and every required question an answer. */
export async function setWorkflowEnabled(ctx: Ctx, input: { id: string; enabled: boolean }): Promise<{ enabled: boolean }> {
  requireRole(ctx, 'enable');
  const row = await findWorkflow(ctx, input.id);
  if (!input.enabled) {
    await switchOff(ctx, row.id);
    return { enabled: false };
  }
  const version = await publishedVersion(ctx, row);
  await requireComplete(ctx, row, version.document);
  await requireFields(ctx, row, version.document);
  const listen = await prepareListening(ctx, {
    workflowId: row.id,
    versionId: version.id,
    document: version.document,
    config: row.config,
    bindings: row.bindings,
  });
  await ctx.db.prisma.$transaction(async (tx) => {
    const { publishedVersion: newest } = await lockWorkflow(tx, row.id);
    if (newest !== version.number)
      throw new WeftError({
        class: 'conflict',
        code: 'published_meanwhile',
        message: `“${row.name}” was published meanwhile. Look at the new version, then switch it on.`,
      });
    await listen(tx);
    await tx.workflow.update({ where: { id: row.id }, data: { enabled: true } });
  });
  await wakeTriggers(ctx);
  return { enabled: true };
}

/** A workflow from a template needs the fields that the template names, as long as it still uses them. */
async function requireFields(ctx: Ctx, row: WorkflowRow, document: WorkflowDocument): Promise<void> {
  if (row.templateId === null) return;
  const template = (await shippedTemplates()).find(({ id }) => id === row.templateId);
  if (!template) return;
  const text = JSON.stringify(document);
  const needs = template.needs.map((need) => ({ ...need, fields: need.fields.filter(({ name, title }) => text.includes(title ?? name)) }));
  await requireNeeds(ctx, { name: row.name, needs, bindings: row.bindings });
}

/** The newest published version. Throws `invalid` when there is none. */
export async function publishedVersion(
  ctx: Ctx,
  row: Pick<WorkflowRow, 'id' | 'name' | 'publishedVersion'>,
): Promise<{ id: string; number: number; document: WorkflowDocument }> {
  const version =
    row.publishedVersion === null
      ? null
      : await ctx.db.prisma.workflowVersion.findFirst({ where: { workflowId: row.id, number: row.publishedVersion } });
  if (!version || version.number === null) throw invalid('not_published', `“${row.name}” has no published version yet. Publish it first.`);
  return { id: version.id, number: version.number, document: version.document as unknown as WorkflowDocument };
}

/** Throws `invalid` naming every slot without an account and every question without an answer. */
export async function requireComplete(
  ctx: Ctx,
  row: Pick<WorkflowRow, 'name' | 'bindings' | 'config'>,
  document: WorkflowDocument,
): Promise<void> {
  const connections = await ctx.db.prisma.connection.findMany({
    where: { workspaceId: ctx.actor.workspaceId },
    select: { id: true, connector: true },
  });
  const slots = Object.entries(document.slots).flatMap(([slot, { connector }]) => {
    const bound = connections.find(({ id }) => id === row.bindings[slot]);
    if (bound?.connector === connector) return [];
    return [{ path: `bindings.${slot}`, message: `“${slot}” needs an account of ${connector}.` }];
  });
  const answers = Object.entries(document.config).flatMap(([key, entry]) => {
    const answer = row.config[key] ?? entry.default;
    return entry.required && (answer === undefined || answer === null || answer === '')
      ? [{ path: `config.${key}`, message: `“${entry.title}” needs an answer.` }]
      : [];
  });
  const issues = [...slots, ...answers];
  if (issues.length === 0) return;
  throw new WeftError({
    class: 'invalid',
    code: 'workflow_incomplete',
    message: `“${row.name}” is not complete: ${issues.map(({ message }) => message).join(' ')}`,
    issues,
  });
}
