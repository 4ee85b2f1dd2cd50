import { WeftError } from '@weft/errors';
import { workflowSchema } from '@weft/workflow';
import { expect, test } from 'vitest';
import { compileWorkflow, execute } from './index.ts';
import type { Host, StepRecord } from './index.ts';

function host(records: StepRecord[], answers: Record<string, (attempt: number) => unknown>): Host {
  let now = 1000;
  return {
    now: () => now,
    random: () => 0.5,
    evaluate: async () => {
      throw new Error('none');
    },
    perform: async (r) => ({ output: (answers[r.nodeId] ?? (() => ({ ok: r.input })))(r.attempt) }),
    script: async () => {
      throw new Error('none');
    },
    wait: async () => {
      throw new Error('none');
    },
    resumeAddress: async () => '',
    checkpoint: async (rs) => void records.push(...rs),
    sleep: async (ms) => {
      now += ms;
    },
  };
}
const doc = (nodes: unknown[], edges: unknown[]) => workflowSchema.parse({ format: 'weft/workflow@1', name: 'x', nodes, edges });
const c = (id: string, more = {}) => ({
  id,
  kind: 'connector',
  connector: 'http',
  operation: 'request',
  input: { a: '{{ trigger.n }}' },
  ...more,
});
const run = async (d: unknown, answers = {}, journal: StepRecord[] = []) => {
  const records: StepRecord[] = [];
  const outcome = await execute({
    program: compileWorkflow(d as never),
    trigger: { n: 1, list: [1, 2, 3] },
    config: {},
    run: { id: 'r', startedAt: 0 },
    journal,
    host: host(records, answers),
    signal: new AbortController().signal,
  });
  return { outcome, records, short: records.map((r) => `${r.path}:${r.status}:${r.port ?? ''}`) };
};
const t = { id: 'start', kind: 'trigger', connector: 'manual', operation: 'started' };

test('branch, dead path, join', async () => {
  const d = doc(
    [
      t,
      { id: 'b', kind: 'branch', cases: [{ port: 'yes', label: 'Yes', when: 'trigger.n = 1' }] },
      c('y'),
      c('n'),
      c('j', { input: { y: '{{ steps.y.ok.a }}', n: '{{ steps.n.ok }}' } }),
    ],
    [
      { from: 'start', to: 'b' },
      { from: 'b', fromPort: 'yes', to: 'y' },
      { from: 'b', fromPort: 'otherwise', to: 'n' },
      { from: 'y', to: 'j' },
      { from: 'n', to: 'j' },
    ],
  );
  const r = await run(d);
  expect(r.outcome).toEqual({ status: 'succeeded' });
  expect(r.short).toEqual(['start:succeeded:next', 'b:succeeded:yes', 'n:skipped:', 'y:succeeded:next', 'j:succeeded:next']);
  expect(r.records.at(-1)?.input).toEqual({ y: 1 });
  const again = await run(d, {}, r.records);
  expect(again.short).toEqual([]);
  expect(again.outcome).toEqual({ status: 'succeeded' });
});
test('retry then error port then error scope', async () => {
  const d = doc(
    [t, c('a'), c('h', { input: { m: '{{ error.message }}' } })],
    [
      { from: 'start', to: 'a' },
      { from: 'a', fromPort: 'error', to: 'h' },
    ],
  );
  const r = await run(d, {
    a: () => {
      throw new WeftError({ class: 'transient', code: 'x', message: 'boom' });
    },
  });
  expect(r.outcome).toEqual({ status: 'succeeded' });
  expect(r.short).toEqual(['start:succeeded:next', 'a:retrying:', 'a:retrying:', 'a:retrying:', 'a:failed:error', 'h:succeeded:next']);
  expect(r.records.at(-1)?.input).toEqual({ m: 'boom' });
});
test('loop', async () => {
  const d = doc(
    [
      t,
      { id: 'l', kind: 'loop', items: '{{ trigger.list }}', concurrency: 2 },
      c('x', { parent: 'l', input: { i: '{{ item }}', at: '{{ index }}' } }),
      c('after', { input: { n: '{{ steps.l.count }}' } }),
    ],
    [
      { from: 'start', to: 'l' },
      { from: 'l', to: 'after' },
    ],
  );
  const r = await run(d);
  expect(r.outcome).toEqual({ status: 'succeeded' });
  expect(r.short.sort()).toEqual(
    [
      'after:succeeded:next',
      'l:succeeded:next',
      'l[0].x:succeeded:next',
      'l[1].x:succeeded:next',
      'l[2].x:succeeded:next',
      'start:succeeded:next',
    ].sort(),
  );
  expect(r.records.find((x) => x.path === 'after')?.input).toEqual({ n: 3 });
});
test('stop skipped', async () => {
  const d = doc([t, { id: 's', kind: 'stop', outcome: 'skipped', message: 'n is {{ trigger.n }}' }, c('z')], [{ from: 'start', to: 's' }]);
  expect((await run(d)).outcome).toEqual({ status: 'skipped', reason: 'n is 1' });
});
test('long wait', async () => {
  const d = doc([t, c('a')], [{ from: 'start', to: 'a' }]);
  const r = await run(d, {
    a: () => {
      throw new WeftError({ class: 'throttled', code: 'x', message: 'slow', retryAfterMs: 60000 });
    },
  });
  expect(r.outcome).toMatchObject({ status: 'waiting', wakeAt: 61000 });
});
test('fails without port', async () => {
  const d = doc(
    [t, c('a'), c('b')],
    [
      { from: 'start', to: 'a' },
      { from: 'a', to: 'b' },
    ],
  );
  const r = await run(d, {
    a: () => {
      throw new WeftError({ class: 'invalid', code: 'x', message: 'no' });
    },
  });
  expect(r.outcome).toMatchObject({ status: 'failed', nodeId: 'a' });
});
