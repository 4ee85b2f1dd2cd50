import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { loadJournal, newId, requestCancel } from '@weft/db';
import { freshDatabase } from '@weft/db/testing';
import type { FreshDatabase } from '@weft/db/testing';
import { openQueue } from '@weft/queue';
import { answerReview, countReviews, createAnswerReceiver, createLogger, listReviews, resumeWait } from '@weft/runtime';
import type { HookReceiver } from '@weft/runtime';
import { workflowSchema } from '@weft/workflow';
import { ctxOf } from './support/use-cases.ts';
import { moveTo, putCallee } from './support/listening.ts';
import { startVendor } from './support/vendor.ts';
import type { Vendor } from './support/vendor.ts';
import { startWorkerProcess } from './support/worker-process.ts';
import type { WorkerProcess } from './support/worker-process.ts';
import { chain, ended, expireLeases, httpNode, putWorkflow, start, steps } from './support/workflows.ts';
import type { TestWorkflow } from './support/workflows.ts';

let fresh: FreshDatabase;
let vendor: Vendor;
let workers: WorkerProcess[];

// Workers are processes that take their time to start.
vi.setConfig({ testTimeout: 180_000 });

beforeEach(async () => {
  workers = [];
  fresh = await freshDatabase();
  vendor = await startVendor();
});
afterEach(async () => {
  vendor.letGo();
  await Promise.all(workers.map((worker) => worker.crash()));
  await vendor[Symbol.asyncDispose]();
  await fresh[Symbol.asyncDispose]();
});

const PUBLIC_URL = 'https://weft.example.com';

async function worker(): Promise<WorkerProcess> {
  const env = { WEFT_ALLOW_PRIVATE_HOSTS: vendor.host, WEFT_PUBLIC_URL: PUBLIC_URL };
  const started = await startWorkerProcess({ databaseUrl: fresh.url, env });
  workers.push(started);
  return started;
}

/** The receiver of an ingress. */
async function ingress(): Promise<{ receive: HookReceiver } & AsyncDisposable> {
  const queue = await openQueue({ databaseUrl: fresh.url });
  const receive = createAnswerReceiver({ db: fresh.db, queue, log: createLogger({ process: 'test', write: () => {} }), now: Date.now });
  return { receive, [Symbol.asyncDispose]: () => queue.close() };
}

const post = (body: unknown, method = 'POST') => ({
  method,
  path: '/resume/x',
  query: {},
  headers: { 'content-type': 'application/json' },
  rawBody: Buffer.from(JSON.stringify(body)),
});

/** A person of the workflow's workspace. */
const person = (workflow: TestWorkflow, name: string, role: 'viewer' | 'operator' | 'admin' = 'operator') =>
  ctxOf(fresh.db, { workspaceId: workflow.workspaceId, role, name, via: 'session' });

async function untilWaiting(runId: string): Promise<{ wait_reason: string; is_timed: boolean; worker: string | null }> {
  return vi.waitFor(
    async () => {
      const { rows } = await fresh.db.pool.query(
        `SELECT wait_reason, wake_at IS NOT NULL AS is_timed, worker FROM run WHERE id = $1 AND status = 'waiting'`,
        [runId],
      );
      expect(rows).toHaveLength(1);
      return rows[0];
    },
    { timeout: 30_000, interval: 20 },
  );
}

/** The last part of the address that the vendor was sent. */
async function sentToken(path = '/ask'): Promise<string> {
  const call = await vi.waitFor(
    () => {
      const found = vendor.calls.find((one) => one.path === path);
      expect(found).toBeDefined();
      return found;
    },
    { timeout: 30_000, interval: 20 },
  );
  return /\/resume\/([A-Za-z0-9_-]+)/.exec(call?.body ?? '')?.[1] ?? '';
}

/** A PUT, which may be sent again: its worker may be killed at any moment. */
const ask = () => httpNode('ask', 'request', `${vendor.url}/ask`, { method: 'PUT', body: { callback: '{{ resume.answer }}' } });
const answerNode = (more: object = {}) => ({ id: 'answer', kind: 'wait', mode: 'event', ...more });
const after = () => httpNode('after', 'request', `${vendor.url}/after`, { body: '{{ steps.answer.body }}' });

