/**
 * The write of the run's life: step records, ends and waits of many runs in one statement. Each item may carry steps, and
 * either an end or a release; steps come before both in effect.
 */
import type { BlobRow } from '../blobs.ts';
import type { Database, Queryable } from '../database.ts';
import type { BatchRow } from '../step-batch.ts';
import { finishStatement, keepStatement } from './write-statements.ts';

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
  /** Its last batch of steps: {@link BatchRow.records}. */
  readonly steps?: Buffer;
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
  /** Steps that have a row of their own: those with an effect. */
  readonly steps: readonly StepRow[];
  /** Steps without effect. */
  readonly batches?: readonly BatchRow[];
  readonly blobs: readonly BlobRow[];
  readonly finish?: FinishRow;
  readonly release?: ReleaseRow;
}

/** A run whose write was accepted. */
export interface WriteAccepted {
  readonly runId: string;
  readonly isCancelRequested: boolean;
}

/**
 * Writes a group; each run at most once in it. Gives the runs that were still ours: a run that is missing was taken by
 * another worker or ended. Throws what Postgres throws: then nothing was written of a group whose runs all end, or all do not.
 */
export async function writeGroup(db: Database, writes: readonly RunWrite[]): Promise<WriteAccepted[]> {
  const sorted = writes.toSorted((a, b) => (a.runId < b.runId ? -1 : 1));
  const ends = sorted.filter((write) => write.finish !== undefined);
  const others = sorted.filter((write) => write.finish === undefined);
  const statements = [...(ends.length > 0 ? [finishStatement(ends)] : []), ...(others.length > 0 ? [keepStatement(others)] : [])];
  const results = await Promise.all(statements.map((statement) => db.hot.query<{ id: string; cancel: boolean }>(statement)));
  return results.flatMap(({ rows }) => rows.map((row) => ({ runId: row.id, isCancelRequested: row.cancel })));
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
