import type { ConnectorManifest } from '@weft/workflow';
import type { Ctx } from '../ctx.ts';
import { requireRole } from '../permissions.ts';

/** An account as lists show it. No secret is in it. */
export interface ConnectionSummary {
  readonly id: string;
  readonly connector: string;
  readonly authScheme: string;
  readonly name: string;
  readonly status: string;
  readonly statusMessage: string | null;
  readonly accountLabel: string | null;
  readonly checkedAt: string | null;
  readonly isDemo: boolean;
  /** The form's values that are no secret. */
  readonly publicValues: Readonly<Record<string, string>>;
  readonly usedBy: readonly { readonly workflowId: string; readonly name: string }[];
}

/** All accounts of the workspace, by name. */
export async function listConnections(ctx: Ctx): Promise<ConnectionSummary[]> {
  requireRole(ctx, 'read');
  const [rows, workflows] = await Promise.all([
    ctx.db.prisma.connection.findMany({ where: { workspaceId: ctx.actor.workspaceId }, orderBy: { name: 'asc' }, omit: { sealed: true } }),
    ctx.db.prisma.workflow.findMany({
      where: { workspaceId: ctx.actor.workspaceId, deletedAt: null },
      select: { id: true, name: true, bindings: true },
    }),
  ]);
  return rows.map((row) => ({
    id: row.id,
    connector: row.connector,
    authScheme: row.authScheme,
    name: row.name,
    status: row.status,
    statusMessage: row.statusMessage,
    accountLabel: row.accountLabel,
    checkedAt: row.checkedAt?.toISOString() ?? null,
    isDemo: row.isDemo,
    publicValues: row.publicValues as Record<string, string>,
    usedBy: workflows.flatMap(({ id, name, bindings }) =>
      Object.values(bindings as Record<string, string>).includes(row.id) ? [{ workflowId: id, name }] : [],
    ),
  }));
}

/** The connectors that workers offer. */
export async function listConnectors(ctx: Ctx): Promise<readonly ConnectorManifest[]> {
  requireRole(ctx, 'read');
  return (await ctx.catalog()).connectors();
}
