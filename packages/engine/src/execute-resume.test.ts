import { expect, test } from 'vitest';
import { connector, documentOf, failing, run } from '../test/run-document.ts';
import type { EffectRequest } from './host.ts';
import type { StepRecord } from './journal.ts';

const CHAIN = documentOf(
  [connector('a'), connector('b', { input: { from: '{{ steps.a.id }}' } }), connector('c')],
  ['start > a', 'a > b', 'b > c'],
);

function record(path: string, more: Partial<StepRecord> = {}): StepRecord {
  return {
    path,
    nodeId: path.split('.').at(-1) ?? path,
    attempt: 1,
    status: 'succeeded',
    port: 'next',
    startedAt: 0,
    finishedAt: 0,
    ...more,
  };
}
/** A failed attempt that another follows. */
function retrying(path: string, more: Partial<StepRecord> = {}): StepRecord {
  const { port: _, ...rest } = record(path, {
    status: 'retrying',
    nextAttemptAt: 500,
    error: { class: 'transient', code: 'x', message: 'x' },
    ...more,
  });
  return rest;
}
/** A failure that ends its container. */
function failed(path: string): StepRecord {
  const { port: _, ...rest } = record(path, { status: 'failed', error: { class: 'invalid', code: 'x', message: 'no' } });
  return rest;
}

test('what is done is not done again, and its output is used', async () => {
  const { outcome, requests } = await run(CHAIN, { journal: [record('start'), record('a', { output: { id: 9 } })] });
  expect(outcome).toEqual({ status: 'succeeded' });
  expect(requests.map(({ path, input }) => [path, input])).toEqual([
    ['b', { from: 9 }],
    ['c', {}],
  ]);
});

test('an effect is known even where the pure step before it is not', async () => {
  expect((await run(CHAIN, { journal: [record('a', { output: { id: 9 } })] })).requests.map(({ path }) => path)).toEqual(['b', 'c']);
});

test('a finished run asks for nothing and records nothing', async () => {
  const first = await run(CHAIN);
  const again = await run(CHAIN, { journal: first.records });
  expect([again.outcome, again.requests, again.records]).toEqual([{ status: 'succeeded' }, [], []]);
});

test('attempts go on from where they were', async () => {
  const journal = [record('start'), retrying('a', { attempt: 3 })];
  const { steps, outcome } = await run(CHAIN, { journal, effects: { a: failing('transient') } });
  expect([steps, outcome.status]).toEqual([['a#4 failed'], 'failed']);
});

test('an attempt that is not due yet is waited for, here or outside', async () => {
  const near = await run(CHAIN, { journal: [record('start'), retrying('a', { nextAttemptAt: 1800 })] });
  expect([near.sleeps, near.outcome.status]).toEqual([[800], 'succeeded']);
  const far = await run(CHAIN, { journal: [record('start'), retrying('a', { nextAttemptAt: 99_000 })] });
  expect([far.requests, far.outcome]).toEqual([[], expect.objectContaining({ status: 'waiting', wakeAt: 99_000 })]);
});

test('a run that had failed or been stopped stays so: nothing of its other branches begins', async () => {
  const document = documentOf(
    [connector('other'), connector('a'), { id: 'end', kind: 'stop', outcome: 'skipped', message: 'enough' }],
    ['start > other', 'start > a', 'a > end'],
  );
  const afterFailure = await run(document, { journal: [record('start'), failed('a')] });
  expect([afterFailure.requests, afterFailure.outcome]).toEqual([
    [],
    { status: 'failed', nodeId: 'a', error: { class: 'invalid', code: 'x', message: 'no' } },
  ]);
  const { port: _, ...stop } = record('end', { output: { outcome: 'skipped', message: 'enough' } });
  const afterStop = await run(document, { journal: [record('start'), record('a'), stop] });
  expect([afterStop.requests, afterStop.records, afterStop.outcome]).toEqual([[], [], { status: 'skipped', reason: 'enough' }]);
});

test('a skipped stop is recorded once', async () => {
  const document = documentOf([connector('a'), { id: 'end', kind: 'stop' }, connector('b')], ['start > a', 'a:error > end', 'a > b']);
  const { records } = await run(document);
  expect((await run(document, { journal: records })).records).toEqual([]);
});

test('items of a loop that are done are not done again', async () => {
  const document = documentOf(
    [{ id: 'each', kind: 'loop', items: '{{ trigger.list }}' }, connector('make', { parent: 'each' })],
    ['start > each'],
  );
  const { requests, records } = await run(document, {
    journal: [record('start'), record('each[0].make', { output: 'known' })],
    effects: { make: () => 'new' },
  });
  expect(requests.map(({ path }) => path)).toEqual(['each[1].make', 'each[2].make']);
  expect(records.at(-1)?.output).toMatchObject({ count: 3, items: [{ output: 'known' }, { output: 'new' }, { output: 'new' }] });
});

test('after a lost worker only what it can have begun may have happened', async () => {
  const fresh = await run(CHAIN, { journal: [record('start'), record('a')] });
  expect(fresh.requests.map(({ path, mayHaveHappened }) => [path, mayHaveHappened])).toEqual([
    ['b', false],
    ['c', false],
  ]);
  const recovery = await run(CHAIN, { journal: [record('start'), record('a')], isRecovery: true });
  expect(recovery.requests.map(({ path, mayHaveHappened }) => [path, mayHaveHappened])).toEqual([
    ['b', true],
    ['c', false],
  ]);
});

test('a lost answer is remembered until an attempt succeeds, also when a later one fails in another way', async () => {
  const effects = {
    a: (request: EffectRequest) => (request.attempt === 1 ? failing('transient', { outcomeUnknown: true }) : failing('throttled'))(request),
  };
  const { requests, records } = await run(CHAIN, { effects });
  expect(requests.map(({ mayHaveHappened }) => mayHaveHappened)).toEqual([false, true, true, true]);
  const resumed = await run(CHAIN, { journal: records.filter(({ attempt }) => attempt <= 2) });
  expect(resumed.requests[0]).toMatchObject({ path: 'a', attempt: 3, mayHaveHappened: true });
});

test('what a lost worker may have done is remembered past a failed attempt to find out', async () => {
  const { records } = await run(CHAIN, {
    journal: [record('start')],
    isRecovery: true,
    effects: { a: failing('throttled', { retryAfterMs: 60_000 }) },
  });
  expect(records).toMatchObject([{ path: 'a', status: 'retrying', outcomeUnknown: true }]);
});
