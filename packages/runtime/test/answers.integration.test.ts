/**
 * Requests that wait for their runs: ingress and workers as the product runs them, the answer on every way that it can take.
 */
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { loadJournal, newId } from '@weft/db';
import { freshDatabase } from '@weft/db/testing';
import type { FreshDatabase } from '@weft/db/testing';
import { startHeldVendor } from './support/held-vendor.ts';
import type { HeldVendor } from './support/held-vendor.ts';
import { startIngressProcess, startWorkerProcess } from './support/worker-process.ts';
import type { WorkerProcess } from './support/worker-process.ts';
import { ended, expireLeases, httpNode, putWorkflow } from './support/workflows.ts';

let fresh: FreshDatabase;
let vendor: HeldVendor;

beforeAll(async () => {
  fresh = await freshDatabase();
  vendor = await startHeldVendor((response) => {
    response.writeHead(200, { 'content-type': 'application/json' });
    response.end('{"stock":17}');
  });
});
afterAll(async () => {
  vendor.stop();
  await fresh[Symbol.asyncDispose]();
});
const closers: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  vendor.letGo();
  for (const close of closers.splice(0).toReversed()) await close();
});

async function worker(env: Record<string, string> = {}): Promise<WorkerProcess> {
  const started = await startWorkerProcess({ databaseUrl: fresh.url, env: { WEFT_ALLOW_PRIVATE_HOSTS: new URL(vendor.url).host, ...env } });
  closers.push(() => started.stop());
  return started;
}

async function ingress(env: Record<string, string> = {}): Promise<string> {
  const started = await startIngressProcess({ databaseUrl: fresh.url, env });
  closers.push(() => started.stop());
  return `http://127.0.0.1:${started.port}`;
}

/** A workflow that a request starts; gives its token. */
async function hook(input: Record<string, unknown>, nodes: Record<string, unknown>[], edges?: unknown[]): Promise<string> {
  const all = [{ id: 'start', kind: 'trigger', connector: 'webhook', operation: 'received', input }, ...nodes];
  const token = newId();
  await putWorkflow(
    fresh.db,
    {
      nodes: all,
      edges: edges ?? all.slice(1).map((node, index) => ({ from: (all[index] as { id: string }).id, to: (node as { id: string }).id })),
    },
    { connector: 'webhook', operation: 'received', mode: 'webhook', input, hookToken: token, nextDueAt: null },
  );
  return token;
}

const shape = { id: 'shape', kind: 'map', fields: [{ to: 'name', from: '{{ trigger.body.name }}' }] };
const answer = (more: Record<string, unknown> = {}) => ({ id: 'answer', kind: 'respond', ...more });

