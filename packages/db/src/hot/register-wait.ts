/**
 * Waits of runs: registered once per step by the worker that has the run, asked about by those after it.
 *
 * A wait is open until it is answered, its time is over, or its run has ended. Whoever changes it holds the row of its run
 * first, so that an answer and the end of the time, a second answer, or the release of the run cannot pass each other.
 */
import { loadBlobs } from '../blobs.ts';
import { newId } from '../ids.ts';
import { toStorableJson } from '../json.ts';
import type { Queryable } from '../database.ts';

/** What can be waited for. */
export type WaitKind = 'timer' | 'event' | 'review' | 'child';

/** The run that registers and the fence by which it is this worker's. */
export interface WaitOwner {
  readonly runId: string;
  readonly fence: string;
}

/** One wait that is to be registered. */
export interface WaitRow {
  readonly path: string;
  readonly nodeId: string;
  readonly kind: WaitKind;
  /** Over so long after its registration, by the database's clock, or at an instant (epoch milliseconds). */
  readonly due?: { readonly afterMs: number } | { readonly at: number };
  readonly tokenHash?: string;
  readonly question?: unknown;
}

/** How a wait stands. Times in epoch milliseconds by the database's clock; `dueInMs` from now. */
export interface WaitStanding {
  readonly status: 'open' | 'answered' | 'expired' | 'closed';
  readonly since: number;
  readonly dueAt: number | null;
  readonly dueInMs: number | null;
  readonly answer: unknown;
}

/** Columns of a {@link WaitStanding}. */
export const STANDING = `status, answer, answer_ref, (extract(epoch FROM coalesce(reached_at, created_at)) * 1000)::float8 AS since,
  (extract(epoch FROM due_at) * 1000)::float8 AS due_at, (extract(epoch FROM due_at - now()) * 1000)::float8 AS due_in_ms`;

export interface StandingRow {
  status: WaitStanding['status'];
  answer: unknown;
  answer_ref: string | null;
  since: number;
  due_at: number | null;
  due_in_ms: number | null;
}

const OWNER = `SELECT id, workspace_id, workflow_id FROM run WHERE id = $1 AND fence = $2 AND status = 'running' FOR NO KEY UPDATE`;

// The first one to reach it sets its time; asking again changes nothing, except that an open one whose time is over expires.
const REGISTER = `
WITH owner AS MATERIALIZED (${OWNER}), wanted AS (
  SELECT owner.*, coalesce(to_timestamp($8::float8 / 1000), now() + make_interval(secs => $7::float8 / 1000)) AS due_at FROM owner
)
INSERT INTO run_wait AS w (id, workspace_id, workflow_id, run_id, path, node_id, kind, status, reached_at, due_at, token_hash, question)
SELECT $3, workspace_id, workflow_id, id, $4, $5, $6, CASE WHEN due_at <= now() THEN 'expired' ELSE 'open' END, now(), due_at, $9, $10::jsonb FROM wanted
ON CONFLICT (run_id, path) DO UPDATE SET reached_at = coalesce(w.reached_at, now()),
  due_at = CASE WHEN w.reached_at IS NULL THEN excluded.due_at ELSE w.due_at END,
  status = CASE WHEN w.status = 'open' AND CASE WHEN w.reached_at IS NULL THEN excluded.due_at ELSE w.due_at END <= now()
    THEN 'expired' ELSE w.status END
RETURNING ${STANDING}`;

/** Registers a wait, or tells how the one that is there stands. Undefined when this worker no longer owns the run. */
export async function registerWait(db: Queryable, owner: WaitOwner, wait: WaitRow): Promise<WaitStanding | undefined> {
  const { due } = wait;
  const { rows } = await db.query<StandingRow>({
    name: 'register-wait',
    text: REGISTER,
    values: [
      owner.runId,
      owner.fence,
      newId(),
      wait.path,
      wait.nodeId,
      wait.kind,
      due && 'afterMs' in due ? due.afterMs : null,
      due && 'at' in due ? due.at : null,
      wait.tokenHash ?? null,
      wait.question === undefined ? null : toStorableJson(wait.question).text,
    ],
  });
  return rows[0] && toStanding(db, rows[0]);
}

const ANNOUNCE = `
WITH owner AS MATERIALIZED (${OWNER})
INSERT INTO run_wait(id, workspace_id, workflow_id, run_id, path, node_id, kind, token_hash)
SELECT $3, workspace_id, workflow_id, id, $4, $5, 'event', $6 FROM owner
ON CONFLICT (run_id, path) DO UPDATE SET token_hash = run_wait.token_hash RETURNING id`;

/** Makes the address of a wait good before the run reaches it. False when this worker no longer owns the run. */
export async function announceWait(
  db: Queryable,
  owner: WaitOwner,
  wait: { readonly path: string; readonly nodeId: string; readonly tokenHash: string },
): Promise<boolean> {
  const { rowCount } = await db.query({
    name: 'announce-wait',
    text: ANNOUNCE,
    values: [owner.runId, owner.fence, newId(), wait.path, wait.nodeId, wait.tokenHash],
  });
  return rowCount === 1;
}

/** A wait of a run that was open when it was asked for. */
export interface OpenWaitRow {
  readonly runId: string;
  readonly path: string;
  readonly since: number;
  readonly dueAt: number | null;
  readonly dueInMs: number | null;
}

const OPEN = `SELECT run_id, path, ${STANDING} FROM run_wait
WHERE run_id = ANY($1::uuid[]) AND status = 'open' AND reached_at IS NOT NULL AND (due_at IS NULL OR due_at > now())`;

/** The waits of runs that nothing has happened to. Those that were answered, or whose time is over, have to be asked about. */
export async function loadOpenWaits(db: Queryable, runIds: readonly string[]): Promise<OpenWaitRow[]> {
  if (runIds.length === 0) return [];
  const { rows } = await db.query<StandingRow & { run_id: string; path: string }>({ name: 'open-waits', text: OPEN, values: [runIds] });
  return rows.map((row) => ({ runId: row.run_id, path: row.path, since: row.since, dueAt: row.due_at, dueInMs: row.due_in_ms }));
}

/** A row with its answer in full. */
export async function toStanding(db: Queryable, row: StandingRow): Promise<WaitStanding> {
  const answer = row.answer_ref === null ? row.answer : (await loadBlobs(db, [row.answer_ref])).get(row.answer_ref);
  return { status: row.status, since: row.since, dueAt: row.due_at, dueInMs: row.due_in_ms, answer };
}
