import { WeftError, defineOperation, isWeftError, sha256Hex, type CallContext, type HookRequest } from '@weft/connector-kit';
import { z } from 'zod';
import { openConnectWise, type CwRecord } from '../client.ts';
import { OBJECTS, objectInfo } from '../objects.ts';
import { ticketSample } from '../properties.ts';
import { verifySignature } from './signature.ts';

const CALLBACKS = '/system/callbacks';
const objects = (Object.keys(OBJECTS) as (keyof typeof OBJECTS)[]).filter((id) => 'callbackType' in OBJECTS[id]);

const stateSchema = z.object({ callbackId: z.number() });

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
  ],
  input: z.strictObject({ object: z.enum(objects) }),
  output: {
    type: 'object',
    properties: {
      event: { type: 'string' },
      object: { type: 'string' },
      id: { type: 'integer' },
      memberId: { type: ['string', 'null'] },
      record: { type: ['object', 'null'] },
    },
  },
  sample: { event: 'updated', object: 'ticket', id: 7601, memberId: 'jdoe', record: ticketSample },
  async activate(context, input, hookUrl, state) {
    const wanted = {
      // The vendor appends the id and the action to the address.
      url: `${hookUrl}${hookUrl.includes('?') ? '&' : '?'}recordId=`,
      objectId: 1,
      type: objectInfo(input.object).callbackType ?? input.object,
      level: 'owner',
      description: 'Weft',
      payloadVersion: '3.0.0',
      inactiveFlag: false,
      isSoapCallbackFlag: false,
      // Changes made with this connection's own member are not reported: the first guard against loops.
      isSelfSuppressedFlag: true,
    };
    const existing = await findCallback(context, wanted, state);
    if (existing !== undefined) return { callbackId: existing };
    const created = await openConnectWise(context).post(CALLBACKS, wanted);
    return { callbackId: created.id };
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
    const dedupKey = `connectwise:callback:${delivery.MessageId ?? sha256Hex(request.rawBody)}`;
    return [
      {
        dedupKey,
        payload: {
          event: record === null ? 'deleted' : event,
          object: input.object,
          id: delivery.ID,
          memberId: delivery.MemberId ?? null,
          record,
        },
      },
    ];
  },
  async examples(context, input) {
    const object = objectInfo(input.object);
    const records = await openConnectWise(context).page(object.path, { orderBy: '_info/lastUpdated desc' }, { pageSize: 3 });
    return records.map((record) => ({
      event: 'updated',
      object: object.id,
      id: record.id,
      memberId: (record['_info'] as { updatedBy?: string } | undefined)?.updatedBy ?? null,
      record,
    }));
  },
});

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

/** A callback of ours that is there already and still active; one that posts elsewhere or was switched off is removed. */
async function findCallback(context: CallContext, wanted: { url: string; type: string }, state: unknown): Promise<number | undefined> {
  const cw = openConnectWise(context);
  const known = stateSchema.safeParse(state);
  const all = await cw.page(CALLBACKS, {}, { pageSize: 1000 });
  const sameType = all.filter((entry) => String(entry['type']).toLowerCase() === wanted.type);
  const usable = sameType.find((entry) => entry['url'] === wanted.url && entry['inactiveFlag'] !== true);
  for (const entry of sameType) {
    const isOurs = entry['url'] === wanted.url || (known.success && entry.id === known.data.callbackId);
    if (isOurs && entry.id !== usable?.id) await cw.delete(`${CALLBACKS}/${entry.id}`);
  }
  return usable?.id;
}
