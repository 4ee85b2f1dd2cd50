import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect, test } from 'vitest';
import { connector, documentOf, failing, gate, run } from '../../test/run-document.ts';
import type { TestResult } from '../../test/run-document.ts';
import type { EffectRequest } from '../host.ts';

const each = (more: object = {}): object => ({ id: 'each', kind: 'loop', items: '{{ trigger.list }}', ...more });
const make = connector('make', { parent: 'each', input: { item: '{{ item }}', index: '{{ index }}' } });
const outputOf = ({ records }: TestResult): unknown => records.find(({ path }) => path === 'each')?.output;

test('runs its body once per item, and an item gives what the last of its body gave', async () => {
  const body = [connector('check', { parent: 'each', input: { made: '{{ steps.make }}' } }), make];
  const result = await run(documentOf([each(), ...body], ['start > each', 'make > check']), {
    effects: { make: ({ input }) => `made ${String(input['item'])}${String(input['index'])}`, check: ({ input }) => input['made'] },
  });
  expect(outputOf(result)).toEqual({
    count: 3,
    succeeded: 3,
    failed: 0,
    items: ['a0', 'b1', 'c2'].map((text, index) => ({ index, ok: true, output: `made ${text}` })),
  });
  expect(result.requests.map(({ path }) => path)).toEqual([
    'each[0].make',
    'each[0].check',
    'each[1].make',
    'each[1].check',
    'each[2].make',
    'each[2].check',
  ]);
});

test.each([[null], ['{{ trigger.missing }}'], [[]]])('%j is an empty list', async (items) => {
  const result = await run(documentOf([each({ items }), make], ['start > each']));
  expect([result.outcome, outputOf(result)]).toEqual([{ status: 'succeeded' }, { count: 0, succeeded: 0, failed: 0, items: [] }]);
});

test.each([['{{ trigger.n }}'], ['text'], [{ a: 1 }]])('%j is no list and fails', async (items) => {
  expect((await run(documentOf([each({ items }), make], ['start > each']))).outcome).toMatchObject({
    status: 'failed',
    nodeId: 'each',
    error: { class: 'invalid', code: 'not_a_list' },
  });
});

test('works on as many items at once as allowed, and no more', async () => {
  let [now, most] = [0, 0];
  const doors = ['a', 'b', 'c'].map(() => gate());
  const effects = {
    make: async ({ input }: EffectRequest) => {
      now += 1;
      most = Math.max(most, now);
      if (now === 2) doors.forEach(({ open }) => open());
      await doors[Number(input['index'])]?.opened;
      now -= 1;
    },
  };
  const { outcome } = await run(documentOf([each({ concurrency: 2 }), make], ['start > each']), { effects });
  expect([outcome.status, most]).toEqual(['succeeded', 2]);
});

test('continue keeps the outcome of every item', async () => {
  const effects = { make: (request: EffectRequest) => (request.input['item'] === 'b' ? failing('invalid')(request) : 'ok') };
  const result = await run(documentOf([each({ onItemError: 'continue' }), make], ['start > each']), { effects });
  expect(outputOf(result)).toEqual({
    count: 3,
    succeeded: 2,
    failed: 1,
    items: [
      { index: 0, ok: true, output: 'ok' },
      { index: 1, ok: false, error: { class: 'invalid', code: 'simulated', message: 'It is invalid' } },
      { index: 2, ok: true, output: 'ok' },
    ],
  });
});

test('stop fails the loop with the item’s error and begins nothing further', async () => {
  const { outcome, requests } = await run(documentOf([each(), make], ['start > each']), { effects: { make: failing('notFound') } });
  expect(outcome).toMatchObject({ status: 'failed', nodeId: 'each', error: { class: 'notFound', detail: { failedNode: 'make' } } });
  expect(requests.map(({ path }) => path)).toEqual(['each[0].make']);
});

test('stop lets items beside the failed one end what they are at, and go no further', async () => {
  const door = gate();
  const nodes = [each({ concurrency: 2 }), make, connector('then', { parent: 'each' })];
  const effects = {
    make: async (request: EffectRequest) => {
      if (request.input['index'] === 1) return failing('invalid')(request);
      return door.opened;
    },
  };
  const { requests, steps } = await run(documentOf(nodes, ['start > each', 'make > then']), {
    effects,
    host: { reached: (point) => (point === 'checkpoint.after' ? door.open() : undefined) },
  });
  expect(requests.map(({ path }) => path)).toEqual(['each[0].make', 'each[1].make']);
  expect(steps).toEqual(['start#1 succeeded next', 'each[1].make#1 failed', 'each[0].make#1 succeeded next', 'each#1 failed']);
});

