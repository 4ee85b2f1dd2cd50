import { Cron } from 'croner';
import { describe, expect, test } from 'vitest';
import { nextByWallClock } from './wall-clock.ts';

const MINUTE = 60_000;
/** A day and a bit, so that the days before and behind are looked at as well. */
const AROUND_MS = 27 * 60 * MINUTE;
/** Around each: a stretch of real time in which clocks are put forward once. `gap`: when, and by how much. */
const GAPS = [
  { zone: 'America/New_York', gap: '2026-03-08T07:00:00Z', minutes: 60 },
  { zone: 'Europe/Berlin', gap: '2026-03-29T01:00:00Z', minutes: 60 },
  { zone: 'Australia/Lord_Howe', gap: '2026-10-03T15:30:00Z', minutes: 30 },
  { zone: 'Africa/Casablanca', gap: '2026-03-22T02:00:00Z', minutes: 60 },
  { zone: 'Atlantic/Azores', gap: '2026-03-29T01:00:00Z', minutes: 60 },
  { zone: 'Africa/Cairo', gap: '2026-04-23T22:00:00Z', minutes: 60 },
] as const;
const EXPRESSIONS = [
  '30 2 * * *',
  '0 2 * * *',
  '59 1 * * *',
  '0 3 * * *',
  '15,45 2 * * *',
  '*/7 2 * * *',
  '30 2,3 * * *',
  '30 0 * * *',
  '0 0 * * *',
  '5 0-4 * * *',
  '*/30 * * * *',
  '*/10 * * * *',
  '17 * * * *',
  '0 */2 * * *',
  '0 */3 * * *',
  '45 1-3 * * 0',
  '10 2 29 3 *',
  '10 2 * 3 0#2',
  '0 2 L * *',
  '30 2 * 12 *',
];

const clocks = new Map<string, Intl.DateTimeFormat>();

/** What the wall clock of a zone shows, as if it were UTC. */
function wall(zone: string, ms: number): number {
  const clock = clocks.get(zone) ?? new Intl.DateTimeFormat('sv-SE', { timeZone: zone, dateStyle: 'short', timeStyle: 'medium' });
  clocks.set(zone, clock);
  return Date.parse(`${clock.format(ms).replace(' ', 'T')}Z`);
}

/** The wall clock times that an expression names, as if they were UTC. */
function namedBetween(expression: string, from: number, until: number): ReadonlySet<number> {
  const cron = new Cron(expression, { timezone: 'UTC', paused: true });
  const named = new Set<number>();
  for (let at = cron.nextRun(new Date(from - 1)); at && at.getTime() <= until; at = cron.nextRun(at)) named.add(at.getTime());
  return named;
}

/** Every minute of the stretch that the expression names, and those of the gap, moved: each minute looked at. */
function byEachMinute(expression: string, zone: string, gapAt: number, minutes: number): string[] {
  const named = namedBetween(expression, wall(zone, gapAt - AROUND_MS), wall(zone, gapAt + AROUND_MS));
  const times = new Set<number>();
  for (let at = gapAt - AROUND_MS; at <= gapAt + AROUND_MS; at += MINUTE) if (named.has(wall(zone, at))) times.add(at);
  const offset = wall(zone, gapAt - MINUTE) - (gapAt - MINUTE);
  for (let late = 0; late < minutes * MINUTE; late += MINUTE) if (named.has(gapAt + offset + late)) times.add(gapAt + late);
  return [...times].toSorted((a, b) => a - b).map((at) => new Date(at).toISOString());
}

describe.each(GAPS)('where the clocks of $zone are put forward', ({ zone, gap, minutes }) => {
  const gapAt = Date.parse(gap);

  test('is the change that is written here', () => {
    expect(wall(zone, gapAt) - wall(zone, gapAt - MINUTE)).toBe((minutes + 1) * MINUTE);
  });

  test.each(EXPRESSIONS)('%s', (expression) => {
    const found: string[] = [];
    const until = gapAt + AROUND_MS;
    for (let at: Date | undefined = new Date(gapAt - AROUND_MS - 1); ;) {
      at = nextByWallClock(expression, zone, at);
      if (at === undefined || at.getTime() > until) break;
      found.push(at.toISOString());
    }
    expect(found).toEqual(byEachMinute(expression, zone, gapAt, minutes));
  });
});

/** Around each: a stretch of real time in which clocks are put back once. `again`: when the times that were begin to come again, and for how long. */
const OVERLAPS = [
  { zone: 'America/New_York', again: '2026-11-01T06:00:00Z', minutes: 60 },
  { zone: 'Europe/Berlin', again: '2026-10-25T01:00:00Z', minutes: 60 },
  { zone: 'Australia/Lord_Howe', again: '2026-04-04T15:00:00Z', minutes: 30 },
  { zone: 'Africa/Casablanca', again: '2026-02-15T02:00:00Z', minutes: 60 },
  { zone: 'Atlantic/Azores', again: '2026-10-25T01:00:00Z', minutes: 60 },
  { zone: 'Africa/Cairo', again: '2026-10-29T21:00:00Z', minutes: 60 },
] as const;

/** Every minute of the stretch that the expression names; of one that comes twice, where the hour is named, the first. */
function byEachMinuteOnce(expression: string, zone: string, againAt: number, minutes: number): string[] {
  const named = namedBetween(expression, wall(zone, againAt - AROUND_MS), wall(zone, againAt + AROUND_MS));
  const isOfEachHour = expression.split(' ')[1] === '*';
  const times: string[] = [];
  for (let at = againAt - AROUND_MS; at <= againAt + AROUND_MS; at += MINUTE) {
    const isAgain = at >= againAt && at < againAt + minutes * MINUTE;
    if (named.has(wall(zone, at)) && (isOfEachHour || !isAgain)) times.push(new Date(at).toISOString());
  }
  return times;
}

describe.each(OVERLAPS)('where the clocks of $zone are put back', ({ zone, again, minutes }) => {
  const againAt = Date.parse(again);

  test('is the change that is written here', () => {
    expect(wall(zone, againAt) - wall(zone, againAt - MINUTE)).toBe((1 - minutes) * MINUTE);
  });

  test.each(EXPRESSIONS)('%s', (expression) => {
    const found: string[] = [];
    const until = againAt + AROUND_MS;
    for (let at: Date | undefined = new Date(againAt - AROUND_MS - 1); ;) {
      at = nextByWallClock(expression, zone, at);
      if (at === undefined || at.getTime() > until) break;
      found.push(at.toISOString());
    }
    expect(found).toEqual(byEachMinuteOnce(expression, zone, againAt, minutes));
  });
});

test('looks no further than it has to for what never comes', () => {
  expect(nextByWallClock('0 0 30 2 *', 'Europe/Berlin', new Date('2026-01-01'))).toBeUndefined();
  // Half past two of a day on which there is none, each year another one: moved, not left out.
  expect(nextByWallClock('30 2 8 3 *', 'America/New_York', new Date('2026-03-01'))?.toISOString()).toBe('2026-03-08T07:30:00.000Z');
});
