import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createTestBench } from '@weft/connector-kit/testing';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { http } from './index.ts';

let server: Server;
let origin: string;
let seen: { method: string | undefined; url: string | undefined; headers: Record<string, unknown>; body: string }[] = [];

beforeAll(async () => {
  server = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk: Buffer) => (body += chunk.toString()));
    request.on('end', () => {
      seen.push({ method: request.method, url: request.url, headers: request.headers, body });
      if (request.url === '/missing')
        return response.writeHead(404, { 'content-type': 'application/json' }).end('{"error":{"message":"no such order"}}');
      if (request.url === '/text') return response.writeHead(200, { 'content-type': 'text/plain' }).end('{"a":1}');
      if (request.url === '/secret' && request.headers['x-api-key'] !== 'key-1234') return response.writeHead(401).end();
      response.writeHead(200, { 'content-type': 'application/problem+json; charset=utf-8' }).end('{"ok":true}');
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => server.close());

describe('http', () => {
  const open = createTestBench({ connector: http });

  test('query, headers and body arrive as given', async () => {
    seen = [];
    await open.run('request', {
      url: `${origin}/orders?a=1`,
      query: [{ key: 'b', value: 'x y' }],
      headers: { 'X-Trace': 7 },
      body: { n: 1 },
    });
    await open.run('request', { url: `${origin}/orders`, method: 'PUT', body: 'plain' });
    expect(seen[0]).toMatchObject({
      method: 'POST',
      url: '/orders?a=1&b=x+y',
      body: '{"n":1}',
      headers: { 'x-trace': '7', 'content-type': 'application/json' },
    });
    expect(seen[1]).toMatchObject({ method: 'PUT', body: 'plain' });
  });

  test('answers are read by what they say they are, unless told otherwise', async () => {
    expect(await open.run('get', { url: `${origin}/x` })).toMatchObject({ status: 200, body: { ok: true } });
    expect(await open.run('get', { url: `${origin}/text` })).toMatchObject({ body: '{"a":1}' });
    expect(await open.run('get', { url: `${origin}/text`, answer: 'json' })).toMatchObject({ body: { a: 1 } });
  });

  test('an error answer fails the step with the words of the service, or is given when wanted', async () => {
    await expect(open.run('get', { url: `${origin}/missing` })).rejects.toMatchObject({
      class: 'notFound',
      message: expect.stringContaining('no such order'),
    });
    expect(await open.run('get', { url: `${origin}/missing`, acceptErrors: true })).toMatchObject({ status: 404 });
  });

  test('credentials stay with their site', async () => {
    const bench = createTestBench({ connector: http, values: { site: origin, headerName: 'X-Api-Key', headerValue: 'key-1234' } });
    expect(await bench.run('get', { url: `${origin}/secret` })).toMatchObject({ status: 200 });
    await expect(bench.run('get', { url: 'https://example.com/' })).rejects.toMatchObject({ code: 'origin_not_allowed' });
    expect(JSON.stringify(bench.exchanges())).not.toContain('key-1234');
  });

  test('addresses of this machine are refused without permission', async () => {
    const guarded = createTestBench({ connector: http, allowPrivateHosts: [] });
    await expect(guarded.run('get', { url: `${origin}/x` })).rejects.toMatchObject({ class: 'invalid', code: 'address_not_allowed' });
  });
});
