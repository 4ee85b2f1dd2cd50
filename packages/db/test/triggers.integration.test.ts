import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { claimTriggers, commitTriggerTurn, failTriggerTurn, findHook, newId, prepareAccept } from '../src/index.ts';
import type { ClaimedTrigger, Database } from '../src/index.ts';
import { freshDatabase } from '../src/testing.ts';
import type { FreshDatabase } from '../src/testing.ts';

let fresh: FreshDatabase;
let db: Database;
const workspaceId = newId();
beforeAll(async () => {
  fresh = await freshDatabase();
  db = fresh.db;
  await db.prisma.workspace.create({ data: { id: workspaceId, name: 'Test' } });
});
afterAll(() => fresh[Symbol.asyncDispose]());

async function binding(mode = 'poll'): Promise<string> {
  const workflow = await db.prisma.workflow.create({ data: { id: newId(), workspaceId, name: 'W', draft: {} } });
  const version = await db.prisma.workflowVersion.create({
    data: { id: newId(), workflowId: workflow.id, number: 1, document: { settings: { businessKey: '{{ trigger.body.name }}' } } },
  });
  const { id } = await db.prisma.triggerBinding.create({
    data: {
      id: newId(),
      workspaceId,
      workflowId: workflow.id,
      versionId: version.id,
      nodeId: 'start',
      connector: 'test',
      operation: 'changed',
      mode,
      input: {},
      nextDueAt: new Date(Date.now() - 1000),
      hookToken: `token-${newId()}`,
    },
  });
  return id;
}

async function claim(id: string): Promise<ClaimedTrigger> {
  const trigger = (await claimTriggers(db.pool, 50)).find((candidate) => candidate.id === id);
  if (!trigger) throw new Error('The binding was not due');
  return trigger;
}

const events = (trigger: ClaimedTrigger, ...keys: string[]) =>
  Promise.all(keys.map((dedupKey) => prepareAccept({ ...trigger, origin: 'poll', payload: { dedupKey }, dedupKey })));

async function stateOf(id: string) {
  const [row, runs] = await Promise.all([
    db.prisma.triggerBinding.findUniqueOrThrow({ where: { id } }),
    db.pool.query(
      'SELECT dedup_key FROM run WHERE workflow_id = (SELECT workflow_id FROM trigger_binding WHERE id = $1) ORDER BY dedup_key',
      [id],
    ),
  ]);
  return {
    cursor: row.cursor,
    runs: runs.rows.map((run) => run.dedup_key as string),
    failures: row.failures,
    lastError: row.lastError,
    nextDueAt: row.nextDueAt,
  };
}

describe('turns of triggers', () => {
  it('stores cursor and runs together', async () => {
    const id = await binding();
    const trigger = await claim(id);
    const accepted = await commitTriggerTurn(db, trigger, {
      events: await events(trigger, 'e1', 'e2'),
      cursor: { seen: 2 },
      next: { afterMs: 60_000 },
    });
    expect(accepted?.map((run) => run.duplicate)).toEqual([false, false]);
    expect(await stateOf(id)).toMatchObject({ cursor: { seen: 2 }, runs: ['e1', 'e2'] });
    expect(await claimTriggers(db.pool, 50)).toEqual([]);
  });

  it('keeps neither when the runs cannot be inserted', async () => {
    const id = await binding();
    const trigger = await claim(id);
    const [good, bad] = await events(trigger, 'e3', 'e4');
    const broken = { ...bad!, input: { text: '{"cut', json: '{"cut', wasCleaned: false } };
    await expect(
      commitTriggerTurn(db, trigger, { events: [good!, broken], cursor: { seen: 4 }, next: { afterMs: 0 } }),
    ).rejects.toMatchObject({ code: '22P02' });
    expect(await stateOf(id)).toMatchObject({ cursor: null, runs: [] });
  });

  it('keeps nothing of a turn whose binding another worker has taken', async () => {
    const id = await binding();
    const slow = await claim(id);
    await db.pool.query(`UPDATE trigger_binding SET lease_until = now() - interval '1 second' WHERE id = $1`, [id]);
    const quick = await claim(id);
    expect(
      await commitTriggerTurn(db, slow, { events: await events(slow, 'late'), cursor: { by: 'slow' }, next: { afterMs: 0 } }),
    ).toBeUndefined();
    await commitTriggerTurn(db, quick, { events: await events(quick, 'new'), cursor: { by: 'quick' }, next: 'never' });
    expect(await stateOf(id)).toMatchObject({ cursor: { by: 'quick' }, runs: ['new'], nextDueAt: null });
  });

  it('notes a failure and tries again later', async () => {
    const id = await binding();
    const trigger = await claim(id);
    await failTriggerTurn(db.pool, trigger, {
      error: { class: 'auth', code: 'expired', message: 'The token expired.' },
      retryAfterMs: 30_000,
    });
    const state = await stateOf(id);
    expect(state).toMatchObject({ failures: 1, lastError: { code: 'expired' } });
    expect(state.nextDueAt?.getTime()).toBeGreaterThan(Date.now() + 20_000);
  });

  it('finds a hook by its token', async () => {
    const id = await binding('webhook');
    const { hookToken } = await db.prisma.triggerBinding.findUniqueOrThrow({ where: { id } });
    expect(await findHook(db.pool, hookToken as string)).toMatchObject({
      bindingId: id,
      mode: 'webhook',
      isEnabled: true,
      businessKey: '{{ trigger.body.name }}',
      concurrencyKey: null,
      concurrencyLimit: null,
    });
    expect(await findHook(db.pool, 'unknown')).toBeUndefined();
  });
});
