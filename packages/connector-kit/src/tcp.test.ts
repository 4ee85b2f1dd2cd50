import { createServer, Socket, type AddressInfo, type Server } from 'node:net';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { createRateLimiter } from './rate-limit.ts';
import { connectGuarded, createTcpClient } from './tcp.ts';

const CLOSED = { allowPrivateHosts: [] };
const never = new AbortController().signal;
const ownPorts = [25, 465, 587];

let server: Server;
let port: number;
let hits = 0;
const open = new Set<Socket>();

beforeAll(async () => {
  server = createServer((socket) => {
    hits += 1;
    open.add(socket);
    socket.once('close', () => open.delete(socket));
    socket.on('error', () => {}).write('hello');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  port = (server.address() as AddressInfo).port;
});
afterAll(() => {
  for (const socket of open) socket.destroy();
  server.close();
});

const connect = (host: string, policy: { allowPrivateHosts: string[] }, at = port) =>
  connectGuarded(policy, { host, port: at, ownPorts }, { signal: never });

describe('a TCP connection', () => {
  test.each([
    '127.0.0.1',
    '2130706433',
    '0x7f.1',
    '017700000001',
    '127.1',
    '0.0.0.0',
    '①②⑦.⓪.⓪.①',
    '127.0.0.1.',
    '::1',
    '[::1]',
    '::ffff:127.0.0.1',
    'localhost',
    'mail.localhost',
    '169.254.169.254',
    'metadata.google.internal',
    '10.0.0.5',
  ])('to %s is refused before anything is sent', async (host) => {
    const before = hits;
    await expect(connect(host, CLOSED)).rejects.toMatchObject({ class: 'invalid', code: 'address_not_allowed' });
    expect(hits).toBe(before);
  });

  test('to a name is refused when one of its addresses is private', async () => {
    const lookup = async () => [
      { address: '93.184.216.34', family: 4 },
      { address: '127.0.0.1', family: 4 },
    ];
    await expect(connectGuarded(CLOSED, { host: 'mail.example.com', port, ownPorts }, { signal: never, lookup })).rejects.toMatchObject({
      code: 'address_not_allowed',
      message: expect.stringContaining('"mail.example.com" points to 127.0.0.1'),
    });
  });

  test('that ends at another address than was checked is refused and closed', async () => {
    const original = Socket.prototype.connect as (this: Socket, options: { host: string; port: number }) => Socket;
    const detour = vi.spyOn(Socket.prototype, 'connect').mockImplementation(function (this: Socket) {
      return original.call(this, { host: '127.0.0.1', port });
    });
    try {
      await expect(connect('127.0.0.2', { allowPrivateHosts: ['127.0.0.2/32'] })).rejects.toMatchObject({
        code: 'address_not_allowed',
        message: expect.stringContaining('"127.0.0.2" points to 127.0.0.1'),
      });
      expect((detour.mock.contexts[0] as Socket).destroyed).toBe(true);
    } finally {
      detour.mockRestore();
    }
  });

  test('reaches what the policy names, and nothing beside it', async () => {
    for (const entry of [`127.0.0.1:${port}`, '127.0.0.1', '127.0.0.0/8']) {
      const socket = await connect('127.0.0.1', { allowPrivateHosts: [entry] });
      expect(String(await new Promise((resolve) => socket.once('data', resolve)))).toBe('hello');
      socket.destroy();
    }
    await expect(connect('127.0.0.1', { allowPrivateHosts: [`127.0.0.1:${port + 1}`] })).rejects.toMatchObject({
      code: 'address_not_allowed',
    });
  });

  test('to a port of another service is refused', async () => {
    await expect(connect('mail.example.com', CLOSED, 22)).rejects.toThrow('Port 22 of "mail.example.com" is reserved');
    await expect(connect('mail.example.com', CLOSED, 70_000)).rejects.toMatchObject({ code: 'port_malformed' });
  });

  test.each(['mail.example.com:25', 'smtp://mail.example.com', 'a b', 'user@host', '', 'mail.example.com/x', 'a\r\nb'])(
    '%j is no host',
    async (host) => {
      await expect(connect(host, CLOSED)).rejects.toMatchObject({ class: 'invalid', code: 'host_malformed' });
    },
  );

  test('says what is wrong when nothing answers', async () => {
    const gone = createServer();
    await new Promise<void>((resolve) => gone.listen(0, '127.0.0.1', resolve));
    const free = (gone.address() as AddressInfo).port;
    await new Promise((resolve) => gone.close(resolve));
    await expect(connect('127.0.0.1', { allowPrivateHosts: ['127.0.0.1'] }, free)).rejects.toMatchObject({
      class: 'transient',
      code: 'ECONNREFUSED',
      message: `127.0.0.1:${free} refused the connection. Nothing seems to listen there.`,
    });
    const lookup = () => Promise.reject(Object.assign(new Error('getaddrinfo'), { code: 'ENOTFOUND' }));
    await expect(connectGuarded(CLOSED, { host: 'no.example', port: 25, ownPorts }, { signal: never, lookup })).rejects.toThrow(
      'no.example:25 is not a known host name. Check the address.',
    );
  });

  test('gives up in time, and when the call is stopped', async () => {
    const lookup = () => new Promise<never>(() => {});
    const target = { host: 'slow.example', port: 25, ownPorts, timeoutMs: 20 };
    await expect(connectGuarded(CLOSED, target, { signal: never, lookup })).rejects.toMatchObject({ code: 'timeout' });
    await expect(connectGuarded(CLOSED, target, { signal: AbortSignal.abort(), lookup })).rejects.toMatchObject({ class: 'cancelled' });
    const controller = new AbortController();
    const policy = { allowPrivateHosts: ['127.0.0.1'] };
    const socket = await connectGuarded(policy, { host: '127.0.0.1', port, ownPorts }, { signal: controller.signal });
    controller.abort();
    await new Promise((resolve) => socket.once('close', resolve));
  });

  test('that breaks before anybody listens harms nobody', async () => {
    const socket = await connect('127.0.0.1', { allowPrivateHosts: ['127.0.0.1'] });
    const closed = new Promise((resolve) => socket.once('close', resolve));
    for (const other of open) other.resetAndDestroy();
    await closed;
    expect(socket.destroyed).toBe(true);
  });

  test('holds a place in the limit until it is closed', async () => {
    const limiter = createRateLimiter({ perMinute: 6000, concurrent: 1 });
    const client = createTcpClient({ policy: { allowPrivateHosts: ['127.0.0.1'] }, signal: never, limiter });
    const first = await client.connect({ host: '127.0.0.1', port, ownPorts });
    let second: Socket | undefined;
    const waiting = client.connect({ host: '127.0.0.1', port, ownPorts }).then((socket) => (second = socket));
    await new Promise((resolve) => first.once('data', resolve));
    expect(second).toBeUndefined();
    first.destroy();
    (await waiting).destroy();
    await expect(client.connect({ host: '10.0.0.5', port, ownPorts })).rejects.toMatchObject({ code: 'address_not_allowed' });
    // The refused one gave its place back.
    (await client.connect({ host: '127.0.0.1', port, ownPorts })).destroy();
  });
});
