/**
 * The worker's internal HTTP server: one POST per method of `WorkerClient`, JSON both ways. Only processes that know the
 * internal secret are answered.
 */
import { createHash, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { ERROR_CLASSES, WeftError, invalid, notFound, toStoredError } from '@weft/errors';
import type { z } from 'zod';
import type { Logger } from '../logger.ts';
import { toTold } from '../runs/database-faults.ts';
import { SECRET_HEADER } from './client.ts';
import { createServer } from './http.ts';

/** A method: its argument's schema and what it does. */
export interface RpcMethod<Request = unknown> {
  readonly request: z.ZodType<Request>;
  handle(request: Request): Promise<unknown>;
}

/** Options of {@link startRpcServer}. */
export interface RpcServerOptions {
  readonly host: string;
  /** 0 takes a free one. */
  readonly port: number;
  readonly secret: string;
  readonly methods: Readonly<Record<string, RpcMethod>>;
  /** Told of the server before it listens, to take its upgrades. */
  readonly onServer?: (server: Server) => void;
  readonly log: Logger;
}

export interface RpcServer {
  readonly port: number;
  close(): Promise<void>;
}

/** A hook's body of 10 MB in base64, with room for the rest. */
const MAX_BODY_BYTES = 15 * 1024 * 1024;

/** Declares a method with the type of its argument taken from the schema. */
export function rpcMethod<Request>(request: z.ZodType<Request>, handle: (request: Request) => Promise<unknown>): RpcMethod {
  // The server parses with this very schema before it calls.
  return { request, handle: handle as (request: unknown) => Promise<unknown> };
}

/** Starts the server. */
export async function startRpcServer(options: RpcServerOptions): Promise<RpcServer> {
  const server = createServer((request, response) => {
    void answer(options, request, response);
  });
  options.onServer?.(server);
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port, options.host, resolve);
  });
  const { port } = server.address() as AddressInfo;
  return {
    port,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeIdleConnections();
      }),
  };
}

async function answer(options: RpcServerOptions, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const reply = (status: number, body: unknown): void => {
    response.writeHead(status, { 'content-type': 'application/json' });
    response.end(JSON.stringify(body));
  };
  if (request.method === 'GET' && request.url === '/health') return reply(200, { ok: true });
  if (!isInternal(request, options.secret))
    return reply(401, {
      ok: false,
      error: toStoredError(new WeftError({ class: 'auth', code: 'internal_secret', message: 'The internal secret is wrong.' })),
    });
  try {
    reply(200, { ok: true, result: (await call(options, request)) ?? null });
  } catch (thrown) {
    const error = toTold(thrown);
    if (ERROR_CLASSES[error.class].isOurFault) options.log.error('An internal call failed', { method: request.url, error });
    reply(ERROR_CLASSES[error.class].httpStatus, { ok: false, error: toStoredError(error) });
  }
}

async function call(options: RpcServerOptions, request: IncomingMessage): Promise<unknown> {
  const name = request.url?.match(/^\/rpc\/([A-Za-z]+)$/)?.[1];
  const method =
    name !== undefined && request.method === 'POST' && Object.hasOwn(options.methods, name) ? options.methods[name] : undefined;
  if (!method) throw notFound('method_unknown', 'There is no such internal method.');
  const parsed = method.request.safeParse(JSON.parse(await readBody(request)));
  if (!parsed.success)
    throw invalid(
      'request_invalid',
      `The request of ${name} is not valid.`,
      parsed.error.issues.map((issue) => ({ path: issue.path.join('.'), message: issue.message })),
    );
  return method.handle(parsed.data);
}

async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > MAX_BODY_BYTES) throw invalid('too_large', 'The internal request is too large.');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

/** Whether a request carries the internal secret. Compared as hashes: same length whatever was sent, and in constant time. */
export function isInternal(request: IncomingMessage, secret: string): boolean {
  const given = request.headers[SECRET_HEADER];
  if (typeof given !== 'string' || secret === '') return false;
  const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(given), digest(secret));
}
