/** Hints that are lost, doubled, late, early, or of something else altogether: what is executed comes from the database. */
import { setTimeout as delay } from 'node:timers/promises';
import { newId } from '@weft/db';
import { openQueue } from '@weft/queue';
import type { HintQueue } from '@weft/queue';
import { Queue } from 'bullmq';
import { Redis } from 'ioredis';
import { atLeast, exactly, quick, soundness, told, unharmed } from '../figures.ts';
import type { Bench, FaultWorkflow } from '../support/bench.ts';
import { judge, percentile } from '../support/checker.ts';
import { idsOf, send } from '../support/load.ts';
import type { Sent } from '../support/load.ts';
import { queueRuns } from '../support/queued-runs.ts';
import { chain, keyed, map } from '../support/workflows.ts';
import type { FaultTest, Figure } from '../test.ts';

const STEPS = ['first', 'second'];
/** Of the queue in Redis. */
const NAME = 'weft-runs';
const PREFIX = `bull:${NAME}`;

/** The queue of the suite past the proxies, as an ingress would ring it. */
function openBell(bench: Bench): Promise<HintQueue> {
  const { suite, databaseUrl } = bench;
  return openQueue({ databaseUrl, ...(suite.backend === 'redis' ? { redisUrl: `${suite.redis.url}/1` } : {}) });
}

/** What a former life left behind, and what somebody else may have written: none of it is a run. */
async function leaveRubbish(redis: Redis, queue: Queue, runIds: readonly string[]): Promise<number> {
  const named = runIds.flatMap((runId) => Array.from({ length: 5 }, () => ({ name: 'run', data: { runId, fence: 99 } })));
  // These stay when they are done, as jobs of an older version might.
  await queue.addBulk([
    ...named,
    ...runIds.map((runId) => ({ name: '__proto__', data: { runId, execute: 'process.exit(1)' } })),
    { name: 'hint', data: 'x'.repeat(100_000) },
    { name: 'hint', data: null },
    { name: 'hint', data: { runId: 'no uuid' }, opts: { delay: 200, attempts: 5 } },
    { name: 'hint', data: {}, opts: { priority: 1 } },
  ]);
  // A job of which only the name is left, one that cannot be read, and two that a worker was at when it died.
  await redis.hset(`${PREFIX}:torn`, { name: 'hint', data: '{"runId":', opts: '{}', timestamp: '1' });
  await redis.hset(`${PREFIX}:halfway`, { name: 'hint', data: '{}', opts: '{}', timestamp: '1' });
  await redis.rpush(`${PREFIX}:wait`, 'gone-1', 'torn', 'gone-2');
  await redis.rpush(`${PREFIX}:active`, 'halfway', 'gone-3');
  return named.length + runIds.length + 9;
}

/** Runs whose hint is lost, comes five times, comes before them in a group, or stands after those of runs that are none. */
async function queueAndHint(bench: Bench, workflow: FaultWorkflow, means: { bell: HintQueue; queue: Queue }): Promise<Sent[]> {
  const sent: Sent[] = [];
  const unknown = (): { name: string; data: unknown } => ({ name: 'hint', data: { runId: newId() } });
  for (let round = 0; round < bench.scale(8); round += 1) {
    const how = Math.floor(bench.random() * 4);
    if (how === 2) await means.bell.ring(4);
    const fresh = await queueRuns(bench, workflow, idsOf(`R11-${how}-${round}`, 5));
    if (how === 1) for (let time = 0; time < 5; time += 1) await means.bell.ring(5);
    // The newest first, and between them some of runs that nobody has heard of.
    if (how === 3) await means.queue.addBulk(fresh.toReversed().flatMap(({ runId }) => [unknown(), { name: 'hint', data: { runId } }]));
    sent.push(...fresh);
    await delay(40 + bench.random() * 80);
  }
  return sent;
}

/** Each run taken by one claim, and each of its calls made once. */
async function executedOnce(bench: Bench, workflow: FaultWorkflow): Promise<Figure[]> {
  const { rows } = await bench.db.pool.query<{ fence: number; count: number }>(
    `SELECT fence::int AS fence, count(*)::int AS count FROM run_history WHERE workflow_id = $1 GROUP BY 1 ORDER BY 1`,
    [workflow.workflowId],
  );
  const again = rows.filter(({ fence }) => fence !== 1).reduce((sum, { count }) => sum + count, 0);
  return [exactly('runs that were claimed more than once', again, 0), exactly('calls that were made twice', callsMadeTwice(bench), 0)];
}

/** Of runs that are not left out. */
function callsMadeTwice(bench: Bench, leftOut: ReadonlySet<string> = new Set()): number {
  const calls = bench.vendor.calls.filter(({ path }) => !leftOut.has(path.split('/')[2] ?? ''));
  return [...Map.groupBy(calls, ({ path }) => path).values()].reduce((sum, { length }) => sum + length - 1, 0);
}

/** From the insert to the start, by the database's clock. */
async function startsAfter(bench: Bench, sent: readonly Sent[]): Promise<number[]> {
  const { rows } = await bench.db.pool.query<{ ms: number }>(
    `SELECT (extract(epoch FROM started_at - created_at) * 1000)::float8 AS ms FROM run_history WHERE id = ANY($1::uuid[])`,
    [sent.map(({ runId }) => runId)],
  );
  return rows.map(({ ms }) => ms);
}

