import { WeftError } from '@weft/errors';
import { expect, test } from 'vitest';
import { connector, documentOf, run } from '../../test/run-document.ts';

const script = (code: string, more: object = {}): object => ({ id: 'shape', kind: 'script', code, ...more });

test('a script is given what it names, and no more', async () => {
  const seen: Record<string, unknown>[] = [];
  const host = {
    script: async ({ scope }: { scope: Readonly<Record<string, unknown>> }) => {
      seen.push(scope);
      return { output: { done: true }, console: [] };
    },
  };
  const two = [connector('a'), connector('b')];
  const edges = ['start > a', 'a > b', 'b > shape'];
  const effects = { a: () => 1, b: () => 2 };
  await run(documentOf([...two, script('return steps.a + trigger.n')], edges), { effects, host });
  await run(documentOf([...two, script("return steps['b']")], edges), { effects, host });
  await run(documentOf([...two, script('return Object.keys(steps)')], edges), { effects, host });
  await run(documentOf([...two, script('return 1')], edges), { effects, host });
  const trigger = { n: 1, list: ['a', 'b', 'c'] };
  expect(seen).toEqual([{ trigger, steps: { a: 1 } }, { steps: { b: 2 } }, { steps: { a: 1, b: 2 } }, {}]);
});

test('what it returns is there for those behind it; what it wrote to its console is on record', async () => {
  const document = documentOf(
    [script('return trigger'), { id: 'seen', kind: 'map', fields: [{ to: 'n', from: '{{ steps.shape.trigger.n }}' }] }],
    ['start > shape', 'shape > seen'],
  );
  const { records, outcome } = await run(document);
  expect(outcome.status).toBe('succeeded');
  expect(records.find(({ nodeId }) => nodeId === 'seen')?.output).toEqual({ n: 1 });
  expect(records.find(({ nodeId }) => nodeId === 'shape')?.console).toEqual([{ level: 'log', text: 'ran' }]);
});

test('a script that fails goes on by its error port, with its console on record and not in the error', async () => {
  const document = documentOf([script('return x'), connector('tell')], ['start > shape', 'shape:error > tell']);
  const console = [{ level: 'log', text: 'so far' }];
  const host = {
    script: async () => {
      throw new WeftError({ class: 'invalid', code: 'script_failed', message: 'Line 1: x is not defined', detail: { console, line: 1 } });
    },
  };
  const { records, outcome } = await run(document, { host });
  expect(outcome.status).toBe('succeeded');
  const record = records.find(({ nodeId }) => nodeId === 'shape');
  expect(record).toMatchObject({
    status: 'failed',
    port: 'error',
    console,
    error: { code: 'script_failed', message: 'Line 1: x is not defined' },
  });
  expect(record?.error).not.toHaveProperty('detail');
});

test('its time is bounded whatever the node says', async () => {
  const times: number[] = [];
  const host = {
    script: async ({ timeoutMs }: { timeoutMs: number }) => {
      times.push(timeoutMs);
      return { output: null, console: [] };
    },
  };
  await run(documentOf([script('return 1')], ['start > shape']), { host });
  await run(documentOf([script('return 1', { timeoutMs: 3_600_000 })], ['start > shape']), { host });
  expect(times).toEqual([5000, 60_000]);
});
