/** Vendors that fail in every way, and runs that are cancelled while they call one. */
import { setTimeout as delay } from 'node:timers/promises';
import { requestCancel } from '@weft/db';
import { exactly, quick, soundness, told } from '../figures.ts';
import { LEASE_MS } from '../support/bench.ts';
import { judge, percentile } from '../support/checker.ts';
import { idsOf, send } from '../support/load.ts';
import { blind, chain, keyed, map } from '../support/workflows.ts';
import type { FaultTest } from '../test.ts';

export const vendors: readonly FaultTest[] = [
  {
    id: 'R-35',
    title: 'the vendor applies and resets, applies and hangs, or answers 503 first',
    within: 60,
    run: async (bench) => {
      const workflow = await bench.put(chain(map('shape'), keyed(bench.vendor.url, 'first'), blind(bench.vendor.url, 'blindOne')));
      const ingress = await bench.startIngress();
      await bench.startWorker();
      const count = bench.scale(90);
      const third = (path: string, rest: number): boolean => Number(/-(\d+)\//.exec(path)?.[1] ?? 0) % 3 === rest;
      const seen = new Set<string>();
      const once = (path: string): boolean => !seen.has(path) && Boolean(seen.add(path));
      bench.vendor.behave({ when: (path) => third(path, 0) && once(path), resetAfter: true });
      bench.vendor.behave({ when: (path) => third(path, 1) && path.includes('keyed') && once(path), status: 503 });
      const sent = await send({ ports: [ingress.port], workflow, ids: idsOf('R35', count) });
      const verdict = await judge(bench, { workflow, sent, steps: ['first', 'blindOne'], withinMs: 40_000 });
      return [
        ...soundness(verdict, count),
        // Every third blind call was applied without an answer: nobody may say that it succeeded, nor do it again.
        exactly('uncertain runs', verdict.byStatus['uncertain'] ?? 0, Math.ceil(count / 3)),
        told('duplicates that the key absorbed', String(bench.vendor.absorbed)),
      ];
    },
  },
  {
    id: 'R-34',
    title: 'the vendor asks to come later, then is away altogether for a while',
    within: 90,
    run: async (bench) => {
      const workflow = await bench.put(
        chain(map('shape'), { ...keyed(bench.vendor.url, 'first'), retry: { attempts: 20, baseMs: 200, capMs: 2000 } }),
      );
      const ingress = await bench.startIngress();
      await bench.startWorker();
      const count = bench.scale(60);
      bench.vendor.behave({ when: () => true, times: count, status: 429, headers: { 'retry-after': '3' } });
      const startedAt = performance.now();
      const sent = await send({ ports: [ingress.port], workflow, ids: idsOf('R34', count) });
      await delay(2500);
      const early = bench.vendor.calls.filter(({ at, applied }) => applied && at - startedAt < 2900).length;
      bench.vendor.behaveWell();
      bench.vendor.behave({ when: () => true, status: 503 });
      await delay(4000);
      bench.vendor.behaveWell();
      const verdict = await judge(bench, { workflow, sent, steps: ['first'], withinMs: 40_000 });
      return [...soundness(verdict, count), exactly('calls before the time the vendor asked for', early, 0)];
    },
  },
  {
    id: 'R-33',
    title: 'calls that last for more than two leases: their worker keeps its runs',
    within: 60,
    run: async (bench) => {
      const { vendor } = bench;
      const patient = { timeoutMs: 30_000 };
      const workflows = [
        await bench.put(chain(map('shape'), { ...keyed(vendor.url, 'first'), ...patient })),
        await bench.put(chain(map('shape'), { ...blind(vendor.url, 'blindOne'), ...patient })),
      ] as const;
      const ingress = await bench.startIngress();
      await Promise.all([bench.startWorker(), bench.startWorker()]);
      vendor.latencyMs = 2.2 * LEASE_MS;
      const perKind = bench.scale(10);
      const sent = await Promise.all(
        workflows.map((workflow, index) => send({ ports: [ingress.port], workflow, ids: idsOf(`R33-${index}`, perKind) })),
      );
      const judged = workflows.map((workflow, index) =>
        judge(bench, { workflow, sent: sent[index] ?? [], steps: [index === 0 ? 'first' : 'blindOne'], withinMs: 30_000 }),
      );
      const verdicts = await Promise.all(judged);
      const callsOf = Map.groupBy(vendor.calls, ({ path }) => path);
      const { rows } = await bench.db.pool.query<{ charged: number }>(
        'SELECT coalesce(sum(recovery_count), 0)::int AS charged FROM run_history',
      );
      return [
        ...verdicts.flatMap((verdict) => soundness(verdict, perKind)),
        exactly('calls that were made twice', [...callsOf.values()].filter((calls) => calls.length > 1).length, 0),
        exactly(
          'runs that succeeded',
          verdicts.reduce((sum, { byStatus }) => sum + (byStatus['succeeded'] ?? 0), 0),
          2 * perKind,
        ),
        exactly('leases that were lost', rows[0]?.charged ?? -1, 0),
      ];
    },
  },
  {
    id: 'P5',
    title: 'runs cancelled in the middle of a call that never ends',
    within: 60,
    run: async (bench) => {
      const workflow = await bench.put(
        chain(map('shape'), { ...keyed(bench.vendor.url, 'first'), timeoutMs: 60_000 }, keyed(bench.vendor.url, 'second')),
      );
      const ingress = await bench.startIngress();
      await bench.startWorker();
      bench.vendor.behave({ when: (path) => path.endsWith('first'), hang: true });
      const sent = await send({ ports: [ingress.port], workflow, ids: idsOf('P5', 15) });
      while (bench.vendor.calls.length < 15) await delay(20);
      const times: number[] = [];
      for (const { runId } of sent) {
        const askedAt = performance.now();
        await requestCancel(bench.db.pool, { runId: runId ?? '', workspaceId: workflow.workspaceId, by: 'Ann' });
        while (
          (await bench.db.pool.query('SELECT FROM run_history WHERE id = $1', [runId])).rowCount === 0 &&
          performance.now() - askedAt < 10_000
        )
          await delay(10);
        times.push(performance.now() - askedAt);
      }
      const verdict = await judge(bench, { workflow, sent, steps: ['first', 'second'], withinMs: 10_000 });
      return [
        exactly('cancelled', verdict.byStatus['cancelled'] ?? 0, 15),
        exactly('effects begun after the cancellation', bench.vendor.calls.filter(({ path }) => path.endsWith('second')).length, 0),
        // Asked past the queue, so that nobody is woken for it: the bar without Redis.
        quick('until it stopped, p99, noticed by the renewal of leases', percentile(times, 0.99) / 1000, 6, 's'),
      ];
    },
  },
];
