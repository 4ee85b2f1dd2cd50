import { defineOperation, optionalText, type CallContext, type PollResult, type TriggerEvent } from '@weft/connector-kit';
import { z } from 'zod';
import { openConnectWise } from '../client.ts';
import { buildFilter, type Filter } from '../conditions.ts';
import { watchableObject } from '../objects.ts';
import { objectInput, ticketSample, watchedObjectProperty } from '../properties.ts';
import { readCursor, type ChangeCursor } from './cursor.ts';
import { beginWatch, goOnWatch, type Change } from './watch.ts';

const input = z.strictObject({
  object: objectInput,
  event: z.enum(['createdOrUpdated', 'created']).default('createdOrUpdated'),
  where: optionalText({ max: 1500 }),
});
type RecordWatch = z.infer<typeof input>;

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
    return cursor === undefined ? { events: [], cursor: await beginWatch(context, watch) } : goOn(context, watch, cursor);
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

const rawOf = (watch: RecordWatch): Filter => (watch.where === undefined ? {} : { conditions: watch.where });

async function goOn(context: CallContext, watch: RecordWatch, cursor: ChangeCursor): Promise<PollResult> {
  const went = await goOnWatch(context, watch, cursor);
  const events = went.changes.filter(({ isCreated }) => isCreated || watch.event !== 'created').map((change) => changeEvent(watch, change));
  return { events, cursor: went.cursor, hasMore: went.hasMore };
}

function changeEvent(watch: RecordWatch, { record, version, isCreated }: Change): TriggerEvent {
  const { id: object } = watchableObject(watch.object);
  return {
    dedupKey: `connectwise:${object}:${record.id}:${watch.event === 'created' ? 'created' : version}`,
    payload: { event: isCreated ? 'created' : 'updated', object, record },
  };
}
