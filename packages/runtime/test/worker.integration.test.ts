import { readFileSync } from 'node:fs';
import { Redis } from 'ioredis';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { requestCancel } from '@weft/db';
import { freshDatabase } from '@weft/db/testing';
import type { FreshDatabase } from '@weft/db/testing';
import { startVendor } from './support/vendor.ts';
import type { Vendor } from './support/vendor.ts';
import { startWorkerProcess } from './support/worker-process.ts';
import type { WorkerProcess } from './support/worker-process.ts';
import { chain, ended, expireLeases, httpNode, putWorkflow, start, steps } from './support/workflows.ts';

let fresh: FreshDatabase;
let vendor: Vendor;
let workers: WorkerProcess[];

beforeEach(async () => {
  workers = [];
  fresh = await freshDatabase();
  vendor = await startVendor();
});
afterEach(async () => {
  vendor.letGo();
  await Promise.all(workers.map((worker) => worker.crash()));
  await vendor[Symbol.asyncDispose]();
  await fresh[Symbol.asyncDispose]();
});

async function worker(env: Record<string, string> = {}): Promise<WorkerProcess> {
  const started = await startWorkerProcess({ databaseUrl: fresh.url, env: { WEFT_ALLOW_PRIVATE_HOSTS: vendor.host, ...env } });
  workers.push(started);
  return started;
}

/** The process in which a worker executes a run alone. */
function isolatedProcessOf({ child }: WorkerProcess): number {
  const children = readFileSync(`/proc/${child.pid}/task/${child.pid}/children`, 'utf8').trim().split(/\s+/);
  const found = children.find((pid) => readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes('isolation/main.ts'));
  if (!found) throw new Error('No run is executed alone');
  return Number(found);
}

const called = (path: string) => vi.waitFor(() => expect(vendor.count(path)).toBeGreaterThan(0), { timeout: 10_000, interval: 10 });

