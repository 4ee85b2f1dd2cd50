import { channel } from 'node:diagnostics_channel';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { faultBody, type Fault, type Faults, type Vendor } from './faults.ts';
import { readBody, type ApiReply, type ApiRequest } from './http.ts';

/** One line of the request log. `status` is 0 when the connection was cut or left hanging. */
export interface LoggedRequest {
  vendor: Vendor | 'demo';
  method: string;
  /** Path with query. */
  path: string;
  status: number;
  /** Epoch milliseconds. */
  at: number;
}

const LOG_SIZE = 1000;

/** Told of every answer to a vendor's client, body and all; a connection that was cut has status 0. */
const answered = channel('weft-sandbox:answer');

/** What is told on that channel. */
export interface Answered {
  method: string;
  /** Path with query. */
  path: string;
  status: number;
  body?: unknown;
  text?: string;
}

/** What the server hands requests to. */
export interface Handlers {
  connectwise: { owns(path: string): boolean; handle(request: ApiRequest): ApiReply | Promise<ApiReply> };
  salesforce: { owns(path: string): boolean; handle(request: ApiRequest): ApiReply | Promise<ApiReply> };
  /** Everything else; undefined means not found. May take the response over for a stream. */
  demo(request: ApiRequest, response: ServerResponse): ApiReply | 'taken' | undefined;
}

/** One HTTP server for both vendors and the demo pages: routes by path, injects faults, keeps the log. */
export class SandboxServer {
  readonly requests: LoggedRequest[] = [];
  readonly #http: Server;
  readonly #handlers: Handlers;
  readonly #faults: Faults;
  readonly #publicUrl: string | undefined;
  readonly #clock: () => number;
  readonly #waiting = new Map<NodeJS.Timeout, () => void>();

  constructor(resources: { handlers: Handlers; faults: Faults; publicUrl: string | undefined; clock: () => number }) {
    this.#handlers = resources.handlers;
    this.#faults = resources.faults;
    this.#publicUrl = resources.publicUrl?.replace(/\/$/, '');
    this.#clock = resources.clock;
    this.#http = createServer((message, response) => {
      this.#answer(message, response).catch((error: unknown) => this.#fail(response, error));
    });
  }

  listen(port: number, host: string): Promise<number> {
    return new Promise((resolve, reject) => {
      this.#http.once('error', reject);
      this.#http.listen(port, host, () => {
        const address = this.#http.address();
        resolve(typeof address === 'object' && address ? address.port : port);
      });
    });
  }

  close(): Promise<void> {
    for (const [timer, release] of this.#waiting) {
      clearTimeout(timer);
      release();
    }
    this.#waiting.clear();
    return new Promise((resolve) => {
      this.#http.close(() => resolve());
      this.#http.closeAllConnections();
    });
  }

  async #answer(message: IncomingMessage, response: ServerResponse): Promise<void> {
    const target = message.url ?? '/';
    const cut = target.indexOf('?');
    const request: ApiRequest = {
      method: message.method ?? 'GET',
      // Not parsed as a URL: the double slash of the callback key address has to survive.
      path: cut < 0 ? target : target.slice(0, cut),
      query: new URLSearchParams(cut < 0 ? '' : target.slice(cut + 1)),
      headers: message.headers,
      body: await readBody(message),
      origin: this.#publicUrl ?? `http://${message.headers.host ?? 'localhost'}`,
    };
    const vendor = this.#handlers.connectwise.owns(request.path)
      ? 'connectwise'
      : this.#handlers.salesforce.owns(request.path)
        ? 'salesforce'
        : 'demo';
    const log: LoggedRequest = { vendor, method: request.method, path: target, status: 0, at: Date.now() };
    if (vendor === 'demo') {
      const reply = this.#handlers.demo(request, response);
      if (reply !== 'taken') this.#send(response, reply ?? { status: 404, body: { message: 'Not found' } });
      return;
    }
    this.requests.push(log);
    if (this.requests.length > LOG_SIZE) this.requests.shift();
    const fault = this.#faults.take({ vendor, method: request.method, target });
    if (fault && (await this.#disturb(fault, { request, response, log, vendor })) === 'done') return;
    const reply = await this.#handlers[vendor].handle(request);
    log.status = reply.status;
    tell(log, reply);
    this.#send(response, reply);
  }

  async #disturb(
    fault: Fault,
    given: { request: ApiRequest; response: ServerResponse; log: LoggedRequest; vendor: Vendor },
  ): Promise<'done' | 'proceed'> {
    const { response, log } = given;
    switch (fault.kind) {
      case 'slow':
        await this.#wait(fault.delayMs ?? 3000);
        return 'proceed';
      case 'status':
        if (fault.delayMs) await this.#wait(fault.delayMs);
        log.status = fault.status ?? 503;
        tell(log, { body: faultBody(fault) });
        this.#send(response, {
          status: log.status,
          body: faultBody(fault),
          ...(fault.retryAfter === undefined ? {} : { headers: { 'retry-after': String(fault.retryAfter) } }),
        });
        return 'done';
      case 'hang-after-apply':
        await this.#handlers[given.vendor].handle(given.request);
        await this.#wait(fault.delayMs ?? 600_000);
        tell(log, {});
        response.destroy();
        return 'done';
      case 'hang':
        await this.#wait(fault.delayMs ?? 600_000);
        tell(log, {});
        response.destroy();
        return 'done';
      case 'reset-before':
        tell(log, {});
        response.destroy();
        return 'done';
      case 'reset-after-apply':
        await this.#handlers[given.vendor].handle(given.request);
        tell(log, {});
        response.destroy();
        return 'done';
    }
  }

  #wait(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(() => {
        this.#waiting.delete(timer);
        resolve();
      }, ms);
      this.#waiting.set(timer, resolve);
    });
  }

  #send(response: ServerResponse, reply: ApiReply): void {
    if (response.destroyed) return;
    // The vendor's clock: who watches for changes goes by it.
    const headers: Record<string, string> = { date: new Date(this.#clock()).toUTCString(), ...reply.headers };
    const text = reply.body === undefined ? reply.text : JSON.stringify(reply.body);
    if (reply.body !== undefined) headers['content-type'] = 'application/json; charset=utf-8';
    response.writeHead(reply.status, headers);
    response.end(text);
  }

  #fail(response: ServerResponse, error: unknown): void {
    // A bug of ours: shown whole, because whoever runs a sandbox wants to see it.
    if (response.headersSent) response.destroy();
    else
      this.#send(response, {
        status: 500,
        body: { code: 'SandboxBug', message: error instanceof Error ? (error.stack ?? error.message) : String(error) },
      });
  }
}

function tell(log: LoggedRequest, reply: Pick<ApiReply, 'body' | 'text'>): void {
  if (!answered.hasSubscribers) return;
  const { method, path, status } = log;
  answered.publish({ method, path, status, ...reply } satisfies Answered);
}
