import { expect, test } from 'vitest';
import { connector, documentOf, gate, run } from '../../test/run-document.ts';
import type { Answer, StepRecord } from '../index.ts';

const answer = (more: Record<string, unknown> = {}): Record<string, unknown> => ({ id: 'answer', kind: 'respond', ...more });
type Told = { path: string; answer: Answer; isDurable: boolean };

async function answered(node: Record<string, unknown>, more: Parameters<typeof run>[1] = {}) {
  const told: Told[] = [];
  const result = await run(documentOf([node], ['start > answer']), {
    ...more,
    host: { respond: (step) => void told.push(step), ...more.host },
  });
  return { ...result, told };
}

test.each([
  [{}, { status: 200 }],
  [
    { status: 404, body: 'Not here' },
    { status: 404, body: 'Not here' },
  ],
  [
    { status: '{{ trigger.n + 200 }}', body: '{{ trigger.list }}' },
    { status: 201, body: ['a', 'b', 'c'] },
  ],
  [
    { status: '418', headers: { 'X-Count': '{{ trigger.n }}', 'x-none': '{{ trigger.missing }}' } },
    { status: 418, headers: { 'x-count': '1' } },
  ],
  [{ body: { sum: '{{ $sum([1, 2]) }}', at: '{{ run.id }}' } }, { status: 200, body: { sum: 3, at: 'run' } }],
])('gives what it says: %j', async (more, expected) => {
  const { told, records, outcome } = await answered(answer(more));
  expect(told).toEqual([{ path: 'answer', answer: expected, isDurable: false }]);
  expect(records.find(({ path }) => path === 'answer')).toMatchObject({ status: 'succeeded', port: 'next', output: expected });
  expect(outcome.status).toBe('succeeded');
});

test.each([
  [{ status: '{{ trigger.missing }}' }, 'Status: null is no HTTP status'],
  [{ status: '99' }, 'Status: "99" is no HTTP status'],
  [{ headers: { 'set-cookie': 'a=b' } }, '“set-cookie” is not for a workflow to set'],
  [{ headers: { 'x-a': '{{ "one" & "\\r\\nset-cookie: a=b" }}' } }, '“x-a” has a line break'],
  [{ headers: '{{ {"bad name": "x"} }}' }, '“bad name” is no name of a header'],
])('fails rather than send what is no answer: %j', async (more, message) => {
  const { told, outcome } = await answered(answer(more));
  expect(told).toEqual([]);
  expect(outcome).toMatchObject({ status: 'failed', error: { class: 'invalid', message: expect.stringContaining(message) } });
});

test('a note of the host why nobody gets it stands in its output', async () => {
  const { records } = await answered(answer({ body: 1 }), { host: { respond: () => 'Nobody waits.' } });
  expect(records.at(-1)).toMatchObject({ path: 'answer', output: { status: 200, body: 1, note: 'Nobody waits.' } });
});

test('it is written at once when something slow follows, and the run goes on', async () => {
  const door = gate();
  const batches: string[][] = [];
  const checkpoint = async (records: readonly StepRecord[]): Promise<void> => {
    batches.push(records.map(({ path }) => path));
    door.open();
  };
  await run(documentOf([answer(), connector('slow')], ['start > answer', 'answer > slow']), {
    effects: { slow: () => door.opened },
    host: { checkpoint, respond: () => undefined },
  });
  expect(batches).toEqual([['start', 'answer'], ['slow']]);
});

test('a worker that takes the run up answers again from the record, unless nobody was to get it', async () => {
  const record = (more: Record<string, unknown>): StepRecord => ({
    path: 'answer',
    nodeId: 'answer',
    attempt: 1,
    status: 'succeeded',
    port: 'next',
    startedAt: 0,
    finishedAt: 0,
    ...more,
  });
  const again = await answered(answer({ status: 500 }), { journal: [record({ output: { status: 201, body: 'first' } })] });
  expect(again.told).toEqual([{ path: 'answer', answer: { status: 201, body: 'first' }, isDurable: true }]);
  const never = await answered(answer(), { journal: [record({ output: { status: 201, note: 'Nobody waits.' } })] });
  expect(never.told).toEqual([]);
});
