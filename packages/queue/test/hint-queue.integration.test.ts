import { randomUUID } from 'node:crypto';
import { Redis } from 'ioredis';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { openQueue } from '../src/index.ts';
import type { QueueOptions } from '../src/index.ts';

const serverUrl = process.env['TEST_DATABASE_URL'] ?? '';
const redisUrl = process.env['TEST_REDIS_URL'];
const database = `weft_queue_${randomUUID().replaceAll('-', '').slice(0, 12)}`;
const databaseUrl = Object.assign(new URL(serverUrl), { pathname: `/${database}` }).href;

async function asAdmin(sql: string): Promise<void> {
  const admin = new pg.Client({ connectionString: serverUrl });
  await admin.connect();
  await admin.query(sql);
  await admin.end();
}

beforeAll(() => asAdmin(`CREATE DATABASE ${database}`));
afterAll(() => asAdmin(`DROP DATABASE IF EXISTS ${database} WITH (FORCE)`));

function optionsFor(backend: string): QueueOptions {
  const name = `test-${randomUUID()}`;
  return backend === 'redis' ? { databaseUrl, redisUrl: redisUrl as string, name } : { databaseUrl, name };
}

describe.each([
  ['postgres', true],
  ['redis', redisUrl !== undefined],
] as const)('hints on %s', (backend, isAvailable) => {
  it.skipIf(!isAvailable)('wakes a listener in another process', async () => {
    const options = optionsFor(backend);
    const producer = await openQueue(options);
    const consumer = await openQueue(options);
    const heard = vi.fn();
    await consumer.listen(heard);
    await producer.ring(1);
    await vi.waitFor(() => expect(heard).toHaveBeenCalled(), { timeout: 5000 });
    expect(producer.backend).toBe(backend);
    await producer.close();
    await consumer.close();
  });

  it.skipIf(!isAvailable)('merges many rings into few hints', async () => {
    const options = optionsFor(backend);
    const queue = await openQueue(options);
    const heard = vi.fn();
    await queue.listen(heard);
    await Promise.all(Array.from({ length: 200 }, () => queue.ring(1)));
    await vi.waitFor(() => expect(heard).toHaveBeenCalled(), { timeout: 5000 });
    expect(heard.mock.calls.length).toBeLessThanOrEqual(8);
    await queue.close();
  });
});

describe('a queue that is away', () => {
  it('never fails a ring', async () => {
    const failures: Error[] = [];
    const queue = await openQueue({ databaseUrl, redisUrl: 'redis://127.0.0.1:1', onError: (error) => failures.push(error) });
    await queue.ring(3);
    expect(failures.length).toBeGreaterThan(0);
    await queue.close();
  });

  it.skipIf(redisUrl === undefined)('hears hints again after Redis lost everything', async () => {
    // A database of its own, so that no other test loses its hints.
    const url = `${redisUrl}/2`;
    const queue = await openQueue({ ...optionsFor('redis'), redisUrl: url });
    const heard = vi.fn();
    await queue.listen(heard);
    const redis = new Redis(url);
    await redis.flushdb();
    redis.disconnect();
    await vi.waitFor(
      async () => {
        await queue.ring(1);
        expect(heard).toHaveBeenCalled();
      },
      { timeout: 8000 },
    );
    await queue.close();
  });
});
