/** A loop over a hundred thousand items: a page of them is in memory at a time, and a worker that dies in the middle loses and doubles nothing. */
import { readFileSync } from 'node:fs';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { loadNeededSteps } from '@weft/db';
import { freshDatabase } from '@weft/db/testing';
import type { FreshDatabase } from '@weft/db/testing';
import { donePagesOf, isForgotten } from '@weft/engine';
import { startWorkerProcess } from './support/worker-process.ts';
import type { WorkerProcess } from './support/worker-process.ts';
import { ended, expireLeases, manualStart, putWorkflow, start, steps } from './support/workflows.ts';
import type { TestWorkflow } from './support/workflows.ts';

let fresh: FreshDatabase;
let workers: WorkerProcess[];

beforeEach(async () => {
  workers = [];
  fresh = await freshDatabase();
});
afterEach(async () => {
  await Promise.all(workers.map((worker) => worker.crash()));
  await fresh[Symbol.asyncDispose]();
});

async function worker(): Promise<WorkerProcess> {
  const started = await startWorkerProcess({ databaseUrl: fresh.url });
  workers.push(started);
  return started;
}

/** The most memory that a process had so far, in megabytes. */
function peakMegabytes({ child }: WorkerProcess): number {
  const status = readFileSync(`/proc/${child.pid}/status`, 'utf8');
  return Math.round(Number(/VmHWM:\s+(\d+) kB/.exec(status)?.[1]) / 1024);
}

/** Steps of the loop's body for each item: a branch, and an effect that is skipped for most. */
const PER_ITEM = 2;
/** What `storage.list` gives as one page. */
const PAGE = 500;

/** Goes through stored values, and counts each that is a multiple of `every`. */
async function loopOver(items: number, every: number, more: object = {}): Promise<TestWorkflow> {
  const workflow = await putWorkflow(fresh.db, {
    nodes: [
      manualStart,
      {
        id: 'each',
        kind: 'loop',
        pages: { connector: 'storage', operation: 'list', input: { prefix: 'item:' } },
        concurrency: 10,
        onItemError: 'continue',
        ...more,
      },
      { id: 'which', kind: 'branch', parent: 'each', cases: [{ port: 'counted', label: 'Counted', when: `item.value % ${every} = 0` }] },
      { id: 'count', kind: 'connector', parent: 'each', connector: 'storage', operation: 'increment', input: { key: 'counted' } },
      { id: 'last', kind: 'connector', connector: 'storage', operation: 'set', input: { key: 'result', value: '{{ steps.each }}' } },
    ],
    edges: [
      { from: 'start', to: 'each' },
      { from: 'which', fromPort: 'counted', to: 'count' },
      { from: 'each', to: 'last' },
    ],
  });
  await fresh.db.pool.query(
    `INSERT INTO stored_value (workspace_id, key, value)
     SELECT $1, 'item:' || lpad(i::text, 6, '0'), to_jsonb(i) FROM generate_series(0, $2 - 1) AS i`,
    [workflow.workspaceId, items],
  );
  return workflow;
}

async function stored(workflow: TestWorkflow, key: string): Promise<unknown> {
  const { rows } = await fresh.db.pool.query<{ value: unknown }>('SELECT value FROM stored_value WHERE workspace_id = $1 AND key = $2', [
    workflow.workspaceId,
    key,
  ]);
  return rows[0]?.value;
}

async function donePages(runId: string): Promise<number> {
  const { rows } = await fresh.db.pool.query<{ count: number }>(
    `SELECT count(*)::int FROM step_run WHERE run_id = $1 AND path LIKE 'each[done%'`,
    [runId],
  );
  return rows[0]?.count ?? 0;
}

test('a hundred thousand items, with a worker that is killed in the middle', { timeout: 400_000 }, async () => {
  const [items, every] = [100_000, 100];
  const workflow = await loopOver(items, every);
  const first = await worker();
  const idle = peakMegabytes(first);
  const runId = await start(fresh.db, fresh.url, workflow);
  await vi.waitFor(async () => expect(await donePages(runId)).toBeGreaterThan(items / PAGE / 2), { timeout: 200_000, interval: 50 });
  const firstPeak = peakMegabytes(first);
  await first.crash();
  const done = await donePages(runId);
  const needed = await loadNeededSteps(fresh.db.pool, [runId]);
  // All that somebody holds who goes on: the page that was under way, and a line for each that is done.
  expect(needed.length).toBeLessThanOrEqual(PAGE * PER_ITEM + done + 3);
  await expireLeases(fresh.db);
  const second = await worker();
  expect(await ended(fresh.db, runId, 200_000)).toMatchObject({ status: 'succeeded', recovery_count: 1 });
  const secondPeak = peakMegabytes(second);
  process.stdout.write(
    `${items} items: ${done} of ${items / PAGE} pages were done when the first worker was killed; ${needed.length} steps were read to go on; peak memory ${firstPeak} MB and ${secondPeak} MB, of which ${idle} MB before the run\n`,
  );
  expect(await stored(workflow, 'counted')).toBe(items / every);
  expect(await stored(workflow, 'result')).toEqual({ count: items, succeeded: items, failed: 0, pages: items / PAGE, failures: [] });
  const all = await steps(fresh.db, runId);
  const paths = new Map<string, number>();
  for (const { path, status } of all) if (status !== 'retrying') paths.set(path, (paths.get(path) ?? 0) + 1);
  expect([...paths.values()].filter((times) => times > 1)).toEqual([]);
  // Each item's steps, each page's reading and end, and the three around: every one of them once.
  expect(paths.size).toBe(items * PER_ITEM + (items / PAGE) * 2 + 3);
});

test('the database leaves out the very steps that the engine would', { timeout: 120_000 }, async () => {
  const workflow = await loopOver(1200, 3);
  await worker();
  const runId = await start(fresh.db, fresh.url, workflow);
  expect(await ended(fresh.db, runId, 60_000)).toMatchObject({ status: 'succeeded' });
  const all = await steps(fresh.db, runId);
  const left = all.filter(({ path }) => !isForgotten(path, donePagesOf(all)));
  const needed = (await loadNeededSteps(fresh.db.pool, [runId])).map(({ path }) => path);
  expect(needed.length).toBeGreaterThan(3);
  // Those that were written with the run's end are read by nobody who goes on.
  const atEnd = left.map(({ path }) => path).filter((path) => !needed.includes(path));
  expect(atEnd.every((path) => ['each', 'last', 'start'].includes(path))).toBe(true);
  expect(needed.filter((path) => !left.some((step) => step.path === path))).toEqual([]);
});
