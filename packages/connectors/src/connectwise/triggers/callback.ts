import {
  WeftError,
  defineOperation,
  isWeftError,
  optional,
  optionalText,
  sha256Hex,
  type CallContext,
  type HookRequest,
  type TriggerEvent,
} from '@weft/connector-kit';
import { z } from 'zod';
import { openConnectWise, type CwRecord } from '../client.ts';
import { OBJECTS, objectInfo, type ObjectId } from '../objects.ts';
import { ticketSample } from '../properties.ts';
import { LEVEL_IDS, levelFilter, narrowingMistake, reportedLevel, type ReportedLevel } from './callback-levels.ts';
import { changedAt, readCursor } from './cursor.ts';
import { verifySignature } from './signature.ts';
import { beginWatch, goOnWatch, type Change } from './watch.ts';

const CALLBACKS = '/system/callbacks';
const objects = (Object.keys(OBJECTS) as (keyof typeof OBJECTS)[]).filter((id) => 'callbackType' in OBJECTS[id]);

/** Callbacks get lost, and the vendor gives up on an address that fails: what no callback told is looked for by itself. */
const RECONCILE_MS = 5 * 60_000;

/**
 * `sweep`: how far the search for what no callback told has come; `member`: who we are, by whom the callback was made; `objectId`:
 * what it is narrowed to.
 */
const stateSchema = z.object({
  callbackId: z.number(),
  member: z.string().optional(),
  objectId: z.number().optional(),
  sweep: z.unknown().optional(),
});

const input = z.strictObject({ object: z.enum(objects), level: optional(z.enum(LEVEL_IDS)), of: optionalText({ max: 100 }) });

/** Body of a callback, as far as it is used. `Entity` is left alone: it lacks custom fields, so the record is read. */
const deliverySchema = z.object({
  Action: z.string(),
  ID: z.coerce.number(),
  Type: z.string().optional(),
  MemberId: z.string().nullish(),
  MessageId: z.string().nullish(),
  Metadata: z.object({ key_url: z.string().optional() }).nullish(),
});

const ACTIONS: Readonly<Record<string, string>> = { added: 'created', updated: 'updated', deleted: 'deleted' };

export const callback = defineOperation({
  id: 'callback',
  kind: 'trigger',
  mode: 'push',
  title: 'When ConnectWise reports a change',
  summary: 'Starts a run as soon as ConnectWise calls back about a created, updated or deleted record.',
  needsConnection: true,
  properties: [
    {
      name: 'object',
      label: 'Object',
      required: true,
      kind: 'select',
      choices: objects.map((value) => ({ value, label: OBJECTS[value].label })),
    },
    {
      name: 'level',
      label: 'Only those',
      required: false,
      kind: 'select',
      placeholder: 'All of them',
      remote: { what: 'choices', dependsOn: ['object'] },
      help: 'ConnectWise then reports no others, which saves calls and runs.',
    },
    {
      name: 'of',
      label: 'Which one',
      required: false,
      kind: 'select',
      remote: { what: 'choices', dependsOn: ['object', 'level'], search: true },
      shownWhen: { property: 'level', is: LEVEL_IDS },
    },
  ],
  input: input.superRefine((narrowing, check) => {
    const mistake = narrowingMistake(narrowing);
    if (mistake !== undefined) check.addIssue({ code: 'custom', path: [mistake.path], message: mistake.message });
  }),
  output: {
    type: 'object',
    properties: {
      event: { type: 'string' },
      object: { type: 'string' },
      id: { type: 'integer' },
      memberId: { type: ['string', 'null'] },
      record: { type: ['object', 'null'] },
      reportedBy: { type: 'string', enum: ['callback', 'search'] },
    },
  },
  sample: { event: 'updated', object: 'ticket', id: 7601, memberId: 'jdoe', record: ticketSample, reportedBy: 'callback' },
  async activate(context, input, hookUrl, state) {
    // Begun before registering: what changes in between is told by a callback, and found should that one be lost.
    const reported = await reportedLevel(context, input);
    const sweep = await beginWatch(context, { object: input.object, only: levelFilter(input, reported) });
    return { ...(await register(context, { object: input.object, reported }, hookUrl, state)), sweep };
  },
  reconcileMs: RECONCILE_MS,
  async reconcile(context, input, hookUrl, state) {
    const before = stateSchema.safeParse(state).data;
    const reported = await reportedLevel(context, input, before?.objectId);
    const watch = { object: input.object, only: levelFilter(input, reported) };
    const place = readCursor(before?.sweep) ?? (await beginWatch(context, watch));
    const registered = await register(context, { object: input.object, reported }, hookUrl, state);
    const repaired =
      registered.callbackId === before?.callbackId ? {} : { found: 'The callback was gone or switched off and is registered again.' };
    const went = await goOnWatch(context, watch, place);
    // Our own writes are suppressed by the vendor; the search leaves them out likewise, lest they come back to us.
    const others = went.changes.filter(({ record }) => registered.member === undefined || authorOf(record) !== registered.member);
    const events = await Promise.all(others.map((change) => missedEvent(context, input.object, change)));
    return {
      events: events.filter((event) => event !== undefined),
      cursor: { ...registered, sweep: went.cursor },
      hasMore: went.hasMore,
      ...repaired,
    };
  },
  async deactivate(context, _input, state) {
    const known = stateSchema.safeParse(state);
    if (!known.success) return;
    try {
      await openConnectWise(context).delete(`${CALLBACKS}/${known.data.callbackId}`);
    } catch (error) {
      // Gone already: that is what was wanted.
      if (!isWeftError(error) || error.class !== 'notFound') throw error;
    }
  },
  async receive(context, input, request) {
    const delivery = readDelivery(request);
    await verifySignature(context, request, delivery.Metadata?.key_url);
    if (delivery.Type !== undefined && delivery.Type.toLowerCase() !== objectInfo(input.object).callbackType) return [];
    const event = ACTIONS[delivery.Action.toLowerCase()];
    if (event === undefined) return [];
    const record = event === 'deleted' ? null : await readRecord(context, objectInfo(input.object).path, delivery.ID);
    if (record !== null)
      return [changeEvent({ object: input.object, record, event, memberId: delivery.MemberId ?? null, reportedBy: 'callback' })];
    const dedupKey = `connectwise:callback:${delivery.MessageId ?? sha256Hex(request.rawBody)}`;
    const { ID: id, MemberId: memberId = null } = delivery;
    return [{ dedupKey, payload: { event: 'deleted', object: input.object, id, memberId, record, reportedBy: 'callback' } }];
  },
  async examples(context, input) {
    const object = objectInfo(input.object);
    const filter = levelFilter(input, await reportedLevel(context, input));
    const records = await openConnectWise(context).page(object.path, { ...filter, orderBy: '_info/lastUpdated desc' }, { pageSize: 3 });
    return records.map((record) => ({
      event: 'updated',
      object: object.id,
      id: record.id,
      memberId: authorOf(record) ?? null,
      record,
      reportedBy: 'callback',
    }));
  },
});

