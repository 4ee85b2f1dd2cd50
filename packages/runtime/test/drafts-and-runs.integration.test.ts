/**
 * Drafts of any shape, several hands on one draft, and what is read of runs.
 */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { newId, packBatch } from '@weft/db';
import type { BatchStep } from '@weft/db';
import { freshDatabase } from '@weft/db/testing';
import type { FreshDatabase } from '@weft/db/testing';
import {
  createWorkflow,
  getRun,
  getWorkflow,
  importWorkflow,
  installTemplate,
  listRuns,
  listSteps,
  listWorkflows,
  overview,
  publishWorkflow,
  renameWorkflow,
  replayRun,
  saveDraft,
  setWorkflowConfig,
  startRun,
} from '@weft/runtime';
import type { JsonValue } from '@weft/workflow';
import { adminOf, documentOf } from './support/use-cases.ts';
import type { TestCtx } from './support/use-cases.ts';

let fresh: FreshDatabase;
let ctx: TestCtx;

beforeEach(async () => {
  fresh = await freshDatabase();
  ctx = await adminOf(fresh.db);
});
afterEach(async () => fresh[Symbol.asyncDispose]());

const manual = documentOf({ connector: 'manual', operation: 'started' });

interface Ending {
  readonly status: 'succeeded' | 'failed' | 'skipped';
  readonly message?: string;
  readonly node?: string;
  readonly hoursAgo?: number;
}

/** Ends a run as a worker would leave it. */
async function end(runId: string, { status, message, node, hoursAgo = 0 }: Ending): Promise<string> {
  const id = hoursAgo === 0 ? runId : idOf(Date.now() - hoursAgo * 3_600_000);
  await fresh.db.pool.query(
    `WITH gone AS (DELETE FROM run WHERE id = $1 RETURNING *)
     INSERT INTO run_history(id, workspace_id, workflow_id, version_id, status, fence, recovery_count, business_key, origin, input, input_ref, error, failed_node, created_at, started_at, finished_at)
     SELECT $2, workspace_id, workflow_id, version_id, $3, 1, 0, business_key, origin, input, input_ref, $4::jsonb, $5, now() - make_interval(hours => $6), now() - make_interval(hours => $6), now() - make_interval(hours => $6) FROM gone`,
    [
      runId,
      id,
      status,
      message === undefined ? null : JSON.stringify({ class: 'invalid', code: 'refused', message }),
      node ?? null,
      hoursAgo,
    ],
  );
  return id;
}

/** A uuidv7 of an instant. */
function idOf(time: number): string {
  const [, ...rest] = newId().split('-');
  const hex = Math.floor(time).toString(16).padStart(12, '0');
  return [hex.slice(0, 8), hex.slice(8), ...rest.slice(1)].join('-');
}

/** Steps as a loop leaves them that asks somebody at every hundredth item: those are rows, the others stand in batches. */
async function putSteps(runId: string, count: number, failed: number): Promise<void> {
  const now = Date.now();
  const { pool } = fresh.db;
  let light: BatchStep[] = [];
  const flush = async (): Promise<void> => {
    const batch = await packBatch(light);
    light = [];
    await pool.query('INSERT INTO step_batch(run_id, seq, count, failed, records) VALUES ($1, $2, $3, $4, $5)', [
      runId,
      batch.seq,
      batch.count,
      batch.failed,
      batch.records,
    ]);
  };
  for (let seq = 0; seq < count; seq += 1) {
    const path = `each[${seq}].make`;
    const status = seq === failed ? 'failed' : 'succeeded';
    if (seq % 100 === 99) {
      await flush();
      await pool.query(
        `INSERT INTO step_run(run_id, path, attempt, seq, node_id, status, started_at, finished_at) VALUES ($1, $2, 1, $3, 'make', $4, now(), now())`,
        [runId, path, seq, status],
      );
    } else light.push({ path, nodeId: 'make', attempt: 1, seq, status, port: 'next', output: seq, startedAt: now, finishedAt: now });
  }
  if (light.length > 0) await flush();
}

