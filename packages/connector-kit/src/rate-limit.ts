/**
 * The rate of one connection in this process: a token bucket and a number of calls at once.
 *
 * State: `tokens` refill with time up to `burst`; `active` calls hold a place; `pausedUntil` stops everybody when the
 * vendor asked us to wait. Waiters are served in order. A wait longer than `maxWaitMs` is not sat out here: it is
 * thrown as `throttled`, so that the run frees its worker meanwhile.
 */
import { WeftError } from '@weft/errors';

export interface RateLimiter {
  /** Resolves to a function that gives the place back. Throws `throttled` or `cancelled`. */
  acquire(signal: AbortSignal): Promise<() => void>;
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
  readonly now?: () => number;
  /** Waits; default a timer. Tests pass their own. */
  readonly sleep?: (ms: number, signal: AbortSignal) => Promise<void>;
}

/** Makes the limiter of one connection. */
export function createRateLimiter(options: RateLimiterOptions): RateLimiter {
  const now = options.now ?? Date.now;
  const sleep = options.sleep ?? sleepUntilAborted;
  const burst = Math.max(1, options.burst ?? Math.max(options.concurrent, Math.floor(options.perMinute / 10)));
  const msPerToken = 60_000 / options.perMinute;
  const maxWaitMs = options.maxWaitMs ?? 15_000;
  const waiting: (() => void)[] = [];
  let active = 0;
  let tokens = burst;
  let refilledAt = now();
  let pausedUntil = 0;

  /** Takes a token, perhaps one that only exists later; gives the wait until then. */
  const takeToken = (): number => {
    const at = now();
    tokens = Math.min(burst, tokens + (at - refilledAt) / msPerToken);
    refilledAt = at;
    const waitMs = Math.max(tokens >= 1 ? 0 : Math.ceil((1 - tokens) * msPerToken), pausedUntil - at);
    if (waitMs > maxWaitMs) throw tooLong(waitMs);
    tokens -= 1;
    return waitMs;
  };
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
        const waitMs = takeToken();
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
    pause(ms) {
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
