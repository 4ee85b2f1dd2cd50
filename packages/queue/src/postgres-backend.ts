/**
 * BullMQ in the database itself: for one machine without Redis.
 */
import { createPostgresBackend, runMigrations, withBackend } from 'bullmq';
import type { PgPool } from 'bullmq';
import pg from 'pg';
import type { Backend } from './hint-queue.ts';

const SCHEMA = 'bullmq';
const { Queue, Worker } = withBackend(createPostgresBackend);

/** Opens the queue in a schema of its own, which is made when it is missing. */
export async function openPostgresBackend(options: {
  readonly url: string;
  readonly name: string;
  readonly onError: (error: Error) => void;
}): Promise<Backend> {
  const pool = new pg.Pool({
    connectionString: options.url,
    application_name: 'weft-queue',
    options: `-c search_path=${SCHEMA}`,
    // A listener keeps one for itself.
    max: 4,
    keepAlive: true,
    connectionTimeoutMillis: 10_000,
  });
  pool.on('error', options.onError);
  // BullMQ and we use connections whose breaking would end the process; the statement under way tells of it.
  pool.on('connect', (client) => void client.on('error', () => {}));
  await prepareSchema(pool);
  // BullMQ describes the driver's pool in its own words; it is the same thing at run time.
  const connection = pool as unknown as PgPool;
  const queue = new Queue(options.name, { connection });
  queue.on('error', options.onError);
  return {
    add: async (jobs) => void (await queue.addBulk([...jobs])),
    listen: async (process) => {
      const worker = new Worker(options.name, process, { connection, concurrency: 4, drainDelay: 5, maxStalledCount: 0 });
      await worker.waitUntilReady();
      return worker;
    },
    close: async () => {
      await queue.close();
      await pool.end();
    },
  };
}

async function prepareSchema(pool: pg.Pool): Promise<void> {
  const client = await pool.connect();
  try {
    await runMigrations(client, SCHEMA);
  } finally {
    client.release();
  }
}
