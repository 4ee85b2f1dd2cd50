import { randomBytes } from 'node:crypto';
import { isObject, type ApiReply, type ApiRequest, type Json } from '../../http.ts';
import { bearerOf } from '../bearer.ts';
import type { Sessions } from '../sessions.ts';
import { isOn, type ChangeEvents } from './change-events.ts';

/** How long a connect waits for something to tell. */
const HOLD_MS = 40_000;
const ADVICE = { interval: 0, timeout: 110_000, reconnect: 'retry' };

interface Client {
  id: string;
  subscriptions: Set<string>;
  queue: Json[];
  /** Ends the connect that is waiting, if one is. */
  wake: (() => void) | undefined;
}

type Handler = (message: Json, client: Client | undefined, isAlone: boolean) => Json | Promise<Json>;

/** /cometd/{version}: Bayeux over long polling, as far as faye and the Salesforce clients use it. */
export class CometD {
  readonly #clients = new Map<string, Client>();
  readonly #events: ChangeEvents;
  readonly #sessions: Sessions;
  readonly #timers = new Set<NodeJS.Timeout>();
  readonly #handlers: Readonly<Record<string, Handler>> = {
    '/meta/handshake': () => this.#handshake(),
    '/meta/connect': (_message, client, isAlone) => (client ? this.#connect(client, isAlone) : unknownClient()),
    '/meta/subscribe': (message, client) => (client ? this.#subscribe(message, client) : unknownClient()),
    '/meta/unsubscribe': (message, client) => {
      client?.subscriptions.delete(String(message['subscription']));
      return { successful: client !== undefined, subscription: message['subscription'] };
    },
    '/meta/disconnect': (_message, client) => {
      if (client) {
        this.#clients.delete(client.id);
        client.wake?.();
      }
      return { successful: client !== undefined };
    },
  };

  constructor(events: ChangeEvents, sessions: Sessions) {
    this.#events = events;
    this.#sessions = sessions;
    events.onEvent((event) => {
      for (const client of this.#clients.values()) {
        for (const channel of client.subscriptions) if (isOn(event, channel)) client.queue.push({ data: event.data, channel });
        if (client.queue.length > 0) client.wake?.();
      }
    });
  }

  /** Lets every waiting connect go. */
  close(): void {
    for (const timer of this.#timers) clearTimeout(timer);
    for (const client of this.#clients.values()) client.wake?.();
    this.#clients.clear();
  }

  async handle(request: ApiRequest): Promise<ApiReply> {
    const messages = readMessages(request.body);
    if (!messages) return { status: 400, text: 'Invalid JSON' };
    const isSignedIn = this.#sessions.find(bearerOf(request) ?? '') !== undefined;
    const replies: Json[] = [];
    for (const message of messages) {
      const channel = String(message['channel']);
      const client = this.#clients.get(String(message['clientId']));
      const shared = { channel, ...(message['id'] === undefined ? {} : { id: message['id'] }), ...(client ? { clientId: client.id } : {}) };
      const handler = this.#handlers[channel];
      const answer = !isSignedIn
        ? notSignedIn(channel)
        : handler
          ? await handler(message, client, messages.length === 1)
          : { successful: false, error: '403::Publishing is not allowed' };
      replies.push(...(client?.queue.splice(0) ?? []), { ...shared, ...answer });
    }
    return { status: 200, body: replies };
  }

  #handshake(): Json {
    const client: Client = { id: randomBytes(14).toString('hex'), subscriptions: new Set(), queue: [], wake: undefined };
    this.#clients.set(client.id, client);
    return {
      ext: { replay: true, 'payload.format': true },
      minimumVersion: '1.0',
      version: '1.0',
      clientId: client.id,
      supportedConnectionTypes: ['long-polling'],
      successful: true,
    };
  }

  /** Waits, unless other messages came in the same request: their answers must not wait with it. */
  async #connect(client: Client, isAlone: boolean): Promise<Json> {
    client.wake?.();
    if (client.queue.length === 0 && isAlone) await this.#wait(client);
    return { successful: true, advice: ADVICE };
  }

  #wait(client: Client): Promise<void> {
    return new Promise((resolve) => {
      const wake = () => {
        clearTimeout(timer);
        this.#timers.delete(timer);
        if (client.wake === wake) client.wake = undefined;
        resolve();
      };
      const timer = setTimeout(wake, HOLD_MS);
      this.#timers.add(timer);
      client.wake = wake;
    });
  }

  #subscribe(message: Json, client: Client): Json {
    const subscription = String(message['subscription']);
    if (!this.#events.isChannel(subscription)) return { successful: false, subscription, error: `404::Unknown channel: ${subscription}` };
    const ext = isObject(message['ext']) ? message['ext'] : {};
    const replay = isObject(ext['replay']) ? Number(ext['replay'][subscription] ?? -1) : -1;
    const missed = this.#events.after(subscription, replay);
    if (!missed)
      return {
        successful: false,
        subscription,
        error: `400::The replayId {${replay}} you provided was invalid.  Please provide a valid ID, -2 to replay all events, or -1 to replay only new events.`,
      };
    client.subscriptions.add(subscription);
    client.queue.push(...missed.map((event) => ({ data: event.data, channel: subscription })));
    if (client.queue.length > 0) client.wake?.();
    return { successful: true, subscription };
  }
}

function unknownClient(): Json {
  return { successful: false, error: '403::Unknown client', advice: { interval: 0, reconnect: 'handshake' } };
}

function notSignedIn(channel: string): Json {
  return {
    ext: { sfdc: { failureReason: '401::Authentication invalid' }, replay: true },
    advice: { reconnect: 'none' },
    successful: false,
    error: channel === '/meta/handshake' ? '403::Handshake denied' : '401::Authentication invalid',
  };
}

function readMessages(body: string): Json[] | undefined {
  try {
    const value: unknown = JSON.parse(body);
    return (Array.isArray(value) ? value : [value]).filter(isObject);
  } catch {
    return undefined;
  }
}
