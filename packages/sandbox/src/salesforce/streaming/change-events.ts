import { createHash } from 'node:crypto';
import type { Json } from '../../http.ts';
import type { Quirks } from '../../quirks.ts';
import type { SalesforceStore } from '../store.ts';
import { changeEventName, gapPayload, payloadOf } from './payload.ts';

const RETENTION_MS = 72 * 3_600_000;
const ALL = '/data/ChangeEvents';

/** A change event on the bus. */
export interface ChangeEvent {
  replayId: number;
  at: number;
  channel: string;
  data: Json;
}

/** The bus of change events: what happened to the selected objects in the last 72 hours, in order. */
export class ChangeEvents {
  #events: ChangeEvent[] = [];
  #lastReplayId = 0;
  #listeners = new Set<(event: ChangeEvent) => void>();
  readonly #store: SalesforceStore;

  constructor(store: SalesforceStore, quirks: Quirks) {
    this.#store = store;
    store.onChange((change) => {
      const object = store.schema.find(change.object);
      if (!object || !quirks.changeEventObjects.includes(object.name)) return;
      const at = store.clock();
      this.#publish(object.name, payloadOf(object, change, { number: this.#lastReplayId + 1, at }));
    });
  }

  /** Puts a gap event on the bus, as the platform does when it lost track: GAP_CREATE, GAP_UPDATE, …, GAP_OVERFLOW. */
  gap(entityName: string, changeType: string, recordIds: string[]): ChangeEvent {
    return this.#publish(
      entityName,
      gapPayload({ entityName, changeType, recordIds, commitNumber: this.#lastReplayId + 1, at: this.#store.clock() }),
    );
  }

  /** True for a channel that exists. */
  isChannel(channel: string): boolean {
    return channel === ALL || this.#store.schema.objects.some((object) => channel === `/data/${changeEventName(object.name)}`);
  }

  /** Retained events of a channel after a replay id; -2 means all of them, -1 none. Undefined for an id that is not retained. */
  after(channel: string, replayId: number): ChangeEvent[] | undefined {
    this.#events = this.#events.filter((event) => event.at > this.#store.clock() - RETENTION_MS);
    if (replayId === -1) return [];
    const oldest = this.#events[0]?.replayId ?? this.#lastReplayId + 1;
    if (replayId !== -2 && (replayId < oldest - 1 || replayId > this.#lastReplayId)) return undefined;
    return this.#events.filter((event) => event.replayId > replayId && isOn(event, channel));
  }

  onEvent(listener: (event: ChangeEvent) => void): void {
    this.#listeners.add(listener);
  }

  #publish(entityName: string, payload: Json): ChangeEvent {
    this.#lastReplayId += 1;
    const event: ChangeEvent = {
      replayId: this.#lastReplayId,
      at: this.#store.clock(),
      channel: `/data/${changeEventName(entityName)}`,
      data: { schema: schemaId(entityName), payload, event: { replayId: this.#lastReplayId } },
    };
    this.#events.push(event);
    for (const listener of this.#listeners) listener(event);
    return event;
  }
}

/** True when subscribers of a channel get the event. */
export function isOn(event: ChangeEvent, channel: string): boolean {
  return channel === ALL || channel === event.channel;
}

function schemaId(entityName: string): string {
  return createHash('sha256').update(entityName).digest('base64url').slice(0, 22);
}
