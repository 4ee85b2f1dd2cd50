/**
 * Requests that wait for the answers of their runs. Most answers come over the link to a worker; for those that do not, the
 * database is asked now and then. The first one counts, and what comes when nobody waits any more is dropped: its run says so.
 */
import { findAnswers } from '@weft/db';
import type { Database, StoredAnswer } from '@weft/db';
import { endAnswer } from '../hand-over/end-answer.ts';
import type { RunAnswer } from '../hand-over/messages.ts';
import type { Logger } from '../logger.ts';

export interface AnswerDesk {
  /** Waits for a run's answer; undefined when it takes too long. `isOld`: it may have been given already. */
  wait(runId: string, options: { readonly timeoutMs: number; readonly isOld: boolean }): Promise<StoredAnswer | undefined>;
  /** Gives answers to whoever waits for them. */
  deliver(answers: readonly RunAnswer[]): void;
  /** Lets everybody go who still waits. */
  close(): void;
}

interface Waiter {
  readonly runId: string;
  readonly resolve: (answer: StoredAnswer | undefined) => void;
  readonly timer: NodeJS.Timeout;
  /** When the database is asked next, of `performance.now()`. */
  askAt: number;
}

/** An answer that takes longer may have been lost on its way. */
const FIRST_ASK_MS = 400;
const ASK_EVERY_MS = 1500;
const TICK_MS = 200;
const MOST_AT_ONCE = 500;

/** Makes the desk of a process. */
export function createAnswerDesk(options: { readonly db: Database; readonly log: Logger }): AnswerDesk {
  const { db, log } = options;
  const waiters = new Map<string, Waiter[]>();
  let isAsking = false;
  let ticking: NodeJS.Timeout | undefined;

  const leave = (waiter: Waiter): void => {
    clearTimeout(waiter.timer);
    const rest = waiters.get(waiter.runId)?.filter((other) => other !== waiter) ?? [];
    if (rest.length > 0) waiters.set(waiter.runId, rest);
    else waiters.delete(waiter.runId);
    if (waiters.size > 0) return;
    clearInterval(ticking);
    ticking = undefined;
  };

  const settle = (runId: string, answer: StoredAnswer): void => {
    for (const waiter of waiters.get(runId) ?? []) {
      leave(waiter);
      waiter.resolve(answer);
    }
  };

  const ask = async (): Promise<void> => {
    const now = performance.now();
    const due = [...waiters.values()]
      .flat()
      .filter(({ askAt }) => askAt <= now)
      .slice(0, MOST_AT_ONCE);
    if (due.length === 0) return;
    for (const waiter of due) waiter.askAt = now + ASK_EVERY_MS;
    for (const { runId, answer, end } of await findAnswers(db.pool, [...new Set(due.map(({ runId: id }) => id))])) {
      const found = answer ?? (end && endAnswer({ runId, ...end }));
      if (found) settle(runId, found);
    }
  };

  const tick = (): void => {
    if (isAsking) return;
    isAsking = true;
    ask()
      .catch((error: unknown) => log.warn('Answers could not be looked up', { error }))
      .finally(() => (isAsking = false));
  };

  return {
    wait: (runId, { timeoutMs, isOld }) =>
      new Promise((resolve) => {
        const timer = setTimeout(() => {
          leave(waiter);
          resolve(undefined);
        }, timeoutMs);
        const waiter: Waiter = { runId, resolve, timer, askAt: performance.now() + (isOld ? 0 : FIRST_ASK_MS) };
        waiters.set(runId, [...(waiters.get(runId) ?? []), waiter]);
        ticking ??= setInterval(tick, TICK_MS);
        if (isOld) tick();
      }),
    deliver: (answers) => {
      for (const { runId, answer } of answers) {
        if (!waiters.has(runId)) log.debug('An answer came when nobody waited for it', { runId });
        settle(runId, answer);
      }
    },
    close: () => {
      for (const waiter of [...waiters.values()].flat()) {
        leave(waiter);
        waiter.resolve(undefined);
      }
    },
  };
}
