/** Removes what was kept long enough: a batch at a time, with pauses, so that nobody notices. */
import { pruneOnce } from '@weft/db';
import type { Database, Retention } from '@weft/db';
import type { Logger } from '../logger.ts';

/** Days that runs are kept when nobody says otherwise. */
export const RETENTION_DAYS = 30;
/** Days for which an event that comes again is recognised. */
export const DEDUP_DAYS = 365;

const EVERY_MS = 3_600_000;
const PAUSE_MS = 200;
/** All workers start together after a deployment; one is enough. */
const FIRST_MS = 60_000;

/** Begins; the first round is a minute away. */
export function startRetention(options: { readonly db: Database; readonly log: Logger; readonly retention: Retention }): { stop(): void } {
  const { db, log, retention } = options;
  let timer = setTimeout(() => void round(), FIRST_MS * (0.5 + Math.random()));
  let isStopped = false;
  const round = async (): Promise<void> => {
    let waitMs = EVERY_MS;
    try {
      const pruned = await pruneOnce(db, retention);
      if (pruned.hasMore) waitMs = PAUSE_MS;
      if (pruned.days.length + pruned.runs + pruned.blobs + pruned.keys > 0) log.info('Removed what was kept long enough', { ...pruned });
    } catch (error) {
      log.warn('What was kept long enough could not be removed', { error });
    }
    if (!isStopped) timer = setTimeout(() => void round(), waitMs);
    timer.unref();
  };
  timer.unref();
  return {
    stop: () => {
      isStopped = true;
      clearTimeout(timer);
    },
  };
}
