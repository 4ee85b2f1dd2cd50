import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect, test } from 'vitest';
import { connector, documentOf, failing, run } from '../test/run-document.ts';
import type { TestResult, TestRun } from '../test/run-document.ts';
import { compileWorkflow } from './compile.ts';
import type { EffectRequest } from './host.ts';
import type { StepRecord } from './journal.ts';
import { donePagesOf, isForgotten, isPageStep } from './pages.ts';
import { resumeFrom } from './resume-from.ts';
import { standings } from './standings.ts';

const pages = { connector: 'crm', operation: 'find', slot: 'crm', input: { of: '{{ trigger.n }}' } };
const each = (more: object = {}): object => ({ id: 'each', kind: 'loop', pages, ...more });
const make = connector('make', { parent: 'each', input: { item: '{{ item }}', index: '{{ index }}' } });
const DOCUMENT = documentOf([each(), make, connector('last', { input: { sum: '{{ steps.each }}' } })], ['start > each', 'each > last']);

/** Items 0, 1, 2 … in pages of a size; the cursor is where a page begins. */
const paged =
  (count: number, size: number) =>
  ({ page }: EffectRequest): unknown => {
    const from = Number(page?.cursor ?? 0);
    const items = Array.from({ length: Math.min(size, count - from) }, (_, index) => `item ${from + index}`);
    return { items, ...(from + size < count ? { next: from + size } : {}) };
  };
const go = (options: TestRun = {}, document = DOCUMENT): Promise<TestResult> =>
  run(document, { ...options, effects: { each: paged(5, 2), ...options.effects } });
const outputOf = (records: readonly StepRecord[]): unknown => records.find(({ path }) => path === 'each')?.output;

test('reads one page, goes through it, writes down what became of it, and reads the next behind its cursor', async () => {
  const { steps, requests, records, outcome } = await go();
  expect(outcome).toEqual({ status: 'succeeded' });
  expect(steps).toEqual([
    'start#1 succeeded next',
    'each[page0].each#1 succeeded next',
    'each[0].make#1 succeeded next',
    'each[1].make#1 succeeded next',
    'each[done0].each#1 succeeded next',
    'each[page1].each#1 succeeded next',
    'each[2].make#1 succeeded next',
    'each[3].make#1 succeeded next',
    'each[done1].each#1 succeeded next',
    'each[page2].each#1 succeeded next',
    'each[4].make#1 succeeded next',
    'each[done2].each#1 succeeded next',
    'each#1 succeeded next',
    'last#1 succeeded next',
  ]);
  expect(requests.filter(({ nodeId }) => nodeId === 'each').map(({ page, input, slot }) => ({ page, input, slot }))).toEqual(
    [{}, { cursor: 2 }, { cursor: 4 }].map((page) => ({ page, input: { of: 1 }, slot: 'crm' })),
  );
  expect(requests.filter(({ nodeId }) => nodeId === 'make').map(({ input }) => input)).toEqual(
    [0, 1, 2, 3, 4].map((index) => ({ item: `item ${index}`, index })),
  );
  expect(outputOf(records)).toEqual({
    count: 5,
    succeeded: 5,
    failed: 0,
    pages: 3,
    items: [0, 1, 2, 3, 4].map((index) => ({ index, ok: true, output: null })),
    failures: [],
  });
});

test('a page without items and a list without pages are gone past', async () => {
  const pagesOf = [{ items: [], next: 'a' }, { items: [], next: 'b' }, { items: ['x'] }];
  const made = await go({ effects: { each: ({ page }) => pagesOf[page?.cursor === undefined ? 0 : page.cursor === 'a' ? 1 : 2] } });
  expect(outputOf(made.records)).toMatchObject({ count: 1, pages: 3 });
  expect(outputOf((await go({ effects: { each: () => ({ items: [] }) } })).records)).toEqual({
    count: 0,
    succeeded: 0,
    failed: 0,
    pages: 1,
    items: [],
    failures: [],
  });
});

