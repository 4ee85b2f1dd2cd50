/**
 * Reading what a run has decided so far.
 */
import { loadBlobs } from '../blobs.ts';
import type { Queryable } from '../database.ts';
import { NOT_OF_DONE_PAGE, isOfDonePage, loadDonePages } from '../done-pages.ts';
import type { DonePages } from '../done-pages.ts';
import { unpackBatch } from '../step-batch.ts';
import type { BatchStep } from '../step-batch.ts';

/** A stored step with its values in full. */
export interface StoredStep {
  readonly runId: string;
  readonly path: string;
  readonly attempt: number;
  readonly seq: number;
  readonly nodeId: string;
  readonly status: string;
  readonly port: string | null;
  readonly input: unknown;
  readonly output: unknown;
  readonly error: unknown;
  readonly exchanges: readonly unknown[] | null;
  readonly stopReason: string | null;
  readonly nextAttemptAt: number | null;
  readonly extra: Readonly<Record<string, unknown>> | null;
  readonly startedAt: number;
  readonly finishedAt: number;
}

const LOAD = `
SELECT run_id, path, attempt, seq, node_id, status, port, input, output, error, exchanges, stop_reason, extra, input_ref, output_ref,
  (extract(epoch FROM next_attempt_at) * 1000)::float8 AS next_attempt_at,
  (extract(epoch FROM started_at) * 1000)::float8 AS started_at, (extract(epoch FROM finished_at) * 1000)::float8 AS finished_at
FROM step_run WHERE run_id = ANY($1::uuid[])`;
const ORDER = ' ORDER BY run_id, seq, attempt';

interface Row {
  run_id: string;
  path: string;
  attempt: number;
  seq: number;
  node_id: string;
  status: string;
  port: string | null;
  input: unknown;
  output: unknown;
  error: unknown;
  exchanges: unknown[] | null;
  stop_reason: string | null;
  extra: Record<string, unknown> | null;
  input_ref: string | null;
  output_ref: string | null;
  next_attempt_at: number | null;
  started_at: number;
  finished_at: number;
}

const BATCHES = `
SELECT run_id, seq, records FROM step_batch WHERE run_id = ANY($1::uuid[])
UNION ALL SELECT id, NULL, steps FROM run_history WHERE id = ANY($1::uuid[]) AND steps IS NOT NULL`;

/** Steps of runs in the order in which they were recorded; values kept as blobs are read in full. */
export async function loadJournal(db: Queryable, runIds: readonly string[]): Promise<StoredStep[]> {
  return load(db, runIds, []);
}

/** Those of them that somebody needs who goes on with the runs: of a loop through pages, the present page at most. */
export async function loadNeededSteps(db: Queryable, runIds: readonly string[]): Promise<StoredStep[]> {
  return load(db, runIds, await loadDonePages(db, runIds));
}

async function load(db: Queryable, runIds: readonly string[], done: readonly DonePages[]): Promise<StoredStep[]> {
  if (runIds.length === 0) return [];
  // A long run has many batches of steps that are done with: they are not held all at once.
  const long = new Set(done.map(({ runId }) => runId));
  const [{ rows }, batches, ofLong] = await Promise.all([
    db.query<Row>(
      long.size === 0
        ? { name: 'load-steps', text: LOAD + ORDER, values: [runIds] }
        : { name: 'load-needed-steps', text: `${LOAD} AND ${NOT_OF_DONE_PAGE}${ORDER}`, values: [runIds, ...columnsOf(done)] },
    ),
    loadBatches(
      db,
      runIds.filter((id) => !long.has(id)),
    ),
    Promise.all(
      [...long].map((id) =>
        loadNeededOfBatches(
          db,
          id,
          done.filter(({ runId }) => runId === id),
        ),
      ),
    ),
  ]);
  const blobs = await loadBlobs(
    db,
    rows.flatMap((row) => [row.input_ref, row.output_ref].filter((ref) => ref !== null)),
  );
  const steps = rows.map((row) => fromRow(row, blobs));
  const batched = [...batches, ...ofLong.flat()];
  if (batched.length === 0) return steps;
  for (const step of batched) steps.push(step);
  return steps.toSorted((a, b) => (a.runId === b.runId ? a.seq - b.seq || a.attempt - b.attempt : a.runId < b.runId ? -1 : 1));
}

async function loadBatches(db: Queryable, runIds: readonly string[]): Promise<StoredStep[]> {
  if (runIds.length === 0) return [];
  const { rows } = await db.query<{ run_id: string; records: Buffer }>({ name: 'load-batches', text: BATCHES, values: [runIds] });
  const steps: StoredStep[] = [];
  for (const { run_id, records } of rows) for (const step of await unpackBatch(records)) steps.push(fromBatch(run_id, step));
  return steps;
}

/** Batches of a long run that are read at once. */
const AT_ONCE = 16;
const NEXT_BATCHES = `SELECT seq, records FROM step_batch WHERE run_id = $1 AND seq > $2 ORDER BY seq LIMIT ${AT_ONCE}`;

async function loadNeededOfBatches(db: Queryable, runId: string, done: readonly DonePages[]): Promise<StoredStep[]> {
  const steps: StoredStep[] = [];
  for (let after = -1; ;) {
    const { rows } = await db.query<{ seq: number; records: Buffer }>({ name: 'next-batches', text: NEXT_BATCHES, values: [runId, after] });
    for (const { seq, records } of rows) {
      after = seq;
      for (const step of await unpackBatch(records)) if (!isOfDonePage(step.path, done)) steps.push(fromBatch(runId, step));
    }
    if (rows.length < AT_ONCE) return steps;
  }
}

function columnsOf(done: readonly DonePages[]): unknown[] {
  return (['runId', 'prefix', 'pages', 'items'] as const).map((key) => done.map((one) => one[key]));
}

function fromRow(row: Row, blobs: ReadonlyMap<string, unknown>): StoredStep {
  return {
    runId: row.run_id,
    path: row.path,
    attempt: row.attempt,
    seq: row.seq,
    nodeId: row.node_id,
    status: row.status,
    port: row.port,
    input: row.input_ref === null ? row.input : blobs.get(row.input_ref),
    output: row.output_ref === null ? row.output : blobs.get(row.output_ref),
    error: row.error,
    exchanges: row.exchanges,
    stopReason: row.stop_reason,
    nextAttemptAt: row.next_attempt_at,
    extra: row.extra,
    startedAt: row.started_at,
    finishedAt: row.finished_at,
  };
}

/** A step of a batch in the form of one that has a row. */
export function fromBatch(runId: string, step: BatchStep): StoredStep {
  return {
    runId,
    path: step.path,
    attempt: step.attempt,
    seq: step.seq,
    nodeId: step.nodeId,
    status: step.status,
    port: step.port ?? null,
    input: null,
    output: step.output ?? null,
    error: step.error ?? null,
    exchanges: null,
    stopReason: step.stopReason ?? null,
    nextAttemptAt: null,
    extra: step.extra ?? null,
    startedAt: step.startedAt,
    finishedAt: step.finishedAt,
  };
}

/** The node of the step that a run recorded last. */
export async function lastStepOf(db: Queryable, runId: string): Promise<string | undefined> {
  return (await loadNeededSteps(db, [runId])).at(-1)?.nodeId;
}