async function published(document: JsonValue = manual): Promise<string> {
  const { id } = await createWorkflow(ctx, { name: 'Test', document });
  await publishWorkflow(ctx, { id });
  return id;
}

const started = async (workflowId: string, payload: JsonValue = {}): Promise<string> =>
  (await startRun(ctx, { workflowId, payload })).runId;

describe('a draft', () => {
  it.each<[string, JsonValue]>([
    ['nodes that are no nodes', { nodes: [null, 5, [], { kind: 'connector' }] }],
    ['slots and questions that are none', { slots: { a: null, b: 5 }, config: { q: null } }],
    ['members of the wrong type', { nodes: 'x', slots: [], config: 7, edges: {} }],
  ])('may hold %s: it is kept, listed and opened', async (_what, document) => {
    const { id } = await createWorkflow(ctx, { name: 'Odd' });
    const { problems } = await saveDraft(ctx, { id, document, expectedRevision: 1 });
    expect(problems.length).toBeGreaterThan(0);
    expect(await listWorkflows(ctx)).toMatchObject([{ id, connectors: [] }]);
    expect((await getWorkflow(ctx, { id })).draft).toEqual(document);
    await expect(publishWorkflow(ctx, { id })).rejects.toMatchObject({ code: 'workflow_invalid' });
    await expect(setWorkflowConfig(ctx, { id, config: { nobody: 1 } })).rejects.toMatchObject({ code: 'answers_invalid' });
    expect(await createWorkflow(ctx, { name: 'Odd', document })).toMatchObject({ needs: [] });
  });

  it('keeps characters that PostgreSQL refuses out of its columns', async () => {
    const { id } = await createWorkflow(ctx, { name: 'a\0b', document: { ...(manual as object), description: 'c\0d' } as JsonValue });
    await saveDraft(ctx, { id, document: { ...(manual as object), name: 'e\0f', description: 'g\0h' } as JsonValue, expectedRevision: 1 });
    expect(await listWorkflows(ctx)).toMatchObject([{ name: 'e\uFFFDf', description: 'g\uFFFDh' }]);
  });

  it('loses nothing when it is saved and renamed at the same moment', async () => {
    const { id } = await createWorkflow(ctx, { name: 'Test', document: manual });
    const lost: number[] = [];
    for (let round = 0; round < 10; round += 1) {
      const { revision } = await getWorkflow(ctx, { id });
      const document = { ...(manual as object), description: `round ${round}` } as JsonValue;
      const [save] = await Promise.allSettled([
        saveDraft(ctx, { id, document, expectedRevision: revision }),
        renameWorkflow(ctx, { id, name: `Name ${round}` }),
      ]);
      const { draft } = await getWorkflow(ctx, { id });
      // Either the save came first and stays, or it was told that somebody was faster.
      const isKept = draft.description === `round ${round}`;
      const isTold = save.status === 'rejected' && (save.reason as { code?: string }).code === 'draft_changed';
      if (isKept === isTold) lost.push(round);
    }
    expect(lost).toEqual([]);
  });

  it('says who changed it meanwhile, and when', async () => {
    const { id } = await createWorkflow(ctx, { name: 'Test', document: manual });
    await saveDraft(ctx, { id, document: manual, expectedRevision: 1 });
    await expect(
      saveDraft({ ...ctx, actor: { ...ctx.actor, name: 'Bob' } }, { id, document: manual, expectedRevision: 1 }),
    ).rejects.toMatchObject({
      class: 'conflict',
      message: expect.stringContaining('Ada changed') as string,
      detail: { revision: 2, by: 'Ada' },
    });
  });

  it('gets a number behind its name when the name is taken', async () => {
    const names = [];
    for (let copy = 0; copy < 3; copy += 1) {
      const { id } = await importWorkflow(ctx, { text: JSON.stringify({ ...(manual as object), description: `Copy ${copy}` }) });
      names.push((await getWorkflow(ctx, { id })).name);
    }
    expect(names).toEqual(['Test', 'Test (2)', 'Test (3)']);
  });
});

