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

  test('a time that is skipped fires once, as much later as the clocks are put forward, a time that comes twice fires once', () => {
    const zone = 'America/New_York';
    const skipped = times({ cron: '30 2 * * *', timezone: zone }, '2026-03-07T12:00:00Z', 2);
    expect(skipped).toEqual(['2026-03-08T07:30:00.000Z', '2026-03-09T06:30:00.000Z']);
    const doubled = times({ cron: '30 1 * * *', timezone: zone }, '2026-11-01T00:00:00Z', 2);
    expect(doubled).toEqual(['2026-11-01T05:30:00.000Z', '2026-11-02T06:30:00.000Z']);
  });

  test('a zone that shifts by half an hour keeps its hours, and a step of minutes fires through both hours of a fold', () => {
    const hourly = { cron: '0 * * * *', timezone: 'Australia/Lord_Howe' };
    expect(times(hourly, '2026-04-04T12:30:00Z', 4)).toEqual([
      '2026-04-04T13:00:00.000Z',
      '2026-04-04T14:00:00.000Z',
      '2026-04-04T15:30:00.000Z',
      '2026-04-04T16:30:00.000Z',
    ]);
    expect(times({ cron: '15 2 * * *', timezone: 'Australia/Lord_Howe' }, '2026-10-03T00:00:00Z', 2)).toEqual([
      '2026-10-03T15:45:00.000Z',
      '2026-10-04T15:15:00.000Z',
    ]);
    const halfHours = { cron: '*/30 * * * *', timezone: 'America/New_York' };
    for (const from of ['2026-11-01T04:00:00Z', '2026-03-08T05:30:00Z'])
      expect(times(halfHours, from, 6)).toEqual(
        Array.from({ length: 6 }, (_, index) => new Date(Date.parse(from) + (index + 1) * 1_800_000).toISOString()),
      );
  });

  test('a time that does not exist never comes', () => {
    expect(nextAt({ cron: '0 0 30 2 *' }, new Date('2026-01-01'))).toBeUndefined();
    expect(times({ cron: '0 0 29 2 *' }, '2026-01-01T00:00:00Z', 1)).toEqual(['2028-02-29T00:00:00.000Z']);
  });

  test('intervals do not depend on when they were switched on', () => {
    expect(times({ everyMinutes: 15 }, '2026-01-01T10:07:31Z', 2)).toEqual(['2026-01-01T10:15:00.000Z', '2026-01-01T10:30:00.000Z']);
    expect(times({ everyMinutes: 15 }, '2026-01-01T10:15:00Z', 1)).toEqual(['2026-01-01T10:30:00.000Z']);
  });

  test('nonsense is refused, and the past never comes again', () => {
    expect(() => nextAt({ cron: '61 * * * *' }, new Date())).toThrowError(expect.objectContaining({ code: 'schedule_malformed' }));
    expect(() => nextAt({ cron: 'every day' }, new Date())).toThrowError(
      /^"every day" is no cron expression: .*parts are required\. One is/,
    );
    expect(() => nextAt({ cron: '0 8 * * *', timezone: 'Mars/Olympus' }, new Date())).toThrowError(
      expect.objectContaining({
        class: 'invalid',
        code: 'schedule_zone',
        message: expect.stringMatching(/^There is no time zone "Mars\/Olympus"/) as string,
      }),
    );
    expect(() => nextAt({}, new Date())).toThrowError(expect.objectContaining({ code: 'schedule_ambiguous' }));
    expect(nextAt({ cron: '2020-01-01T00:00:00' }, new Date('2026-01-01T00:00:00Z'))).toBeUndefined();
  });
});
