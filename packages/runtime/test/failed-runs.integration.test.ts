import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { acceptRunGroup, prepareAccept } from '@weft/db';
import { freshDatabase } from '@weft/db/testing';
import type { FreshDatabase } from '@weft/db/testing';
import { createLogger } from '@weft/runtime';
import { startWorker } from '@weft/runtime/worker';
import type { RunningWorker } from '@weft/runtime/worker';
import { moveTo, putCallee, putFailureListener } from './support/listening.ts';
import { ENCRYPTION_KEY, INTERNAL_SECRET } from './support/worker-process.ts';
import { chain, ended, putWorkflow, start } from './support/workflows.ts';
import type { TestWorkflow } from './support/workflows.ts';

let fresh: FreshDatabase;
let worker: RunningWorker;

beforeEach(async () => {
  fresh = await freshDatabase();
  worker = await startWorker({
    databaseUrl: fresh.url,
    encryptionKey: ENCRYPTION_KEY,
    internalSecret: INTERNAL_SECRET,
    publicUrl: 'https://weft.example.com/',
    log: createLogger({ process: 'test', write: () => {} }),
  });
});
afterEach(async () => {
  await worker.close();
  await fresh[Symbol.asyncDispose]();
});

const FAILS = { id: 'end', kind: 'stop', title: 'Give up', outcome: 'failed', message: 'No customer {{ trigger.id }}.' };
const NOTED = { id: 'noted', kind: 'map', fields: [{ to: 'message', from: '{{ trigger.error.message }}' }] };
const after = (id: string) => [{ from: 'start', to: id }];

/** Waits until a trigger has looked: what it did not tell by then it does not tell. */
async function untilLooked(workflow: TestWorkflow, times = 2): Promise<void> {
  for (let time = 0; time < times; time += 1) {
    const { rows } = await fresh.db.pool.query<{ now: Date }>('SELECT now()');
    await vi.waitFor(
      async () => {
        const binding = await fresh.db.prisma.triggerBinding.findFirstOrThrow({ where: { workflowId: workflow.workflowId } });
        expect(binding.lastError).toBeNull();
        expect(binding.lastPolledAt?.getTime() ?? 0).toBeGreaterThan(rows[0]?.now.getTime() ?? 0);
      },
      { timeout: 20_000, interval: 50 },
    );
  }
}

/** The payloads of a workflow's runs, which have all ended. */
async function heard(workflow: TestWorkflow): Promise<Record<string, unknown>[]> {
  await vi.waitFor(
    async () => expect((await fresh.db.pool.query('SELECT FROM run WHERE workflow_id = $1', [workflow.workflowId])).rowCount).toBe(0),
    { timeout: 20_000, interval: 50 },
  );
  const { rows } = await fresh.db.pool.query<{ input: Record<string, unknown> }>(
    'SELECT input FROM run_history WHERE workflow_id = $1 ORDER BY id',
    [workflow.workflowId],
  );
  return rows.map(({ input }) => input);
}

const idsOf = (payloads: readonly Record<string, unknown>[]) => payloads.map(({ run }) => (run as { id: string }).id);

it('tells of each failed run once, with all that one needs to look into it', async () => {
  const failing = await putWorkflow(fresh.db, chain(FAILS));
  const before = await start(fresh.db, fresh.url, failing, { id: 1 });
  await ended(fresh.db, before);
  const listener = await putFailureListener(fresh.db, failing.workspaceId, { name: 'Tell', nodes: [NOTED], edges: after('noted') });
  await untilLooked(listener, 1);
  const runId = await start(fresh.db, fresh.url, failing, { id: 7 });
  const other = await start(fresh.db, fresh.url, await putWorkflow(fresh.db, chain(FAILS)), { id: 8 });
  await Promise.all([ended(fresh.db, runId), ended(fresh.db, other)]);
  await untilLooked(listener, 3);
  expect(await heard(listener)).toEqual([
    {
      workflow: { id: failing.workflowId, name: 'Test' },
      run: {
        id: runId,
        status: 'failed',
        origin: 'api',
        version: 1,
        businessKey: null,
        startedAt: expect.any(String) as string,
        finishedAt: expect.any(String) as string,
      },
      error: { class: 'invalid', code: 'stopped', message: 'No customer 7.' },
      failedNode: { id: 'end', title: 'Give up' },
      link: `https://weft.example.com/runs/${runId}`,
    },
  ]);
});

