/** T-20: an account that its vendor refuses stops what needs it, loses nothing, and everything goes on once it is mended. */
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { newId } from '@weft/db';
import { freshDatabase } from '@weft/db/testing';
import type { FreshDatabase } from '@weft/db/testing';
import { createLogger, createWorkerClient } from '@weft/runtime';
import type { WorkerClient } from '@weft/runtime';
import { startWorker } from '@weft/runtime/worker';
import type { RunningWorker } from '@weft/runtime/worker';
import { startStub } from '@weft/connector-kit/testing';
import type { Stub } from '@weft/connector-kit/testing';
import { startSandbox } from '@weft/sandbox';
import type { Sandbox } from '@weft/sandbox';
import { openCrmDesk } from './support/vendor-desk.ts';
import { ENCRYPTION_KEY, INTERNAL_SECRET } from './support/worker-process.ts';
import { chain, ended, httpNode, putWorkflow, start, steps } from './support/workflows.ts';
import type { TestWorkflow } from './support/workflows.ts';

let fresh: FreshDatabase;
let sandbox: Sandbox;
let worker: RunningWorker;
let client: WorkerClient;
/** A web service of nobody's, for accounts of the HTTP connector. */
let service: Stub | undefined;

beforeEach(async () => {
  [fresh, sandbox] = await Promise.all([freshDatabase(), startSandbox({ port: 0, seed: 'fixture' })]);
});
afterEach(async () => {
  await worker.close();
  await sandbox.close();
  await service?.close();
  service = undefined;
  await fresh[Symbol.asyncDispose]();
});

async function startWith(healthMs: number): Promise<void> {
  worker = await startWorker({
    databaseUrl: fresh.url,
    encryptionKey: ENCRYPTION_KEY,
    internalSecret: INTERNAL_SECRET,
    publicUrl: 'https://weft.example.com',
    pollMs: 100,
    healthMs,
    allowPrivateHosts: [sandbox.url, ...(service ? [service.url] : [])].map((url) => new URL(url).host),
    log: createLogger({ process: 'test', write: () => {} }),
  });
  client = createWorkerClient({ url: `http://127.0.0.1:${worker.port}`, secret: INTERNAL_SECRET });
}

const refreshToken = (): string => {
  const { integrationUserId, clientId } = sandbox.salesforce.account;
  return sandbox.salesforce.sessions.openRefresh({ userId: integrationUserId, clientId, scope: 'api refresh_token' });
};

const task = (id: string, subject: string) => ({
  id,
  kind: 'connector',
  connector: 'salesforce',
  operation: 'createRecord',
  slot: 'crm',
  input: { object: 'Task', record: { Subject: subject, Status: 'Not Started', Priority: 'Normal' } },
});

/** A workflow on one account, whose bindings and trigger are as the product makes them. */
async function workflowOn(
  account: 'salesforce' | 'connectwise',
  nodes: Record<string, unknown>[],
  edges: unknown[],
): Promise<TestWorkflow & { connectionId: string }> {
  const [trigger] = nodes;
  const workflow = await putWorkflow(fresh.db, { nodes, edges });
  const { clientId, clientSecret } = sandbox.salesforce.account;
  const cw = sandbox.connectwise.account;
  const form =
    account === 'salesforce'
      ? { authScheme: 'refreshToken', values: { instanceUrl: sandbox.url, refreshToken: refreshToken(), clientId, clientSecret } }
      : {
          authScheme: 'apiMember',
          values: { site: sandbox.url, companyId: cw.companyId, publicKey: cw.publicKey, privateKey: cw.privateKey, clientId: cw.clientId },
        };
  const saved = await client.createConnection({ workspaceId: workflow.workspaceId, connector: account, name: 'The account', ...form });
  expect(saved.check).toMatchObject({ ok: true });
  await fresh.db.prisma.workflow.update({ where: { id: workflow.workflowId }, data: { bindings: { crm: saved.id } } });
  if (trigger?.['connector'] === account)
    await fresh.db.prisma.triggerBinding.create({
      data: {
        id: newId(),
        ...workflow,
        nodeId: 'start',
        connector: account,
        operation: 'recordChanged',
        mode: 'poll',
        connectionId: saved.id,
        input: trigger['input'] as object,
        nextDueAt: new Date(),
      },
    });
  return { ...workflow, connectionId: saved.id };
}

