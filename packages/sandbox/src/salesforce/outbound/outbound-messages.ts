import { randomUUID } from 'node:crypto';
import { compileWhere } from '../soql/conditions.ts';
import { recordReader } from '../soql/operands.ts';
import { parseSoql } from '../soql/parser.ts';
import { elementAt, parseXml } from '../soap/xml.ts';
import type { SalesforceChange, SalesforceStore } from '../store.ts';
import { makeId } from '../ids.ts';
import { notificationsXml } from './envelope.ts';

/** What an administrator set up: tell this address of records of an object for which a condition holds. */
export interface OutboundMessage {
  id: string;
  object: string;
  url: string;
  fields: string[];
  event: 'created' | 'createdOrUpdated';
  /** A SOQL condition; absent means always. */
  when?: string;
}

/** One post, kept for tests and for the curious. */
export interface OutboundDelivery {
  messageId: string;
  recordId: string;
  attempt: number;
  isAcknowledged: boolean;
}

const GIVE_UP_MS = 24 * 3_600_000;
const LONGEST_PAUSE_MS = 2 * 3_600_000;

/** Sends outbound messages: at least once, in no promised order, again for 24 hours until acknowledged. */
export class OutboundMessages {
  readonly deliveries: OutboundDelivery[] = [];
  readonly #messages = new Map<string, OutboundMessage>();
  readonly #store: SalesforceStore;
  readonly #orgId: string;
  readonly #origin: () => string;
  readonly #retryMs: number;
  readonly #abort = new AbortController();
  readonly #pending = new Set<Promise<void>>();
  #count = 0;

  constructor(resources: { store: SalesforceStore; orgId: string; origin: () => string; retryMs?: number }) {
    this.#store = resources.store;
    this.#orgId = resources.orgId;
    this.#origin = resources.origin;
    this.#retryMs = resources.retryMs ?? 30_000;
    this.#store.onChange((change) => this.#dispatch(change));
  }

  /** Sets a message up; checks its condition. */
  add(given: Omit<OutboundMessage, 'id'>): OutboundMessage {
    this.#count += 1;
    const message = { ...given, id: makeId('04k', this.#count) };
    if (!this.#store.schema.find(message.object)) throw new SyntaxError(`No object ${message.object}`);
    if (message.when !== undefined) this.#condition(message, message.when);
    this.#messages.set(message.id, message);
    return message;
  }

  remove(id: string): void {
    this.#messages.delete(id);
  }

  list(): OutboundMessage[] {
    return [...this.#messages.values()];
  }

  /** Resolves when nothing is being sent or waits to be sent again. */
  async idle(): Promise<void> {
    while (this.#pending.size > 0) await Promise.allSettled(this.#pending);
  }

  close(): void {
    this.#abort.abort();
  }

  #dispatch(change: SalesforceChange): void {
    if (change.action === 'deleted' || this.#abort.signal.aborted) return;
    for (const message of this.#messages.values()) {
      if (message.object.toLowerCase() !== change.object.toLowerCase()) continue;
      if (message.event === 'created' && change.action !== 'added') continue;
      if (message.when !== undefined && !this.#condition(message, message.when)(change.record)) continue;
      const job = this.#deliver(message, change.record.Id).finally(() => this.#pending.delete(job));
      this.#pending.add(job);
    }
  }

  #condition(message: OutboundMessage, when: string): (record: SalesforceChange['record']) => boolean {
    const object = this.#store.schema.find(message.object);
    const { where } = parseSoql(`SELECT Id FROM ${message.object} WHERE ${when}`);
    if (!object || !where) return () => true;
    return compileWhere({ reader: recordReader(this.#store, object, undefined), now: this.#store.clock(), column: () => [] }, where);
  }

  async #deliver(message: OutboundMessage, recordId: string): Promise<void> {
    const since = this.#store.clock();
    const notificationId = `04l${randomUUID().replaceAll('-', '').slice(0, 15)}`;
    for (let attempt = 1; this.#store.clock() - since < GIVE_UP_MS; attempt += 1) {
      const isAcknowledged = await this.#post(message, recordId, notificationId);
      if (this.#abort.signal.aborted) return;
      this.deliveries.push({ messageId: message.id, recordId, attempt, isAcknowledged });
      if (this.deliveries.length > 500) this.deliveries.shift();
      if (isAcknowledged || !this.#messages.has(message.id)) return;
      await this.#pause(Math.min(LONGEST_PAUSE_MS, this.#retryMs * 2 ** (attempt - 1)));
      if (this.#abort.signal.aborted) return;
    }
  }

  /** Posts the record as it is now, not as it was when the message was queued; true when acknowledged. */
  async #post(message: OutboundMessage, recordId: string, notificationId: string): Promise<boolean> {
    const object = this.#store.schema.find(message.object);
    const record = object && this.#store.get(object.name, recordId);
    if (!object || !record) return true;
    const body = notificationsXml({ orgId: this.#orgId, origin: this.#origin(), message, notificationId, object, record });
    try {
      const response = await fetch(message.url, {
        method: 'POST',
        body,
        redirect: 'manual',
        headers: { 'content-type': 'text/xml; charset=utf-8', soapaction: '""' },
        signal: AbortSignal.any([this.#abort.signal, AbortSignal.timeout(10_000)]),
      });
      const answer = parseXml(await response.text());
      const ack = elementAt(answer, 'Body', 'notificationsResponse', 'Ack');
      return response.ok && ack?.text.trim() === 'true';
    } catch {
      // A receiver that is down is an ordinary outcome: the message is sent again.
      return false;
    }
  }

  #pause(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const done = () => {
        clearTimeout(timer);
        resolve();
      };
      const timer = setTimeout(done, ms);
      this.#abort.signal.addEventListener('abort', done, { once: true });
    });
  }
}
