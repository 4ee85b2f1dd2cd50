/**
 * Secrets go in and never come out: after everything that touches accounts has happened, they stand neither in a table, nor in
 * a line of the log, nor in anything that an interface is given, whatever the vendor said.
 */
import { generateKeyPairSync } from 'node:crypto';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { newId } from '@weft/db';
import { freshDatabase } from '@weft/db/testing';
import type { FreshDatabase } from '@weft/db/testing';
import {
  createLogger,
  createWorkerClient,
  exportTemplate,
  exportWorkflow,
  getRun,
  getWorkflow,
  listConnections,
  listRuns,
  listWorkflows,
} from '@weft/runtime';
import type { Ctx, WorkerClient } from '@weft/runtime';
import { startWorker } from '@weft/runtime/worker';
import type { RunningWorker } from '@weft/runtime/worker';
import { startSandbox } from '@weft/sandbox';
import type { Sandbox } from '@weft/sandbox';
import { workflowSchema } from '@weft/workflow';
import { ctxOf } from './support/use-cases.ts';
import { openCrmDesk } from './support/vendor-desk.ts';
import { ENCRYPTION_KEY, INTERNAL_SECRET } from './support/worker-process.ts';
import { chain, ended, start } from './support/workflows.ts';

let fresh: FreshDatabase;
let sandbox: Sandbox;
let worker: RunningWorker;
let client: WorkerClient;
let workspaceId: string;
let ctx: Ctx;
const logged: string[] = [];
/** Whatever an interface was given. */
const given: unknown[] = [];
/** Whatever the vendor has handed out. */
const issued: string[] = [];
const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
const pem = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();

beforeAll(async () => {
  [fresh, sandbox] = await Promise.all([freshDatabase(), startSandbox({ port: 0, seed: 'demo' })]);
  const { sessions } = sandbox.salesforce;
  for (const name of ['open', 'openRefresh'] as const) {
    const make = sessions[name].bind(sessions);
    sessions[name] = (session) => {
      const token = make(session);
      issued.push(token);
      return token;
    };
  }
  sessions.registerKey(publicKey.export({ type: 'spki', format: 'pem' }).toString());
  worker = await startWorker({
    databaseUrl: fresh.url,
    encryptionKey: ENCRYPTION_KEY,
    internalSecret: INTERNAL_SECRET,
    publicUrl: 'https://weft.example.com',
    healthMs: 60_000,
    allowPrivateHosts: [new URL(sandbox.url).host],
    log: createLogger({ process: 'test', level: 'debug', write: (line) => void logged.push(line) }),
  });
  client = createWorkerClient({ url: `http://127.0.0.1:${worker.port}`, secret: INTERNAL_SECRET });
  ({ id: workspaceId } = await fresh.db.prisma.workspace.create({ data: { id: newId(), name: 'Test' } }));
  ctx = ctxOf(fresh.db, { workspaceId, role: 'admin', name: 'Ada', via: 'session' });
}, 60_000);
afterAll(async () => {
  await worker?.close();
  await sandbox?.close();
  await fresh?.[Symbol.asyncDispose]();
});

async function connect(connector: string, authScheme: string, name: string, values: Record<string, string>): Promise<string> {
  const saved = await client.createConnection({ workspaceId, connector, authScheme, name, values });
  given.push(saved);
  return saved.id;
}

/** Runs one step as a workflow of its own, and asks for all that can be asked of it. Gives how it ended. */
async function runStep(connectionId: string, connector: string, operation: string, input: Record<string, unknown>): Promise<string> {
  const node = { id: 'it', kind: 'connector', connector, operation, slot: 'account', input, retry: { attempts: 1 } };
  const name = `${connector} ${operation} ${connectionId}`;
  const slots = { account: { connector } };
  const document = workflowSchema.parse({ format: 'weft/workflow@1', name, slots, ...chain(node) });
  const ids = { workspaceId, workflowId: newId(), versionId: newId() };
  await fresh.db.prisma.workflow.create({
    data: { id: ids.workflowId, workspaceId, name, draft: document, enabled: true, bindings: { account: connectionId } },
  });
  await fresh.db.prisma.workflowVersion.create({ data: { id: ids.versionId, workflowId: ids.workflowId, number: 1, document } });
  const runId = await start(fresh.db, fresh.url, ids);
  const { status } = await ended(fresh.db, runId);
  given.push(
    await getRun(ctx, { id: runId }),
    await getWorkflow(ctx, { id: ids.workflowId }),
    await exportWorkflow(ctx, { id: ids.workflowId }),
    await exportTemplate(ctx, { name, workflowIds: [ids.workflowId] }),
  );
  return status;
}

/** All rows of all tables; bytes stand in hexadecimal. */
async function everythingStored(): Promise<string> {
  const { rows: tables } = await fresh.db.pool.query<{ name: string }>(
    "SELECT quote_ident(c.relname) AS name FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = 'public' AND c.relkind = 'r'",
  );
  const texts: string[] = [];
  for (const { name } of tables) {
    const { rows } = await fresh.db.pool.query<{ it: string }>(`SELECT row_to_json(t)::text AS it FROM ${name} t`);
    texts.push(...rows.map(({ it }) => it));
  }
  return texts.join('\n');
}

/** Each spelling in which a secret could stand: plain, as JSON text, in Base64, in an address, in hexadecimal. */
function spellings(secret: string): string[] {
  const bytes = Buffer.from(secret);
  return [
    secret,
    JSON.stringify(secret).slice(1, -1),
    bytes.toString('base64'),
    bytes.toString('base64url'),
    encodeURIComponent(secret),
    bytes.toString('hex'),
  ];
}