const statusOf = (id: string) =>
  fresh.db.prisma.connection.findUniqueOrThrow({ where: { id }, select: { status: true, statusMessage: true, checkedAt: true } });
const binding = (workflowId: string) => fresh.db.prisma.triggerBinding.findFirstOrThrow({ where: { workflowId } });
const waiting = async (runId: string) =>
  (
    await fresh.db.pool.query<{ status: string; wait_reason: string; parked_on: string }>(
      'SELECT status, wait_reason, parked_on FROM run WHERE id = $1',
      [runId],
    )
  ).rows[0];
/** The next look at the account is due now rather than in a quarter of an hour; those after it come as the worker was told. */
const lookNow = () => fresh.db.pool.query('UPDATE connection SET next_check_at = now()');
const soon = { timeout: 15_000, interval: 50 };
const endedRuns = async (workflowId: string): Promise<{ id: string; status: string }[]> =>
  (
    await fresh.db.pool.query<{ id: string; status: string }>('SELECT id, status FROM run_history WHERE workflow_id = $1 ORDER BY id', [
      workflowId,
    ])
  ).rows;

test('T-20 a revoked refresh token pauses the search and the runs, asks nobody any more, and all goes on after reconnecting', async () => {
  await startWith(60_000);
  const crm = await openCrmDesk(sandbox.url);
  const trigger = {
    id: 'start',
    kind: 'trigger',
    connector: 'salesforce',
    operation: 'recordChanged',
    slot: 'crm',
    input: { object: 'Account' },
  };
  const { workflowId, connectionId, ...workflow } = await workflowOn(
    'salesforce',
    [trigger, task('save', 'For {{ trigger.record.Name }}')],
    [{ from: 'start', to: 'save' }],
  );
  await vi.waitFor(async () => expect((await binding(workflowId)).activatedAt).not.toBeNull(), soon);
  await crm.create('Account', { Name: 'Before' });
  await vi.waitFor(async () => expect(await endedRuns(workflowId)).toMatchObject([{ status: 'succeeded' }]), soon);

  sandbox.salesforce.sessions.expireAll({ isWithRefreshTokens: true });
  const desk = await openCrmDesk(sandbox.url);
  await desk.create('Account', { Name: 'Meanwhile' });
  await vi.waitFor(async () => expect(await statusOf(connectionId)).toMatchObject({ status: 'reconnect' }), soon);
  expect((await statusOf(connectionId)).statusMessage).toMatch(/refresh token has expired or was revoked.*reconnect/i);

  // A run that somebody starts now does not fail: it waits, and says for what.
  const runId = await start(fresh.db, fresh.url, { workflowId, ...workflow }, { record: { Name: 'Started by hand' } });
  await vi.waitFor(async () => expect(await waiting(runId)).toMatchObject({ status: 'waiting', parked_on: connectionId }), soon);
  expect((await waiting(runId))?.wait_reason).toMatch(/^Waits until “The account” is reconnected\. Salesforce gives no token/);

  // Nothing is asked of the vendor any more, by the search or by runs.
  const [asked, polled] = [sandbox.requests.length, (await binding(workflowId)).lastPolledAt];
  const until = performance.now() + 2000;
  await vi.waitFor(() => expect(performance.now()).toBeGreaterThan(until), { timeout: 3000, interval: 100 });
  expect(sandbox.requests.length).toBe(asked);
  expect((await binding(workflowId)).lastPolledAt).toEqual(polled);
  expect(await endedRuns(workflowId)).toHaveLength(1);

  const saved = await client.updateConnection({
    workspaceId: workflow.workspaceId,
    id: connectionId,
    values: { refreshToken: refreshToken() },
  });
  expect(saved).toMatchObject({ check: { ok: true } });
  await vi.waitFor(
    async () => expect((await endedRuns(workflowId)).map(({ status }) => status)).toEqual(['succeeded', 'succeeded', 'succeeded']),
    soon,
  );
  const tasks = await (await openCrmDesk(sandbox.url)).query("SELECT Subject FROM Task WHERE Subject LIKE 'For %' ORDER BY Subject");
  expect(tasks.map((one) => one['Subject'])).toEqual(['For Before', 'For Meanwhile', 'For Started by hand']);
  expect(await statusOf(connectionId)).toMatchObject({ status: 'ok' });
});

