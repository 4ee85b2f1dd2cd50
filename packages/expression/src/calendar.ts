/**
 * Calendar dates, `YYYY-MM-DD`, for what JSONata lacks: a day in a time zone, and counting in days. All are pure: the
 * present is the run's start, so that a step tried again tomorrow still means the same day.
 */

const DAY_MS = 86_400_000;
const DATE = /^(\d{4})-(\d{2})-(\d{2})(?=$|T| )/;

/** Names of the functions below, as they are called in expressions. */
export const CALENDAR_FUNCTIONS = ['today', 'dateIn', 'addDays', 'addMonths', 'daysBetween'] as const;

/** The functions for a run that began at `startedAt` (epoch milliseconds; NaN where there is no run). */
export function calendarOf(startedAt: number): Record<(typeof CALENDAR_FUNCTIONS)[number], (...given: never[]) => unknown> {
  return {
    today: (zone?: unknown) => {
      if (Number.isNaN(startedAt)) throw { code: 'W1001', message: 'the time of the run is not known here' };
      return dateIn(startedAt, zone);
    },
    dateIn: (time: unknown, zone?: unknown) => (isNothing(time) ? undefined : dateIn(instantOf(time), zone)),
    addDays: (date: unknown, days: unknown) => (isNothing(date) ? undefined : isoDate(dayOf(date) + wholeNumber(days, 'days') * DAY_MS)),
    addMonths: (date: unknown, months: unknown) => (isNothing(date) ? undefined : addMonths(dayOf(date), wholeNumber(months, 'months'))),
    daysBetween: (from: unknown, to: unknown) =>
      isNothing(from) || isNothing(to) ? undefined : Math.round((dayOf(to) - dayOf(from)) / DAY_MS),
  };
}

function isNothing(value: unknown): boolean {
  return value === undefined || value === null || value === '';
}

/** The calendar date of a moment in a zone such as Europe/Berlin; UTC when none is given. */
function dateIn(instant: number, zone: unknown): string {
  const timeZone = isNothing(zone) ? 'UTC' : zone;
  if (typeof timeZone !== 'string') throw { code: 'W1002', message: 'the time zone is not a text' };
  try {
    return new Intl.DateTimeFormat('en-CA', { timeZone, year: 'numeric', month: '2-digit', day: '2-digit' }).format(instant);
  } catch {
    throw { code: 'W1004', message: `there is no time zone “${timeZone}”; write one such as Europe/Berlin or UTC` };
  }
}

function instantOf(time: unknown): number {
  const instant = typeof time === 'number' ? time : typeof time === 'string' ? Date.parse(time) : Number.NaN;
  if (Number.isNaN(instant)) throw { code: 'W1005', message: `${JSON.stringify(time)} is not a time` };
  return instant;
}

/** Midnight UTC of a date's text; what follows the date is not looked at, since vendors write days as midnight UTC. */
function dayOf(date: unknown): number {
  const parts = typeof date === 'string' ? DATE.exec(date) : null;
  const day = parts ? Date.parse(`${parts[0]}T00:00:00Z`) : Number.NaN;
  if (Number.isNaN(day)) throw { code: 'W1005', message: `${JSON.stringify(date)} is not a date such as 2026-01-31` };
  return day;
}

function wholeNumber(value: unknown, what: string): number {
  const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
  if (typeof number === 'number' && Number.isInteger(number) && Math.abs(number) <= 1_000_000) return number;
  throw { code: 'W1006', message: `${JSON.stringify(value)} is not a number of ${what}` };
}

/** The same day of a later month, or that month's last day where it is shorter. */
function addMonths(day: number, months: number): string {
  const date = new Date(day);
  const first = new Date(Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + months, 1));
  const last = new Date(Date.UTC(first.getUTCFullYear(), first.getUTCMonth() + 1, 0)).getUTCDate();
  return isoDate(first.getTime() + (Math.min(date.getUTCDate(), last) - 1) * DAY_MS);
}

function isoDate(day: number): string {
  const date = new Date(day);
  if (Number.isNaN(date.getTime()) || date.getUTCFullYear() > 9999 || date.getUTCFullYear() < 1)
    throw { code: 'W1006', message: 'the date is out of range' };
  return date.toISOString().slice(0, 10);
}
