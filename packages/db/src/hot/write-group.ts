/**
 * The write of the run's life: step records, ends and waits of many runs in one statement.
 *
 * Nothing is written for a run whose fence has risen or that is no longer running: the worker that asks has lost it.
 * Each item may carry steps, and either an end or a release; steps come before both in effect.
 */
import type { BlobRow } from '../blobs.ts';
import { insertBlobs } from '../blobs.ts';
import type { Database, Queryable } from '../database.ts';

/** A step record ready for its columns; JSON as text. */
export interface StepRow {
  readonly path: string;
  readonly attempt: number;
  readonly seq: number;
  readonly nodeId: string;
  readonly status: string;
  readonly port: string | null;
  readonly input: string | null;
  readonly output: string | null;
  readonly error: string | null;
  readonly exchanges: string | null;
  readonly stopReason: string | null;
  /** Epoch milliseconds, as are the other times. */
  readonly nextAttemptAt: number | null;
  readonly inputRef: string | null;
  readonly outputRef: string | null;
  readonly extra: string | null;
  readonly startedAt: number;
  readonly finishedAt: number;
}

/** How a finished run ended. */
export type FinalStatus = 'succeeded' | 'failed' | 'skipped' | 'cancelled' | 'uncertain' | 'quarantined';

/** The end of a run: it moves to the history. */
export interface FinishRow {
  readonly status: FinalStatus;
  readonly reason: string | null;
  readonly error: string | null;
  readonly failedNode: string | null;
}

/** A run given back unfinished: to wait for a time (by the database's clock), or to be taken up by another worker at once. */
export type ReleaseRow =
  | {
      readonly to: 'waiting';
      /** Null: never by time, only by an answer to one of its waits. */
      readonly afterMs: number | null;
      readonly reason: string;
      /** It waits for this account to be reconnected: {@link wakeParkedRuns}. */
      readonly parkedOn?: string;
    }
  | { readonly to: 'queued' };

/** What is to be written of one run. */
export interface RunWrite {
  readonly runId: string;
  readonly fence: string;
  readonly steps: readonly StepRow[];
  readonly blobs: readonly BlobRow[];
  readonly finish?: FinishRow;
  readonly release?: ReleaseRow;
}

/** A run whose write was accepted. */
export interface WriteAccepted {
  readonly runId: string;
  readonly isCancelRequested: boolean;
}

const WRITE = `
WITH writer AS MATERIALIZED (
  SELECT run.id, run.cancel_requested_at IS NOT NULL AS cancel
  FROM unnest($1::uuid[], $2::bigint[]) AS w(id, fence) JOIN run ON run.id = w.id AND run.fence = w.fence AND run.status = 'running'
  ORDER BY run.id FOR NO KEY UPDATE OF run
), step AS (
  INSERT INTO step_run(run_id, path, attempt, seq, node_id, status, port, input, output, error, exchanges, stop_reason,
    next_attempt_at, input_ref, output_ref, extra, started_at, finished_at)
  SELECT s.run_id, s.path, s.attempt, s.seq, s.node_id, s.status, s.port, s.input, s.output, s.error, s.exchanges, s.stop_reason,
    to_timestamp(s.next_attempt_at / 1000), s.input_ref, s.output_ref, s.extra, to_timestamp(s.started_at / 1000), to_timestamp(s.finished_at / 1000)
  FROM unnest($3::uuid[], $4::text[], $5::int[], $6::int[], $7::text[], $8::text[], $9::text[], $10::jsonb[], $11::jsonb[], $12::jsonb[],
    $13::jsonb[], $14::text[], $15::float8[], $16::uuid[], $17::uuid[], $18::jsonb[], $19::float8[], $20::float8[])
    AS s(run_id, path, attempt, seq, node_id, status, port, input, output, error, exchanges, stop_reason, next_attempt_at, input_ref,
      output_ref, extra, started_at, finished_at)
  JOIN writer ON writer.id = s.run_id
  ON CONFLICT (run_id, path, attempt) DO UPDATE SET status = excluded.status, port = excluded.port, input = excluded.input,
    output = excluded.output, error = excluded.error, exchanges = excluded.exchanges, stop_reason = excluded.stop_reason,
    next_attempt_at = excluded.next_attempt_at, input_ref = excluded.input_ref, output_ref = excluded.output_ref, extra = excluded.extra,
    started_at = excluded.started_at, finished_at = excluded.finished_at
), finished AS (
  DELETE FROM run USING writer, unnest($21::uuid[], $22::text[], $23::text[], $24::jsonb[], $25::text[]) AS f(id, status, reason, error, failed_node)
  WHERE run.id = writer.id AND f.id = run.id
  RETURNING run.id, run.workspace_id, run.workflow_id, run.version_id, f.status, run.concurrency_key, run.fence, run.recovery_count,
    run.dedup_key, run.business_key, run.origin, run.input, run.input_ref,
    coalesce(f.reason, CASE WHEN f.status = 'cancelled' THEN 'Cancelled by ' || run.cancel_requested_by END), f.error, f.failed_node, run.created_at, run.started_at
), history AS (
  INSERT INTO run_history(id, workspace_id, workflow_id, version_id, status, concurrency_key, fence, recovery_count, dedup_key, business_key,
    origin, input, input_ref, reason, error, failed_node, created_at, started_at)
  SELECT * FROM finished
), released AS (
  UPDATE run SET status = r.status, wait_reason = r.reason, parked_on = r.parked_on,
    wake_at = CASE WHEN run.signalled THEN now() ELSE now() + make_interval(secs => r.after_ms / 1000) END, worker = NULL, lease_until = NULL
  FROM writer, unnest($26::uuid[], $27::text[], $28::float8[], $29::text[], $30::uuid[]) AS r(id, status, after_ms, reason, parked_on)
  WHERE run.id = writer.id AND r.id = run.id
)
SELECT id, cancel FROM writer`;

