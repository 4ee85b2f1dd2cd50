import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { ConnectorDefinition } from '@weft/connector-kit';
import { WeftError } from '@weft/errors';
import { connectors } from '@weft/connectors';
import { newId } from '@weft/db';
import { freshDatabase } from '@weft/db/testing';
import type { FreshDatabase } from '@weft/db/testing';
import { createLogger, createWorkerClient } from '@weft/runtime';
import type { WorkerClient } from '@weft/runtime';
import { startWorker } from '@weft/runtime/worker';
import type { RunningWorker } from '@weft/runtime/worker';
import { testVendor } from './support/test-connector.ts';
import type { TestVendor } from './support/test-connector.ts';
import { ENCRYPTION_KEY, INTERNAL_SECRET } from './support/worker-process.ts';
import { ended, putWorkflow, steps } from './support/workflows.ts';

const SECRET = 'sk-very-secret-1234';
const schedule = connectors.find(({ id }) => id === 'schedule') as ConnectorDefinition;
let fresh: FreshDatabase;
let vendor: TestVendor;
let worker: RunningWorker;
let client: WorkerClient;

beforeEach(async () => {
  fresh = await freshDatabase();
  vendor = testVendor();
  worker = await startWorker({
    databaseUrl: fresh.url,
    encryptionKey: ENCRYPTION_KEY,
    internalSecret: INTERNAL_SECRET,
    publicUrl: 'https://weft.example.com/',
    pollMs: 50,
    connectors: [vendor.connector],
    log: createLogger({ process: 'test', write: () => {} }),
  });
  client = createWorkerClient({ url: `http://127.0.0.1:${worker.port}`, secret: INTERNAL_SECRET });
});
afterEach(async () => {
  await worker.close();
  await fresh[Symbol.asyncDispose]();
});

/** A workflow whose trigger is the vendor's, with one write behind it, and its account. */
async function workflowWith(operation: string, mode: string) {
  const workflow = await putWorkflow(fresh.db, {
    nodes: [
      { id: 'start', kind: 'trigger', connector: 'test', operation, slot: 'vendor', input: {} },
      {
        id: 'save',
        kind: 'connector',
        connector: 'test',
        operation: 'write',
        slot: 'vendor',
        input: { seen: '{{ trigger }}' },
        retry: { attempts: 1 },
      },
    ],
    edges: [{ from: 'start', to: 'save' }],
    settings: { businessKey: '{{ trigger.record.name }}' },
  });
  const account = await client.createConnection({
    workspaceId: workflow.workspaceId,
    connector: 'test',
    authScheme: 'key',
    name: 'Acme',
    values: { site: 'eu', apiKey: SECRET },
  });
  await fresh.db.prisma.workflow.update({ where: { id: workflow.workflowId }, data: { bindings: { vendor: account.id } } });
  const binding = await fresh.db.prisma.triggerBinding.create({
    data: {
      id: crypto.randomUUID(),
      ...workflow,
      nodeId: 'start',
      connector: 'test',
      operation,
      mode,
      connectionId: account.id,
      input: {},
      nextDueAt: new Date(),
      hookToken: crypto.randomUUID(),
    },
  });
  return { ...workflow, connectionId: account.id, bindingId: binding.id, hookToken: binding.hookToken as string };
}

async function runsOf(workflowId: string, count: number): Promise<string[]> {
  return vi.waitFor(
    async () => {
      const { rows } = await fresh.db.pool.query<{ id: string }>('SELECT id FROM run_history WHERE workflow_id = $1 ORDER BY id', [
        workflowId,
      ]);
      expect(rows).toHaveLength(count);
      return rows.map((row) => row.id);
    },
    { timeout: 10_000, interval: 20 },
  );
}

const binding = (id: string) => fresh.db.prisma.triggerBinding.findUniqueOrThrow({ where: { id } });

describe('polling', () => {
  it('begins from now, then gives one run per new record, with its business key', async () => {
    vendor.records.push({ id: 1, name: 'Old' });
    const workflow = await workflowWith('changed', 'poll');
    await client.wakeTriggers();
    await vi.waitFor(async () => expect((await binding(workflow.bindingId)).activatedAt).not.toBeNull(), { timeout: 5000 });
    vendor.records.push({ id: 2, name: 'Acme' }, { id: 3, name: 'Bolt' });
    const [first] = await runsOf(workflow.workflowId, 2);
    expect(await ended(fresh.db, first as string)).toMatchObject({
      status: 'succeeded',
      business_key: 'Acme',
      input: { record: { id: 2 } },
      dedup_key: expect.stringContaining(workflow.workflowId),
    });
    expect(vendor.pollCursors.slice(0, 2)).toEqual([undefined, 1]);
    expect(vendor.written.map((call) => call.apiKey)).toEqual([SECRET, SECRET]);
    expect(new Set(vendor.written.map((call) => call.key)).size).toBe(2);
  });

  it('shows why it fails, backs off, and goes on from its cursor', async () => {
    const workflow = await workflowWith('changed', 'poll');
    await vi.waitFor(async () => expect((await binding(workflow.bindingId)).activatedAt).not.toBeNull(), { timeout: 5000 });
    vendor.failure = new WeftError({ class: 'auth', code: 'token_expired', message: 'The token has expired.' });
    await vi.waitFor(
      async () =>
        expect(await binding(workflow.bindingId)).toMatchObject({ failures: 1, lastError: { class: 'auth', code: 'token_expired' } }),
      { timeout: 5000 },
    );
    vendor.records.push({ id: 7, name: 'Late' });
    vendor.failure = undefined;
    await runsOf(workflow.workflowId, 1);
    expect(await binding(workflow.bindingId)).toMatchObject({ failures: 0, lastError: null, cursor: 7 });
  });
});