test('of more than a thousand items only the numbers are given, and the first thousand that failed, in short', async () => {
  const document = documentOf([each({ onItemError: 'continue', concurrency: 7 }), make], ['start > each']);
  const effects = { each: paged(3000, 400), make: failing('invalid') };
  const { records } = await go({ effects }, document);
  const output = outputOf(records) as { failures: unknown[] };
  expect(output).toMatchObject({ count: 3000, succeeded: 0, failed: 3000, pages: 8 });
  expect(output).not.toHaveProperty('items');
  expect(output.failures).toHaveLength(1000);
  expect(output.failures[999]).toEqual({
    index: 999,
    ok: false,
    error: { class: 'invalid', code: 'simulated', message: 'It is invalid' },
  });
});

test('of a run that was cut anywhere, pages that are done are not needed, and no item is done twice', async () => {
  const whole = await go();
  for (let cut = 0; cut <= whole.records.length; cut += 1) {
    const journal = whole.records.slice(0, cut);
    const done = donePagesOf(journal);
    const needed = journal.filter(({ path }) => !isForgotten(path, done));
    const rest = await go({ journal: needed, isRecovery: true });
    expect([rest.outcome.status, outputOf([...journal, ...rest.records])], `cut behind ${cut}`).toEqual([
      'succeeded',
      outputOf(whole.records),
    ]);
    const asked = [...journal, ...rest.records].filter(({ nodeId }) => nodeId !== 'start').map(({ path }) => path);
    expect(asked.toSorted(), `cut behind ${cut}`).toEqual(
      whole.records.flatMap(({ path, nodeId }) => (nodeId === 'start' ? [] : [path])).toSorted(),
    );
    // All that was ever known of the run leads to the same.
    expect((await go({ journal, isRecovery: true })).steps).toEqual(rest.steps);
  }
});

test('goes on with what it asked for at first, whatever the expression would give by now', async () => {
  const first = await go();
  const journal = first.records.slice(0, 5);
  const { requests } = await go({ journal, trigger: { n: 7 } });
  expect(requests[0]?.input).toEqual({ of: 1 });
});

test('an item of a page that the worker before could not know cannot have happened', async () => {
  const first = await go();
  const behindRead = await go({ journal: first.records.slice(0, 6), isRecovery: true });
  expect(behindRead.requests.map(({ path, mayHaveHappened }) => [path, mayHaveHappened])).toEqual([
    ['each[2].make', true],
    ['each[3].make', true],
    ['each[page2].each', false],
    ['each[4].make', false],
    ['last', true], // as behind every loop
  ]);
});

test('a page is tried again, and one that cannot be read fails the loop at its place', async () => {
  const retried = documentOf([each({ retry: { attempts: 2, baseMs: 10 } }), make], ['start > each']);
  const effects = { each: (request: EffectRequest) => (request.page?.cursor === 2 ? failing('transient')(request) : paged(5, 2)(request)) };
  const { outcome, steps } = await go({ effects }, retried);
  expect(outcome).toMatchObject({ status: 'failed', nodeId: 'each', error: { class: 'transient' } });
  expect(steps.slice(-3)).toEqual(['each[page1].each#1 retrying', 'each[page1].each#2 failed', 'each#1 failed']);
  const caught = documentOf([each({ retry: { attempts: 1 } }), make, connector('alert')], ['start > each', 'each:error > alert']);
  expect((await go({ effects }, caught)).steps.slice(-3)).toEqual([
    'each[page1].each#1 failed error',
    'each#1 failed error',
    'alert#1 succeeded next',
  ]);
});

test.each([
  ['no list', { items: 'x' }, 'is no page of a list'],
  ['itself as the next page', { items: [1], next: 'same' }, 'would be the same one again'],
])('what gives %s fails', async (_, output, sentence) => {
  const { outcome } = await go({ effects: { each: () => output } });
  expect(outcome).toMatchObject({ status: 'failed', error: { code: 'page_broken', message: expect.stringContaining(sentence) } });
});

test('an item that waits keeps its page; resumed, the others are not done again', async () => {
  const wait = { id: 'pause', kind: 'wait', mode: 'event', parent: 'each' };
  const document = documentOf([each({ concurrency: 2 }), make, wait], ['start > each', 'make > pause']);
  const first = await go({}, document);
  expect(first.outcome).toMatchObject({ status: 'waiting', pending: [{ path: 'each[0].pause' }, { path: 'each[1].pause' }] });
  const answers = { 'each[0].pause': {}, 'each[1].pause': {} };
  const second = await go({ journal: first.records, answers }, document);
  expect(second.outcome).toMatchObject({ status: 'waiting', pending: [{ path: 'each[2].pause' }, { path: 'each[3].pause' }] });
  expect(second.requests.map(({ path }) => path)).toEqual(['each[page1].each', 'each[2].make', 'each[3].make']);
});

