/** A small server that stands in for a vendor in tests: answers by a function, and can be disturbed. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { ServerAnswer, ServerFault } from './contract.ts';
import { fitsRequest } from './suite.ts';

/** A request as the stub sees it. */
export interface StubRequest {
  readonly method: string;
  /** Without the query. */
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: Readonly<Record<string, string | undefined>>;
  /** Parsed when it is JSON, else the text. */
  readonly body: unknown;
}

export interface StubOptions {
  /** Default a free one. */
  readonly port?: number;
  /** Epoch milliseconds, told in the `Date` of every answer. Default the clock. */
  readonly now?: () => number;
}

export interface Stub {
  readonly url: string;
  /** Everything that was asked, the oldest first. */
  readonly requests: readonly StubRequest[];
  disturb(fault: ServerFault): void;
  calm(): void;
  close(): Promise<void>;
}

/** Starts a stub on this machine. An answer without status is 200; a body that is no text is sent as JSON. */
export async function startStub(
  answer: (request: StubRequest) => Partial<ServerAnswer> | Promise<Partial<ServerAnswer>>,
  options: StubOptions = {},
): Promise<Stub> {
  const requests: StubRequest[] = [];
  let faults: { fault: ServerFault; left: number }[] = [];
  const take = (method: string, target: string): ServerFault | undefined => {
    const found = faults.find(({ fault }) => fitsRequest(fault.on ?? {}, method, target));
    if (found) found.left -= 1;
    faults = faults.filter(({ left }) => left > 0);
    return found?.fault;
  };
  const handle = async (message: IncomingMessage, response: ServerResponse): Promise<void> => {
    const request = await read(message);
    requests.push(request);
    const fault = take(request.method, message.url ?? '/');
    const given = fault === undefined || fault.answer === 'lost' ? await answer(request) : fault.answer;
    if (fault?.answer === 'lost') response.destroy();
    else send(response, given, options.now);
  };
  const server = createServer((message, response) => {
    handle(message, response).catch((error: unknown) => send(response, { status: 500, body: `The stub failed: ${String(error)}` }));
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port ?? 0, '127.0.0.1', resolve);
  });
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    disturb: (fault) => void faults.push({ fault, left: fault.times ?? 1 }),
    calm: () => void (faults = []),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function read(message: IncomingMessage): Promise<StubRequest> {
  const chunks: Buffer[] = [];
  for await (const chunk of message) chunks.push(chunk as Buffer);
  const url = new URL(message.url ?? '/', 'http://stub');
  const text = Buffer.concat(chunks).toString('utf8');
  const headers = message.headers as Record<string, string | undefined>;
  const isJson = headers['content-type']?.includes('json') === true;
  return { method: message.method ?? 'GET', path: url.pathname, query: url.searchParams, headers, body: isJson ? JSON.parse(text) : text };
}

function send(response: ServerResponse, answer: Partial<ServerAnswer>, now: () => number = Date.now): void {
  const { status = 200, headers = {}, body } = answer;
  const isText = typeof body === 'string';
  const type = body === undefined ? {} : { 'content-type': isText ? 'text/plain; charset=utf-8' : 'application/json' };
  response.writeHead(status, { date: new Date(now()).toUTCString(), ...type, ...headers });
  response.end(isText || body === undefined ? body : JSON.stringify(body));
}
