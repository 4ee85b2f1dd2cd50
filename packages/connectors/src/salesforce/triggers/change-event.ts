import { defineOperation, flag, optional, text, type CallContext, type PollResult, type TriggerEvent } from '@weft/connector-kit';
import { z } from 'zod';
import { CLIENT_NAME, openSalesforce } from '../client.ts';
import { eventsAfter, OLDEST, type ChannelEvent } from '../cometd.ts';
import { objectProperty, opportunitySample } from '../properties.ts';
import { fieldsToRead, selectRecords, type PlainRecord } from '../records.ts';
import { soqlName, soqlString } from '../soql.ts';

const input = z.strictObject({ object: text({ max: 80 }), ignoreOwn: optional(flag()) });
type Watch = z.infer<typeof input>;

const cursorSchema = z.object({ v: z.literal(1), after: z.number() });

/** Rounds in which a new watch runs past what the org has kept. */
const MAX_BEGIN_ROUNDS = 100;

/** The part of a change event that says what happened (developer.salesforce.com, "Change Event Message Structure"). */
interface Header {
  readonly entityName: string;
  readonly recordIds: readonly string[];
  readonly changeType: string;
  readonly changeOrigin?: string;
  readonly commitUser?: string;
  readonly changedFields?: readonly string[];
  readonly commitTimestamp?: number;
}

export const changeEvent = defineOperation({
  id: 'changeEvent',
  kind: 'trigger',
  mode: 'poll',
  title: 'When a change event arrives',
  summary: 'Starts a run for each change the org has captured (Change Data Capture), with the fields that changed and who changed them.',
  needsConnection: true,
  intervalMs: 60_000,
  properties: [
    { ...objectProperty, help: 'Must be selected in the org under Setup › Change Data Capture.' },
    {
      name: 'ignoreOwn',
      label: 'Leave out our own changes',
      required: false,
      kind: 'boolean',
      initial: true,
      help: 'Those made through this platform or by the connected user.',
    },
  ],
  input,
  output: {
    type: 'object',
    properties: {
      event: { type: 'string' },
      object: { type: 'string' },
      record: { type: 'object' },
      changedFields: { type: 'array', items: { type: 'string' } },
      complete: { type: 'boolean' },
    },
  },
  sample: { event: 'updated', object: 'Opportunity', record: opportunitySample, changedFields: ['StageName'], complete: false },
  async poll(context, watch, stored) {
    const channel = channelOf(soqlName(watch.object));
    const cursor = cursorSchema.safeParse(stored);
    return cursor.success ? goOn(context, watch, { channel, after: cursor.data.after }) : begin(context, channel);
  },
  async examples(context, watch) {
    const object = soqlName(watch.object);
    const salesforce = await openSalesforce(context);
    const fields = await fieldsToRead(context, object, undefined);
    const records = await selectRecords(salesforce, { object, fields, tail: 'ORDER BY SystemModstamp DESC LIMIT 3', limit: 3 });
    return records.map((record) => ({ event: 'updated', object, record, changedFields: [], complete: true }));
  },
});

function channelOf(object: string): string {
  return `/data/${object.endsWith('__c') ? `${object.slice(0, -3)}__ChangeEvent` : `${object}ChangeEvent`}`;
}

/** Runs past what is kept: the watch begins now. */
async function begin(context: CallContext, channel: string): Promise<PollResult> {
  let after = OLDEST;
  for (let round = 0; round < MAX_BEGIN_ROUNDS; round += 1) {
    const events = await eventsAfter(context, channel, after);
    const last = events?.at(-1);
    if (last === undefined) break;
    after = last.replayId;
  }
  return { events: [], cursor: { v: 1, after } };
}

async function goOn(context: CallContext, watch: Watch, { channel, after }: { channel: string; after: number }): Promise<PollResult> {
  // A place that is no longer kept: what is kept still comes, under the keys it had.
  const found = (await eventsAfter(context, channel, after)) ?? (await eventsAfter(context, channel, OLDEST)) ?? [];
  const events: TriggerEvent[] = [];
  for (const event of found) events.push(...(await eventsOf(context, watch, { channel, event })));
  return { events, cursor: { v: 1, after: found.at(-1)?.replayId ?? after }, hasMore: found.length > 0 };
}

const KINDS: Readonly<Record<string, string>> = { CREATE: 'created', UPDATE: 'updated', DELETE: 'deleted', UNDELETE: 'undeleted' };

/** The events of one message: one for each record it is about. After a gap the records are read again, for nobody knows what was lost. */
async function eventsOf(
  context: CallContext,
  watch: Watch,
  { channel, event }: { channel: string; event: ChannelEvent },
): Promise<TriggerEvent[]> {
  const { ChangeEventHeader, ...changes } = event.payload as { ChangeEventHeader: Header };
  const header = ChangeEventHeader;
  const object = header.entityName;
  const salesforce = await openSalesforce(context);
  const isOwn =
    (header.changeOrigin ?? '').split(';').includes(`client=${CLIENT_NAME}`) ||
    (salesforce.userId !== '' && header.commitUser === salesforce.userId);
  if (isOwn && watch.ignoreOwn !== false) return [];
  const make = (id: string, payload: Readonly<Record<string, unknown>>): TriggerEvent => ({
    dedupKey: `salesforce:${channel}:${event.replayId}:${id}`,
    payload: { object, changedFields: header.changedFields ?? [], author: header.commitUser ?? null, ...payload },
  });
  const kind = KINDS[header.changeType.replace(/^GAP_/, '')];
  const ids = header.recordIds.filter((id) => /^[A-Za-z0-9]{15,18}$/.test(id));
  // An overflow, or a wildcard for all records: which ones changed is not told.
  if (kind === undefined || ids.length === 0) return [make('all', { event: 'overflow', record: null, complete: false })];
  if (!header.changeType.startsWith('GAP_'))
    return ids.map((id) => make(id, { event: kind, record: { Id: id, ...changes }, complete: header.changeType === 'CREATE' }));
  const fields = await fieldsToRead(context, object, undefined);
  const where = `WHERE Id IN (${ids.map(soqlString).join(', ')})`;
  const records = await selectRecords(salesforce, { object, fields, tail: where, limit: ids.length });
  const byId = new Map<unknown, PlainRecord>(records.map((record) => [String(record['Id']).slice(0, 15), record]));
  return ids.map((id) => {
    const record = byId.get(id.slice(0, 15));
    return record === undefined
      ? make(id, { event: 'deleted', record: { Id: id }, complete: false })
      : make(id, { event: kind === 'deleted' ? 'updated' : kind, record, complete: true });
  });
}
