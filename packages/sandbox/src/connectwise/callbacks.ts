import { createHash, createHmac, randomUUID } from 'node:crypto';
import type { Quirks } from '../quirks.ts';
import { entityOf } from './entities.ts';
import { refId, type Change, type Row, type Store } from './store.ts';
import { viewOf } from './view.ts';

/** One attempt to deliver a callback; kept for tests and for the curious. */
export interface Delivery {
  callbackId: number;
  url: string;
  body: string;
  signature: string;
  attempt: number;
  /** HTTP status, or 'error' when there was no answer in time. */
  result: number | 'error';
}

/** The only answers that make ConnectWise try again: developer guide, "Callbacks". */
const RETRY_STATUSES = new Set([404, 409, 419, 429]);
/** Pauses before the two redeliveries. */
export const REDELIVERY_MS: readonly number[] = [2000, 4000];
const THREE_DAYS_MS = 3 * 24 * 3_600_000;

/**
 * Sends callbacks. Each change is matched against the active callbacks and posted at once; a redelivery happens only
 * for the statuses above, twice, after the two delays. Timeouts and 500s are lost, as at the vendor.
 */
export class Callbacks {
  readonly deliveries: Delivery[] = [];
  readonly signingKey: string;
  readonly keyId: string;
  readonly #store: Store;
  readonly #quirks: Quirks;
  readonly #companyId: string;
  readonly #origin: () => string;
  readonly #codebase: () => string;
  readonly #retryMs: readonly number[];
  readonly #timeoutMs: number;
  readonly #timers = new Set<NodeJS.Timeout>();
  readonly #pending = new Set<Promise<void>>();
  readonly #abort = new AbortController();
  readonly #failingSince = new Map<number, number>();

