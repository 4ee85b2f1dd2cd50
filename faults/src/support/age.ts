/** Makes runs old: their ids tell when they were accepted, and by them they stand in the tables of a day. */
import type { Bench } from './bench.ts';

const OLD_ID = `CREATE OR REPLACE FUNCTION faults_old_id(days float8) RETURNS uuid LANGUAGE sql VOLATILE AS $$
  SELECT (substr(h, 1, 8) || '-' || substr(h, 9, 4) || '-7' || substr(r, 1, 3) || '-8' || substr(r, 4, 3) || '-' || substr(r, 7, 12))::uuid
  FROM (SELECT lpad(to_hex((extract(epoch FROM now() - days * interval '1 day') * 1000)::bigint), 12, '0') AS h, md5(random()::text) AS r) AS parts $$`;

/** The tables that are cut into days. */
async function tablesByDay(bench: Bench): Promise<string[]> {
  const { rows } = await bench.db.pool.query<{ name: string }>(
    "SELECT relname AS name FROM pg_class WHERE relkind = 'p' AND relnamespace = current_schema()::regnamespace",
  );
  return rows.map(({ name }) => name);
}

/** Makes room for what is to be that old. */
async function openDay(bench: Bench, daysAgo: number): Promise<void> {
  const { rows } = await bench.db.pool.query<{ day: string }>(
    `SELECT to_char((now() AT TIME ZONE 'UTC')::date - $1::int, 'YYYYMMDD') AS day`,
    [daysAgo],
  );
  const day = rows[0]?.day ?? '';
  for (const table of await tablesByDay(bench))
    await bench.db.pool.query(
      `CREATE TABLE IF NOT EXISTS ${table}_${day} PARTITION OF ${table} FOR VALUES FROM (weft_uuid_floor(to_date('${day}', 'YYYYMMDD')::timestamp AT TIME ZONE 'UTC'))
       TO (weft_uuid_floor((to_date('${day}', 'YYYYMMDD') + 1)::timestamp AT TIME ZONE 'UTC'))`,
    );
}

/** Ended runs of a workflow, so many for each of the days, each with two steps, every fourth with a large value. */
export async function putOldRuns(
  bench: Bench,
  given: {
    readonly workspaceId: string;
    readonly workflowId: string;
    readonly versionId: string;
    readonly days: readonly number[];
    readonly each: number;
  },
): Promise<void> {
  await bench.db.pool.query(OLD_ID);
  for (const daysAgo of given.days) {
    await openDay(bench, daysAgo);
    await bench.db.pool.query(
      `WITH fresh AS MATERIALIZED (
         SELECT faults_old_id($4 - 0.0001) AS id, CASE WHEN n % 4 = 0 THEN faults_old_id($4) END AS blob FROM generate_series(1, $5::int) AS n
       ), blobs AS (
         INSERT INTO blob(id, size, codec, data) SELECT blob, 1000, 'zstd', decode(repeat('00', 1000), 'hex') FROM fresh WHERE blob IS NOT NULL
       ), steps AS (
         INSERT INTO step_run(run_id, path, attempt, seq, node_id, status, started_at, finished_at)
         SELECT id, 'n' || s, 1, s, 'n' || s, 'succeeded', now(), now() FROM fresh, generate_series(1, 2) AS s
       )
       INSERT INTO run_history(id, workspace_id, workflow_id, version_id, status, fence, recovery_count, origin, input_ref, created_at, finished_at)
       SELECT id, $1, $2, $3, 'succeeded', 1, 0, 'api', blob, now(), now() - $4 * interval '1 day' FROM fresh`,
      [given.workspaceId, given.workflowId, given.versionId, daysAgo, given.each],
    );
  }
}

/** Makes the runs of a workflow that wait, with all that belongs to them, that many days old. No worker may be at them. */
export async function ageWaitingRuns(bench: Bench, workflowId: string, daysAgo: number): Promise<void> {
  await bench.db.pool.query(OLD_ID);
  await openDay(bench, daysAgo);
  const tables = await tablesByDay(bench);
  await bench.db.transaction(async (client) => {
    await client.query(
      `CREATE TEMP TABLE aged ON COMMIT DROP AS SELECT id AS run, faults_old_id($2) AS old_run, input_ref AS blob, CASE WHEN input_ref IS NOT NULL THEN faults_old_id($2) END AS old_blob
       FROM run WHERE workflow_id = $1 AND status = 'waiting'`,
      [workflowId, daysAgo],
    );
    await client.query('UPDATE blob SET id = old_blob FROM aged WHERE blob.id = aged.blob');
    await client.query(
      "UPDATE run SET id = old_run, input_ref = old_blob, created_at = created_at - $1 * interval '1 day' FROM aged WHERE run.id = aged.run",
      [daysAgo],
    );
    for (const table of [...tables.filter((name) => name !== 'run_history'), 'run_wait', 'effect_intent'])
      await client.query(`UPDATE ${table} AS t SET run_id = old_run FROM aged WHERE t.run_id = aged.run`);
  });
}

/** What nobody needs any more and is still there: rows of runs that are gone, and values past their grace that nothing refers to. */
export async function countOrphans(bench: Bench): Promise<number> {
  const tables = (await tablesByDay(bench)).filter((name) => name !== 'run_history');
  const rowsOf = (table: string): string =>
    `SELECT count(*)::int AS count FROM ${table} t WHERE NOT EXISTS (SELECT FROM run WHERE run.id = t.run_id) AND NOT EXISTS (SELECT FROM run_history h WHERE h.id = t.run_id)`;
  const values = `SELECT count(*)::int AS count FROM blob b WHERE b.id < weft_uuid_floor(now() - interval '24 hours')
    AND NOT EXISTS (SELECT FROM run WHERE input_ref = b.id) AND NOT EXISTS (SELECT FROM run_history WHERE input_ref = b.id)
    AND NOT EXISTS (SELECT FROM step_run WHERE input_ref = b.id OR output_ref = b.id) AND NOT EXISTS (SELECT FROM run_wait WHERE answer_ref = b.id)`;
  let orphans = 0;
  for (const text of [...[...tables, 'run_wait', 'effect_intent'].map(rowsOf), values]) {
    const { rows } = await bench.db.pool.query<{ count: number }>(text);
    orphans += rows[0]?.count ?? 0;
  }
  return orphans;
}
