/**
 * Lease renewal: one statement per process, which also brings back the cancel requests.
 */
import { LEASE_MS } from './claim-runs.ts';
import type { Queryable } from '../database.ts';

// Rows are locked in the order in which group writes lock them, so that the two cannot wait for each other in a circle.
const RENEW = `
WITH mine AS MATERIALIZED (SELECT id FROM run WHERE id = ANY($2::uuid[]) AND status = 'running' AND worker = $1 ORDER BY id FOR NO KEY UPDATE)
UPDATE run SET lease_until = now() + make_interval(secs => $3::float8 / 1000) FROM mine WHERE run.id = mine.id
RETURNING run.id, run.cancel_requested_at IS NOT NULL AS cancel`;

/** Renews the leases that a worker still holds of these runs. Gives those runs, and the ones among them that someone asked to cancel. */
export async function renewLeases(
  db: Queryable,
  options: { readonly worker: string; readonly runIds: readonly string[]; readonly leaseMs?: number },
): Promise<{ readonly renewed: readonly string[]; readonly cancelled: readonly string[] }> {
  const { rows } = await db.query<{ id: string; cancel: boolean }>(RENEW, [options.worker, options.runIds, options.leaseMs ?? LEASE_MS]);
  return { renewed: rows.map((row) => row.id), cancelled: rows.filter((row) => row.cancel).map((row) => row.id) };
}
