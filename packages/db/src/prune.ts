/**
 * Retention: what ended long enough ago goes. Runs that are not at their end stay whatever their age, and so does all that
 * belongs to them. Nothing here waits for a lock that the engine holds, nor holds one that it needs for longer than a batch
 * of rows takes.
 *
 * Whole days go by emptying their partitions, once no workflow keeps anything of them. What single workflows keep for a
 * shorter time goes in batches before that. Values in blobs go when nothing refers to them any more.
 */
import type pg from 'pg';
import type { Database, Queryable } from './database.ts';

/** How long things are kept. Days; 0 or less keeps for ever. */
export interface Retention {
  /** Of runs whose workflow says nothing. */
  readonly days: number;
  /** Of the keys by which an event that comes again is recognised. */
  readonly dedupDays: number;
}

/** What one round removed. */
export interface Pruned {
  readonly days: readonly string[];
  readonly runs: number;
  readonly blobs: number;
  readonly keys: number;
  /** There is more; another round may follow at once. */
  readonly hasMore: boolean;
}

const NOTHING: Pruned = { days: [], runs: 0, blobs: 0, keys: 0, hasMore: false };
const LOCK = 7_263_003;
const BATCH_RUNS = 500;
const BATCH_BLOBS = 1000;
const BATCH_KEYS = 5000;

/** The tables that are cut into days by the run's id: all that are partitioned. */
async function tablesByDay(db: Queryable): Promise<string[]> {
  const { rows } = await db.query<{ name: string }>(
    "SELECT relname AS name FROM pg_class WHERE relkind = 'p' AND relnamespace = current_schema()::regnamespace ORDER BY relname",
  );
  return rows.map(({ name }) => name);
}

/** Removes one batch of each kind. Does nothing while another worker is at it. */
export async function pruneOnce(db: Database, retention: Retention): Promise<Pruned> {
  const client = await db.pool.connect();
  try {
    const { rows } = await client.query<{ mine: boolean }>('SELECT pg_try_advisory_lock($1) AS mine', [LOCK]);
    if (rows[0]?.mine !== true) return NOTHING;
    try {
      const days = await dropDays(client, retention.days);
      const runs = await pruneRuns(db, retention.days);
      const blobs = await sweepBlobs(db.pool);
      const keys = await pruneKeys(db.pool, retention.dedupDays);
      return { days, runs, blobs: blobs.removed, keys, hasMore: runs === BATCH_RUNS || keys === BATCH_KEYS || blobs.hasMore };
    } finally {
      await client.query('SELECT pg_advisory_unlock($1)', [LOCK]);
    }
  } finally {
    client.release();
  }
}

/** Days each workflow keeps its ended runs: its published version's own, else the usual ones. Null keeps for ever. */
const KEPT = `SELECT w.id, coalesce((v.document #>> '{settings,retentionDays}')::int, nullif(greatest($1::int, 0), 0)) AS days
  FROM workflow w LEFT JOIN workflow_version v ON v.workflow_id = w.id AND v.number = w.published_version`;

/** Empties and drops the partitions of days of which nobody keeps anything. Gives the days, such as `20261101`. */
async function dropDays(client: pg.PoolClient, usualDays: number): Promise<string[]> {
  const { rows: longest } = await client.query<{ days: number | null; keeps_all: boolean }>(
    `SELECT max(days) AS days, count(*) <> count(days) AS keeps_all FROM (${KEPT}) AS k`,
    [usualDays],
  );
  const days = longest[0]?.keeps_all === false ? longest[0].days : null;
  if (days === null) return [];
  const { rows } = await client.query<{ day: string }>(
    `SELECT right(c.relname, 8) AS day FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
     WHERE i.inhparent = 'run_history'::regclass AND c.relname ~ '_[0-9]{8}$' AND to_date(right(c.relname, 8), 'YYYYMMDD') < (now() AT TIME ZONE 'UTC')::date - $1::int - 1
     ORDER BY 1`,
    [days],
  );
  const dropped: string[] = [];
  const tables = await tablesByDay(client);
  for (const { day } of rows) if (await dropDay(client, { day, days, tables })) dropped.push(day);
  return dropped;
}

