/**
 * How a workflow's trigger follows its workflow: switched on and off, published, bound to another account.
 */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { claimTriggers, commitTriggerTurn } from '@weft/db';
import { freshDatabase } from '@weft/db/testing';
import type { FreshDatabase } from '@weft/db/testing';
import {
  createWorkflow,
  deleteWorkflow,
  publishWorkflow,
  saveDraft,
  setWorkflowBindings,
  setWorkflowConfig,
  setWorkflowEnabled,
} from '@weft/runtime';
import type { JsonValue } from '@weft/workflow';
import { adminOf, documentOf, putConnection } from './support/use-cases.ts';
import type { TestCtx } from './support/use-cases.ts';

let fresh: FreshDatabase;
let ctx: TestCtx;

beforeEach(async () => {
  fresh = await freshDatabase();
  ctx = await adminOf(fresh.db);
});
afterEach(async () => fresh[Symbol.asyncDispose]());

const crm = { slots: { crm: { connector: 'salesforce' } } };
const watch = (input: Record<string, JsonValue>): JsonValue =>
  documentOf({ connector: 'salesforce', operation: 'recordChanged', slot: 'crm', input }, crm);
const pushed = documentOf({ connector: 'test', operation: 'pushed', slot: 'vendor' }, { slots: { vendor: { connector: 'test' } } });

const bindingsOf = (workflowId: string) => fresh.db.prisma.triggerBinding.findMany({ where: { workflowId } });
const cursor = (workflowId: string, value: object) =>
  fresh.db.prisma.triggerBinding.updateMany({ where: { workflowId }, data: { cursor: value, activatedAt: new Date() } });

async function live(document: JsonValue, bindings: Record<string, string>): Promise<string> {
  const { id } = await createWorkflow(ctx, { name: 'Test', document });
  await setWorkflowBindings(ctx, { id, bindings });
  await publishWorkflow(ctx, { id });
  await setWorkflowEnabled(ctx, { id, enabled: true });
  return id;
}

async function publish(id: string, document: JsonValue): Promise<void> {
  const { draftRevision } = await fresh.db.prisma.workflow.findUniqueOrThrow({ where: { id } });
  await saveDraft(ctx, { id, document, expectedRevision: draftRevision });
  await publishWorkflow(ctx, { id });
}

describe('what a trigger saw before', () => {
  const input = { fields: ['Name', 'Amount'], object: 'Opportunity', event: 'created' };

  it('is kept by a new version that watches the same thing, however its settings are ordered', async () => {
    const id = await live(watch(input), { crm: await putConnection(ctx, 'salesforce') });
    await cursor(id, { since: 'yesterday' });
    const [before] = await bindingsOf(id);
    await publish(id, watch({ event: 'created', object: 'Opportunity', fields: ['Name', 'Amount'] }));
    const [after, ...others] = await bindingsOf(id);
    expect(others).toEqual([]);
    expect(after).toMatchObject({ id: before?.id, cursor: { since: 'yesterday' }, enabled: true });
    expect(after?.versionId).not.toBe(before?.versionId);
  });

  it.each([
    ['the object', watch({ ...input, object: 'Account' })],
    ['the condition', watch({ ...input, when: 'Amount > 10' })],
  ])('is dropped when %s is another one', async (_what, document) => {
    const id = await live(watch(input), { crm: await putConnection(ctx, 'salesforce') });
    await cursor(id, { since: 'yesterday' });
    await publish(id, document);
    expect(await bindingsOf(id)).toMatchObject([{ cursor: null, activatedAt: null, enabled: true }]);
  });

  it('is dropped when the workflow was off: it begins from now', async () => {
    const id = await live(watch(input), { crm: await putConnection(ctx, 'salesforce') });
    await cursor(id, { since: 'yesterday' });
    await setWorkflowEnabled(ctx, { id, enabled: false });
    expect(await bindingsOf(id)).toMatchObject([{ enabled: false, nextDueAt: null }]);
    await setWorkflowEnabled(ctx, { id, enabled: true });
    expect(await bindingsOf(id)).toMatchObject([{ cursor: null, activatedAt: null, enabled: true }]);
    expect(ctx.asked).toContain('wake');
  });

  it('is dropped when the account is another one', async () => {
    const id = await live(watch(input), { crm: await putConnection(ctx, 'salesforce') });
    await cursor(id, { since: 'yesterday' });
    const other = await putConnection(ctx, 'salesforce');
    await setWorkflowBindings(ctx, { id, bindings: { crm: other } });
    expect(await bindingsOf(id)).toMatchObject([{ cursor: null, connectionId: other }]);
  });
});

describe('a turn that is under way', () => {
  const turn = { events: [], next: { afterMs: 1000 } } as const;

  it('keeps nothing when a new version is published meanwhile, and the next one begins at once', async () => {
    const input = { object: 'Account' };
    const id = await live(watch(input), { crm: await putConnection(ctx, 'salesforce') });
    const [taken] = await claimTriggers(fresh.db.pool, 1);
    await publish(id, watch(input));
    expect(taken && (await commitTriggerTurn(fresh.db, taken, { ...turn, cursor: { since: 'now' } }))).toBeUndefined();
    const [again] = await claimTriggers(fresh.db.pool, 1);
    expect(again).toMatchObject({ id: taken?.id, cursor: undefined });
    expect(again?.versionId).not.toBe(taken?.versionId);
  });

  it('is kept when it tells a vendor of our address, which no version changes', async () => {
    const id = await live(pushed, { vendor: await putConnection(ctx, 'test') });
    const [taken] = await claimTriggers(fresh.db.pool, 1);
    await publish(id, pushed);
    expect(taken && (await commitTriggerTurn(fresh.db, taken, { ...turn, cursor: { registration: 7 } }))).toEqual([]);
    expect(await bindingsOf(id)).toMatchObject([{ cursor: { registration: 7 } }]);
  });
});

