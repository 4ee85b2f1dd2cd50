import { WeftError } from '@weft/errors';
import type { Ctx } from '../ctx.ts';
import { requireRole } from '../permissions.ts';
import { findWorkflow } from './find-workflow.ts';
import type { WorkflowRow } from './find-workflow.ts';
import { slotsOf } from './draft-parts.ts';
import { publishedVersion, requireComplete } from './set-workflow-enabled.ts';
import { lockWorkflow, prepareListening, wakeTriggers } from './trigger-binding.ts';

/** Says which account each slot uses. Accounts must belong to the workspace; a running trigger moves to its new account. */
export async function setWorkflowBindings(
  ctx: Ctx,
  input: { id: string; bindings: Readonly<Record<string, string>> },
): Promise<{ bindings: Readonly<Record<string, string>> }> {
  requireRole(ctx, 'edit');
  const row = await findWorkflow(ctx, input.id);
  await requireOwnConnections(ctx, input.bindings, slotsOf(row.draft));
  await requireStaysComplete(ctx, { ...row, bindings: input.bindings });
  await ctx.db.prisma.workflow.update({ where: { id: row.id }, data: { bindings: { ...input.bindings } } });
  await relisten(ctx, input.id);
  return { bindings: input.bindings };
}

/** Points the trigger of an enabled workflow at what was changed. */
export async function relisten(ctx: Ctx, id: string): Promise<void> {
  const row = await findWorkflow(ctx, id);
  if (!row.enabled) return;
  const version = await publishedVersion(ctx, row);
  const listen = await prepareListening(ctx, {
    workflowId: row.id,
    versionId: version.id,
    document: version.document,
    config: row.config,
    bindings: row.bindings,
  });
  await ctx.db.prisma.$transaction(async (tx) => {
    const locked = await lockWorkflow(tx, row.id);
    // Whoever switched it off or published meanwhile has seen to its trigger already.
    if (locked.enabled && locked.publishedVersion === version.number) await listen(tx);
  });
  await wakeTriggers(ctx);
}

/** Refuses a change that would leave an enabled workflow without an account or an answer that its runs need. */
export async function requireStaysComplete(ctx: Ctx, row: WorkflowRow): Promise<void> {
  if (!row.enabled) return;
  await requireComplete(ctx, row, (await publishedVersion(ctx, row)).document);
}

/** Throws `invalid` naming each slot whose account is not one of the workspace's, or is one of another connector. */
export async function requireOwnConnections(
  ctx: Ctx,
  bindings: Readonly<Record<string, string>>,
  slots: Readonly<Record<string, { readonly connector: string }>>,
): Promise<void> {
  const own = await ctx.db.prisma.connection.findMany({
    where: { workspaceId: ctx.actor.workspaceId, id: { in: Object.values(bindings) } },
    select: { id: true, name: true, connector: true },
  });
  const known = new Map(own.map((connection) => [connection.id, connection]));
  const issues = Object.entries(bindings).flatMap(([slot, id]) => {
    const path = `bindings.${slot}`;
    const connection = known.get(id);
    const wanted = slots[slot]?.connector;
    if (!connection) return [{ path, message: `There is no connection ${id} in this workspace.` }];
    return wanted === undefined || wanted === connection.connector
      ? []
      : [{ path, message: `“${slot}” needs an account of ${wanted}; “${connection.name}” is one of ${connection.connector}.` }];
  });
  if (issues.length > 0)
    throw new WeftError({ class: 'invalid', code: 'bindings_invalid', message: issues.map(({ message }) => message).join(' '), issues });
}
