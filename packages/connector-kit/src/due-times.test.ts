import { expect, test } from 'vitest';
import { z } from 'zod';
import { defineConnector, defineOperation } from './connector.ts';
import type { MissedTimes } from './connector.ts';
import { dueTimes } from './due-times.ts';

const MINUTE = 60_000;

/** A schedule of whole minutes. */
function everyMinute(missed: MissedTimes) {
  const at = defineOperation({
    id: 'at',
    kind: 'trigger',
    mode: 'schedule',
    title: 'At',
    summary: 'At times.',
    needsConnection: false,
    properties: [],
    input: z.strictObject({}),
    output: {},
    sample: {},
    next: (_input, after) => new Date((Math.floor(after.getTime() / MINUTE) + 1) * MINUTE),
    policy: () => ({ missed, overlap: 'queue' }),
  });
  return defineConnector({
    id: 'clock',
    version: '1.0.0',
    title: 'Clock',
    summary: '',
    icon: { glyph: '', color: '' },
    category: 'core',
    auth: [],
    operations: [at],
  });
}

function due(missed: MissedTimes, dueAtMinute: number, nowMinute: number) {
  const result = dueTimes(everyMinute(missed), 'at', {
    input: {},
    dueAt: new Date(dueAtMinute * MINUTE),
    now: new Date(nowMinute * MINUTE),
  });
  return {
    fire: result.fire.map((at) => at.getTime() / MINUTE),
    missed: result.missed && [result.missed.count, result.missed.from.getTime() / MINUTE, result.missed.to.getTime() / MINUTE],
    next: (result.next?.getTime() ?? 0) / MINUTE,
  };
}

test('a time that is noticed soon is fired, whatever is done with missed ones', () => {
  for (const missed of ['skip', 'last', 'all'] as const) expect(due(missed, 10, 10.3)).toEqual({ fire: [10], missed: undefined, next: 11 });
});

test('of times that passed, none, the last one or all are fired; the others are told', () => {
  expect(due('skip', 10, 14.9)).toEqual({ fire: [14], missed: [4, 10, 13], next: 15 });
  expect(due('last', 10, 14.2)).toEqual({ fire: [14], missed: [4, 10, 13], next: 15 });
  expect(due('all', 10, 14.2)).toEqual({ fire: [10, 11, 12, 13, 14], missed: undefined, next: 15 });
});

test('a catch-up has an end: the latest hundred', () => {
  const { fire, missed, next } = due('all', 0, 5000.5);
  expect([fire.length, fire[0], fire.at(-1), missed, next]).toEqual([100, 4901, 5000, [4901, 0, 4900], 5001]);
});

test('a schedule that was away for very long goes on from now', () => {
  const { missed, next } = due('last', 0, 2_000_000.5);
  expect(missed?.[0]).toBe(9999);
  expect(next).toBe(2_000_001);
});

test('a clock that was set back fires nothing before its time', () => {
  expect(due('last', 10, 7.5)).toEqual({ fire: [], missed: undefined, next: 8 });
});
