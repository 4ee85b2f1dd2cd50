/**
 * The one writer of a worker process: step records, ends and releases of all its runs, grouped.
 */
import { readBack, writeGroup } from '@weft/db';
import type { Database, RunWrite } from '@weft/db';
import { faultOf, refusedByDatabase } from './database-faults.ts';
import { createGrouper } from './grouping.ts';
import type { ItemResult } from './grouping.ts';

/** What became of a write. `isOwned` false: another worker has the run, or it ended; nothing was written. */
export interface WriteResult {
  readonly isOwned: boolean;
  readonly isCancelRequested: boolean;
}

export interface GroupWriter {
  /**
   * Writes one run's share of a group; a run has one write under way at a time. Resolves when it is durable. Throws
   * `invalid`, code `not_storable`, when this run's data is refused; then nothing of it was written.
   */
  write(write: RunWrite): Promise<WriteResult>;
  drain(): Promise<void>;
}

/** A write whose answer is lost is repeated this long: longer and the lease is gone anyway. */
const REPEAT_MS = 15_000;
const LOST: ItemResult<WriteResult> = { ok: true, value: { isOwned: false, isCancelRequested: false } };
const LANDED: ItemResult<WriteResult> = { ok: true, value: { isOwned: true, isCancelRequested: false } };

/** Makes the writer of a process. */
export function createGroupWriter(options: {
  readonly db: Database;
  readonly repeatMs?: number;
  /** Told before and after each group is written; only tests of faults listen. */
  readonly reached?: ((point: string) => void | Promise<void>) | undefined;
}): GroupWriter {
  const { db } = options;
  const grouper = createGrouper<RunWrite, WriteResult>({
    maxItems: 256,
    maxBytes: 1_000_000,
    // More than two at once were slower: they wait for the same disk.
    maxInFlight: 2,
    sizeOf,
    flush: async (writes) => {
      await options.reached?.('write.before');
      const results = await flush(db, writes, performance.now() + (options.repeatMs ?? REPEAT_MS));
      await options.reached?.('write.after');
      return results;
    },
  });
  return { write: grouper.add, drain: grouper.drain };
}

function sizeOf(write: RunWrite): number {
  const steps = write.steps.reduce(
    (sum, step) => sum + (step.input?.length ?? 0) + (step.output?.length ?? 0) + (step.exchanges?.length ?? 0) + 200,
    0,
  );
  const batches = (write.batches ?? []).reduce((sum, batch) => sum + batch.records.length, write.finish?.steps?.length ?? 0);
  return steps + batches + write.blobs.reduce((sum, blob) => sum + blob.data.length, 0);
}

/** Ends of runs and what goes on are written apart: they are other statements, and one may fail without the other. */
async function flush(db: Database, writes: readonly RunWrite[], until: number): Promise<ItemResult<WriteResult>[]> {
  const ends = writes.filter((write) => write.finish !== undefined);
  if (ends.length === 0 || ends.length === writes.length) return flushAlike(db, writes, until);
  const others = writes.filter((write) => write.finish === undefined);
  const [ended, kept] = await Promise.all([flushAlike(db, ends, until), flushAlike(db, others, until)]);
  let [end, other] = [0, 0];
  return writes.map((write) => (write.finish ? ended[end++] : kept[other++]) ?? LOST);
}

async function flushAlike(db: Database, writes: readonly RunWrite[], until: number): Promise<ItemResult<WriteResult>[]> {
  try {
    return match(writes, await writeGroup(db, writes));
  } catch (error) {
    const fault = faultOf(error);
    if (fault === 'poison') return bisect(db, writes, { until, error });
    if (fault === 'lostAnswer') return repeat(db, writes, { until, error });
    throw error;
  }
}

function match(
  writes: readonly RunWrite[],
  accepted: readonly { readonly runId: string; readonly isCancelRequested: boolean }[],
): ItemResult<WriteResult>[] {
  const byId = new Map(accepted.map((row) => [row.runId, row]));
  return writes.map((write) => {
    const row = byId.get(write.runId);
    return row ? { ok: true, value: { isOwned: true, isCancelRequested: row.isCancelRequested } } : LOST;
  });
}

/** One output that Postgres refuses fails its own run and no other. */
async function bisect(
  db: Database,
  writes: readonly RunWrite[],
  context: { until: number; error: unknown },
): Promise<ItemResult<WriteResult>[]> {
  if (writes.length === 1) return [{ ok: false, error: refusedByDatabase(context.error) }];
  const middle = Math.ceil(writes.length / 2);
  const left = await flushAlike(db, writes.slice(0, middle), context.until);
  const right = await flushAlike(db, writes.slice(middle), context.until);
  return [...left, ...right];
}

/**
 * The connection broke: the group may or may not have been committed. Steps can be written again without harm; ends and
 * releases that landed are recognised by reading back, since the run is no longer running then.
 */
async function repeat(
  db: Database,
  writes: readonly RunWrite[],
  context: { until: number; error: unknown },
): Promise<ItemResult<WriteResult>[]> {
  for (let attempt = 0; performance.now() < context.until; attempt += 1) {
    await new Promise((resolve) => setTimeout(resolve, Math.min(1000, 50 * 2 ** attempt)));
    try {
      const landed = await readBack(db.pool, writes);
      const open = writes.filter((write) => !landed.has(write.runId));
      const results = open.length === 0 ? [] : await flushAlike(db, open, context.until);
      const byId = new Map(open.map((write, index) => [write.runId, results[index] ?? LOST]));
      return writes.map((write) => byId.get(write.runId) ?? LANDED);
    } catch (error) {
      if (faultOf(error) !== 'lostAnswer') throw error;
    }
  }
  throw context.error;
}
