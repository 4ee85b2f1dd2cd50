import {
  OVERLAP_MS,
  beginSweep,
  defineOperation,
  optionalText,
  sha256Hex,
  sweep,
  text,
  type CallContext,
  type FreshRow,
  type PollResult,
  type SweepSource,
  type TriggerEvent,
} from '@weft/connector-kit';
import { z } from 'zod';
import { openSalesforce, type Salesforce } from '../client.ts';
import { fieldsInput, fieldsProperty, objectProperty, opportunitySample } from '../properties.ts';
import { fieldsToRead, selectRecords, type PlainRecord } from '../records.ts';
import { soqlDateTime, soqlName, soqlString, soqlText } from '../soql.ts';
import { readCursor, type ChangeCursor, type Place } from './cursor.ts';
import { matchingNow, shortId, transitions, type MatchWatch } from './matching.ts';

const EVENTS = ['createdOrUpdated', 'created', 'startsToMatch'] as const;

const input = z.strictObject({
  object: text({ max: 80 }),
  event: z.enum(EVENTS).default('createdOrUpdated'),
  when: optionalText({ max: 4000 }),
  fields: fieldsInput,
});

type Watch = z.infer<typeof input>;

/** What a sweep needs besides the chosen fields. */
const NEEDED = ['SystemModstamp', 'CreatedDate'];

export const recordChanged = defineOperation({
  id: 'recordChanged',
  kind: 'trigger',
  mode: 'poll',
  title: 'When a record changes',
  summary: 'Starts a run for each record that is created, updated, or begins to meet a condition.',
  needsConnection: true,
  intervalMs: 60_000,
  properties: [
    objectProperty,
    {
      name: 'event',
      label: 'When a record',
      required: false,
      kind: 'select',
      initial: 'createdOrUpdated',
      choices: [
        { value: 'createdOrUpdated', label: 'is created or updated' },
        { value: 'created', label: 'is created' },
        {
          value: 'startsToMatch',
          label: 'starts to meet the condition',
          hint: 'Once each time it goes from not meeting it to meeting it.',
        },
      ],
    },
    {
      name: 'when',
      label: 'Condition (SOQL)',
      required: false,
      kind: 'query',
      placeholder: "StageName = 'Closed Won'",
      help: 'What stands after WHERE.',
    },
    fieldsProperty,
  ],
  input: input.refine((watch) => watch.event !== 'startsToMatch' || watch.when !== undefined, {
    path: ['when'],
    message: 'must be given for "starts to meet the condition"',
  }),
  output: { type: 'object', properties: { event: { type: 'string' }, object: { type: 'string' }, record: { type: 'object' } } },
  sample: { event: 'updated', object: 'Opportunity', record: opportunitySample },
  async poll(context, watch, stored) {
    const salesforce = await openSalesforce(context);
    const cursor = readCursor(stored);
    return cursor === undefined ? begin(salesforce, watch, context) : goOn(salesforce, watch, cursor, context);
  },
  async examples(context, watch) {
    const salesforce = await openSalesforce(context);
    const object = soqlName(watch.object);
    const fields = await fieldsToRead(context, object, watch.fields, NEEDED);
    const where = watch.when === undefined ? '' : `WHERE ${soqlText(watch.when)} `;
    const records = await selectRecords(salesforce, { object, fields, tail: `${where}ORDER BY SystemModstamp DESC LIMIT 5`, limit: 5 });
    return records.map((record) => ({
      event: watch.event === 'startsToMatch' ? 'startedToMatch' : watch.event === 'created' ? 'created' : 'updated',
      object,
      record,
    }));
  },
});

function stampOf(record: PlainRecord, field = 'SystemModstamp'): number {
  return Date.parse(String(record[field]).replace(/\+0000$/, 'Z'));
}

/** From now on, by the org's clock. */
async function begin(salesforce: Salesforce, watch: Watch, context: CallContext): Promise<PollResult> {
  const newest = await selectRecords(salesforce, {
    object: soqlName(watch.object),
    fields: ['Id', 'SystemModstamp'],
    tail: 'ORDER BY SystemModstamp DESC LIMIT 1',
    limit: 1,
  });
  const newestMs = newest[0] === undefined ? 0 : stampOf(newest[0]);
  const since = Math.max(newestMs, salesforce.serverTime() ?? context.now());
  const begun = await beginSweep(changes(salesforce, watch, context), since);
  const matching = watch.event === 'startsToMatch' ? { matching: await matchingNow(salesforce, matchWatch(watch, context)) } : {};
  return { events: [], cursor: { ...begun, ...matching } satisfies ChangeCursor };
}

