import { expect, test } from 'vitest';
import { packBatch, unpackBatch } from './step-batch.ts';
import type { BatchStep } from './step-batch.ts';

const step = (path: string, more: Partial<BatchStep> = {}): BatchStep => ({
  path,
  nodeId: path.slice(path.lastIndexOf('.') + 1),
  attempt: 1,
  seq: 0,
  status: 'succeeded',
  port: 'next',
  startedAt: 1_700_000_000_000,
  finishedAt: 1_700_000_000_002,
  ...more,
});

const numbered = (steps: readonly BatchStep[], first = 0): BatchStep[] => steps.map((one, index) => ({ ...one, seq: first + index }));

test.each<[string, BatchStep[]]>([
  ['no output', numbered([step('start')])],
  ['an output of null', numbered([step('a', { output: null })])],
  ['nested and odd values', numbered([step('a', { output: { 'a\0': ['\ud800', 1.5, { deep: [[]] }], ä: '' } })])],
  ['a branch', numbered([step('way', { port: 'yes', output: { port: 'yes', label: 'Yes' } })])],
  ['a skipped step', numbered([step('b', { status: 'skipped', port: undefined })])],
  [
    'a failure without an error edge',
    numbered([step('c', { status: 'failed', port: undefined, error: { class: 'invalid' }, stopReason: 'notRetryable' })]),
  ],
  ['items of a loop in a loop', numbered([step('each[12].inner[3].make', { output: 3 }), step('each[12].inner', { output: [] })])],
  [
    'a later attempt, further members, a start before the first',
    numbered([step('d', { attempt: 3, extra: { outcomeUnknown: true } }), step('e', { startedAt: 1 })]),
  ],
  ['a place in the middle of a journal', numbered([step('f', { output: 1 }), step('g')], 40)],
  ['places with gaps', [step('h', { seq: 3 }), step('i', { seq: 7, output: 'x' })]],
])('comes back as it was: %s', async (_, steps) => {
  const { records, ...row } = await packBatch(steps);
  expect(row).toEqual({ seq: steps[0]?.seq, count: steps.length, failed: steps.filter(({ status }) => status === 'failed').length });
  const found = await unpackBatch(records);
  expect(found).toEqual(steps.map((one) => JSON.parse(JSON.stringify(one))));
});

test('a thousand steps of a loop take a few bytes each', async () => {
  const steps = numbered(
    Array.from({ length: 1000 }, (_, index) => step(`rows[${index}].map`, { output: { key: index, name: `Given${index}` } })),
  );
  const { records } = await packBatch(steps);
  expect(records.length).toBeLessThan(20 * steps.length);
  expect(await unpackBatch(records)).toHaveLength(1000);
});

test('batches so large that they are packed in another thread come back as well', async () => {
  const noise = Array.from({ length: 60_000 }, (_, index) => (index * 2654435761) % 4294967291);
  const steps = numbered([step('a', { output: noise })]);
  expect(await unpackBatch((await packBatch(steps)).records)).toEqual(steps);
});

test.each([
  [
    'a circle',
    () => {
      const circle: Record<string, unknown> = {};
      circle['self'] = circle;
      return circle;
    },
  ],
  [
    'a thousand levels too many',
    () => {
      let deep: unknown = 0;
      for (let level = 0; level < 100_000; level += 1) deep = [deep];
      return deep;
    },
  ],
])('what is no JSON is refused in words: %s', (_, make) => {
  expect(() => packBatch([step('a', { output: make() })])).toThrow(expect.objectContaining({ class: 'invalid', code: 'not_storable' }));
});
