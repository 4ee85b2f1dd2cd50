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
  /** How much of what the vendor allows in a period is used, and when that was told; null where the vendor tells nothing. */
  readonly usage: ConnectionUsage | null;
  /** When the secret or certificate ends, as it tells itself or as somebody has entered. */
  readonly expiresAt: string | null;
  /** Runs that wait until this account is reconnected. */
  readonly waitingRuns: number;
  readonly isDemo: boolean;
  /** The form's values that are no secret. */
  readonly publicValues: Readonly<Record<string, string>>;
  readonly usedBy: readonly { readonly workflowId: string; readonly name: string; readonly enabled: boolean }[];
}

/** Calls used of those allowed: `15,000 in 24 hours`. */
export interface ConnectionUsage {
  readonly used: number;
  readonly limit: number;
  readonly period: string;
  readonly at: string;
}

/** All accounts of the workspace, by name. */
export async function listConnections(ctx: Ctx): Promise<ConnectionSummary[]> {
  requireRole(ctx, 'read');
  const [rows, workflows, waiting] = await Promise.all([
    ctx.db.prisma.connection.findMany({
      where: { workspaceId: ctx.actor.workspaceId },
      orderBy: { name: 'asc' },
      omit: { sealed: true, session: true },
    }),
    ctx.db.prisma.workflow.findMany({
      where: { workspaceId: ctx.actor.workspaceId, deletedAt: null },
      select: { id: true, name: true, enabled: true, bindings: true },
      orderBy: { name: 'asc' },
    }),
    countWaitingRuns(ctx),
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
    usage: row.usage as unknown as ConnectionUsage | null,
    expiresAt: row.expiresAt?.toISOString() ?? null,
    waitingRuns: waiting.get(row.id) ?? 0,
    isDemo: row.isDemo,
    publicValues: row.publicValues as Record<string, string>,
    usedBy: workflows.flatMap(({ id, name, enabled, bindings }) =>
      Object.values(bindings as Record<string, string>).includes(row.id) ? [{ workflowId: id, name, enabled }] : [],
    ),
  }));
}

async function countWaitingRuns(ctx: Ctx): Promise<ReadonlyMap<string, number>> {
  const { rows } = await ctx.db.pool.query<{ parked_on: string; count: number }>(
    'SELECT parked_on, count(*)::int AS count FROM run WHERE parked_on IS NOT NULL AND workspace_id = $1 GROUP BY parked_on',
    [ctx.actor.workspaceId],
  );
  return new Map(rows.map((row) => [row.parked_on, row.count]));
}

/** The connectors that workers offer. */
export async function listConnectors(ctx: Ctx): Promise<readonly ConnectorManifest[]> {
  requireRole(ctx, 'read');
  return (await ctx.catalog()).connectors();
}
