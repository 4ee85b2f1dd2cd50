import { afterAll, beforeAll, expect, it } from 'vitest';
import { acceptRunGroup, claimRuns, prepareAccept, registerCall, registerWait } from '@weft/db';
import { freshDatabase } from '@weft/db/testing';
import type { FreshDatabase } from '@weft/db/testing';
import {
  createWorkflow,
  deleteWorkflow,
  getRun,
  getWorkflow,
  importWorkflow,
  listCallable,
  publishWorkflow,
  setWorkflowEnabled,
  waitAddress,
} from '@weft/runtime';
import type { JsonValue } from '@weft/workflow';
import { adminOf, ctxOf, documentOf } from './support/use-cases.ts';

let fresh: FreshDatabase;
beforeAll(async () => {
  fresh = await freshDatabase();
});
afterAll(() => fresh[Symbol.asyncDispose]());

const CALLED = {
  connector: 'workflow',
  operation: 'called',
  input: { fields: [{ name: 'id', label: 'Customer', type: 'number', required: 'yes' }] },
};
const MANUAL = { connector: 'manual', operation: 'started' };
const NO_ID = '019b2b7a-5a6e-7cc0-a1b2-9b0c1d2e3f40';

const caller = (workflowId: string, workflowName: string): JsonValue =>
  documentOf(MANUAL, {
    nodes: [
      { id: 'start', kind: 'trigger', input: {}, ...MANUAL },
      { id: 'sync', kind: 'call', workflowId, workflowName, input: { id: 1 } },
    ],
    edges: [{ from: 'start', to: 'sync' }],
  });

it('offers the workflows that are started by calls, with the fields that they declare', async () => {
  const ctx = await adminOf(fresh.db);
  await createWorkflow(ctx, { name: 'By hand', document: documentOf(MANUAL) });
  const { id } = await createWorkflow(ctx, { name: 'Sync one', document: documentOf(CALLED) });
  const fields = [{ name: 'id', label: 'Customer', type: 'number', required: true }];
  expect(await listCallable(ctx)).toEqual([{ id, name: 'Sync one', enabled: false, publishedVersion: null, fields }]);
  await publishWorkflow(ctx, { id });
  await setWorkflowEnabled(ctx, { id, enabled: true });
  expect(await listCallable(ctx)).toMatchObject([{ id, enabled: true, publishedVersion: 1 }]);
  expect(await fresh.db.prisma.triggerBinding.findFirst({ where: { workflowId: id } })).toMatchObject({ mode: 'call', enabled: true });
  expect(await listCallable(await adminOf(fresh.db))).toEqual([]);
});

it('does not publish a call of a workflow that is gone, or that nobody can call', async () => {
  const ctx = await adminOf(fresh.db);
  const byHand = await createWorkflow(ctx, { name: 'By hand', document: documentOf(MANUAL) });
  const callee = await createWorkflow(ctx, { name: 'Sync one', document: documentOf(CALLED) });
  const wrong = await createWorkflow(ctx, { name: 'Wrong', document: caller(byHand.id, 'By hand') });
  await expect(publishWorkflow(ctx, { id: wrong.id })).rejects.toMatchObject({
    code: 'callee_unknown',
    issues: [{ path: 'nodes.sync.workflowId' }],
  });
  const right = await createWorkflow(ctx, { name: 'Right', document: caller(callee.id, 'Sync one') });
  expect(await publishWorkflow(ctx, { id: right.id })).toMatchObject({ version: 1 });
  await deleteWorkflow(ctx, { id: callee.id });
  await expect(publishWorkflow(ctx, { id: right.id })).rejects.toMatchObject({ code: 'callee_unknown' });
});

it('finds the called workflow by its name in a workspace where its id means nothing', async () => {
  const ctx = await adminOf(fresh.db);
  const callee = await createWorkflow(ctx, { name: 'Sync one', document: documentOf(CALLED) });
  const { id } = await importWorkflow(ctx, { document: caller(NO_ID, 'Sync one') });
  expect((await getWorkflow(ctx, { id })).draft.nodes[1]).toMatchObject({ workflowId: callee.id });
  // One of another workspace is not taken, however well its id is known there.
  const other = await adminOf(fresh.db);
  const stranger = await importWorkflow(other, { document: caller(callee.id, 'Sync one') });
  expect((await getWorkflow(other, { id: stranger.id })).draft.nodes[1]).toMatchObject({ workflowId: callee.id });
  await expect(publishWorkflow(other, { id: stranger.id })).rejects.toMatchObject({ code: 'callee_unknown' });
});

it('shows with a run what it waits for and which runs belong to it; an address to those who may run it only', async () => {
  const ctx = await adminOf(fresh.db);
  const { id: workflowId } = await createWorkflow(ctx, { name: 'Above', document: documentOf(MANUAL) });
  await publishWorkflow(ctx, { id: workflowId });
  const version = await fresh.db.prisma.workflowVersion.findFirstOrThrow({ where: { workflowId } });
  const row = { workspaceId: ctx.actor.workspaceId, workflowId, versionId: version.id, origin: 'manual', payload: {} };
  await acceptRunGroup(fresh.db, [await prepareAccept(row)]);
  const [run] = await claimRuns(fresh.db.pool, { worker: 'w', limit: 1 });
  const owner = { runId: run?.id ?? '', fence: run?.fence ?? '' };
  await registerWait(fresh.db.pool, owner, { path: 'paid', nodeId: 'paid', kind: 'event', tokenHash: 'hash', due: { afterMs: 60_000 } });
  await registerCall(fresh.db, owner, {
    path: 'sync',
    nodeId: 'sync',
    isAwaited: true,
    depth: 1,
    child: await prepareAccept({ ...row, origin: 'call', dedupKey: 'call:x' }),
  });
  const above = await getRun(ctx, { id: owner.runId });
  expect(above).toMatchObject({
    waits: [
      { path: 'paid', nodeId: 'paid', kind: 'event', until: expect.any(String) as string },
      { path: 'sync', kind: 'child', until: null },
    ],
    calls: [{ path: 'sync', nodeId: 'sync', workflowName: 'Above', status: 'queued', isAwaited: true }],
    calledBy: null,
  });
  expect(JSON.stringify(above)).not.toContain('hash');
  const below = await getRun(ctx, { id: above.calls[0]?.runId ?? '' });
  expect(below.calledBy).toEqual({ runId: owner.runId, nodeId: 'sync', workflowName: 'Above' });
  const wait = { id: above.waits[0]?.id ?? '' };
  expect(await waitAddress(ctx, wait)).toEqual({ url: `https://weft.example.com/resume/${owner.runId}/paid` });
  const viewer = ctxOf(fresh.db, { ...ctx.actor, role: 'viewer' });
  await expect(waitAddress(viewer, wait)).rejects.toMatchObject({ code: 'forbidden' });
  const stranger = await adminOf(fresh.db);
  await expect(waitAddress(stranger, wait)).rejects.toMatchObject({ class: 'notFound' });
  await expect(waitAddress(ctx, { id: above.waits[1]?.id ?? '' })).rejects.toMatchObject({ code: 'wait_has_no_address' });
});
