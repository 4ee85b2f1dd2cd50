/**
 * Keeps the leases of a worker and knows how fresh they are.
 *
 * A thread renews them every quarter of their length. A worker whose last renewal is older than seven tenths of it by the
 * monotonic clock fences itself: it starts no effect, because another worker may own its runs soon. With the usual 20 s
 * that is every 5 s, and 14 s.
 */
import { Worker } from 'node:worker_threads';
import type { Logger } from '../logger.ts';

/** Cells of the shared memory, monotonic milliseconds. */
export const MAIN_TICK = 0;
export const LAST_RENEWAL = 1;

/** What the thread is given. */
export interface LeaseThreadData {
  readonly worker: string;
  readonly databaseUrl: string;
  readonly leaseMs: number;
  readonly renewEveryMs: number;
  /** How long the main thread may be silent before the leases are let go. */
  readonly mainSilentMs: number;
  readonly shared: SharedArrayBuffer;
}

/** What the thread is told. */
export type LeaseRequest = { readonly hold: string } | { readonly letGo: string };

type Message = { readonly renewed: number; readonly cancelled: readonly string[] } | { readonly failed: string };

export interface LeaseKeeper {
  /** Whether an effect may be started for a run claimed at `claimedAtMs` of {@link monotonicMs}. */
  mayStartEffect(claimedAtMs: number): boolean;
  /** Renews the lease of a run from now on. */
  hold(runId: string): void;
  /** Renews it no longer. */
  letGo(runId: string): void;
  close(): Promise<void>;
}

const RENEW_EVERY = 1 / 4;
const SELF_FENCE = 7 / 10;
const MAIN_SILENT = 1 / 2;

/** Milliseconds of a clock that no one sets, the same in all threads of a process. */
export function monotonicMs(): number {
  return Number(process.hrtime.bigint() / 1_000_000n);
}

/** Starts the thread. `onCancel` is told of runs that someone asked to cancel. */
export function startLeaseKeeper(options: {
  readonly worker: string;
  readonly databaseUrl: string;
  readonly leaseMs: number;
  readonly log: Logger;
  readonly onCancel: (runIds: readonly string[]) => void;
}): LeaseKeeper {
  const shared = new SharedArrayBuffer(16);
  const cells = new BigInt64Array(shared);
  const tick = (): void => void Atomics.store(cells, MAIN_TICK, BigInt(monotonicMs()));
  tick();
  Atomics.store(cells, LAST_RENEWAL, BigInt(monotonicMs()));
  const ticking = setInterval(tick, 500);
  const data: LeaseThreadData = {
    worker: options.worker,
    databaseUrl: options.databaseUrl,
    leaseMs: options.leaseMs,
    renewEveryMs: options.leaseMs * RENEW_EVERY,
    mainSilentMs: options.leaseMs * MAIN_SILENT,
    shared,
  };
  let isClosing = false;
  const held = new Set<string>();
  let thread: Worker;
  const startThread = (): void => {
    thread = new Worker(new URL('./lease-thread.ts', import.meta.url), { workerData: data });
    for (const runId of held) thread.postMessage({ hold: runId } satisfies LeaseRequest);
    thread.on('message', (message: Message) => {
      if ('failed' in message) options.log.warn('Leases could not be renewed', { reason: message.failed });
      // `node --watch` sends notes of its own over this port.
      else if ('cancelled' in message && message.cancelled.length > 0) options.onCancel(message.cancelled);
    });
    thread.on('error', (error) => options.log.error('The lease thread failed', { error }));
    thread.on('exit', () => {
      if (!isClosing) setTimeout(startThread, 1000).unref();
    });
  };
  startThread();
  return {
    mayStartEffect: (claimedAtMs) => {
      const renewedAt = Math.max(claimedAtMs, Number(Atomics.load(cells, LAST_RENEWAL)));
      return monotonicMs() - renewedAt < options.leaseMs * SELF_FENCE;
    },
    hold: (runId) => {
      held.add(runId);
      thread.postMessage({ hold: runId } satisfies LeaseRequest);
    },
    letGo: (runId) => {
      held.delete(runId);
      thread.postMessage({ letGo: runId } satisfies LeaseRequest);
    },
    close: async () => {
      isClosing = true;
      clearInterval(ticking);
      await thread.terminate();
    },
  };
}