async function dropDay(
  client: pg.PoolClient,
  { day, days, tables }: { readonly day: string; readonly days: number; readonly tables: readonly string[] },
): Promise<boolean> {
  const { rows } = await client.query<{ is_needed: boolean }>(
    `SELECT EXISTS (SELECT FROM run WHERE id >= weft_uuid_floor(to_date($1, 'YYYYMMDD')::timestamp AT TIME ZONE 'UTC')
         AND id < weft_uuid_floor((to_date($1, 'YYYYMMDD') + 1)::timestamp AT TIME ZONE 'UTC'))
       OR EXISTS (SELECT FROM run_history_${day} WHERE finished_at > now() - make_interval(days => $2)) AS is_needed`,
    [day, days],
  );
  if (rows[0]?.is_needed !== false) return false;
  try {
    await client.query('BEGIN');
    // Emptying locks the day alone; taking it off its table locks that for a moment, and gives up if it cannot at once.
    await client.query("SET LOCAL lock_timeout = '200ms'");
    const parts = tables.map((table) => `${table}_${day}`);
    await client.query(`TRUNCATE ${parts.join(', ')}`);
    for (const part of parts) await client.query(`DROP TABLE ${part}`);
    await client.query(
      `DELETE FROM run_wait WHERE run_id >= weft_uuid_floor(to_date($1, 'YYYYMMDD')::timestamp AT TIME ZONE 'UTC')
         AND run_id < weft_uuid_floor((to_date($1, 'YYYYMMDD') + 1)::timestamp AT TIME ZONE 'UTC')`,
      [day],
    );
    await client.query('COMMIT');
    return true;
  } catch (error) {
    await client.query('ROLLBACK');
    // Somebody reads or writes there at the moment: the next round tries again.
    if ((error as { code?: string }).code === '55P03') return false;
    throw error;
  }
}

const RUNS = `
WITH kept AS (${KEPT}), chosen AS MATERIALIZED (
  SELECT h.id FROM kept CROSS JOIN LATERAL (
    SELECT id FROM run_history WHERE workflow_id = kept.id AND id < weft_uuid_floor(now() - make_interval(days => kept.days))
      AND finished_at < now() - make_interval(days => kept.days) ORDER BY id LIMIT $2
  ) AS h WHERE kept.days IS NOT NULL LIMIT $2
)
DELETE FROM run_history USING chosen WHERE run_history.id = chosen.id RETURNING run_history.id`;

/** Removes a batch of ended runs with all that belongs to them; gives how many. */
async function pruneRuns(db: Database, usualDays: number): Promise<number> {
  return db.transaction(async (client) => {
    const { rows } = await client.query<{ id: string }>(RUNS, [usualDays, BATCH_RUNS]);
    const ids = rows.map(({ id }) => id);
    if (ids.length === 0) return 0;
    const tables = (await tablesByDay(client)).filter((table) => table !== 'run_history');
    for (const table of [...tables, 'effect_intent', 'run_wait'])
      await client.query(`DELETE FROM ${table} WHERE run_id = ANY($1::uuid[])`, [ids]);
    return ids.length;
  });
}

// A day's grace: a blob is written before the row that refers to it.
const SWEEP = `
WITH candidate AS MATERIALIZED (
  SELECT id FROM blob WHERE id > $1 AND id < weft_uuid_floor(now() - interval '24 hours') ORDER BY id LIMIT $2
), removed AS (
  DELETE FROM blob USING candidate WHERE blob.id = candidate.id
    AND NOT EXISTS (SELECT FROM run WHERE input_ref = candidate.id) AND NOT EXISTS (SELECT FROM run_history WHERE input_ref = candidate.id)
    AND NOT EXISTS (SELECT FROM step_run WHERE input_ref = candidate.id) AND NOT EXISTS (SELECT FROM step_run WHERE output_ref = candidate.id)
    AND NOT EXISTS (SELECT FROM run_wait WHERE answer_ref = candidate.id)
  RETURNING blob.id
)
SELECT (SELECT count(*) FROM removed)::int AS removed, (SELECT count(*) FROM candidate)::int AS seen,
  (SELECT id FROM candidate ORDER BY id DESC LIMIT 1) AS last`;

const FIRST_ID = '00000000-0000-0000-0000-000000000000';

/** Looks at the next blobs, beginning again when all were looked at. */
async function sweepBlobs(db: Queryable): Promise<{ readonly removed: number; readonly hasMore: boolean }> {
  const { rows: known } = await db.query<{ value: string }>(`SELECT value #>> '{}' AS value FROM instance WHERE key = 'blobSweep'`);
  const { rows } = await db.query<{ removed: number; seen: number; last: string | null }>(SWEEP, [
    known[0]?.value ?? FIRST_ID,
    BATCH_BLOBS,
  ]);
  const { removed = 0, seen = 0, last = null } = rows[0] ?? {};
  const hasMore = seen === BATCH_BLOBS;
  await db.query(
    `INSERT INTO instance(key, value) VALUES ('blobSweep', to_jsonb($1::text)) ON CONFLICT (key) DO UPDATE SET value = excluded.value`,
    [hasMore ? last : FIRST_ID],
  );
  return { removed, hasMore };
}

async function pruneKeys(db: Queryable, days: number): Promise<number> {
  if (days <= 0) return 0;
  const { rowCount } = await db.query(
    `DELETE FROM run_dedup WHERE (workspace_id, key) IN (
       SELECT workspace_id, key FROM run_dedup d WHERE created_at < now() - make_interval(days => $1)
         AND NOT EXISTS (SELECT FROM run WHERE run.id = d.run_id) LIMIT $2)`,
    [days, BATCH_KEYS],
  );
  return rowCount ?? 0;
}
