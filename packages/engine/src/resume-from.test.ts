import { expect, test } from 'vitest';
import { connector, documentOf, failing, run } from '../test/run-document.ts';
import { compileWorkflow } from './compile.ts';
import { resumeFrom } from './resume-from.ts';

const NODES = [
  connector('a'),
  connector('b'),
  connector('beside'),
  { id: 'each', kind: 'loop', items: '{{ trigger.list }}', onItemError: 'continue' },
  connector('one', { parent: 'each' }),
  connector('two', { parent: 'each' }),
  connector('last'),
];
const DOCUMENT = documentOf(NODES, ['start > a', 'start > beside', 'a > b', 'b > each', 'one > two', 'each > last']);
const PROGRAM = compileWorkflow(DOCUMENT);
const pathsOf = (records: readonly { readonly path: string }[]): string[] => records.map(({ path }) => path).toSorted();

test('keeps what does not follow the step', async () => {
  const { records } = await run(DOCUMENT);
  expect(pathsOf(resumeFrom(records, 'b', PROGRAM))).toEqual(['a', 'beside', 'start']);
  expect(pathsOf(resumeFrom(records, 'last', PROGRAM))).not.toContain('last');
  expect(resumeFrom(records, 'ghost', PROGRAM)).toEqual(records);
});

test('inside a loop, what stands before the step in each item is kept', async () => {
  const { records } = await run(DOCUMENT);
  expect(pathsOf(resumeFrom(records, 'two', PROGRAM))).toEqual(['a', 'b', 'beside', 'each[0].one', 'each[1].one', 'each[2].one', 'start']);
});

test('the run goes on from there to its end', async () => {
  const first = await run(DOCUMENT, { effects: { b: failing('invalid') } });
  expect(first.outcome.status).toBe('failed');
  const again = await run(DOCUMENT, { journal: resumeFrom(first.records, 'b', PROGRAM) });
  expect(again.outcome).toEqual({ status: 'succeeded' });
  expect(again.requests[0]?.path).toBe('b');
});

test('a second failure beside the step, and a stop, do not end it again at once', async () => {
  const document = documentOf(
    [connector('a'), connector('beside'), { id: 'end', kind: 'stop', outcome: 'failed', message: 'no' }],
    ['start > a', 'start > beside', 'beside:error > end'],
  );
  const program = compileWorkflow(document);
  const first = await run(document, { effects: { a: failing('invalid'), beside: failing('invalid') } });
  const kept = resumeFrom(first.records, 'a', program);
  expect(pathsOf(kept)).toEqual(['beside', 'start']);
  const stopped = await run(document, { effects: { beside: failing('invalid') } });
  expect(pathsOf(resumeFrom(stopped.records, 'a', program))).toEqual(['beside', 'start']);
});

test('failures that a loop went past are kept', async () => {
  const { records } = await run(DOCUMENT, { effects: { two: failing('invalid') } });
  expect(pathsOf(resumeFrom(records, 'last', PROGRAM))).toContain('each[1].two');
});

test('that an attempt may have been applied is not forgotten', async () => {
  const { records } = await run(DOCUMENT, { effects: { a: failing('transient', { outcomeUnknown: true }) } });
  const { requests } = await run(DOCUMENT, { journal: resumeFrom(records, 'a', PROGRAM) });
  expect(requests[0]).toMatchObject({ path: 'a', attempt: 5, mayHaveHappened: true });
});
