/** The database is lost, and a replica that follows it some moments behind goes on in its place. */
import { setTimeout as delay } from 'node:timers/promises';
import { openDatabase } from '@weft/db';
import { atLeast, exactly, quick, told } from '../figures.ts';
import type { Bench, FaultWorkflow } from '../support/bench.ts';
import { faultsOf, judge } from '../support/checker.ts';
import { idsOf, send } from '../support/load.ts';
import type { Sent } from '../support/load.ts';
import { until } from '../support/until.ts';
import { chain, keyed, map } from '../support/workflows.ts';
import type { FaultTest } from '../test.ts';

const PER_SECOND = 40;
/** How long the replica gets nothing any more while the first server still acknowledges. */
const BEHIND_MS = 2000;

async function runsIn({ db }: Pick<Bench, 'db'>, { workflowId }: FaultWorkflow): Promise<Set<string>> {
  const { rows } = await db.pool.query<{ id: string }>(
    'SELECT id FROM run WHERE workflow_id = $1 UNION ALL SELECT id FROM run_history WHERE workflow_id = $1',
    [workflowId],
  );
  return new Set(rows.map(({ id }) => id));
}

async function value<T>({ db }: Pick<Bench, 'db'>, expression: string): Promise<T> {
  const { rows } = await db.pool.query<{ value: T }>(`SELECT ${expression} AS value`);
  return rows[0]?.value as T;
}

export const failovers: readonly FaultTest[] = [
  {
    id: 'R-19',
    isOnlyLong: true,
    title: 'PostgreSQL lost, and an asynchronous replica in its place',
    within: 90,
    run: async (bench) => {
      const standby = await bench.suite.postgres.standBy();
      const db = openDatabase({
        url: standby.url(new URL(bench.databaseUrl).pathname.slice(1)),
        applicationName: 'weft-faults',
        max: 10,
      });
      const copy: Bench = { ...bench, db };
      try {
        const workflow = await bench.put(chain(map('shape'), keyed(bench.vendor.url, 'first'), keyed(bench.vendor.url, 'second')));
        bench.vendor.latencyMs = 150;
        const ingress = await bench.startIngress();
        await Promise.all([bench.startWorker(), bench.startWorker()]);
        const sendSome = (part: string, count: number): Promise<Sent[]> =>
          send({ ports: [ingress.port], workflow, ids: idsOf(`R19-${part}`, count), perSecond: PER_SECOND, concurrency: 64 });

        const before = await sendSome('before', 80);
        const lsn = await value<string>(bench, 'pg_current_wal_lsn()::text');
        await until('the replica has what was acknowledged', () =>
          value<boolean>(copy, `coalesce(pg_last_wal_replay_lsn() >= '${lsn}'::pg_lsn, false)`),
        );
        standby.link.close();
        const cutAt = Date.now();
        const behind = await sendSome('behind', (BEHIND_MS / 1000) * PER_SECOND);
        await delay(Math.max(0, cutAt + BEHIND_MS - Date.now()));

        // The first server is out of reach from now on; only this test still looks what it had.
        bench.links.postgres.close();
        const had = await runsIn(bench, workflow);
        const lag = await value<number>(
          bench,
          `(pg_current_wal_lsn() - '${await value<string>(copy, 'pg_last_wal_receive_lsn()::text')}'::pg_lsn)::float8`,
        );
        await standby.promote();
        const came = await runsIn(copy, workflow);
        const lostAt = performance.now();
        bench.links.postgres.redirect(standby.port);
        bench.links.postgres.open();
        const fresh = await bench.startWorker();
        const after = await sendSome('after', 40);

        const lost = behind.filter(({ runId = '' }) => !came.has(runId));
        const kept = [...before, ...behind.filter(({ runId = '' }) => came.has(runId)), ...after];
        const verdict = await judge(copy, { workflow, sent: kept, steps: ['first', 'second'], withinMs: 40_000 });
        const seconds = (performance.now() - lostAt) / 1000;
        const isTold = (): boolean => /goes on from a copy of itself/.test(fresh.output);
        await until('the new worker tells of it', isTold, 5000).catch(() => {});
        const since = Date.parse(/What was accepted or done after (\S+) /.exec(fresh.output)?.[1] ?? '');
        const faults = faultsOf(verdict);
        return [
          {
            what: 'lost outside of the window, stuck, doubled, effects twice',
            got: faults === '' ? '0' : faults,
            bar: '0',
            ok: faults === '',
          },
          exactly('runs that did not succeed', verdict.runs - (verdict.byStatus['succeeded'] ?? 0), 0),
          exactly('acknowledged before the link was cut, and lost', before.filter(({ runId = '' }) => !came.has(runId)).length, 0),
          exactly(
            'lost in the window, other than what the first server had and the replica had not',
            lost.length - [...had].filter((id) => !came.has(id)).length,
            0,
          ),
          atLeast('lost in the window', lost.length, 1, 'runs'),
          exactly('told by the worker that started next', Number(isTold()), 1),
          quick('the time that it names is off the beginning of the window by', Math.abs(since - cutAt) / 1000, 2, 's'),
          quick('from the switch to the end of all', seconds, 30, 's'),
          told('what the replica had not got', `${lag} bytes of log`),
        ];
      } finally {
        await db.close();
        await standby.stop();
      }
    },
  },
];
