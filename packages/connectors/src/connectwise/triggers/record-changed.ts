import {
  defineOperation,
  optionalText,
  sinceOf,
  startFromInput,
  startFromProperties,
  type CallContext,
  type PollResult,
  type TriggerEvent,
} from '@weft/connector-kit';
import { z } from 'zod';
import { openConnectWise } from '../client.ts';
import { buildFilter, type Filter } from '../conditions.ts';
import { watchableObject } from '../objects.ts';
import { objectInput, ticketSample, watchedObjectProperty } from '../properties.ts';
import { readCursor, type ChangeCursor } from './cursor.ts';
import { matchingNow, transitions } from './matching.ts';
import { beginWatch, countChanged, goOnWatch, newestId, type Change, type Watch } from './watch.ts';

const input = z.strictObject({
  object: objectInput,
  event: z.enum(['createdOrUpdated', 'created', 'updated', 'startsToMatch']).default('createdOrUpdated'),
  where: optionalText({ max: 1500 }),
  ...startFromInput,
});
type RecordWatch = z.infer<typeof input>;

export const recordChanged = defineOperation({
  id: 'recordChanged',
  kind: 'trigger',
  mode: 'poll',
  title: 'When a record changes',
  summary:
    'Starts a run for each company, contact, ticket, agreement, invoice or other record that is created, updated, or begins to meet a condition.',
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
        { value: 'updated', label: 'is updated' },
        {
          value: 'startsToMatch',
          label: 'starts to meet the condition',
          hint: 'Once each time it goes from not meeting it to meeting it.',
        },
      ],
    },
    {
      name: 'where',
      label: 'Condition',
      required: false,
      kind: 'query',
      placeholder: 'board/name = "Service"',
      help: 'In ConnectWise’s condition language.',
    },
    ...startFromProperties,
  ],
  input: input.refine((watch) => watch.event !== 'startsToMatch' || watch.where !== undefined, {
    path: ['where'],
    message: 'must be given for "starts to meet the condition"',
  }),
  output: { type: 'object', properties: { event: { type: 'string' }, object: { type: 'string' }, record: { type: 'object' } } },
  sample: { event: 'updated', object: 'ticket', record: ticketSample },
  async poll(context, watch, stored) {
    const cursor = readCursor(stored);
    if (cursor !== undefined) return goOn(context, watch, cursor);
    // What lies in the past is given by the turns that follow at once.
    return { events: [], cursor: await begin(context, watch), hasMore: watch.startFrom !== 'now' };
  },
  async backlog(context, watch) {
    const since = sinceOf(watch);
    return since === undefined ? 0 : countChanged(context, { object: watch.object, where: watch.where }, since);
  },
  async examples(context, watch) {
    const object = watchableObject(watch.object);
    const records = await openConnectWise(context).page(
      object.path,
      { ...buildFilter([], rawOf(watch)), orderBy: '_info/lastUpdated desc' },
      { pageSize: 5 },
    );
    const event = watch.event === 'created' ? 'created' : watch.event === 'startsToMatch' ? 'startedToMatch' : 'updated';
    return records.map((record) => ({ event, object: object.id, record }));
  },
});

const rawOf = (watch: RecordWatch): Filter => (watch.where === undefined ? {} : { conditions: watch.where });

/** Of a watch for transitions the sweep carries no condition: it must also see records that stopped meeting it. */
const sweptBy = ({ object, where, event }: RecordWatch): Watch => (event === 'startsToMatch' ? { object } : { object, where });
/** What has to be met; the schema asks for it where it is needed. */
const transitionOf = ({ object, where = '' }: RecordWatch): { object: string; where: string } => ({ object, where });

async function begin(context: CallContext, watch: RecordWatch): Promise<ChangeCursor> {
  const since = sinceOf(watch);
  if (since !== undefined) {
    // Who wants to hear of updates alone has the records there are for old; whoever else has them for new.
    const maxId = watch.event === 'updated' ? await newestId(openConnectWise(context), watch) : 0;
    return { v: 1, since, seen: [], maxId, ...(watch.event === 'startsToMatch' ? { matching: '' } : {}) };
  }
  const begun = await beginWatch(context, sweptBy(watch));
  return watch.event === 'startsToMatch' ? { ...begun, matching: await matchingNow(context, transitionOf(watch)) } : begun;
}

async function goOn(context: CallContext, watch: RecordWatch, cursor: ChangeCursor): Promise<PollResult> {
  const went = await goOnWatch(context, sweptBy(watch), cursor);
  if (watch.event === 'startsToMatch') {
    const { begun, matching } = await transitions(context, transitionOf(watch), { changes: went.changes, known: cursor.matching ?? '' });
    return { events: begun.map((change) => changeEvent(watch, change)), cursor: { ...went.cursor, matching }, hasMore: went.hasMore };
  }
  const wanted = went.changes.filter(({ isCreated }) => (watch.event === 'created' ? isCreated : watch.event !== 'updated' || !isCreated));
  return { events: wanted.map((change) => changeEvent(watch, change)), cursor: went.cursor, hasMore: went.hasMore };
}

function changeEvent(watch: RecordWatch, { record, version, isCreated }: Change): TriggerEvent {
  const { id: object } = watchableObject(watch.object);
  const isTransition = watch.event === 'startsToMatch';
  const key = watch.event === 'created' ? 'created' : isTransition ? `matches:${version}` : version;
  return {
    dedupKey: `connectwise:${object}:${record.id}:${key}`,
    payload: { event: isTransition ? 'startedToMatch' : isCreated ? 'created' : 'updated', object, record },
  };
}
