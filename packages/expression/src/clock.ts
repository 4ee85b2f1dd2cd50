/** `$now`, `$millis` and the calendar go by the run's own time, the same on every attempt, and never by the machine's. */
import jsonata from 'jsonata';
import { calendarOf } from './calendar.ts';

const FORMAT = jsonata('$fromMillis(instant, picture, zone)');
const FORMAT_IN_UTC = jsonata('$fromMillis(instant, picture)');

/** The functions of time for a scope. Without `run.startedAt` in it those that need the present throw. */
export function clockOf(scope: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const instant = startOf(scope);
  return {
    ...calendarOf(instant),
    now: (picture?: unknown, zone?: unknown) => {
      const known = required(instant);
      if (picture === undefined) return new Date(known).toISOString();
      mustBeText(picture, 'the picture');
      if (zone === undefined) return FORMAT_IN_UTC.evaluate({ instant: known, picture });
      mustBeText(zone, 'the time zone');
      return FORMAT.evaluate({ instant: known, picture, zone });
    },
    millis: () => required(instant),
  };
}

function startOf(scope: Readonly<Record<string, unknown>>): number {
  const startedAt = (scope['run'] as { startedAt?: unknown } | null | undefined)?.startedAt;
  if (typeof startedAt === 'string') return Date.parse(startedAt);
  return typeof startedAt === 'number' ? startedAt : Number.NaN;
}

function required(instant: number): number {
  if (Number.isNaN(instant)) throw { code: 'W1001', message: 'the time of the run is not known here' };
  return instant;
}

function mustBeText(value: unknown, what: string): void {
  if (typeof value !== 'string') throw { code: 'W1002', message: `${what} given to $now is not a text` };
}
