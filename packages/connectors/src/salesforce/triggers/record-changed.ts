import {
  OVERLAP_MS,
  beginSweep,
  defineOperation,
  flag,
  optional,
  optionalText,
  sha256Hex,
  sinceOf,
  startFromInput,
  startFromProperties,
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

const EVENTS = ['createdOrUpdated', 'created', 'updated', 'startsToMatch'] as const;

const input = z.strictObject({
  object: text({ max: 80 }),
  event: z.enum(EVENTS).default('createdOrUpdated'),
  when: optionalText({ max: 4000 }),
  fields: fieldsInput,
  deleted: optional(flag()),
  ignoreOwn: optional(flag()),
  ...startFromInput,
});

type Watch = z.infer<typeof input>;

/** What a sweep needs besides the chosen fields. */
function neededFields(watch: Watch): string[] {
  return [
    'SystemModstamp',
    'CreatedDate',
    ...(watch.ignoreOwn === true ? ['LastModifiedById'] : []),
    ...(seesDeleted(watch) ? ['IsDeleted'] : []),
  ];
}

/** A record that is deleted meets no condition. */
const seesDeleted = (watch: Watch): boolean => watch.deleted === true && watch.event !== 'startsToMatch';

export const recordChanged = defineOperation({
  id: 'recordChanged',
  kind: 'trigger',
  mode: 'poll',
  title: 'When a record changes',
  summary: 'Starts a run for each record that is created, updated, deleted, or begins to meet a condition.',
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
        { value: 'updated', label: 'is updated' },
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
    {
      name: 'deleted',
      label: 'Also when it is deleted',
      required: false,
      kind: 'boolean',
      advanced: true,
      help: 'Gives the event "deleted" with what the record last held.',
    },
    {
      name: 'ignoreOwn',
      label: 'Leave out our own changes',
      required: false,
      kind: 'boolean',
      advanced: true,
      help: 'Those last made by the connected user. An edit of a person that we overwrite before the next look is then not seen; the echo check of "Sync" knows the difference.',
    },
    ...startFromProperties,
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
  async backlog(context, watch) {
    const since = sinceOf(watch);
    return since === undefined ? 0 : countChanged(await openSalesforce(context), watch, since - OVERLAP_MS);
  },
  async examples(context, watch) {
    const salesforce = await openSalesforce(context);
    const object = soqlName(watch.object);
    const fields = await fieldsToRead(context, object, watch.fields, neededFields(watch));
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
  const past = sinceOf(watch);
  if (past !== undefined) {
    const cursor: ChangeCursor = { v: 1, since: past, seen: [], ...(watch.event === 'startsToMatch' ? { matching: '' } : {}) };
    // What lies in the past is given by the turns that follow at once.
    return { events: [], cursor, hasMore: true };
  }
  const newest = await selectRecords(salesforce, {
    object: soqlName(watch.object),
    fields: ['Id', 'SystemModstamp'],
    tail: 'ORDER BY SystemModstamp DESC LIMIT 1',
    limit: 1,
  });
  const newestMs = newest[0] === undefined ? 0 : stampOf(newest[0]);
  const since = Math.max(newestMs, salesforce.serverTime() ?? context.now());
  const begun = await beginSweep(changes(salesforce, watch, context), since);
  const matching =
    watch.event === 'startsToMatch' ? { matching: await matchingNow(salesforce, matchWatch(salesforce, watch, context)) } : {};
  return { events: [], cursor: { ...begun, ...matching } satisfies ChangeCursor };
}

async function goOn(salesforce: Salesforce, watch: Watch, cursor: ChangeCursor, context: CallContext): Promise<PollResult> {
  const swept = await sweep(changes(salesforce, watch, context), cursor);
  if (watch.event !== 'startsToMatch') {
    const events = swept.fresh
      .filter(({ row }) => !isOwn(salesforce, watch, row))
      .map((fresh) => changeEvent(watch, fresh, cursor.since - OVERLAP_MS))
      .filter((event) => event !== undefined);
    return { events, cursor: swept.cursor, hasMore: swept.hasMore };
  }
  const changed = swept.fresh.map(({ row }) => row);
  const found = await transitions(salesforce, matchWatch(salesforce, watch, context), { changed, known: cursor.matching ?? '' });
  return { events: found.events, cursor: { ...swept.cursor, matching: found.matching } satisfies ChangeCursor, hasMore: swept.hasMore };
}

function matchWatch(salesforce: Salesforce, watch: Watch, context: CallContext): MatchWatch {
  const object = soqlName(watch.object);
  return {
    object,
    when: watch.when ?? '',
    fields: () => fieldsToRead(context, object, watch.fields, neededFields(watch)),
    isOwn: (record) => isOwn(salesforce, watch, record),
  };
}

/** Whether a change is to be left out: the last one to touch the record was the user we connect as. */
function isOwn(salesforce: Salesforce, watch: Watch, record: PlainRecord): boolean {
  return watch.ignoreOwn === true && salesforce.userId !== '' && record['LastModifiedById'] === salesforce.userId;
}

/** How many records a sweep gives that begins at a time, epoch milliseconds. */
async function countChanged(salesforce: Salesforce, watch: Watch, fromMs: number): Promise<number> {
  const from = soqlDateTime(fromMs);
  const created = watch.event === 'created' ? ` AND CreatedDate >= ${from}` : watch.event === 'updated' ? ` AND CreatedDate < ${from}` : '';
  const condition = watch.when === undefined ? '' : ` AND ${soqlText(watch.when)}`;
  const soql = `SELECT COUNT() FROM ${soqlName(watch.object)} WHERE SystemModstamp >= ${from}${created}${condition}`;
  return (await salesforce.run((connection) => connection.query(soql))).totalSize;
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
      const since = `CreatedDate >= ${soqlDateTime(fromMs)}`;
      const orDeleted = seesDeleted(watch) ? `(${since} OR IsDeleted = true)` : since;
      const created = watch.event === 'created' ? ` AND ${orDeleted}` : '';
      const where = after === undefined ? `SystemModstamp >= ${soqlDateTime(fromMs)}` : behind(after);
      const tail = `WHERE ${where}${created}${condition} ORDER BY SystemModstamp ASC, Id ASC LIMIT ${size}`;
      const fields = isTransition ? ['Id', ...neededFields(watch)] : await fieldsToRead(context, object, watch.fields, neededFields(watch));
      const askedAt = context.now();
      const deletedToo = seesDeleted(watch) ? { needed: neededFields(watch) } : undefined;
      const rows = await selectRecords(salesforce, { object, fields, tail, limit: size, deletedToo });
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

/** The event of a change; undefined for one that is not watched. */
function changeEvent(watch: Watch, { row, isNewcomer, version }: FreshRow<PlainRecord>, fromMs: number): TriggerEvent | undefined {
  const object = soqlName(watch.object);
  const key = `salesforce:${object}:${String(row['Id'])}`;
  if (row['IsDeleted'] === true)
    return seesDeleted(watch) ? { dedupKey: `${key}:deleted:${version}`, payload: { event: 'deleted', object, record: row } } : undefined;
  const isCreated = watch.event === 'created' || (isNewcomer && stampOf(row, 'CreatedDate') >= fromMs);
  if (isCreated && watch.event === 'updated') return undefined;
  return {
    dedupKey: `${key}:${watch.event === 'created' ? 'created' : version}`,
    payload: { event: isCreated ? 'created' : 'updated', object, record: row },
  };
}
