/**
 * A date that comes near or has passed: something no callback tells and no `lastUpdated` shows. Every look asks for the
 * records whose date lies on or before a day counted from today in the tenant's zone; each is given once per date.
 */
import { defineOperation, doNotRetry, integer, optional, optionalText, type CallContext, type TriggerEvent } from '@weft/connector-kit';
import { z } from 'zod';
import { openConnectWise, type CwRecord } from '../client.ts';
import { watchableObject } from '../objects.ts';
import { objectInput, watchedObjectProperty } from '../properties.ts';

const DAY_MS = 86_400_000;
const PAGE_SIZE = 500;
/** Dates longer ago than this are not looked at, so that a list does not grow with the years. */
const DEFAULT_LOOK_BACK = 365;

const input = z.strictObject({
  object: objectInput,
  field: z.string().regex(/^[A-Za-z_]\w*$/, 'is not the name of a field'),
  daysBefore: optional(integer({ min: -3650, max: 3650 })),
  lookBackDays: optional(integer({ min: 0, max: 3650 })),
  where: optionalText({ max: 1500 }),
  timezone: optionalText({ max: 60 }),
});
type Watch = z.infer<typeof input>;

const cursorSchema = z.object({
  v: z.literal(1),
  given: z.array(z.string()),
  page: z.object({ id: z.number(), found: z.array(z.string()) }).optional(),
});

export const dateReached = defineOperation({
  id: 'dateReached',
  kind: 'trigger',
  mode: 'poll',
  title: 'When a date comes near',
  summary: 'Starts a run for each record when a date of it, such as an agreement’s end or an invoice’s due date, comes near or has passed.',
  needsConnection: true,
  intervalMs: 15 * 60_000,
  properties: [
    watchedObjectProperty,
    { name: 'field', label: 'Date', required: true, kind: 'text', placeholder: 'endDate', help: 'The field that holds the date.' },
    {
      name: 'daysBefore',
      label: 'Days before',
      required: false,
      kind: 'number',
      initial: 0,
      help: '90 means ninety days before the date, 0 on the day, -1 the day after.',
    },
    {
      name: 'where',
      label: 'Only where',
      required: false,
      kind: 'query',
      placeholder: 'agreementStatus = "Active"',
      help: 'In ConnectWise’s condition language.',
    },
    {
      name: 'timezone',
      label: 'Time zone',
      required: false,
      kind: 'text',
      initial: 'UTC',
      placeholder: 'America/New_York',
      help: 'Decides when a day begins.',
    },
    {
      name: 'lookBackDays',
      label: 'Look back (days)',
      required: false,
      kind: 'number',
      initial: DEFAULT_LOOK_BACK,
      advanced: true,
      help: 'Dates longer ago are left alone.',
    },
  ],
  input,
  output: {
    type: 'object',
    properties: {
      object: { type: 'string' },
      date: { type: 'string', format: 'date' },
      today: { type: 'string', format: 'date' },
      daysLeft: { type: 'integer' },
      record: { type: 'object' },
    },
  },
  sample: {
    object: 'agreement',
    date: '2026-04-15',
    today: '2026-01-15',
    daysLeft: 90,
    record: { id: 31, name: 'Managed services', company: { id: 250, name: 'Acme Ltd' }, endDate: '2026-04-15T00:00:00Z', billAmount: 1450 },
  },
  async poll(context, watch, stored) {
    const cursor = cursorSchema.safeParse(stored).data ?? { v: 1 as const, given: [] };
    const given = new Set(cursor.given);
    const { records, nextPageId } = await due(context, watch, cursor.page?.id);
    const events = records.map((record) => dueEvent(context, watch, record));
    // What is in the window now is all that has to be remembered: what left it cannot be given again by the same date.
    const found = [...(cursor.page?.found ?? []), ...events.map(({ key }) => key)];
    return {
      events: events.filter(({ key }) => !given.has(key)).map(({ event }) => event),
      hasMore: nextPageId !== undefined,
      cursor: nextPageId === undefined ? { v: 1, given: found } : { v: 1, given: cursor.given, page: { id: nextPageId, found } },
    };
  },
  async examples(context, watch) {
    const { records } = await due(context, watch, undefined, 5);
    return records.map((record) => dueEvent(context, watch, record).event.payload);
  },
});

/** Today's calendar date in a zone. Throws `invalid` for a zone nobody knows. */
function todayIn(now: number, zone: string | undefined): string {
  try {
    return new Intl.DateTimeFormat('en-CA', { timeZone: zone ?? 'UTC', year: 'numeric', month: '2-digit', day: '2-digit' }).format(now);
  } catch (cause) {
    throw doNotRetry(`There is no time zone "${zone}". Write one such as America/New_York or UTC.`, { code: 'zone_unknown', cause });
  }
}

const addDays = (date: string, days: number): string =>
  new Date(Date.parse(`${date}T00:00:00Z`) + days * DAY_MS).toISOString().slice(0, 10);
/** ConnectWise keeps a day as its midnight in UTC. */
const dayOf = (record: CwRecord, field: string): string => String(record[field] ?? '').slice(0, 10);

async function due(context: CallContext, watch: Watch, pageId: number | undefined, pageSize = PAGE_SIZE) {
  const today = todayIn(context.now(), watch.timezone);
  const last = addDays(today, watch.daysBefore ?? 0);
  const first = addDays(today, -(watch.lookBackDays ?? DEFAULT_LOOK_BACK));
  const own = watch.where === undefined ? '' : ` AND (${watch.where})`;
  const page = await openConnectWise(context).forward(
    watchableObject(watch.object).path,
    { conditions: `${watch.field} >= [${first}T00:00:00Z] AND ${watch.field} < [${addDays(last, 1)}T00:00:00Z]${own}` },
    { pageSize, pageId },
  );
  // Looked at again here: some servers do not compare to the second.
  const records = page.records.filter((record) => dayOf(record, watch.field) >= first && dayOf(record, watch.field) <= last);
  return { records, nextPageId: page.nextPageId };
}

function dueEvent(context: CallContext, watch: Watch, record: CwRecord): { key: string; event: TriggerEvent } {
  const today = todayIn(context.now(), watch.timezone);
  const date = dayOf(record, watch.field);
  const daysLeft = Math.round((Date.parse(date) - Date.parse(today)) / DAY_MS);
  return {
    key: `${record.id}:${date}`,
    event: {
      dedupKey: `connectwise:${watch.object}:${record.id}:${watch.field}:${date}`,
      payload: { object: watch.object, date, today, daysLeft, record },
    },
  };
}
