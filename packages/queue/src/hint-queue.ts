/**
 * The bell: tells idle workers that there may be something to claim. The truth is in the database; a hint that is
 * lost, doubled or late changes nothing but latency, so nothing here is retried and no failure reaches a caller.
 */
import type { BulkJobOptions } from 'bullmq';

/** Options of {@link openQueue}. */
export interface QueueOptions {
  /** Used when there is no Redis. */
  readonly databaseUrl: string;
  readonly redisUrl?: string;
  /** Name of the queue; processes with the same name hear each other. */
  readonly name?: string;
  /** Told of failures, which are never fatal. */
  readonly onError?: (error: Error) => void;
}

/** A subscription that can be ended. */
export interface Listening {
  close(): Promise<void>;
}

export interface HintQueue {
  readonly backend: 'redis' | 'postgres';
  /** Says that `count` runs were accepted. Resolves also when the queue is away. */
  ring(count: number): Promise<void>;
  /** Calls `onHint` for hints that arrive, not necessarily once for each. */
  listen(onHint: () => void | Promise<void>): Promise<Listening>;
  close(): Promise<void>;
}

/** A job: that it exists is all it says. */
export interface HintJob {
  readonly name: string;
  readonly data: Record<string, never>;
  readonly opts: BulkJobOptions;
}

/** What takes the jobs. */
export interface Consumer {
  close(force?: boolean): Promise<void>;
  on(event: 'error', listener: (error: Error) => void): unknown;
}

/** What a backend offers to the code above it. */
export interface Backend {
  add(jobs: readonly HintJob[]): Promise<void>;
  listen(process: () => Promise<void>): Promise<Consumer>;
  close(): Promise<void>;
}

/** One hint wakes one worker process, which claims many; more than this many at once only cost. */
const HINTS_PER_RING = 4;
const RING_TIMEOUT_MS = 2000;

/**
 * Opens the queue: on Redis when it has an address, else in the database. Its library is large, and many a process never
 * rings: it is loaded, and connected, with the first call of `ring` or `listen`.
 */
export async function openQueue(options: QueueOptions): Promise<HintQueue> {
  const onError = options.onError ?? (() => {});
  let opening: Promise<Backend> | undefined;
  const open = (): Promise<Backend> => {
    opening ??= openBackend(options, onError).catch((error: unknown) => {
      opening = undefined;
      throw error;
    });
    return opening;
  };
  const listening = new Set<Listening>();
  return {
    backend: options.redisUrl ? 'redis' : 'postgres',
    ring: createRinger(open, onError),
    listen: async (onHint) => {
      const worker = await (await open()).listen(async () => void (await onHint()));
      worker.on('error', onError);
      const subscription = {
        close: async () => {
          listening.delete(subscription);
          await worker.close(true);
        },
      };
      listening.add(subscription);
      return subscription;
    },
    close: async () => {
      await Promise.all([...listening].map((subscription) => subscription.close()));
      await (await opening)?.close();
    },
  };
}

async function openBackend(options: QueueOptions, onError: (error: Error) => void): Promise<Backend> {
  const name = options.name ?? 'weft-runs';
  if (options.redisUrl) return (await import('./redis-backend.ts')).openRedisBackend({ url: options.redisUrl, name, onError });
  return (await import('./postgres-backend.ts')).openPostgresBackend({ url: options.databaseUrl, name, onError });
}

/** Rings that come while one is under way are merged into the next. */
function createRinger(open: () => Promise<Backend>, onError: (error: Error) => void): (count: number) => Promise<void> {
  let waiting = 0;
  let running: Promise<void> | undefined;
  const run = async (): Promise<void> => {
    while (waiting > 0) {
      const hints = Math.min(waiting, HINTS_PER_RING);
      waiting = 0;
      await send(open, hints).catch((error: unknown) => onError(error instanceof Error ? error : new Error(String(error))));
    }
    running = undefined;
  };
  return (count) => {
    waiting += count;
    return (running ??= run());
  };
}

async function send(open: () => Promise<Backend>, hints: number): Promise<void> {
  const jobs: HintJob[] = Array.from({ length: hints }, () => ({
    name: 'hint',
    data: {},
    opts: { attempts: 1, removeOnComplete: { count: 0 }, removeOnFail: { count: 0 } },
  }));
  let timer: NodeJS.Timeout | undefined;
  const tooSlow = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`The queue did not take hints within ${RING_TIMEOUT_MS} ms`)), RING_TIMEOUT_MS);
  });
  try {
    await Promise.race([open().then((backend) => backend.add(jobs)), tooSlow]);
  } finally {
    clearTimeout(timer);
  }
}