test('what is known of a page that is done is told from all else, in loops in loops too', () => {
  const done = donePagesOf([
    { path: 'outer[2].each[done0].each', output: { from: 0, count: 2 } },
    { path: 'outer[2].each[done1].each', output: { from: 2, count: 1 } },
    { path: 'each[4].make', output: { from: 0, count: 9 } },
  ]);
  expect(done).toEqual([{ prefix: 'outer[2].each[', pages: 2, items: 3 }]);
  const forgotten = ['outer[2].each[2].make', 'outer[2].each[0].inner[7].x', 'outer[2].each[page1].each'];
  const needed = [
    'outer[2].each[3].make',
    'outer[2].each[page2].each',
    'outer[2].each[done1].each',
    'outer[1].each[0].make',
    'each[0].make',
    'outer[2].each',
  ];
  expect([...forgotten, ...needed].filter((path) => isForgotten(path, done))).toEqual(forgotten);
  expect(['each[page1].each', 'each[1].each', 'each'].map(isPageStep)).toEqual([true, false, false]);
});

test('a page that is done does not settle the loop', async () => {
  const { records } = await go();
  expect(standings(DOCUMENT, records.slice(0, 5)).get('each')).toBe('ready');
  expect(standings(DOCUMENT, records).get('each')).toBe('succeeded');
});

test('a step in the loop that is tried again by a person meets the items that were read', async () => {
  const { records } = await go();
  const kept = resumeFrom(records, 'make', compileWorkflow(DOCUMENT)).map(({ path }) => path);
  expect(kept).toEqual(['start', 'each[page0].each', 'each[page1].each', 'each[page2].each']);
  expect(resumeFrom(records, 'each', compileWorkflow(DOCUMENT)).map(({ path }) => path)).toEqual(['start']);
  expect(resumeFrom(records, 'last', compileWorkflow(DOCUMENT))).toHaveLength(records.length - 1);
});

test('of a hundred thousand items, those of a page are in memory', { timeout: 60_000 }, async () => {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  const [count, size] = [100_000, 500];
  const seen: WeakRef<object>[] = [];
  let mostHeld = 0;
  let [records, done] = [0, 0];
  const document = documentOf(
    [
      each({ concurrency: 5 }),
      { id: 'shape', kind: 'map', parent: 'each', fields: [{ to: 'name', from: '{{ item.name }}' }] },
      { id: 'which', kind: 'branch', parent: 'each', cases: [{ port: 'a', label: 'A', when: 'index >= 0' }] },
    ],
    ['start > each', 'shape > which'],
  );
  const read = async ({ page }: EffectRequest): Promise<unknown> => {
    const from = Number(page?.cursor ?? 0);
    if (from % (size * 40) === 0) {
      // A turn, so that what hangs on the last one is let go.
      await new Promise((resolve) => setImmediate(resolve));
      collect();
      mostHeld = Math.max(mostHeld, seen.filter((item) => item.deref() !== undefined).length);
    }
    const items = Array.from({ length: size }, (_, index) => ({ name: `item ${from + index}` }));
    for (const item of items) seen.push(new WeakRef(item));
    return { items, ...(from + size < count ? { next: from + size } : {}) };
  };
  const checkpoint = async (batch: readonly StepRecord[]): Promise<void> => {
    records += batch.length;
    done += batch.filter(({ path }) => path.includes('[done')).length;
  };
  const { outcome, requests } = await run(document, { effects: { each: read }, host: { checkpoint } });
  expect([outcome.status, seen.length, records, done]).toEqual(['succeeded', count, count * 2 + (count / size) * 2 + 2, count / size]);
  expect(requests).toHaveLength(count / size);
  expect(mostHeld).toBeGreaterThanOrEqual(0);
  expect(mostHeld).toBeLessThanOrEqual(2 * size);
});
