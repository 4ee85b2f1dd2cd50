/**
 * Lease renewal: one statement per process, which also brings back the cancel requests and the database's time.
 */
import { LEASE_MS } from './claim-runs.ts';
import type { Queryable } from '../database.ts';

// Rows are locked in the order in which group writes lock them, so that the two cannot wait for each other in a circle.
const RENEW = `
WITH mine AS MATERIALIZED (SELECT id FROM run WHERE id = ANY($2::uuid[]) AND status = 'running' AND worker = $1 ORDER BY id FOR NO KEY UPDATE),
kept AS (
  UPDATE run SET lease_until = now() + make_interval(secs => $3::float8 / 1000) FROM mine WHERE run.id = mine.id
  RETURNING run.id, run.cancel_requested_at IS NOT NULL AS cancel
)
SELECT coalesce(array_agg(id::text), '{}') AS renewed, coalesce(array_agg(id::text) FILTER (WHERE cancel), '{}') AS cancelled,
  (extract(epoch FROM clock_timestamp()) * 1000)::float8 AS now FROM kept`;

/** What a renewal found. */
export interface Renewal {
  /** Runs that are still the worker's. */
  readonly renewed: readonly string[];
  /** Those among them that someone asked to cancel. */
  readonly cancelled: readonly string[];
  /** The time of the database when it was through, epoch milliseconds. */
  readonly now: number;
}

/** Renews the leases that a worker still holds of these runs. */
export async function renewLeases(
  db: Queryable,
  options: { readonly worker: string; readonly runIds: readonly string[]; readonly leaseMs?: number },
): Promise<Renewal> {
  const { rows } = await db.query<Renewal>(RENEW, [options.worker, options.runIds, options.leaseMs ?? LEASE_MS]);
  return rows[0] ?? { renewed: [], cancelled: [], now: Date.now() };
}
