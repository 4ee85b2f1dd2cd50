/** Workers whose clocks are wrong, and are set while they work: what counts is the database's clock. */
import { fileURLToPath } from 'node:url';
import { setTimeout as delay } from 'node:timers/promises';
import { atLeast, exactly, quick, soundness, told } from '../figures.ts';
import type { Bench, FaultWorkflow } from '../support/bench.ts';
import { judge } from '../support/checker.ts';
import { idsOf } from '../support/load.ts';
import type { Sent } from '../support/load.ts';
import { queueRuns } from '../support/queued-runs.ts';
import { chain, keyed, map } from '../support/workflows.ts';
import type { FaultTest, Figure } from '../test.ts';

const PRELOAD = fileURLToPath(new URL('../support/shifted-clock.ts', import.meta.url));
const HOUR_MS = 3_600_000;
const OFFSETS_MS = [-24 * HOUR_MS, -HOUR_MS, HOUR_MS, 24 * HOUR_MS];
/** What a time server does to all of them meanwhile. */
const STEP_MS = -300_000;
const RETRY_AFTER_S = 3;
const PAUSE_S = 3;
/** Their runs may take no longer. */
const TIMEOUT_MS = 60_000;
/** What lies between the database's clock and the one by which the vendor counts. */
const GRACE_MS = 100;

/** A worker whose wall clock is wrong. Which of them takes a run is chance: each takes few, so that all take some. */
function startShifted(bench: Bench, offsetMs: number) {
  return bench.startWorker({
    NODE_OPTIONS: `--import=${PRELOAD}`,
    FAULT_CLOCK_MS: String(offsetMs),
    FAULT_CLOCK_STEP_MS: String(STEP_MS),
    WEFT_CONCURRENCY: '6',
  });
}

async function everySecond(bench: Bench, from: Date): Promise<FaultWorkflow> {
  const input = { cron: '* * * * * *', missed: 'all' };
  const start = { id: 'start', kind: 'trigger', connector: 'schedule', operation: 'at', input };
  const workflow = await bench.put({ nodes: [start], edges: [] });
  await bench.db.prisma.triggerBinding.updateMany({
    where: { workflowId: workflow.workflowId },
    data: { connector: 'schedule', operation: 'at', mode: 'schedule', input, hookToken: null, nextDueAt: from },
  });
  return workflow;
}

/** Each second once, none before its time. Clocks here are those of the database and of this process, which are right. */
async function ticks(bench: Bench, { workflowId }: FaultWorkflow, from: Date): Promise<Figure[]> {
  const { rows } = await bench.db.pool.query<{ due: string; at: number }>(
    `SELECT input->>'scheduledFor' AS due, (extract(epoch FROM created_at) * 1000)::float8 AS at
     FROM (SELECT workflow_id, input, created_at FROM run UNION ALL SELECT workflow_id, input, created_at FROM run_history) AS r WHERE workflow_id = $1`,
    [workflowId],
  );
  const times = rows.map(({ due }) => due);
  const last = Math.floor((Date.now() - 2000) / 1000) * 1000;
  let missing = 0;
  for (let at = from.getTime(); at <= last; at += 1000) if (!times.includes(new Date(at).toISOString())) missing += 1;
  return [
    exactly('times of a schedule that fired twice', times.length - new Set(times).size, 0),
    exactly('that did not fire', missing, 0),
    exactly('that fired before they came', rows.filter(({ due, at }) => at < Date.parse(due) - 1).length, 0),
    told('times that fired', String(times.length)),
  ];
}

/** From the first call, which was refused, to the second, by the vendor's monotonic clock. */
function retriesAfter(bench: Bench, sent: readonly Sent[]): number[] {
  return sent.flatMap(({ id }) => {
    const [first, second] = bench.vendor.calls.filter(({ path }) => path.endsWith(`/${id}/first`));
    return first && second ? [second.at - first.at] : [];
  });
}

async function waited(bench: Bench, { workflowId }: FaultWorkflow): Promise<number[]> {
  const { rows } = await bench.db.pool.query<{ ms: number }>(
    `SELECT (extract(epoch FROM finished_at - started_at) * 1000)::float8 AS ms FROM run_history WHERE workflow_id = $1 AND status = 'succeeded'`,
    [workflowId],
  );
  return rows.map(({ ms }) => ms);
}

