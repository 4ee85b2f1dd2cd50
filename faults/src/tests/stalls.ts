/** A worker that gets no processor for moments at a time, as on a machine that is short of them. */
import { setTimeout as delay } from 'node:timers/promises';
import { atLeast, exactly, soundness, told, unharmed } from '../figures.ts';
import { queue, untilDrained } from '../support/backlog.ts';
import { judge } from '../support/checker.ts';
import { idsOf } from '../support/load.ts';
import { chain, map } from '../support/workflows.ts';
import type { FaultTest } from '../test.ts';

/** Longer than a formula may take, shorter than a lease. */
const STALL_MS = 800;

export const stalls: readonly FaultTest[] = [
  {
    id: 'R-04c',
    isOnlyLong: true,
    title: 'a worker that stands still for moments while it computes formulas',
    within: 60,
    run: async (bench) => {
      const workflow = await bench.put(chain(...['a', 'b', 'c', 'd', 'e', 'f'].map(map)));
      const ids = idsOf('R04c', bench.scale(1500));
      const worker = await bench.startWorker({ WEFT_CONCURRENCY: '50' });
      await queue(bench, workflow, ids);
      let isDrained = false;
      const draining = untilDrained(bench, workflow, 60_000).then(() => (isDrained = true));
      let stalls = 0;
      while (!isDrained) {
        await delay(50 + 100 * bench.random());
        worker.freeze();
        stalls += 1;
        await delay(STALL_MS);
        worker.thaw();
      }
      await draining;
      const sent = ids.map((id) => ({ id, runId: undefined, ms: 0, refusals: 0 }));
      const verdict = await judge(bench, { workflow, sent, steps: [], withinMs: 10_000 });
      return [
        ...soundness(verdict, ids.length),
        unharmed(verdict),
        exactly('workers that died', worker.isAlive ? 0 : 1, 0),
        atLeast('times that it stood still', stalls, 3, ''),
        told('each time for', `${STALL_MS} ms`),
      ];
    },
  },
];
