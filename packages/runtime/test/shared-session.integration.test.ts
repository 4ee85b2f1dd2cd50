/** One account in several worker processes: its token is renewed once, whoever notices, also where each use replaces the refresh token. */
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { newId } from '@weft/db';
import { freshDatabase } from '@weft/db/testing';
import type { FreshDatabase } from '@weft/db/testing';
import { createWorkerClient } from '@weft/runtime';
import type { WorkerClient } from '@weft/runtime';
import { startSandbox } from '@weft/sandbox';
import type { Sandbox } from '@weft/sandbox';
import { INTERNAL_SECRET, startWorkerProcess } from './support/worker-process.ts';
import type { WorkerProcess } from './support/worker-process.ts';

let fresh: FreshDatabase;
let sandbox: Sandbox;
let processes: WorkerProcess[];
let clients: WorkerClient[];
let workspaceId: string;
let connectionId: string;

beforeEach(async () => {
  [fresh, sandbox] = await Promise.all([
    freshDatabase(),
    startSandbox({ port: 0, seed: 'fixture', quirks: { refreshTokenRotation: true } }),
  ]);
  workspaceId = newId();
  await fresh.db.prisma.workspace.create({ data: { id: workspaceId, name: 'Test' } });
  const env = { WEFT_ALLOW_PRIVATE_HOSTS: new URL(sandbox.url).host };
  processes = await Promise.all([1, 2].map(() => startWorkerProcess({ databaseUrl: fresh.url, env })));
  clients = processes.map(({ port }) => createWorkerClient({ url: `http://127.0.0.1:${port}`, secret: INTERNAL_SECRET }));
  const { integrationUserId, clientId, clientSecret } = sandbox.salesforce.account;
  const refreshToken = sandbox.salesforce.sessions.openRefresh({ userId: integrationUserId, clientId, scope: 'api refresh_token' });
  const saved = await clients[0]?.createConnection({
    workspaceId,
    connector: 'salesforce',
    authScheme: 'refreshToken',
    name: 'Org',
    values: { instanceUrl: sandbox.url, refreshToken, clientId, clientSecret },
  });
  expect(saved?.check).toMatchObject({ ok: true });
  connectionId = saved?.id ?? '';
});
afterEach(async () => {
  await Promise.all(processes.map((worker) => worker.crash()));
  await sandbox.close();
  await fresh[Symbol.asyncDispose]();
});

const grants = (): number => sandbox.requests.filter(({ path }) => path.includes('/oauth2/token')).length;
const use = (client: WorkerClient): Promise<readonly unknown[]> =>
  client.examples({ workspaceId, connectionId, connector: 'salesforce', operation: 'recordChanged', input: { object: 'Account' } });
const account = () =>
  fresh.db.prisma.connection.findUniqueOrThrow({ where: { id: connectionId }, select: { status: true, revision: true, renewBy: true } });

test('an access token that ends is renewed once by two processes with three calls each, time after time', async () => {
  sandbox.faults.add({ vendor: 'salesforce', path: '/oauth2/token', kind: 'slow', delayMs: 300, times: 100 });
  await Promise.all(clients.flatMap((client) => [use(client), use(client), use(client)]));
  for (let round = 1; round <= 4; round += 1) {
    const before = grants();
    sandbox.salesforce.sessions.expireAll();
    const answers = await Promise.all(clients.flatMap((client) => [use(client), use(client), use(client)]));
    expect(answers.every((answer) => answer.length > 0)).toBe(true);
    expect(grants() - before, `round ${round}`).toBe(1);
  }
  expect(await account()).toEqual({ status: 'ok', revision: 1, renewBy: null });
});

test('a refresh token that was replaced is no change of the account: nothing is asked for again', async () => {
  for (const client of clients) await use(client);
  const before = grants();
  const usedAt = performance.now();
  // Longer than a process trusts what it knows of an account.
  await vi.waitFor(() => expect(performance.now() - usedAt).toBeGreaterThan(2500), { timeout: 4000, interval: 100 });
  for (const client of clients) await use(client);
  expect(grants()).toBe(before);
});

test('who dies while renewing is replaced when its time is over', async () => {
  const [first, second] = clients as [WorkerClient, WorkerClient];
  await use(second);
  sandbox.salesforce.sessions.expireAll();
  sandbox.faults.add({ vendor: 'salesforce', path: '/oauth2/token', kind: 'hang', times: 1 });
  const lost = use(first).catch((error: unknown) => error);
  await vi.waitFor(async () => expect((await account()).renewBy).not.toBeNull(), { timeout: 10_000, interval: 20 });
  await processes[0]?.crash();
  expect(await lost).toMatchObject({ code: 'worker_away' });
  const waiting = use(second);
  await fresh.db.pool.query(`UPDATE connection SET renew_until = now() - interval '1 second'`);
  expect((await waiting).length).toBeGreaterThan(0);
  expect((await account()).renewBy).toBeNull();
});

test('a person’s test and change of the account go between two renewals, and lose no token', async () => {
  sandbox.faults.add({ vendor: 'salesforce', path: '/oauth2/token', kind: 'slow', delayMs: 200, times: 100 });
  const [first, second] = clients as [WorkerClient, WorkerClient];
  for (let round = 1; round <= 3; round += 1) {
    sandbox.salesforce.sessions.expireAll();
    const [, check, saved] = await Promise.all([
      use(first).catch((error: unknown) => error),
      second.testConnection({ workspaceId, id: connectionId }),
      second.updateConnection({ workspaceId, id: connectionId, values: { apiVersion: `${63 + round}.0` } }),
    ]);
    // A test of what was changed meanwhile says so; it never says that the account is broken.
    expect(check.ok ? 'works' : check.message).toMatch(/works|changed/);
    expect(saved).toMatchObject({ saved: true, check: { ok: true } });
  }
  for (const client of clients) expect(await client.testConnection({ workspaceId, id: connectionId })).toMatchObject({ ok: true });
  // Values that do not work are not kept when that is asked for, and what their test has used up is.
  const refused = await first.updateConnection({ workspaceId, id: connectionId, values: { apiVersion: '12.0' }, onlyIfItWorks: true });
  expect(refused).toMatchObject({ saved: false, check: { ok: false, field: 'apiVersion' } });
  for (const client of clients) expect(await client.testConnection({ workspaceId, id: connectionId })).toMatchObject({ ok: true });
});

test('what is shared is sealed, and bound to its place', async () => {
  await use(clients[0] as WorkerClient);
  const { rows } = await fresh.db.pool.query<{ session: Buffer; sealed: Buffer; row: string }>(
    'SELECT session, sealed, connection::text AS row FROM connection',
  );
  const [row] = rows;
  expect(row?.session.length).toBeGreaterThan(100);
  const token = sandbox.salesforce.account.orgId.slice(0, 15);
  expect(row?.session.toString('latin1')).not.toContain(`${token}!`);
  expect(row?.row).not.toContain(`${token}!`);
  // In the place of the values it opens nothing.
  await fresh.db.pool.query('UPDATE connection SET sealed = session, revision = revision + 1');
  await expect(use(clients[1] as WorkerClient)).rejects.toMatchObject({ code: 'secret_unreadable' });
});