/** What the statements of this database take for the time: set by `shift`, for connections that are made from now on. */
const SHIFTED = (database: string): string => `
CREATE SCHEMA faults_clock;
CREATE TABLE faults_clock.shift (ms float8 NOT NULL);
INSERT INTO faults_clock.shift VALUES (0);
CREATE FUNCTION faults_clock.now() RETURNS timestamptz STABLE LANGUAGE sql
  AS 'SELECT pg_catalog.now() + make_interval(secs => (SELECT ms FROM faults_clock.shift) / 1000)';
CREATE FUNCTION faults_clock.clock_timestamp() RETURNS timestamptz VOLATILE LANGUAGE sql
  AS 'SELECT pg_catalog.clock_timestamp() + make_interval(secs => (SELECT ms FROM faults_clock.shift) / 1000)';
ALTER DATABASE ${database} SET search_path = faults_clock, pg_catalog, public`;

/** Three leases. */
const DATABASE_STEP_MS = 12_000;

const databaseSetBack: FaultTest = {
  id: 'R-28b',
  isOnlyLong: true,
  title: 'the clock of the database is set back meanwhile, and a worker dies just then',
  within: 90,
  run: async (bench) => {
    const { vendor } = bench;
    await bench.db.pool.query(SHIFTED(new URL(bench.databaseUrl).pathname.slice(1)));
    const [doomed] = await Promise.all([bench.startWorker(), bench.startWorker()]);
    const settings = { timeoutMs: TIMEOUT_MS };
    vendor.latencyMs = 400;
    const calling = await bench.put({ ...chain(map('shape'), keyed(vendor.url, 'first'), keyed(vendor.url, 'second')), settings });
    const pause = { id: 'pause', kind: 'wait', mode: 'duration', duration: { amount: PAUSE_S, unit: 'seconds' } };
    const pausing = await bench.put({ ...chain(pause), settings });
    const from = new Date(Math.ceil(Date.now() / 1000) * 1000 + 1000);
    const schedule = await everySecond(bench, from);
    const startedAt = performance.now();
    const calls = await queueRuns(bench, calling, idsOf('R28b-call', 80));
    const pauses = await queueRuns(bench, pausing, idsOf('R28b-pause', 20));
    await delay(1000 + bench.random() * 1000);
    await doomed?.kill();
    const setAt = performance.now();
    await bench.db.pool.query('UPDATE faults_clock.shift SET ms = $1', [-DATABASE_STEP_MS]);
    const verdicts = [
      await judge(bench, { workflow: calling, sent: calls, steps: ['first', 'second'], withinMs: 40_000 }),
      await judge(bench, { workflow: pausing, sent: pauses, steps: [], withinMs: 40_000 }),
    ];
    const seconds = (performance.now() - setAt) / 1000;
    // The times of the schedule that had come before fire no second time when they come again.
    await delay(Math.max(0, DATABASE_STEP_MS + 4000 - (performance.now() - setAt)));
    const { rows: fired } = await bench.db.pool.query<{ due: string; times: number }>(
      `SELECT input->>'scheduledFor' AS due, count(*)::int AS times
       FROM (SELECT workflow_id, input FROM run UNION ALL SELECT workflow_id, input FROM run_history) AS r WHERE workflow_id = $1 GROUP BY 1`,
      [schedule.workflowId],
    );
    const { rows: flips } = await bench.db.pool.query<{ count: number }>(
      'SELECT recovery_count::int AS count FROM run_history WHERE recovery_count > 1',
    );
    const soonest = Math.min(...fired.map(({ due }) => Date.parse(due)));
    const latest = Math.max(...fired.map(({ due }) => Date.parse(due)));
    return [
      ...verdicts.flatMap((verdict, index) => [
        ...soundness(verdict, [calls, pauses][index]?.length ?? 0),
        exactly('runs that did not succeed', verdict.runs - (verdict.byStatus['succeeded'] ?? 0), 0),
      ]),
      exactly('runs that were taken over more often than a worker died', flips.length, 0),
      exactly('times of a schedule that fired twice', fired.filter(({ times }) => times > 1).length, 0),
      exactly('times between the first and the last that did not fire', (latest - soonest) / 1000 + 1 - fired.length, 0),
      atLeast(
        'times that fired after it had caught up',
        fired.filter(({ due }) => Date.parse(due) > performance.timeOrigin + setAt).length,
        1,
        '',
      ),
      quick('from when it was set back to the end of all', seconds, DATABASE_STEP_MS / 1000 + 15, 's'),
      told('from the first run to the end of all', `${((performance.now() - startedAt) / 1000).toFixed(1)} s`),
    ];
  },
};

