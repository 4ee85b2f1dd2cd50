/** A worker dies at each point at which it can matter, in the middle of a run with effects of every kind. */
import { setTimeout as delay } from 'node:timers/promises';
import { exactly, soundness, told } from '../figures.ts';
import { LEASE_MS } from '../support/bench.ts';
import { judge } from '../support/checker.ts';
import { idsOf, send } from '../support/load.ts';
import { blind, chain, keyed, map } from '../support/workflows.ts';
import type { FaultTest } from '../test.ts';

/** Each with how many times it is passed before at most: some are reached once a run, others once for a group of runs. */
const POINTS = [
  ['claim.after', 0],
  ['effect.before', 20],
  ['effect.after', 20],
  ['effect.after/blindOne', 5],
  ['write.before', 5],
  ['write.after', 5],
  ['checkpoint.after', 20],
] as const;

export const crashPoints: readonly FaultTest[] = [
  {
    id: 'R-01',
    title: 'kill -9 of a worker at each crash point, runs with keyed and blind effects',
    within: 150,
    run: async (bench) => {
      const { vendor } = bench;
      const workflow = await bench.put(
        chain(map('shape'), keyed(vendor.url, 'first'), map('again'), keyed(vendor.url, 'second'), blind(vendor.url, 'blindOne')),
      );
      const ingress = await bench.startIngress();
      const perPoint = bench.scale(20);
      const sent = [];
      const survived: string[] = [];
      for (const [point, mostPasses] of POINTS) {
        // It dies after some passes, in the middle of its runs; the next one finds what it left.
        const passes = Math.floor(bench.random() * (mostPasses + 1));
        const doomed = await bench.startWorker({ FAULT_AT: `${point}:${passes}` });
        sent.push(
          ...(await send({ ports: [ingress.port], workflow, ids: idsOf(`R01-${point.replace('/', '-')}`, perPoint), perSecond: 40 })),
        );
        const until = performance.now() + 15_000;
        while (doomed.isAlive && performance.now() < until) await delay(50);
        if (doomed.isAlive) survived.push(point);
        await doomed.kill();
      }
      await bench.startWorker();
      const verdict = await judge(bench, { workflow, sent, steps: ['first', 'second', 'blindOne'], withinMs: 60_000 });
      // A blind effect that may or may not have been applied is never tried again: its run says that it is uncertain.
      const { rows } = await bench.db.pool.query<{ count: number }>(
        `SELECT count(*)::int AS count FROM run_history WHERE workflow_id = $1 AND status NOT IN ('succeeded', 'uncertain')`,
        [workflow.workflowId],
      );
      return [
        ...soundness(verdict, POINTS.length * perPoint),
        exactly('runs that are neither succeeded nor uncertain', rows[0]?.count ?? -1, 0),
        exactly(`crash points that were not reached ${survived.join(', ')}`.trim(), survived.length, 0),
        told('uncertain runs; duplicates that keys absorbed', `${verdict.byStatus['uncertain'] ?? 0}; ${vendor.absorbed}`),
        told('lease in these tests', `${LEASE_MS} ms`),
      ];
    },
  },
];
