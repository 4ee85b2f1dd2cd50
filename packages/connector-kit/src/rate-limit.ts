/**
 * The rate of one connection: an allowance of calls per time, and a number of calls at once.
 *
 * State: `active` calls hold a place; the allowance says how long the next call has to wait. It is a token bucket in this
 * process unless the caller brings one that several processes share. Waiters are served in order. A wait longer than
 * `maxWaitMs` is not sat out here: it is thrown as `throttled`, so that the run frees its worker meanwhile.
 */
import { WeftError } from '@weft/errors';

const MAX_WAIT_MS = 15_000;

export interface RateLimiter {
  /** Resolves to a function that gives the place back. Throws `throttled` or `cancelled`. */
  acquire(signal: AbortSignal): Promise<() => void>;
  /** Nobody calls for this long. */
  pause(ms: number): void;
}

/** Counts the calls of a connection. */
export interface Allowance {
  /**
   * Takes one call, perhaps one that may only be made later: milliseconds until then. A call that has to wait longer than
   * `maxWaitMs` is not taken.
   */
  take(maxWaitMs: number, signal: AbortSignal): number | Promise<number>;
  /** Nobody calls for this long. */
  pause(ms: number): void;
}

export interface RateLimiterOptions {
  readonly perMinute: number;
  readonly concurrent: number;
  /** Calls that may follow each other without a wait. Default a tenth of a minute's worth, at least `concurrent`. */
  readonly burst?: number;
  /** Default 15 000. */
  readonly maxWaitMs?: number;
  /** Where calls are counted; default a token bucket in this process. */
  readonly allowance?: Allowance;
  readonly now?: () => number;
  /** Waits; default a timer. Tests pass their own. */
  readonly sleep?: (ms: number, signal: AbortSignal) => Promise<void>;
}

/** Makes the limiter of one connection. */
export function createRateLimiter(options: RateLimiterOptions): RateLimiter {
  const sleep = options.sleep ?? sleepUntilAborted;
  const maxWaitMs = options.maxWaitMs ?? MAX_WAIT_MS;
  const allowance = options.allowance ?? bucketOf(options);
  const waiting: (() => void)[] = [];
  let active = 0;

  const leave = (): void => {
    const next = waiting.shift();
    if (next === undefined) active -= 1;
    else next();
  };
  const enter = async (signal: AbortSignal): Promise<void> => {
    if (active < options.concurrent) {
      active += 1;
      return;
    }
    await new Promise<void>((resolve, reject) => {
      const onTurn = (): void => {
        signal.removeEventListener('abort', onAbort);
        resolve();
      };
      const onAbort = (): void => {
        waiting.splice(waiting.indexOf(onTurn), 1);
        reject(stopped());
      };
      signal.addEventListener('abort', onAbort, { once: true });
      waiting.push(onTurn);
    });
  };

  return {
    async acquire(signal) {
      if (signal.aborted) throw stopped();
      await enter(signal);
      try {
        const waitMs = await allowance.take(maxWaitMs, signal);
        if (waitMs > maxWaitMs) throw tooLong(waitMs);
        if (waitMs > 0) await sleep(waitMs, signal);
      } catch (error) {
        leave();
        throw error;
      }
      let held = true;
      return () => {
        if (held) leave();
        held = false;
      };
    },
    pause: (ms) => allowance.pause(ms),
  };
}

/** Calls that may follow each other without a wait. */
export function burstOf(options: Pick<RateLimiterOptions, 'perMinute' | 'concurrent' | 'burst'>): number {
  return Math.max(1, options.burst ?? Math.max(options.concurrent, Math.floor(options.perMinute / 10)));
}

/** A token bucket: tokens refill with time up to the burst. */
function bucketOf(options: RateLimiterOptions): Allowance {
  const now = options.now ?? Date.now;
  const burst = burstOf(options);
  const msPerToken = 60_000 / options.perMinute;
  let tokens = burst;
  let refilledAt = now();
  let pausedUntil = 0;
  return {
    take: (maxWaitMs) => {
      const at = now();
      tokens = Math.min(burst, tokens + (at - refilledAt) / msPerToken);
      refilledAt = at;
      const waitMs = Math.max(tokens >= 1 ? 0 : Math.ceil((1 - tokens) * msPerToken), pausedUntil - at);
      if (waitMs <= maxWaitMs) tokens -= 1;
      return waitMs;
    },
    pause: (ms) => {
      pausedUntil = Math.max(pausedUntil, now() + ms);
    },
  };
}

function tooLong(waitMs: number): WeftError {
  return new WeftError({
    class: 'throttled',
    code: 'rate_limited',
    message: `This connection has used its allowance; it may be called again in ${Math.ceil(waitMs / 1000)} s.`,
    retryAfterMs: waitMs,
  });
}

function stopped(): WeftError {
  return new WeftError({ class: 'cancelled', code: 'cancelled', message: 'Stopped while waiting for its turn.' });
}

function sleepUntilAborted(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const onAbort = (): void => {
      clearTimeout(timer);
      reject(stopped());
    };
    const timer = setTimeout(() => {
      signal.removeEventListener('abort', onAbort);
      resolve();
    }, ms);
    signal.addEventListener('abort', onAbort, { once: true });
  });
}
