import { expect, test } from 'vitest';
import { connector, documentOf, gate, run } from '../test/run-document.ts';

const MINUTE = 60_000;

const timer = (id: string, amount: unknown, unit = 'minutes'): object => ({
  id,
  kind: 'wait',
  mode: 'duration',
  duration: { amount, unit },
});
const event = (id: string, more: object = {}): object => ({ id, kind: 'wait', mode: 'event', ...more });
const review = (id: string, more: object = {}): object => ({ id, kind: 'review', subject: 'Send {{ trigger.n }}?', ...more });
const call = (id: string, more: object = {}): object => ({ id, kind: 'call', workflowId: 'w', workflowName: 'Sync one', ...more });

test('a long time releases the run until then, a short one is waited for in the worker', async () => {
  const long = await run(documentOf([timer('rest', 10), connector('a')], ['start > rest', 'rest > a']));
  expect(long.outcome).toEqual({
    status: 'waiting',
    wakeAt: 1000 + 10 * MINUTE,
    reason: 'Waits at “Wait 10 minutes” until 1970-01-01 00:10 UTC.',
    pending: [{ kind: 'timer', path: 'rest', nodeId: 'rest', until: 1000 + 10 * MINUTE }],
  });
  expect([long.requests, long.sleeps]).toEqual([[], []]);
  const short = await run(documentOf([timer('rest', 2, 'seconds'), connector('a')], ['start > rest', 'rest > a']));
  expect([short.outcome.status, short.sleeps, short.steps]).toEqual([
    'succeeded',
    [2000],
    ['start#1 succeeded next', 'rest#1 succeeded next', 'a#1 succeeded next'],
  ]);
});

test('a time that is past, or no time at all, goes on at once', async () => {
  for (const node of [
    { id: 'rest', kind: 'wait', mode: 'time', time: '1970-01-01T00:00:00Z' },
    { id: 'rest', kind: 'wait', mode: 'time', time: '{{ trigger.n }}' },
    timer('rest', 0),
    timer('rest', -5, 'days'),
  ]) {
    const { outcome, sleeps } = await run(documentOf([node], ['start > rest']));
    expect([outcome, sleeps]).toEqual([{ status: 'succeeded' }, []]);
  }
});

test.each([
  [timer('rest', '{{ trigger.list }}'), 'Wait for: a list or an object is not a number of minutes. Give a number.'],
  [timer('rest', 'soon'), 'Wait for: “soon” is not a number of minutes. Give a number.'],
  [timer('rest', 999, 'weeks'), 'Wait for: 999 weeks is longer than ten years. Check the number and its unit.'],
  [
    { id: 'rest', kind: 'wait', mode: 'time', time: '{{ trigger.missing }}' },
    'Until: nothing is not a time. Give one such as 2026-11-20T09:00:00Z.',
  ],
])('a time that is none fails the step: %j', async (node, message) => {
  const { outcome, waits } = await run(documentOf([node], ['start > rest']));
  expect([outcome, waits]).toEqual([
    { status: 'failed', nodeId: 'rest', error: expect.objectContaining({ class: 'invalid', message }) },
    [],
  ]);
});

test('an event without a limit never wakes by time; the request that came is the output', async () => {
  const document = documentOf(
    [event('paid'), connector('a', { input: { got: '{{ steps.paid.body.id }}' } })],
    ['start > paid', 'paid > a'],
  );
  const waiting = await run(document);
  expect(waiting.outcome).toEqual({
    status: 'waiting',
    reason: 'Waits to be called back at “Wait for a call back”.',
    pending: [{ kind: 'event', path: 'paid', nodeId: 'paid' }],
  });
  const { outcome, requests } = await run(document, { answers: { paid: { body: { id: 7 } } } });
  expect([outcome.status, requests.map(({ input }) => input)]).toEqual(['succeeded', [{ got: 7 }]]);
});