describe('a vendor that posts to us', () => {
  it('is told to stop with the registration it gave, and keeps its address when it begins again', async () => {
    const id = await live(pushed, { vendor: await putConnection(ctx, 'test') });
    await cursor(id, { registration: 7 });
    const [before] = await bindingsOf(id);
    await setWorkflowEnabled(ctx, { id, enabled: false });
    expect(ctx.asked.filter((it) => it.startsWith('deregister'))).toEqual(['deregister {"registration":7}']);
    await setWorkflowEnabled(ctx, { id, enabled: true });
    expect((await bindingsOf(id))[0]).toMatchObject({ hookToken: before?.hookToken, cursor: null });
  });

  it('is told to stop when the account changes, before the new address is made', async () => {
    const id = await live(pushed, { vendor: await putConnection(ctx, 'test') });
    await cursor(id, { registration: 7 });
    await setWorkflowBindings(ctx, { id, bindings: { vendor: await putConnection(ctx, 'test') } });
    expect(ctx.asked.filter((it) => it.startsWith('deregister'))).toEqual(['deregister {"registration":7}']);
    expect(await bindingsOf(id)).toMatchObject([{ enabled: true, cursor: null }]);
  });

  it('does not keep a workflow from being deleted when it does not answer', async () => {
    const id = await live(pushed, { vendor: await putConnection(ctx, 'test') });
    const failing = {
      ...ctx,
      worker: { ...ctx.worker, deactivateTrigger: () => Promise.reject(new Error('down')) },
      log: { ...ctx.log, warn: () => undefined },
    };
    expect(await deleteWorkflow(failing, { id })).toEqual({ deleted: true });
    expect(await bindingsOf(id)).toMatchObject([{ enabled: false }]);
  });
});

describe('a workflow that is on', () => {
  const asking = (required: string[]): JsonValue =>
    documentOf(
      { connector: 'webhook', operation: 'received' },
      { config: Object.fromEntries(required.map((key) => [key, { title: key, type: 'string', required: true }])) },
    );

  it('is not published when the new version asks for what nobody answered, and goes on with the old one', async () => {
    const { id } = await createWorkflow(ctx, { name: 'Test', document: asking([]) });
    await publishWorkflow(ctx, { id });
    await setWorkflowEnabled(ctx, { id, enabled: true });
    const [before] = await bindingsOf(id);
    await expect(publish(id, asking(['board']))).rejects.toMatchObject({ code: 'workflow_incomplete', issues: [{ path: 'config.board' }] });
    expect(await bindingsOf(id)).toMatchObject([{ versionId: before?.versionId, enabled: true }]);
    expect(await fresh.db.prisma.workflowVersion.count({ where: { workflowId: id } })).toBe(1);
  });

  it('keeps its accounts and answers until better ones come', async () => {
    const account = await putConnection(ctx, 'salesforce');
    const id = await live(watch({ object: 'Account' }), { crm: account });
    await expect(setWorkflowBindings(ctx, { id, bindings: {} })).rejects.toMatchObject({ code: 'workflow_incomplete' });
    await expect(setWorkflowBindings(ctx, { id, bindings: { crm: await putConnection(ctx, 'connectwise') } })).rejects.toMatchObject({
      code: 'bindings_invalid',
      issues: [{ path: 'bindings.crm', message: expect.stringContaining('needs an account of salesforce') as string }],
    });
    expect(await fresh.db.prisma.workflow.findUnique({ where: { id } })).toMatchObject({ bindings: { crm: account } });

    const { id: asked } = await createWorkflow(ctx, { name: 'Asks', document: asking(['board']) });
    await setWorkflowConfig(ctx, { id: asked, config: { board: 'Onboarding' } });
    await publishWorkflow(ctx, { id: asked });
    await setWorkflowEnabled(ctx, { id: asked, enabled: true });
    await expect(setWorkflowConfig(ctx, { id: asked, config: {} })).rejects.toMatchObject({
      code: 'workflow_incomplete',
      issues: [{ path: 'config.board' }],
    });
  });

  it('has one trigger and numbered versions however many publish and switch at once', async () => {
    const { id } = await createWorkflow(ctx, { name: 'Test', document: asking([]) });
    await publishWorkflow(ctx, { id });
    const outcomes = await Promise.allSettled([
      ...Array.from({ length: 4 }, () => publishWorkflow(ctx, { id })),
      ...Array.from({ length: 4 }, () => setWorkflowEnabled(ctx, { id, enabled: true })),
    ]);
    const reasons = outcomes.flatMap((outcome) => (outcome.status === 'rejected' ? [(outcome.reason as { class?: string }).class] : []));
    expect(reasons.filter((reason) => reason !== 'conflict')).toEqual([]);
    await setWorkflowEnabled(ctx, { id, enabled: true });
    const row = await fresh.db.prisma.workflow.findUniqueOrThrow({ where: { id } });
    const versions = await fresh.db.prisma.workflowVersion.findMany({ where: { workflowId: id }, orderBy: { number: 'asc' } });
    expect(versions.map(({ number }) => number)).toEqual(versions.map((_, index) => index + 1));
    expect(row).toMatchObject({ enabled: true, publishedVersion: versions.length });
    expect(await bindingsOf(id)).toMatchObject([{ enabled: true, versionId: versions.at(-1)?.id }]);
  });
});
