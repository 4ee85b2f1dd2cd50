import { invalid } from '@weft/errors';
import type { Ctx } from '../ctx.ts';
import { requireRole } from '../permissions.ts';
import { HISTORY_COLUMNS, LIVE_COLUMNS, toRunSummary } from './view.ts';
import type { RunRow, RunSummary } from './view.ts';

/** Filters of the list of runs. */
export interface ListRunsInput {
  readonly workflowId?: string;
  readonly status?: readonly string[];
  /** Part of a business key, a run's id, or words of its error or reason. */
  readonly search?: string;
  /** Id of the last run of the page before. */
  readonly before?: string;
  /** 1–200, default 50. */
  readonly limit?: number;
}

const LIVE = ['queued', 'running', 'waiting'];
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/** Runs of the workspace, newest first. `nextBefore` asks for the page behind this one. */
export async function listRuns(ctx: Ctx, input: ListRunsInput = {}): Promise<{ runs: RunSummary[]; nextBefore: string | null }> {
  requireRole(ctx, 'read');
  if (input.before !== undefined && !UUID.test(input.before)) throw invalid('before_invalid', '“before” has to be the id of a run.');
  const limit = Math.min(200, Math.max(1, input.limit ?? 50));
  const { where, values } = filters(ctx, input);
  const wanted = input.status && input.status.length > 0 ? input.status : undefined;
  const parts = [
    ...(!wanted || wanted.some((status) => LIVE.includes(status)) ? [page(LIVE_COLUMNS, 'run', where.live)] : []),
    ...(!wanted || wanted.some((status) => !LIVE.includes(status)) ? [page(HISTORY_COLUMNS, 'run_history', where.history)] : []),
  ];
  const { rows } = await ctx.db.pool.query<RunRow>(
    `SELECT newest.*, w.name AS workflow_name, v.number AS version FROM (${parts.join(' UNION ALL ')}) newest
     LEFT JOIN workflow w ON w.id = newest.workflow_id LEFT JOIN workflow_version v ON v.id = newest.version_id
     ORDER BY newest.id DESC LIMIT $1`,
    [limit + 1, ...values],
  );
  const runs = rows.slice(0, limit).map((row) => toRunSummary(row, ctx.clock.now()));
  return { runs, nextBefore: rows.length > limit ? (runs.at(-1)?.id ?? null) : null };
}

function page(columns: string, table: string, where: string): string {
  return `(SELECT ${columns} FROM ${table} r WHERE ${where} ORDER BY r.id DESC LIMIT $1)`;
}

function filters(ctx: Ctx, input: ListRunsInput): { where: { live: string; history: string }; values: unknown[] } {
  const values: unknown[] = [];
  // $1 is the limit.
  const value = (it: unknown): string => `$${values.push(it) + 1}`;
  const both = [`r.workspace_id = ${value(ctx.actor.workspaceId)}`];
  if (input.workflowId) both.push(`r.workflow_id = ${value(input.workflowId)}`);
  if (input.before) both.push(`r.id < ${value(input.before)}::uuid`);
  if (input.status && input.status.length > 0) both.push(`r.status = ANY(${value(withKin(input.status))}::text[])`);
  const live = [...both];
  const history = [...both];
  const search = input.search?.trim();
  if (search && UUID.test(search)) {
    const id = value(search);
    live.push(`r.id = ${id}::uuid`);
    history.push(`r.id = ${id}::uuid`);
  } else if (search) {
    const pattern = value(`%${search.replace(/[\\%_]/g, '\\$&')}%`);
    live.push(`r.business_key ILIKE ${pattern}`);
    history.push(`(r.business_key ILIKE ${pattern} OR r.reason ILIKE ${pattern} OR r.error->>'message' ILIKE ${pattern})`);
  }
  return { where: { live: live.join(' AND '), history: history.join(' AND ') }, values };
}

/** Who asks for failed runs wants those too of which nobody knows how they ended. */
function withKin(status: readonly string[]): string[] {
  return status.includes('failed') ? [...status, 'uncertain', 'quarantined'] : [...status];
}
