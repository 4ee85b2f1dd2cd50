import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gzipSync } from 'node:zlib';
import { afterEach, describe, expect, test } from 'vitest';
import { createRateLimiter } from '../rate-limit.ts';
import { createRecorder, type Recorder } from '../recorder.ts';
import { createHttpClient, type HttpClient, type HttpClientOptions } from './client.ts';

type Handler = (request: IncomingMessage, response: ServerResponse) => void;
interface Site {
  readonly origin: string;
  readonly seen: IncomingMessage[];
}

const servers: Server[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    server.close();
  }
});

async function site(handler: Handler): Promise<Site> {
  const seen: IncomingMessage[] = [];
  const server = createServer((request, response) => {
    seen.push(request);
    handler(request, response);
  });
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, seen };
}

function client(options: Partial<HttpClientOptions> = {}): HttpClient {
  return createHttpClient({ policy: { allowPrivateHosts: ['127.0.0.1'] }, signal: new AbortController().signal, ...options });
}

const CREDENTIALS = {
  Authorization: 'Basic c2VjcmV0',
  Cookie: 'session=1',
  'x-api-key': 'key-1',
  clientId: 'guid-1',
  'X-Custom': 'also mine',
};

describe('redirects', () => {
  test.each([301, 302, 303, 307, 308])('a %i to another origin takes no credential along', async (status) => {
    const other = await site((_request, response) => response.end('{}'));
    const first = await site((_request, response) => response.writeHead(status, { location: `${other.origin}/there` }).end());
    const answer = await client().request({ url: first.origin, headers: { ...CREDENTIALS, accept: 'text/plain' } });
    expect(answer.url).toBe(`${other.origin}/there`);
    const received = other.seen[0]?.headers ?? {};
    expect(received.accept).toBe('text/plain');
    for (const name of Object.keys(CREDENTIALS)) expect(received[name.toLowerCase()]).toBeUndefined();
  });

  test('within the origin they stay', async () => {
    const one = await site((request, response) =>
      request.url === '/a' ? response.writeHead(302, { location: '/b' }).end() : response.end('{}'),
    );
    await client().request({ url: `${one.origin}/a`, headers: CREDENTIALS });
    expect(one.seen[1]?.headers['x-api-key']).toBe('key-1');
  });

  test('a body never follows to another origin', async () => {
    const other = await site((_request, response) => response.end());
    const first = await site((_request, response) => response.writeHead(307, { location: other.origin }).end());
    await expect(client().request({ method: 'POST', url: first.origin, json: { secret: 1 } })).rejects.toMatchObject({
      code: 'redirect_with_body',
    });
    expect(other.seen).toHaveLength(0);
  });

  test('each hop is checked again: private target, foreign origin, other scheme, too many', async () => {
    const hidden = await site((_request, response) => response.end());
    const port = new URL(hidden.origin).port;
    const first = await site((request, response) => {
      const target = {
        '/private': `http://[::ffff:127.0.0.1]:${port}/`,
        '/file': 'file:///etc/passwd',
        '/loop': '/loop',
        '/foreign': hidden.origin,
      }[request.url ?? ''];
      response.writeHead(302, { location: target ?? '/' }).end();
    });
    const policy = { allowPrivateHosts: [new URL(first.origin).host] };
    const guarded = client({ policy });
    await expect(guarded.request({ url: `${first.origin}/private` })).rejects.toMatchObject({ code: 'address_not_allowed' });
    await expect(guarded.request({ url: `${first.origin}/file` })).rejects.toMatchObject({ code: 'address_not_allowed' });
    await expect(guarded.request({ url: `${first.origin}/loop` })).rejects.toMatchObject({ code: 'too_many_redirects' });
    await expect(client({ allowedOrigins: [first.origin] }).request({ url: `${first.origin}/foreign` })).rejects.toMatchObject({
      code: 'origin_not_allowed',
    });
    expect(hidden.seen).toHaveLength(0);
  });

  test('an account is bound to its origins, with a wildcard for the host only', async () => {
    const bound = client({ allowedOrigins: ['https://*.my.salesforce.com', 'https://login.example.com'] });
    for (const url of [
      'https://evil.com/.my.salesforce.com',
      'https://my.salesforce.com.evil.com',
      'http://a.my.salesforce.com',
      'https://a.my.salesforce.com:8443',
      'https://amy.salesforce.com',
    ])
      await expect(bound.request({ url })).rejects.toMatchObject({ code: 'origin_not_allowed' });
  });
});

