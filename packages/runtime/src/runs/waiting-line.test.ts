import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { createWaitingLine } from './waiting-line.ts';
import type { WaitingRun } from './waiting-line.ts';

beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] }));
afterEach(() => void vi.useRealTimers());

const run = (id: string): WaitingRun => ({
  run: {
    id,
    workspaceId: 'w',
    workflowId: 'f',
    versionId: 'v',
    fence: '1',
    origin: 'webhook',
    recoveryCount: 0,
    isResumed: false,
    isCancelRequested: false,
    input: null,
    inputRef: null,
    createdAt: 0,
    startedAt: 0,
    workflowTag: null,
    answerTo: null,
    hasFollowers: false,
  },
  claimedAtMs: 0,
});
const idOf = (waiting: WaitingRun | undefined): string | undefined => waiting?.run.id;

test('there are places only once runs have shown that slots are soon free, and fewer the longer runs take', () => {
  const line = createWaitingLine({ concurrency: 20, onTooLong: () => {} });
  expect(line.places).toBe(0);
  line.noteRun(10);
  expect(line.places).toBe(20);
  for (let count = 0; count < 100; count += 1) line.noteRun(200);
  expect(line.places).toBe(10);
  for (let count = 0; count < 100; count += 1) line.noteRun(30_000);
  expect(line.places).toBe(0);
});

test('the first that came is the first to go on', () => {
  const line = createWaitingLine({ concurrency: 20, onTooLong: () => {} });
  line.add([run('a'), run('b')]);
  line.add([run('c')]);
  expect([line.size, idOf(line.shift()), idOf(line.shift()), line.size]).toEqual([3, 'a', 'b', 1]);
  expect(line.clear().map(idOf)).toEqual(['c']);
  expect([line.size, line.shift()]).toEqual([0, undefined]);
});

test('a run that waits for half a second is given back, those that came later when it is their time, and no place is promised', () => {
  const given: (string | undefined)[][] = [];
  const line = createWaitingLine({ concurrency: 20, onTooLong: (runs) => void given.push(runs.map(idOf)) });
  line.noteRun(5);
  line.add([run('a'), run('b')]);
  vi.advanceTimersByTime(300);
  line.add([run('c')]);
  expect(idOf(line.shift())).toBe('a');
  vi.advanceTimersByTime(199);
  expect(given).toEqual([]);
  vi.advanceTimersByTime(2);
  expect([given, line.size]).toEqual([[['b']], 1]);
  expect(line.places).toBeLessThanOrEqual(4);
  vi.advanceTimersByTime(300);
  expect([given, line.size]).toEqual([[['b'], ['c']], 0]);
});

test('nothing is given back of what has gone on', () => {
  const given: unknown[] = [];
  const line = createWaitingLine({ concurrency: 20, onTooLong: (runs) => void given.push(runs) });
  line.add([run('a')]);
  line.shift();
  line.add([run('b')]);
  line.clear();
  vi.advanceTimersByTime(2000);
  expect(given).toEqual([]);
});
