/** The same delivery arrives many times, at once and later. */
import { exactly, soundness } from '../figures.ts';
import { judge } from '../support/checker.ts';
import { idsOf, post } from '../support/load.ts';
import { chain, keyed, map } from '../support/workflows.ts';
import type { FaultTest } from '../test.ts';

export const duplicates: readonly FaultTest[] = [
  {
    id: 'R-39',
    title: 'each delivery ten times at once over two ingresses, and again when its run has ended',
    within: 60,
    run: async (bench) => {
      const workflow = await bench.put(chain(map('shape'), keyed(bench.vendor.url, 'first')));
      const ingresses = await Promise.all([bench.startIngress(), bench.startIngress()]);
      await Promise.all([bench.startWorker(), bench.startWorker()]);
      const ids = idsOf('R39', bench.scale(60));
      const deliver = (id: string, index: number): Promise<string> =>
        post({ port: ingresses[index % 2]?.port ?? 0, token: workflow.hookToken, id });
      const runsOf = new Map<string, Set<string>>();
      for (const id of ids) runsOf.set(id, new Set(await Promise.all(Array.from({ length: 10 }, (_, index) => deliver(id, index)))));
      const sent = ids.map((id) => ({ id, runId: [...(runsOf.get(id) ?? [])][0], ms: 0, refusals: 0 }));
      const verdict = await judge(bench, { workflow, sent, steps: ['first'], withinMs: 30_000 });
      for (const id of ids) runsOf.get(id)?.add(await deliver(id, 0));
      const after = await judge(bench, { workflow, sent, steps: ['first'], withinMs: 10_000 });
      return [
        ...soundness(verdict, ids.length),
        exactly('deliveries that were told of more than one run', [...runsOf.values()].filter((runs) => runs.size > 1).length, 0),
        exactly('runs after all were delivered once more', after.runs, ids.length),
      ];
    },
  },
];
