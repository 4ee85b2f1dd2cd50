/**
 * Golden histories: runs that were recorded by earlier builds go the same way in this one, whole and resumed behind each of
 * their records. A run that is under way when a new build starts depends on it.
 */
import { expect, test } from 'vitest';
import type { StepRecord } from '../../src/index.ts';
import { departures } from './differences.ts';
import { recordedHistories } from './history.ts';
import type { History } from './history.ts';

const histories = recordedHistories();

test.each(histories)('%s goes the way it went, also resumed behind each of its steps', async (_, history) => {
  expect(await departures(history)).toEqual([]);
});

test('together they hold every kind of node and every way a step can end', () => {
  const records = histories.flatMap(([, history]) => history.records.map((record) => ({ record, history })));
  const kindOf = ({ nodeId }: StepRecord, { document }: History): string =>
    document.nodes.find(({ id }) => id === nodeId)?.kind ?? 'unknown';
  const seen = new Set(records.map(({ record, history }) => `${kindOf(record, history)} ${record.status}`));
  const kinds = ['trigger', 'connector', 'map', 'branch', 'loop', 'stop', 'wait', 'review', 'call', 'script', 'respond'];
  const ways = [
    ...kinds.map((kind) => `${kind} succeeded`),
    ...['connector', 'loop', 'call'].map((kind) => `${kind} failed`),
    'connector retrying',
    'connector skipped',
  ];
  expect(ways.filter((way) => !seen.has(way))).toEqual([]);
  expect(records.some(({ record }) => record.outcomeUnknown)).toBe(true);
  expect([...new Set(histories.map(([, { outcome }]) => outcome.status))].toSorted()).toEqual([
    'cancelled',
    'failed',
    'skipped',
    'succeeded',
  ]);
});

test.each(histories)('%s is refused once what a step computed, or was given, is altered', async (name, history) => {
  const altered = history.records.flatMap((record, index): { step: string; history: History }[] => {
    const other = alterationOf(record, history);
    return other ? [{ step: `${record.path}#${record.attempt}`, history: withRecord(history, index, { ...record, ...other }) }] : [];
  });
  expect(altered, `nothing of ${name} can be altered`).not.toEqual([]);
  for (const { step, history: wrong } of altered)
    expect((await departures(wrong)).join('\n'), `${name}, ${step}`).toContain(`${step}: its `);
});

test.each(histories)('%s is refused once another order, another end or a missing step is written into it', async (_, history) => {
  const [asked = [], ...resumed] = history.asked;
  const [first = 'nothing'] = asked;
  const swapped = await departures({ ...history, asked: [[...asked.slice(1), first], ...resumed] });
  expect(swapped.some((text) => text.startsWith('from its start: ask 1 was'))).toBe(asked.length > 1);
  expect(await departures({ ...history, asked: [asked.slice(1), ...resumed] })).toContainEqual(
    expect.stringContaining(`from its start: ask 1 was “${first}”`),
  );
  const ended = await departures({ ...history, outcome: { status: 'cancelled', reason: 'Somebody else.' } });
  expect(ended).toHaveLength(history.records.length + 1);
  const path = history.records.at(-1)?.path ?? '';
  const missing = await departures({ ...history, records: history.records.slice(0, -1) });
  expect(missing.join('\n'), `${path} was left out`).toContain(path);
});

/** Another value in the place of one that the interpreter works out itself; of an effect's, what it was given. */
function alterationOf({ path, nodeId, status, input, output }: StepRecord, { document }: History): Partial<StepRecord> | undefined {
  const node = document.nodes.find(({ id }) => id === nodeId);
  const isEffect = (node?.kind === 'connector' && !node.disabled && status !== 'skipped') || path.includes('[page');
  if (isEffect) return { input: { ...(input as object), altered: true } };
  if (node?.kind === 'script') return undefined;
  return status === 'skipped' ? { status: 'succeeded' } : { output: { ...(output as object | undefined), altered: true } };
}

function withRecord(history: History, at: number, record: StepRecord): History {
  return { ...history, records: history.records.map((other, index) => (index === at ? record : other)) };
}
