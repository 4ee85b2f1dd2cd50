import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { needsReconnect } from '@weft/connector-kit';
import { createTestBench, startStub, type Stub } from '@weft/connector-kit/testing';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { http } from './index.ts';

let api: Stub;
let next: Parameters<Stub['disturb']>[0]['answer'];
/** Breaks connections in ways an answer cannot. */
let raw: Server;
let handle: (request: IncomingMessage, response: ServerResponse) => void;
let rawUrl: string;

beforeAll(async () => {
  api = await startStub(() => (next === 'lost' ? {} : next));
  raw = createServer((request, response) => handle(request, response));
  await new Promise<void>((resolve) => raw.listen(0, '127.0.0.1', resolve));
  rawUrl = `http://127.0.0.1:${(raw.address() as AddressInfo).port}`;
});
afterAll(async () => {
  await api.close();
  raw.closeAllConnections();
  raw.close();
});

const open = createTestBench({ connector: http });
const host = () => new URL(api.url).host;
const get = () => open.run('get', { url: `${api.url}/orders/7?token=in-the-query` });
const post = (more: Record<string, unknown> = {}) =>
  open.run('request', { url: `${api.url}/orders`, bodyKind: 'json', body: { n: 1 }, ...more });

describe('an error answer is one sentence with what was called, the status and the service’s own words', () => {
  test.each([
    [400, { error: { code: 'E1', message: 'sku is unknown' } }, 'invalid', 'sku is unknown.'],
    [400, { error: 'invalid_request', error_description: 'The sku is missing' }, 'invalid', 'The sku is missing.'],
    [
      422,
      {
        errors: [
          { field: 'email', message: 'is taken' },
          { field: 'name', message: 'is empty' },
        ],
      },
      'invalid',
      'email: is taken; name: is empty.',
    ],
    [422, { errors: { email: ['is taken'], name: ['is empty'] } }, 'invalid', 'email: is taken; name: is empty.'],
    [422, { title: 'Not valid', detail: 'Age must be positive.' }, 'invalid', 'Age must be positive.'],
    [400, [{ message: 'first', errorCode: 'A' }, { message: 'second' }], 'invalid', 'first; second.'],
    [400, { fault: { faultstring: 'unseen', description: 'Bad key' } }, 'invalid', 'Bad key.'],
    [403, 'You may not do that', 'auth', 'You may not do that.'],
    [409, { message: 'exists already!' }, 'conflict', 'exists already!'],
    [410, { reason: 'moved on' }, 'notFound', 'moved on.'],
    [415, { unrelated: 1 }, 'invalid', undefined],
    [500, { message: { nested: { message: 'deep down' } } }, 'transient', undefined],
  ])('%i %j', async (status, body, kind, words) => {
    next = { status, body };
    const error = (await get().catch((thrown: unknown) => thrown)) as { message: string; class: string; detail: unknown };
    expect(error.class).toBe(kind);
    const start = `${host()} answered ${status} for GET /orders/7`;
    expect(error.message).toBe(words === undefined ? `${start}.` : `${start}: ${words}`);
    expect(error.detail).toEqual({ status, body });
    expect(error.message).not.toContain('in-the-query');
  });

  test('a 401 tells whether an account is missing or wrong', async () => {
    next = { status: 401, body: '' };
    await expect(get()).rejects.toMatchObject({
      class: 'auth',
      message: `${host()} answered 401 for GET /orders/7. It may need an account: choose one.`,
      detail: { status: 401, body: '' },
    });
    const bench = createTestBench({ connector: http, values: { site: api.url, token: 'wrong-token' } });
    for (const [operation, input] of [
      ['get', {}],
      ['getAll', {}],
      ['request', { method: 'POST' }],
    ] as const)
      await expect(bench.run(operation, { url: `${api.url}/x`, ...input })).rejects.toMatchObject({
        class: 'auth',
        outcomeUnknown: false,
        message: expect.stringContaining('Check the account of this step.'),
        detail: { status: 401, reconnect: true },
      });
  });

  test('a 403 is about what was asked for: the account goes on being used', async () => {
    next = { status: 403, body: '' };
    const bench = createTestBench({ connector: http, values: { site: api.url, token: 'good-token' } });
    const error: unknown = await bench.run('get', { url: `${api.url}/x` }).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ class: 'auth', detail: { status: 403 } });
    expect(needsReconnect(error)).toBe(false);
  });

  test('a web page is told by its title, and shown as its text', async () => {
    next = {
      status: 502,
      headers: { 'content-type': 'text/html; charset=utf-8' },
      body: '<!doctype html><html><head><title>502 Bad&nbsp;Gateway</title><style>p{color:red}</style></head><body><script>evil()</script><h1>Bad gateway</h1><p>nginx &amp; co</p></body></html>',
    };
    await expect(get()).rejects.toMatchObject({
      class: 'transient',
      message: `${host()} answered 502 for GET /orders/7: it sent a web page, “502 Bad Gateway”.`,
      detail: { status: 502, body: '502 Bad Gateway Bad gateway nginx & co' },
    });
    next = { status: 404, headers: { 'content-type': 'text/plain' }, body: '<html><body>no title</body></html>' };
    await expect(get()).rejects.toMatchObject({
      class: 'notFound',
      message: expect.stringContaining('it sent a web page instead of data'),
    });
  });

  test('a hostile page costs no time and little room', async () => {
    next = { status: 500, headers: { 'content-type': 'text/html' }, body: '<script'.repeat(500_000) };
    const started = performance.now();
    const error = (await get().catch((thrown: unknown) => thrown)) as { detail: unknown };
    expect(performance.now() - started).toBeLessThan(2000);
    expect(JSON.stringify(error.detail).length).toBeLessThan(5000);
  });

  test('the wait a service names is kept', async () => {
    next = { status: 429, headers: { 'retry-after': '7' }, body: { message: 'Too fast' } };
    await expect(post()).rejects.toMatchObject({ class: 'throttled', retryAfterMs: 7000, outcomeUnknown: false });
  });

  test('when wanted, the answer is given instead', async () => {
    next = { status: 503, body: { message: 'later' } };
    expect(await post({ acceptErrors: true })).toMatchObject({ status: 503, body: { message: 'later' } });
  });

  test('JSON that is broken in an answer that went well is told', async () => {
    next = { status: 200, headers: { 'content-type': 'application/json' }, body: '{"a":' };
    await expect(get()).rejects.toMatchObject({
      code: 'not_json',
      message: expect.stringContaining(`${host()} answered 200 with something other than JSON`),
    });
  });
});

