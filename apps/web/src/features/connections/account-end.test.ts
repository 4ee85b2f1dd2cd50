import { expect, test } from 'vitest';
import { accountEnd, dateOf, endOfDate } from './account-end.ts';

const now = Date.parse('2026-11-28T12:00:00Z');

test.each([
  ['2027-03-01T23:59:59Z', 'Ends on 1 Mar 2027', false],
  ['2026-12-28T12:00:00Z', 'Ends on 28 Dec 2026', false],
  ['2026-12-28T11:59:59Z', 'Ends in 29 days, on 28 Dec 2026', true],
  ['2026-11-30T00:00:00Z', 'Ends in 1 day, on 30 Nov 2026', true],
  ['2026-11-28T23:59:59Z', 'Ends within a day, on 28 Nov 2026', true],
  ['2026-11-28T12:00:00Z', 'Its secret or certificate ended on 28 Nov 2026', true],
])('%s is told as "%s"', (at, words, isSoon) => {
  expect(accountEnd(at, now)).toEqual({ words, isSoon });
});

test('an end that nobody knows is not told', () => {
  expect(accountEnd(null, now)).toBeUndefined();
});

test('a date of the form is the end of that day, and reads back as it was', () => {
  expect(endOfDate('2027-02-28')).toBe('2027-02-28T23:59:59.000Z');
  expect(dateOf(endOfDate('2027-02-28'))).toBe('2027-02-28');
  expect(endOfDate('')).toBeNull();
  expect(dateOf(null)).toBe('');
});
