/**
 * Steps of a run as people see them, a page at a time. Those with an effect have rows; the others stand in batches, of which
 * only those are read that a page needs.
 */
import { INLINE_BYTES, fromBatch, previewOf, unpackBatch } from '@weft/db';
import type { Queryable } from '@weft/db';
import type { StepView } from './view.ts';

/** A page of steps. `after`: the last one's place, to ask for the page behind it; absent when there is none. */
export interface StepPage {
  readonly steps: StepView[];
  readonly after?: number;
}

/** What one answer holds: of a loop of thousands the first ones. */
const MOST_STEPS = 2000;
/** Failed steps beyond the first page that are shown with it. */
const MOST_FAILED = 200;
/** The last steps, shown with the first page: what stands behind a long loop. */
const LAST_STEPS = 200;

/** The steps to begin with; of a long run also the last ones, and whatever failed between. */
export async function readFirstSteps(db: Queryable, runId: string): Promise<StepPage> {
  const page = await readPage(db, runId, { after: -1, limit: MOST_STEPS });
  if (page.after === undefined) return page;
  const [failed, last] = await Promise.all([readFailed(db, runId, page.after), readTail(db, runId, page.after)]);
  const shown = new Map([...failed, ...last].map((placed) => [`${placed.view.path}:${placed.view.attempt}`, placed]));
  return { ...page, steps: [...page.steps, ...[...shown.values()].toSorted((a, b) => a.seq - b.seq).map(({ view }) => view)] };
}

/** The steps behind a place. */
export async function readPage(db: Queryable, runId: string, which: { readonly after: number; readonly limit: number }): Promise<StepPage> {
  const limit = Math.min(Math.max(1, which.limit), MOST_STEPS);
  const [rows, batched] = await Promise.all([
    readRows(db, `run_id = $1 AND seq > $2 ORDER BY seq, attempt LIMIT $3`, [runId, which.after, limit + 1]),
    readBatched(db, runId, { after: which.after, limit: limit + 1 }),
  ]);
  const found = [...rows, ...batched].toSorted((a, b) => a.seq - b.seq || a.view.attempt - b.view.attempt);
  const shown = found.slice(0, limit);
  const last = found.length > limit ? shown.at(-1)?.seq : undefined;
  return { steps: shown.map(({ view }) => view), ...(last === undefined ? {} : { after: last }) };
}

interface Placed {
  readonly seq: number;
  readonly view: StepView;
}

interface Row {
  path: string;
  attempt: number;
  seq: number;
  node_id: string;
  status: StepView['status'];
  port: string | null;
  input: unknown;
  output: unknown;
  error: NonNullable<StepView['error']> | null;
  exchanges: readonly unknown[] | null;
  console: NonNullable<StepView['console']> | null;
  stop_reason: NonNullable<StepView['stopReason']> | null;
  next_attempt_at: Date | null;
  started_at: Date;
  finished_at: Date;
}

async function readRows(db: Queryable, which: string, values: unknown[]): Promise<Placed[]> {
  const { rows } = await db.query<Row>(
    `SELECT path, attempt, seq, node_id, status, port, input, output, error, exchanges, extra -> 'console' AS console,
       stop_reason, next_attempt_at, started_at, finished_at
     FROM step_run WHERE ${which}`,
    values,
  );
  return rows.map((row) => ({ seq: row.seq, view: fromRow(row) }));
}

function fromRow(row: Row): StepView {
  return {
    path: row.path,
    nodeId: row.node_id,
    attempt: row.attempt,
    status: row.status,
    ...(row.port === null ? {} : { port: row.port }),
    ...(row.input === null ? {} : { input: row.input }),
    ...(row.output === null ? {} : { output: row.output }),
    ...(row.error === null ? {} : { error: row.error }),
    ...(row.exchanges === null ? {} : { exchanges: row.exchanges }),
    ...(row.console === null ? {} : { console: row.console }),
    ...(row.stop_reason === null ? {} : { stopReason: row.stop_reason }),
    ...(row.next_attempt_at === null ? {} : { nextAttemptAt: row.next_attempt_at.toISOString() }),
    startedAt: row.started_at.toISOString(),
    finishedAt: row.finished_at.toISOString(),
  };
}

/** Batches that are read at once. */
const AT_ONCE = 4;

// Each batch ends where the next one begins, so the first that is needed is the last that begins before the page.
const FIRST_BATCHES = `
SELECT seq, records FROM step_batch WHERE run_id = $1
  AND seq >= coalesce((SELECT max(seq) FROM step_batch WHERE run_id = $1 AND seq <= $2), 0) ORDER BY seq LIMIT ${AT_ONCE}`;