describe('an event', () => {
  it('wakes its run once, with workers killed while it is registered, answered and resumed', async () => {
    await using entry = await ingress();
    const first = await worker();
    const workflow = await putWorkflow(fresh.db, chain(ask(), answerNode(), httpNode('slow', 'get', `${vendor.url}/hold/slow`), after()));
    const runId = await start(fresh.db, fresh.url, workflow);
    const token = await sentToken();
    // Killed as early as the address is out: before, while or after the wait is registered.
    await first.crash();
    await expireLeases(fresh.db);
    const second = await worker();
    expect(await untilWaiting(runId)).toMatchObject({
      worker: null,
      is_timed: false,
      wait_reason: 'Waits to be called back at “Wait for a call back”.',
    });
    // Answered while no worker lives.
    await second.crash();
    const answers = await Promise.all([1, 2, 3].map((id) => entry.receive(token, post({ id }))));
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200]);
    expect(answers.filter(({ body }) => JSON.stringify(body) === '{"status":"accepted"}')).toHaveLength(1);
    expect(answers.filter(({ body }) => JSON.stringify(body) === '{"status":"already handled"}')).toHaveLength(2);
    const winner = answers.findIndex(({ body }) => JSON.stringify(body) === '{"status":"accepted"}') + 1;
    // Killed right behind the wait, while the next step is under way.
    const third = await worker();
    await vi.waitFor(() => expect(vendor.count('/hold/slow')).toBe(1), { timeout: 30_000 });
    await third.crash();
    vendor.letGo();
    await expireLeases(fresh.db);
    await worker();
    expect(await ended(fresh.db, runId, 40_000)).toMatchObject({ status: 'succeeded' });
    expect(vendor.calls.filter(({ path }) => path === '/after').map(({ body }) => body)).toEqual([JSON.stringify({ id: winner })]);
    expect((await entry.receive(token, post({ id: 9 }))).body).toEqual({ status: 'already handled' });
  });

  it('is answered before the run is there, by nothing but a POST to its address', async () => {
    await using entry = await ingress();
    await worker();
    const workflow = await putWorkflow(fresh.db, chain(ask(), httpNode('slow', 'get', `${vendor.url}/hold/slow`), answerNode(), after()));
    const runId = await start(fresh.db, fresh.url, workflow);
    const token = await sentToken();
    expect(token).toMatch(/^[A-Za-z0-9_-]{43}$/);
    await vi.waitFor(() => expect(vendor.count('/hold/slow')).toBe(1), { timeout: 20_000 });
    for (const method of ['GET', 'HEAD', 'OPTIONS', 'PUT']) {
      const looked = await entry.receive(token, post({}, method));
      const guessed = await entry.receive('x'.repeat(43), post({}, method));
      expect([looked.status, looked.body]).toEqual([405, guessed.body]);
    }
    for (const guess of [runId, newId(), `${token.slice(0, -1)}${token.endsWith('A') ? 'B' : 'A'}`, '', '../x'])
      expect((await entry.receive(guess, post({}))).status).toBe(404);
    expect((await entry.receive(token, post({ early: true }))).body).toEqual({ status: 'accepted' });
    expect((await entry.receive(token, post({ early: false }))).body).toEqual({ status: 'already handled' });
    vendor.letGo();
    expect(await ended(fresh.db, runId, 30_000)).toMatchObject({ status: 'succeeded' });
    expect(vendor.calls.find(({ path }) => path === '/after')?.body).toBe('{"early":true}');
    // Neither the address nor its token is stored anywhere.
    const { rows } = await fresh.db.pool.query<{ text: string }>(
      `SELECT (SELECT json_agg(s) FROM step_run s)::text || (SELECT json_agg(w) FROM run_wait w)::text
         || coalesce((SELECT json_agg(i) FROM effect_intent i)::text, '') AS text`,
    );
    expect(rows[0]?.text).toContain('/resume/••••');
    expect(rows[0]?.text).not.toContain(token);
  });

  it('that nobody calls goes on by its timeout', async () => {
    await worker();
    const node = answerNode({ timeout: { amount: 3, unit: 'seconds' } });
    const document = {
      nodes: [...chain(node).nodes, httpNode('late', 'request', `${vendor.url}/late`)],
      edges: [...chain(node).edges, { from: 'answer', fromPort: 'timeout', to: 'late' }],
    };
    const runId = await start(fresh.db, fresh.url, await putWorkflow(fresh.db, document));
    expect(await untilWaiting(runId)).toMatchObject({ is_timed: true });
    expect(await ended(fresh.db, runId, 30_000)).toMatchObject({ status: 'succeeded' });
    expect(vendor.count('/late')).toBe(1);
  });

  it('ends at once when its run is cancelled, with no worker anywhere', async () => {
    await using entry = await ingress();
    const first = await worker();
    const workflow = await putWorkflow(fresh.db, chain(ask(), answerNode(), after()));
    const runId = await start(fresh.db, fresh.url, workflow);
    const token = await sentToken();
    await untilWaiting(runId);
    await first.crash();
    expect(await requestCancel(fresh.db.pool, { runId, workspaceId: workflow.workspaceId, by: 'Ann' })).toBe('cancelled');
    expect(await ended(fresh.db, runId, 100)).toMatchObject({ status: 'cancelled', reason: 'Cancelled by Ann' });
    expect((await entry.receive(token, post({}))).body).toEqual({ status: 'already handled' });
    expect(vendor.count('/after')).toBe(0);
  });
});

