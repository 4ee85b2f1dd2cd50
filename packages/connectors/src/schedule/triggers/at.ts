import { defineOperation, doNotRetry, integer, optional, optionalText } from '@weft/connector-kit';
import { z } from 'zod';
import { nextByWallClock } from '../wall-clock.ts';

const input = z.strictObject({
  cron: optionalText({ max: 200 }),
  timezone: optionalText({ max: 60 }),
  everyMinutes: optional(integer({ min: 1, max: 1440 })),
  missed: z.enum(['last', 'all', 'skip']).default('last'),
  overlap: z.enum(['parallel', 'queue', 'skip', 'cancelPrevious']).default('parallel'),
});

/**
 * The first time after `after`. Intervals are counted from midnight 1970 UTC, so that they do not drift and do not
 * depend on when they were switched on. Cron times are those of the zone's wall clock: a time that daylight saving
 * skips comes as much later as the clocks are put forward, a time that comes twice fires once.
 */
export function nextAt(given: Pick<z.infer<typeof input>, 'cron' | 'timezone' | 'everyMinutes'>, after: Date): Date | undefined {
  if ((given.cron === undefined) === (given.everyMinutes === undefined))
    throw doNotRetry('Give either a cron expression or a number of minutes.', { code: 'schedule_ambiguous' });
  if (given.everyMinutes !== undefined) {
    const stepMs = given.everyMinutes * 60_000;
    return new Date((Math.floor(after.getTime() / stepMs) + 1) * stepMs);
  }
  const timezone = given.timezone ?? 'UTC';
  if (!isZone(timezone))
    throw doNotRetry(`There is no time zone "${timezone}". Choose one of the list, such as Europe/Berlin.`, { code: 'schedule_zone' });
  try {
    return nextByWallClock(given.cron ?? '', timezone, after);
  } catch (cause) {
    const said = (cause as Error).message.replace(/^Cron\w+: /, '').replace(/\.$/, '');
    throw doNotRetry(
      `"${given.cron}" is no cron expression: ${said.charAt(0).toLowerCase()}${said.slice(1)}. One is 0 8 * * 1-5: at eight on weekdays.`,
      {
        code: 'schedule_malformed',
        cause,
      },
    );
  }
}

function isZone(name: string): boolean {
  try {
    // It throws for a zone that it does not know.
    return new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone !== '';
  } catch {
    return false; // not known here
  }
}

export const at = defineOperation({
  id: 'at',
  kind: 'trigger',
  mode: 'schedule',
  title: 'At set times',
  summary: 'Starts a run by the clock: a cron expression in a time zone, or every so many minutes.',
  needsConnection: false,
  properties: [
    {
      name: 'cron',
      label: 'Cron expression',
      required: false,
      kind: 'text',
      placeholder: '0 8 * * 1-5',
      help: 'Minute, hour, day of month, month, day of week. Leave empty when giving minutes.',
    },
    {
      name: 'timezone',
      label: 'Time zone',
      required: false,
      kind: 'select',
      list: 'timeZones',
      initial: 'UTC',
      help: 'Of the cron expression: its hours are those of the clocks there. UTC when empty.',
    },
    { name: 'everyMinutes', label: 'Every (minutes)', required: false, kind: 'number', help: 'Instead of a cron expression.' },
    {
      name: 'missed',
      label: 'Times missed while Weft was not running',
      required: false,
      kind: 'select',
      initial: 'last',
      advanced: true,
      choices: [
        { value: 'last', label: 'Make up for the last one' },
        { value: 'all', label: 'Make up for all, 100 at most' },
        { value: 'skip', label: 'Leave them out' },
      ],
    },
    {
      name: 'overlap',
      label: 'When the run before is still going on',
      required: false,
      kind: 'select',
      initial: 'parallel',
      advanced: true,
      choices: [
        { value: 'parallel', label: 'Start beside it' },
        { value: 'queue', label: 'Start after it' },
        { value: 'skip', label: 'Leave this time out' },
        { value: 'cancelPrevious', label: 'Cancel it and start' },
      ],
    },
  ],
  input,
  output: { type: 'object', properties: { scheduledFor: { type: 'string', format: 'date-time' } } },
  sample: { scheduledFor: '2026-01-05T08:00:00.000Z' },
  next: nextAt,
  policy: ({ missed, overlap }) => ({ missed, overlap }),
});