const NEXT_BATCHES = `SELECT seq, records FROM step_batch WHERE run_id = $1 AND seq > $2 ORDER BY seq LIMIT ${AT_ONCE}`;
const FAILED_BATCHES = `SELECT seq, records FROM step_batch WHERE run_id = $1 AND seq > $2 AND failed > 0 ORDER BY seq LIMIT ${AT_ONCE}`;

interface BatchColumns {
  seq: number;
  records: Buffer;
}

/** The steps of batches behind a place, at least `limit` of them if there are. */
async function readBatched(db: Queryable, runId: string, which: { readonly after: number; readonly limit: number }): Promise<Placed[]> {
  const found: Placed[] = [];
  let { rows } = await db.query<BatchColumns>(FIRST_BATCHES, [runId, which.after]);
  for (;;) {
    for (const { records } of rows) found.push(...(await unpack(runId, records)).filter(({ seq }) => seq > which.after));
    const last = rows.at(-1);
    if (found.length >= which.limit) return found;
    if (!last || rows.length < AT_ONCE) return [...found, ...(await readLast(db, runId, which.after))];
    ({ rows } = await db.query<BatchColumns>(NEXT_BATCHES, [runId, last.seq]));
  }
}

/** The last batch of a run that has ended stands with its end. */
async function readLast(db: Queryable, runId: string, after: number): Promise<Placed[]> {
  const { rows } = await db.query<{ steps: Buffer }>('SELECT steps FROM run_history WHERE id = $1 AND steps IS NOT NULL', [runId]);
  return rows[0] ? (await unpack(runId, rows[0].steps)).filter(({ seq }) => seq > after) : [];
}

// The very last one may hold a single step.
const LAST_BATCHES = 'SELECT seq, records FROM step_batch WHERE run_id = $1 ORDER BY seq DESC LIMIT 2';

async function readTail(db: Queryable, runId: string, after: number): Promise<Placed[]> {
  const [rows, { rows: batches }, last] = await Promise.all([
    readRows(db, 'run_id = $1 AND seq > $2 ORDER BY seq DESC LIMIT $3', [runId, after, LAST_STEPS]),
    db.query<BatchColumns>(LAST_BATCHES, [runId]),
    readLast(db, runId, after),
  ]);
  const batched = await Promise.all(batches.map(({ records }) => unpack(runId, records)));
  return [...rows, ...batched.flat().filter(({ seq }) => seq > after), ...last].toSorted((a, b) => a.seq - b.seq).slice(-LAST_STEPS);
}

async function readFailed(db: Queryable, runId: string, after: number): Promise<Placed[]> {
  const [rows, { rows: batches }, last] = await Promise.all([
    readRows(db, `run_id = $1 AND seq > $2 AND status = 'failed' ORDER BY seq LIMIT $3`, [runId, after, MOST_FAILED]),
    db.query<BatchColumns>(FAILED_BATCHES, [runId, after]),
    readLast(db, runId, after),
  ]);
  const batched = await Promise.all(batches.map(({ records }) => unpack(runId, records)));
  return [...rows, ...[...batched.flat(), ...last].filter(({ seq, view }) => seq > after && view.status === 'failed')]
    .toSorted((a, b) => a.seq - b.seq)
    .slice(0, MOST_FAILED);
}

async function unpack(runId: string, records: Buffer): Promise<Placed[]> {
  return (await unpackBatch(records)).map((step) => {
    const { seq, port, error, stopReason, startedAt, finishedAt } = fromBatch(runId, step);
    const view: StepView = {
      path: step.path,
      nodeId: step.nodeId,
      attempt: step.attempt,
      // Written from a StepRecord by this package, as are the error and the reason.
      status: step.status as StepView['status'],
      ...(port === null ? {} : { port }),
      ...(step.output === undefined ? {} : { output: previewOf(step.output, INLINE_BYTES) }),
      ...(error === null ? {} : { error: error as NonNullable<StepView['error']> }),
      ...(step.extra?.['console'] === undefined ? {} : { console: step.extra['console'] as NonNullable<StepView['console']> }),
      ...(stopReason === null ? {} : { stopReason: stopReason as NonNullable<StepView['stopReason']> }),
      startedAt: new Date(startedAt).toISOString(),
      finishedAt: new Date(finishedAt).toISOString(),
    };
    return { seq, view };
  });
}
