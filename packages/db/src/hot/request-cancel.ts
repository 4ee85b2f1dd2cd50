import type { Queryable } from '../database.ts';

/**
 * Asks for a run to be cancelled. A run that no worker has is ended here; one that runs is stopped by its worker,
 * which hears of it with its next write or renewal.
 */
const CANCEL = `
WITH asked AS (
  UPDATE run SET cancel_requested_at = coalesce(cancel_requested_at, now()), cancel_requested_by = coalesce(cancel_requested_by, $3)
  WHERE id = $1 AND workspace_id = $2 AND status = 'running' RETURNING id
), gone AS (
  DELETE FROM run WHERE id = $1 AND workspace_id = $2 AND status IN ('queued', 'waiting') RETURNING *
), ended AS (
  INSERT INTO run_history(id, workspace_id, workflow_id, version_id, status, concurrency_key, fence, recovery_count, dedup_key, business_key,
    origin, input, input_ref, reason, created_at, started_at)
  SELECT id, workspace_id, workflow_id, version_id, 'cancelled', concurrency_key, fence, recovery_count, dedup_key, business_key,
    origin, input, input_ref, 'Cancelled by ' || $3, created_at, started_at FROM gone RETURNING id
)
SELECT CASE WHEN EXISTS (SELECT FROM asked) THEN 'requested' WHEN EXISTS (SELECT FROM ended) THEN 'cancelled' ELSE 'notLive' END AS answer`;

/** What a cancel request did. `notLive`: no such run, or it had ended. */
export type CancelAnswer = 'requested' | 'cancelled' | 'notLive';

/** Requests the cancellation of a live run. */
export async function requestCancel(
  db: Queryable,
  options: { readonly runId: string; readonly workspaceId: string; readonly by: string },
): Promise<CancelAnswer> {
  const { rows } = await db.query<{ answer: CancelAnswer }>(CANCEL, [options.runId, options.workspaceId, options.by]);
  return rows[0]?.answer ?? 'notLive';
}

/** Which of these runs somebody asked to cancel. */
export async function findCancelRequests(db: Queryable, runIds: readonly string[]): Promise<string[]> {
  if (runIds.length === 0) return [];
  const { rows } = await db.query<{ id: string }>('SELECT id FROM run WHERE id = ANY($1::uuid[]) AND cancel_requested_at IS NOT NULL', [
    runIds,
  ]);
  return rows.map((row) => row.id);
}
