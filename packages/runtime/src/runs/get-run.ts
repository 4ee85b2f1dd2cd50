import { notFound } from '@weft/errors';
import type { WorkflowDocument } from '@weft/workflow';
import type { Ctx } from '../ctx.ts';
import { requireRole } from '../permissions.ts';
import { readRunLinks } from '../waits/run-links.ts';
import { HISTORY_COLUMNS, LIVE_COLUMNS, progressOf, toRunSummary, whyHere } from './view.ts';
import type { RunDetail, RunRow, StepView } from './view.ts';

/** A run with its document and steps. Large values stand as previews. */
export async function getRun(ctx: Ctx, input: { id: string }): Promise<RunDetail> {
  requireRole(ctx, 'read');
  const row = await findRun(ctx, input.id);
  const [version, shown, links] = await Promise.all([
    ctx.db.prisma.workflowVersion.findUnique({ where: { id: row.version_id } }),
    readSteps(ctx, row.id),
    readRunLinks(ctx, row.id, row.finished_at === null),
  ]);
  if (!version) throw notFound('version_unknown', `The version that run ${row.id} was made with is gone.`);
  return {
    run: toRunSummary(row, ctx.clock.now()),
    document: version.document as unknown as WorkflowDocument,
    ...shown,
    ...links,
    input: row.input ?? null,
    why: whyHere(row, ctx.clock.now()),
    progress: progressOf(row),
  };
}

/** The row of a live or finished run of the actor's workspace, or `notFound`. */
export async function findRun(ctx: Ctx, id: string): Promise<RunRow> {
  const { rows } = await ctx.db.pool.query<RunRow>(
    `SELECT it.*, w.name AS workflow_name, v.number AS version FROM (
       (SELECT ${LIVE_COLUMNS}, r.input, r.input_ref, r.progress FROM run r WHERE r.id = $1 AND r.workspace_id = $2)
       UNION ALL
       (SELECT ${HISTORY_COLUMNS}, r.input, r.input_ref, NULL::jsonb AS progress FROM run_history r WHERE r.id = $1 AND r.workspace_id = $2)
     ) it LEFT JOIN workflow w ON w.id = it.workflow_id LEFT JOIN workflow_version v ON v.id = it.version_id LIMIT 1`,
    [id, ctx.actor.workspaceId],
  );
  const row = rows[0];
  if (!row) throw notFound('run_unknown', `There is no run ${id} in this workspace.`);
  return row;
}

interface StepColumns {
  readonly path: string;
  readonly attempt: number;
  readonly node_id: string;
  readonly status: StepView['status'];
  readonly port: string | null;
  readonly input: unknown;
  readonly output: unknown;
  readonly error: NonNullable<StepView['error']> | null;
  readonly exchanges: readonly unknown[] | null;
  readonly console: NonNullable<StepView['console']> | null;
  readonly stop_reason: NonNullable<StepView['stopReason']> | null;
  readonly next_attempt_at: Date | null;
  readonly started_at: Date;
  readonly finished_at: Date;
  readonly total: number;
}

/** What a page can show: of a loop of thousands the first ones, and whatever failed. */
const MOST_STEPS = 2000;

async function readSteps(ctx: Ctx, runId: string): Promise<{ steps: StepView[]; hasMoreSteps: boolean }> {
  const { rows } = await ctx.db.pool.query<StepColumns>(
    `SELECT path, attempt, node_id, status, port, input, output, error, exchanges, extra -> 'console' AS console, stop_reason, next_attempt_at, started_at, finished_at, total
     FROM (SELECT *, count(*) OVER ()::int AS total FROM step_run WHERE run_id = $1 ORDER BY status = 'failed' DESC, seq LIMIT $2) shown ORDER BY seq`,
    [runId, MOST_STEPS],
  );
  const steps = rows.map((row) => ({
    path: row.path,
    nodeId: row.node_id,
    attempt: row.attempt,
    status: row.status,
    ...(row.port === null ? {} : { port: row.port }),
    ...(row.input === null ? {} : { input: row.input }),
    ...(row.output === null ? {} : { output: row.output }),
    ...(row.error === null ? {} : { error: row.error }),
    ...(row.exchanges === null ? {} : { exchanges: row.exchanges }),
    ...(row.console === null ? {} : { console: row.console }),
    ...(row.stop_reason === null ? {} : { stopReason: row.stop_reason }),
    ...(row.next_attempt_at === null ? {} : { nextAttemptAt: row.next_attempt_at.toISOString() }),
    startedAt: row.started_at.toISOString(),
    finishedAt: row.finished_at.toISOString(),
  }));
  return { steps, hasMoreSteps: (rows[0]?.total ?? 0) > rows.length };
}
