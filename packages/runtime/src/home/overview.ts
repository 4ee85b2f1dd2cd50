import type { StoredError } from '@weft/errors';
import type { Ctx } from '../ctx.ts';
import { requireRole } from '../permissions.ts';
import { listRuns } from '../runs/list-runs.ts';
import type { RunSummary } from '../runs/view.ts';
import { listWorkflows } from '../workflows/list-workflows.ts';
import type { RunCounts } from '../workflows/view.ts';

/** Failed runs of the last 24 hours with one cause. */
export interface Problem {
  readonly workflowId: string;
  readonly workflowName: string;
  readonly message: string;
  readonly nodeId: string | null;
  readonly count: number;
  readonly firstAt: string;
  readonly lastAt: string;
  readonly lastRunId: string;
}

/** What the home page tells. */
export interface Overview {
  readonly counts24h: RunCounts;
  readonly workflows: { readonly total: number; readonly enabled: number };
  readonly problems: readonly Problem[];
  readonly connectionsFailed: readonly { readonly id: string; readonly name: string; readonly message: string }[];
  /** Accounts that work, and whose secret or certificate ends within a month, the next first. */
  readonly connectionsEnding: readonly { readonly id: string; readonly name: string; readonly endsAt: string }[];
  readonly triggersFailing: readonly { readonly workflowId: string; readonly workflowName: string; readonly message: string }[];
  readonly recentRuns: readonly RunSummary[];
  /** Workflows that had runs in the last 24 hours, by name. */
  readonly activity24h: readonly WorkflowActivity[];
}

/** How many runs of a workflow began in each of the last 24 hours, the current hour last. */
export interface WorkflowActivity {
  readonly workflowId: string;
  readonly workflowName: string;
  readonly hours: readonly number[];
}

/** How things are, what needs a person, what just happened. */
export async function overview(ctx: Ctx): Promise<Overview> {
  requireRole(ctx, 'read');
  const { workspaceId } = ctx.actor;
  const [workflows, problems, connections, ending, triggers, recent, activity] = await Promise.all([
    listWorkflows(ctx),
    findProblems(ctx),
    ctx.db.prisma.connection.findMany({
      where: { workspaceId, status: { in: ['failed', 'reconnect'] } },
      select: { id: true, name: true, statusMessage: true },
    }),
    ctx.db.prisma.connection.findMany({
      where: { workspaceId, status: { notIn: ['failed', 'reconnect'] }, expiresAt: { lt: new Date(ctx.clock.now() + WARN_BEFORE_MS) } },
      select: { id: true, name: true, expiresAt: true },
      orderBy: { expiresAt: 'asc' },
    }),
    ctx.db.prisma.triggerBinding.findMany({
      where: { workspaceId, enabled: true, failures: { gt: 0 } },
      select: { workflowId: true, lastError: true, workflow: { select: { name: true } } },
    }),
    listRuns(ctx, { limit: 8 }),
    readActivity(ctx),
  ]);
  const sum = (pick: (counts: RunCounts) => number): number => workflows.reduce((total, { counts24h }) => total + pick(counts24h), 0);
  return {
    counts24h: {
      succeeded: sum((c) => c.succeeded),
      failed: sum((c) => c.failed),
      skipped: sum((c) => c.skipped),
      running: sum((c) => c.running),
    },
    workflows: { total: workflows.length, enabled: workflows.filter(({ enabled }) => enabled).length },
    problems,
    connectionsFailed: connections.map(({ id, name, statusMessage }) => ({ id, name, message: statusMessage ?? 'Its last test failed.' })),
    connectionsEnding: ending.flatMap(({ id, name, expiresAt }) => (expiresAt ? [{ id, name, endsAt: expiresAt.toISOString() }] : [])),
    triggersFailing: triggers.map(({ workflowId, workflow, lastError }) => ({
      workflowId,
      workflowName: workflow.name,
      message: (lastError as unknown as StoredError | null)?.message ?? 'Its last look for changes failed.',
    })),
    recentRuns: recent.runs,
    activity24h: workflows.flatMap(({ id, name }) => {
      const hours = activity.get(id);
      return hours ? [{ workflowId: id, workflowName: name, hours }] : [];
    }),
  };
}

const HOURS = 24;
/** How long before a secret ends people are told: time enough to get another. */
const WARN_BEFORE_MS = 30 * 24 * 3_600_000;

/** Runs per workflow and hour, by when they were accepted, which their ids tell. */
async function readActivity(ctx: Ctx): Promise<ReadonlyMap<string, readonly number[]>> {
  const { rows } = await ctx.db.pool.query<{ workflow_id: string; hours_ago: number; count: number }>(
    `SELECT workflow_id, floor(extract(epoch FROM now() - created_at) / 3600)::int AS hours_ago, count(*)::int AS count FROM (
       SELECT workflow_id, created_at FROM run WHERE workspace_id = $1 AND id >= weft_uuid_floor(now() - interval '24 hours')
       UNION ALL
       SELECT workflow_id, created_at FROM run_history WHERE workspace_id = $1 AND id >= weft_uuid_floor(now() - interval '24 hours')
     ) runs GROUP BY 1, 2`,
    [ctx.actor.workspaceId],
  );
  const activity = new Map<string, number[]>();
  for (const { workflow_id: workflowId, hours_ago: hoursAgo, count } of rows) {
    const hours = activity.get(workflowId) ?? Array.from({ length: HOURS }, () => 0);
    // Clocks of two machines differ a little: a run may seem to be of the future, or just out of the day.
    const hour = HOURS - 1 - Math.min(HOURS - 1, Math.max(0, hoursAgo));
    hours[hour] = (hours[hour] ?? 0) + count;
    activity.set(workflowId, hours);
  }
  return activity;
}

interface ProblemRow {
  readonly workflow_id: string;
  readonly workflow_name: string;
  readonly message: string | null;
  readonly failed_node: string | null;
  readonly count: number;
  readonly first_at: Date;
  readonly last_at: Date;
  readonly last_run: string;
}

/** Failures are one problem when node, class, code and the message without ids, numbers and names in “quotes” are the same. */
async function findProblems(ctx: Ctx): Promise<Problem[]> {
  const { rows } = await ctx.db.pool.query<ProblemRow>(
    `SELECT h.workflow_id, w.name AS workflow_name, (array_agg(h.error->>'message' ORDER BY h.id DESC))[1] AS message, h.failed_node, count(*)::int AS count,
            min(h.finished_at) AS first_at, max(h.finished_at) AS last_at, (array_agg(h.id ORDER BY h.id DESC))[1] AS last_run
     FROM run_history h JOIN workflow w ON w.id = h.workflow_id AND w.deleted_at IS NULL
     WHERE h.workspace_id = $1 AND h.status IN ('failed', 'uncertain', 'quarantined') AND h.id >= weft_uuid_floor(now() - interval '24 hours')
     GROUP BY h.workflow_id, w.name, h.failed_node, h.error->>'class', h.error->>'code', regexp_replace(regexp_replace(coalesce(h.error->>'message', ''), '“[^”]*”', '“”', 'g'), '[0-9A-Za-z]*[0-9][0-9A-Za-z]*', '#', 'g')
     ORDER BY last_at DESC LIMIT 20`,
    [ctx.actor.workspaceId],
  );
  return rows.map((row) => ({
    workflowId: row.workflow_id,
    workflowName: row.workflow_name,
    message: row.message ?? 'It failed without a message.',
    nodeId: row.failed_node,
    count: row.count,
    firstAt: row.first_at.toISOString(),
    lastAt: row.last_at.toISOString(),
    lastRunId: row.last_run,
  }));
}