describe('push', () => {
  it('registers our address once, refuses a wrong signature, and takes each delivery once', async () => {
    const workflow = await workflowWith('pushed', 'push');
    await vi.waitFor(() => expect(vendor.registered).toEqual([`https://weft.example.com/hooks/${workflow.hookToken}`]), { timeout: 5000 });
    const delivery = {
      bindingId: workflow.bindingId,
      method: 'POST',
      path: '/',
      query: {},
      rawBodyBase64: Buffer.from('{"id":5}').toString('base64'),
    };
    await expect(client.receivePush({ ...delivery, headers: { 'x-signature': 'no' } })).rejects.toMatchObject({
      class: 'auth',
      code: 'signature_wrong',
    });
    const first = await client.receivePush({ ...delivery, headers: { 'x-signature': SECRET } });
    const second = await client.receivePush({ ...delivery, headers: { 'x-signature': SECRET } });
    expect(second.runs).toEqual([{ runId: first.runs[0]?.runId, duplicate: true }]);
    await runsOf(workflow.workflowId, 1);
    await client.deactivateTrigger({ bindingId: workflow.bindingId });
    expect(vendor.registered).toEqual([]);
  });
});

describe('accounts', () => {
  it('are stored sealed, and their secrets never reach a step', async () => {
    const workflow = await workflowWith('changed', 'poll');
    await vi.waitFor(async () => expect((await binding(workflow.bindingId)).activatedAt).not.toBeNull(), { timeout: 5000 });
    vendor.records.push({ id: 1, name: 'Acme' });
    const [runId] = await runsOf(workflow.workflowId, 1);
    expect((await steps(fresh.db, runId as string)).find((step) => step.path === 'save')?.output).toMatchObject({
      said: 'written with ••••',
    });
    const { rows } = await fresh.db.pool.query(
      `SELECT (SELECT string_agg(c::text, ' ') FROM connection c) || (SELECT string_agg(s::text, ' ') FROM step_run s) AS everything`,
    );
    expect(rows[0].everything).not.toContain(SECRET);
    expect(rows[0].everything).not.toContain(Buffer.from(SECRET).toString('hex'));
  });

  it('are checked, changed and refused with reasons', async () => {
    const { workspaceId, connectionId } = await workflowWith('pushed', 'push');
    const form = { workspaceId, connector: 'test', authScheme: 'key' };
    await expect(client.createConnection({ ...form, name: 'Acme', values: { site: 'eu', apiKey: 'x' } })).rejects.toMatchObject({
      class: 'conflict',
      code: 'connection_name_taken',
    });
    await expect(client.createConnection({ ...form, name: 'Other', values: { site: 'eu' } })).rejects.toMatchObject({
      code: 'form_incomplete',
      issues: [{ path: 'values.apiKey' }],
    });
    expect(await client.testConnection({ ...form, values: { site: 'eu', apiKey: 'wrong-key' } })).toEqual({
      ok: false,
      message: 'The key •••• is not known.',
      field: 'apiKey',
    });
    expect(await client.updateConnection({ workspaceId, id: connectionId, values: { site: 'na', apiKey: '' } })).toMatchObject({
      check: { ok: true, account: 'Acme at na' },
    });
    await client.createConnection({ ...form, name: 'Bolt', values: { site: 'eu', apiKey: 'x' } });
    await expect(client.updateConnection({ workspaceId, id: connectionId, name: 'Bolt' })).rejects.toMatchObject({
      code: 'connection_name_taken',
    });
    expect(await client.testConnection({ workspaceId, id: connectionId })).toMatchObject({ ok: true });
    await expect(client.testConnection({ workspaceId: crypto.randomUUID(), id: connectionId })).rejects.toMatchObject({
      class: 'notFound',
    });
    expect(
      await client.choices({
        workspaceId,
        connectionId,
        connector: 'test',
        operation: 'write',
        property: 'board',
        values: {},
        search: 'se',
      }),
    ).toEqual({ choices: [{ value: 'board', label: 'se' }] });
  });

  it('are out of reach without the internal secret', async () => {
    const stranger = createWorkerClient({ url: `http://127.0.0.1:${worker.port}`, secret: 'guess' });
    await expect(stranger.wakeTriggers()).rejects.toMatchObject({ class: 'auth', code: 'internal_secret' });
  });

  it("are known to the web by their connectors' manifests", async () => {
    const stored = await fresh.db.prisma.connector.findUniqueOrThrow({ where: { id: 'test' } });
    expect(stored.manifest).toMatchObject({
      id: 'test',
      operations: [{ id: 'changed', trigger: { mode: 'poll' } }, {}, { id: 'write', access: 'write' }],
    });
  });
});

