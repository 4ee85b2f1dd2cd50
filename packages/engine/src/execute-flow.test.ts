import { WeftError } from '@weft/errors';
import { expect, test } from 'vitest';
import { connector, documentOf, failing, gate, run } from '../test/run-document.ts';
import type { StepRecord } from './journal.ts';

const DIAMOND = documentOf([connector('a'), connector('b'), connector('join')], ['start > a', 'start > b', 'a > join', 'b > join']);

test('independent nodes are under way at once, and a join waits for all', async () => {
  const [a, b] = [gate(), gate()];
  const effects = { a: () => (b.open(), a.opened), b: () => b.opened.then(() => a.open()) };
  const { outcome, steps } = await run(DIAMOND, { effects });
  expect(outcome).toEqual({ status: 'succeeded' });
  expect(steps.at(-1)).toBe('join#1 succeeded next');
});

test('a node is skipped when no edge to it was taken, and so are those behind it', async () => {
  const nodes = [
    { id: 'way', kind: 'branch', cases: [{ port: 'yes', label: 'Yes', when: 'false' }] },
    connector('a'),
    connector('b'),
    connector('join'),
  ];
  const { steps } = await run(documentOf(nodes, ['start > way', 'way:yes > a', 'a > b', 'b > join', 'way:otherwise > join']));
  expect(steps.toSorted()).toEqual([
    'a#1 skipped',
    'b#1 skipped',
    'join#1 succeeded next',
    'start#1 succeeded next',
    'way#1 succeeded otherwise',
  ]);
});

test('what nothing leads to is skipped', async () => {
  expect((await run(documentOf([connector('alone')], []))).steps).toEqual(['start#1 succeeded next', 'alone#1 skipped']);
});

const pure = (id: string): object => ({ id, kind: 'map', fields: [{ to: 'x', from: '{{ trigger.n }}' }] });

test('pure steps cost no checkpoint: they are written with the effect before or behind them', async () => {
  const batches: string[][] = [];
  const nodes = [pure('m1'), pure('m2'), connector('a'), pure('m3'), connector('b'), pure('m4')];
  const document = documentOf(nodes, ['start > m1', 'm1 > m2', 'm2 > a', 'a > m3', 'm3 > b', 'b > m4']);
  await run(document, { host: { checkpoint: async (records) => void batches.push(records.map(({ path }) => path)) } });
  expect(batches).toEqual([
    ['start', 'm1', 'm2', 'a', 'm3'],
    ['b', 'm4'],
  ]);
});

test('the last records are handed over with the outcome, when the host takes them', async () => {
  const [batches, last]: [string[][], string[]] = [[], []];
  const document = documentOf([connector('a'), connector('b'), pure('m')], ['start > a', 'a > b', 'b > m']);
  const { outcome } = await run(document, {
    host: {
      checkpoint: async (records) => void batches.push(records.map(({ path }) => path)),
      conclude: (records) => void last.push(...records.map(({ path }) => path)),
    },
  });
  expect([outcome.status, batches, last]).toEqual(['succeeded', [['start', 'a']], ['b', 'm']]);
});

test('the end of an effect is written at once while something beside it goes on', async () => {
  const door = gate();
  const effects = { slow: () => door.opened };
  const { steps } = await run(documentOf([connector('quick'), connector('slow')], ['start > quick', 'start > slow']), {
    effects,
    host: { reached: (point) => (point === 'checkpoint.after' ? door.open() : undefined) },
  });
  expect(steps).toEqual(['start#1 succeeded next', 'quick#1 succeeded next', 'slow#1 succeeded next']);
});

test('nothing follows an effect before it is durable', async () => {
  const order: string[] = [];
  const checkpoint = async (records: readonly StepRecord[]): Promise<void> => {
    await Promise.resolve();
    order.push(...records.map(({ path }) => `saved ${path}`));
  };
  const effects = { a: () => void order.push('a'), b: () => void order.push('b') };
  await run(documentOf([connector('a'), connector('b')], ['start > a', 'a > b']), { effects, host: { checkpoint } });
  expect(order).toEqual(['a', 'saved start', 'saved a', 'b', 'saved b']);
});