describe('times', () => {
  it('wake their runs once each, on time, with workers killed and stopped meanwhile', async () => {
    const workflow = await putWorkflow(
      fresh.db,
      chain(
        { id: 'rest', kind: 'wait', mode: 'duration', duration: { amount: '{{ trigger.seconds }}', unit: 'seconds' } },
        httpNode('after', 'get', `${vendor.url}/woke/{{ trigger.number }}`),
      ),
    );
    const runIds: string[] = [];
    for (let number = 0; number < 30; number += 1)
      runIds.push(await start(fresh.db, fresh.url, workflow, { number, seconds: 4 + (number % 5) }));
    const first = await worker();
    for (const runId of runIds) await untilWaiting(runId);
    const { rows: held } = await fresh.db.pool.query(
      `SELECT FROM run WHERE status = 'waiting' AND (worker IS NOT NULL OR lease_until IS NOT NULL)`,
    );
    expect(held).toHaveLength(0);
    await first.crash();
    const second = await worker();
    await vi.waitFor(() => expect(vendor.calls.length).toBeGreaterThan(2), { timeout: 30_000 });
    await second.crash();
    await expireLeases(fresh.db);
    const third = await worker();
    await vi.waitFor(() => expect(vendor.calls.length).toBeGreaterThan(10), { timeout: 30_000 });
    await third.stop();
    await worker();
    for (const runId of runIds) expect(await ended(fresh.db, runId, 60_000)).toMatchObject({ status: 'succeeded' });
    const { rows } = await fresh.db.pool.query<{ run_id: string; due_at: Date }>('SELECT run_id, due_at FROM run_wait');
    const dueAt = new Map(rows.map((row) => [row.run_id, row.due_at.getTime()]));
    const rested = (await loadJournal(fresh.db.pool, runIds)).filter(({ path, status }) => path === 'rest' && status === 'succeeded');
    expect(new Set(rested.map(({ runId }) => runId)).size).toBe(30);
    expect(rested.length).toBe(30);
    expect(rested.filter(({ runId, finishedAt }) => finishedAt < (dueAt.get(runId) ?? Infinity))).toEqual([]);
    // A GET may be repeated by the worker after one that died in the middle of it; its run woke once all the same.
    for (let number = 0; number < 30; number += 1) expect(vendor.count(`/woke/${number}`)).toBeGreaterThanOrEqual(1);
  });

  it('may be cut short by a person, and count towards the deadline of the run', async () => {
    await worker();
    const rest = { id: 'rest', kind: 'wait', mode: 'duration', duration: { amount: 3, unit: 'days' } };
    const workflow = await putWorkflow(fresh.db, chain(rest));
    const runId = await start(fresh.db, fresh.url, workflow);
    await untilWaiting(runId);
    const { rows } = await fresh.db.pool.query<{ id: string }>('SELECT id FROM run_wait WHERE run_id = $1', [runId]);
    const id = rows[0]?.id ?? '';
    await expect(resumeWait(person(workflow, 'Vi', 'viewer'), { id })).rejects.toMatchObject({ code: 'forbidden' });
    await resumeWait(person(workflow, 'Ann'), { id });
    expect(await ended(fresh.db, runId)).toMatchObject({ status: 'succeeded' });
    expect((await steps(fresh.db, runId)).find(({ path }) => path === 'rest')?.output).toMatchObject({ resumedBy: 'Ann' });
    await expect(resumeWait(person(workflow, 'Ann'), { id })).rejects.toMatchObject({ code: 'wait_over' });

    const limited = await putWorkflow(fresh.db, { ...chain(rest), settings: { timeoutMs: 3000 } });
    const late = await start(fresh.db, fresh.url, limited);
    expect(await ended(fresh.db, late, 30_000)).toMatchObject({ status: 'failed', error: { code: 'deadline' } });
    await vi.waitFor(async () =>
      expect((await fresh.db.pool.query(`SELECT status FROM run_wait WHERE run_id = $1`, [late])).rows).toEqual([{ status: 'closed' }]),
    );
  });
});

