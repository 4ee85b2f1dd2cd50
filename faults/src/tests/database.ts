/** PostgreSQL is restarted in every way there is. */
import { setTimeout as delay } from 'node:timers/promises';
import { atMost, soundness, told, unharmed } from '../figures.ts';
import { judge } from '../support/checker.ts';
import { idsOf, send } from '../support/load.ts';
import type { Ending } from '../support/services.ts';
import { chain, keyed, map } from '../support/workflows.ts';
import type { FaultTest } from '../test.ts';

const ENDINGS: readonly Ending[] = ['fast', 'immediate', 'kill'];

export const databaseFaults: readonly FaultTest[] = [
  {
    id: 'R-15',
    title: 'PostgreSQL restarted: fast, immediate, and by SIGKILL',
    within: 120,
    run: async (bench) => {
      const workflow = await bench.put(chain(map('shape'), keyed(bench.vendor.url, 'first'), keyed(bench.vendor.url, 'second')));
      const ingress = await bench.startIngress();
      const workers = await Promise.all([bench.startWorker(), bench.startWorker()]);
      bench.vendor.latencyMs = 10;
      const count = bench.scale(480);
      const sending = send({ ports: [ingress.port], workflow, ids: idsOf('R15', count), perSecond: 40, patienceMs: 90_000 });
      for (const ending of ENDINGS) {
        await delay(1500);
        await bench.suite.postgres.restart(ending, 500);
      }
      const sent = await sending;
      const verdict = await judge(bench, { workflow, sent, steps: ['first', 'second'], withinMs: 60_000 });
      const refusals = sent.reduce((sum, one) => sum + one.refusals, 0);
      const ended = [ingress, ...workers].filter(({ isAlive }) => !isAlive).length;
      return [
        ...soundness(verdict, count),
        unharmed(verdict),
        atMost('processes of ours that ended over it', ended, 0, ''),
        told('deliveries refused while it was away, all sent again', String(refusals)),
      ];
    },
  },
];