test('a refused checkpoint ends it: it rejects with the reason and begins nothing further', async () => {
  const performed: string[] = [];
  const refused = run(documentOf([connector('a'), connector('b')], ['start > a', 'a > b']), {
    host: {
      perform: async ({ path }) => ({ output: performed.push(path) }),
      checkpoint: async () => {
        throw new Error('not ours any more');
      },
    },
  });
  await expect(refused).rejects.toThrow('not ours any more');
  expect(performed).toEqual(['a']);
});

test('attempts come first, then the error edge with the error in reach, also further down', async () => {
  const nodes = [
    connector('a', { retry: { attempts: 2, baseMs: 100 } }),
    { id: 'm', kind: 'map', fields: [{ to: 'x', from: '{{ error.code }}' }] },
    connector('tell', { input: { text: '{{ error.nodeId }}: {{ error.class }}, {{ error.message }}' } }),
  ];
  const { outcome, steps, requests, sleeps, records } = await run(documentOf(nodes, ['start > a', 'a:error > m', 'm > tell']), {
    effects: { a: failing('transient') },
  });
  expect(outcome).toEqual({ status: 'succeeded' });
  expect(steps).toEqual(['start#1 succeeded next', 'a#1 retrying', 'a#2 failed error', 'm#1 succeeded next', 'tell#1 succeeded next']);
  expect(requests.at(-1)?.input).toEqual({ text: 'a: transient, It is transient' });
  expect(sleeps).toEqual([50]);
  expect(records.find(({ path, attempt }) => path === 'a' && attempt === 2)).toMatchObject({
    stopReason: 'attemptsUsed',
    error: { class: 'transient', code: 'simulated' },
  });
});

test('pure nodes fail at once, whatever retry says', async () => {
  const { outcome, steps } = await run(
    documentOf([{ id: 'm', kind: 'map', retry: { attempts: 5 }, fields: [{ to: 'x', from: null, whenNull: 'fail' }] }], ['start > m']),
  );
  expect(outcome).toMatchObject({ status: 'failed', nodeId: 'm', error: { class: 'invalid' } });
  expect(steps).toEqual(['start#1 succeeded next', 'm#1 failed']);
});

test('what no one foresaw fails the step as a bug', async () => {
  const { outcome } = await run(documentOf([connector('a')], ['start > a']), {
    effects: {
      a: () => {
        throw new TypeError('x is not a function');
      },
    },
  });
  expect(outcome).toMatchObject({ status: 'failed', nodeId: 'a', error: { class: 'bug', message: 'x is not a function' } });
});

test('after a failure the effects under way are awaited and recorded, and nothing new begins', async () => {
  const door = gate();
  const nodes = [
    connector('a'),
    connector('b'),
    connector('c'),
    { id: 'each', kind: 'loop', items: '{{ trigger.list }}' },
    connector('inner', { parent: 'each' }),
    connector('again', { retry: { attempts: 9, baseMs: 10 } }),
  ];
  const document = documentOf(nodes, ['start > a', 'start > b', 'b > c', 'start > each', 'start > again']);
  const effects = {
    a: failing('invalid'),
    b: () => door.opened,
    inner: () => door.opened,
    again: () => door.opened.then(() => failing('transient')({} as never)),
  };
  const { outcome, steps, requests } = await run(document, {
    effects,
    host: { reached: (point) => (point === 'checkpoint.after' ? door.open() : undefined) },
  });
  expect(outcome).toMatchObject({ status: 'failed', nodeId: 'a' });
  expect(requests.map(({ path }) => path).toSorted()).toEqual(['a', 'again', 'b', 'each[0].inner']);
  expect(steps.toSorted()).toEqual([
    'a#1 failed',
    'again#1 retrying',
    'b#1 succeeded next',
    'each[0].inner#1 succeeded next',
    'start#1 succeeded next',
  ]);
});

