/** How much of what the database can take a worker makes use of. */
import { soundness, told } from '../figures.ts';
import { queue, untilDrained } from '../support/backlog.ts';
import type { Bench, FaultWorkflow } from '../support/bench.ts';
import { ceilingOf } from '../support/ceiling.ts';
import { judge } from '../support/checker.ts';
import type { Verdict } from '../support/checker.ts';
import { idsOf } from '../support/load.ts';
import { memoryMb } from '../support/usage.ts';
import { chain, keyed, map } from '../support/workflows.ts';
import type { FaultTest } from '../test.ts';

const ENOUGH = 70;

async function drained(
  bench: Bench,
  workflow: FaultWorkflow,
  options: { ids: readonly string[]; steps: readonly string[] },
): Promise<Verdict> {
  // Whoever judges reads all runs again and again, which would be measured as well.
  await untilDrained(bench, workflow, 30_000 + options.ids.length * 5);
  const sent = options.ids.map((id) => ({ id, runId: undefined, ms: 0, refusals: 0 }));
  return judge(bench, { workflow, sent, steps: options.steps, withinMs: 5000 });
}

/** From the start of the first run to the end of the last one, by the database's clock. */
async function secondsOf(bench: Bench, { workflowId }: FaultWorkflow): Promise<{ seconds: number; aRun: string }> {
  const { rows } = await bench.db.pool.query<{ seconds: number; run: string }>(
    `SELECT extract(epoch FROM max(finished_at) - min(started_at))::float8 AS seconds, max(id::text) AS run
     FROM run_history WHERE workflow_id = $1`,
    [workflowId],
  );
  return { seconds: rows[0]?.seconds ?? NaN, aRun: rows[0]?.run ?? '' };
}

export const throughput: readonly FaultTest[] = [
  {
    id: 'P9',
    title: 'runs of two effects at a vendor that answers at once, beside the bare statement that writes them',
    within: 60,
    run: async (bench) => {
      const workflow = await bench.put(chain(keyed(bench.vendor.url, 'first'), keyed(bench.vendor.url, 'second')));
      const light = await bench.put(chain(...['a', 'b', 'c', 'd', 'e'].map(map)));
      const ids = idsOf('P9', bench.scale(800));
      const lightIds = idsOf('P9-light', bench.scale(300));
      await queue(bench, workflow, ids);
      const worker = await bench.startWorker({ WEFT_CONCURRENCY: '100' });
      const verdict = await drained(bench, workflow, { ids, steps: ['first', 'second'] });
      const { seconds, aRun } = await secondsOf(bench, workflow);
      await queue(bench, light, lightIds);
      const lightVerdict = await drained(bench, light, { ids: lightIds, steps: [] });
      const { seconds: lightSeconds } = await secondsOf(bench, light);
      const { peak } = memoryMb(worker.pid);
      await worker.stop();
      const stepsPerSecond = (2 * ids.length) / seconds;
      const ceiling = await ceilingOf(bench, workflow, { like: aRun, ids: idsOf('P9-bare', ids.length) });
      const share = (100 * stepsPerSecond) / ceiling;
      return [
        ...soundness(verdict, ids.length),
        ...soundness(lightVerdict, lightIds.length).map((figure) => ({ ...figure, what: `without effects: ${figure.what}` })),
        {
          what: 'steps a second, of what the bare statement writes',
          got: `${Math.round(share)} %`,
          bar: `≥ ${ENOUGH} %`,
          ok: share >= ENOUGH,
          isSpeed: true,
        },
        told('steps with an effect, a second, by one worker', String(Math.round(stepsPerSecond))),
        told('steps a second, by the bare statement', String(Math.round(ceiling))),
        told('steps without effect, a second: runs of five', String(Math.round((5 * lightIds.length) / lightSeconds))),
        told('memory of the worker at most', `${peak} MB`),
      ];
    },
  },
];