test('an event that does not come in time goes on by its own port', async () => {
  const document = documentOf(
    [event('paid', { timeout: { amount: 1, unit: 'seconds' } }), connector('late'), connector('good')],
    ['start > paid', 'paid > good', 'paid:timeout > late'],
  );
  const { requests, records } = await run(document);
  expect(requests.map(({ path }) => path)).toEqual(['late']);
  expect(records.find(({ path }) => path === 'paid')).toMatchObject({
    port: 'timeout',
    output: { until: '1970-01-01T00:00:02.000Z' },
    startedAt: 1000,
    finishedAt: 2000,
  });
});

test('the address of a wait is known to the operations before it, in each item its own', async () => {
  const nodes = [
    connector('ask', { input: { to: '{{ resume.done }}', link: 'See {{ resume.check }}' } }),
    event('done'),
    review('check'),
    { id: 'each', kind: 'loop', items: ['x', 'y'], concurrency: 2 },
    connector('tell', { parent: 'each', input: { inner: '{{ resume.answer }}', outer: '{{ resume.done }}' } }),
    event('answer', { parent: 'each' }),
  ];
  const edges = ['start > ask', 'ask > done', 'start > check', 'start > each', 'tell > answer'];
  const { requests } = await run(documentOf(nodes, edges));
  expect(Object.fromEntries(requests.map(({ path, input }) => [path, input]))).toEqual({
    ask: { to: 'https://weft/event/done', link: 'See https://weft/review/check' },
    'each[0].tell': { inner: 'https://weft/event/each[0].answer', outer: 'https://weft/event/done' },
    'each[1].tell': { inner: 'https://weft/event/each[1].answer', outer: 'https://weft/event/done' },
  });
});

test('a question is resolved when it is asked, and the choice is the port', async () => {
  const facts = [{ label: 'Amount', value: '{{ trigger.n * 100 }}' }];
  const document = documentOf([review('check', { facts, title: 'Check it' }), connector('a')], ['start > check', 'check:approved > a']);
  const { outcome, waits } = await run(document);
  expect(outcome).toMatchObject({ status: 'waiting', reason: 'Waits for a decision at “Check it”.' });
  expect(waits).toEqual([
    {
      path: 'check',
      nodeId: 'check',
      kind: 'review',
      question: {
        subject: 'Send 1?',
        details: '',
        facts: [{ label: 'Amount', value: 100 }],
        choices: [
          { port: 'approved', label: 'Approve' },
          { port: 'rejected', label: 'Reject' },
        ],
        comment: 'optional',
        role: 'operator',
      },
    },
  ]);
  const answer = { choice: 'approved', comment: 'Fine', decidedBy: { name: 'Ada' }, decidedAt: 'then' };
  const decided = await run(document, { answers: { check: answer } });
  expect(decided.steps).toEqual(['start#1 succeeded next', 'check#1 succeeded approved', 'a#1 succeeded next']);
  expect(decided.records[1]?.output).toEqual({ ...answer, label: 'Approve' });
});

test('a choice that the node does not have is a fault, not a way', async () => {
  const { outcome } = await run(documentOf([review('check')], ['start > check']), { answers: { check: { choice: 'maybe' } } });
  expect(outcome).toMatchObject({ status: 'failed', error: { class: 'bug', code: 'unknown_choice' } });
});

test('nobody decided in time', async () => {
  const document = documentOf([review('check', { deadline: { amount: 1, unit: 'seconds' } })], ['start > check']);
  expect((await run(document)).steps).toEqual(['start#1 succeeded next', 'check#1 succeeded expired']);
});

test('what the called run gave is the output; its error is the error of the node', async () => {
  const document = documentOf(
    [
      call('sync', { input: { id: '{{ trigger.n }}' } }),
      connector('good', { input: { v: '{{ steps.sync.v }}' } }),
      connector('bad', { input: { why: '{{ error.message }}' } }),
    ],
    ['start > sync', 'sync > good', 'sync:error > bad'],
  );
  const good = await run(document, { answers: { sync: { runId: 'r2', status: 'succeeded', output: { v: 5 } } } });
  expect(good.requests.map(({ path, input }) => [path, input])).toEqual([['good', { v: 5 }]]);
  expect(good.waits).toEqual([
    { path: 'sync', nodeId: 'sync', kind: 'child', call: { workflowId: 'w', workflowName: 'Sync one', input: { id: 1 }, isAwaited: true } },
  ]);
  const error = { class: 'notFound', code: 'gone', message: 'There is no company 7.' } as const;
  const bad = await run(document, { answers: { sync: { runId: 'r2', status: 'failed', error } } });
  expect(bad.requests.map(({ path, input }) => [path, input])).toEqual([['bad', { why: 'There is no company 7.' }]]);
  expect(bad.records.find(({ path }) => path === 'sync')?.error).toEqual({ ...error, detail: { calledRun: 'r2' } });
});

