import { notFound } from '@weft/errors';
import type { WorkflowDocument } from '@weft/workflow';
import type { Ctx } from '../ctx.ts';
import { requireRole } from '../permissions.ts';
import { readRunLinks } from '../waits/run-links.ts';
import { readFirstSteps, readPage } from './read-steps.ts';
import { HISTORY_COLUMNS, LIVE_COLUMNS, progressOf, toRunSummary, whyHere } from './view.ts';
import type { RunDetail, RunRow, StepView } from './view.ts';

/** A run with its document and steps. Large values stand as previews. */
export async function getRun(ctx: Ctx, input: { id: string }): Promise<RunDetail> {
  requireRole(ctx, 'read');
  const row = await findRun(ctx, input.id);
  const [version, { steps, after }, links] = await Promise.all([
    ctx.db.prisma.workflowVersion.findUnique({ where: { id: row.version_id } }),
    readFirstSteps(ctx.db.pool, row.id),
    readRunLinks(ctx, row.id, row.finished_at === null),
  ]);
  if (!version) throw notFound('version_unknown', `The version that run ${row.id} was made with is gone.`);
  return {
    run: toRunSummary(row, ctx.clock.now()),
    document: version.document as unknown as WorkflowDocument,
    steps,
    hasMoreSteps: after !== undefined,
    ...(after === undefined ? {} : { stepsAfter: after }),
    ...links,
    input: row.input ?? null,
    why: whyHere(row, ctx.clock.now()),
    progress: progressOf(row),
  };
}

/** Further steps of a run, in order. `after`: the place where the page before ended; given back while there are more. */
export async function listSteps(
  ctx: Ctx,
  input: { id: string; after?: number; limit?: number },
): Promise<{ steps: readonly StepView[]; after?: number }> {
  requireRole(ctx, 'read');
  const row = await findRun(ctx, input.id);
  return readPage(ctx.db.pool, row.id, { after: input.after ?? -1, limit: input.limit ?? 500 });
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
