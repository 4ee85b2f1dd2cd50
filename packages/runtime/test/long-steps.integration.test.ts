/** Steps that take minutes: how far they are can be seen, they are given their time, and a worker that dies beside one loses nothing. */
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { freshDatabase } from '@weft/db/testing';
import type { FreshDatabase } from '@weft/db/testing';
import { createWorkerClient, getRun } from '@weft/runtime';
import type { RunDetail } from '@weft/runtime';
import { startSandbox } from '@weft/sandbox';
import type { Sandbox } from '@weft/sandbox';
import { ctxOf } from './support/use-cases.ts';
import { openCrmDesk } from './support/vendor-desk.ts';
import { INTERNAL_SECRET, startWorkerProcess } from './support/worker-process.ts';
import type { WorkerProcess } from './support/worker-process.ts';
import { chain, ended, expireLeases, putWorkflow, start, steps } from './support/workflows.ts';
import type { TestWorkflow } from './support/workflows.ts';

let fresh: FreshDatabase;
let sandbox: Sandbox;
let processes: WorkerProcess[];

const startOne = async (): Promise<WorkerProcess> => {
  const worker = await startWorkerProcess({ databaseUrl: fresh.url, env: { WEFT_ALLOW_PRIVATE_HOSTS: new URL(sandbox.url).host } });
  processes.push(worker);
  return worker;
};

beforeEach(async () => {
  processes = [];
  [fresh, sandbox] = await Promise.all([freshDatabase(), startSandbox({ port: 0, seed: 'fixture' })]);
});
afterEach(async () => {
  await Promise.all(processes.map((worker) => worker.crash()));
  await sandbox.close();
  await fresh[Symbol.asyncDispose]();
});

const load = (count: number, more: Record<string, unknown> = {}) => ({
  id: 'load',
  kind: 'connector',
  connector: 'salesforce',
  operation: 'bulkWrite',
  slot: 'crm',
  input: { object: 'Account', action: 'create', records: Array.from({ length: count }, (_, index) => ({ Name: `Loaded ${index}` })) },
  ...more,
});

async function workflowOf(worker: WorkerProcess, node: Record<string, unknown>): Promise<TestWorkflow> {
  const workflow = await putWorkflow(fresh.db, chain(node));
  const { clientId, clientSecret } = sandbox.salesforce.account;
  const saved = await createWorkerClient({ url: `http://127.0.0.1:${worker.port}`, secret: INTERNAL_SECRET }).createConnection({
    workspaceId: workflow.workspaceId,
    connector: 'salesforce',
    authScheme: 'clientCredentials',
    name: 'Org',
    values: { loginUrl: sandbox.url, clientId, clientSecret },
  });
  expect(saved.check).toMatchObject({ ok: true });
  await fresh.db.prisma.workflow.update({ where: { id: workflow.workflowId }, data: { bindings: { crm: saved.id } } });
  return workflow;
}

const seen = (workflow: TestWorkflow, id: string): Promise<RunDetail> =>
  getRun(ctxOf(fresh.db, { workspaceId: workflow.workspaceId, role: 'viewer', name: 'Eve', via: 'session' }), { id });
const opened = (): number => sandbox.requests.filter(({ method, path }) => method === 'POST' && path.endsWith('/jobs/ingest')).length;

test('how far a load is stands in the run while it goes on, and is gone with its end', async () => {
  sandbox.quirks.bulkPollsInProgress = 6;
  const workflow = await workflowOf(await startOne(), load(100));
  const runId = await start(fresh.db, fresh.url, workflow);
  const shares = new Set<number>();
  await vi.waitFor(
    async () => {
      const { run, progress, why } = await seen(workflow, runId);
      for (const { nodeId, text, done, total } of progress) {
        expect(nodeId).toBe('load');
        expect(text).toBe(`Salesforce has loaded ${done} of 100 Account records`);
        expect(why).toBe(`${text}.`);
        expect(total).toBe(100);
        shares.add(done ?? -1);
      }
      expect(run.status).toBe('succeeded');
    },
    { timeout: 30_000, interval: 50 },
  );
  expect(shares.size).toBeGreaterThanOrEqual(3);
  expect((await seen(workflow, runId)).progress).toEqual([]);
});

test('a worker that dies while the org loads is followed by one that waits for the same load', async () => {
  sandbox.quirks.bulkPollsInProgress = 8;
  const first = await startOne();
  const workflow = await workflowOf(first, load(50));
  const runId = await start(fresh.db, fresh.url, workflow);
  await vi.waitFor(async () => expect((await seen(workflow, runId)).progress[0]?.done).toBeGreaterThan(0), {
    timeout: 15_000,
    interval: 50,
  });
  await first.crash();
  await startOne();
  await expireLeases(fresh.db);
  expect(await ended(fresh.db, runId, 40_000)).toMatchObject({ status: 'succeeded', recovery_count: 1 });
  expect((await steps(fresh.db, runId)).find(({ path }) => path === 'load')?.output).toMatchObject({
    succeeded: 50,
    failed: 0,
    complete: true,
  });
  expect(opened()).toBe(1);
  expect(await (await openCrmDesk(sandbox.url)).query("SELECT Id FROM Account WHERE Name LIKE 'Loaded %'")).toHaveLength(50);
});

test('a load that its node gives less time than it takes goes on at its next attempt, and is never begun twice', async () => {
  sandbox.quirks.bulkPollsInProgress = 5;
  const worker = await startOne();
  const workflow = await workflowOf(worker, load(20, { timeoutMs: 2000, retry: { attempts: 10 } }));
  const runId = await start(fresh.db, fresh.url, workflow);
  expect(await ended(fresh.db, runId, 60_000)).toMatchObject({ status: 'succeeded' });
  const attempts = (await steps(fresh.db, runId)).filter(({ path }) => path === 'load');
  expect(attempts.length).toBeGreaterThan(1);
  expect(attempts[0]?.error).toMatchObject({ code: 'timeout', message: expect.stringContaining('No answer within 2 s') });
  expect(opened()).toBe(1);
});