const post = (url: string, token: string, body: unknown = { name: 'Ada' }, headers: Record<string, string> = {}) =>
  fetch(`${url}/hooks/${token}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
  });

async function runIdOf(token: string): Promise<string> {
  const { rows } = await fresh.db.pool.query<{ id: string }>(
    `SELECT r.id FROM (SELECT id, workflow_id FROM run UNION ALL SELECT id, workflow_id FROM run_history) r
     JOIN trigger_binding t ON t.workflow_id = r.workflow_id WHERE t.hook_token = $1 ORDER BY r.id DESC LIMIT 1`,
    [token],
  );
  return rows[0]?.id ?? '';
}

async function outputOf(runId: string, path: string): Promise<unknown> {
  return (await loadJournal(fresh.db.pool, [runId])).find((step) => step.path === path)?.output;
}

describe('an answer', () => {
  it('is what the respond node says, and no page of ours', async () => {
    await worker();
    const url = await ingress();
    const token = await hook({ respond: 'custom' }, [
      shape,
      answer({ status: 201, headers: { 'x-name': '{{ steps.shape.name }}' }, body: '{{ steps.shape }}' }),
    ]);
    const response = await post(url, token);
    expect([response.status, response.headers.get('x-name'), await response.json()]).toEqual([201, 'Ada', { name: 'Ada' }]);
    expect(response.headers.get('content-security-policy')).toContain('sandbox');
    const html = await hook({ respond: 'custom' }, [
      answer({ headers: { 'Content-Type': 'text/html' }, body: '<script>alert(1)</script>' }),
    ]);
    const page = await post(url, html);
    expect([page.headers.get('content-type'), page.headers.get('content-security-policy')]).toEqual([
      'text/html',
      expect.stringContaining('sandbox'),
    ]);
  });

  it('comes before a slow step behind it ends, and only when it is in the database', async () => {
    await worker();
    const url = await ingress();
    vendor.hold();
    const token = await hook({ respond: 'custom' }, [answer({ body: 'soon' }), httpNode('ask', 'get', vendor.url)]);
    const response = await post(url, token);
    expect([response.status, await response.text()]).toEqual([200, 'soon']);
    expect(await outputOf(await runIdOf(token), 'answer')).toEqual({ status: 200, body: 'soon' });
    vendor.letGo();
    expect(await ended(fresh.db, await runIdOf(token))).toMatchObject({ status: 'succeeded' });
  });

  it('can be the end of the run: its last output, or how it ended, without telling strangers why', async () => {
    await worker();
    const url = await ingress();
    const given = await post(
      url,
      await hook({ respond: 'atEnd' }, [
        httpNode('ask', 'get', vendor.url),
        { ...shape, fields: [{ to: 'stock', from: '{{ steps.ask.body.stock }}' }] },
      ]),
    );
    expect([given.status, await given.json()]).toEqual([200, { stock: 17 }]);
    const skipped = await hook({ respond: 'atEnd' }, [{ id: 'no', kind: 'stop', outcome: 'skipped', message: 'Known already' }]);
    expect(await (await post(url, skipped)).json()).toEqual({ runId: await runIdOf(skipped), status: 'skipped', reason: 'Known already' });
    const failing = await hook({ respond: 'atEnd' }, [{ id: 'no', kind: 'stop', outcome: 'failed', message: 'Secret of ours' }]);
    const failed = await post(url, failing);
    expect([failed.status, await failed.json()]).toEqual([500, { runId: await runIdOf(failing), status: 'failed' }]);
  });

  it('is given once: the first of two, and the second knows', async () => {
    await worker();
    const url = await ingress();
    const token = await hook({ respond: 'custom' }, [answer({ body: 1 }), { ...answer({ body: 2 }), id: 'again' }]);
    expect(await (await post(url, token)).json()).toBe(1);
    await ended(fresh.db, await runIdOf(token));
    expect(await outputOf(await runIdOf(token), 'again')).toMatchObject({ body: 2, note: expect.stringContaining('only the first') });
  });

  it('that takes too long is replaced by the run’s id; it is not sent any more, and its step says so', async () => {
    await worker();
    const url = await ingress();
    vendor.hold();
    const token = await hook({ respond: 'custom', timeoutSeconds: 1, timeoutStatus: 504 }, [
      httpNode('ask', 'get', vendor.url),
      answer({ body: 'late' }),
    ]);
    const response = await post(url, token);
    expect([response.status, await response.json()]).toEqual([504, { runId: await runIdOf(token) }]);
    vendor.letGo();
    expect(await ended(fresh.db, await runIdOf(token))).toMatchObject({ status: 'succeeded' });
    expect(await outputOf(await runIdOf(token), 'answer')).toEqual({
      status: 200,
      body: 'late',
      note: expect.stringContaining('too late'),
    });
  });

  it('has nobody to go to when no request started the run', async () => {
    await worker();
    const token = await hook({ respond: 'custom' }, [answer({ body: 'to whom' })]);
    const { rows } = await fresh.db.pool.query('SELECT workspace_id, workflow_id, version_id FROM trigger_binding WHERE hook_token = $1', [
      token,
    ]);
    const runId = newId();
    await fresh.db.pool.query(
      `INSERT INTO run(id, workspace_id, workflow_id, version_id, status, origin, input) VALUES ($1, $2, $3, $4, 'queued', 'test', '{}')`,
      [runId, rows[0].workspace_id, rows[0].workflow_id, rows[0].version_id],
    );
    await ended(fresh.db, runId);
    expect(await outputOf(runId, 'answer')).toMatchObject({ note: expect.stringContaining('Nobody waits') });
  });
});

describe('the way of an answer', () => {
  it('is found over several ingresses and workers, also by runs that were queued', { timeout: 90_000 }, async () => {
    await Promise.all([worker({ WEFT_CONCURRENCY: '4' }), worker({ WEFT_CONCURRENCY: '4' })]);
    const urls = await Promise.all([ingress(), ingress()]);
    const token = await hook({ respond: 'custom' }, [httpNode('ask', 'get', vendor.url), shape, answer({ body: '{{ steps.shape }}' })]);
    const all = Array.from({ length: 60 }, async (_, index) => (await post(urls[index % 2] ?? '', token, { name: `n${index}` })).json());
    expect(await Promise.all(all)).toEqual(Array.from({ length: 60 }, (_, index) => ({ name: `n${index}` })));
  });

  it.skipIf(!process.env['TEST_REDIS_URL'])('works with Redis as well', async () => {
    const redis = { REDIS_URL: `${process.env['TEST_REDIS_URL']}/7` };
    await worker(redis);
    const url = await ingress(redis);
    const token = await hook({ respond: 'custom' }, [shape, answer({ body: '{{ steps.shape }}' })]);
    expect(await (await post(url, token)).json()).toEqual({ name: 'Ada' });
  });

  it('leads over the database when no worker has a link', async () => {
    // An address that nobody listens at: every link is refused.
    await worker({ WEFT_WORKER_ADDRESS: 'http://127.0.0.1:9' });
    const url = await ingress();
    const custom = await hook({ respond: 'custom' }, [shape, answer({ status: 202, body: '{{ steps.shape }}' })]);
    const response = await post(url, custom);
    expect([response.status, await response.json()]).toEqual([202, { name: 'Ada' }]);
    const atEnd = await hook({ respond: 'atEnd' }, [shape]);
    expect(await (await post(url, atEnd)).json()).toEqual({ name: 'Ada' });
    vendor.hold();
    const early = await hook({ respond: 'custom' }, [answer({ body: 'early' }), httpNode('ask', 'get', vendor.url)]);
    expect(await (await post(url, early)).text()).toBe('early');
  });

  it('survives the worker: whoever takes the run up answers', { timeout: 90_000 }, async () => {
    const first = await worker();
    const url = await ingress();
    vendor.hold();
    const token = await hook({ respond: 'custom', timeoutSeconds: 60 }, [
      httpNode('ask', 'get', vendor.url),
      answer({ body: '{{ steps.ask.body }}' }),
    ]);
    const response = post(url, token);
    await vi.waitFor(() => expect(vendor.held).toBe(1), { timeout: 15_000 });
    await first.crash();
    vendor.letGo();
    await expireLeases(fresh.db);
    await worker();
    expect(await (await response).json()).toEqual({ stock: 17 });
    expect(await ended(fresh.db, await runIdOf(token))).toMatchObject({ recovery_count: 1 });
  });

  it('is the same for a delivery that is sent again, while its run goes on and when it has ended', async () => {
    await worker();
    const url = await ingress();
    vendor.hold();
    const token = await hook({ respond: 'custom' }, [httpNode('ask', 'get', vendor.url), answer({ status: 201, body: '{{ run.id }}' })]);
    const send = async () => (await post(url, token, {}, { 'idempotency-key': 'one' })).text();
    const both = [send(), send()];
    await vi.waitFor(() => expect(vendor.held).toBe(1), { timeout: 15_000 });
    vendor.letGo();
    const [first, second] = await Promise.all(both);
    expect(second).toBe(first);
    await ended(fresh.db, first ?? '');
    expect(await send()).toBe(first);
  });
});