test.each([
  ['succeeded', { status: 'succeeded', reason: 'n is 1' }],
  ['skipped', { status: 'skipped', reason: 'n is 1' }],
  ['failed', { status: 'failed', nodeId: 'end', error: { class: 'invalid', code: 'stopped', message: 'n is 1' } }],
])('stop ends the run as %s, and what is under way is recorded', async (how, outcome) => {
  const door = gate();
  const document = documentOf(
    [connector('a'), { id: 'end', kind: 'stop', outcome: how, message: 'n is {{ trigger.n }}' }, connector('slow'), connector('never')],
    ['start > a', 'a > end', 'start > slow', 'slow > never'],
  );
  const result = await run(document, {
    effects: { slow: () => door.opened },
    host: { reached: (point) => (point === 'checkpoint.after' ? void setImmediate(door.open) : undefined) },
  });
  expect(result.outcome).toEqual(outcome);
  expect(result.steps.toSorted()).toEqual(['a#1 succeeded next', 'end#1 succeeded', 'slow#1 succeeded next', 'start#1 succeeded next']);
});

test('a disabled node gives its stand-in', async () => {
  const { requests } = await run(
    documentOf(
      [connector('a', { disabled: true, standIn: { id: 7 } }), connector('b', { input: { id: '{{ steps.a.id }}' } })],
      ['start > a', 'a > b'],
    ),
  );
  expect(requests.map(({ path, input }) => [path, input])).toEqual([['b', { id: 7 }]]);
});

test('an effect is told its time limit, its slot and its attempt', async () => {
  const { requests } = await run(documentOf([connector('a', { timeoutMs: 5000, slot: 'crm' })], ['start > a']));
  expect(requests[0]).toMatchObject({
    nodeId: 'a',
    path: 'a',
    attempt: 1,
    connector: 'sim',
    operation: 'act',
    slot: 'crm',
    timeoutMs: 5000,
    mayHaveHappened: false,
  });
});

test('a short wait is waited for here; of long ones the earliest wakes the run', async () => {
  const effects = { a: failing('transient', { retryAfterMs: 90_000 }), b: failing('transient', { retryAfterMs: 60_000 }) };
  const long = await run(DIAMOND, { effects });
  expect(long.outcome).toMatchObject({ status: 'waiting', wakeAt: 61_000 });
  expect(long.steps.toSorted()).toEqual(['a#1 retrying', 'b#1 retrying', 'start#1 succeeded next']);
  expect((await run(DIAMOND, { effects, maxInlineWaitMs: 100_000 })).outcome).toMatchObject({ status: 'failed' });
});

test('while one step waits, the others go on', async () => {
  const { outcome, steps } = await run(documentOf([connector('a'), connector('b'), connector('c')], ['start > a', 'start > b', 'b > c']), {
    effects: { a: failing('throttled', { retryAfterMs: 60_000 }) },
  });
  expect([outcome.status, steps.includes('c#1 succeeded next')]).toEqual(['waiting', true]);
});

test('a cancelled run begins nothing more, and what fails by it does not make it failed', async () => {
  const controller = new AbortController();
  const effects = {
    a: () => {
      controller.abort();
      throw new WeftError({ class: 'cancelled', code: 'cancel_requested', message: 'Cancelled' });
    },
  };
  const { outcome, steps } = await run(documentOf([connector('a'), connector('b')], ['start > a', 'a > b']), {
    effects,
    signal: controller.signal,
  });
  expect(outcome).toEqual({ status: 'cancelled', reason: 'Cancelled.' });
  expect(steps).toEqual(['start#1 succeeded next', 'a#1 failed']);
});

test('a run that was done when the cancellation came has succeeded', async () => {
  const controller = new AbortController();
  const { outcome } = await run(documentOf([connector('a')], ['start > a']), {
    effects: { a: () => controller.abort() },
    signal: controller.signal,
  });
  expect(outcome).toEqual({ status: 'succeeded' });
});

test('past its deadline a run fails and begins nothing more, but what is done is done', async () => {
  const late = async (nodes: readonly object[], edges: readonly string[]): Promise<Awaited<ReturnType<typeof run>>> => {
    let now = 1000;
    return run(documentOf(nodes, edges), { effects: { a: () => void (now = 2000) }, deadlineAt: 1500, host: { now: () => now } });
  };
  const cut = await late([connector('a'), connector('b')], ['start > a', 'a > b']);
  expect(cut.outcome).toMatchObject({ status: 'failed', error: { class: 'cancelled', code: 'deadline' } });
  expect(cut.steps).toEqual(['start#1 succeeded next', 'a#1 succeeded next']);
  expect((await late([connector('a')], ['start > a'])).outcome).toEqual({ status: 'succeeded' });
});
