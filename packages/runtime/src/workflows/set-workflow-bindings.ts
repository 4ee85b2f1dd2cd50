import { WeftError } from '@weft/errors';
import type { Ctx } from '../ctx.ts';
import { requireRole } from '../permissions.ts';
import { findWorkflow } from './find-workflow.ts';
import { publishedVersion } from './set-workflow-enabled.ts';
import { listen } from './trigger-binding.ts';

/** Says which account each slot uses. Accounts must belong to the workspace; a running trigger moves to its new account. */
export async function setWorkflowBindings(ctx: Ctx, input: { id: string; bindings: Readonly<Record<string, string>> }): Promise<{ bindings: Readonly<Record<string, string>> }> {
  requireRole(ctx, 'edit');
  const row = await findWorkflow(ctx, input.id);
  await requireOwnConnections(ctx, input.bindings);
  await ctx.db.prisma.workflow.update({ where: { id: row.id }, data: { bindings: { ...input.bindings } } });
  await relisten(ctx, input.id);
  return { bindings: input.bindings };
}

/** Points the trigger of an enabled workflow at what was changed. */
export async function relisten(ctx: Ctx, id: string): Promise<void> {
  const row = await findWorkflow(ctx, id);
  if (!row.enabled) return;
  const version = await publishedVersion(ctx, row);
  await listen(ctx, { workflowId: row.id, versionId: version.id, document: version.document, config: row.config, bindings: row.bindings });
}

/** Throws `invalid` naming each slot whose account is not one of the workspace's. */
export async function requireOwnConnections(ctx: Ctx, bindings: Readonly<Record<string, string>>): Promise<void> {
  const own = await ctx.db.prisma.connection.findMany({ where: { workspaceId: ctx.actor.workspaceId, id: { in: Object.values(bindings) } }, select: { id: true } });
  const known = new Set(own.map(({ id }) => id));
  const issues = Object.entries(bindings).flatMap(([slot, id]) => (known.has(id) ? [] : [{ path: `bindings.${slot}`, message: `There is no connection ${id} in this workspace.` }]));
  if (issues.length > 0) throw new WeftError({ class: 'invalid', code: 'connection_unknown', message: issues.map(({ message }) => message).join(' '), issues });
}
