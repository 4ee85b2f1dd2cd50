/**
 * Keeps the leases of a worker and knows how fresh they are.
 *
 * A thread renews them every quarter of their length. A worker whose last renewal is older than seven tenths of it by the
 * monotonic clock fences itself: it starts no effect, because another worker may own its runs soon. With the usual 20 s
 * that is every 5 s, and 14 s.
 */
import { Worker } from 'node:worker_threads';
import type { Logger } from '../logger.ts';

/** Cells of the shared memory: the first two are monotonic milliseconds. */
export const MAIN_TICK = 0;
export const LAST_RENEWAL = 1;
/** Number of the list of runs that the last renewal was of. */
export const RENEWED_LIST = 2;
/** What the database's time is ahead of the monotonic clock. */
export const TIME_OFFSET = 3;

/** What the thread is given. */
export interface LeaseThreadData {
  readonly worker: string;
  readonly databaseUrl: string;
  readonly leaseMs: number;
  readonly renewEveryMs: number;
  /** How long the main thread may be silent before the leases are let go. */
  readonly mainSilentMs: number;
  /** How old the last renewal may be for all runs to be ours that have not ended. */
  readonly trustedMs: number;
  readonly shared: SharedArrayBuffer;
}

/** What the thread is told: the runs to renew from now on, in the place of those before. */
export interface LeaseList {
  readonly number: number;
  readonly runIds: readonly string[];
  /** When the first of those was claimed that no renewal was of yet; infinite when there are none. */
  readonly oldestClaimMs: number;
}

/** What the thread tells. */
export type FromLeaseThread =
  | {
      readonly renewed: readonly string[];
      readonly cancelled: readonly string[];
      /** So long after the renewal before that another worker may have taken what is not among `renewed`. */
      readonly afterLapse?: { readonly asked: bigint; readonly number: number };
    }
  | { readonly failed: string };

export interface LeaseKeeper {
  /** Resolves when leases can be renewed: before that no run should be claimed. */
  readonly ready: Promise<void>;
  /** Whether an effect may be started for a run whose claim was asked for at `claimedAtMs` of {@link monotonicMs}. */
  mayStartEffect(runId: string, claimedAtMs: number): boolean;
  /**
   * The database's time, epoch milliseconds, by the last renewal and a clock that nobody sets. What is waited for, and how long
   * a run may take, goes by it: the clocks of workers differ, and a run goes from one to another.
   */
  now(): number;
  /** Renews the lease of a run from now on. Claimed anew, it is another holding: what the earlier one may do ends. */
  hold(runId: string, claimedAtMs: number): void;
  /** Renews it no longer, unless it was claimed anew. */
  letGo(runId: string, claimedAtMs: number): void;
  close(): Promise<void>;
}

const RENEW_EVERY = 1 / 4;
const SELF_FENCE = 7 / 10;
const MAIN_SILENT = 1 / 2;
/** How often the thread is told of changes; most runs have ended before it would hear of them. */
const TELL_EVERY = 1 / 40;

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
  const shared = new SharedArrayBuffer(32);
  const cells = new BigInt64Array(shared);
  /** `since`: the number of the first list that the run stands in; undefined until the thread is told, infinite once it is another's. */
  const held = new Map<string, { readonly claimedAtMs: number; since: number | undefined }>();
  let number = 0;
  let isChanged = false;
  const tick = (): void => {
    Atomics.store(cells, MAIN_TICK, BigInt(monotonicMs()));
    if (isChanged) tell();
  };
  const tell = (): void => {
    isChanged = false;
    number += 1;
    const renewed = Number(Atomics.load(cells, RENEWED_LIST));
    let oldestClaimMs = Infinity;
    for (const holding of held.values()) {
      holding.since ??= number;
      if (holding.since > renewed && holding.since !== Infinity) oldestClaimMs = Math.min(oldestClaimMs, holding.claimedAtMs);
    }
    thread.postMessage({ number, runIds: [...held.keys()], oldestClaimMs } satisfies LeaseList);
  };
  Atomics.store(cells, MAIN_TICK, BigInt(monotonicMs()));
  Atomics.store(cells, LAST_RENEWAL, BigInt(monotonicMs()));
  // Until the first renewal, before which nothing is claimed.
  Atomics.store(cells, TIME_OFFSET, BigInt(Date.now() - monotonicMs()));
  const ticking = setInterval(tick, options.leaseMs * TELL_EVERY);
  const data: LeaseThreadData = {
    worker: options.worker,
    databaseUrl: options.databaseUrl,
    leaseMs: options.leaseMs,
    renewEveryMs: options.leaseMs * RENEW_EVERY,
    mainSilentMs: options.leaseMs * MAIN_SILENT,
    trustedMs: options.leaseMs * SELF_FENCE,
    shared,
  };
  /** This process stood still, or the database was away. The renewal counts once the runs that others took meanwhile are put aside. */
  const recover = (renewed: readonly string[], { asked, number: listed }: { readonly asked: bigint; readonly number: number }): void => {
    const kept = new Set(renewed);
    for (const [runId, holding] of held)
      if (holding.since !== undefined && holding.since <= listed && !kept.has(runId)) holding.since = Infinity;
    Atomics.store(cells, LAST_RENEWAL, asked);
    Atomics.store(cells, RENEWED_LIST, BigInt(listed));
  };
  let isClosing = false;
  let markReady = (): void => {};
  const ready = new Promise<void>((resolve) => (markReady = resolve));
  let thread: Worker;
  const startThread = (): void => {
    thread = new Worker(new URL('./lease-thread.ts', import.meta.url), { workerData: data });
    tell();
    thread.on('message', (message: FromLeaseThread) => {
      if ('failed' in message) return options.log.warn('Leases could not be renewed', { reason: message.failed });
      // `node --watch` sends notes of its own over this port.
      if (!('renewed' in message)) return;
      if (message.afterLapse) recover(message.renewed, message.afterLapse);
      markReady();
      if (message.cancelled.length > 0) options.onCancel(message.cancelled);
    });
    thread.on('error', (error) => options.log.error('The lease thread failed', { error }));
    thread.on('exit', () => {
      if (!isClosing) setTimeout(startThread, 1000).unref();
    });
  };
  startThread();
  return {
    ready,
    mayStartEffect: (runId, claimedAtMs) => {
      const holding = held.get(runId);
      const since = holding?.claimedAtMs === claimedAtMs ? holding.since : undefined;
      // A renewal counts for a run that stood in its list. Read in this order: what the first cell tells, the second has seen.
      const isRenewed = since !== undefined && Number(Atomics.load(cells, RENEWED_LIST)) >= since;
      const renewedAt = isRenewed ? Math.max(claimedAtMs, Number(Atomics.load(cells, LAST_RENEWAL))) : claimedAtMs;
      return monotonicMs() - renewedAt < options.leaseMs * SELF_FENCE;
    },
    now: () => monotonicMs() + Number(Atomics.load(cells, TIME_OFFSET)),
    hold: (runId, claimedAtMs) => {
      // A run that waited for a slot is held already.
      if (held.get(runId)?.claimedAtMs === claimedAtMs) return;
      held.set(runId, { claimedAtMs, since: undefined });
      isChanged = true;
    },
    letGo: (runId, claimedAtMs) => {
      const holding = held.get(runId);
      if (holding?.claimedAtMs !== claimedAtMs) return;
      held.delete(runId);
      isChanged ||= holding.since !== undefined;
    },
    close: async () => {
      isClosing = true;
      clearInterval(ticking);
      await thread.terminate();
    },
  };
}