describe('a question', () => {
  const check = {
    id: 'check',
    kind: 'review',
    subject: 'Send {{ trigger.name }} a quote?',
    facts: [{ label: 'Amount', value: '{{ trigger.amount }}' }],
  };
  const document = () => ({
    nodes: [...chain(check).nodes, httpNode('send', 'request', `${vendor.url}/send`), httpNode('file', 'request', `${vendor.url}/file`)],
    edges: [
      ...chain(check).edges,
      { from: 'check', fromPort: 'approved', to: 'send' },
      { from: 'check', fromPort: 'rejected', to: 'file' },
    ],
  });

  it('is decided once, by one of several people at the same moment; the others are told whose it was', async () => {
    const first = await worker();
    const workflow = await putWorkflow(fresh.db, document());
    const runId = await start(fresh.db, fresh.url, workflow, { name: 'Acme', amount: 1200 });
    await untilWaiting(runId);
    await first.crash();
    const ann = person(workflow, 'Ann');
    const { reviews } = await listReviews(ann);
    expect(reviews).toMatchObject([
      { runId, subject: 'Send Acme a quote?', facts: [{ label: 'Amount', value: 1200 }], status: 'open', mayDecide: true, decision: null },
    ]);
    expect(await countReviews(ann)).toEqual({ open: 1 });
    const id = reviews[0]?.id ?? '';
    await expect(answerReview(person(workflow, 'Vi', 'viewer'), { id, choice: 'approved' })).rejects.toMatchObject({ code: 'forbidden' });
    await expect(answerReview(ann, { id, choice: 'maybe' })).rejects.toMatchObject({ code: 'unknown_choice' });
    const stranger = ctxOf(fresh.db, { workspaceId: newId(), role: 'admin', name: 'Eve', via: 'session' });
    await expect(answerReview(stranger, { id, choice: 'approved' })).rejects.toMatchObject({ class: 'notFound' });
    const people = ['Ann', 'Bob', 'Cem', 'Dee'];
    const outcomes = await Promise.allSettled(
      people.map((name, index) =>
        answerReview(person(workflow, name), { id, choice: index % 2 === 0 ? 'approved' : 'rejected', comment: `by ${name}` }),
      ),
    );
    const won = outcomes.flatMap((outcome, index) => (outcome.status === 'fulfilled' ? [people[index]] : []));
    expect(won).toHaveLength(1);
    const refusals = outcomes.flatMap((outcome) =>
      outcome.status === 'rejected' ? [outcome.reason as { code: string; message: string }] : [],
    );
    expect(refusals.map(({ code, message }) => [code, message.split(' this already')[0]])).toEqual(
      Array.from({ length: 3 }, () => ['review_decided', `${won[0]} has decided`]),
    );
    await worker();
    expect(await ended(fresh.db, runId, 30_000)).toMatchObject({ status: 'succeeded' });
    expect((await steps(fresh.db, runId)).find(({ path }) => path === 'check')?.output).toMatchObject({
      comment: `by ${won[0]}`,
      decidedBy: { name: won[0], via: 'session' },
      decidedAt: expect.any(String) as string,
    });
    expect(vendor.calls.filter(({ path }) => path === '/send' || path === '/file')).toHaveLength(1);
    expect(await countReviews(ann)).toEqual({ open: 0 });
    expect((await listReviews(ann, { status: 'done' })).reviews).toMatchObject([{ id, status: 'decided', decision: { by: won[0] } }]);
  });

  it('cannot be decided after the run was cancelled, nor after its deadline', async () => {
    await worker();
    const workflow = await putWorkflow(fresh.db, document());
    const runId = await start(fresh.db, fresh.url, workflow, { name: 'Acme', amount: 1 });
    await untilWaiting(runId);
    const ann = person(workflow, 'Ann');
    const [review] = (await listReviews(ann)).reviews;
    await requestCancel(fresh.db.pool, { runId, workspaceId: workflow.workspaceId, by: 'Ann' });
    await expect(answerReview(ann, { id: review?.id ?? '', choice: 'approved' })).rejects.toMatchObject({
      class: 'conflict',
      code: 'review_over',
    });

    const short = { ...check, deadline: { amount: 3, unit: 'seconds' } };
    const limited = await putWorkflow(fresh.db, {
      nodes: [...chain(short).nodes, httpNode('late', 'request', `${vendor.url}/late`)],
      edges: [...chain(short).edges, { from: 'check', fromPort: 'expired', to: 'late' }],
    });
    const late = await start(fresh.db, fresh.url, limited, { name: 'Acme', amount: 1 });
    await untilWaiting(late);
    const bob = person(limited, 'Bob');
    const [second] = (await listReviews(bob)).reviews;
    expect(await ended(fresh.db, late, 30_000)).toMatchObject({ status: 'succeeded' });
    expect(vendor.count('/late')).toBe(1);
    await expect(answerReview(bob, { id: second?.id ?? '', choice: 'approved' })).rejects.toMatchObject({ code: 'review_over' });
  });
});

