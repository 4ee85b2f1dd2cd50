/** A worker that does not die but sleeps past its lease must do nothing when it wakes up. */
import { setTimeout as delay } from 'node:timers/promises';
import { exactly, soundness, told } from '../figures.ts';
import { LEASE_MS } from '../support/bench.ts';
import { judge } from '../support/checker.ts';
import { idsOf, send } from '../support/load.ts';
import { chain, keyed, map } from '../support/workflows.ts';
import type { FaultTest } from '../test.ts';

export const frozen: readonly FaultTest[] = [
  {
    id: 'R-04',
    title: 'SIGSTOP beyond the lease, then SIGCONT',
    within: 60,
    run: async (bench) => {
      const workflow = await bench.put(
        chain(map('shape'), keyed(bench.vendor.url, 'first'), keyed(bench.vendor.url, 'second'), keyed(bench.vendor.url, 'third')),
      );
      const ingress = await bench.startIngress();
      bench.vendor.latencyMs = 30;
      const sleeper = await bench.startWorker();
      const count = bench.scale(100);
      const sending = send({ ports: [ingress.port], workflow, ids: idsOf('R04', count), concurrency: 32 });
      await delay(250);
      sleeper.freeze();
      const frozenAt = performance.now();
      const other = await bench.startWorker();
      const sent = await sending;
      await delay(Math.max(0, LEASE_MS * 2 - (performance.now() - frozenAt)));
      const wokenAt = performance.now();
      // From now on every effect is one of the worker that sleeps, or of runs it takes anew.
      sleeper.thaw();
      const verdict = await judge(bench, { workflow, sent, steps: ['first', 'second', 'third'], withinMs: 30_000 });
      await other.kill();
      // What it had sent before it slept may arrive after; what it begins after is a call of a run that it no longer owns.
      const late = bench.vendor.calls.filter(({ at, key, applied }) => at > wokenAt + 200 && !applied && key !== undefined).length;
      return [
        ...soundness(verdict, count),
        exactly('effects begun after waking by a worker that had lost its lease', late, 0),
        told('duplicates that keys absorbed', String(bench.vendor.absorbed)),
      ];
    },
  },
];