/**
 * The event of one version of a record, whoever reports it. The key is that version, so that a callback that comes twice,
 * and one that comes late for what the search has found already, make one run.
 */
function changeEvent(change: {
  readonly object: string;
  readonly record: CwRecord;
  readonly event: string;
  readonly memberId: string | null;
  readonly reportedBy: 'callback' | 'search';
}): TriggerEvent {
  const { object, record, event, memberId, reportedBy } = change;
  const content = sha256Hex(JSON.stringify(record)).slice(0, 12);
  return {
    dedupKey: `connectwise:callback:${object}:${record.id}:${changedAt(record)}:${content}`,
    payload: { event, object, id: record.id, memberId, record, reportedBy },
  };
}

/** What the search met, read as a callback's record is read; undefined when it is gone meanwhile. */
async function missedEvent(context: CallContext, object: ObjectId, change: Change): Promise<TriggerEvent | undefined> {
  const record = await readRecord(context, OBJECTS[object].path, change.record.id);
  if (record === null) return undefined;
  return changeEvent({
    object,
    record,
    event: change.isCreated ? 'created' : 'updated',
    memberId: authorOf(record) ?? null,
    reportedBy: 'search',
  });
}

function authorOf(record: CwRecord): string | undefined {
  return (record['_info'] as { updatedBy?: string } | undefined)?.updatedBy;
}

/** Makes sure that ConnectWise calls `hookUrl`; gives the callback, and as whom it was made. */
async function register(
  context: CallContext,
  { object, reported }: { readonly object: ObjectId; readonly reported: ReportedLevel },
  hookUrl: string,
  state: unknown,
): Promise<{ callbackId: number; objectId: number; member?: string }> {
  const wanted = {
    // The vendor appends the id and the action to the address.
    url: `${hookUrl}${hookUrl.includes('?') ? '&' : '?'}recordId=`,
    ...reported,
    type: objectInfo(object).callbackType ?? object,
    description: 'Weft',
    payloadVersion: '3.0.0',
    inactiveFlag: false,
    isSoapCallbackFlag: false,
    // Changes made with this connection's own member are not reported: the first guard against loops.
    isSelfSuppressedFlag: true,
  };
  const entry = (await findCallback(context, wanted, state)) ?? (await openConnectWise(context).post(CALLBACKS, wanted));
  const member = authorOf(entry);
  return { callbackId: entry.id, objectId: reported.objectId, ...(member === undefined ? {} : { member }) };
}

function readDelivery(request: HookRequest): z.infer<typeof deliverySchema> {
  try {
    return deliverySchema.parse(JSON.parse(new TextDecoder().decode(request.rawBody)));
  } catch (cause) {
    throw new WeftError({ class: 'invalid', code: 'callback_malformed', message: 'The request is not a ConnectWise callback.', cause });
  }
}

/** The record as it is now; null when it is gone in the meantime. */
async function readRecord(context: CallContext, path: string, id: number): Promise<CwRecord | null> {
  try {
    return (await openConnectWise(context).get(`${path}/${id}`)) as CwRecord;
  } catch (error) {
    if (isWeftError(error) && error.class === 'notFound') return null;
    throw error;
  }
}

/** A callback of ours that is there already, reports just this and is active; any other one of ours is removed. */
async function findCallback(
  context: CallContext,
  wanted: ReportedLevel & { readonly url: string; readonly type: string },
  state: unknown,
): Promise<CwRecord | undefined> {
  const cw = openConnectWise(context);
  const known = stateSchema.safeParse(state);
  const all = await cw.page(CALLBACKS, {}, { pageSize: 1000 });
  const sameType = all.filter((entry) => String(entry['type']).toLowerCase() === wanted.type);
  const usable = sameType.find(
    (entry) =>
      entry['url'] === wanted.url &&
      String(entry['level']).toLowerCase() === wanted.level &&
      entry['objectId'] === wanted.objectId &&
      entry['inactiveFlag'] !== true,
  );
  for (const entry of sameType) {
    const isOurs = entry['url'] === wanted.url || (known.success && entry.id === known.data.callbackId);
    if (isOurs && entry.id !== usable?.id) await cw.delete(`${CALLBACKS}/${entry.id}`);
  }
  return usable;
}
