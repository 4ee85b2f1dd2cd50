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