const caller = (workflowId: string, more: object = {}) => ({
  id: 'sync',
  kind: 'call',
  workflowId,
  workflowName: 'Sync one',
  input: { id: '{{ trigger.id }}' },
  ...more,
});
const FIELDS = [{ name: 'id', label: 'Customer', type: 'number', required: true }];

describe('a call', () => {
  it('makes one run, with the caller’s workers killed around it, and gives what that run gave', async () => {
    const workflow = await putWorkflow(fresh.db, chain({ id: 'nothing', kind: 'map', fields: [] }));
    const callee = await putCallee(fresh.db, workflow.workspaceId, {
      name: 'Sync one',
      fields: FIELDS,
      nodes: [
        httpNode('slow', 'get', `${vendor.url}/hold/slow`),
        { id: 'made', kind: 'map', fields: [{ to: 'double', from: '{{ trigger.id * 2 }}' }] },
      ],
      edges: [
        { from: 'start', to: 'slow' },
        { from: 'slow', to: 'made' },
      ],
    });
    const above = await putWorkflow(
      fresh.db,
      chain(caller(callee.workflowId), httpNode('after', 'request', `${vendor.url}/after`, { body: '{{ steps.sync }}' })),
    );
    await moveTo(fresh.db, workflow.workspaceId, above);
    const runId = await start(fresh.db, fresh.url, { ...above, workspaceId: workflow.workspaceId }, { id: '21' });
    const first = await worker();
    await vi.waitFor(() => expect(vendor.count('/hold/slow')).toBe(1), { timeout: 30_000 });
    expect((await untilWaiting(runId)).wait_reason).toBe('Waits for the run that “Sync one” called.');
    await first.crash();
    await expireLeases(fresh.db);
    vendor.letGo();
    await worker();
    expect(await ended(fresh.db, runId, 40_000)).toMatchObject({ status: 'succeeded' });
    expect(vendor.calls.filter(({ path }) => path === '/after').map(({ body }) => body)).toEqual(['{"double":42}']);
    const { rows } = await fresh.db.pool.query('SELECT origin, input FROM run_history WHERE workflow_id = $1', [callee.workflowId]);
    expect(rows).toEqual([{ origin: 'call', input: { id: 21 } }]);
  });

  it('fails with the error of the run that it called; one that it cannot make says why', async () => {
    await worker();
    const base = await putWorkflow(fresh.db, chain({ id: 'nothing', kind: 'map', fields: [] }));
    const callee = await putCallee(fresh.db, base.workspaceId, {
      name: 'Sync one',
      fields: FIELDS,
      nodes: [{ id: 'end', kind: 'stop', outcome: 'failed', message: 'There is no customer {{ trigger.id }}.' }],
      edges: [{ from: 'start', to: 'end' }],
    });
    const failing = async (node: object, payload: object = { id: 7 }) => {
      const above = await putWorkflow(fresh.db, chain(node as never));
      await moveTo(fresh.db, base.workspaceId, above);
      return (await ended(fresh.db, await start(fresh.db, fresh.url, { ...above, workspaceId: base.workspaceId }, payload), 40_000)).error;
    };
    expect(await failing(caller(callee.workflowId))).toMatchObject({
      class: 'invalid',
      code: 'stopped',
      message: 'There is no customer 7.',
    });
    expect(await failing(caller(callee.workflowId), { id: 'seven' })).toMatchObject({
      class: 'invalid',
      code: 'call_refused',
      message: '“Sync one” cannot be called with these values: “Customer” has to be a number; it was "seven".',
    });
    expect(await failing(caller(callee.workflowId), {})).toMatchObject({
      message: expect.stringContaining('“Customer” is required') as string,
    });
    expect(await failing(caller(base.workflowId))).toMatchObject({ code: 'callee_off' });
    await fresh.db.pool.query('UPDATE trigger_binding SET enabled = false WHERE workflow_id = $1', [callee.workflowId]);
    await fresh.db.pool.query('UPDATE workflow SET enabled = false WHERE id = $1', [callee.workflowId]);
    expect(await failing(caller(callee.workflowId))).toMatchObject({
      code: 'callee_off',
      message: expect.stringContaining('switched off') as string,
    });
    await fresh.db.pool.query('UPDATE workflow SET deleted_at = now() WHERE id = $1', [callee.workflowId]);
    expect(await failing(caller(callee.workflowId))).toMatchObject({ class: 'notFound', code: 'callee_gone' });
    // Of another workspace it is as unknown as one that never was.
    const elsewhere = await putCallee(
      fresh.db,
      (await putWorkflow(fresh.db, chain({ id: 'nothing', kind: 'map', fields: [] }))).workspaceId,
      {
        name: 'Secret',
        nodes: [],
        edges: [],
      },
    );
    expect(await failing(caller(elsewhere.workflowId))).toMatchObject({ code: 'callee_gone' });
  });

  it('in a circle ends at the 25th call with a sentence, also for runs of one concurrency key', async () => {
    await worker();
    const base = await putWorkflow(fresh.db, chain({ id: 'nothing', kind: 'map', fields: [] }));
    const callee = await putCallee(fresh.db, base.workspaceId, {
      name: 'Round',
      nodes: [],
      edges: [],
      settings: { concurrency: { key: 'one' } },
    });
    const document = workflowSchema.parse({
      format: 'weft/workflow@1',
      name: 'Round',
      nodes: [
        { id: 'start', kind: 'trigger', connector: 'workflow', operation: 'called', input: {} },
        { id: 'again', kind: 'call', workflowId: callee.workflowId, workflowName: 'Round' },
      ],
      edges: [{ from: 'start', to: 'again' }],
      settings: { concurrency: { key: 'one' } },
    });
    await fresh.db.prisma.workflowVersion.update({ where: { id: callee.versionId }, data: { document: document as never } });
    const runId = await start(fresh.db, fresh.url, callee);
    expect((await ended(fresh.db, runId, 60_000)).error).toMatchObject({
      class: 'invalid',
      code: 'calls_too_deep',
      message: expect.stringContaining('25 calls lead to this run already (… → Round → Round → Round → Round)') as string,
    });
    const { rows } = await fresh.db.pool.query('SELECT count(*)::int AS runs FROM run_history WHERE workflow_id = $1', [callee.workflowId]);
    expect(rows).toEqual([{ runs: 26 }]);
  });

  it('ends with its caller: cancelling the one cancels the other', async () => {
    await worker();
    const base = await putWorkflow(fresh.db, chain({ id: 'nothing', kind: 'map', fields: [] }));
    const callee = await putCallee(fresh.db, base.workspaceId, {
      name: 'Sync one',
      nodes: [httpNode('slow', 'get', `${vendor.url}/hold/slow`), httpNode('next', 'request', `${vendor.url}/next`)],
      edges: [
        { from: 'start', to: 'slow' },
        { from: 'slow', to: 'next' },
      ],
    });
    const above = await putWorkflow(fresh.db, chain(caller(callee.workflowId)));
    await moveTo(fresh.db, base.workspaceId, above);
    const runId = await start(fresh.db, fresh.url, { ...above, workspaceId: base.workspaceId }, { id: 1 });
    await vi.waitFor(() => expect(vendor.count('/hold/slow')).toBe(1), { timeout: 30_000 });
    await untilWaiting(runId);
    const { rows } = await fresh.db.pool.query<{ id: string }>('SELECT child_run_id AS id FROM run_wait WHERE run_id = $1', [runId]);
    expect(await requestCancel(fresh.db.pool, { runId, workspaceId: base.workspaceId, by: 'Ann' })).toBe('cancelled');
    expect(await ended(fresh.db, rows[0]?.id ?? '', 15_000)).toMatchObject({ status: 'cancelled', reason: 'Cancelled by Ann' });
    expect(vendor.count('/next')).toBe(0);
  });
});

