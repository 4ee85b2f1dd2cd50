import { describe, expect, it } from 'vitest';
import { evaluateGuarded } from './guarded.ts';

const run = { startedAt: '2026-03-28T23:30:00.000Z' };
const value = (text: string, scope: Record<string, unknown> = {}): Promise<unknown> => evaluateGuarded(text, { run, ...scope });

describe('the calendar', () => {
  it.each([
    ['$today()', '2026-03-28'],
    ['$today("Europe/Berlin")', '2026-03-29'],
    ['$today("America/Los_Angeles")', '2026-03-28'],
    ['$dateIn("2026-03-29T00:30:00Z", "America/New_York")', '2026-03-28'],
    ['$dateIn(1767225600000)', '2026-01-01'],
    ['$addDays("2026-02-28", 1)', '2026-03-01'],
    ['$addDays("2028-02-28", 1)', '2028-02-29'],
    ['$addDays("2026-01-01T00:00:00Z", -1)', '2025-12-31'],
    ['$addDays("2026-01-01", "90")', '2026-04-01'],
    ['$addMonths("2024-02-29", 12)', '2025-02-28'],
    ['$addMonths("2026-11-30", 3)', '2027-02-28'],
    ['$daysBetween("2026-03-28", "2026-03-30")', 2],
    ['$daysBetween("2026-03-30T00:00:00Z", "2026-03-28")', -2],
  ])('%s is %s', async (text, expected) => {
    expect(await value(text)).toBe(expected);
  });

  it('gives nothing for nothing', async () => {
    expect(await value('$addDays(missing, 1)')).toBeUndefined();
    expect(await value('$dateIn(none, "UTC")', { none: null })).toBeUndefined();
  });

  it.each([
    ['$today("Mars/Olympus")', 'there is no time zone'],
    ['$addDays("31.01.2026", 1)', 'is not a date'],
    ['$addDays("2026-02-01", 1.5)', 'is not a number of days'],
    ['$addDays("2026-13-01", 1)', 'is not a date'],
    ['$addDays("9999-12-31", 1)', 'out of range'],
  ])('%s says that %s', async (text, reason) => {
    await expect(value(text)).rejects.toThrow(reason);
  });
});
