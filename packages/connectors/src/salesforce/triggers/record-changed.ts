import { createHash } from 'node:crypto';
import { defineOperation, optionalText, text, type CallContext, type PollResult, type TriggerEvent } from '@weft/connector-kit';
import { z } from 'zod';
import { openSalesforce, type Salesforce } from '../client.ts';
import { fieldsInput, fieldsProperty, objectProperty, opportunitySample } from '../properties.ts';
import { fieldsToRead, selectRecords, type PlainRecord } from '../records.ts';
import { soqlDateTime, soqlName, soqlString, soqlText } from '../soql.ts';
import { MAX_MATCHING, OVERLAP_MS, PAGE_SIZE, readCursor, rememberSeen, shortId, versionKey, type ChangeCursor } from './cursor.ts';

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
    return cursor === undefined ? begin(salesforce, watch, context) : sweep(salesforce, watch, cursor, context);
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

/**
 * Stamps up to here are final. They hold whole seconds: a record that was read in the second of its stamp can change again
 * and keep it. Later versions are therefore not remembered as given but given again with the next sweep, under a key that
 * holds their content, so that the same is dropped as a double and something new is not.
 */
function settledUntil(salesforce: Salesforce, context: CallContext, startedAt: number): number {
  const answered = salesforce.serverTime() ?? context.now();
  return answered - (context.now() - startedAt) - 1000;
}

/** From now on, by the org's clock: what has changed within the overlap already counts as given. */
async function begin(salesforce: Salesforce, watch: Watch, context: CallContext): Promise<PollResult> {
  const object = soqlName(watch.object);
  const newest = await selectRecords(salesforce, {
    object,
    fields: ['Id', 'SystemModstamp'],
    tail: 'ORDER BY SystemModstamp DESC LIMIT 1',
    limit: 1,
  });
  const newestMs = newest[0] === undefined ? 0 : stampOf(newest[0]);
  const since = Math.max(newestMs, salesforce.serverTime() ?? context.now());
  const startedAt = context.now();
  const tail = `WHERE SystemModstamp >= ${soqlDateTime(since - OVERLAP_MS)} ORDER BY SystemModstamp DESC LIMIT 2000`;
  const recent = await selectRecords(salesforce, { object, fields: ['Id', 'SystemModstamp'], tail, limit: 2000 });
  const settledMs = settledUntil(salesforce, context, startedAt);
  const versions = recent
    .map((record) => ({ id: String(record['Id']), stampMs: stampOf(record) }))
    .filter(({ stampMs }) => stampMs <= settledMs);
  const cursor: ChangeCursor = {
    v: 1,
    since,
    seen: rememberSeen([], versions.reverse(), since),
    ...(watch.event === 'startsToMatch' ? { matching: await matchingNow(salesforce, object, watch.when ?? '') } : {}),
  };
  return { events: [], cursor };
}

/** The records that meet the condition already, least recently touched first. */
async function matchingNow(salesforce: Salesforce, object: string, when: string): Promise<string[]> {
  const tail = `WHERE ${soqlText(when)} ORDER BY SystemModstamp DESC LIMIT ${MAX_MATCHING}`;
  const records = await selectRecords(salesforce, { object, fields: ['Id'], tail, limit: MAX_MATCHING });
  return records.map((record) => shortId(String(record['Id']))).reverse();
}

async function sweep(salesforce: Salesforce, watch: Watch, cursor: ChangeCursor, context: CallContext): Promise<PollResult> {
  const object = soqlName(watch.object);
  const fromMs = cursor.since - OVERLAP_MS;
  // "Starts to match" must also see records that stopped matching, so its sweep carries no condition.
  const isTransition = watch.event === 'startsToMatch';
  const condition = isTransition || watch.when === undefined ? '' : ` AND ${soqlText(watch.when)}`;
  const created = watch.event === 'created' ? ` AND CreatedDate >= ${soqlDateTime(fromMs)}` : '';
  const after = cursor.page === undefined ? `SystemModstamp >= ${soqlDateTime(fromMs)}` : afterVersion(cursor.page);
  const tail = `WHERE ${after}${created}${condition} ORDER BY SystemModstamp ASC, Id ASC LIMIT ${PAGE_SIZE}`;
  const fields = isTransition ? ['Id', ...NEEDED] : await fieldsToRead(context, object, watch.fields, NEEDED);
  const startedAt = context.now();
  const records = await selectRecords(salesforce, { object, fields, tail, limit: PAGE_SIZE });
  const settledMs = settledUntil(salesforce, context, startedAt);

  const known = new Set(cursor.seen);
  const fresh = records.filter((record) => !known.has(versionKey({ id: String(record['Id']), stampMs: stampOf(record) })));
  const found = isTransition
    ? await transitions({ salesforce, watch, context }, fresh, cursor.matching ?? [])
    : { events: fresh.map((record) => changeEvent(watch, object, record, cursor.since)), matching: undefined };
  return { events: found.events, ...nextCursor(cursor, { records, settledMs, matching: found.matching }) };
}

