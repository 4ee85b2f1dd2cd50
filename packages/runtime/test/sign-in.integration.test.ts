/** Signing in with a browser, from the form to a stored account: a real worker, against the sandbox's Salesforce. */
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { toManifest } from '@weft/connector-kit';
import { connectors } from '@weft/connectors';
import { newId } from '@weft/db';
import { freshDatabase } from '@weft/db/testing';
import type { FreshDatabase } from '@weft/db/testing';
import { openQueue } from '@weft/queue';
import type { HintQueue } from '@weft/queue';
import {
  abandonSignIn,
  beginSignIn,
  bootstrap,
  callbackAddress,
  completeSignIn,
  createLogger,
  createWorkerClient,
  listConnections,
  testConnection,
  updateConnection,
} from '@weft/runtime';
import type { Ctx, Role } from '@weft/runtime';
import { startWorker } from '@weft/runtime/worker';
import type { RunningWorker } from '@weft/runtime/worker';
import { startSandbox } from '@weft/sandbox';
import type { Sandbox } from '@weft/sandbox';
import type { Catalog, ConnectorManifest } from '@weft/workflow';
import { ENCRYPTION_KEY, INTERNAL_SECRET } from './support/worker-process.ts';

const PUBLIC_URL = 'https://weft.example.com';
const manifests = new Map(connectors.map((connector) => [connector.id, toManifest(connector) as ConnectorManifest]));
const catalog: Catalog = { connector: (id) => manifests.get(id), connectors: () => [...manifests.values()] };

let fresh: FreshDatabase;
let sandbox: Sandbox;
let worker: RunningWorker;
let queue: HintQueue;
let workspaceId: string;
let written: string;
let count = 0;

beforeAll(async () => {
  written = '';
  const log = createLogger({ process: 'test', level: 'debug', write: (line) => void (written += line) });
  [fresh, sandbox] = await Promise.all([freshDatabase(), startSandbox({ port: 0, seed: 'demo' })]);
  ({ workspaceId } = await bootstrap({ db: fresh.db, log, env: {} }));
  for (const id of ['ada', 'bob']) await fresh.db.prisma.user.create({ data: { id, name: id, email: `${id}@example.com` } });
  worker = await startWorker({
    databaseUrl: fresh.url,
    encryptionKey: ENCRYPTION_KEY,
    internalSecret: INTERNAL_SECRET,
    publicUrl: `${PUBLIC_URL}/`,
    allowPrivateHosts: [new URL(sandbox.url).host],
    log,
  });
  queue = await openQueue({ databaseUrl: fresh.url });
});

afterAll(async () => {
  await worker.close();
  await queue.close();
  await sandbox.close();
  await fresh[Symbol.asyncDispose]();
});

beforeEach(() => void (count += 1));

function person(userId: string, role: Role = 'admin', workspace = workspaceId): Ctx {
  return {
    db: fresh.db,
    queue,
    worker: createWorkerClient({ url: `http://127.0.0.1:${worker.port}`, secret: INTERNAL_SECRET }),
    actor: { workspaceId: workspace, role, userId, name: userId, via: 'session' },
    clock: { now: () => Date.now() },
    log: createLogger({ process: 'test', write: () => {} }),
    catalog: async () => catalog,
  };
}

const form = (values: Record<string, string> = {}) => ({
  connector: 'salesforce',
  authScheme: 'webLogin',
  name: `Our org ${count}`,
  values: { signInUrl: sandbox.url, clientId: 'weft-demo-client', clientSecret: 'weft-demo-secret', ...values },
});

/** Allows or denies on the consent page, as a person does, and gives what comes back in the address. */
async function atVendor(
  authorizeUrl: string,
  decision: 'allow' | 'deny' = 'allow',
): Promise<{ state: string; code: string; error: string }> {
  const response = await fetch(`${authorizeUrl}&decision=${decision}`, { redirect: 'manual' });
  const back = new URL(response.headers.get('location') ?? '');
  expect(back.origin + back.pathname).toBe(`${PUBLIC_URL}/api/oauth/callback`);
  const given = (name: string) => back.searchParams.get(name) ?? '';
  return { state: given('state'), code: given('code'), error: given('error') };
}

const named = async (name: string) => (await listConnections(person('ada'))).find((connection) => connection.name === name);
const stored = async () =>
  (
    await fresh.db.pool.query<{ id: string; sealed: Buffer; row: string }>(
      'SELECT id, sealed, connection::text AS row FROM connection ORDER BY name',
    )
  ).rows;

test('the manifest says which way to connect goes through a browser', () => {
  const ways = manifests.get('salesforce')?.auth.map(({ id, signIn }) => [id, signIn]);
  expect(ways).toEqual([
    ['clientCredentials', undefined],
    ['refreshToken', undefined],
    ['jwtBearer', undefined],
    ['webLogin', 'browser'],
  ]);
});