async function goOn(salesforce: Salesforce, watch: Watch, cursor: ChangeCursor, context: CallContext): Promise<PollResult> {
  const swept = await sweep(changes(salesforce, watch, context), cursor);
  if (watch.event !== 'startsToMatch') {
    const events = swept.fresh.map((fresh) => changeEvent(watch, fresh, cursor.since - OVERLAP_MS));
    return { events, cursor: swept.cursor, hasMore: swept.hasMore };
  }
  const changed = swept.fresh.map(({ row }) => row);
  const found = await transitions(salesforce, matchWatch(watch, context), { changed, known: cursor.matching ?? [] });
  return { events: found.events, cursor: { ...swept.cursor, matching: found.matching } satisfies ChangeCursor, hasMore: swept.hasMore };
}

function matchWatch(watch: Watch, context: CallContext): MatchWatch {
  const object = soqlName(watch.object);
  return { object, when: watch.when ?? '', fields: () => fieldsToRead(context, object, watch.fields, NEEDED) };
}

/** The changes of the watched object, in the order of their stamps and ids. */
function changes(salesforce: Salesforce, watch: Watch, context: CallContext): SweepSource<PlainRecord, Place> {
  const object = soqlName(watch.object);
  // "Starts to match" must also see records that stopped matching, so its sweep carries no condition. It reads no content
  // either, so that nothing tells two versions of one second apart: they are looked at until that second is over.
  const isTransition = watch.event === 'startsToMatch';
  const condition = isTransition || watch.when === undefined ? '' : ` AND ${soqlText(watch.when)}`;
  return {
    async page({ fromMs, after, size }) {
      const created = watch.event === 'created' ? ` AND CreatedDate >= ${soqlDateTime(fromMs)}` : '';
      const where = after === undefined ? `SystemModstamp >= ${soqlDateTime(fromMs)}` : behind(after);
      const tail = `WHERE ${where}${created}${condition} ORDER BY SystemModstamp ASC, Id ASC LIMIT ${size}`;
      const fields = isTransition ? ['Id', ...NEEDED] : await fieldsToRead(context, object, watch.fields, NEEDED);
      const askedAt = context.now();
      const rows = await selectRecords(salesforce, { object, fields, tail, limit: size });
      const serverMs = salesforce.serverTime();
      const startedMs = (serverMs ?? context.now()) - (context.now() - askedAt);
      return { rows, next: rows.length < size ? undefined : placeOf(rows, startedMs), serverMs };
    },
    versionOf: (record) => ({
      id: shortId(String(record['Id'])),
      stampMs: stampOf(record),
      ...(isTransition ? {} : { content: sha256Hex(JSON.stringify(record)).slice(0, 12) }),
    }),
    now: context.now,
  };
}

/**
 * Where the next page begins: behind the last row, unless that was changed between the two reads of a long field list. Its
 * new stamp does not tell where it stood, so the last row before it does.
 */
function placeOf(rows: readonly PlainRecord[], startedMs: number): Place | undefined {
  const last = rows.findLast((row) => stampOf(row) <= startedMs) ?? rows.at(-1);
  return last === undefined ? undefined : { stampMs: stampOf(last), id: String(last['Id']) };
}

function behind(place: Place): string {
  const stamp = soqlDateTime(place.stampMs);
  return `(SystemModstamp > ${stamp} OR (SystemModstamp = ${stamp} AND Id > ${soqlString(place.id)}))`;
}

function changeEvent(watch: Watch, { row, isNewcomer, version }: FreshRow<PlainRecord>, fromMs: number): TriggerEvent {
  const object = soqlName(watch.object);
  const isCreated = watch.event === 'created' || (isNewcomer && stampOf(row, 'CreatedDate') >= fromMs);
  return {
    dedupKey: `salesforce:${object}:${String(row['Id'])}:${watch.event === 'created' ? 'created' : version}`,
    payload: { event: isCreated ? 'created' : 'updated', object, record: row },
  };
}
