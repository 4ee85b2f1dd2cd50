import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { request } from 'undici';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { isPublicAddress } from './addresses.ts';
import { checkUrl, createGuardedAgent } from './egress.ts';

const CLOSED = { allowPrivateHosts: [] };

/** Ways to write an address of this machine or of an internal service. */
const FORMS = [
  'http://127.0.0.1:PORT/',
  'http://2130706433:PORT/',
  'http://0x7f000001:PORT/',
  'http://0x7f.1:PORT/',
  'http://017700000001:PORT/',
  'http://127.1:PORT/',
  'http://0:PORT/',
  'http://0.0.0.0:PORT/',
  'http://127.0.0.1.:PORT/',
  'http://①②⑦.⓪.⓪.①:PORT/',
  'http://１２７.０.０.１:PORT/',
  'http://[::1]:PORT/',
  'http://[::]:PORT/',
  'http://[::ffff:127.0.0.1]:PORT/',
  'http://[::ffff:7f00:1]:PORT/',
  'http://[::127.0.0.1]:PORT/',
  'http://[64:ff9b::7f00:1]:PORT/',
  'http://[2002:7f00:1::]:PORT/',
  'http://[fd00:ec2::254]:PORT/',
  'http://[fe80::1]:PORT/',
  'http://100.64.0.1:PORT/',
  'http://100.100.100.200:PORT/',
  'http://169.254.169.254:PORT/latest/meta-data/',
  'http://168.63.129.16:PORT/',
  'http://10.0.0.5:PORT/',
  'http://localhost:PORT/',
  'http://localhost.:PORT/',
  'http://a.localhost:PORT/',
  'http://metadata.google.internal:PORT/',
  'http:\\\\127.0.0.1:PORT\\',
  'http://127.0.\t0.1:PORT/',
  'http://user:pass@127.0.0.1:PORT/',
];

let server: Server;
let port: number;
let hits = 0;

beforeAll(async () => {
  server = createServer((_request, response) => {
    hits += 1;
    response.end('reached');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  port = (server.address() as AddressInfo).port;
});
afterAll(() => server.close());

describe('the guard on outbound connections', () => {
  test.each(FORMS)('refuses %s before anything is sent', async (form) => {
    const url = form.replace('PORT', String(port));
    expect(() => checkUrl(url, CLOSED)).toThrowError(expect.objectContaining({ class: 'invalid', code: 'address_not_allowed' }));
    const agent = await createGuardedAgent(CLOSED);
    const before = hits;
    // The agent alone must hold as well, for libraries that bring their own client.
    await expect(request(url.replace('user:pass@', ''), { dispatcher: agent, headersTimeout: 2000 })).rejects.toBeInstanceOf(Error);
    expect(hits).toBe(before);
    await agent.destroy();
  });

  test.each(['file:///etc/passwd', 'ftp://example.com/', 'gopher://example.com/', 'data:text/plain,x'])(
    'refuses the scheme of %s',
    (url) => {
      expect(() => checkUrl(url, CLOSED)).toThrowError(expect.objectContaining({ code: 'address_not_allowed' }));
    },
  );

  test('refuses ports of other services at public hosts', () => {
    expect(() => checkUrl('http://example.com:22/', CLOSED)).toThrowError(/Port 22/);
    expect(checkUrl('https://example.com:8443/', CLOSED).port).toBe('8443');
  });

  test('reaches what the policy names, by host and port or by range, and nothing beside it', async () => {
    for (const entry of [`127.0.0.1:${port}`, '127.0.0.1', '127.0.0.0/8']) {
      const policy = { allowPrivateHosts: [entry] };
      const agent = await createGuardedAgent(policy);
      const url = checkUrl(`http://127.0.0.1:${port}/`, policy);
      expect((await request(url, { dispatcher: agent })).statusCode).toBe(200);
      await agent.destroy();
    }
    expect(() => checkUrl(`http://127.0.0.1:${port + 1}/`, { allowPrivateHosts: [`127.0.0.1:${port}`] })).toThrow(/not a public address/);
    expect(() => checkUrl('http://[::1]:8080/', { allowPrivateHosts: ['[::1]:8081'] })).toThrow(/not a public address/);
    expect(checkUrl('http://[::1]:8081/', { allowPrivateHosts: ['[::1]:8081'] }).port).toBe('8081');
  });

  test('a name that resolves to this machine is refused by the address it resolves to', async () => {
    const agent = await createGuardedAgent(CLOSED);
    // The agent is asked directly: checkUrl would refuse the name already.
    await expect(request(`http://localhost:${port}/`, { dispatcher: agent })).rejects.toThrowError(/not a public address/);
    await agent.destroy();
  });
});

test('public addresses are told from all others', () => {
  expect(['8.8.8.8', '2606:4700::1111', '::ffff:8.8.8.8'].map(isPublicAddress)).toEqual([true, true, true]);
  expect(
    [
      '192.168.1.1',
      '172.16.0.1',
      '198.18.0.1',
      '224.0.0.1',
      '255.255.255.255',
      '2001:db8::1',
      'fc00::1',
      '64:ff9b:1::a00:1',
      'fe80::1%eth0',
      'not an address',
    ].filter(isPublicAddress),
  ).toEqual([]);
});
