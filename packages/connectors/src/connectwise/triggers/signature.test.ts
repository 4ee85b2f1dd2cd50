import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createTestBench } from '@weft/connector-kit/testing';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { connectwise } from '../index.ts';
import { verifySignature } from './signature.ts';

const BODY = '{"Action":"updated"}';
/** Of signing key `secret-key` over BODY, computed by the published rule. */
const SIGNATURE = 'Hl3dztQHi2ZUoVjfCzb3OUF6EC7JRLZxaC0p++kzbBs=';

let server: Server;
let origin: string;
let asked = 0;
let needsLogin = false;

beforeAll(async () => {
  server = createServer((request, response) => {
    asked += 1;
    if (needsLogin && request.headers.authorization === undefined) return void response.writeHead(401).end();
    response.writeHead(200, { 'content-type': 'application/json' }).end('{"signing_key":"secret-key"}');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => server.close());
beforeEach(() => {
  asked = 0;
  needsLogin = false;
});

function verify(
  options: {
    body?: string;
    signature?: string;
    keyUrl?: unknown;
    context?: ReturnType<ReturnType<typeof createTestBench>['context']>;
  } = {},
): Promise<void> {
  const context =
    options.context ??
    createTestBench({
      connector: connectwise,
      values: { site: origin, companyId: 'acme', publicKey: 'p', privateKey: 'q', clientId: 'c' },
    }).context();
  const headers: Record<string, string> = options.signature === '' ? {} : { 'x-content-signature': options.signature ?? SIGNATURE };
  const request = { method: 'POST', path: '/', query: {}, headers, rawBody: new TextEncoder().encode(options.body ?? BODY) };
  return verifySignature(
    context,
    request,
    'keyUrl' in options ? options.keyUrl : `${origin}/v2025_1//system/callbackkey/index.rails?companyName=acme&id=1`,
  );
}

describe('the signature of a callback', () => {
  test('fits the published rule over the raw bytes, with or without a login for the key', async () => {
    await expect(verify()).resolves.toBeUndefined();
    needsLogin = true;
    await expect(verify()).resolves.toBeUndefined();
  });

  test.each([
    ['one byte changed', { body: '{"Action":"Updated"}' }],
    ['the same data written with another spacing', { body: '{"Action": "updated"}' }],
    ['none', { signature: '' }],
    ['that of another key', { signature: 'AAAAztQHi2ZUoVjfCzb3OUF6EC7JRLZxaC0p++kzbBs=' }],
  ])('%s is refused', async (_what, options) => {
    await expect(verify(options)).rejects.toMatchObject({ class: 'auth' });
  });

  test.each(['https://evil.example/key', 'http://127.0.0.1:1/key', 'http://169.254.169.254/latest', 'https://127.0.0.1/key', undefined, 7])(
    'a key at %s is never asked for',
    async (keyUrl) => {
      await expect(verify({ keyUrl })).rejects.toMatchObject({ class: 'auth', code: 'key_url_foreign' });
      expect(asked).toBe(0);
    },
  );

  test('the key is asked for once, and not again for every forgery', async () => {
    const context = createTestBench({
      connector: connectwise,
      values: { site: origin, companyId: 'acme', publicKey: 'p', privateKey: 'q', clientId: 'c' },
    }).context();
    await verify({ context });
    await verify({ context });
    for (let forgery = 0; forgery < 3; forgery += 1)
      await expect(verify({ context, body: 'x' })).rejects.toMatchObject({ code: 'signature_wrong' });
    expect(asked).toBe(1);
  });
});
