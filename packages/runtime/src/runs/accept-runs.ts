/**
 * The way in: events become queued runs. When this answers, they survive anything but the loss of the disk.
 */
import { acceptRunGroup, prepareAccept, readBackAccepted } from '@weft/db';
import type { Accepted, AcceptRow, Database, PreparedAccept } from '@weft/db';
import type { Ctx } from '../ctx.ts';
import { faultOf, refusedByDatabase } from './database-faults.ts';
import { createGrouper } from './grouping.ts';
import type { Grouper, ItemResult } from './grouping.ts';

/** One event that is to become a run. */
export type AcceptEvent = AcceptRow;
export type { Accepted };

type Batch = readonly PreparedAccept[];

// One per database, that is one per process.
const groupers = new WeakMap<Database, Grouper<Batch, Accepted[]>>();

/**
 * Accepts events, in one transaction with others that come at the same time, and rings the bell after the commit.
 * Results in the order of the events. An event whose `dedupKey` was seen before gives the first one's run.
 */
export async function acceptRuns(ctx: Pick<Ctx, 'db' | 'queue'>, events: readonly AcceptEvent[]): Promise<Accepted[]> {
  if (events.length === 0) return [];
  const prepared = await Promise.all(events.map(prepareAccept));
  const accepted = await grouperOf(ctx.db).add(prepared);
  const fresh = accepted.filter((run) => !run.duplicate).length;
  // Not awaited: the run is safe already, and whoever waits for our answer should not wait for the bell.
  if (fresh > 0) void ctx.queue.ring(fresh);
  return accepted;
}

function grouperOf(db: Database): Grouper<Batch, Accepted[]> {
  let grouper = groupers.get(db);
  if (!grouper) {
    grouper = createGrouper<Batch, Accepted[]>({
      maxItems: 256,
      maxBytes: 1_000_000,
      maxWaitMs: 3,
      maxInFlight: 2,
      sizeOf: (batch) => batch.reduce((sum, event) => sum + event.input.text.length + (event.input.blob?.data.length ?? 0), 0),
      flush: (batches) => acceptBatches(db, batches),
    });
    groupers.set(db, grouper);
  }
  return grouper;
}

async function acceptBatches(db: Database, batches: readonly Batch[]): Promise<ItemResult<Accepted[]>[]> {
  try {
    const accepted = await acceptSurely(db, batches.flat());
    let from = 0;
    return batches.map((batch) => ({ ok: true, value: accepted.slice(from, (from += batch.length)) }));
  } catch (error) {
    if (faultOf(error) !== 'poison') throw error;
    if (batches.length === 1) return [{ ok: false, error: refusedByDatabase(error) }];
    // One event that Postgres refuses must not fail its neighbours.
    const middle = Math.ceil(batches.length / 2);
    return [...(await acceptBatches(db, batches.slice(0, middle))), ...(await acceptBatches(db, batches.slice(middle)))];
  }
}

/** How long a group whose answer was lost is looked for and repeated: callers wait. */
const REPEAT_MS = 8000;

/** A broken connection leaves it open whether the group was committed: it is looked up before it is tried again. */
async function acceptSurely(db: Database, events: Batch): Promise<Accepted[]> {
  const until = performance.now() + REPEAT_MS;
  for (let attempt = 0; ; attempt += 1) {
    try {
      if (attempt === 0) return await acceptRunGroup(db, events);
      return (await readBackAccepted(db.pool, events)) ?? (await acceptRunGroup(db, events));
    } catch (error) {
      const isOpen = faultOf(error) === 'lostAnswer' || (attempt > 0 && isTaken(error));
      if (!isOpen || performance.now() > until) throw error;
      await new Promise((resolve) => setTimeout(resolve, Math.min(1000, 50 * 2 ** attempt)));
    }
  }
}

/** The first try was committed between our look and our repetition. */
function isTaken(error: unknown): boolean {
  return typeof error === 'object' && error !== null && 'code' in error && error.code === '23505';
}