test('creates that are refused side by side are each made once after reconnecting, and none is in doubt', async () => {
  await startWith(60_000);
  const manual = { id: 'start', kind: 'trigger', connector: 'manual', operation: 'started', input: {} };
  const { workflowId, connectionId, ...workflow } = await workflowOn(
    'salesforce',
    [manual, task('left', 'Left'), task('right', 'Right'), task('after', 'After')],
    [
      { from: 'start', to: 'left' },
      { from: 'start', to: 'right' },
      { from: 'left', to: 'after' },
    ],
  );
  sandbox.salesforce.sessions.expireAll({ isWithRefreshTokens: true });
  const runId = await start(fresh.db, fresh.url, { workflowId, ...workflow });
  await vi.waitFor(async () => expect(await waiting(runId)).toMatchObject({ status: 'waiting', parked_on: connectionId }), soon);
  await client.updateConnection({ workspaceId: workflow.workspaceId, id: connectionId, values: { refreshToken: refreshToken() } });
  expect(await ended(fresh.db, runId)).toMatchObject({ status: 'succeeded', recovery_count: 0 });
  const last = (await steps(fresh.db, runId)).filter(({ status }) => status === 'succeeded').map(({ path }) => path);
  expect(last.toSorted()).toEqual(expect.arrayContaining(['after', 'left', 'right']));
  const tasks = await (
    await openCrmDesk(sandbox.url)
  ).query("SELECT Subject FROM Task WHERE Subject IN ('Left', 'Right', 'After') ORDER BY Subject");
  expect(tasks.map((one) => one['Subject'])).toEqual(['After', 'Left', 'Right']);
});

test('keys that were refused for a while are tried again by themselves, and the run that waited goes on', async () => {
  await startWith(300);
  const manual = { id: 'start', kind: 'trigger', connector: 'manual', operation: 'started', input: {} };
  const read = {
    id: 'read',
    kind: 'connector',
    connector: 'connectwise',
    operation: 'countRecords',
    slot: 'crm',
    input: { object: 'company' },
  };
  const { workflowId, connectionId, ...workflow } = await workflowOn('connectwise', [manual, read], [{ from: 'start', to: 'read' }]);
  sandbox.faults.add({
    vendor: 'connectwise',
    path: '/apis/3.0/',
    kind: 'status',
    status: 401,
    body: { code: 'Unauthorized', message: 'Unauthorized' },
    times: 3,
  });
  const runId = await start(fresh.db, fresh.url, { workflowId, ...workflow });
  await vi.waitFor(async () => expect(await waiting(runId)).toMatchObject({ status: 'waiting', parked_on: connectionId }), soon);
  const { rows } = await fresh.db.pool.query<{ soon: boolean }>(
    `SELECT next_check_at <= now() + interval '60 seconds' AS soon FROM connection`,
  );
  expect(rows).toEqual([{ soon: true }]);

  // A look that meets an outage says nothing of the keys: the run waits on.
  const outage = sandbox.faults.add({ vendor: 'connectwise', path: '/', kind: 'status', status: 503, times: 1000 });
  const { checkedAt } = await statusOf(connectionId);
  await lookNow();
  await vi.waitFor(async () => expect((await statusOf(connectionId)).checkedAt).not.toEqual(checkedAt), soon);
  expect(await statusOf(connectionId)).toMatchObject({ status: 'reconnect' });
  expect(await waiting(runId)).toMatchObject({ status: 'waiting', parked_on: connectionId });
  sandbox.faults.clear(outage);

  await lookNow();
  expect(await ended(fresh.db, runId)).toMatchObject({ status: 'succeeded' });
  expect(await statusOf(connectionId)).toMatchObject({ status: 'ok' });
});

