/** Scripts in runs, and scripts that somebody tries out before there is a run. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { freshDatabase } from '@weft/db/testing';
import type { FreshDatabase } from '@weft/db/testing';
import { createLogger, createWorkerClient, getRun, tryScript } from '@weft/runtime';
import type { Role, WorkerClient } from '@weft/runtime';
import { startWorker } from '@weft/runtime/worker';
import type { RunningWorker } from '@weft/runtime/worker';
import { ctxOf } from './support/use-cases.ts';
import { ENCRYPTION_KEY, INTERNAL_SECRET } from './support/worker-process.ts';
import { chain, ended, putWorkflow, start } from './support/workflows.ts';
import type { TestWorkflow } from './support/workflows.ts';

let fresh: FreshDatabase;
let worker: RunningWorker;
let client: WorkerClient;

beforeAll(async () => {
  fresh = await freshDatabase();
  worker = await startWorker({
    databaseUrl: fresh.url,
    encryptionKey: ENCRYPTION_KEY,
    internalSecret: INTERNAL_SECRET,
    publicUrl: 'https://weft.example.com',
    log: createLogger({ process: 'test', write: () => {} }),
  });
  client = createWorkerClient({ url: `http://127.0.0.1:${worker.port}`, secret: INTERNAL_SECRET });
});
afterAll(async () => {
  await worker.close();
  await fresh[Symbol.asyncDispose]();
});

const script = (code: string) => ({ id: 'shape', kind: 'script', code });
const person = ({ workspaceId }: Pick<TestWorkflow, 'workspaceId'>, role: Role) => ({
  ...ctxOf(fresh.db, { workspaceId, role, name: 'Ada', via: 'session' }),
  worker: client,
});

describe('the console of a script', () => {
  const seen = async (code: string) => {
    const workflow = await putWorkflow(fresh.db, chain(script(code)));
    const runId = await start(fresh.db, fresh.url, workflow, { n: 1 });
    await ended(fresh.db, runId);
    return (await getRun(person(workflow, 'viewer'), { id: runId })).steps.find(({ nodeId }) => nodeId === 'shape');
  };

  it('stands in its run, whether it succeeded or failed', async () => {
    expect(await seen("console.log('n is', trigger.n);\nreturn 1;")).toMatchObject({
      status: 'succeeded',
      output: 1,
      console: [{ level: 'log', text: 'n is 1' }],
    });
    const failed = await seen("console.error('so far');\nnothing();");
    expect(failed).toMatchObject({ status: 'failed', console: [{ level: 'error', text: 'so far' }] });
    expect(failed?.error?.message).toMatch(/^Line 2: /);
    expect(failed?.error?.detail).toBeUndefined();
  });

  it('keeps its beginning when it is too long for a row', async () => {
    const step = await seen("for (let i = 0; i < 150; i += 1) console.log(`${i} ${'é'.repeat(1500)}`);\nreturn 'done';");
    expect(step).toMatchObject({ status: 'succeeded', output: 'done' });
    expect(step?.console?.[0]?.text).toMatch(/^0 é+$/);
    expect(step?.console?.length).toBeGreaterThan(5);
    expect(step?.console?.length).toBeLessThan(30);
    expect(step?.console?.at(-1)).toEqual({ level: 'warn', text: '… the rest is too long to be kept' });
  });
});

describe('trying a script', () => {
  it('runs it with the sample it asks for, and makes no run', async () => {
    const workflow = await putWorkflow(fresh.db, chain(script('return 1')));
    const scope = { trigger: { n: 1 }, steps: { a: 2, b: 3 }, config: { secretly: 'not asked for' } };
    const trial = await tryScript(person(workflow, 'builder'), {
      code: 'return [trigger.n, Object.keys(steps), steps.b, typeof config];',
      scope,
    });
    expect(trial).toMatchObject({ ok: true, output: [1, ['a', 'b'], 3, 'object'] });
    expect(await tryScript(person(workflow, 'builder'), { code: 'return missing;', scope })).toMatchObject({ ok: false, line: 1 });
    const { rows } = await fresh.db.pool.query('SELECT id FROM run WHERE workflow_id = $1', [workflow.workflowId]);
    expect(rows).toEqual([]);
  });

  it('is for people who may build', async () => {
    const workflow = await putWorkflow(fresh.db, chain(script('return 1')));
    for (const role of ['viewer', 'operator'] as const)
      await expect(tryScript(person(workflow, role), { code: 'return 1', scope: {} })).rejects.toMatchObject({
        class: 'auth',
        code: 'forbidden',
      });
  });

  it('is limited in code, sample and time', async () => {
    const workflow = await putWorkflow(fresh.db, chain(script('return 1')));
    const builder = person(workflow, 'builder');
    await expect(tryScript(builder, { code: 'return trigger', scope: { trigger: 'x'.repeat(6 * 1024 * 1024) } })).rejects.toMatchObject({
      class: 'invalid',
      code: 'sample_large',
    });
    await expect(tryScript(builder, { code: `return 1;${' '.repeat(100_000)}`, scope: {} })).rejects.toMatchObject({
      class: 'invalid',
      code: 'request_invalid',
    });
    expect(await tryScript(builder, { code: 'for (;;) {}', scope: {}, timeoutMs: 200 })).toMatchObject({
      ok: false,
      message: 'The script took longer than 0.2 s and was stopped.',
    });
  });
});