describe('an outcome nobody knows', () => {
  test.each([
    [500, true],
    [502, true],
    [504, true],
    [524, true],
    [501, false],
    [503, false],
    [429, false],
    [400, false],
  ])('a POST answered %i: %s', async (status, outcomeUnknown) => {
    next = { status, body: {} };
    await expect(post()).rejects.toMatchObject({ outcomeUnknown });
    await expect(post({ method: 'PATCH' })).rejects.toMatchObject({ outcomeUnknown });
    // Twice equals once, by its method or because a person says so.
    for (const more of [
      { method: 'PUT' },
      { method: 'DELETE' },
      { method: 'GET' },
      { isRepeatable: true },
      { keyHeader: 'Idempotency-Key' },
    ])
      await expect(post(more)).rejects.toMatchObject({ outcomeUnknown: false });
  });

  test.each([
    ['cut before the answer', (_: IncomingMessage, response: ServerResponse) => response.destroy()],
    [
      'cut in the middle of the answer',
      (_: IncomingMessage, response: ServerResponse) => {
        response.writeHead(200, { 'content-type': 'application/json', 'content-length': '100' });
        response.write('{"a"', () => response.destroy());
      },
    ],
  ])('a connection %s', async (_name, breakIt) => {
    handle = (request, response) => void request.resume().on('end', () => breakIt(request, response));
    const send = (more: object) => open.run('request', { url: `${rawUrl}/orders`, body: { n: 1 }, ...more });
    await expect(send({})).rejects.toMatchObject({
      class: 'transient',
      outcomeUnknown: true,
      message: expect.stringContaining(new URL(rawUrl).host),
    });
    await expect(send({ isRepeatable: true })).rejects.toMatchObject({ class: 'transient', outcomeUnknown: false });
    await expect(open.run('get', { url: rawUrl })).rejects.toMatchObject({ class: 'transient', outcomeUnknown: false });
  });

  test('a service that does not answer in time', async () => {
    handle = () => undefined;
    const send = (more: object) => open.run('request', { url: `${rawUrl}/orders`, timeoutSeconds: 1, ...more });
    const [blind, repeatable] = await Promise.allSettled([send({}), send({ method: 'GET' })]);
    expect(blind).toMatchObject({
      reason: { class: 'transient', code: 'timeout', outcomeUnknown: true, message: `${new URL(rawUrl).host} did not answer within 1 s.` },
    });
    expect(repeatable).toMatchObject({ reason: { code: 'timeout', outcomeUnknown: false } });
  });

  test('what never left this machine has not happened', async () => {
    const closed = `http://127.0.0.1:${await freePort()}`;
    await expect(open.run('request', { url: closed, body: {} })).rejects.toMatchObject({
      class: 'transient',
      code: 'ECONNREFUSED',
      outcomeUnknown: false,
    });
    await expect(post({ headers: { 'x-note': 'two\nlines' } })).rejects.toMatchObject({ class: 'invalid', outcomeUnknown: false });
  });
});

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

test('how a step may be repeated hangs on its method and on what a person says', () => {
  const { safetyOf } = http.operations.find(({ id }) => id === 'request') as { safetyOf(input: unknown): string };
  expect(
    [
      {},
      { method: 'POST' },
      { method: 'PATCH' },
      { method: 'GET' },
      { method: 'PUT' },
      { isRepeatable: true },
      { keyHeader: 'K' },
      { keyHeader: ' ' },
      undefined,
    ].map((input) => safetyOf(input)),
  ).toEqual(['blind', 'blind', 'blind', 'read', 'idempotent', 'idempotent', 'idempotent', 'blind', 'blind']);
});

test('the key against doubles is the same for all tries of a step', async () => {
  next = { status: 200, body: {} };
  const before = api.requests.length;
  for (const attempt of [1, 2])
    await open.run(
      'request',
      { url: `${api.url}/orders`, keyHeader: 'Idempotency-Key' },
      { idempotencyKey: 'step-1', mayHaveHappened: attempt > 1 },
    );
  expect(api.requests.slice(before).map(({ headers }) => headers['idempotency-key'])).toEqual(['step-1', 'step-1']);
});