const lostOrDoubled: FaultTest = {
  id: 'R-11',
  needsRedis: true,
  title: 'hints lost, five times, out of order, of runs that are none, and unreadable ones',
  within: 40,
  run: async (bench) => {
    const workflow = await bench.put(chain(map('shape'), keyed(bench.vendor.url, 'first'), keyed(bench.vendor.url, 'second')));
    const redis = new Redis(`${bench.suite.redis.url}/1`);
    const queue = new Queue(NAME, { connection: redis });
    const bell = await openBell(bench);
    try {
      // The runs of a former life: one that has ended, one that was deleted.
      const [ended, deleted] = await queueRuns(bench, workflow, ['R11-ended', 'R11-deleted']);
      await bench.db.pool.query('DELETE FROM run WHERE id = $1', [deleted?.runId]);
      const none = [ended?.runId ?? '', deleted?.runId ?? '', newId()];
      let rubbish = await leaveRubbish(redis, queue, none);
      const workers = await Promise.all([bench.startWorker(), bench.startWorker()]);
      // They listen half a second after their start.
      await delay(800);
      const sent = ended ? [ended, ...(await queueAndHint(bench, workflow, { bell, queue }))] : [];
      const verdict = await judge(bench, { workflow, sent, steps: STEPS, withinMs: 20_000 });
      // Runs that have ended by now are hinted at again: nothing may come of it. Then what comes later is heard as ever.
      rubbish += await leaveRubbish(redis, queue, [...none, ...sent.slice(1, 4).map(({ runId }) => runId ?? '')]);
      await delay(300);
      const late = await queueRuns(bench, workflow, idsOf('R11-late', 10));
      await bell.ring(10);
      const all = [...sent, ...late];
      const after = await judge(bench, { workflow, sent: all, steps: STEPS, withinMs: 20_000 });
      return [
        ...soundness(after, all.length),
        unharmed(after),
        ...(await executedOnce(bench, workflow)),
        exactly('workers that ended over it', workers.filter(({ isAlive }) => !isAlive).length, 0),
        exactly('runs after the deleted one had been hinted at', verdict.ghosts, 0),
        quick('from the insert to the start, hinted or not, p99', percentile(await startsAfter(bench, sent.slice(1)), 0.99) / 1000, 2, 's'),
        quick('of the runs that came after all the rubbish, p99', percentile(await startsAfter(bench, late), 0.99) / 1000, 2, 's'),
        told('hints of what is no run', String(rubbish)),
      ];
    } finally {
      await bell.close();
      await queue.close();
      redis.disconnect();
    }
  },
};

/** The insert of a run is not committed until so many seconds are over as the id of its event says. */
const HOLD = `
CREATE FUNCTION faults_hold() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF current_setting('faults.held', true) IS DISTINCT FROM 'yes' THEN
    PERFORM set_config('faults.held', 'yes', true), pg_sleep(split_part(NEW.input->'body'->>'id', '-', 2)::float8);
  END IF;
  RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER faults_hold AFTER INSERT ON run DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION faults_hold()`;

/** Well within the lease, nearly all of it, and beyond it. */
const HOLDS_S = [1, 3, 4.5];

const beforeTheCommit: FaultTest = {
  id: 'R-12',
  title: 'hints before the COMMIT, which takes seconds',
  within: 60,
  run: async (bench) => {
    const workflow = await bench.put(chain(map('shape'), keyed(bench.vendor.url, 'first'), keyed(bench.vendor.url, 'second')));
    await bench.db.pool.query(HOLD);
    const bell = await openBell(bench);
    const workers = await Promise.all([bench.startWorker(), bench.startWorker()]);
    // An ingress takes two groups at a time: one for each length, so that they do not wait for each other.
    const ingresses = await Promise.all(HOLDS_S.map(() => bench.startIngress()));
    // The ingresses find their workers.
    await delay(300);
    let isOver = false;
    let hints = 0;
    const ringing = (async () => {
      for (; !isOver; hints += 1) {
        await bell.ring(1);
        await delay(40);
      }
    })();
    try {
      const perHold = bench.scale(12);
      const groups = await Promise.all(
        HOLDS_S.map((hold, index) =>
          send({ ports: [ingresses[index]?.port ?? 0], workflow, ids: idsOf(`R12-${hold}`, perHold), concurrency: perHold }),
        ),
      );
      const sent = groups.flat();
      const verdict = await judge(bench, { workflow, sent, steps: STEPS, withinMs: 20_000 });
      const { rows } = await bench.db.pool.query<{ ms: number; fence: number; crashes: number; event: string }>(
        `SELECT (extract(epoch FROM finished_at - created_at) - split_part(input->'body'->>'id', '-', 2)::float8) * 1000 AS ms, fence::int AS fence,
           recovery_count::int AS crashes, input->'body'->>'id' AS event FROM run_history WHERE workflow_id = $1`,
        [workflow.workflowId],
      );
      // A busy machine loses a lease of 4 s now and then, and one of the lengths is beyond it.
      const lapsed = new Set(rows.filter(({ crashes }) => crashes > 0).map(({ event }) => event));
      const notFound = workers.flatMap(({ output }) => output.split('\n').filter((line) => /not (be )?(found|read)/i.test(line)));
      return [
        ...soundness(verdict, sent.length),
        unharmed(verdict),
        exactly('calls that were made twice of runs whose lease did not end', callsMadeTwice(bench, lapsed), 0),
        exactly('runs that a worker was told of and did not find', notFound.length, 0),
        exactly(
          'deliveries refused',
          sent.reduce((sum, { refusals }) => sum + refusals, 0),
          0,
        ),
        atLeast('hints while nothing was committed', hints, 20, ''),
        told('claims of a run at most', String(Math.max(...rows.map(({ fence }) => fence)))),
        quick(
          'from the COMMIT to the end of the run, p99',
          percentile(
            rows.map(({ ms }) => ms),
            0.99,
          ) / 1000,
          2,
          's',
        ),
      ];
    } finally {
      isOver = true;
      await ringing;
      await bell.close();
    }
  },
};

export const hints: readonly FaultTest[] = [lostOrDoubled, beforeTheCommit];