test('a failed loop with an error edge goes on there', async () => {
  const { outcome, steps } = await run(documentOf([each(), make, connector('tell')], ['start > each', 'each:error > tell']), {
    effects: { make: failing('invalid') },
  });
  expect([outcome.status, steps.at(-2), steps.at(-1)]).toEqual(['succeeded', 'each#1 failed error', 'tell#1 succeeded next']);
});

test('an item that waits keeps its place: a sequential loop keeps its order', async () => {
  const { outcome, requests } = await run(documentOf([each(), make], ['start > each']), {
    effects: { make: failing('throttled', { retryAfterMs: 60_000 }) },
  });
  expect([outcome.status, requests.map(({ path }) => path)]).toEqual(['waiting', ['each[0].make']]);
});

test('loops in loops see their own item and what is outside', async () => {
  const nodes = [
    connector('before'),
    each({ items: [[1, 2], [3]] }),
    { id: 'inner', kind: 'loop', items: '{{ item }}', parent: 'each' },
    connector('make', { parent: 'inner', input: { item: '{{ item }}', index: '{{ index }}', before: '{{ steps.before }}' } }),
  ];
  const { requests } = await run(documentOf(nodes, ['start > before', 'before > each']), { effects: { before: () => 'seen' } });
  expect(requests.slice(1).map(({ path, input }) => [path, input])).toEqual([
    ['each[0].inner[0].make', { item: 1, index: 0, before: 'seen' }],
    ['each[0].inner[1].make', { item: 2, index: 1, before: 'seen' }],
    ['each[1].inner[0].make', { item: 3, index: 0, before: 'seen' }],
  ]);
});

test('what one item made is not seen by the next', async () => {
  const nodes = [each(), connector('make', { parent: 'each', input: { earlier: '{{ steps.make }}' } })];
  const { requests } = await run(documentOf(nodes, ['start > each']), { effects: { make: () => 1 } });
  expect(requests.map(({ input }) => input)).toEqual([{}, {}, {}]);
});

test('of items that are done it holds what they gave, and nothing that they were given', async () => {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  const given: WeakRef<object>[] = [];
  let left = -1;
  const document = documentOf(
    [each({ items: '{{ steps.read }}', concurrency: 3 }), make, connector('read'), connector('after')],
    ['start > read', 'read > each', 'each > after'],
  );
  const perform = async ({ nodeId, input }: EffectRequest): Promise<{ output: unknown }> => {
    if (nodeId === 'read') return { output: Array.from({ length: 50 }, (_, index) => index) };
    if (nodeId === 'make') given.push(new WeakRef(input));
    if (nodeId === 'after') {
      // A turn, so that what hangs on the last one is let go.
      await new Promise((resolve) => setImmediate(resolve));
      collect();
      left = given.filter((input) => input.deref() !== undefined).length;
    }
    return { output: null };
  };
  const { outcome } = await run(document, { host: { perform, checkpoint: async () => {} } });
  expect([outcome.status, given.length]).toEqual(['succeeded', 50]);
  expect(left).toBeLessThanOrEqual(3);
});

test('records of a long loop without effects are written on the way, and it waits while they cannot be', async () => {
  const count = 20_000;
  const document = documentOf(
    [each({ items: Array.from({ length: count }, (_, index) => index) }), { id: 'shape', kind: 'map', parent: 'each', fields: [] }],
    ['start > each'],
  );
  const sizes: number[] = [];
  let [now, written, mostOpen] = [0, 0, 0];
  const { outcome } = await run(document, {
    host: {
      now: () => {
        now += 1;
        return now;
      },
      breathe: async () => {},
      checkpoint: async (batch) => {
        sizes.push(batch.length);
        mostOpen = Math.max(mostOpen, sizes.length - written);
        // Slower than the items are.
        await new Promise((resolve) => setTimeout(resolve, 5));
        written += 1;
      },
    },
  });
  expect(outcome.status).toBe('succeeded');
  expect(sizes.reduce((sum, size) => sum + size, 0)).toBe(count + 2);
  expect(Math.max(...sizes)).toBeLessThan(2100);
  expect(mostOpen).toBeLessThanOrEqual(2);
});
