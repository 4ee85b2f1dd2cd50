import { describe, expect, test } from 'vitest';
import { nextAt } from './at.ts';

/** The next `count` times after a start, as ISO text. */
function times(given: Parameters<typeof nextAt>[0], from: string, count: number): string[] {
  const found: string[] = [];
  let after = new Date(from);
  while (found.length < count) {
    const next = nextAt(given, after);
    if (next === undefined) break;
    found.push(next.toISOString());
    after = next;
  }
  return found;
}

describe('schedule', () => {
  test('a cron expression follows the wall clock of its zone through both changes of daylight saving', () => {
    const daily = { cron: '30 8 * * *', timezone: 'Europe/Berlin' };
    expect(times(daily, '2026-03-28T00:00:00Z', 2)).toEqual(['2026-03-28T07:30:00.000Z', '2026-03-29T06:30:00.000Z']);
    expect(times(daily, '2026-10-24T12:00:00Z', 1)).toEqual(['2026-10-25T07:30:00.000Z']);
  });

  test('a time that is skipped fires once at the first moment there is, a time that comes twice fires once', () => {
    const zone = 'America/New_York';
    const skipped = times({ cron: '30 2 * * *', timezone: zone }, '2026-03-07T12:00:00Z', 2);
    expect(skipped).toEqual(['2026-03-08T07:00:00.000Z', '2026-03-09T06:30:00.000Z']);
    const doubled = times({ cron: '30 1 * * *', timezone: zone }, '2026-11-01T00:00:00Z', 2);
    expect(doubled).toEqual(['2026-11-01T05:30:00.000Z', '2026-11-02T06:30:00.000Z']);
  });

  test('intervals do not depend on when they were switched on', () => {
    expect(times({ everyMinutes: 15 }, '2026-01-01T10:07:31Z', 2)).toEqual(['2026-01-01T10:15:00.000Z', '2026-01-01T10:30:00.000Z']);
    expect(times({ everyMinutes: 15 }, '2026-01-01T10:15:00Z', 1)).toEqual(['2026-01-01T10:30:00.000Z']);
  });

  test('nonsense is refused, and the past never comes again', () => {
    expect(() => nextAt({ cron: '61 * * * *' }, new Date())).toThrowError(expect.objectContaining({ code: 'schedule_malformed' }));
    expect(() => nextAt({ cron: '0 8 * * *', timezone: 'Mars/Olympus' }, new Date())).toThrowError(
      expect.objectContaining({ class: 'invalid' }),
    );
    expect(() => nextAt({}, new Date())).toThrowError(expect.objectContaining({ code: 'schedule_ambiguous' }));
    expect(nextAt({ cron: '2020-01-01T00:00:00' }, new Date('2026-01-01T00:00:00Z'))).toBeUndefined();
  });
});
