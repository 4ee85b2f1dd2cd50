/**
 * The way in: events become queued runs. When this answers, they survive anything but the loss of the disk.
 */
import { acceptRunGroup, prepareAccept, queueUnheardRuns, readBackAccepted } from '@weft/db';
import type { Accepted, AcceptRow, Database, PreparedAccept } from '@weft/db';
import type { HintQueue } from '@weft/queue';
import type { Ctx } from '../ctx.ts';
import type { WorkerLinks } from '../hand-over/worker-links.ts';
import { faultOf, refusedByDatabase } from './database-faults.ts';
import { createGrouper } from './grouping.ts';
import type { Grouper, ItemResult } from './grouping.ts';

/** One event that is to become a run. */
export type AcceptEvent = AcceptRow;
export type { Accepted };

type Batch = readonly PreparedAccept[];

/** What accepting takes. `links`: runs are handed straight to a worker that has room. */
export interface AcceptMeans extends Pick<Ctx, 'db' | 'queue'> {
  readonly links?: WorkerLinks;
}

// One per process: what it accepts and whom it tells are opened together.
const groupers = new WeakMap<HintQueue, Grouper<Batch, Accepted[]>>();

/**
 * Accepts events, in one transaction with others that come at the same time, and sees to it that a worker learns of them
 * after the commit. Results in the order of the events. An event whose `dedupKey` was seen before gives the first one's run.
 */
export async function acceptRuns(means: AcceptMeans, events: readonly AcceptEvent[]): Promise<Accepted[]> {
  if (events.length === 0) return [];
  const prepared = await Promise.all(events.map(prepareAccept));
  return grouperOf(means).add(prepared);
}

function grouperOf(means: AcceptMeans): Grouper<Batch, Accepted[]> {
  let grouper = groupers.get(means.queue);
  if (!grouper) {
    grouper = createGrouper<Batch, Accepted[]>({
      maxItems: 256,
      maxBytes: 1_000_000,
      maxInFlight: 2,
      sizeOf: (batch) => batch.reduce((sum, event) => sum + event.input.text.length + (event.input.blob?.data.length ?? 0), 0),
      flush: (batches) => acceptBatches(means, batches),
    });
    groupers.set(means.queue, grouper);
  }
  return grouper;
}

async function acceptBatches(means: AcceptMeans, batches: readonly Batch[]): Promise<ItemResult<Accepted[]>[]> {
  try {
    const accepted = await acceptGroup(means, batches.flat());
    let from = 0;
    return batches.map((batch) => ({ ok: true, value: accepted.slice(from, (from += batch.length)) }));
  } catch (error) {
    if (faultOf(error) !== 'poison') throw error;
    if (batches.length === 1) return [{ ok: false, error: refusedByDatabase(error) }];
    // One event that Postgres refuses must not fail its neighbours.
    const middle = Math.ceil(batches.length / 2);
    return [...(await acceptBatches(means, batches.slice(0, middle))), ...(await acceptBatches(means, batches.slice(middle)))];
  }
}

/** Larger payloads are read from the database by the worker that claims their run. */
const MOST_HANDED_CHARACTERS = 1_000_000;

async function acceptGroup({ db, queue, links }: AcceptMeans, events: Batch): Promise<Accepted[]> {
  const reservations = events.map(({ row, input }) => {
    // Where runs wait for each other, the claim sees to their order.
    const isFree = row.concurrencyKey === undefined && row.concurrencyLimit === undefined && input.json.length <= MOST_HANDED_CHARACTERS;
    return isFree ? links?.reserve() : undefined;
  });
  const assigned = events.map((event, index) => {
    const reservation = reservations[index];
    return reservation ? { ...event, worker: reservation.worker } : event;
  });
  let accepted: Accepted[];
  try {
    accepted = await acceptSurely(db, assigned);
  } catch (error) {
    for (const reservation of reservations) reservation?.link.giveBack();
    throw error;
  }
  const handed = assigned.flatMap((event, index) => {
    const [run, reservation] = [accepted[index], reservations[index]];
    if (run?.acceptedAt !== undefined && reservation) return [{ event, accepted: run, reservation }];
    reservation?.link.giveBack();
    return [];
  });
  const unheard = links?.handOver(handed) ?? [];
  const queued = accepted.filter((run) => !run.duplicate).length - handed.length;
  // Not awaited: the runs are safe already, and whoever waits for our answer should not wait for the bell.
  if (unheard.length > 0) void queueUnheardRuns(db.pool, unheard).then(() => queue.ring(unheard.length), ignoreUnheard);
  if (queued > 0 && !links?.hint(queued)) void queue.ring(queued);
  return accepted;
}

/** The lease of a run that cannot be queued anew ends; then a worker takes it. */
function ignoreUnheard(): void {}

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
