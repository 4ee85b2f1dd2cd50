import { defineOperation, optionalText, type CallContext, type PollResult, type TriggerEvent } from '@weft/connector-kit';
import { z } from 'zod';
import { openConnectWise, type CwRecord } from '../client.ts';
import { buildFilter, cwTime, type Filter } from '../conditions.ts';
import { objectInfo, type ObjectInfo } from '../objects.ts';
import { objectInput, objectProperty, ticketSample } from '../properties.ts';
import { OVERLAP_MS, PAGE_SIZE, changedAt, enteredAt, readCursor, rememberSeen, versionKey, type ChangeCursor } from './cursor.ts';

const input = z.strictObject({
  object: objectInput,
  event: z.enum(['createdOrUpdated', 'created']).default('createdOrUpdated'),
  where: optionalText({ max: 1500 }),
});
type Watch = z.infer<typeof input>;

export const recordChanged = defineOperation({
  id: 'recordChanged',
  kind: 'trigger',
  mode: 'poll',
  title: 'When a record changes',
  summary: 'Starts a run for each company, contact, ticket, agreement or invoice that is created or updated.',
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
      ],
    },
    {
      name: 'where',
      label: 'Only where',
      required: false,
      kind: 'query',
      placeholder: 'board/name = "Service"',
      help: 'In ConnectWise’s condition language.',
    },
  ],
  input,
  output: { type: 'object', properties: { event: { type: 'string' }, object: { type: 'string' }, record: { type: 'object' } } },
  sample: { event: 'updated', object: 'ticket', record: ticketSample },
  async poll(context, watch, stored) {
    const cursor = readCursor(stored);
    return cursor === undefined ? begin(context, watch) : sweep(context, watch, cursor);
  },
  async examples(context, watch) {
    const object = objectInfo(watch.object);
    const records = await openConnectWise(context).page(
      object.path,
      { ...buildFilter([], rawOf(watch)), orderBy: '_info/lastUpdated desc' },
      { pageSize: 5 },
    );
    return records.map((record) => ({ event: watch.event === 'created' ? 'created' : 'updated', object: object.id, record }));
  },
});

const rawOf = (watch: Watch): Filter => (watch.where === undefined ? {} : { conditions: watch.where });

function changedSince(watch: Watch, ms: number): Filter {
  const own = watch.where === undefined ? '' : ` AND (${watch.where})`;
  return { conditions: `lastUpdated >= ${cwTime(ms)}${own}` };
}

/** From now on, by the server's clock: what changed within the overlap already counts as given. */
async function begin(context: CallContext, watch: Watch): Promise<PollResult> {
  const object = objectInfo(watch.object);
  const cw = openConnectWise(context);
  const [newest] = await cw.page(object.path, { orderBy: 'id desc' }, { pageSize: 1 });
  const since = cw.serverTime() ?? context.now();
  const recent: CwRecord[] = [];
  for (let pageId: number | undefined; ;) {
    const page = await cw.forward(object.path, changedSince(watch, since - OVERLAP_MS), { pageSize: 1000, pageId });
    recent.push(...page.records);
    pageId = page.nextPageId;
    if (pageId === undefined || recent.length >= 5000) break;
  }
  const maxId = Math.max(newest?.id ?? 0, ...recent.map((record) => record.id));
  const cursor: ChangeCursor = { v: 1, since, seen: rememberSeen([], recent, since), maxId };
  return { events: [], cursor };
}

async function sweep(context: CallContext, watch: Watch, cursor: ChangeCursor): Promise<PollResult> {
  const object = objectInfo(watch.object);
  const fromMs = cursor.since - OVERLAP_MS;
  const page = await openConnectWise(context).forward(object.path, changedSince(watch, fromMs), {
    pageSize: PAGE_SIZE,
    pageId: cursor.page?.pageId,
  });
  const known = new Set(cursor.seen);
  // Filtered again here: some servers compare days where times were meant.
  const fresh = page.records.filter((record) => changedAt(record) >= fromMs && !known.has(versionKey(record)));
  const wanted = watch.event === 'created' ? fresh.filter((record) => record.id > cursor.maxId || enteredAt(record) >= fromMs) : fresh;
  const newest = Math.max(cursor.since, cursor.page?.newest ?? 0, ...page.records.map(changedAt));
  const maxId = Math.max(cursor.maxId, cursor.page?.maxId ?? 0, ...page.records.map((record) => record.id));
  const hasMore = page.nextPageId !== undefined;
  const since = hasMore ? cursor.since : newest;
  const next: ChangeCursor = {
    v: 1,
    since,
    seen: rememberSeen(cursor.seen, page.records, since),
    maxId: hasMore ? cursor.maxId : maxId,
    ...(page.nextPageId === undefined ? {} : { page: { pageId: page.nextPageId, newest, maxId } }),
  };
  return { events: wanted.map((record) => changeEvent(watch, object, record, cursor.maxId)), cursor: next, hasMore };
}

function changeEvent(watch: Watch, object: ObjectInfo, record: CwRecord, maxId: number): TriggerEvent {
  const event = record.id > maxId ? 'created' : 'updated';
  const version = watch.event === 'created' ? 'created' : new Date(changedAt(record)).toISOString();
  return { dedupKey: `connectwise:${object.id}:${record.id}:${version}`, payload: { event, object: object.id, record } };
}
