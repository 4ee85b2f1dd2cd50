import { expect, test } from 'vitest';
import { connector, documentOf, failing, run } from '../test/run-document.ts';
import { standings } from './standings.ts';

const WAY = { id: 'way', kind: 'branch', cases: [{ port: 'yes', label: 'Yes', when: 'trigger.n = 1' }] };
const DOCUMENT = documentOf(
  [WAY, connector('a'), connector('b'), connector('c'), connector('join')],
  ['start > way', 'way:yes > a', 'way:otherwise > b', 'a:error > c', 'a > join', 'b > join'],
);

test('before the first record only the trigger is ready', () => {
  expect(Object.fromEntries(standings(DOCUMENT, []))).toEqual({
    start: 'ready',
    way: 'pending',
    a: 'pending',
    b: 'pending',
    c: 'pending',
    join: 'pending',
  });
});

test('ready is what all before is settled for and one edge leads to', async () => {
  const { records } = await run(DOCUMENT);
  const early = records.filter(({ nodeId }) => ['start', 'way', 'b'].includes(nodeId));
  expect(Object.fromEntries(standings(DOCUMENT, early))).toEqual({
    start: 'succeeded',
    way: 'succeeded',
    a: 'ready',
    b: 'skipped',
    c: 'pending',
    join: 'pending',
  });
  expect(Object.fromEntries(standings(DOCUMENT, records))).toEqual({
    start: 'succeeded',
    way: 'succeeded',
    a: 'succeeded',
    b: 'skipped',
    c: 'skipped',
    join: 'succeeded',
  });
});

test('a failure with an error edge makes ready what stands behind that edge', async () => {
  const { records } = await run(DOCUMENT, { effects: { a: failing('invalid') } });
  const early = records.filter(({ nodeId }) => nodeId !== 'c' && nodeId !== 'join');
  expect(Object.fromEntries(standings(DOCUMENT, early))).toEqual({
    start: 'succeeded',
    way: 'succeeded',
    a: 'failed',
    b: 'skipped',
    c: 'ready',
    join: 'pending',
  });
});

test('a step that waits for its next attempt is retrying, and nothing behind it is ready', async () => {
  const { records } = await run(DOCUMENT, { effects: { a: failing('throttled', { retryAfterMs: 60_000 }) } });
  const found = standings(DOCUMENT, records);
  expect([found.get('a'), found.get('join'), found.get('c')]).toEqual(['retrying', 'pending', 'pending']);
});
