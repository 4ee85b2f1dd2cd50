/**
 * Claiming: the one way in which a run starts, goes on after a wait, and is recovered after a crash.
 */
import type { Queryable } from '../database.ts';

/** How long a claim holds without renewal. */
export const LEASE_SECONDS = 20;
/** Runs taken by one claim at most. */
export const CLAIM_LIMIT = 50;

/** A run that this worker now owns, until its lease ends or the fence rises. */
export interface ClaimedRun {
  readonly id: string;
  readonly workspaceId: string;
  readonly workflowId: string;
  readonly versionId: string;
  readonly fence: string;
  readonly origin: string;
  /** Claims of an expired lease so far: crashes of workers, not failures of steps. */
  readonly recoveryCount: number;
  /** Whether it ran before, so that it has a journal. */
  readonly isResumed: boolean;
  readonly isCancelRequested: boolean;
  readonly input: unknown;
  readonly inputRef: string | null;
  readonly createdAt: number;
  readonly startedAt: number;
}

// A run waits for those of its concurrency key that were accepted before it or are under way; finished ones are not in this
// table any more.
// Each kind has its own partial index. Rows that others are claiming are passed over, so claimers never queue up.
const CLAIM = `
WITH expired AS MATERIALIZED (
  SELECT id FROM run WHERE status = 'running' AND lease_until < now() ORDER BY lease_until LIMIT $2 FOR UPDATE SKIP LOCKED
), woken AS MATERIALIZED (
  SELECT id FROM run WHERE status = 'waiting' AND wake_at <= now() ORDER BY wake_at LIMIT $2 FOR UPDATE SKIP LOCKED
), queued AS MATERIALIZED (
  SELECT id FROM run WHERE status = 'queued' AND (concurrency_key IS NULL OR NOT EXISTS (
    SELECT FROM run AS other WHERE other.workflow_id = run.workflow_id AND other.concurrency_key = run.concurrency_key
      AND other.id <> run.id AND (other.id < run.id OR other.status <> 'queued')))
  ORDER BY priority, wake_at, id LIMIT $2 FOR UPDATE SKIP LOCKED
), chosen AS MATERIALIZED (
  SELECT id, kind FROM (SELECT id, 1 AS kind FROM expired UNION ALL SELECT id, 2 FROM woken UNION ALL SELECT id, 3 FROM queued) AS due
  ORDER BY kind LIMIT $2
)
UPDATE run SET status = 'running', fence = run.fence + 1, worker = $1, lease_until = now() + make_interval(secs => ${LEASE_SECONDS}),
  recovery_count = run.recovery_count + (chosen.kind = 1)::int, wake_at = NULL, wait_reason = NULL, started_at = coalesce(run.started_at, now())
FROM chosen WHERE run.id = chosen.id
RETURNING run.id, run.workspace_id, run.workflow_id, run.version_id, run.fence::text, run.origin, run.recovery_count,
  run.fence > 1 AS is_resumed, run.cancel_requested_at IS NOT NULL AS is_cancel_requested, run.input, run.input_ref,
  (extract(epoch FROM run.created_at) * 1000)::float8 AS created_at, (extract(epoch FROM run.started_at) * 1000)::float8 AS started_at`;

interface Row {
  id: string;
  workspace_id: string;
  workflow_id: string;
  version_id: string;
  fence: string;
  origin: string;
  recovery_count: number;
  is_resumed: boolean;
  is_cancel_requested: boolean;
  input: unknown;
  input_ref: string | null;
  created_at: number;
  started_at: number;
}

/** Claims up to `limit` runs that are queued, due after a wait, or left behind by a worker that is gone. */
export async function claimRuns(db: Queryable, options: { readonly worker: string; readonly limit: number }): Promise<ClaimedRun[]> {
  const limit = Math.min(options.limit, CLAIM_LIMIT);
  const { rows } = await db.query<Row>({ name: 'claim-runs', text: CLAIM, values: [options.worker, limit] });
  return rows.map((row) => ({
    id: row.id,
    workspaceId: row.workspace_id,
    workflowId: row.workflow_id,
    versionId: row.version_id,
    fence: row.fence,
    origin: row.origin,
    recoveryCount: row.recovery_count,
    isResumed: row.is_resumed,
    isCancelRequested: row.is_cancel_requested,
    input: row.input,
    inputRef: row.input_ref,
    createdAt: row.created_at,
    startedAt: row.started_at,
  }));
}
