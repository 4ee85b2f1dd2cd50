/** Redis loses everything, dies, is full: latency changes, the outcome does not. */
import { setTimeout as delay } from 'node:timers/promises';
import { Redis } from 'ioredis';
import { exactly, quick, soundness, unharmed } from '../figures.ts';
import type { Bench, FaultWorkflow } from '../support/bench.ts';
import { judge, percentile } from '../support/checker.ts';
import type { Verdict } from '../support/checker.ts';
import { idsOf, send } from '../support/load.ts';
import { chain, keyed, map } from '../support/workflows.ts';
import type { FaultTest, Figure } from '../test.ts';

/** Sends for some seconds while something is done to Redis, and waits for the end. */
async function underFault(
  bench: Bench,
  name: string,
  seconds: number,
  fault: () => Promise<void>,
): Promise<{ verdict: Verdict; count: number; workflow: FaultWorkflow }> {
  const workflow = await bench.put(chain(map('shape'), keyed(bench.vendor.url, 'first')));
  const ingress = await bench.startIngress();
  await Promise.all([bench.startWorker(), bench.startWorker()]);
  const count = bench.scale(seconds * 60);
  const sending = send({ ports: [ingress.port], workflow, ids: idsOf(name, count), perSecond: 60 });
  await fault();
  const sent = await sending;
  return { verdict: await judge(bench, { workflow, sent, steps: ['first'], withinMs: 30_000 }), count, workflow };
}

/** From acceptance to start, by the database's clock. */
async function startLatency(bench: Bench, workflow: FaultWorkflow): Promise<Figure> {
  const { rows } = await bench.db.pool.query<{ ms: number }>(
    'SELECT (extract(epoch FROM started_at - created_at) * 1000)::float8 AS ms FROM run_history WHERE workflow_id = $1 AND started_at IS NOT NULL',
    [workflow.workflowId],
  );
  return quick(
    'from acceptance to start, p99',
    percentile(
      rows.map(({ ms }) => ms),
      0.99,
    ) / 1000,
    2,
    's',
  );
}

export const queues: readonly FaultTest[] = [
  {
    id: 'R-07',
    needsRedis: true,
    title: 'FLUSHALL again and again under load',
    within: 60,
    run: async (bench) => {
      const { verdict, count, workflow } = await underFault(bench, 'R07', 6, async () => {
        for (let round = 0; round < 10; round += 1) {
          await delay(500);
          await bench.flushRedis();
        }
      });
      return [...soundness(verdict, count), await startLatency(bench, workflow)];
    },
  },
  {
    id: 'R-08',
    needsRedis: true,
    title: 'Redis killed, away for a while, back and empty',
    within: 60,
    run: async (bench) => {
      const { redis } = bench.suite;
      const { verdict, count, workflow } = await underFault(bench, 'R08', 8, async () => {
        await delay(1500);
        await redis.kill();
        await delay(3500);
        await redis.start();
      });
      return [...soundness(verdict, count), await startLatency(bench, workflow)];
    },
  },
  {
    id: 'R-09',
    needsRedis: true,
    title: 'Redis away from beginning to end, also for a worker that starts meanwhile',
    within: 60,
    run: async (bench) => {
      const workflow = await bench.put(chain(map('shape'), keyed(bench.vendor.url, 'first')));
      const ingress = await bench.startIngress();
      await bench.startWorker();
      await bench.suite.redis.kill();
      try {
        await bench.startWorker();
        const count = bench.scale(300);
        const sent = await send({ ports: [ingress.port], workflow, ids: idsOf('R09', count), perSecond: 60 });
        const verdict = await judge(bench, { workflow, sent, steps: ['first'], withinMs: 30_000 });
        const refusals = sent.reduce((sum, one) => sum + one.refusals, 0);
        return [
          ...soundness(verdict, count),
          unharmed(verdict),
          exactly('deliveries refused', refusals, 0),
          await startLatency(bench, workflow),
        ];
      } finally {
        await bench.suite.redis.start();
      }
    },
  },
  {
    id: 'R-20',
    needsRedis: true,
    title: 'half-open connections to Redis: it takes everything and says nothing',
    within: 60,
    run: async (bench) => {
      const { verdict, count, workflow } = await underFault(bench, 'R20', 7, async () => {
        await delay(1000);
        bench.links.redis.swallow();
        await delay(4500);
        bench.links.redis.open();
      });
      return [...soundness(verdict, count), unharmed(verdict), await startLatency(bench, workflow)];
    },
  },
  {
    id: 'R-10',
    needsRedis: true,
    title: 'Redis full: it refuses every write',
    within: 60,
    run: async (bench) => {
      const { verdict, count, workflow } = await underFault(bench, 'R10', 5, async () => {
        const admin = new Redis(bench.suite.redis.url);
        await delay(1000);
        await admin.config('SET', 'maxmemory-policy', 'noeviction');
        await admin.config('SET', 'maxmemory', '1kb');
        await delay(3000);
        await admin.config('SET', 'maxmemory', '0');
        admin.disconnect();
      });
      return [...soundness(verdict, count), await startLatency(bench, workflow)];
    },
  },
];
