/** ConnectWise callbacks with everything that goes wrong with them: lost, doubled, switched off. */
import { createServer } from 'node:http';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { toManifest } from '@weft/connector-kit';
import { connectors } from '@weft/connectors';
import { freshDatabase } from '@weft/db/testing';
import type { FreshDatabase } from '@weft/db/testing';
import { openQueue } from '@weft/queue';
import {
  bootstrap,
  createLogger,
  createWorkerClient,
  createWorkflow,
  getRun,
  getWorkflow,
  listConnections,
  listRuns,
  publishWorkflow,
  setWorkflowBindings,
  setWorkflowEnabled,
} from '@weft/runtime';
import type { Ctx, RunDetail } from '@weft/runtime';
import { startWorker } from '@weft/runtime/worker';
import { startSandbox } from '@weft/sandbox';
import type { Sandbox } from '@weft/sandbox';
import type { Catalog, ConnectorManifest } from '@weft/workflow';
import { openPsaDesk } from './support/vendor-desk.ts';
import { ENCRYPTION_KEY, INTERNAL_SECRET } from './support/worker-process.ts';

const manifests = new Map(connectors.map((connector) => [connector.id, toManifest(connector) as ConnectorManifest]));
const catalog: Catalog = { connector: (id) => manifests.get(id), connectors: () => [...manifests.values()] };
const SEARCH_MS = 300;

let fresh: FreshDatabase;
let sandbox: Sandbox;
let worker: Awaited<ReturnType<typeof startWorker>>;
let queue: Awaited<ReturnType<typeof openQueue>>;
let ctx: Ctx;
let door: Server;
/** How the door treats a delivery: hands it on so many times, or answers 500. */
let handsOn = 1;
let delivered = 0;
let workflowId: string;

beforeAll(async () => {
  const log = createLogger({ process: 'test', write: () => {} });
  [fresh, sandbox] = await Promise.all([freshDatabase(), startSandbox({ port: 0, seed: 'demo' })]);
  const { workspaceId } = await bootstrap({ db: fresh.db, log, env: {} });
  door = createServer((request, response) => {
    void (async () => {
      const chunks: Buffer[] = [];
      for await (const chunk of request) chunks.push(chunk as Buffer);
      delivered += 1;
      const url = new URL(request.url ?? '/', 'http://door');
      const binding = await fresh.db.prisma.triggerBinding.findFirstOrThrow({ where: { hookToken: url.pathname.split('/')[2] ?? '' } });
      for (let time = 0; time < handsOn; time += 1)
        await ctx.worker.receivePush({
          bindingId: binding.id,
          method: request.method ?? 'POST',
          path: url.pathname,
          query: Object.fromEntries(url.searchParams),
          headers: Object.fromEntries(Object.entries(request.headers).map(([name, value]) => [name, String(value)])),
          rawBodyBase64: Buffer.concat(chunks).toString('base64'),
        });
      response.writeHead(handsOn === 0 ? 500 : 200).end();
    })().catch((error: unknown) => response.writeHead(500).end(String(error)));
  });
  await new Promise<void>((done) => door.listen(0, '127.0.0.1', done));
  worker = await startWorker({
    databaseUrl: fresh.url,
    encryptionKey: ENCRYPTION_KEY,
    internalSecret: INTERNAL_SECRET,
    publicUrl: `http://127.0.0.1:${(door.address() as AddressInfo).port}`,
    pollMs: SEARCH_MS,
    sandboxUrl: sandbox.url,
    log,
  });
  queue = await openQueue({ databaseUrl: fresh.url });
  ctx = {
    db: fresh.db,
    queue,
    worker: createWorkerClient({ url: `http://127.0.0.1:${worker.port}`, secret: INTERNAL_SECRET }),
    actor: { workspaceId, role: 'admin', name: 'Ada', via: 'session' },
    clock: { now: () => Date.now() },
    log,
    catalog: async () => catalog,
  };
  const psa = await vi.waitFor(
    async () => {
      const found = (await listConnections(ctx)).find(({ connector, status }) => connector === 'connectwise' && status === 'ok');
      expect(found).toBeDefined();
      return found?.id ?? '';
    },
    { timeout: 15_000 },
  );
  ({ id: workflowId } = await createWorkflow(ctx, {
    name: 'Watches tickets',
    document: {
      format: 'weft/workflow@1',
      name: 'Watches tickets',
      slots: { psa: { connector: 'connectwise' } },
      nodes: [
        { id: 'told', kind: 'trigger', connector: 'connectwise', operation: 'callback', slot: 'psa', input: { object: 'ticket' } },
        { id: 'noted', kind: 'map', fields: [{ to: 'summary', from: '{{ trigger.record.summary }}' }] },
      ],
      edges: [{ from: 'told', to: 'noted' }],
    },
  }));
  await setWorkflowBindings(ctx, { id: workflowId, bindings: { psa } });
  await publishWorkflow(ctx, { id: workflowId });
  await setWorkflowEnabled(ctx, { id: workflowId, enabled: true });
  await vi.waitFor(() => expect(callbacks()).resolves.toHaveLength(1), { timeout: 15_000 });
}, 60_000);

