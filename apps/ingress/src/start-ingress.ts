/**
 * The ingress: takes requests at hook addresses and turns them into durable runs. It has neither connector code nor keys.
 */
import type { AddressInfo } from 'node:net';
import Fastify from 'fastify';
import type { FastifyRequest } from 'fastify';
import { openDatabase } from '@weft/db';
import { WeftError, notFound, toStoredError, toWeftError } from '@weft/errors';
import { openQueue } from '@weft/queue';
import { createAnswerDesk, createAnswerReceiver, createHookReceiver, createWorkerClient, openWorkerLinks } from '@weft/runtime';
import type { HookHttpRequest, Logger, Running } from '@weft/runtime';

/** Options of {@link startIngress}. */
export interface IngressOptions {
  readonly databaseUrl: string;
  readonly redisUrl?: string;
  readonly workerUrl: string;
  readonly internalSecret: string;
  readonly host: string;
  /** 0 takes a free one. */
  readonly port: number;
  readonly log: Logger;
}

/** Largest body of a request. */
export const BODY_LIMIT_BYTES = 10 * 1024 * 1024;

/** Starts the ingress; resolves when it answers. */
export async function startIngress(options: IngressOptions): Promise<Running> {
  const { log } = options;
  const onError = (error: Error): void => log.warn('A connection broke', { error });
  const db = openDatabase({ url: options.databaseUrl, max: 8, applicationName: 'weft-ingress', onError });
  const queue = await openQueue({ databaseUrl: options.databaseUrl, ...(options.redisUrl ? { redisUrl: options.redisUrl } : {}), onError });
  const worker = createWorkerClient({ url: options.workerUrl, secret: options.internalSecret, timeoutMs: 25_000 });
  const answers = createAnswerDesk({ db, log });
  const links = openWorkerLinks({ db, secret: options.internalSecret, log, onAnswers: answers.deliver });
  const receive = createHookReceiver({ db, queue, worker, links, answers, log, now: Date.now });
  const receiveAnswer = createAnswerReceiver({ db, queue, log, now: Date.now });

  const app = Fastify({ bodyLimit: BODY_LIMIT_BYTES, trustProxy: true, logger: false });
  // The bytes are kept as they came: signatures are over bytes, and what says it is JSON need not be.
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body));
  app.get('/health', async () => ({ ok: true }));
  app.get('/ready', async (_request, reply) => {
    try {
      await db.pool.query('SELECT 1');
      return { ok: true };
    } catch {
      return reply.code(503).send({ ok: false, reason: 'The database does not answer.' });
    }
  });
  app.all('/hooks/:token', async (request: FastifyRequest<{ Params: { token: string } }>, reply) => {
    const answer = await receive(request.params.token, hookRequest(request));
    return reply
      .code(answer.status)
      .headers(answer.headers ?? {})
      .send(answer.body);
  });
  app.all('/resume/:token', async (request: FastifyRequest<{ Params: { token: string } }>, reply) => {
    const answer = await receiveAnswer(request.params.token, hookRequest(request));
    return reply
      .code(answer.status)
      .headers({ ...answer.headers, 'cache-control': 'no-store', 'referrer-policy': 'no-referrer' })
      .send(answer.body);
  });
  app.setNotFoundHandler((_request, reply) =>
    reply.code(404).send({ error: toStoredError(notFound('not_found', 'There is nothing here. Hooks are at /hooks/…')) }),
  );
  app.setErrorHandler((thrown, _request, reply) => {
    const { statusCode } = thrown as { statusCode?: number };
    if (statusCode === 413) return reply.code(413).send({ error: toStoredError(tooLarge()) });
    if (statusCode === undefined || statusCode >= 500) log.error('A request failed', { error: thrown });
    return reply.code(statusCode ?? 500).send({ error: toStoredError(toWeftError(thrown)) });
  });
  await app.listen({ host: options.host, port: options.port });
  // A server that listens on a host and a port has such an address.
  const { port } = app.server.address() as AddressInfo;
  log.info('Ingress started', { port, queue: queue.backend });
  return {
    port,
    close: async () => {
      answers.close();
      await app.close();
      links.close();
      await queue.close();
      await db.close();
      log.info('Ingress ended');
    },
  };
}

function tooLarge(): WeftError {
  return new WeftError({
    class: 'invalid',
    code: 'too_large',
    message: `The body is larger than ${BODY_LIMIT_BYTES / 1024 / 1024} MB, the most a hook takes. Send a reference to the data instead.`,
  });
}

function hookRequest(request: FastifyRequest): HookHttpRequest {
  const url = new URL(request.url, 'http://hook');
  const headers = Object.entries(request.headers).flatMap(([name, value]) =>
    value === undefined ? [] : [[name, Array.isArray(value) ? value.join(', ') : value] as const],
  );
  return {
    method: request.method,
    path: url.pathname,
    query: Object.fromEntries(url.searchParams),
    headers: Object.fromEntries(headers),
    rawBody: Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0),
  };
}