describe('a run', () => {
  it('goes from acceptance to history with its steps', async () => {
    await worker();
    const workflow = await putWorkflow(fresh.db, {
      ...chain(
        {
          id: 'made',
          kind: 'map',
          fields: [
            { to: 'name', from: '{{ trigger.name }}' },
            { to: 'greeting', from: 'Hello {{ trigger.name }}' },
          ],
        },
        httpNode('sent', 'request', `${vendor.url}/orders`, { body: '{{ steps.made }}' }),
        httpNode('read', 'get', `${vendor.url}/orders/{{ steps.sent.body.call }}`),
      ),
    });
    const runId = await start(fresh.db, fresh.url, workflow, { name: 'Acme' });
    expect(await ended(fresh.db, runId)).toMatchObject({ status: 'succeeded', recovery_count: 0 });
    expect(vendor.calls).toEqual([
      { method: 'POST', path: '/orders', body: '{"name":"Acme","greeting":"Hello Acme"}' },
      { method: 'GET', path: '/orders/1', body: '' },
    ]);
    const byPath = new Map((await steps(fresh.db, runId)).map((step) => [step.path, step]));
    expect(byPath.get('read')).toMatchObject({ status: 'succeeded', output: { status: 200, body: { path: '/orders/1' } } });
  });

  it('takes its time by the clock of the database, when its worker is an hour ahead', async () => {
    const clock = 'const now = Date.now; Date.now = () => now() + 3_600_000;';
    await worker({ NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(clock)}` });
    const pause = { id: 'pause', kind: 'wait', mode: 'duration', duration: { amount: 1, unit: 'seconds' } };
    const settings = { timeoutMs: 60_000 };
    const workflow = await putWorkflow(fresh.db, { ...chain(pause, httpNode('sent', 'request', `${vendor.url}/sent`)), settings });
    const runId = await start(fresh.db, fresh.url, workflow);
    expect(await ended(fresh.db, runId)).toMatchObject({ status: 'succeeded', recovery_count: 0 });
    expect(vendor.count('/sent')).toBe(1);
  });

  it('goes on elsewhere after kill -9, and repeats no finished effect', async () => {
    const first = await worker();
    const workflow = await putWorkflow(
      fresh.db,
      chain(
        httpNode('one', 'request', `${vendor.url}/one`),
        httpNode('two', 'request', `${vendor.url}/two`),
        httpNode('slow', 'get', `${vendor.url}/hold/slow`),
        httpNode('last', 'request', `${vendor.url}/last`),
      ),
    );
    const runId = await start(fresh.db, fresh.url, workflow);
    await called('/hold/slow');
    await first.crash();
    vendor.letGo();
    await expireLeases(fresh.db);
    await worker();
    expect(await ended(fresh.db, runId)).toMatchObject({ status: 'succeeded', recovery_count: 1, fence: 2 });
    expect(['/one', '/two', '/hold/slow', '/last'].map((path) => vendor.count(path))).toEqual([1, 1, 2, 1]);
  });

  it('ends as uncertain when a worker died while a call nobody can look up was under way', async () => {
    const first = await worker();
    const workflow = await putWorkflow(fresh.db, chain(httpNode('mail', 'request', `${vendor.url}/hold/mail`)));
    const runId = await start(fresh.db, fresh.url, workflow);
    await called('/hold/mail');
    await first.crash();
    vendor.letGo();
    await expireLeases(fresh.db);
    await worker();
    expect(await ended(fresh.db, runId)).toMatchObject({ status: 'uncertain', failed_node: 'mail', error: { code: 'outcome_unknown' } });
    expect(vendor.count('/hold/mail')).toBe(1);
  });

  it('ends as uncertain before a call nobody can look up when it is older than the restored database', async () => {
    const workflow = await putWorkflow(
      fresh.db,
      chain(
        httpNode('order', 'request', `${vendor.url}/order`, { keyHeader: 'Idempotency-Key' }),
        httpNode('mail', 'request', `${vendor.url}/mail`),
      ),
    );
    const older = await start(fresh.db, fresh.url, workflow);
    const restored = await worker({ WEFT_RESTORED_AT: new Date(Date.now() + 60_000).toISOString() });
    expect(await ended(fresh.db, older)).toMatchObject({
      status: 'uncertain',
      failed_node: 'mail',
      error: { code: 'outcome_unknown', message: expect.stringContaining('restored from a backup') },
    });
    expect(['/order', '/mail'].map((path) => vendor.count(path))).toEqual([1, 0]);
    await restored.stop();
    await worker({ WEFT_RESTORED_AT: new Date(Date.now() - 60_000).toISOString() });
    const later = await start(fresh.db, fresh.url, workflow);
    expect(await ended(fresh.db, later)).toMatchObject({ status: 'succeeded' });
    expect(vendor.count('/mail')).toBe(1);
  });

  it('ends as uncertain when a gateway lost the answer of a POST, and tries again what may be sent twice', async () => {
    await worker();
    const blind = await putWorkflow(fresh.db, chain(httpNode('order', 'request', `${vendor.url}/fail/502/1`)));
    const first = await start(fresh.db, fresh.url, blind);
    expect(await ended(fresh.db, first)).toMatchObject({
      status: 'uncertain',
      failed_node: 'order',
      error: { code: 'outcome_unknown', message: expect.stringContaining(`${vendor.host} answered 502 for POST /fail/502/1`) },
    });
    expect(vendor.count('/fail/502/1')).toBe(1);
    const keyed = await putWorkflow(
      fresh.db,
      chain(httpNode('order', 'request', `${vendor.url}/fail/504/1`, { keyHeader: 'Idempotency-Key' })),
    );
    const second = await start(fresh.db, fresh.url, keyed);
    expect(await ended(fresh.db, second)).toMatchObject({ status: 'succeeded' });
    expect(vendor.count('/fail/504/1')).toBe(2);
  });

  it('is taken out of circulation when workers keep dying with it', async () => {
    const workflow = await putWorkflow(fresh.db, chain(httpNode('slow', 'get', `${vendor.url}/hold/slow`)));
    const runId = await start(fresh.db, fresh.url, workflow);
    for (let death = 1; death <= 2; death += 1) {
      const doomed = await worker();
      await vi.waitFor(() => expect(vendor.count('/hold/slow')).toBe(death), { timeout: 10_000 });
      await doomed.crash();
      await expireLeases(fresh.db);
    }
    // The third time it is alone in a process of its own, and the worker lives to tell how that one ended.
    const survivor = await worker();
    await vi.waitFor(() => expect(vendor.count('/hold/slow')).toBe(3), { timeout: 15_000 });
    process.kill(isolatedProcessOf(survivor), 'SIGKILL');
    const run = await ended(fresh.db, runId);
    expect(run).toMatchObject({ status: 'quarantined', recovery_count: 2, error: { code: 'quarantined' } });
    expect((run.error as { message: string }).message).toMatch(/by signal SIGKILL, having used \d+ MB of memory/);
    expect(survivor.child.exitCode).toBeNull();
  });

  it('that is executed alone is handed over uncharged when its worker dies', async () => {
    const workflow = await putWorkflow(fresh.db, chain(httpNode('slow', 'get', `${vendor.url}/hold/slow`)));
    const runId = await start(fresh.db, fresh.url, workflow);
    for (let death = 1; death <= 3; death += 1) {
      const doomed = await worker();
      await vi.waitFor(() => expect(vendor.count('/hold/slow')).toBe(death), { timeout: 15_000 });
      await doomed.crash();
      if (death < 3) await expireLeases(fresh.db);
    }
    // The process that it was alone in noticed that nobody would tell of its end.
    await vi.waitFor(
      async () => expect((await fresh.db.pool.query('SELECT status FROM run WHERE id = $1', [runId])).rows).toEqual([{ status: 'queued' }]),
      { timeout: 15_000 },
    );
    vendor.letGo();
    await worker();
    expect(await ended(fresh.db, runId, 15_000)).toMatchObject({ status: 'succeeded', recovery_count: 2 });
  });

  it('is handed over on SIGTERM without being charged for it', async () => {
    const first = await worker();
    const workflow = await putWorkflow(
      fresh.db,
      chain(httpNode('slow', 'request', `${vendor.url}/hold/slow`), httpNode('next', 'request', `${vendor.url}/next`)),
    );
    const runId = await start(fresh.db, fresh.url, workflow);
    await called('/hold/slow');
    const stopped = first.stop();
    await vi.waitFor(() => expect(first.output()).toContain('Ending'));
    vendor.letGo();
    expect(await stopped).toBe(0);
    expect((await steps(fresh.db, runId)).map((step) => step.path)).toContain('slow');
    expect(vendor.count('/next')).toBe(0);
    await worker();
    expect(await ended(fresh.db, runId)).toMatchObject({ status: 'succeeded', recovery_count: 0 });
    expect([vendor.count('/hold/slow'), vendor.count('/next')]).toEqual([1, 1]);
  });

  it('stops soon after it is cancelled, also in the middle of a call', async () => {
    await worker();
    const workflow = await putWorkflow(
      fresh.db,
      chain(httpNode('slow', 'get', `${vendor.url}/hold/slow`), httpNode('next', 'request', `${vendor.url}/next`)),
    );
    const runId = await start(fresh.db, fresh.url, workflow);
    await called('/hold/slow');
    expect(await requestCancel(fresh.db.pool, { runId, workspaceId: workflow.workspaceId, by: 'Ann' })).toBe('requested');
    expect(await ended(fresh.db, runId, 8000)).toMatchObject({ status: 'cancelled', reason: 'Cancelled by Ann' });
    expect(vendor.count('/next')).toBe(0);
  });

  it('waits in the database between two tries and frees its worker', async () => {
    await worker();
    const workflow = await putWorkflow(fresh.db, chain(httpNode('flaky', 'get', `${vendor.url}/fail/429/1`)));
    const runId = await start(fresh.db, fresh.url, workflow);
    const waiting = await vi.waitFor(
      async () => {
        const { rows } = await fresh.db.pool.query('SELECT worker, wake_at > now() AS is_later FROM run WHERE id = $1 AND status = $2', [
          runId,
          'waiting',
        ]);
        expect(rows).toHaveLength(1);
        return rows[0];
      },
      { timeout: 5000, interval: 10 },
    );
    expect(waiting).toEqual({ worker: null, is_later: true });
    expect(await ended(fresh.db, runId, 15_000)).toMatchObject({ status: 'succeeded', fence: 2, recovery_count: 0 });
    expect((await steps(fresh.db, runId)).filter((step) => step.path === 'flaky').map((step) => step.status)).toEqual([
      'retrying',
      'succeeded',
    ]);
    expect(vendor.count('/fail/429/1')).toBe(2);
  });

  it.skipIf(!process.env['TEST_REDIS_URL'])('starts also when Redis has lost everything or is away', async () => {
    // A database of its own, so that no other test loses its hints.
    const redisUrl = `${process.env['TEST_REDIS_URL']}/1`;
    await worker({ REDIS_URL: redisUrl });
    const redis = new Redis(redisUrl);
    await redis.flushdb();
    redis.disconnect();
    const workflow = await putWorkflow(fresh.db, chain(httpNode('one', 'get', `${vendor.url}/one`)));
    // Accepted without any bell at all: the worker's own look at the database finds it.
    const runId = await start(fresh.db, fresh.url, workflow);
    expect(await ended(fresh.db, runId, 5000)).toMatchObject({ status: 'succeeded' });
    await (await worker({ REDIS_URL: 'redis://127.0.0.1:1' })).stop();
  });
});

describe('triggers', () => {
  it('fires a schedule once per time with two workers', async () => {
    await Promise.all([worker(), worker()]);
    const document = {
      nodes: [{ id: 'start', kind: 'trigger', connector: 'schedule', operation: 'at', input: { cron: '* * * * * *' } }],
      edges: [],
    };
    const workflow = await putWorkflow(fresh.db, document, {
      connector: 'schedule',
      operation: 'at',
      mode: 'schedule',
      input: { cron: '* * * * * *' },
    });
    const times = await vi.waitFor(
      async () => {
        const { rows } = await fresh.db.pool.query<{ at: string }>(
          `SELECT input->>'scheduledFor' AS at FROM run_history WHERE workflow_id = $1 ORDER BY at`,
          [workflow.workflowId],
        );
        expect(rows.length).toBeGreaterThanOrEqual(3);
        return rows.map((row) => row.at);
      },
      { timeout: 15_000, interval: 100 },
    );
    expect(new Set(times).size).toBe(times.length);
  });
});
