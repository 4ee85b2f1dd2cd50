/** While workers are replaced, those of two builds run side by side, and the older ones meet versions that they cannot read. */
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { requestCancel } from '@weft/db';
import { freshDatabase } from '@weft/db/testing';
import type { FreshDatabase } from '@weft/db/testing';
import { startWorkerProcess } from './support/worker-process.ts';
import type { WorkerProcess } from './support/worker-process.ts';
import { ended, manualStart, putWorkflow, start, steps } from './support/workflows.ts';
import type { EndedRun, TestWorkflow } from './support/workflows.ts';

let fresh: FreshDatabase;
let workers: WorkerProcess[];

// Workers are processes that take their time to start.
vi.setConfig({ testTimeout: 120_000 });

beforeEach(async () => {
  workers = [];
  fresh = await freshDatabase();
});
afterEach(async () => {
  await Promise.all(workers.map((worker) => worker.crash()));
  await fresh[Symbol.asyncDispose]();
});

const OLDER_BUILD = fileURLToPath(new URL('support/older-build.ts', import.meta.url));

async function worker(env: Record<string, string> = {}): Promise<WorkerProcess> {
  const started = await startWorkerProcess({ databaseUrl: fresh.url, env });
  workers.push(started);
  return started;
}

const olderWorker = (): Promise<WorkerProcess> => worker({ NODE_OPTIONS: `--import=${OLDER_BUILD}` });

/** Goes through three stored values by pages, and counts them. */
async function pagedLoop(): Promise<TestWorkflow> {
  const workflow = await putWorkflow(fresh.db, {
    nodes: [
      manualStart,
      { id: 'each', kind: 'loop', pages: { connector: 'storage', operation: 'list', input: { prefix: 'item:' } } },
      { id: 'count', kind: 'connector', parent: 'each', connector: 'storage', operation: 'increment', input: { key: 'counted' } },
    ],
    edges: [{ from: 'start', to: 'each' }],
  });
  await fresh.db.pool.query(
    `INSERT INTO stored_value (workspace_id, key, value) SELECT $1, 'item:' || i, to_jsonb(i) FROM generate_series(1, 3) AS i`,
    [workflow.workspaceId],
  );
  return workflow;
}

interface LiveRun {
  readonly status: string;
  readonly wait_reason: string | null;
  readonly ms: number;
}

/** A run once it waits. */
async function waiting(runId: string): Promise<LiveRun> {
  return vi.waitFor(
    async () => {
      const { rows } = await fresh.db.pool.query<LiveRun>(
        'SELECT status, wait_reason, (extract(epoch FROM wake_at - now()) * 1000)::int AS ms FROM run WHERE id = $1',
        [runId],
      );
      expect(rows[0]?.status).toBe('waiting');
      return rows[0] as LiveRun;
    },
    { timeout: 20_000, interval: 20 },
  );
}

/** How a run ends that is due again and again: whichever worker takes it, the older one leaves it. */
async function endedOnceDue(runId: string): Promise<EndedRun> {
  const due = setInterval(() => void fresh.db.pool.query(`UPDATE run SET wake_at = now() WHERE status = 'waiting'`).catch(() => {}), 100);
  return ended(fresh.db, runId, 60_000).finally(() => clearInterval(due));
}

const REASON =
  'The worker cannot run this version of “Test”, which was published by another build of Weft: it does not know “pages” of the node “each”. It goes on by itself as soon as a worker that can takes it up: bring all workers to the same version.';

test('a worker that does not know a loop over pages leaves its run to one that does, rather than running it over nothing', async () => {
  await olderWorker();
  const workflow = await pagedLoop();
  const runId = await start(fresh.db, fresh.url, workflow);
  const left = await waiting(runId);
  expect(left.wait_reason).toBe(REASON);
  expect(left.ms).toBeGreaterThan(0);
  expect(left.ms).toBeLessThanOrEqual(5000);
  expect(await steps(fresh.db, runId)).toEqual([]);
  await worker();
  expect(await endedOnceDue(runId)).toMatchObject({ status: 'succeeded', recovery_count: 0 });
  const all = await steps(fresh.db, runId);
  expect(all.filter(({ path }) => path.endsWith('.count')).map(({ path, output }) => [path, output])).toEqual([
    ['each[0].count', expect.anything()],
    ['each[1].count', expect.anything()],
    ['each[2].count', expect.anything()],
  ]);
});

test('it comes back less and less often, goes on with other runs, and lets a run that it cannot read be cancelled', async () => {
  await olderWorker();
  const runId = await start(fresh.db, fresh.url, await pagedLoop());
  await waiting(runId);
  await fresh.db.pool.query('UPDATE run SET wake_at = now() WHERE id = $1', [runId]);
  await vi.waitFor(async () => expect((await waiting(runId)).ms).toBeGreaterThan(5000), { timeout: 20_000, interval: 20 });
  const known = await putWorkflow(fresh.db, {
    nodes: [manualStart, { id: 'set', kind: 'connector', connector: 'storage', operation: 'set', input: { key: 'a', value: 1 } }],
    edges: [{ from: 'start', to: 'set' }],
  });
  expect(await ended(fresh.db, await start(fresh.db, fresh.url, known))).toMatchObject({ status: 'succeeded' });
  const { rows } = await fresh.db.pool.query<{ id: string }>('SELECT workspace_id AS id FROM run WHERE id = $1', [runId]);
  await requestCancel(fresh.db.pool, { runId, workspaceId: rows[0]?.id ?? '', by: 'Ada' });
  expect(await ended(fresh.db, runId)).toMatchObject({ status: 'cancelled' });
});

/** Keeps a value by an operation that every build has, and one by an operation that the older one has not. */
const TWO_OPERATIONS = {
  nodes: [
    manualStart,
    { id: 'first', kind: 'connector', connector: 'storage', operation: 'increment', input: { key: 'first' } },
    { id: 'second', kind: 'connector', connector: 'storage', operation: 'setIfAbsent', input: { key: 'second', value: 1 } },
  ],
  edges: [
    { from: 'start', to: 'first' },
    { from: 'first', to: 'second' },
  ],
};

test('a worker that does not have an operation leaves the step to one that has, and keeps what it has done', async () => {
  await olderWorker();
  // The newer one publishes what it offers.
  await (await worker()).stop();
  const runId = await start(fresh.db, fresh.url, await putWorkflow(fresh.db, TWO_OPERATIONS));
  expect((await waiting(runId)).wait_reason).toBe(
    'The worker has no operation “setIfAbsent” of “storage”; one of another build of Weft has it. It goes on by itself as soon as a worker that can takes it up: bring all workers to the same version.',
  );
  expect(await steps(fresh.db, runId)).toMatchObject([{ path: 'start' }, { path: 'first', status: 'succeeded', attempt: 1 }]);
  await worker();
  expect(await endedOnceDue(runId)).toMatchObject({ status: 'succeeded', recovery_count: 0 });
  const all = await steps(fresh.db, runId);
  expect(all.map(({ path, status, attempt }) => [path, status, attempt])).toEqual([
    ['start', 'succeeded', 1],
    ['first', 'succeeded', 1],
    ['second', 'succeeded', 1],
  ]);
});

test('an operation that no worker has fails its step', async () => {
  await olderWorker();
  const runId = await start(fresh.db, fresh.url, await putWorkflow(fresh.db, TWO_OPERATIONS));
  expect(await ended(fresh.db, runId)).toMatchObject({
    status: 'failed',
    failed_node: 'second',
    error: { code: 'operation_unknown', message: 'Storage has no operation "setIfAbsent".' },
  });
});
