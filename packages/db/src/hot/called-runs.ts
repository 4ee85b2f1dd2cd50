/**
 * Runs that other runs have called: the call is a wait of the caller, answered by the end of the called run.
 */
import { insertBlobs } from '../blobs.ts';
import type { StoredValue } from '../blobs.ts';
import type { Database, Queryable } from '../database.ts';
import { newId } from '../ids.ts';
import { acceptRunsOn } from './accept-runs.ts';
import type { PreparedAccept } from './accept-runs.ts';
import { SIGNAL } from './answer-wait.ts';
import { STANDING, toStanding } from './register-wait.ts';
import type { StandingRow, WaitOwner, WaitStanding } from './register-wait.ts';

/** Where a run stands among runs that called one another. */
export interface CallChain {
  /** Calls that lead to it; 0 for a run that nobody called. */
  readonly depth: number;
  /** The runs above it, the nearest first, itself included. */
  readonly runs: readonly { readonly workflowId: string; readonly concurrencyKey: string | null }[];
}

const OWNER = `SELECT id, workspace_id, workflow_id FROM run WHERE id = $1 AND fence = $2 AND status = 'running' FOR NO KEY UPDATE`;

/** How a call stands that was registered before; `notOurs` when this worker no longer owns the run; undefined when there is none. */
export async function findCall(db: Queryable, owner: WaitOwner, path: string): Promise<WaitStanding | 'notOurs' | undefined> {
  const { rows } = await db.query<StandingRow & { is_ours: boolean }>(
    `SELECT r.id IS NOT NULL AS is_ours, w.* FROM (SELECT 1) AS one
     LEFT JOIN run r ON r.id = $1 AND r.fence = $2 AND r.status = 'running'
     LEFT JOIN LATERAL (SELECT ${STANDING} FROM run_wait WHERE run_id = $1 AND path = $3) AS w ON true`,
    [owner.runId, owner.fence, path],
  );
  const row = rows[0];
  if (!row?.is_ours) return 'notOurs';
  return row.status === null ? undefined : toStanding(db, row);
}

/** The runs that called a run, directly and over others. */
export async function loadCallChain(db: Queryable, runId: string): Promise<CallChain> {
  const { rows } = await db.query<{ workflow_id: string | null; concurrency_key: string | null; level: number }>(
    `WITH RECURSIVE chain(run_id, level) AS (
       SELECT $1::uuid, 0
       UNION ALL
       SELECT w.run_id, chain.level + 1 FROM chain JOIN run_wait w ON w.child_run_id = chain.run_id WHERE chain.level < 100
     )
     SELECT coalesce(r.workflow_id, h.workflow_id) AS workflow_id, coalesce(r.concurrency_key, h.concurrency_key) AS concurrency_key, level
     FROM chain LEFT JOIN run r ON r.id = chain.run_id LEFT JOIN run_history h ON h.id = chain.run_id ORDER BY level`,
    [runId],
  );
  return {
    depth: Math.max(0, rows.length - 1),
    runs: rows.flatMap((row) => (row.workflow_id === null ? [] : [{ workflowId: row.workflow_id, concurrencyKey: row.concurrency_key }])),
  };
}

/** A call that is to be made. */
export interface CallRow {
  readonly path: string;
  readonly nodeId: string;
  readonly isAwaited: boolean;
  readonly depth: number;
  /** Its dedup key is the caller's run and path, so that it is accepted once whatever happens. */
  readonly child: PreparedAccept;
}

/**
 * Starts the called run and registers the call, together. A call that was made meanwhile stays the only one. Undefined
 * when this worker no longer owns the run.
 */
