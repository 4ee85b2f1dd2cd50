/**
 * Claiming: the one way in which a run starts, goes on after a wait, and is recovered after a crash.
 *
 * Three lanes, each with a statement of its own:
 * - the common one takes whatever is due, fairly between workspaces;
 * - runs of workflows that allow only so many at once are counted first, by one claimer at a time;
 * - runs whose workers died twice are taken one by one, each by a process of its own, so that the one among them that
 *   kills is told from its neighbours.
 */
import type { Database, Queryable } from '../database.ts';

/** How long a claim holds without renewal, unless a worker is told otherwise. Milliseconds. */
export const LEASE_MS = 20_000;
/** Runs taken by one claim at most. */
export const CLAIM_LIMIT = 50;
/** Claims of an expired lease after which a run is executed in a process of its own. */
export const ISOLATE_AT = 2;

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
  /** Changes with every change of the workflow's row: whoever keeps answers and bindings knows by it whether they still hold. */
  readonly workflowTag: string | null;
  readonly answerTo: string | null;
  /** Whether its end may let another run begin that waits for it: of the same key, or beyond the workflow's limit. */
  readonly hasFollowers: boolean;
}

/** Who claims, how many at most, and for how long. */
export interface ClaimOptions {
  readonly worker: string;
  readonly limit: number;
  /** {@link LEASE_MS} when absent. */
  readonly leaseMs?: number;
}

// A run waits for those of its concurrency key that were accepted before it or are under way; finished ones are not in
// this table any more.
const KEY_IS_FREE = `(run.concurrency_key IS NULL OR NOT EXISTS (
    SELECT FROM run AS other WHERE other.workflow_id = run.workflow_id AND other.concurrency_key = run.concurrency_key
      AND other.id <> run.id AND (other.id < run.id OR other.status <> 'queued')))`;

/** Parameters: $1 worker, $2 limit, $3 lease in milliseconds. `kind` 1 is recovery. */
const TAKE = `
UPDATE run SET status = 'running', fence = run.fence + 1, worker = $1, lease_until = now() + make_interval(secs => $3::float8 / 1000),
  recovery_count = run.recovery_count + (chosen.kind = 1)::int, wake_at = NULL, wait_reason = NULL, signalled = false, started_at = coalesce(run.started_at, now())
FROM chosen WHERE run.id = chosen.id
RETURNING run.id, run.workspace_id, run.workflow_id, run.version_id, run.fence::text, run.origin, run.recovery_count,
  run.fence > 1 AS is_resumed, run.cancel_requested_at IS NOT NULL AS is_cancel_requested, run.input, run.input_ref,
  (extract(epoch FROM run.created_at) * 1000)::float8 AS created_at, (extract(epoch FROM run.started_at) * 1000)::float8 AS started_at,
  (SELECT w.xmin::text FROM workflow w WHERE w.id = run.workflow_id) AS workflow_tag, run.answer_to,
  run.concurrency_key IS NOT NULL OR run.concurrency_limit IS NOT NULL AS has_followers`;

// Each kind has its own partial index. Rows that others are claiming are passed over, so claimers never queue up.
// Workspaces with queued runs are found by skipping through the index; each gives its share, so that the thousands of one
// do not stand before the single run of another.
const CLAIM = `
WITH RECURSIVE expired AS MATERIALIZED (
  SELECT id FROM run WHERE status = 'running' AND lease_until < now() AND recovery_count < ${ISOLATE_AT - 1}
  ORDER BY lease_until LIMIT $2 FOR UPDATE SKIP LOCKED
), woken AS MATERIALIZED (
  SELECT id FROM run WHERE status = 'waiting' AND wake_at <= now() AND concurrency_limit IS NULL AND recovery_count < ${ISOLATE_AT}
  ORDER BY wake_at LIMIT $2 FOR UPDATE SKIP LOCKED
), tenant(workspace_id) AS (
  (SELECT workspace_id FROM run WHERE status = 'queued' ORDER BY workspace_id LIMIT 1)
  UNION ALL
  SELECT (SELECT next.workspace_id FROM run AS next WHERE next.status = 'queued' AND next.workspace_id > tenant.workspace_id
    ORDER BY next.workspace_id LIMIT 1) FROM tenant WHERE tenant.workspace_id IS NOT NULL
), queued AS MATERIALIZED (
  SELECT share.id FROM tenant CROSS JOIN LATERAL (
    SELECT run.id FROM run WHERE run.status = 'queued' AND run.workspace_id = tenant.workspace_id
      AND run.concurrency_limit IS NULL AND run.recovery_count < ${ISOLATE_AT} AND ${KEY_IS_FREE}
    ORDER BY run.priority, run.id LIMIT (SELECT ceil($2::float8 / greatest(1, count(t.workspace_id)))::int FROM tenant AS t)
    FOR UPDATE SKIP LOCKED
  ) AS share WHERE tenant.workspace_id IS NOT NULL LIMIT $2
), chosen AS MATERIALIZED (
  SELECT id, kind FROM (SELECT id, 1 AS kind FROM expired UNION ALL SELECT id, 2 FROM woken UNION ALL SELECT id, 3 FROM queued) AS due
  ORDER BY kind LIMIT $2
)${TAKE}`;

