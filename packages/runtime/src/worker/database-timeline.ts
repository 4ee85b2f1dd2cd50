/**
 * Notices that the database goes on from a copy of itself: a replica that was promoted, or files that were restored up to
 * some time. PostgreSQL gives it a new timeline then. What the one before had acknowledged and the copy had not yet got is
 * missing, and no table tells: so it is told as soon as a worker sees it.
 */
import type { Queryable } from '@weft/db';
import type { Logger } from '../logger.ts';

const KEY = 'databaseTimeline';

/** Where the database was when a worker looked. */
interface Position {
  readonly timeline: number;
  readonly lsn: string;
  /** ISO time. */
  readonly at: string;
}

// The first eight digits of the name of a log file are its timeline. The last transaction that came over is known until the next restart.
const LOOK = `
SELECT ('x' || left(pg_walfile_name(pg_current_wal_lsn()), 8))::bit(32)::int AS timeline, pg_current_wal_lsn()::text AS lsn,
  now() AS at, pg_last_xact_replay_timestamp() AS copied_until, (SELECT value FROM instance WHERE key = '${KEY}') AS before`;

const NOTE = `INSERT INTO instance(key, value) VALUES ('${KEY}', $1::jsonb) ON CONFLICT (key) DO UPDATE SET value = excluded.value`;

/** Looks, compares with what was noted last, and notes what it sees. Says so in the log when the timeline is another one. */
export async function noteTimeline(db: Queryable, log: Logger): Promise<void> {
  const { rows } = await db.query<{ timeline: number; lsn: string; at: Date; copied_until: Date | null; before: Position | null }>(LOOK);
  const [row] = rows;
  if (!row) return;
  const { timeline, lsn, before } = row;
  if (before && before.timeline !== timeline) {
    const since = (row.copied_until ?? new Date(before.at)).toISOString();
    log.warn(
      `The database goes on from a copy of itself (timeline ${before.timeline}, now ${timeline}). What was accepted or done after ${since} ` +
        'and had not come over is missing. Have its senders send again, and see docs/backup.md about calls that would be made twice.',
      { timeline, before, lsn, since },
    );
  }
  const position: Position = { timeline, lsn, at: row.at.toISOString() };
  await db.query(NOTE, [JSON.stringify(position)]);
}