test('an account is looked at from time to time: what is wrong, how much of its allowance is used, and when it was seen last', async () => {
  await startWith(300);
  const { connectionId } = await workflowOn(
    'salesforce',
    [{ id: 'start', kind: 'trigger', connector: 'manual', operation: 'started', input: {} }],
    [],
  );
  const first = (await statusOf(connectionId)).checkedAt?.getTime() ?? 0;
  await lookNow();
  await vi.waitFor(async () => expect((await statusOf(connectionId)).checkedAt?.getTime()).toBeGreaterThan(first), soon);
  const usage = async () => (await fresh.db.prisma.connection.findUniqueOrThrow({ where: { id: connectionId } })).usage;
  await vi.waitFor(
    async () =>
      expect(await usage()).toMatchObject({ used: expect.any(Number), limit: 15_000, period: '24 hours', at: expect.any(String) }),
    soon,
  );

  sandbox.faults.add({
    vendor: 'salesforce',
    path: '/limits',
    kind: 'status',
    status: 403,
    times: 100,
    body: [{ message: 'The REST API is not enabled for this Organization.', errorCode: 'API_DISABLED_FOR_ORG' }],
  });
  await vi.waitFor(
    async () => expect(await statusOf(connectionId)).toMatchObject({ status: 'failed', statusMessage: expect.stringContaining('API') }),
    soon,
  );
  sandbox.faults.clear();
  await vi.waitFor(async () => expect(await statusOf(connectionId)).toMatchObject({ status: 'ok' }), soon);
});

/** A service with two keys' worth of state: which one it takes, and whether it shows its first page to anybody. */
async function startService(): Promise<{ url: string; key: string; isRootOpen: boolean; posted: unknown[]; asked: () => number }> {
  const state = { url: '', key: 'key-number-1', isRootOpen: true, posted: [] as unknown[], asked: () => service?.requests.length ?? 0 };
  service = await startStub(({ path, method, headers, body }) => {
    if (path === '/forbidden') return { status: 403, body: { message: 'Not yours' } };
    if (path === '/' && state.isRootOpen) return { body: { hello: 'anybody' } };
    if (headers['x-key'] !== state.key) return { status: 401, body: { message: 'Key is revoked' } };
    if (method === 'POST') state.posted.push(body);
    return { body: { ok: true } };
  });
  state.url = service.url;
  return state;
}

type OneStep = (operation: 'get' | 'request', url: string, input?: Record<string, unknown>) => Promise<TestWorkflow>;

/** An account of such a service, and workflows of one step that use it. */
async function httpAccount(url: string): Promise<{ id: string; workspaceId: string; workflow: OneStep }> {
  const { workspaceId } = await putWorkflow(fresh.db, chain());
  const values = { site: url, headerName: 'x-key', headerValue: 'key-number-1' };
  const saved = await client.createConnection({ workspaceId, connector: 'http', authScheme: 'header', name: 'The service', values });
  expect(saved.check).toMatchObject({ ok: true });
  const workflow: OneStep = async (operation, address, input) => {
    const made = await putWorkflow(fresh.db, chain({ ...httpNode('step', operation, address, input), slot: 'api' }));
    await fresh.db.prisma.workflow.update({ where: { id: made.workflowId }, data: { workspaceId, bindings: { api: saved.id } } });
    return { ...made, workspaceId };
  };
  return { id: saved.id, workspaceId, workflow };
}

