/** A worker that does not die but sleeps past its lease must do nothing when it wakes up. */
import { setTimeout as delay } from 'node:timers/promises';
import { exactly, soundness, told } from '../figures.ts';
import { LEASE_MS } from '../support/bench.ts';
import { judge } from '../support/checker.ts';
import { idsOf, send } from '../support/load.ts';
import type { Sent } from '../support/load.ts';
import { until } from '../support/until.ts';
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
  {
    id: 'R-04b',
    title: 'a worker wakes up while another works on its run',
    within: 90,
    run: async (bench) => {
      const workflow = await bench.put(
        chain(keyed(bench.vendor.url, 'first'), { ...keyed(bench.vendor.url, 'second'), timeoutMs: 30_000 }),
      );
      const ingress = await bench.startIngress();
      const sent: Sent[] = [];
      let [calls, writes] = [0, 0];
      // Asleep before it has done anything, and asleep with an effect that is not on record. Awake, it renews its leases before it goes on.
      for (const point of ['claim.after', 'effect.after/first']) {
        for (let round = 0; round < bench.scale(1); round += 1) {
          const [id] = idsOf(`R04b-${point.replace('/', '-')}-${round}`, 1) as [string];
          const isSecond = (path: string): boolean => path.includes(id) && path.endsWith('/second');
          // Held long enough to be under way when the sleeper wakes up.
          bench.vendor.behave({ when: isSecond, delayMs: 5000 });
          const sleeper = await bench.startWorker({ FAULT_AT: `${point}:0`, FAULT_HOW: 'freeze', FAULT_DAZED_MS: '2000' });
          sent.push(...(await send({ ports: [ingress.port], workflow, ids: [id] })));
          await until('the worker sleeps', () => sleeper.isFrozen);
          const frozenAt = Date.now();
          const other = await bench.startWorker();
          await until('another worker is at its run', () => bench.vendor.calls.some(({ path }) => isSecond(path)));
          const before = bench.vendor.calls.length;
          sleeper.thaw();
          await delay(4000);
          calls += bench.vendor.calls.length - before;
          const { rows } = await bench.db.pool.query<{ count: number }>(
            `SELECT count(*)::int AS count FROM step_run WHERE path = 'first' AND started_at < to_timestamp($2 / 1000.0)
               AND run_id IN (SELECT id FROM run WHERE input->'body'->>'id' = $1)`,
            [id, frozenAt],
          );
          writes += rows[0]?.count ?? 0;
          await until('the run ends', async () => (await bench.db.pool.query('SELECT FROM run')).rowCount === 0);
          await Promise.all([sleeper.kill(), other.kill()]);
        }
      }
      const verdict = await judge(bench, { workflow, sent, steps: ['first', 'second'], withinMs: 10_000 });
      return [
        ...soundness(verdict, sent.length),
        exactly('calls that a worker began which had lost its run', calls, 0),
        exactly('writes that were taken from a worker that had lost its run', writes, 0),
      ];
    },
  },
];