afterAll(async () => {
  await worker?.close();
  await queue?.close();
  await sandbox?.close();
  door?.closeAllConnections();
  door?.close();
  await fresh?.[Symbol.asyncDispose]();
});

const callbacks = () => openPsaDesk(sandbox.url).list('system/callbacks');

/** A ticket changed by a person of the service desk. */
async function personWrites(id: number, summary: string): Promise<void> {
  const response = await fetch(`${sandbox.url}/demo/api/psa/tickets/${id}`, {
    method: 'PATCH',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ summary }),
  });
  expect(response.status).toBe(200);
}

async function ticket(): Promise<number> {
  const [first] = await openPsaDesk(sandbox.url).list('service/tickets', 'closedFlag = False');
  return first?.id ?? 0;
}

/** The runs that carried this summary, once there is one and two more searches have gone by. */
async function runsWith(summary: string): Promise<RunDetail[]> {
  const read = async (): Promise<RunDetail[]> => {
    const { runs } = await listRuns(ctx, { workflowId, limit: 100 });
    const details = await Promise.all(runs.map(({ id }) => getRun(ctx, { id })));
    return details.filter(({ input }) => (input as { record?: { summary?: string } }).record?.summary === summary);
  };
  await vi.waitFor(async () => expect((await read()).length).toBeGreaterThan(0), { timeout: 15_000, interval: 50 });
  const searched = async (): Promise<number> =>
    (await fresh.db.prisma.triggerBinding.findFirstOrThrow({ where: { workflowId } })).lastPolledAt?.getTime() ?? 0;
  for (let turn = 0; turn < 2; turn += 1) {
    const before = await searched();
    await vi.waitFor(async () => expect(await searched()).toBeGreaterThan(before), { timeout: 10_000, interval: 50 });
  }
  return read();
}

it('T-15 CW-143 CW-148 a callback that is lost is made good by the next search; one that comes twice makes one run', async () => {
  const id = await ticket();
  handsOn = 0;
  delivered = 0;
  await personWrites(id, 'Told to nobody');
  const lost = await runsWith('Told to nobody');
  expect(delivered).toBe(1);
  expect(lost.map(({ input }) => input)).toMatchObject([{ event: 'updated', id, reportedBy: 'search' }]);

  handsOn = 2;
  await personWrites(id, 'Told twice');
  const twice = await runsWith('Told twice');
  expect(twice).toHaveLength(1);
  expect(twice[0]?.input).toMatchObject({ id, memberId: expect.any(String) as string });
});

it('what our own member writes is neither told nor found', async () => {
  const id = await ticket();
  handsOn = 1;
  delivered = 0;
  await openPsaDesk(sandbox.url).patch(`service/tickets/${id}`, { summary: 'Written by ourselves' });
  await openPsaDesk(sandbox.url).patch('service/tickets/'.concat(String(id)), { poNumber: 'PO-1' });
  await personWrites(id, 'Written by a person');
  await runsWith('Written by a person');
  const { runs } = await listRuns(ctx, { workflowId, limit: 100 });
  const inputs = await Promise.all(runs.map(async (run) => JSON.stringify((await getRun(ctx, { id: run.id })).input)));
  expect(inputs.filter((input) => input.includes('Written by ourselves'))).toEqual([]);
});

it('a callback that was removed at the vendor is registered again, and what it missed is found', async () => {
  const id = await ticket();
  const [before] = await callbacks();
  await openPsaDesk(sandbox.url).remove(`system/callbacks/${before?.id}`);
  await personWrites(id, 'While nobody listened');
  const found = await runsWith('While nobody listened');
  expect(found).toHaveLength(1);
  const after = await callbacks();
  expect(after).toHaveLength(1);
  expect(after[0]?.id).not.toBe(before?.id);
  const { trigger } = await getWorkflow(ctx, { id: workflowId });
  expect(trigger?.lastFound?.message).toMatch(/registered again|1 change that no delivery had told/);
});
