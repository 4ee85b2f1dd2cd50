/** Every connection of a worker's pool is held by a statement that does not end. */
import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';
import { atLeast, exactly, soundness, told, unharmed } from '../figures.ts';
import { LEASE_MS } from '../support/bench.ts';
import type { Bench } from '../support/bench.ts';
import { judge } from '../support/checker.ts';
import { idsOf, send } from '../support/load.ts';
import { blind, chain, keyed, map } from '../support/workflows.ts';
import type { FaultTest } from '../test.ts';

/** As many as a worker has, beside those for the statements that take and end runs, and the one of its leases. */
const POOL = 20;
/** Runs in a long call: fewer than there are connections to one vendor. */
const LONG = 20;

/** Holds up every statement that announces a blind call, for so long; gives what was seen meanwhile, every 50 ms. */
async function whileHeld(bench: Bench, ms: number, look: () => Promise<void>): Promise<void> {
  const holder = new pg.Client({ connectionString: bench.databaseUrl });
  await holder.connect();
  try {
    await holder.query('BEGIN');
    await holder.query('LOCK TABLE effect_intent IN ACCESS EXCLUSIVE MODE');
    for (const until = performance.now() + ms; performance.now() < until;) {
      await look();
      await delay(50);
    }
    await holder.query('COMMIT');
  } finally {
    await holder.end();
  }
}

export const pools: readonly FaultTest[] = [
  {
    id: 'R-44',
    isOnlyLong: true,
    title: 'two hundred runs on a worker whose whole pool is held for two leases',
    within: 60,
    run: async (bench) => {
      const { vendor } = bench;
      const total = 200;
      const patient = { timeoutMs: 60_000 };
      const workflows = [
        await bench.put(chain(map('shape'), { ...blind(vendor.url, 'blindOne'), ...patient }, keyed(vendor.url, 'after'))),
        // In the middle of a call for all that time: their leases are all that keeps them from being taken over.
        await bench.put(chain(map('shape'), { ...keyed(vendor.url, 'first'), ...patient }, keyed(vendor.url, 'after'))),
      ] as const;
      const ingress = await bench.startIngress();
      const heldMs = 2 * LEASE_MS + 500;
      const worker = await bench.startWorker({ WEFT_CONCURRENCY: String(total) });
      vendor.behave({ when: (path) => path.endsWith('first'), delayMs: heldMs + 2000 });
      const names = ['R44-blind', 'R44-long'] as const;
      const counts = [total - LONG, LONG] as const;
      const sending = workflows.map((workflow, index) =>
        send({ ports: [ingress.port], workflow, ids: idsOf(names[index] ?? '', counts[index] ?? 0), concurrency: 32, patienceMs: 40_000 }),
      );
      let leastLeftMs = Infinity;
      let mostHeld = 0;
      let mostRunning = 0;
      await whileHeld(bench, heldMs, async () => {
        const { rows } = await bench.db.pool.query<{ left: number | null; running: number; held: number }>(
          `SELECT (SELECT (extract(epoch FROM min(lease_until) - clock_timestamp()) * 1000)::float8 FROM run WHERE status = 'running') AS left,
             (SELECT count(*)::int FROM run WHERE status = 'running') AS running,
             (SELECT count(*)::int FROM pg_stat_activity WHERE application_name = 'weft-worker' AND datname = current_database() AND wait_event_type = 'Lock') AS held`,
        );
        leastLeftMs = Math.min(leastLeftMs, rows[0]?.left ?? Infinity);
        mostHeld = Math.max(mostHeld, rows[0]?.held ?? 0);
        mostRunning = Math.max(mostRunning, rows[0]?.running ?? 0);
      });
      const sent = await Promise.all(sending);
      // Another one is there to take over what the first might have lost.
      await bench.startWorker();
      const verdicts = await Promise.all(
        workflows.map((workflow, index) =>
          judge(bench, { workflow, sent: sent[index] ?? [], steps: [index === 0 ? 'blindOne' : 'first', 'after'], withinMs: 60_000 }),
        ),
      );
      const callsOf = Map.groupBy(vendor.calls, ({ path }) => path);
      const { rows } = await bench.db.pool.query<{ charged: number }>(
        'SELECT coalesce(sum(recovery_count), 0)::int AS charged FROM run_history',
      );
      return [
        ...verdicts.flatMap((verdict, index) => [...soundness(verdict, counts[index] ?? 0), unharmed(verdict)]),
        exactly(
          'runs that succeeded',
          verdicts.reduce((sum, { byStatus }) => sum + (byStatus['succeeded'] ?? 0), 0),
          total,
        ),
        exactly('leases that were lost', rows[0]?.charged ?? -1, 0),
        exactly('calls that were made twice', [...callsOf.values()].filter((calls) => calls.length > 1).length, 0),
        atLeast('least that was left of any lease', leastLeftMs / 1000, LEASE_MS / 4000, 's'),
        atLeast('connections of the pool that were held', mostHeld, POOL, ''),
        atLeast('runs under way together', mostRunning, total - POOL, ''),
        exactly('workers that died', worker.isAlive ? 0 : 1, 0),
        told('held for', `${heldMs / 1000} s, lease ${LEASE_MS / 1000} s`),
      ];
    },
  },
];
