/**
 * What the regular sweeps look for: runs that should be running and are not.
 */
import type { Queryable } from '../database.ts';

/** Counts of runs that some worker could take. */
export interface Backlog {
  /** Queued for more than a second. */
  readonly queued: number;
  readonly wakesDue: number;
  readonly leasesExpired: number;
}

const BACKLOG = `SELECT
  (SELECT count(*) FROM (SELECT FROM run WHERE status = 'queued' AND created_at < now() - interval '1 second' LIMIT 1000) AS q)::int AS queued,
  (SELECT count(*) FROM (SELECT FROM run WHERE status = 'waiting' AND wake_at <= now() LIMIT 1000) AS w)::int AS wakes_due,
  (SELECT count(*) FROM (SELECT FROM run WHERE status = 'running' AND lease_until < now() LIMIT 1000) AS l)::int AS leases_expired`;

/** Counts claimable runs, each kind up to 1,000. */
export async function countBacklog(db: Queryable): Promise<Backlog> {
  const { rows } = await db.query<{ queued: number; wakes_due: number; leases_expired: number }>(BACKLOG);
  const row = rows[0];
  return { queued: row?.queued ?? 0, wakesDue: row?.wakes_due ?? 0, leasesExpired: row?.leases_expired ?? 0 };
}

const WAKE_PARKED = `
UPDATE run SET wake_at = now(), parked_on = NULL FROM (
  SELECT r.id FROM run r WHERE r.parked_on IS NOT NULL AND r.status = 'waiting'
    AND NOT EXISTS (SELECT FROM connection c WHERE c.id = r.parked_on AND c.status = 'reconnect')
  ORDER BY r.id LIMIT $1 FOR UPDATE SKIP LOCKED
) AS free WHERE run.id = free.id`;

/**
 * Makes runs due that waited for an account which can be used again, or is gone, so that they say so. At most 1,000 at a time.
 * Looked for rather than told: whoever mends an account cannot know of a run that is being parked at this moment.
 */
export async function wakeParkedRuns(db: Queryable): Promise<number> {
  return (await db.query(WAKE_PARKED, [1000])).rowCount ?? 0;
}