describe('a schedule', () => {
  /** A schedule of whole minutes that was due `minutesAgo` minutes ago for the first time since. */
  async function scheduled(input: Record<string, unknown>, options: { readonly minutesAgo: number; readonly nodes?: unknown[] }) {
    const start = { id: 'start', kind: 'trigger', connector: 'schedule', operation: 'at', input };
    const nodes = [start, ...(options.nodes ?? [])] as { id: string }[];
    const edges = nodes.slice(1).map(({ id }) => ({ from: 'start', to: id }));
    const minute = Math.floor(Date.now() / 60_000) * 60_000;
    const dueAt = new Date(minute - options.minutesAgo * 60_000);
    return putWorkflow(
      fresh.db,
      { nodes, edges },
      {
        connector: 'schedule',
        operation: 'at',
        mode: 'schedule',
        input,
        nextDueAt: dueAt,
        activatedAt: new Date(dueAt.getTime() - 60_000),
      },
    );
  }

  async function history(workflowId: string, count: number) {
    return vi.waitFor(
      async () => {
        const { rows } = await fresh.db.pool.query<{ status: string; reason: string | null; at: string }>(
          `SELECT status, reason, input->>'scheduledFor' AS at FROM run_history WHERE workflow_id = $1 ORDER BY input->>'scheduledFor', status`,
          [workflowId],
        );
        expect(rows).toHaveLength(count);
        return rows;
      },
      { timeout: 15_000, interval: 50 },
    );
  }

  beforeEach(async () => {
    await worker.close();
    worker = await startWorker({
      databaseUrl: fresh.url,
      encryptionKey: ENCRYPTION_KEY,
      internalSecret: INTERNAL_SECRET,
      publicUrl: 'https://weft.example.com/',
      log: createLogger({ process: 'test', write: () => {} }),
      connectors: [vendor.connector, schedule],
    });
  });

  it('that was missed is made up for once, with the others on record', async () => {
    const { workflowId } = await scheduled({ everyMinutes: 1 }, { minutesAgo: 5 });
    const rows = await history(workflowId, 2);
    expect(rows.map(({ status }) => status)).toEqual(['skipped', 'succeeded']);
    expect(rows[0]?.reason).toMatch(/^\d times from .* passed while no worker was running/);
    // Its next time is in the future, so that nothing fires again before.
    const binding = await fresh.db.prisma.triggerBinding.findFirstOrThrow({ where: { workflowId } });
    expect(binding.nextDueAt?.getTime()).toBeGreaterThan(Date.now() - 1000);
  });

  it('makes up for all times when told to', async () => {
    const { workflowId } = await scheduled({ everyMinutes: 1, missed: 'all' }, { minutesAgo: 5 });
    await vi.waitFor(
      async () => {
        const { rows } = await fresh.db.pool.query('SELECT status FROM run_history WHERE workflow_id = $1', [workflowId]);
        expect(rows.length).toBeGreaterThanOrEqual(6);
        expect(rows.every(({ status }) => status === 'succeeded')).toBe(true);
      },
      { timeout: 15_000, interval: 50 },
    );
  });

  it('leaves a time out while the run before is going on, and says so', async () => {
    const slow = {
      id: 'save',
      kind: 'connector',
      connector: 'test',
      operation: 'write',
      input: {},
      retry: { attempts: 5, baseMs: 60_000 },
    };
    const { workflowId, workspaceId, versionId } = await scheduled({ everyMinutes: 1, overlap: 'skip' }, { minutesAgo: 0, nodes: [slow] });
    // An earlier run that waits.
    await fresh.db.pool.query(
      `INSERT INTO run(id, workspace_id, workflow_id, version_id, status, origin, wake_at) VALUES ($1, $2, $3, $4, 'waiting', 'schedule', now() + interval '1 hour')`,
      [newId(), workspaceId, workflowId, versionId],
    );
    const [row] = await history(workflowId, 1);
    expect(row).toMatchObject({ status: 'skipped', reason: expect.stringContaining('was still going on') as string });
  });

  it('cancels the run before when told to', async () => {
    const { workflowId, workspaceId, versionId } = await scheduled({ everyMinutes: 1, overlap: 'cancelPrevious' }, { minutesAgo: 0 });
    await fresh.db.pool.query(
      `INSERT INTO run(id, workspace_id, workflow_id, version_id, status, origin, wake_at) VALUES ($1, $2, $3, $4, 'waiting', 'schedule', now() + interval '1 hour')`,
      [newId(), workspaceId, workflowId, versionId],
    );
    const rows = await history(workflowId, 2);
    expect(rows.map(({ status, reason }) => [status, reason]).toSorted()).toEqual([
      ['cancelled', 'Cancelled by the next time of the schedule'],
      ['succeeded', null],
    ]);
  });
});