describe('a template', () => {
  it('is not installed with a question or a slot that it does not know', async () => {
    process.env['WEFT_TEMPLATES_DIR'] = new URL('../../../templates', import.meta.url).pathname;
    await expect(
      installTemplate(ctx, { templateId: 'closed-won-to-connectwise', bindings: { crn: newId() }, config: { bord: 'Onboarding' } }),
    ).rejects.toMatchObject({
      code: 'names_unknown',
      issues: [{ path: 'bindings.crn' }, { path: 'config.bord' }],
    });
    expect(await listWorkflows(ctx)).toEqual([]);
  });
});

describe('a run', () => {
  it('is replayed with the whole of a large event, and not at all when the event is gone', async () => {
    const workflowId = await published();
    const payload = { text: 'x'.repeat(200_000) };
    const runId = await started(workflowId, payload);
    expect((await getRun(ctx, { id: runId })).input).toMatchObject({
      truncated: true,
      size: 200_011,
      preview: expect.stringMatching(/^\{"text":"xxx/) as string,
    });
    await end(runId, { status: 'failed' });
    const again = await replayRun(ctx, { id: runId });
    const { rows } = await fresh.db.pool.query('SELECT i.size FROM run r JOIN blob i ON i.id = r.input_ref WHERE r.id = $1', [again.runId]);
    expect(rows).toEqual([{ size: 200_011 }]);
    await fresh.db.pool.query('DELETE FROM blob');
    await expect(replayRun(ctx, { id: runId })).rejects.toMatchObject({ class: 'notFound', code: 'payload_gone' });
  });

  it('is listed once over live and finished ones, page by page', async () => {
    const workflowId = await published();
    const ids: string[] = [];
    for (let index = 0; index < 7; index += 1) ids.push(await started(workflowId));
    for (const index of [0, 2, 5]) await end(ids[index] ?? '', { status: 'succeeded' });
    const seen: string[] = [];
    for (let before: string | undefined, more = true; more;) {
      const page = await listRuns(ctx, { limit: 3, ...(before === undefined ? {} : { before }) });
      seen.push(...page.runs.map(({ id }) => id));
      before = page.nextBefore ?? undefined;
      more = before !== undefined;
    }
    expect(seen).toEqual(ids.toReversed());
    expect((await listRuns(ctx, { status: ['succeeded'] })).runs).toHaveLength(3);
    expect((await listRuns(ctx, { search: ids[2] ?? '' })).runs).toMatchObject([{ id: ids[2] }]);
  });

  it('of thousands of steps shows the first and the last ones and whatever failed, and gives the others page by page', async () => {
    const runId = await started(await published());
    await putSteps(runId, 7000, 5000);
    const { steps, hasMoreSteps, stepsAfter } = await getRun(ctx, { id: runId });
    expect([steps.length, hasMoreSteps, stepsAfter]).toEqual([2201, true, 1999]);
    expect(steps.filter(({ status }) => status === 'failed').map(({ path }) => path)).toEqual(['each[5000].make']);
    expect(steps.at(-1)?.path).toBe('each[6999].make');
    const paths = steps.slice(0, 2000).map(({ path }) => path);
    for (let after = stepsAfter; after !== undefined;) {
      const page = await listSteps(ctx, { id: runId, after, limit: 900 });
      paths.push(...page.steps.map(({ path }) => path));
      after = page.after;
    }
    expect(paths).toEqual(Array.from({ length: 7000 }, (_, index) => `each[${index}].make`));
    await expect(listSteps(await adminOf(fresh.db), { id: runId })).rejects.toMatchObject({ class: 'notFound' });
  });

  it('shows the steps that stand with its end, and previews of what is large', async () => {
    const runId = await started(await published());
    const now = Date.now();
    const step = { attempt: 1, status: 'succeeded', port: 'next', startedAt: now, finishedAt: now };
    const { records } = await packBatch([
      { ...step, path: 'start', nodeId: 'start', seq: 0 },
      { ...step, path: 'large', nodeId: 'large', seq: 1, output: { text: 'ä'.repeat(40_000) } },
    ]);
    await end(runId, { status: 'succeeded' });
    await fresh.db.pool.query('UPDATE run_history SET steps = $2 WHERE id = $1', [runId, records]);
    const { steps, hasMoreSteps } = await getRun(ctx, { id: runId });
    expect(hasMoreSteps).toBe(false);
    expect(steps).toMatchObject([{ path: 'start' }, { path: 'large', output: { truncated: true, size: 80_011 } }]);
    expect(await getRun(ctx, { id: await started(await published()) })).toMatchObject({ steps: [], hasMoreSteps: false });
  });

  it('says why it is where it is', async () => {
    const workflowId = await published();
    const queued = await started(workflowId);
    const waiting = await started(workflowId);
    const running = await started(workflowId);
    await fresh.db.pool.query(`UPDATE run SET status = 'waiting', wake_at = '2030-01-01T00:00:00Z' WHERE id = $1`, [waiting]);
    await fresh.db.pool.query(`UPDATE run SET status = 'running', worker = 'w1' WHERE id = $1`, [running]);
    expect((await getRun(ctx, { id: queued })).why).toBe('Accepted; waits for a free worker.');
    expect((await getRun(ctx, { id: waiting })).why).toBe('Waits until 2030-01-01T00:00:00.000Z.');
    expect((await getRun(ctx, { id: running })).why).toBe('Worker w1 executes it.');
  });
});

describe('the overview', () => {
  it('counts the last day, by hour and by cause', async () => {
    const workflowId = await published();
    const endings: Ending[] = [
      { status: 'succeeded', hoursAgo: 3 },
      { status: 'failed', message: 'Company 1234 was refused', node: 'company' },
      { status: 'failed', message: 'Company 9876 was refused', node: 'company' },
      { status: 'failed', message: 'No account carries the company “Acme” (id 7).', node: 'unlinked' },
      { status: 'failed', message: 'No account carries the company “Blue Heron & Co” (id 8).', node: 'unlinked' },
      { status: 'failed', message: 'Company 9876 was refused', node: 'ticket' },
      { status: 'failed', message: 'Long ago', node: 'company', hoursAgo: 30 },
    ];
    for (const ending of endings) await end(await started(workflowId), ending);
    await started(workflowId);
    const seen = await overview(ctx);
    expect(seen.counts24h).toEqual({ succeeded: 1, failed: 5, skipped: 0, running: 1 });
    expect(seen.problems.map(({ nodeId, count }) => [nodeId, count]).toSorted()).toEqual([
      ['company', 2],
      ['ticket', 1],
      ['unlinked', 2],
    ]);
    expect(seen.activity24h).toEqual([{ workflowId, workflowName: 'Test', hours: [...Array.from({ length: 20 }, () => 0), 1, 0, 0, 6] }]);
    expect((await overview(await adminOf(fresh.db))).activity24h).toEqual([]);
  });

  it('names the accounts that fail and those that a vendor refuses until they are reconnected', async () => {
    for (const [name, status] of [
      ['Fine', 'ok'],
      ['Failing', 'failed'],
      ['Refused', 'reconnect'],
      ['New', 'unchecked'],
    ] as const)
      await fresh.db.prisma.connection.create({
        data: {
          id: newId(),
          workspaceId: ctx.actor.workspaceId,
          connector: 'salesforce',
          authScheme: 'oauth',
          name,
          publicValues: {},
          sealed: new Uint8Array(),
          keyId: 'k',
          status,
          ...(status === 'reconnect' ? { statusMessage: 'The token was revoked.' } : {}),
        },
      });
    const { connectionsFailed } = await overview(ctx);
    expect(connectionsFailed.map(({ name, message }) => [name, message]).toSorted()).toEqual([
      ['Failing', 'Its last test failed.'],
      ['Refused', 'The token was revoked.'],
    ]);
  });
});
