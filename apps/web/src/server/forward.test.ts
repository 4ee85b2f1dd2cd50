import { createServer, request as httpRequest } from 'node:http';
import type { IncomingHttpHeaders, RequestListener, Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, it } from 'vitest';
import { forward } from './forward.ts';

const servers: Server[] = [];
afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => new Promise((resolve) => (server.closeAllConnections(), server.close(resolve)))));
});

async function listen(handler: RequestListener): Promise<string> {
  const server = createServer(handler);
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

it('passes bytes, method, path and status through, and keeps the session to itself', async () => {
  const seen: { method?: string; url?: string; headers?: IncomingHttpHeaders; body?: Buffer } = {};
  const target = await listen((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      Object.assign(seen, { method: request.method, url: request.url, headers: request.headers, body: Buffer.concat(chunks) });
      response.writeHead(202, { 'x-answer': 'yes' }).end('accepted');
    });
  });
  const front = await listen((request, response) => forward({ request, response, target }));
  const bytes = Buffer.from([0, 255, 10, 13, 128]);

  const answer = await fetch(`${front}/hooks/abc?x=1`, {
    method: 'POST',
    body: bytes,
    headers: { cookie: 'session=1', 'x-signature': 's' },
  });

  expect([answer.status, answer.headers.get('x-answer'), await answer.text()]).toEqual([202, 'yes', 'accepted']);
  expect(seen.method).toBe('POST');
  expect(seen.url).toBe('/hooks/abc?x=1');
  expect(seen.body).toEqual(bytes);
  expect(seen.headers?.['x-signature']).toBe('s');
  expect(seen.headers?.cookie).toBeUndefined();
});

it('hands an event stream on while it is still open', async () => {
  let push: (text: string) => void = () => undefined;
  const target = await listen((_request, response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    response.flushHeaders();
    push = (text) => void response.write(text);
  });
  const front = await listen((request, response) => forward({ request, response, target }));
  const first = await new Promise<string>((resolve, reject) => {
    httpRequest(`${front}/demo/events`, (answer) => {
      answer.once('data', (chunk: Buffer) => resolve(chunk.toString()));
      push('data: one\n\n');
    })
      .on('error', reject)
      .end();
  });
  expect(first).toBe('data: one\n\n');
});

it('answers 503 with words when the other side is down', async () => {
  const front = await listen((request, response) => forward({ request, response, target: 'http://127.0.0.1:1' }));
  const answer = await fetch(`${front}/hooks/abc`);
  expect(answer.status).toBe(503);
  expect(await answer.json()).toMatchObject({ error: { class: 'transient', code: 'unavailable' } });
});
