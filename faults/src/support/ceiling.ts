/**
 * How fast steps can be written at all: the statement of a group write by itself, with the very rows that a worker wrote for
 * a run, groups of 256 and two at a time as in the product. No engine, no calls, no claims.
 */
import { writeGroup } from '@weft/db';
import type { RunWrite, StepRow } from '@weft/db';
import { begin } from './backlog.ts';
import type { Bench, FaultWorkflow } from './bench.ts';

const GROUP = 256;
const IN_FLIGHT = 2;

/** What a worker wrote for a run that has ended: its steps with an effect, one write each, the last one with its end. */
async function readRun(bench: Bench, runId: string): Promise<{ steps: StepRow[]; last: Buffer | undefined }> {
  const { rows: steps } = await bench.db.pool.query<StepRow>(
    `SELECT path, attempt, seq, node_id AS "nodeId", status, port, input::text, output::text, error::text, exchanges::text, stop_reason AS "stopReason",
       NULL AS "nextAttemptAt", input_ref AS "inputRef", output_ref AS "outputRef", extra::text,
       (extract(epoch FROM started_at) * 1000)::float8 AS "startedAt", (extract(epoch FROM finished_at) * 1000)::float8 AS "finishedAt"
     FROM step_run WHERE run_id = $1 ORDER BY seq`,
    [runId],
  );
  const { rows } = await bench.db.pool.query<{ steps: Buffer | null }>('SELECT steps FROM run_history WHERE id = $1', [runId]);
  return { steps, last: rows[0]?.steps ?? undefined };
}

/** Steps a second that the statement takes; each run is written as `like` was. */
export async function ceilingOf(
  bench: Bench,
  workflow: FaultWorkflow,
  options: { readonly like: string; readonly ids: readonly string[] },
): Promise<number> {
  const { steps, last } = await readRun(bench, options.like);
  const runIds = await begin(bench, workflow, { ids: options.ids, worker: 'ceiling' });
  const rounds = steps.map((step, index) =>
    runIds.map((runId): RunWrite => {
      const isLast = index === steps.length - 1;
      const end = { status: 'succeeded', reason: null, error: null, failedNode: null, ...(last ? { steps: last } : {}) } as const;
      return { runId, fence: '1', steps: [step], blobs: [], ...(isLast ? { finish: end } : {}) };
    }),
  );
  const startedAt = performance.now();
  let written = 0;
  for (const writes of rounds) {
    let next = 0;
    const lane = async (): Promise<void> => {
      while (next < writes.length) {
        const group = writes.slice(next, next + GROUP);
        next += GROUP;
        const accepted = await writeGroup(bench.db, group);
        written += accepted.length;
      }
    };
    await Promise.all(Array.from({ length: IN_FLIGHT }, lane));
  }
  const seconds = (performance.now() - startedAt) / 1000;
  if (written !== steps.length * runIds.length) throw new Error(`${written} writes of ${steps.length * runIds.length} were accepted`);
  return written / seconds;
}