describe('several waits at once', () => {
  it('go on one by one: in parallel branches, and in the items of a loop', async () => {
    await using entry = await ingress();
    await worker();
    const nodes = [
      { id: 'start', kind: 'trigger', connector: 'manual', operation: 'started', input: {} },
      { id: 'check', kind: 'review', subject: 'Go on?' },
      { id: 'rest', kind: 'wait', mode: 'duration', duration: { amount: 3, unit: 'seconds' } },
      { id: 'each', kind: 'loop', items: '{{ trigger.list }}', concurrency: 3 },
      httpNode('tell', 'request', `${vendor.url}/tell/{{ item }}`, { body: { callback: '{{ resume.done }}' } }),
      { id: 'done', kind: 'wait', mode: 'event' },
    ].map((node) => (node['id'] === 'tell' || node['id'] === 'done' ? { ...node, parent: 'each' } : node));
    const edges = ['check', 'rest', 'each'].map((to) => ({ from: 'start', to })).concat([{ from: 'tell', to: 'done' }]);
    const workflow = await putWorkflow(fresh.db, { nodes, edges });
    const runId = await start(fresh.db, fresh.url, workflow, { list: ['a', 'b', 'c'] });
    const tokens = new Map<string, string>();
    for (const item of ['a', 'b', 'c']) tokens.set(item, await sentToken(`/tell/${item}`));
    expect(new Set(tokens.values()).size).toBe(3);
    expect((await untilWaiting(runId)).wait_reason).toMatch(/^Waits for a decision at “Go on\?”\. And \d more\.$/);
    await entry.receive(tokens.get('b') ?? '', post({ of: 'b' }));
    await vi.waitFor(
      async () => expect((await steps(fresh.db, runId)).map(({ path }) => path)).toEqual(expect.arrayContaining(['each[1].done', 'rest'])),
      { timeout: 30_000 },
    );
    await entry.receive(tokens.get('c') ?? '', post({ of: 'c' }));
    await entry.receive(tokens.get('a') ?? '', post({ of: 'a' }));
    const [review] = (await listReviews(person(workflow, 'Ann'))).reviews;
    await answerReview(person(workflow, 'Ann'), { id: review?.id ?? '', choice: 'rejected' });
    expect(await ended(fresh.db, runId, 30_000)).toMatchObject({ status: 'succeeded' });
    const byPath = new Map((await steps(fresh.db, runId)).map((step) => [step.path, step.output as { body?: unknown; count?: number }]));
    expect(['a', 'b', 'c'].map((_, index) => byPath.get(`each[${index}].done`)?.body)).toEqual([{ of: 'a' }, { of: 'b' }, { of: 'c' }]);
    expect(byPath.get('each')).toMatchObject({ count: 3, succeeded: 3 });
  });
});
