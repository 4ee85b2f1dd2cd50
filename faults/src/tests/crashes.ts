/** Workers die, one after another or all at once. */
import { setTimeout as delay } from 'node:timers/promises';
import { atLeast, exactly, quick, soundness, told } from '../figures.ts';
import { LEASE_MS } from '../support/bench.ts';
import type { Bench } from '../support/bench.ts';
import { judge, percentile } from '../support/checker.ts';
import { idsOf, send } from '../support/load.ts';
import type { Sent } from '../support/load.ts';
import type { RunningProcess } from '../support/processes.ts';
import { chain, keyed, map } from '../support/workflows.ts';
import type { FaultTest } from '../test.ts';

const STEPS = ['first', 'second'];
/** A run that its worker left behind and that is not through after so long is taken for abandoned. */
const LONGEST_MS = 30_000;

function twoEffects(bench: Bench) {
  return bench.put(chain(map('shape'), keyed(bench.vendor.url, 'first'), keyed(bench.vendor.url, 'second')));
}

export const crashes: readonly FaultTest[] = [
  {
    id: 'R-02',
    title: 'all workers killed at once, others started later',
    within: 90,
    run: async (bench) => {
      const workflow = await twoEffects(bench);
      const ingress = await bench.startIngress();
      const workers = await Promise.all([bench.startWorker(), bench.startWorker()]);
      bench.vendor.latencyMs = 20;
      const count = bench.scale(400);
      const sending = send({ ports: [ingress.port], workflow, ids: idsOf('R02', count), concurrency: 32 });
      await delay(400);
      await Promise.all(workers.map((worker) => worker.kill()));
      const sent = await sending;
      await delay(1000);
      const restartedAt = performance.now();
      await Promise.all([bench.startWorker(), bench.startWorker()]);
      const verdict = await judge(bench, { workflow, sent, steps: STEPS, withinMs: 40_000 });
      return [
        ...soundness(verdict, count),
        told('from the new start to the end of all runs', `${((performance.now() - restartedAt) / 1000).toFixed(1)} s`),
      ];
    },
  },
  {
    id: 'R-03',
    title: 'random kill -9 of workers all the time',
    within: 120,
    run: async (bench) => {
      const workflow = await twoEffects(bench);
      const ingress = await bench.startIngress();
      bench.vendor.latencyMs = 5;
      const count = bench.scale(600);
      const workers: RunningProcess[] = await Promise.all([bench.startWorker(), bench.startWorker(), bench.startWorker()]);
      let kills = 0;
      let isOver = false;
      const killing = (async () => {
        while (!isOver) {
          await delay(700 + bench.random() * 600);
          const index = Math.floor(bench.random() * workers.length);
          await workers[index]?.kill();
          kills += 1;
          workers[index] = await bench.startWorker();
        }
      })();
      const sent: Sent[] = [];
      for (let part = 0; sent.length < count || kills < 5; part += 1)
        sent.push(...(await send({ ports: [ingress.port], workflow, ids: idsOf(`R03-${part}`, 100), perSecond: 50 })));
      const verdict = await judge(bench, { workflow, sent, steps: STEPS, withinMs: 60_000 });
      isOver = true;
      await killing;
      return [
        ...soundness(verdict, sent.length),
        told('kills', String(kills)),
        told('duplicates that keys absorbed', String(bench.vendor.absorbed)),
      ];
    },
  },
  {
    id: 'P2',
    title: 'time from kill -9 to the run going on elsewhere',
    within: 90,
    run: async (bench) => {
      const workflow = await twoEffects(bench);
      const ingress = await bench.startIngress();
      const times: number[] = [];
      let leftBehind = 0;
      const rounds = bench.suite.isLong ? 30 : 3;
      await bench.startWorker();
      for (let round = 0; round < rounds && leftBehind === 0; round += 1) {
        bench.vendor.behave({ when: (path) => path.includes(`P2-${round}-`) && path.endsWith('first'), times: 5, hang: true });
        const doomed = await bench.startWorker();
        // Once the ingress has found it, it is given half of the runs.
        await delay(2500);
        const ids = idsOf(`P2-${round}`, 5);
        await send({ ports: [ingress.port], workflow, ids });
        await delay(300);
        const killedAt = performance.now();
        await doomed.kill();
        const { rows } = await bench.db.pool.query<{ id: string }>(
          `SELECT id FROM run WHERE workflow_id = $1 AND status = 'running' AND worker LIKE '%-' || $2 || '-%'`,
          [workflow.workflowId, doomed.pid],
        );
        bench.vendor.behaveWell();
        for (const { id } of rows) {
          while (
            (await bench.db.pool.query('SELECT FROM run_history WHERE id = $1', [id])).rowCount === 0 &&
            performance.now() - killedAt < LONGEST_MS
          )
            await delay(20);
          times.push(performance.now() - killedAt);
          if (performance.now() - killedAt >= LONGEST_MS) leftBehind += 1;
        }
      }
      const barMs = LEASE_MS + 5000;
      return [
        atLeast('runs that their worker left behind', times.length, 1, ''),
        exactly(`of which nobody had taken up within ${LONGEST_MS / 1000} s`, leftBehind, 0),
        quick(`p99, with a lease of ${LEASE_MS / 1000} s (20 s in the product)`, percentile(times, 0.99) / 1000, barMs / 1000, 's'),
      ];
    },
  },
];
