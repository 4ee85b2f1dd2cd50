/**
 * Cancelling runs, each with the runs that it called and waits for.
 *
 * First all of them are marked, by their ids alone, so that none slips through while it changes from queued to running to
 * waiting; then those that no worker has are ended. A crash in between costs nothing: who claims a marked run cancels it.
 */
import type { Queryable } from '../database.ts';

const MARK = `
WITH RECURSIVE tree(id) AS (
  SELECT id FROM run WHERE id = ANY($1::uuid[]) AND ($2::uuid IS NULL OR workspace_id = $2)
  UNION
  SELECT w.child_run_id FROM tree JOIN run_wait w ON w.run_id = tree.id AND w.kind = 'child' AND w.is_awaited AND w.status = 'open'
), locked AS MATERIALIZED (SELECT run.id FROM run WHERE run.id IN (SELECT tree.id FROM tree) ORDER BY run.id FOR NO KEY UPDATE)
UPDATE run SET cancel_requested_at = coalesce(run.cancel_requested_at, now()), cancel_requested_by = coalesce(run.cancel_requested_by, $3),
  wake_at = CASE WHEN run.status = 'waiting' THEN now() ELSE run.wake_at END
FROM locked WHERE run.id = locked.id RETURNING run.id`;

const END = `
WITH idle AS MATERIALIZED (
  SELECT id FROM run WHERE id = ANY($1::uuid[]) AND status IN ('queued', 'waiting') AND cancel_requested_at IS NOT NULL ORDER BY id FOR UPDATE
), gone AS (
  DELETE FROM run USING idle WHERE run.id = idle.id AND run.status IN ('queued', 'waiting') RETURNING run.*
), ended AS (
  INSERT INTO run_history(id, workspace_id, workflow_id, version_id, status, concurrency_key, fence, recovery_count, dedup_key, business_key,
    origin, input, input_ref, reason, created_at, started_at)
  SELECT id, workspace_id, workflow_id, version_id, 'cancelled', concurrency_key, fence, recovery_count, dedup_key, business_key,
    origin, input, input_ref, 'Cancelled by ' || cancel_requested_by, created_at, started_at FROM gone RETURNING id
), closed AS (
  UPDATE run_wait AS w SET status = 'closed' FROM gone WHERE w.run_id = gone.id AND w.status = 'open'
)
SELECT id FROM ended`;

/** What a cancel request did. `notLive`: no such run, or it had ended. */
export type CancelAnswer = 'requested' | 'cancelled' | 'notLive';

/**
 * Requests the cancellation of a live run and of the runs that it waits for. Those that no worker has are ended here; those
 * that run are stopped by their workers, which hear of it with their next write or renewal.
 */
export async function requestCancel(
  db: Queryable,
  options: { readonly runId: string; readonly workspaceId: string; readonly by: string },
): Promise<CancelAnswer> {
  const { marked, ended } = await cancelRuns(db, { runIds: [options.runId], workspaceId: options.workspaceId, by: options.by });
  if (ended.includes(options.runId)) return 'cancelled';
  return marked.includes(options.runId) ? 'requested' : 'notLive';
}

/** The same for several runs. Gives those that were marked, and which of them have ended. Without a workspace: in any. */
export async function cancelRuns(
  db: Queryable,
  options: { readonly runIds: readonly string[]; readonly workspaceId?: string; readonly by: string },
): Promise<{ readonly marked: readonly string[]; readonly ended: readonly string[] }> {
  if (options.runIds.length === 0) return { marked: [], ended: [] };
  const { rows } = await db.query<{ id: string }>(MARK, [options.runIds, options.workspaceId ?? null, options.by]);
  const marked = rows.map((row) => row.id);
  if (marked.length === 0) return { marked, ended: [] };
  const { rows: ended } = await db.query<{ id: string }>(END, [marked]);
  return { marked, ended: ended.map((row) => row.id) };
}

/** Which of these runs somebody asked to cancel. */
export async function findCancelRequests(db: Queryable, runIds: readonly string[]): Promise<string[]> {
  if (runIds.length === 0) return [];
  const { rows } = await db.query<{ id: string }>('SELECT id FROM run WHERE id = ANY($1::uuid[]) AND cancel_requested_at IS NOT NULL', [
    runIds,
  ]);
  return rows.map((row) => row.id);
}

const CLOSE = (which: string): string => `
WITH closed AS (UPDATE run_wait AS w SET status = 'closed' WHERE w.status = 'open' AND ${which} RETURNING w.kind, w.is_awaited, w.child_run_id)
SELECT child_run_id FROM closed WHERE kind = 'child' AND is_awaited`;

const CLOSE_THESE = CLOSE('w.run_id = ANY($1::uuid[])');
const CLOSE_ALL = CLOSE('NOT EXISTS (SELECT FROM run WHERE run.id = w.run_id)');

/**
 * Closes what runs that have ended still waited for, and cancels the runs that they waited for. Without ids: whatever was
 * left behind by workers that died in between. Gives how many runs were cancelled.
 */
export async function closeWaits(db: Queryable, runIds?: readonly string[]): Promise<number> {
  const { rows } = await (runIds
    ? db.query<{ child_run_id: string }>(CLOSE_THESE, [runIds])
    : db.query<{ child_run_id: string }>(CLOSE_ALL));
  const { marked } = await cancelRuns(db, { runIds: rows.map((row) => row.child_run_id), by: 'the end of the run that called it' });
  return marked.length;
}