test('the end that was entered is that of the account; signing in again keeps or changes it', async () => {
  const ada = person('ada');
  const end = '2031-05-17T23:59:59.000Z';
  const signedIn = async (input: Parameters<typeof beginSignIn>[1]): Promise<string> => {
    const { authorizeUrl } = await beginSignIn(ada, input);
    const { state, code } = await atVendor(authorizeUrl);
    return (await completeSignIn(ada, { state, code })).id;
  };
  const id = await signedIn({ ...form(), expiresAt: end });
  expect((await named(form().name))?.expiresAt).toBe(end);
  await signedIn({ id });
  expect((await named(form().name))?.expiresAt).toBe(end);
  await signedIn({ id, expiresAt: '2032-01-01T23:59:59.000Z' });
  expect((await named(form().name))?.expiresAt).toBe('2032-01-01T23:59:59.000Z');
  await signedIn({ id, expiresAt: null });
  expect((await named(form().name))?.expiresAt).toBeNull();
});

test('a person signs in, and the account works and stays connected', async () => {
  const ada = person('ada');
  const { authorizeUrl } = await beginSignIn(ada, form());
  const asked = new URL(authorizeUrl);
  expect(asked.searchParams.get('redirect_uri')).toBe(callbackAddress(PUBLIC_URL));
  expect(asked.searchParams.get('code_challenge')).toMatch(/^[\w-]{43}$/);
  expect(authorizeUrl).not.toContain('weft-demo-secret');
  expect(await named(form().name)).toBeUndefined();

  const { state, code } = await atVendor(authorizeUrl);
  const done = await completeSignIn(ada, { state, code });
  expect(done).toMatchObject({ name: form().name, check: { ok: true } });
  expect(JSON.stringify(done)).not.toMatch(/5Aep861|weft-demo-secret/);

  const connection = await named(form().name);
  expect(connection).toMatchObject({
    authScheme: 'webLogin',
    status: 'ok',
    publicValues: { signInUrl: sandbox.url, clientId: 'weft-demo-client' },
  });
  expect(Object.keys(connection?.publicValues ?? {})).not.toContain('refreshToken');
  expect(await testConnection(ada, { id: done.id })).toMatchObject({ ok: true });
  expect((await stored()).map(({ row }) => row).join()).not.toMatch(/5Aep861|weft-demo-secret/);

  // No end was entered, and the vendor tells none.
  expect(connection?.expiresAt).toBeNull();

  // A change of the form keeps what the sign-in has obtained.
  const renamed = await updateConnection(ada, {
    id: done.id,
    name: 'Renamed org',
    values: { ...form().values, clientSecret: '', apiVersion: '64.0' },
  });
  expect(renamed.check).toMatchObject({ ok: true, detail: expect.stringContaining('API 64.0') });
  expect(await testConnection(ada, { id: done.id })).toMatchObject({ ok: true });
});

test('what waits for the person is sealed, and holds neither state nor verifier nor secret in clear', async () => {
  const { authorizeUrl } = await beginSignIn(person('ada'), form());
  const { rows } = await fresh.db.pool.query<{ text: string; sealed: Buffer }>(
    `SELECT to_jsonb(pending_sign_in) - 'sealed' AS text, sealed FROM pending_sign_in WHERE name = $1`,
    [form().name],
  );
  expect(rows).toHaveLength(1);
  const clear = `${JSON.stringify(rows[0]?.text)}${rows[0]?.sealed.toString('latin1')}`;
  const state = new URL(authorizeUrl).searchParams.get('state') ?? '';
  expect(state.length).toBeGreaterThan(40);
  for (const secret of [state, 'weft-demo-secret', 'verifier', 'signInUrl']) expect(clear).not.toContain(secret);
});