  constructor(resources: {
    store: Store;
    quirks: Quirks;
    companyId: string;
    origin: () => string;
    codebase: () => string;
    retryMs?: readonly number[];
    timeoutMs?: number;
  }) {
    this.#store = resources.store;
    this.#quirks = resources.quirks;
    this.#companyId = resources.companyId;
    this.#origin = resources.origin;
    this.#codebase = resources.codebase;
    this.#retryMs = resources.retryMs ?? REDELIVERY_MS;
    this.#timeoutMs = resources.timeoutMs ?? 5000;
    // Derived, so that keys cached by a receiver stay good over a restart.
    this.signingKey = createHash('sha256').update(`sandbox-signing-key:${resources.companyId}`).digest('base64url');
    const hex = createHash('sha256').update(`sandbox-key-id:${resources.companyId}`).digest('hex');
    this.keyId = `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
    this.#store.onChange((change) => this.#dispatch(change));
  }

  /** Resolves when no delivery and no redelivery is under way. */
  async idle(): Promise<void> {
    while (this.#pending.size > 0) await Promise.allSettled(this.#pending);
  }

  /** Drops redeliveries and open posts. */
  close(): void {
    this.#abort.abort();
    for (const timer of this.#timers) clearTimeout(timer);
    this.#timers.clear();
  }

  #dispatch(change: Change): void {
    const type = entityOf(change.entity).callbackType;
    if (!type || change.skipCallback || this.#abort.signal.aborted) return;
    for (const callback of this.#store.all('callback')) {
      if (!this.#isMeant(callback, change, type)) continue;
      const job = this.#deliver(callback, change).finally(() => this.#pending.delete(job));
      this.#pending.add(job);
    }
  }

  #isMeant(callback: Row, change: Change, type: string): boolean {
    const { values } = callback;
    if (values['inactiveFlag'] === true || String(values['type']).toLowerCase() !== type) return false;
    const owner = this.#store.get('member', Number(values['memberId']));
    if (values['isSelfSuppressedFlag'] === true && owner?.values['identifier'] === change.actor) return false;
    const named = String(values['level']).toLowerCase();
    if (named === 'owner') return true;
    // Of opportunities the level of the status goes by another name.
    const level = named === 'statusid' ? 'status' : named;
    if (level === type) return change.row.id === values['objectId'];
    // Companies and contacts may be of several types.
    const types = level === 'type' ? change.row.values['types'] : undefined;
    if (Array.isArray(types)) return types.some((item) => refId(item) === values['objectId']);
    return refId(change.row.values[level]) === values['objectId'];
  }

  async #deliver(callback: Row, change: Change): Promise<void> {
    const url = deliveryUrl(String(callback.values['url']), change);
    const body = JSON.stringify(this.#payload(callback, change));
    const key = createHash('sha256').update(this.signingKey, 'utf8').digest();
    const signature = createHmac('sha256', key).update(body, 'utf8').digest('base64');
    const sent = this.#tampered(body);
    // The twin goes out on its own: only the message id tells a receiver that it is the same one.
    if (this.#quirks.callbackTwice) await this.#attempt(callback, { url, body: sent, signature, attempt: 1 });
    for (let attempt = 1; ; attempt += 1) {
      const result = await this.#attempt(callback, { url, body: sent, signature, attempt });
      const delay = this.#retryMs[attempt - 1];
      if (typeof result !== 'number' || !RETRY_STATUSES.has(result) || delay === undefined) return;
      await this.#pause(delay);
      if (this.#abort.signal.aborted) return;
    }
  }

  /** One post, kept in the list of deliveries. */
  async #attempt(callback: Row, post: Pick<Delivery, 'url' | 'body' | 'signature' | 'attempt'>): Promise<number | 'error'> {
    const result = await this.#post(post.url, post.body, post.signature);
    if (this.#abort.signal.aborted) return result;
    this.deliveries.push({ callbackId: callback.id, ...post, result });
    if (this.deliveries.length > 500) this.deliveries.shift();
    this.#noteHealth(callback, typeof result === 'number' && result >= 200 && result < 300);
    return result;
  }

  #tampered(body: string): string {
    switch (this.#quirks.callbackTamper) {
      case 'none':
        return body;
      case 'byte':
        return body.replace('"Action":"', '"Action":" ');
      case 'spacing':
        return JSON.stringify(JSON.parse(body), null, 1);
    }
  }

  async #post(url: string, body: string, signature: string): Promise<number | 'error'> {
    try {
      const response = await fetch(url, {
        method: 'POST',
        body,
        redirect: 'manual',
        headers: { 'content-type': 'application/json', 'x-content-signature': signature },
        signal: AbortSignal.any([this.#abort.signal, AbortSignal.timeout(this.#timeoutMs)]),
      });
      await response.arrayBuffer();
      return response.status;
    } catch {
      // A receiver that is down is an ordinary outcome here; the vendor only counts it.
      return 'error';
    }
  }

  /** After three days without one success the vendor switches a callback off. */
  #noteHealth(callback: Row, isDelivered: boolean): void {
    if (isDelivered) {
      this.#failingSince.delete(callback.id);
      return;
    }
    const since = this.#failingSince.get(callback.id) ?? this.#store.clock();
    this.#failingSince.set(callback.id, since);
    if (this.#store.clock() - since >= THREE_DAYS_MS) callback.values['inactiveFlag'] = true;
  }

  #pause(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const done = () => {
        clearTimeout(timer);
        this.#timers.delete(timer);
        resolve();
      };
      const timer = setTimeout(done, ms);
      this.#timers.add(timer);
      this.#abort.signal.addEventListener('abort', done, { once: true });
    });
  }

  #payload(callback: Row, change: Change): Record<string, unknown> {
    const origin = typeof callback.values['_origin'] === 'string' ? callback.values['_origin'] : this.#origin();
    const entity = entityOf(change.entity);
    const { customFields: hidden, ...shown } = viewOf(
      { store: this.#store, base: `${origin}/${this.#codebase()}/apis/3.0` },
      entity,
      change.row,
    );
    void hidden;
    return {
      MessageId: randomUUID(),
      FromUrl: new URL(origin).host,
      CompanyId: this.#companyId,
      MemberId: change.actor,
      Action: change.action,
      Type: callback.values['type'],
      ID: change.row.id,
      ProductInstanceId: null,
      PartnerId: null,
      Entity: change.action === 'deleted' ? null : JSON.stringify(shown),
      Metadata: {
        key_url:
          this.#quirks.callbackKeyUrl ??
          `${origin}/${this.#codebase()}//system/callbackkey/index.rails?companyName=${this.#companyId}&id=${this.keyId}`,
      },
      CallbackObjectRecId: callback.id,
    };
  }
}

/** The guide's tip is to end the address with "recordId=": id and action are then simply appended. */
function deliveryUrl(url: string, change: Change): string {
  if (url.endsWith('=')) return `${url}${change.row.id}&action=${change.action}`;
  return `${url}${url.includes('?') ? '&' : '?'}id=${change.row.id}&action=${change.action}`;
}
