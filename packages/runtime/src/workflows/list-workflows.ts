import type { Ctx } from '../ctx.ts';
import { requireRole } from '../permissions.ts';
import { connectorsOf } from './draft-parts.ts';
import { refusedAccounts } from './refused-accounts.ts';
import type { RunCounts, WorkflowSummary } from './view.ts';

/** All workflows of the workspace, by name. */
export async function listWorkflows(ctx: Ctx): Promise<WorkflowSummary[]> {
  requireRole(ctx, 'read');
  const rows = await ctx.db.prisma.workflow.findMany({
    where: { workspaceId: ctx.actor.workspaceId, deletedAt: null },
    orderBy: { name: 'asc' },
  });
  const [activity, refused] = await Promise.all([readActivity(ctx), refusedAccounts(ctx)]);
  return rows.map((row) => {
    const seen = activity.get(row.id);
    return {
      id: row.id,
      name: row.name,
      description: row.description,
      enabled: row.enabled,
      publishedVersion: row.publishedVersion,
      draftAhead: row.publishedRevision !== row.draftRevision,
      templateId: row.templateId,
      connectors: connectorsOf(row.draft),
      waitsFor: refused.flatMap(({ id, name }) => (Object.values(row.bindings as Record<string, string>).includes(id) ? [name] : [])),
      lastRun: seen?.lastRun ?? null,
      counts24h: seen?.counts ?? { succeeded: 0, failed: 0, skipped: 0, running: 0 },
      updatedAt: row.updatedAt.toISOString(),
    };
  });
}

interface ActivityRow {
  readonly workflow_id: string;
  readonly succeeded: number;
  readonly failed: number;
  readonly skipped: number;
  readonly running: number;
  readonly last_id: string | null;
  readonly last_status: string | null;
  readonly last_at: Date | null;
}

async function readActivity(ctx: Ctx): Promise<Map<string, { counts: RunCounts; lastRun: WorkflowSummary['lastRun'] }>> {
  const { rows } = await ctx.db.pool.query<ActivityRow>(
    `WITH ended AS (
       SELECT workflow_id, count(*) FILTER (WHERE status = 'succeeded')::int AS succeeded, count(*) FILTER (WHERE status = 'skipped')::int AS skipped,
              count(*) FILTER (WHERE status IN ('failed', 'uncertain', 'quarantined'))::int AS failed
       FROM run_history WHERE workspace_id = $1 AND id >= weft_uuid_floor(now() - interval '24 hours') GROUP BY workflow_id
     ), live AS (SELECT workflow_id, count(*)::int AS running FROM run WHERE workspace_id = $1 GROUP BY workflow_id)
     SELECT w.id AS workflow_id, coalesce(e.succeeded, 0) AS succeeded, coalesce(e.failed, 0) AS failed, coalesce(e.skipped, 0) AS skipped,
            coalesce(l.running, 0) AS running, last.id AS last_id, last.status AS last_status, last.at AS last_at
     FROM workflow w LEFT JOIN ended e ON e.workflow_id = w.id LEFT JOIN live l ON l.workflow_id = w.id
     LEFT JOIN LATERAL (
       SELECT * FROM (
         (SELECT id, status, created_at AS at FROM run WHERE workflow_id = w.id ORDER BY id DESC LIMIT 1)
         UNION ALL
         (SELECT id, status, finished_at AS at FROM run_history WHERE workflow_id = w.id ORDER BY id DESC LIMIT 1)
       ) newest ORDER BY id DESC LIMIT 1
     ) last ON true
     WHERE w.workspace_id = $1 AND w.deleted_at IS NULL`,
    [ctx.actor.workspaceId],
  );
  return new Map(
    rows.map((row) => [
      row.workflow_id,
      {
        counts: { succeeded: row.succeeded, failed: row.failed, skipped: row.skipped, running: row.running },
        lastRun:
          row.last_id && row.last_status && row.last_at
            ? { id: row.last_id, status: row.last_status, at: row.last_at.toISOString() }
            : null,
      },
    ]),
  );
}
