import {
  OVERLAP_MS,
  beginSweep,
  defineOperation,
  optionalText,
  sha256Hex,
  sweep,
  type CallContext,
  type FreshRow,
  type PollResult,
  type SweepSource,
  type TriggerEvent,
} from '@weft/connector-kit';
import { z } from 'zod';
import { openConnectWise, type ConnectWise, type CwRecord } from '../client.ts';
import { buildFilter, cwTime, type Filter } from '../conditions.ts';
import { watchableObject } from '../objects.ts';
import { objectInput, ticketSample, watchedObjectProperty } from '../properties.ts';
import { changedAt, enteredAt, readCursor, type ChangeCursor } from './cursor.ts';

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
    watchedObjectProperty,
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
    return cursor === undefined ? begin(context, watch) : goOn(context, watch, cursor);
  },
  async examples(context, watch) {
    const object = watchableObject(watch.object);
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

/** The changes of the watched object, and the highest id met among them. */
function changes(cw: ConnectWise, watch: Watch, now: () => number): { source: SweepSource<CwRecord, number>; highestId: () => number } {
  let highestId = 0;
  const source: SweepSource<CwRecord, number> = {
    async page({ fromMs, after, size }) {
      const page = await cw.forward(watchableObject(watch.object).path, changedSince(watch, fromMs), { pageSize: size, pageId: after });
      highestId = Math.max(highestId, ...page.records.map(({ id }) => id));
      return { rows: page.records, next: page.nextPageId, serverMs: cw.serverTime() };
    },
    versionOf: (record) => ({ id: String(record.id), stampMs: changedAt(record), content: sha256Hex(JSON.stringify(record)).slice(0, 12) }),
    now,
  };
  return { source, highestId: () => highestId };
}

async function begin(context: CallContext, watch: Watch): Promise<PollResult> {
  const cw = openConnectWise(context);
  const [newest] = await cw.page(watchableObject(watch.object).path, { orderBy: 'id desc' }, { pageSize: 1 });
  const { source, highestId } = changes(cw, watch, context.now);
  const begun = await beginSweep(source, cw.serverTime() ?? context.now());
  return { events: [], cursor: { ...begun, maxId: Math.max(newest?.id ?? 0, highestId()) } satisfies ChangeCursor };
}

async function goOn(context: CallContext, watch: Watch, cursor: ChangeCursor): Promise<PollResult> {
  const { source, highestId } = changes(openConnectWise(context), watch, context.now);
  const swept = await sweep(source, cursor);
  const foundId = Math.max(cursor.maxId, cursor.foundId ?? 0, highestId());
  const ids = swept.hasMore ? { maxId: cursor.maxId, foundId } : { maxId: foundId };
  const events = swept.fresh
    .map((fresh) => ({ fresh, isCreated: isCreated(fresh, cursor) }))
    .filter(({ isCreated }) => isCreated || watch.event !== 'created')
    .map(({ fresh, isCreated }) => changeEvent(watch, fresh, isCreated));
  return { events, cursor: { ...swept.cursor, ...ids } satisfies ChangeCursor, hasMore: swept.hasMore };
}

/** A record is created when it is first seen: above the ids there were, or below them and entered within the sweep's time. */
function isCreated({ row, isNewcomer }: FreshRow<CwRecord>, cursor: ChangeCursor): boolean {
  return isNewcomer && (row.id > cursor.maxId || enteredAt(row) >= cursor.since - OVERLAP_MS);
}

function changeEvent(watch: Watch, { row, version }: FreshRow<CwRecord>, isCreated: boolean): TriggerEvent {
  const { id: object } = watchableObject(watch.object);
  return {
    dedupKey: `connectwise:${object}:${row.id}:${watch.event === 'created' ? 'created' : version}`,
    payload: { event: isCreated ? 'created' : 'updated', object, record: row },
  };
}
