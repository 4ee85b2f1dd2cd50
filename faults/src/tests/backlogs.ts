/** A backlog of which nobody has seen the like. */
import { setTimeout as delay } from 'node:timers/promises';
import { claimRuns } from '@weft/db';
import { exactly, quick, soundness, told } from '../figures.ts';
import { queue, untilDrained } from '../support/backlog.ts';
import type { Bench, FaultWorkflow } from '../support/bench.ts';
import { judge, percentile } from '../support/checker.ts';
import { idsOf, send } from '../support/load.ts';
import { chain, map } from '../support/workflows.ts';
import type { FaultTest } from '../test.ts';

const CLAIMS = 100;

/** Milliseconds that claims of 50 take. Nobody may be working meanwhile. */
async function claimTimes(bench: Bench): Promise<number[]> {
  const times: number[] = [];
  for (let round = 0; round < CLAIMS; round += 1) {
    const startedAt = performance.now();
    // Claimed for nobody, with a lease that is over at once; queued again, as if it had never been.
    await claimRuns(bench.db.pool, { worker: 'nobody', limit: 50, leaseMs: 1 });
    times.push(performance.now() - startedAt);
    await bench.db.pool.query(
      `UPDATE run SET status = 'queued', worker = NULL, lease_until = NULL, recovery_count = 0 WHERE worker = 'nobody'`,
    );
  }
  return times;
}

async function left(bench: Bench, { workflowId }: FaultWorkflow): Promise<number> {
  const { rows } = await bench.db.pool.query<{ count: number }>('SELECT count(*)::int AS count FROM run WHERE workflow_id = $1', [
    workflowId,
  ]);
  return rows[0]?.count ?? 0;
}

/** What one of the runs that did not succeed says; undefined when all did. */
async function failureOf(bench: Bench, { workflowId }: FaultWorkflow): Promise<string | undefined> {
  const { rows } = await bench.db.pool.query<{ said: string }>(
    `SELECT coalesce(error->>'message', reason, status) AS said FROM run_history WHERE workflow_id = $1 AND status <> 'succeeded' LIMIT 1`,
    [workflowId],
  );
  return rows[0]?.said;
}

/** How large the table of live runs and its indexes are, megabytes. */
async function sizes(bench: Bench): Promise<{ table: number; indexes: number }> {
  const { rows } = await bench.db.pool.query<{ table: number; indexes: number }>(
    `SELECT pg_table_size('run')::float8 / 1048576 AS table, pg_indexes_size('run')::float8 / 1048576 AS indexes`,
  );
  return rows[0] ?? { table: NaN, indexes: NaN };
}

export const backlogs: readonly FaultTest[] = [
  {
    id: 'R-25',
    isOnlyLong: true,
    title: 'a hundred thousand runs queued: accepting and claiming stay quick, also when few are left',
    within: 300,
    run: async (bench) => {
      const count = bench.suite.isLong ? 100_000 : 20_000;
      const workflow = await bench.put(chain(map('shape'), map('again')));
      const ids = idsOf('R25', count);
      await queue(bench, workflow, ids);
      const ingress = await bench.startIngress();
      const more = await send({ ports: [ingress.port], workflow, ids: idsOf('R25-more', 200), concurrency: 4 });
      const before = await sizes(bench);
      const full = await claimTimes(bench);
      const start = () => Promise.all([bench.startWorker({ WEFT_CONCURRENCY: '50' }), bench.startWorker({ WEFT_CONCURRENCY: '50' })]);
      let workers = await start();
      const startedAt = performance.now();
      while ((await left(bench, workflow)) > count / 10 && performance.now() - startedAt < 20 * count) await delay(500);
      const drained = count + more.length - (await left(bench, workflow));
      const seconds = (performance.now() - startedAt) / 1000;
      await Promise.all(workers.map((worker) => worker.stop()));
      // Nine of ten are gone: their dead rows and index entries are what a claim has to pass over.
      const late = await claimTimes(bench);
      const after = await sizes(bench);
      workers = await start();
      await untilDrained(bench, workflow, 20 * count);
      const sent = [...ids.map((id) => ({ id, runId: undefined, ms: 0, refusals: 0 })), ...more];
      const verdict = await judge(bench, { workflow, sent, steps: [], withinMs: 30_000 });
      const failure = await failureOf(bench, workflow);
      return [
        ...soundness(verdict, sent.length),
        {
          ...exactly('runs that did not succeed', sent.length - (verdict.byStatus['succeeded'] ?? 0), 0),
          ...(failure === undefined ? {} : { got: `${sent.length - (verdict.byStatus['succeeded'] ?? 0)}, one of them: ${failure}` }),
        },
        exactly('workers that died', workers.filter(({ isAlive }) => !isAlive).length, 0),
        quick(
          'accepting while they wait, p99',
          percentile(
            more.map(({ ms }) => ms),
            0.99,
          ),
          100,
          'ms',
        ),
        quick('claiming 50 of all, p99', percentile(full, 0.99), 50, 'ms'),
        quick('claiming 50 of the last tenth, p99', percentile(late, 0.99), 50, 'ms'),
        told('runs executed a second', String(Math.round(drained / seconds))),
        quick('indexes of live runs with nine of ten gone, beside those of all', after.indexes / before.indexes, 2, '×'),
        told('table of live runs', `${before.table.toFixed(1)} MB of all, ${after.table.toFixed(1)} MB with nine of ten gone`),
        told('its indexes', `${before.indexes.toFixed(1)} MB of all, ${after.indexes.toFixed(1)} MB with nine of ten gone`),
      ];
    },
  },
];