test('a state is good once', async () => {
  const ada = person('ada');
  const { state, code } = await atVendor((await beginSignIn(ada, form())).authorizeUrl);
  const both = await Promise.allSettled([completeSignIn(ada, { state, code }), completeSignIn(ada, { state, code })]);
  expect(both.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected']);
  await expect(completeSignIn(ada, { state, code })).rejects.toMatchObject({ class: 'invalid', code: 'sign_in_unknown' });
  expect((await stored()).length).toBe(new Set((await stored()).map(({ id }) => id)).size);
  await expect(completeSignIn(ada, { state: 'made-up', code })).rejects.toMatchObject({ code: 'sign_in_unknown' });
});

test('a state is good for who left with it only, and stays good for them', async () => {
  const { state, code } = await atVendor((await beginSignIn(person('ada'), form())).authorizeUrl);
  await expect(completeSignIn(person('bob'), { state, code })).rejects.toMatchObject({ code: 'sign_in_unknown' });
  const other = await fresh.db.prisma.workspace.create({ data: { id: newId(), name: 'Other' } });
  await expect(completeSignIn(person('ada', 'admin', other.id), { state, code })).rejects.toMatchObject({ code: 'sign_in_unknown' });
  await expect(completeSignIn(person('ada', 'builder'), { state, code })).rejects.toMatchObject({ code: 'forbidden' });
  expect(await abandonSignIn(person('bob'), { state })).toBe(false);
  expect(await named(form().name)).toBeUndefined();
  expect(await completeSignIn(person('ada'), { state, code })).toMatchObject({ check: { ok: true } });
});

test('a state is good for ten minutes', async () => {
  const { state, code } = await atVendor((await beginSignIn(person('ada'), form())).authorizeUrl);
  const { rows } = await fresh.db.pool.query<{ seconds: number }>(
    'SELECT extract(epoch FROM expires_at - now())::float AS seconds FROM pending_sign_in WHERE name = $1',
    [form().name],
  );
  expect(rows[0]?.seconds).toBeGreaterThan(500);
  expect(rows[0]?.seconds).toBeLessThanOrEqual(600);
  await fresh.db.pool.query(`UPDATE pending_sign_in SET expires_at = now() - interval '1 second' WHERE name = $1`, [form().name]);
  await expect(completeSignIn(person('ada'), { state, code })).rejects.toMatchObject({ class: 'invalid', code: 'sign_in_expired' });
  expect(await named(form().name)).toBeUndefined();
});

test('who denies access connects nothing, and the state is gone', async () => {
  const ada = person('ada');
  const { state, error } = await atVendor((await beginSignIn(ada, form())).authorizeUrl, 'deny');
  expect(error).toBe('access_denied');
  expect(await abandonSignIn(ada, { state })).toBe(true);
  await expect(completeSignIn(ada, { state, code: 'x' })).rejects.toMatchObject({ code: 'sign_in_unknown' });
});

test('a wrong app, a wrong secret and a stolen code are refused in words', async () => {
  const ada = person('ada');
  const unknown = await beginSignIn(ada, form({ clientId: 'another-client' }));
  expect(await (await fetch(unknown.authorizeUrl)).json()).toMatchObject({ error: 'invalid_client_id' });

  const wrong = await atVendor((await beginSignIn(ada, form({ clientSecret: 'not-the-secret-77' }))).authorizeUrl);
  const refusal = await completeSignIn(ada, wrong).catch((error: unknown) => error as Error);
  expect(refusal).toMatchObject({ class: 'auth', message: expect.stringContaining('consumer secret does not belong') });
  expect(String(refusal)).not.toContain('not-the-secret-77');

  // A code of one departure is worth nothing with the verifier of another.
  const [first, second] = [await beginSignIn(ada, form()), await beginSignIn(ada, form())];
  const stolen = await atVendor(first.authorizeUrl);
  const own = await atVendor(second.authorizeUrl);
  await expect(completeSignIn(ada, { state: own.state, code: stolen.code })).rejects.toMatchObject({ class: 'auth' });
  expect(await named(form().name)).toBeUndefined();
});

test('an account whose access was taken away says so, and is mended by signing in again', async () => {
  const ada = person('ada');
  const done = await completeSignIn(ada, await atVendor((await beginSignIn(ada, form())).authorizeUrl));
  const ended = await fetch(`${sandbox.url}/demo/api/salesforce/sessions/expire`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ refreshTokens: true }),
  });
  expect(ended.ok).toBe(true);
  expect(await testConnection(ada, { id: done.id })).toMatchObject({ ok: false, message: expect.stringContaining('Sign in again') });
  expect(await named(form().name)).toMatchObject({ status: 'reconnect' });

  const again = await completeSignIn(ada, await atVendor((await beginSignIn(ada, { id: done.id })).authorizeUrl));
  expect(again).toMatchObject({ id: done.id, check: { ok: true } });
  expect(await named(form().name)).toMatchObject({ id: done.id, status: 'ok' });
});

test('a token that the vendor replaces at each use is kept by every test', async () => {
  const ada = person('ada');
  sandbox.quirks.refreshTokenRotation = true;
  try {
    const done = await completeSignIn(ada, await atVendor((await beginSignIn(ada, form())).authorizeUrl));
    for (const _ of [1, 2]) expect(await testConnection(ada, { id: done.id })).toMatchObject({ ok: true });
    expect((await updateConnection(ada, { id: done.id, values: { apiVersion: '65.0' } })).check).toMatchObject({ ok: true });
    expect(await testConnection(ada, { id: done.id })).toMatchObject({ ok: true });
  } finally {
    sandbox.quirks.refreshTokenRotation = false;
  }
});

test('nothing secret was written to the log', () => {
  expect(written).toContain('Worker started');
  expect(written).not.toMatch(/weft-demo-secret|5Aep861|aPrx|not-the-secret-77/);
});
