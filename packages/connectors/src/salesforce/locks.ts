/** Waiting for a row that another transaction holds. A locked row was not written, so that even a create may be repeated. */
import { isWeftError, WeftError } from '@weft/connector-kit';

/** Salesforce itself has waited ten seconds for the lock before it says so. */
const MAX_TRIES = 5;
const FIRST_WAIT_MS = 200;

/** The vendor's word for it. */
export const LOCKED = 'UNABLE_TO_LOCK_ROW';

/** Does `work` until it meets no lock, at most five times. The waits double and are spread, lest rivals meet again. */
export async function despiteLocks<T>(signal: AbortSignal, work: () => Promise<T>): Promise<T> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await work();
    } catch (error) {
      if (!isWeftError(error) || error.code !== LOCKED || tries === MAX_TRIES) throw error;
    }
    await waitFor(spread(FIRST_WAIT_MS * 2 ** (tries - 1)), signal);
  }
}

/** Between half of `ms` and all of it. */
export function spread(ms: number): number {
  return Math.round(ms * (0.5 + Math.random() / 2));
}

/** Waits; a stop of the run ends it at once with `cancelled`. */
export function waitFor(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const stop = (): void => {
      clearTimeout(timer);
      reject(new WeftError({ class: 'cancelled', code: 'cancelled', message: 'The call to Salesforce was stopped while it waited.' }));
    };
    const timer = setTimeout(() => {
      signal.removeEventListener('abort', stop);
      resolve();
    }, ms);
    if (signal.aborted) stop();
    else signal.addEventListener('abort', stop, { once: true });
  });
}