export async function registerCall(db: Database, owner: WaitOwner, call: CallRow): Promise<WaitStanding | undefined> {
  return db.transaction(async (client) => {
    const { rows: owners } = await client.query<{ workspace_id: string; workflow_id: string }>(OWNER, [owner.runId, owner.fence]);
    const [run] = owners;
    if (!run) return undefined;
    const [accepted] = await acceptRunsOn(client, [call.child]);
    if (!accepted) return undefined;
    const started = call.isAwaited ? null : JSON.stringify({ runId: accepted.runId, status: 'started' });
    const { rows } = await client.query<StandingRow>(
      `INSERT INTO run_wait(id, workspace_id, workflow_id, run_id, path, node_id, kind, status, reached_at, child_run_id, is_awaited, depth, answer, answered_at)
       VALUES ($1, $2, $3, $4, $5, $6, 'child', CASE WHEN $7 THEN 'open' ELSE 'answered' END, now(), $8, $7, $9, $10::jsonb, CASE WHEN $7 THEN NULL ELSE now() END)
       ON CONFLICT (run_id, path) DO UPDATE SET reached_at = run_wait.reached_at RETURNING ${STANDING}`,
      [
        newId(),
        run.workspace_id,
        run.workflow_id,
        owner.runId,
        call.path,
        call.nodeId,
        call.isAwaited,
        accepted.runId,
        call.depth,
        started,
      ],
    );
    return rows[0] && toStanding(client, rows[0]);
  });
}

/** Keeps what a called run gives, before its end is written. It counts only with the end. */
export async function stageCallOutput(db: Database, child: WaitOwner, output: StoredValue): Promise<void> {
  await db.transaction(async (client) => {
    if (output.blob) await insertBlobs(client, [output.blob]);
    await client.query(
      `UPDATE run_wait SET answer = $3::jsonb, answer_ref = $4 WHERE child_run_id = $1 AND status = 'open'
         AND EXISTS (SELECT FROM run WHERE id = $1 AND fence = $2 AND status = 'running')`,
      [child.runId, child.fence, output.text, output.blob?.id ?? null],
    );
  });
}

// `answer` holds what the run gave; how it ended stands in the history, which is written in the statement that ends it.
const SETTLE = (which: string): string => `
WITH done AS MATERIALIZED (
  SELECT w.id, w.run_id FROM run_wait w JOIN run_history h ON h.id = w.child_run_id
  WHERE w.kind = 'child' AND w.is_awaited AND w.status = 'open' AND ${which}
), changed AS MATERIALIZED (
  SELECT id AS run_id FROM run WHERE id IN (SELECT run_id FROM done) ORDER BY id FOR NO KEY UPDATE
), live AS MATERIALIZED (${SIGNAL}), answered AS (
  UPDATE run_wait AS w SET status = 'answered', answered_at = now() FROM done JOIN live ON live.id = done.run_id
  WHERE w.id = done.id AND w.status = 'open' RETURNING w.id
)
SELECT count(*)::int AS count FROM answered`;

const SETTLE_THESE = SETTLE('w.child_run_id = ANY($1::uuid[])');
const SETTLE_ALL = SETTLE('NOT EXISTS (SELECT FROM run r WHERE r.id = w.child_run_id)');

/** Lets the callers of runs that have ended go on. Gives how many calls were settled. Without ids: whatever was left behind. */
export async function settleCalls(db: Queryable, runIds?: readonly string[]): Promise<number> {
  if (runIds?.length === 0) return 0;
  const statement = runIds
    ? { name: 'settle-calls', text: SETTLE_THESE, values: [runIds] }
    : { name: 'settle-left-calls', text: SETTLE_ALL };
  const { rows } = await db.query<{ count: number }>(statement);
  return rows[0]?.count ?? 0;
}

/** How a called run ended. */
export interface CalledEnd {
  readonly runId: string;
  readonly status: string;
  readonly error: unknown;
  readonly reason: string | null;
  readonly failedNode: string | null;
  readonly workflowName: string | null;
}

/** The end of the run that a step called; undefined while it has not ended. */
export async function loadCalledEnd(db: Queryable, runId: string, path: string): Promise<CalledEnd | undefined> {
  const { rows } = await db.query<{
    id: string;
    status: string;
    error: unknown;
    reason: string | null;
    failed_node: string | null;
    name: string | null;
  }>(
    `SELECT h.id, h.status, h.error, h.reason, h.failed_node, f.name FROM run_wait w JOIN run_history h ON h.id = w.child_run_id
     LEFT JOIN workflow f ON f.id = h.workflow_id WHERE w.run_id = $1 AND w.path = $2`,
    [runId, path],
  );
  const row = rows[0];
  return (
    row && { runId: row.id, status: row.status, error: row.error, reason: row.reason, failedNode: row.failed_node, workflowName: row.name }
  );
}
