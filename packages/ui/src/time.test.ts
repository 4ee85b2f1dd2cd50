import { describe, expect, it } from 'vitest';
import { dueTime, duration, exactTime, relativeTime } from './time.ts';

const NOW = Date.UTC(2026, 10, 23, 9, 41, 12);

describe('relativeTime', () => {
  it.each([
    [NOW - 2000, 'now'],
    [NOW - 12_000, '12 s ago'],
    [NOW - 49 * 60_000, '49 min ago'],
    [NOW - 3 * 3_600_000, '3 h ago'],
    [NOW - 30 * 3_600_000, 'yesterday'],
    [NOW - 4 * 86_400_000, '4 days ago'],
    [NOW - 11 * 86_400_000, '12 Nov'],
    [NOW + 5 * 60_000, 'in 5 min'],
    [Date.UTC(2025, 0, 2), '2 Jan 2025'],
  ])('tells %i as %s', (at, text) => expect(relativeTime(at, NOW)).toBe(text));
});

describe('duration', () => {
  it.each([
    [412, '412 ms'],
    [1400, '1.4 s'],
    [9960, '10 s'],
    [42_000, '42 s'],
    [252_000, '4 min 12 s'],
    [7_500_000, '2 h 5 min'],
  ])('tells %i ms as %s', (ms, text) => expect(duration(ms)).toBe(text));
});

it('gives the exact time in UTC', () => expect(exactTime(new Date(NOW))).toBe('23 Nov 2026, 09:41:12 UTC'));

describe('dueTime', () => {
  const now = new Date(2026, 10, 28, 23, 30).getTime();
  it.each([
    [new Date(2026, 10, 28, 23, 45), 'today, 23:45'],
    [new Date(2026, 10, 29, 0, 5), 'tomorrow, 00:05'],
    [new Date(2026, 10, 30, 16, 31), 'Mon 30 Nov, 16:31'],
    [new Date(2027, 0, 2, 9, 0), '2 Jan 2027, 09:00'],
  ])('tells %s as %s, by the calendar and not by hours', (at, text) => expect(dueTime(at.getTime(), now)).toBe(text));
});
