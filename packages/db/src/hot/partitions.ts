import type { Queryable } from '../database.ts';

/** Makes the daily partitions of the history tables up to `days` ahead; harmless when they are there. */
export async function ensurePartitions(db: Queryable, days = 7): Promise<void> {
  await db.query('SELECT weft_ensure_partitions($1)', [days]);
}
