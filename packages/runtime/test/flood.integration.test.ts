/** 10,000 changes in one second through the real poller of a worker: each becomes one run, in bounded memory, and the cursor stays small. */
import { readFileSync } from 'node:fs';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { newId } from '@weft/db';
import { freshDatabase } from '@weft/db/testing';
import type { FreshDatabase } from '@weft/db/testing';
import { createWorkerClient } from '@weft/runtime';
import { startSandbox } from '@weft/sandbox';
import type { Sandbox } from '@weft/sandbox';
import { INTERNAL_SECRET, startWorkerProcess } from './support/worker-process.ts';
import type { WorkerProcess } from './support/worker-process.ts';
import { putWorkflow } from './support/workflows.ts';

const MANY = 10_000;
/** Resident memory of a worker that takes in and executes them, at its highest. */
const MOST_MB = 700;
const POLL_MS = 1000;

let fresh: FreshDatabase;
let sandbox: Sandbox;
let worker: WorkerProcess;
/** The vendors' clock stands while the flood comes, so that all of it has one stamp. */
let standing: number | undefined;

beforeEach(async () => {
  standing = undefined;
  [fresh, sandbox] = await Promise.all([
    freshDatabase(),
    startSandbox({
      port: 0,
      seed: 'fixture',
      clock: () => standing ?? Date.now(),
      limits: { connectwisePerMinute: 1e9, salesforcePerDay: 1e9 },
    }),
  ]);
  worker = await startWorkerProcess({
    databaseUrl: fresh.url,
    env: { WEFT_ALLOW_PRIVATE_HOSTS: new URL(sandbox.url).host, WEFT_POLL_MS: String(POLL_MS) },
  });
});
afterEach(async () => {
  await worker.crash();
  await sandbox.close();
  await fresh[Symbol.asyncDispose]();
});

const VENDORS = {
  salesforce: {
    object: 'Account',
    form: () => {
      const { clientId, clientSecret } = sandbox.salesforce.account;
      return { authScheme: 'clientCredentials', values: { loginUrl: sandbox.url, clientId, clientSecret } };
    },
    async flood(): Promise<void> {
      const { integrationUserId } = sandbox.salesforce.account;
      const token = sandbox.salesforce.sessions.open({ userId: integrationUserId, clientId: 'flood', scope: 'api' });
      for (let from = 0; from < MANY; from += 200) {
        const records = Array.from({ length: 200 }, (_unused, at) => ({
          attributes: { type: 'Account' },
          Name: `Flood ${from + at}`,
          Description: 'A description as people write them. '.repeat(10),
        }));
        const response = await fetch(`${sandbox.url}/services/data/v66.0/composite/sobjects`, {
          method: 'POST',
          headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
          body: JSON.stringify({ records }),
        });
        expect(response.status).toBe(200);
        await response.arrayBuffer();
      }
    },
  },
  connectwise: {
    object: 'company',
    form: () => {
      const { companyId, publicKey, privateKey, clientId } = sandbox.connectwise.account;
      return { authScheme: 'apiMember', values: { site: sandbox.url, companyId, publicKey, privateKey, clientId } };
    },
    async flood(): Promise<void> {
      const { store } = sandbox.connectwise;
      for (let at = 0; at < MANY; at += 1) {
        const row = store.draft('company', 'jdoe');
        Object.assign(row.values, { identifier: `FLOOD${at}`, name: `Flood ${at}`, addressLine1: 'A street as people write them' });
        store.commit('company', row, { actor: 'jdoe' });
      }
    },
  },
} as const;

const highestMb = (pid: number | undefined): number =>
  Number(/VmHWM:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? Infinity) / 1024;

test.each(['salesforce', 'connectwise'] as const)('%s', { timeout: 240_000 }, async (connector) => {
  const vendor = VENDORS[connector];
  const start = { id: 'start', kind: 'trigger', connector, operation: 'recordChanged', slot: 'account', input: { object: vendor.object } };
  const workflow = await putWorkflow(fresh.db, {
    nodes: [start, { id: 'made', kind: 'map', fields: [{ to: 'seen', from: '{{ trigger.event }}' }] }],
    edges: [{ from: 'start', to: 'made' }],
  });
  const client = createWorkerClient({ url: `http://127.0.0.1:${worker.port}`, secret: INTERNAL_SECRET });
  const saved = await client.createConnection({ workspaceId: workflow.workspaceId, connector, name: 'Account', ...vendor.form() });
  expect(saved.check).toMatchObject({ ok: true });
  await fresh.db.prisma.workflow.update({ where: { id: workflow.workflowId }, data: { bindings: { account: saved.id } } });
  const { id } = await fresh.db.prisma.triggerBinding.create({
    data: {
      id: newId(),
      ...workflow,
      nodeId: 'start',
      connector,
      operation: 'recordChanged',
      mode: 'poll',
      connectionId: saved.id,
      input: { object: vendor.object },
      nextDueAt: new Date(),
    },
  });
  const binding = () => fresh.db.prisma.triggerBinding.findUniqueOrThrow({ where: { id } });
  await vi.waitFor(async () => expect((await binding()).activatedAt).not.toBeNull(), { timeout: 15_000, interval: 50 });

  standing = Math.floor(Date.now() / 1000) * 1000;
  await vendor.flood();
  standing = undefined;
  const turnsBefore = (await binding()).fence;
  const accepted = async (): Promise<{ runs: number; keys: number; open: number }> => {
    const { rows } = await fresh.db.pool.query<{ runs: number; keys: number; open: number }>(
      `SELECT count(*)::int AS runs, count(DISTINCT dedup_key)::int AS keys, (count(*) FILTER (WHERE NOT done))::int AS open
       FROM (SELECT dedup_key, false AS done FROM run UNION ALL SELECT dedup_key, true FROM run_history) r`,
    );
    return rows[0] as { runs: number; keys: number; open: number };
  };
  await vi.waitFor(async () => expect((await accepted()).runs).toBeGreaterThanOrEqual(MANY), { timeout: 180_000, interval: 250 });
  // Several turns, none of which holds everything.
  expect(Number((await binding()).fence - turnsBefore)).toBeGreaterThan(10);

  // Some polls later there are no more of them, and what is executed has come to its end.
  const later = (await binding()).lastPolledAt?.getTime() ?? 0;
  await vi.waitFor(async () => expect((await binding()).lastPolledAt?.getTime()).toBeGreaterThan(later + 3 * POLL_MS), {
    timeout: 30_000,
    interval: 250,
  });
  await vi.waitFor(async () => expect(await accepted()).toEqual({ runs: MANY, keys: MANY, open: 0 }), { timeout: 60_000, interval: 500 });
  const { rows } = await fresh.db.pool.query<{ bytes: number }>('SELECT length(cursor::text) AS bytes FROM trigger_binding WHERE id = $1', [
    id,
  ]);
  const bytes = rows[0]?.bytes ?? Infinity;
  const mb = highestMb(worker.child.pid);
  expect((await binding()).failures).toBe(0);
  expect(bytes).toBeLessThan(600_000);
  expect(mb).toBeLessThan(MOST_MB);
});
