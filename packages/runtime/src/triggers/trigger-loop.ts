/**
 * Looks for triggers that are due and takes their turns. Any worker may do it for any trigger: a binding is claimed
 * with lease and fence, and a turn whose binding was taken or changed meanwhile leaves nothing behind.
 */
import { needsReconnect } from '@weft/connector-kit';
import { claimTriggers, commitTriggerTurn, failTriggerTurn, prepareAccept, releaseTriggers } from '@weft/db';
import type { ClaimedTrigger, Database } from '@weft/db';
import { toStoredError, toWeftError } from '@weft/errors';
import type { HintQueue } from '@weft/queue';
import type { Logger } from '../logger.ts';
import { takeTurn } from './take-turn.ts';
import type { TurnMeans } from './take-turn.ts';

/** Options of {@link startTriggerLoop}. */
export interface TriggerLoopOptions extends TurnMeans {
  readonly db: Database;
  readonly queue: HintQueue;
  readonly log: Logger;
  /** Triggers worked on at once; 8 when absent. */
  readonly concurrency?: number;
  /** Runs were accepted: this process can take some itself. */
  readonly onAccepted: () => void;
  /** Told of points at which a process may die; only tests of faults listen. */
  readonly reached?: ((point: string) => void | Promise<void>) | undefined;
}

export interface TriggerLoop {
  /** Looks now. */
  wake(): void;
  close(): Promise<void>;
}

const LOOK_EVERY_MS = 500;
const FIRST_BACKOFF_MS = 1000;
const LONGEST_BACKOFF_MS = 300_000;

/** Starts the loop. */
export function startTriggerLoop(options: TriggerLoopOptions): TriggerLoop {
  const limit = options.concurrency ?? 8;
  const running = new Set<Promise<void>>();
  let looking: Promise<void> | undefined;
  let isClosed = false;

  const look = async (): Promise<void> => {
    const free = limit - running.size;
    if (isClosed || free <= 0) return;
    const triggers = await claimTriggers(options.db.pool, free);
    if (isClosed) return releaseTriggers(options.db.pool, triggers);
    for (const trigger of triggers) {
      const work: Promise<void> = turn(options, trigger)
        .then((isMore) => {
          if (isMore) wake();
        })
        .finally(() => running.delete(work));
      running.add(work);
    }
  };

  const wake = (): void => {
    looking ??= look()
      .catch((error: unknown) => options.log.warn('Due triggers could not be read', { error }))
      .finally(() => (looking = undefined));
  };

  const timer = setInterval(wake, LOOK_EVERY_MS);
  return {
    wake,
    close: async () => {
      isClosed = true;
      clearInterval(timer);
      await looking;
      await Promise.allSettled(running);
    },
  };
}

/** Takes one turn and commits it. True when the trigger is due again at once. */
async function turn(options: TriggerLoopOptions, trigger: ClaimedTrigger): Promise<boolean> {
  const log = options.log.with({ triggerId: trigger.id, workflowId: trigger.workflowId });
  try {
    const { events, skipped = [], found, ...result } = await takeTurn(options, trigger);
    const prepared = await Promise.all(events.map(prepareAccept));
    const leftOut = await Promise.all(skipped.map(async ({ event, reason }) => ({ event: await prepareAccept(event), reason })));
    await options.reached?.('turn.taken');
    const accepted = await commitTriggerTurn(options.db, trigger, {
      ...result,
      events: prepared,
      skipped: leftOut,
      ...(found === undefined ? {} : { found }),
    });
    if (!accepted) {
      log.info('A trigger was changed during its turn; nothing of it was kept');
      return false;
    }
    const fresh = accepted.filter((run) => !run.duplicate).length;
    if (found !== undefined) log.warn(found);
    if (fresh > 0) {
      log.info(trigger.mode === 'push' ? 'A search found changes that no delivery had told' : 'A trigger gave runs', { runs: fresh });
      options.onAccepted();
      void options.queue.ring(fresh);
    }
    return typeof result.next === 'object' && 'afterMs' in result.next && result.next.afterMs === 0;
  } catch (thrown) {
    await noteFailure(options, trigger, { thrown, log });
    return false;
  }
}

async function noteFailure(
  options: TriggerLoopOptions,
  trigger: ClaimedTrigger,
  failure: { readonly thrown: unknown; readonly log: Logger },
): Promise<void> {
  const error = toWeftError(failure.thrown);
  failure.log.warn('A trigger failed', { error, failures: trigger.failures + 1 });
  const backoff = Math.min(LONGEST_BACKOFF_MS, FIRST_BACKOFF_MS * 2 ** Math.min(trigger.failures, 12));
  const retryAfterMs = Math.max(error.retryAfterMs ?? 0, backoff * (0.5 + Math.random() / 2));
  try {
    if (trigger.connectionId !== null && needsReconnect(error)) {
      const connection = await options.connections.open(trigger.workspaceId, trigger.connectionId);
      await options.connections.refuse(connection, error.message);
    }
    await failTriggerTurn(options.db.pool, trigger, { error: toStoredError(error), retryAfterMs });
  } catch (cause) {
    // The binding's lease runs out within a minute; then it is due again.
    failure.log.warn('The failure of a trigger could not be stored', { error: cause });
  }
}
