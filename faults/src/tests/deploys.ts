/** New versions are rolled out while runs go on. */
import { setTimeout as delay } from 'node:timers/promises';
import { exactly, quick, soundness } from '../figures.ts';
import { judge } from '../support/checker.ts';
import { idsOf, send } from '../support/load.ts';
import type { RunningProcess } from '../support/processes.ts';
import { chain, keyed, map } from '../support/workflows.ts';
import type { FaultTest } from '../test.ts';

export const deploys: readonly FaultTest[] = [
  {
    id: 'P6',
    title: 'SIGTERM of one worker after the other, again and again',
    within: 90,
    run: async (bench) => {
      const workflow = await bench.put(chain(map('shape'), keyed(bench.vendor.url, 'first'), keyed(bench.vendor.url, 'second')));
      const ingress = await bench.startIngress();
      bench.vendor.latencyMs = 100;
      const workers: RunningProcess[] = await Promise.all([bench.startWorker(), bench.startWorker()]);
      const count = bench.scale(300);
      const sending = send({ ports: [ingress.port], workflow, ids: idsOf('P6', count), perSecond: 40 });
      const exits: { code: number | null; ms: number }[] = [];
      for (let round = 0; round < 6; round += 1) {
        await delay(700);
        const index = round % workers.length;
        const fresh = await bench.startWorker();
        const leaving = workers[index];
        workers[index] = fresh;
        if (leaving) exits.push(await leaving.stop());
      }
      const sent = await sending;
      const verdict = await judge(bench, { workflow, sent, steps: ['first', 'second'], withinMs: 40_000 });
      const { rows } = await bench.db.pool.query<{ charged: number; attempts: number }>(
        `SELECT coalesce(sum(recovery_count), 0)::int AS charged, count(*) FILTER (WHERE status <> 'succeeded')::int AS attempts FROM run_history WHERE workflow_id = $1`,
        [workflow.workflowId],
      );
      return [
        ...soundness(verdict, count),
        exactly('runs that did not succeed', rows[0]?.attempts ?? -1, 0),
        exactly('crashes charged to runs', rows[0]?.charged ?? -1, 0),
        exactly('exits with a code other than 0', exits.filter(({ code }) => code !== 0).length, 0),
        quick('slowest exit', Math.max(...exits.map(({ ms }) => ms)) / 1000, 25, 's'),
      ];
    },
  },
];