export const wrongClocks: readonly FaultTest[] = [
  {
    id: 'R-28',
    title: 'clocks of workers wrong by an hour and a day, both ways, and set back by five minutes meanwhile',
    within: 60,
    run: async (bench) => {
      const { vendor } = bench;
      const workers = await Promise.all(OFFSETS_MS.map((offsetMs) => startShifted(bench, offsetMs)));
      const refused = new Set<string>();
      const isFirstTime = (path: string): boolean => path.endsWith('/first') && !refused.has(path) && refused.add(path).size > 0;
      vendor.behave({ when: isFirstTime, status: 503, headers: { 'retry-after': String(RETRY_AFTER_S) } });
      vendor.latencyMs = 20;
      const settings = { timeoutMs: TIMEOUT_MS };
      const retrying = await bench.put({ ...chain(map('shape'), keyed(vendor.url, 'first'), keyed(vendor.url, 'second')), settings });
      const pause = { id: 'pause', kind: 'wait', mode: 'duration', duration: { amount: PAUSE_S, unit: 'seconds' } };
      const pausing = await bench.put({ ...chain(pause), settings });
      const until = { id: 'until', kind: 'wait', mode: 'time', time: '{{ trigger.body.until }}' };
      const waiting = await bench.put({ ...chain(until), settings });
      const from = new Date(Math.ceil(Date.now() / 1000) * 1000 + 1000);
      const schedule = await everySecond(bench, from);
      const count = bench.scale(24);
      const retries = await queueRuns(bench, retrying, idsOf('R28-retry', count));
      const pauses = await queueRuns(bench, pausing, idsOf('R28-pause', count));
      const untilAt = Date.now() + PAUSE_S * 1000;
      const waits = await queueRuns(bench, waiting, idsOf('R28-until', count), { until: new Date(untilAt).toISOString() });
      await delay(1500 + bench.random() * 1000);
      for (const worker of workers) process.kill(worker.pid, 'SIGUSR2');
      const verdicts = [];
      for (const [workflow, sent, steps] of [
        [retrying, retries, ['first', 'second']],
        [pausing, pauses, []],
        [waiting, waits, []],
      ] as const)
        verdicts.push(await judge(bench, { workflow, sent, steps: [...steps], withinMs: 15_000 }));
      await delay(Math.max(0, from.getTime() + 6000 - Date.now()));
      const { rows: flips } = await bench.db.pool.query<{ id: string }>(
        `SELECT id FROM run WHERE recovery_count > 0 UNION ALL SELECT id FROM run_history WHERE recovery_count > 0`,
      );
      const [again, paused] = [retriesAfter(bench, retries), await waited(bench, pausing)];
      const { rows: early } = await bench.db.pool.query(
        'SELECT FROM run_history WHERE workflow_id = $1 AND finished_at < to_timestamp($2::float8 / 1000)',
        [waiting.workflowId, untilAt],
      );
      return [
        ...verdicts.flatMap((verdict) => [
          ...soundness(verdict, count),
          exactly('runs that did not succeed', verdict.runs - (verdict.byStatus['succeeded'] ?? 0), 0),
        ]),
        exactly('leases that ended although their workers lived', flips.length, 0),
        exactly('calls that were tried again too early', again.filter((ms) => ms < RETRY_AFTER_S * 1000 - GRACE_MS).length, 0),
        exactly('waits that ended too early', paused.filter((ms) => ms < PAUSE_S * 1000 - GRACE_MS).length + early.length, 0),
        ...(await ticks(bench, schedule, from)),
        quick('longest until a call was tried again', Math.max(...again) / 1000, RETRY_AFTER_S + 2, 's'),
        quick('longest wait', Math.max(...paused) / 1000, PAUSE_S + 2, 's'),
      ];
    },
  },
  databaseSetBack,
];