function afterVersion(page: { stampMs: number; id: string }): string {
  const stamp = soqlDateTime(page.stampMs);
  return `(SystemModstamp > ${stamp} OR (SystemModstamp = ${stamp} AND Id > ${soqlString(page.id)}))`;
}

function nextCursor(
  cursor: ChangeCursor,
  swept: { records: readonly PlainRecord[]; settledMs: number; matching: readonly string[] | undefined },
): { cursor: ChangeCursor; hasMore: boolean } {
  const { records, matching } = swept;
  const versions = records.map((record) => ({ id: String(record['Id']), stampMs: stampOf(record) }));
  const newestMs = Math.max(cursor.since, cursor.page?.newestMs ?? 0, ...versions.map((version) => version.stampMs));
  const last = versions.at(-1);
  const hasMore = versions.length >= PAGE_SIZE && last !== undefined;
  const since = hasMore ? cursor.since : newestMs;
  return {
    cursor: {
      v: 1,
      since,
      seen: rememberSeen(
        cursor.seen,
        versions.filter(({ stampMs }) => stampMs <= swept.settledMs),
        since,
      ),
      ...(hasMore ? { page: { stampMs: last.stampMs, id: last.id, newestMs } } : {}),
      ...(matching === undefined ? {} : { matching }),
    },
    hasMore,
  };
}

function changeEvent(watch: Watch, object: string, record: PlainRecord, since: number): TriggerEvent {
  const id = String(record['Id']);
  // A record counts as created at its first sight: when it did not exist at the end of the last sweep.
  const isNew = stampOf(record, 'CreatedDate') >= since;
  const event = watch.event === 'created' || isNew ? 'created' : 'updated';
  const dedupKey =
    watch.event === 'created'
      ? `salesforce:${object}:${id}:created`
      : `salesforce:${object}:${id}:${String(record['SystemModstamp'])}:${contentHash(record)}`;
  return { dedupKey, payload: { event, object, record } };
}

/** Tells two versions of one second apart. */
function contentHash(record: PlainRecord): string {
  return createHash('sha256').update(JSON.stringify(record)).digest('base64url').slice(0, 12);
}

/** Which changed records meet the condition now and did not before. Salesforce itself judges the condition. */
async function transitions(
  sweeping: { salesforce: Salesforce; watch: Watch; context: CallContext },
  changed: readonly PlainRecord[],
  known: readonly string[],
): Promise<{ events: TriggerEvent[]; matching: string[] }> {
  const { salesforce, watch, context } = sweeping;
  const object = soqlName(watch.object);
  const matching = new Set(known);
  if (changed.length === 0) return { events: [], matching: [...matching] };
  const ids = changed.map((record) => String(record['Id']));
  const fields = await fieldsToRead(context, object, watch.fields, NEEDED);
  const tail = `WHERE Id IN (${ids.map(soqlString).join(', ')}) AND ${soqlText(watch.when ?? '')}`;
  const records = new Map(
    (await selectRecords(salesforce, { object, fields, tail, limit: PAGE_SIZE })).map((record) => [String(record['Id']), record]),
  );
  const events: TriggerEvent[] = [];
  for (const id of ids) {
    const record = records.get(id);
    const wasMatching = matching.delete(shortId(id));
    if (record === undefined) continue;
    // Added again at the end: the order is that of the last touch.
    matching.add(shortId(id));
    if (!wasMatching)
      events.push({
        dedupKey: `salesforce:${object}:${id}:matches:${String(record['SystemModstamp'])}`,
        payload: { event: 'startedToMatch', object, record },
      });
  }
  return { events, matching: [...matching].slice(-MAX_MATCHING) };
}