const task = { object: 'Task', record: { Subject: 'Call', Status: 'Not Started', Priority: 'Normal' } };

test('no secret is in the database, the log, a run, an export or a list, after everything that can happen to accounts', async () => {
  const { clientId, clientSecret, integrationUserId } = sandbox.salesforce.account;
  const cw = sandbox.connectwise.account;
  const refreshToken = sandbox.salesforce.sessions.openRefresh({ userId: integrationUserId, clientId, scope: 'api refresh_token' });
  const [user] = await (await openCrmDesk(sandbox.url)).query('SELECT Username FROM User WHERE IsActive = true LIMIT 1');
  const desk = { site: sandbox.url, companyId: cw.companyId, publicKey: cw.publicKey, clientId: cw.clientId };

  // Every way to connect, values that do not work included.
  const server = await connect('salesforce', 'clientCredentials', 'Server', { loginUrl: sandbox.url, clientId, clientSecret });
  const person = await connect('salesforce', 'refreshToken', 'Person', { instanceUrl: sandbox.url, refreshToken, clientId, clientSecret });
  const username = String(user?.['Username']);
  const certificate = await connect('salesforce', 'jwtBearer', 'Certificate', {
    loginUrl: sandbox.url,
    clientId,
    username,
    privateKey: pem,
  });
  const psa = await connect('connectwise', 'apiMember', 'Desk', { ...desk, privateKey: cw.privateKey });
  await connect('connectwise', 'apiMember', 'Wrong', { ...desk, privateKey: 'a-wrong-private-key-42' });
  given.push(await client.testConnection({ workspaceId, id: server }));
  const wrong = { clientSecret: 'a-wrong-client-secret-43' };
  given.push(await client.updateConnection({ workspaceId, id: server, values: wrong, onlyIfItWorks: true }));

  // Steps that succeed, and examples for the builder.
  for (const account of [server, person, certificate]) expect(await runStep(account, 'salesforce', 'createRecord', task)).toBe('succeeded');
  expect(await runStep(server, 'salesforce', 'request', { method: 'GET', path: '/services/oauth2/userinfo' })).toBe('succeeded');
  expect(await runStep(psa, 'connectwise', 'getRecord', { object: 'company', id: 999_999 })).toBe('failed');
  const asked = { connector: 'connectwise', operation: 'recordChanged', input: { object: 'ticket' } };
  given.push(await client.examples({ workspaceId, connectionId: psa, ...asked }));

  // A vendor that repeats what it was sent, the session included, which a test has just renewed.
  for (const account of [server, certificate]) {
    given.push(await client.testConnection({ workspaceId, id: account }));
    const message = `You sent ${issued.at(-1)}${account === server ? ` and ${clientSecret}` : ''}`;
    const body = [{ errorCode: 'ECHO', message }];
    sandbox.faults.add({ vendor: 'salesforce', path: '/sobjects/Task', times: 1, kind: 'status', status: 400, body });
    expect(await runStep(account, 'salesforce', 'request', { method: 'POST', path: '/sobjects/Task', body: {} })).toBe('failed');
  }
  const repeated = { code: 'Echo', message: `You sent ${cw.privateKey}` };
  sandbox.faults.add({ vendor: 'connectwise', path: '/company/companies', times: 1, kind: 'status', status: 400, body: repeated });
  expect(await runStep(psa, 'connectwise', 'request', { method: 'GET', path: '/company/companies' })).toBe('failed');

  // The periodic look comes by each account; sessions have ended in between.
  sandbox.salesforce.sessions.expireAll();
  const looked = async (): Promise<number> => Math.min(...(await listConnections(ctx)).map(({ checkedAt }) => Date.parse(checkedAt ?? '')));
  const before = Date.now();
  await fresh.db.pool.query('UPDATE connection SET next_check_at = now()');
  await vi.waitFor(async () => expect(await looked()).toBeGreaterThan(before), { timeout: 20_000, interval: 100 });
  const accounts = await listConnections(ctx);
  expect(accounts.map(({ name, status }) => [name, status])).toEqual([
    ['Certificate', 'ok'],
    ['Desk', 'ok'],
    ['Person', 'ok'],
    ['Server', 'ok'],
    ['Wrong', 'reconnect'],
  ]);
  given.push(accounts, await listWorkflows(ctx), await listRuns(ctx, {}));

  const secrets = {
    'client secret': clientSecret,
    'wrong client secret': wrong.clientSecret,
    'private key of ConnectWise': cw.privateKey,
    'wrong private key': 'a-wrong-private-key-42',
    'credentials of ConnectWise': `${cw.companyId}+${cw.publicKey}:${cw.privateKey}`,
    'private key': pem.split('\n')[5] ?? '',
    ...Object.fromEntries(issued.map((token, index) => [`token ${index} of the vendor`, token])),
  };
  const places = { database: await everythingStored(), log: logged.join('\n'), interfaces: JSON.stringify(given) };
  // A search is worth nothing where there was nothing to find.
  expect(issued.length).toBeGreaterThanOrEqual(6);
  expect(Object.values(secrets).every((secret) => secret.length >= 8)).toBe(true);
  expect(places.interfaces.match(/You sent /g)?.length).toBeGreaterThanOrEqual(3);
  expect(places.log.length).toBeGreaterThan(100);
  const found = Object.entries(places).flatMap(([place, text]) =>
    Object.entries(secrets)
      .filter(([, secret]) => spellings(secret).some((spelling) => text.includes(spelling)))
      .map(([name]) => `${name} in the ${place}`),
  );
  expect(found).toEqual([]);
}, 60_000);