// The limit of a workflow is the one of its newest run, so that a change of it holds for all that is queued.
const CLAIM_LIMITED = `
WITH limited AS MATERIALIZED (
  SELECT run.workflow_id, (array_agg(run.concurrency_limit ORDER BY run.id DESC))[1] - count(*) FILTER (WHERE run.status = 'running') AS free
  FROM run WHERE run.concurrency_limit IS NOT NULL GROUP BY run.workflow_id
), chosen AS MATERIALIZED (
  SELECT due.id, 3 AS kind FROM limited CROSS JOIN LATERAL (
    SELECT run.id FROM run WHERE run.workflow_id = limited.workflow_id AND run.concurrency_limit IS NOT NULL AND run.recovery_count < ${ISOLATE_AT}
      AND ((run.status = 'queued' AND ${KEY_IS_FREE}) OR (run.status = 'waiting' AND run.wake_at <= now()))
    ORDER BY run.priority, run.id LIMIT (least($2::bigint, limited.free)) FOR UPDATE SKIP LOCKED
  ) AS due WHERE limited.free > 0 LIMIT $2
)${TAKE}`;

const CLAIM_ISOLATED = `
WITH chosen AS MATERIALIZED (
  SELECT id, (status = 'running')::int AS kind FROM run
  WHERE recovery_count >= ${ISOLATE_AT - 1} AND ((status = 'running' AND lease_until < now())
    OR (recovery_count >= ${ISOLATE_AT} AND (status = 'queued' OR (status = 'waiting' AND wake_at <= now()))))
  ORDER BY id LIMIT $2 FOR UPDATE SKIP LOCKED
)${TAKE}`;

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
  workflow_tag: string | null;
  answer_to: string | null;
  has_followers: boolean;
}

function toClaimed(row: Row): ClaimedRun {
  return {
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
    workflowTag: row.workflow_tag,
    answerTo: row.answer_to,
    hasFollowers: row.has_followers,
  };
}

async function take(
  db: Queryable,
  statement: { readonly name: string; readonly text: string },
  options: ClaimOptions,
): Promise<ClaimedRun[]> {
  const values = [options.worker, Math.min(options.limit, CLAIM_LIMIT), options.leaseMs ?? LEASE_MS];
  const { rows } = await db.query<Row>({ ...statement, values });
  return rows.map(toClaimed);
}

/** Claims up to `limit` runs that are queued, due after a wait, or left behind by a worker that is gone. */
export function claimRuns(db: Queryable, options: ClaimOptions): Promise<ClaimedRun[]> {
  return take(db, { name: 'claim-runs', text: CLAIM }, options);
}

/**
 * Claims runs of workflows that allow only so many at once. Counting and taking are one thing only while nobody else does
 * the same, hence the lock; who does not get it leaves these runs to the one who has it.
 */
export function claimLimitedRuns(db: Database, options: ClaimOptions): Promise<ClaimedRun[]> {
  return db.transaction(async (client) => {
    const { rows } = await client.query<{ mine: boolean }>('SELECT pg_try_advisory_xact_lock(7263002) AS mine');
    // The statement after the lock sees all that earlier holders of it committed.
    return rows[0]?.mine === true ? take(client, { name: 'claim-limited-runs', text: CLAIM_LIMITED }, options) : [];
  });
}

/** Claims one run that was being executed when its workers died, for a process of its own. */
export async function claimIsolatedRun(db: Queryable, options: Omit<ClaimOptions, 'limit'>): Promise<ClaimedRun | undefined> {
  const [run] = await take(db, { name: 'claim-isolated-run', text: CLAIM_ISOLATED }, { ...options, limit: 1 });
  return run;
}

const LANES = `SELECT
  EXISTS (SELECT FROM run WHERE concurrency_limit IS NOT NULL AND (status = 'queued' OR (status = 'waiting' AND wake_at <= now()))) AS limited,
  EXISTS (SELECT FROM run WHERE recovery_count >= ${ISOLATE_AT - 1} AND ((status = 'running' AND lease_until < now())
    OR (recovery_count >= ${ISOLATE_AT} AND (status = 'queued' OR (status = 'waiting' AND wake_at <= now()))))) AS isolated`;

/** Whether the two rarer lanes have anything to claim. */
export async function lanesInUse(db: Queryable): Promise<{ readonly limited: boolean; readonly isolated: boolean }> {
  const { rows } = await db.query<{ limited: boolean; isolated: boolean }>({ name: 'lanes-in-use', text: LANES });
  return rows[0] ?? { limited: false, isolated: false };
}
