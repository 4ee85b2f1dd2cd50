/**
 * BullMQ on Redis: for many workers.
 */
import { Queue, Worker } from 'bullmq';
import { Redis } from 'ioredis';
import type { Backend } from './hint-queue.ts';

/** Opens the queue on Redis. Nothing waits for Redis to be there. */
export function openRedisBackend(options: {
  readonly url: string;
  readonly name: string;
  readonly onError: (error: Error) => void;
}): Backend {
  // A producer fails at once while Redis is away instead of piling up hints that nobody needs any more.
  const producing = new Redis(options.url, { enableOfflineQueue: false, maxRetriesPerRequest: 1, connectTimeout: 3000 });
  producing.on('error', options.onError);
  const firstTry = firstAttempt(producing);
  let queue: Queue | undefined;
  // BullMQ remembers a failed first command for good, so it is given the connection only once that is up.
  const openQueue = (): Queue => {
    if (queue) return queue;
    if (producing.status !== 'ready') throw new Error(`Redis is away (${producing.status})`);
    queue = new Queue(options.name, { connection: producing });
    queue.on('error', options.onError);
    return queue;
  };
  const consuming = new Set<Redis>();
  return {
    add: async (jobs) => {
      await firstTry;
      await openQueue().addBulk([...jobs]);
    },
    listen: async (process) => {
      const connection = new Redis(options.url, { maxRetriesPerRequest: null, connectTimeout: 3000 });
      connection.on('error', options.onError);
      consuming.add(connection);
      return new Worker(options.name, process, { connection, concurrency: 4, drainDelay: 5, maxStalledCount: 0 });
    },
    close: async () => {
      await queue?.close();
      for (const connection of [producing, ...consuming]) connection.disconnect();
    },
  };
}

/** Resolves when the first attempt to connect has succeeded or failed. */
function firstAttempt(connection: Redis): Promise<void> {
  return new Promise((resolve) => {
    connection.once('ready', () => resolve());
    connection.once('close', () => resolve());
  });
}