test('a key that any web service refuses parks the runs that need it; a new key lets them go on, each call made once', async () => {
  const api = await startService();
  await startWith(60_000);
  const account = await httpAccount(api.url);
  const orders = `${api.url}/orders`;
  const sends = await account.workflow('request', orders, { method: 'POST', bodyKind: 'json', body: { n: '{{ trigger.n }}' } });
  const asks = await account.workflow('get', orders, { acceptErrors: true });
  const forbidden = await account.workflow('get', `${api.url}/forbidden`);

  api.key = 'key-number-2';
  // Who takes statuses for data is told of it, and the account is not judged by that.
  expect(await ended(fresh.db, await start(fresh.db, fresh.url, asks))).toMatchObject({ status: 'succeeded' });
  expect(await statusOf(account.id)).toMatchObject({ status: 'ok' });
  expect(await ended(fresh.db, await start(fresh.db, fresh.url, forbidden))).toMatchObject({ status: 'failed' });
  expect(await statusOf(account.id)).toMatchObject({ status: 'ok' });

  const first = await start(fresh.db, fresh.url, sends, { n: 1 });
  await vi.waitFor(async () => expect(await waiting(first)).toMatchObject({ status: 'waiting', parked_on: account.id }), soon);
  expect((await waiting(first))?.wait_reason).toBe(
    `Waits until “The service” is reconnected. ${new URL(api.url).host} answered 401 for POST /orders: Key is revoked. Check the account of this step.`,
  );
  expect(await statusOf(account.id)).toMatchObject({ status: 'reconnect' });
  const before = api.asked();
  const second = await start(fresh.db, fresh.url, sends, { n: 2 });
  await vi.waitFor(async () => expect(await waiting(second)).toMatchObject({ status: 'waiting', parked_on: account.id }), soon);
  expect(api.asked()).toBe(before);

  const mended = await client.updateConnection({
    workspaceId: account.workspaceId,
    id: account.id,
    values: { headerValue: 'key-number-2' },
  });
  expect(mended).toMatchObject({ check: { ok: true } });
  for (const runId of [first, second]) expect(await ended(fresh.db, runId)).toMatchObject({ status: 'succeeded', recovery_count: 0 });
  expect(api.posted.toSorted((a, b) => JSON.stringify(a).localeCompare(JSON.stringify(b)))).toEqual([{ n: 1 }, { n: 2 }]);
});

test('a page that anybody may see does not make a refused key good; one that only the key opens does, and so does a person', async () => {
  const api = await startService();
  await startWith(300);
  const account = await httpAccount(api.url);
  const sends = await account.workflow('get', `${api.url}/orders`);
  const refused = async (): Promise<string> => {
    api.key = 'another-key';
    const runId = await start(fresh.db, fresh.url, sends);
    await vi.waitFor(async () => expect(await waiting(runId)).toMatchObject({ parked_on: account.id }), soon);
    return runId;
  };
  /** The worker has looked at the account once more. */
  const looked = async (): Promise<void> => {
    const last = (await statusOf(account.id)).checkedAt?.getTime() ?? 0;
    await lookNow();
    await vi.waitFor(async () => expect((await statusOf(account.id)).checkedAt?.getTime()).toBeGreaterThan(last), soon);
  };

  const first = await refused();
  await looked();
  expect(await statusOf(account.id)).toMatchObject({ status: 'reconnect', statusMessage: expect.stringContaining('Key is revoked') });
  expect(await waiting(first)).toMatchObject({ status: 'waiting', parked_on: account.id });

  // The service takes the key again, and its first page is seen with it only.
  api.key = 'key-number-1';
  api.isRootOpen = false;
  await lookNow();
  expect(await ended(fresh.db, first)).toMatchObject({ status: 'succeeded' });
  expect(await statusOf(account.id)).toMatchObject({ status: 'ok' });

  api.isRootOpen = true;
  const second = await refused();
  api.key = 'key-number-1';
  await looked();
  expect(await statusOf(account.id)).toMatchObject({ status: 'reconnect' });
  expect(await client.testConnection({ workspaceId: account.workspaceId, id: account.id })).toMatchObject({ ok: true });
  expect(await ended(fresh.db, second)).toMatchObject({ status: 'succeeded' });
});
