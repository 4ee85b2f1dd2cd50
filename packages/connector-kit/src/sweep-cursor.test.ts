import { expect, test } from 'vitest';
import { z } from 'zod';
import { MAX_SEEN, OVERLAP_MS, idIn, keyOf, remember, sweepCursorSchema } from './sweep-cursor.ts';

const SINCE = 1_000_000_000;
const keyAt = (id: number, stampMs: number): string => keyOf({ id: String(id), stampMs }, true) ?? '';

test('an unsettled version is known by its content, and not at all without', () => {
  const version = { id: '7', stampMs: SINCE };
  expect(keyOf(version, false)).toBeUndefined();
  expect(keyOf({ ...version, content: 'abc' }, false)).toBe(`${keyOf(version, true)}~abc`);
  expect(idIn(keyOf({ ...version, content: 'a@b' }, false) ?? '')).toBe('7');
});

test('what lies before the overlap is forgotten', () => {
  const keys = [keyAt(1, SINCE - OVERLAP_MS - 1), keyAt(2, SINCE - OVERLAP_MS), keyAt(3, SINCE)];
  expect(remember(new Set(keys), SINCE)).toEqual(keys.slice(1));
});

test('of too many the newest are kept, in whatever order they came', () => {
  const keys = Array.from({ length: MAX_SEEN + 10 }, (_, index) => keyAt(index, SINCE + MAX_SEEN - index));
  const kept = new Set(remember(new Set(keys), SINCE));
  expect(kept.size).toBe(MAX_SEEN);
  expect(kept).toEqual(new Set(keys.slice(0, MAX_SEEN)));
});

test('a page of another form begins its sweep again and keeps the rest', () => {
  const stored = { v: 1, since: 5, seen: ['a@1'], page: { pageId: 4, newest: 9 } };
  expect(sweepCursorSchema(z.number()).parse(stored)).toEqual({ v: 1, since: 5, seen: ['a@1'], page: undefined });
});