it('never feeds itself: what such workflows do, and what they call, is told to nobody', async () => {
  const failing = await putWorkflow(fresh.db, chain(FAILS));
  const { workspaceId } = failing;
  const callee = await putCallee(fresh.db, workspaceId, { name: 'Called', nodes: [FAILS], edges: after('end') });
  const middle = await putCallee(fresh.db, workspaceId, {
    name: 'Between',
    nodes: [{ id: 'call', kind: 'call', workflowId: callee.workflowId, waits: false }, FAILS],
    edges: [...after('call'), { from: 'call', to: 'end' }],
  });
  const listeners = await Promise.all([
    putFailureListener(fresh.db, workspaceId, { name: 'First', nodes: [FAILS], edges: after('end') }),
    putFailureListener(fresh.db, workspaceId, {
      name: 'Second',
      nodes: [{ id: 'call', kind: 'call', workflowId: middle.workflowId, waits: false }, FAILS],
      edges: [...after('call'), { from: 'call', to: 'end' }],
    }),
  ]);
  // Chosen by name they are not told either.
  const all = [failing, callee, middle, ...listeners].map(({ workflowId }) => workflowId);
  const third = await putFailureListener(fresh.db, workspaceId, { name: 'Third', nodes: [NOTED], edges: after('noted'), workflows: all });
  for (const listener of [...listeners, third]) await untilLooked(listener, 1);
  const runId = await start(fresh.db, fresh.url, failing, { id: 7 });
  await vi.waitFor(
    async () => {
      const { rows } = await fresh.db.pool.query('SELECT FROM run_history WHERE workflow_id = $1', [callee.workflowId]);
      expect(rows).toHaveLength(1);
    },
    { timeout: 30_000, interval: 50 },
  );
  for (const listener of [...listeners, third]) await untilLooked(listener, 3);
  for (const listener of [...listeners, third]) expect(idsOf(await heard(listener))).toEqual([runId]);
  // Also not when somebody starts one of them by hand.
  const [first] = listeners;
  await ended(fresh.db, await start(fresh.db, fresh.url, first as TestWorkflow, {}));
  for (const listener of [...listeners, third]) await untilLooked(listener, 2);
  expect(await heard(third)).toHaveLength(1);
});

it('leaves out runs of drafts, and runs whose caller waits for them unless their workflow is chosen', async () => {
  const base = await putWorkflow(fresh.db, chain(FAILS));
  const { workspaceId } = base;
  const callee = await putCallee(fresh.db, workspaceId, { name: 'Called', nodes: [FAILS], edges: after('end') });
  const caller = await moveTo(
    fresh.db,
    workspaceId,
    await putWorkflow(fresh.db, chain({ id: 'call', kind: 'call', workflowId: callee.workflowId })),
  );
  const any = await putFailureListener(fresh.db, workspaceId, { name: 'Any', nodes: [NOTED], edges: after('noted') });
  const chosen = await putFailureListener(fresh.db, workspaceId, {
    name: 'Chosen',
    nodes: [NOTED],
    edges: after('noted'),
    workflows: [callee.workflowId],
  });
  for (const listener of [any, chosen]) await untilLooked(listener, 1);
  const above = await start(fresh.db, fresh.url, caller, {});
  await ended(fresh.db, above, 30_000);
  const [draft] = await acceptRunGroup(fresh.db, [await prepareAccept({ ...base, origin: 'test', payload: {} })]);
  expect(await ended(fresh.db, draft?.runId ?? '')).toMatchObject({ status: 'failed' });
  for (const listener of [any, chosen]) await untilLooked(listener, 3);
  const called = (await fresh.db.pool.query<{ id: string }>('SELECT id FROM run_history WHERE workflow_id = $1', [callee.workflowId])).rows;
  expect(idsOf(await heard(chosen))).toEqual([called[0]?.id]);
  expect(idsOf(await heard(any))).toEqual([above]);
});
