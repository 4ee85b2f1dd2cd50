/** What a server wrote to its log between two places: read from the log itself, for its counters tell of it up to ten seconds late. */
import type pg from 'pg';

/** What was written. */
export interface LogUse {
  /** Transactions that wrote something, each of which was flushed or shared a flush. */
  readonly commits: number;
  /** Without {@link pageImageBytes}. */
  readonly bytes: number;
  /** Whole pages, which are logged at their first change after a checkpoint: they belong to the checkpoint rather than to what changed them. */
  readonly pageImageBytes: number;
}

/** Where the log ends now. Everything that was committed stands before it. */
export async function logEnd(client: pg.Client): Promise<string> {
  await client.query('CREATE EXTENSION IF NOT EXISTS pg_walinspect');
  const { rows } = await client.query<{ at: string }>('SELECT pg_current_wal_flush_lsn() AS at');
  return rows[0]?.at ?? '0/0';
}

/** What stands between a place and the end: of the whole server, so nobody else may write meanwhile. */
export async function logUseSince(client: pg.Client, from: string): Promise<LogUse> {
  const { rows } = await client.query<{ commits: string; bytes: string; images: string }>(
    `SELECT coalesce(sum(count) FILTER (WHERE "resource_manager/record_type" LIKE 'Transaction/COMMIT%'), 0) AS commits,
       coalesce(sum(record_size), 0) AS bytes, coalesce(sum(fpi_size), 0) AS images
     FROM pg_get_wal_stats($1, pg_current_wal_flush_lsn(), true)`,
    [from],
  );
  return { commits: Number(rows[0]?.commits), bytes: Number(rows[0]?.bytes), pageImageBytes: Number(rows[0]?.images) };
}
