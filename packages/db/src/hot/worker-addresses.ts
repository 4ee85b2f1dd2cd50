/**
 * Where workers can be reached by processes that hand runs over to them.
 */
import type { Queryable } from '../database.ts';

/** A worker that has not renewed its address for so long is taken for gone. */
const GONE_SECONDS = 30;

/** Writes or renews a worker's address; addresses of workers that are gone go as well. */
export async function putWorkerAddress(db: Queryable, address: { readonly worker: string; readonly url: string }): Promise<void> {
  await db.query(
    `WITH gone AS (DELETE FROM worker_address WHERE seen_at < now() - interval '10 minutes')
     INSERT INTO worker_address(worker, url) VALUES ($1, $2) ON CONFLICT (worker) DO UPDATE SET url = excluded.url, seen_at = now()`,
    [address.worker, address.url],
  );
}

/** Takes a worker's address away. */
export async function removeWorkerAddress(db: Queryable, worker: string): Promise<void> {
  await db.query('DELETE FROM worker_address WHERE worker = $1', [worker]);
}

/** The addresses of all workers that seem to live. */
export async function findWorkerAddresses(db: Queryable): Promise<{ readonly worker: string; readonly url: string }[]> {
  const { rows } = await db.query<{ worker: string; url: string }>(
    `SELECT worker, url FROM worker_address WHERE seen_at > now() - interval '${GONE_SECONDS} seconds'`,
  );
  return rows;
}

const GIVE_BACK = `
UPDATE run SET status = 'queued', worker = NULL, lease_until = NULL
WHERE id = ANY($1::uuid[]) AND fence = 1 AND status = 'running'`;

/** Queues runs that were claimed for a worker that has surely not heard of them. */
export async function queueUnheardRuns(db: Queryable, runIds: readonly string[]): Promise<void> {
  await db.query(GIVE_BACK, [runIds]);
}