describe('limits and failures', () => {
  test('a text that was cut in the middle of a character is not sent as another one', async () => {
    const { origin, seen } = await site((_request, response) => response.end());
    await expect(client().request({ method: 'POST', url: origin, body: 'a\ud83d' })).rejects.toMatchObject({
      class: 'invalid',
      code: 'body_malformed',
    });
    expect(seen).toEqual([]);
  });

  test('an answer above the cap is cut off, plain or compressed', async () => {
    const big = Buffer.alloc(300_000, 'a');
    const one = await site((request, response) =>
      request.url === '/gzip' ? response.writeHead(200, { 'content-encoding': 'gzip' }).end(gzipSync(big)) : response.end(big),
    );
    for (const path of ['/plain', '/gzip'])
      await expect(client().request({ url: one.origin + path, maxResponseBytes: 100_000 })).rejects.toMatchObject({
        code: 'response_too_large',
      });
    expect((await client().request({ url: `${one.origin}/gzip` })).text()).toHaveLength(300_000);
  });

  test('nobody listening is transient and certainly not applied', async () => {
    await expect(client().request({ method: 'POST', url: 'http://127.0.0.1:1025', json: {} })).rejects.toMatchObject({
      class: 'transient',
      code: 'ECONNREFUSED',
      outcomeUnknown: false,
    });
  });

  test('a connection that breaks after the request left: unknown for a POST, harmless for a GET', async () => {
    const one = await site((request) => request.socket.destroy());
    await expect(client().request({ method: 'POST', url: one.origin, json: {} })).rejects.toMatchObject({
      class: 'transient',
      outcomeUnknown: true,
    });
    await expect(client().request({ method: 'PATCH', url: one.origin, json: {}, repeatable: true })).rejects.toMatchObject({
      class: 'transient',
      outcomeUnknown: false,
    });
    await expect(client().request({ url: one.origin })).rejects.toMatchObject({ class: 'transient', outcomeUnknown: false });
    expect(one.seen).toHaveLength(3);
  });

  test('silence ends in a timeout, a stop in a cancellation', async () => {
    const one = await site(() => undefined);
    await expect(client().request({ method: 'POST', url: one.origin, json: {}, timeoutMs: 60 })).rejects.toMatchObject({
      class: 'transient',
      code: 'timeout',
      outcomeUnknown: true,
    });
    const stop = new AbortController();
    const pending = client({ signal: stop.signal }).request({ url: one.origin });
    stop.abort();
    await expect(pending).rejects.toMatchObject({ class: 'cancelled' });
  });

  test('it tells the answer and never repeats; a wait that was asked for stops the connection', async () => {
    const one = await site((_request, response) => response.writeHead(429, { 'retry-after': '30' }).end('{}'));
    const limiter = createRateLimiter({ perMinute: 600, concurrent: 4 });
    expect((await client({ limiter }).request({ url: one.origin })).status).toBe(429);
    await expect(client({ limiter }).request({ url: one.origin })).rejects.toMatchObject({ class: 'throttled', code: 'rate_limited' });
    expect(one.seen).toHaveLength(1);
  });
});

test('recordings hold what was sent and received, without any secret in any spelling', async () => {
  const secret = 'pa/ss+wörd 42';
  const learned = 'token-learned-later';
  const one = await site((_request, response) =>
    response
      .writeHead(200, { 'content-type': 'application/json', 'set-cookie': 'sid=abc' })
      .end(JSON.stringify({ access_token: learned, note: `you sent ${secret}`, name: 'Acme' })),
  );
  const recorder: Recorder = createRecorder({ secrets: [secret] });
  const http = client({ recorder });
  await http.request({
    method: 'POST',
    url: `${one.origin}/?key=${encodeURIComponent(secret)}&client_secret=other`,
    headers: { Authorization: 'Bearer x', 'X-Signature': Buffer.from(`id:${secret}`).toString('base64') },
    json: { name: 'Acme', password: 'by name', text: secret },
  });
  http.protect(learned);
  // For masking the outcome of the call as well.
  expect(recorder.learned()).toEqual([learned]);
  const all = JSON.stringify(recorder.exchanges());
  for (const leak of [
    secret,
    encodeURIComponent(secret),
    Buffer.from(secret).toString('base64').slice(2, -4),
    learned,
    'by name',
    'client_secret=other',
    'Bearer x',
    'sid=abc',
  ])
    expect(all).not.toContain(leak);
  expect(recorder.exchanges()[0]).toMatchObject({ method: 'POST', status: 200 });
  expect(recorder.exchanges()[0]?.requestBody).toContain('"name":"Acme"');
});

test('long bodies are cut in recordings and say so', async () => {
  const one = await site((_request, response) => response.writeHead(200, { 'content-type': 'text/plain' }).end('b'.repeat(5000)));
  const recorder = createRecorder({ maxBodyChars: 1000 });
  await client({ recorder }).request({ url: one.origin });
  expect(recorder.exchanges()[0]).toMatchObject({ responseTruncated: true });
  expect(recorder.exchanges()[0]?.responseBody).toHaveLength(1000);
});