test('a run that is only started is not waited for', async () => {
  const { records } = await run(documentOf([call('sync', { waits: false })], ['start > sync']), {
    answers: { sync: { runId: 'r2', status: 'started' } },
  });
  expect(records[1]?.output).toEqual({ runId: 'r2' });
});

test('several waits at once: it wakes for the first that is due and tells of what somebody has to do', async () => {
  const nodes = [
    timer('late', 60),
    timer('soon', 5),
    review('check'),
    { id: 'each', kind: 'loop', items: ['x', 'y', 'z'], concurrency: 2 },
    event('answer', { parent: 'each', timeout: { amount: 1, unit: 'hours' } }),
  ];
  const { outcome, waits } = await run(documentOf(nodes, ['start > late', 'start > soon', 'start > check', 'start > each']));
  expect(outcome).toMatchObject({
    status: 'waiting',
    wakeAt: 1000 + 5 * MINUTE,
    reason: 'Waits for a decision at “Ask for a decision”. And 4 more.',
  });
  // The third item has no lane before one of the others is done.
  expect(waits.map(({ path }) => path).toSorted()).toEqual(['check', 'each[0].answer', 'each[1].answer', 'late', 'soon']);
});

test('what is known to be open is not asked about again', async () => {
  const document = documentOf([event('paid'), timer('rest', 10)], ['start > paid', 'start > rest']);
  const openWaits = new Map([
    ['paid', { since: 0 }],
    ['rest', { since: 0, dueAt: 5 * MINUTE }],
  ]);
  const { outcome, waits } = await run(document, { openWaits });
  expect([outcome.status, waits]).toEqual(['waiting', []]);
});

test('a run that waits is taken up at its deadline, and fails then', async () => {
  const document = documentOf([event('paid')], ['start > paid']);
  expect((await run(document, { deadlineAt: 90_000 })).outcome).toMatchObject({ status: 'waiting', wakeAt: 90_000 });
  const late = await run(document, { deadlineAt: 900 });
  expect([late.outcome, late.waits]).toEqual([{ status: 'failed', error: expect.objectContaining({ code: 'deadline' }) }, []]);
});

test('a cancellation ends the run although something is waited for', async () => {
  const controller = new AbortController();
  const reached = gate();
  const document = documentOf([event('paid'), timer('rest', 1, 'seconds')], ['start > paid', 'start > rest']);
  const running = run(document, {
    signal: controller.signal,
    host: {
      sleep: async () => {
        reached.open();
        await new Promise((_, reject) => controller.signal.addEventListener('abort', () => reject(new Error('aborted'))));
      },
    },
  });
  await reached.opened;
  controller.abort();
  expect((await running).outcome).toEqual({ status: 'cancelled', reason: 'Cancelled.' });
});

test('a run gives its caller the output of its last node, unless an end says otherwise', async () => {
  const nodes = [connector('a'), { id: 'end', kind: 'stop', outcome: 'succeeded', output: { n: '{{ trigger.n }}' } }];
  const effects = { a: () => ({ id: 9 }) };
  const without = await run(documentOf(nodes.slice(0, 1), ['start > a']), { effects, wantsOutput: true });
  expect(without.outcome).toEqual({ status: 'succeeded', output: { id: 9 } });
  const document = documentOf(nodes, ['start > a', 'a > end']);
  const ended = await run(document, { effects, wantsOutput: true });
  expect(ended.outcome).toEqual({ status: 'succeeded', output: { n: 1 } });
  const again = await run(document, { journal: ended.records, wantsOutput: true });
  expect(again.outcome).toEqual({ status: 'succeeded', output: { n: 1 } });
  expect((await run(document, { effects })).outcome).toEqual({ status: 'succeeded' });
});