function stepValues(writes: readonly RunWrite[]): unknown[] {
  const steps = writes.flatMap((write) => write.steps.map((step) => ({ runId: write.runId, ...step })));
  const column = <K extends keyof StepRow | 'runId'>(key: K) => steps.map((step) => step[key]);
  return [
    column('runId'),
    column('path'),
    column('attempt'),
    column('seq'),
    column('nodeId'),
    column('status'),
    column('port'),
    column('input'),
    column('output'),
    column('error'),
    column('exchanges'),
    column('stopReason'),
    column('nextAttemptAt'),
    column('inputRef'),
    column('outputRef'),
    column('extra'),
    column('startedAt'),
    column('finishedAt'),
  ];
}

function endValues(writes: readonly RunWrite[]): unknown[] {
  const ends = writes.flatMap((write) => (write.finish ? [{ id: write.runId, ...write.finish }] : []));
  const releases = writes.flatMap((write) => (write.release ? [{ id: write.runId, release: write.release }] : []));
  return [
    ends.map((end) => end.id),
    ends.map((end) => end.status),
    ends.map((end) => end.reason),
    ends.map((end) => end.error),
    ends.map((end) => end.failedNode),
    releases.map(({ id }) => id),
    releases.map(({ release }) => release.to),
    releases.map(({ release }) => (release.to === 'waiting' && release.afterMs !== null ? Math.max(0, release.afterMs) : null)),
    releases.map(({ release }) => (release.to === 'waiting' ? release.reason : null)),
    releases.map(({ release }) => (release.to === 'waiting' ? (release.parkedOn ?? null) : null)),
  ];
}

async function writeOn(db: Queryable, writes: readonly RunWrite[]): Promise<WriteAccepted[]> {
  const values = [writes.map((write) => write.runId), writes.map((write) => write.fence), ...stepValues(writes), ...endValues(writes)];
  const { rows } = await db.query<{ id: string; cancel: boolean }>({ name: 'write-group', text: WRITE, values });
  return rows.map((row) => ({ runId: row.id, isCancelRequested: row.cancel }));
}

/**
 * Writes a group; each run at most once in it. Gives the runs that were still ours: a run that is missing was taken
 * by another worker or ended. All or nothing: throws what Postgres throws.
 */
export async function writeGroup(db: Database, writes: readonly RunWrite[]): Promise<WriteAccepted[]> {
  const sorted = writes.toSorted((a, b) => (a.runId < b.runId ? -1 : 1));
  const blobs = sorted.flatMap((write) => write.blobs);
  if (blobs.length === 0) return writeOn(db.pool, sorted);
  return db.transaction(async (client) => {
    await insertBlobs(client, blobs);
    return writeOn(client, sorted);
  });
}

const READ_BACK = `
SELECT w.id,
  CASE WHEN h.id IS NOT NULL THEN 'finished:' || h.status WHEN run.id IS NULL THEN 'gone' ELSE run.status END AS state
FROM unnest($1::uuid[], $2::bigint[]) AS w(id, fence)
LEFT JOIN run_history h ON h.id = w.id AND h.fence = w.fence
LEFT JOIN run ON run.id = w.id AND run.fence = w.fence`;

/**
 * After the answer to a commit was lost: which ends and releases have landed. Steps need no reading back, because
 * writing them again changes nothing.
 */
export async function readBack(db: Queryable, writes: readonly RunWrite[]): Promise<ReadonlySet<string>> {
  const { rows } = await db.query<{ id: string; state: string }>(READ_BACK, [writes.map((w) => w.runId), writes.map((w) => w.fence)]);
  const states = new Map(rows.map((row) => [row.id, row.state]));
  const landed = writes.filter((write) => {
    const state = states.get(write.runId);
    return (write.finish && state === `finished:${write.finish.status}`) || (write.release && state === write.release.to);
  });
  return new Set(landed.map((write) => write.runId));
}
