import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { ensurePartitions, newId, pruneOnce } from '../src/index.ts';
import { freshDatabase } from '../src/testing.ts';
import type { FreshDatabase } from '../src/testing.ts';

const DAY_MS = 86_400_000;
let fresh: FreshDatabase;
beforeAll(async () => {
  fresh = await freshDatabase();
});
afterAll(() => fresh[Symbol.asyncDispose]());
beforeEach(async () => {
  for (const table of ['run', 'run_history', 'step_run', 'run_wait', 'blob', 'run_dedup'])
    await fresh.db.pool.query(`DELETE FROM ${table}`);
  await fresh.db.pool.query('DELETE FROM workflow');
});

const query = async <T>(text: string, values: unknown[] = []): Promise<T[]> => (await fresh.db.pool.query(text, values)).rows as T[];

/** An id of a time that many days ago. */
function idOf(daysAgo: number): string {
  const time = Math.floor(Date.now() - daysAgo * DAY_MS)
    .toString(16)
    .padStart(12, '0');
  return `${time.slice(0, 8)}-${time.slice(8)}-7${newId().slice(15)}`;
}

const parents = async (): Promise<string[]> =>
  (await query<{ name: string }>("SELECT relname AS name FROM pg_class WHERE relkind = 'p'")).map(({ name }) => name);

async function partitionsFor(daysAgo: number): Promise<string> {
  const [row] = await query<{ day: string }>(`SELECT to_char((now() AT TIME ZONE 'UTC')::date - $1::int, 'YYYYMMDD') AS day`, [daysAgo]);
  const day = row?.day ?? '';
  for (const table of await parents())
    await fresh.db.pool.query(
      `CREATE TABLE IF NOT EXISTS ${table}_${day} PARTITION OF ${table} FOR VALUES FROM (weft_uuid_floor(to_date('${day}', 'YYYYMMDD')::timestamp AT TIME ZONE 'UTC'))
       TO (weft_uuid_floor((to_date('${day}', 'YYYYMMDD') + 1)::timestamp AT TIME ZONE 'UTC'))`,
    );
  return day;
}

async function workflow(retentionDays?: number): Promise<string> {
  const id = newId();
  const workspaceId = newId();
  await query('INSERT INTO workspace(id, name) VALUES ($1, $2)', [workspaceId, 'W']);
  await query(`INSERT INTO workflow(id, workspace_id, name, draft, published_version) VALUES ($1, $2, 'W', '{}', 1)`, [id, workspaceId]);
  const settings = retentionDays === undefined ? {} : { retentionDays };
  await query(`INSERT INTO workflow_version(id, workflow_id, number, document) VALUES ($1, $2, 1, $3)`, [
    newId(),
    id,
    JSON.stringify({ settings }),
  ]);
  return id;
}

async function ended(
  workflowId: string,
  options: { readonly createdDaysAgo: number; readonly endedDaysAgo?: number; readonly blob?: string; readonly answer?: string },
): Promise<string> {
  const id = idOf(options.createdDaysAgo);
  await query(
    `INSERT INTO run_history(id, workspace_id, workflow_id, version_id, status, fence, recovery_count, origin, input_ref, created_at, finished_at)
     VALUES ($1, $2, $3, $2, 'succeeded', 1, 0, 'api', $4, now(), now() - make_interval(days => $5))`,
    [id, newId(), workflowId, options.blob ?? null, options.endedDaysAgo ?? options.createdDaysAgo],
  );
  await query(
    `INSERT INTO step_run(run_id, path, attempt, seq, node_id, status, started_at, finished_at) VALUES ($1, 'a', 1, 0, 'a', 'succeeded', now(), now())`,
    [id],
  );
  await query(
    `INSERT INTO run_wait(id, workspace_id, workflow_id, run_id, path, node_id, kind, status, answer_ref) VALUES ($1, $1, $2, $3, 'b', 'b', 'event', 'answered', $4)`,
    [newId(), workflowId, id, options.answer ?? null],
  );
  return id;
}

const waitsOf = async (id: string): Promise<number> => (await query('SELECT FROM run_wait WHERE run_id = $1', [id])).length;
const exists = async (id: string): Promise<boolean> => (await query('SELECT FROM run_history WHERE id = $1', [id])).length === 1;

describe('retention', () => {
  it('removes ended runs by the days of their workflow, with their steps, and nothing younger', async () => {
    const short = await workflow(2);
    const usual = await workflow();
    const old = await ended(short, { createdDaysAgo: 5 });
    const young = await ended(short, { createdDaysAgo: 1 });
    // It was begun long ago and ended yesterday, after a wait.
    const late = await ended(short, { createdDaysAgo: 20, endedDaysAgo: 1 });
    const kept = await ended(usual, { createdDaysAgo: 20 });
    const gone = await ended(usual, { createdDaysAgo: 40 });
    const pruned = await pruneOnce(fresh.db, { days: 30, dedupDays: 0 });
    expect(pruned.runs).toBe(2);
    expect(await Promise.all([old, young, late, kept, gone].map(exists))).toEqual([false, true, true, true, false]);
    expect(await query('SELECT run_id FROM step_run WHERE run_id = ANY($1)', [[old, gone]])).toEqual([]);
    expect(await Promise.all([old, young, late, kept, gone].map(waitsOf))).toEqual([0, 1, 1, 1, 0]);
  });

  it('keeps everything for ever when told so', async () => {
    const id = await ended(await workflow(), { createdDaysAgo: 400 });
    expect(await pruneOnce(fresh.db, { days: 0, dedupDays: 0 })).toMatchObject({ runs: 0, days: [] });
    expect(await exists(id)).toBe(true);
  });

  it('drops whole days of which nobody keeps anything, and none that a live run belongs to', async () => {
    const id = await workflow();
    const [empty, waiting] = [await partitionsFor(50), await partitionsFor(60)];
    const gone = await ended(id, { createdDaysAgo: 50 });
    const run = idOf(60);
    await query(
      `INSERT INTO run(id, workspace_id, workflow_id, version_id, status, origin, wake_at) VALUES ($1, $2, $3, $2, 'waiting', 'api', now() + interval '30 days')`,
      [run, newId(), id],
    );
    await query(
      `INSERT INTO step_run(run_id, path, attempt, seq, node_id, status, started_at, finished_at) VALUES ($1, 'a', 1, 0, 'a', 'succeeded', now(), now())`,
      [run],
    );
    expect((await pruneOnce(fresh.db, { days: 30, dedupDays: 0 })).days).toEqual([empty]);
    expect([await exists(gone), await waitsOf(gone)]).toEqual([false, 0]);
    expect(await query('SELECT to_regclass($1) AS it', [`run_history_${empty}`])).toEqual([{ it: null }]);
    expect(await query('SELECT run_id FROM step_run WHERE run_id = $1', [run])).toHaveLength(1);
    expect(await query('SELECT to_regclass($1) IS NOT NULL AS it', [`step_run_${waiting}`])).toEqual([{ it: true }]);
    await ensurePartitions(fresh.db.pool);
  });

  it('waits for nobody: a day that is being read stays until the next round', async () => {
    const id = await workflow();
    const day = await partitionsFor(70);
    await ended(id, { createdDaysAgo: 70 });
    const reader = await fresh.db.pool.connect();
    await reader.query('BEGIN');
    await reader.query(`SELECT * FROM run_history_${day}`);
    const startedAt = performance.now();
    const { days } = await pruneOnce(fresh.db, { days: 30, dedupDays: 0 });
    const tookMs = performance.now() - startedAt;
    await reader.query('COMMIT');
    reader.release();
    expect(days).not.toContain(day);
    expect(tookMs).toBeLessThan(5000);
    await pruneOnce(fresh.db, { days: 30, dedupDays: 0 });
    expect((await query<{ it: unknown }>('SELECT to_regclass($1) AS it', [`run_history_${day}`]))[0]?.it).toBeNull();
  });

  it('removes blobs that nothing refers to, after a day of grace', async () => {
    const blob = async (daysAgo: number): Promise<string> => {
      const id = idOf(daysAgo);
      await query(`INSERT INTO blob(id, size, codec, data) VALUES ($1, 1, 'zstd', '')`, [id]);
      return id;
    };
    const [orphan, young, used, ofOld, answer] = [await blob(3), await blob(0), await blob(3), await blob(50), await blob(3)];
    const id = await workflow();
    await ended(id, { createdDaysAgo: 3, blob: used, answer });
    await ended(id, { createdDaysAgo: 50, blob: ofOld });
    await pruneOnce(fresh.db, { days: 30, dedupDays: 0 });
    await pruneOnce(fresh.db, { days: 30, dedupDays: 0 });
    const left = (await query<{ id: string }>('SELECT id FROM blob')).map((row) => row.id);
    expect(left.toSorted()).toEqual([young, used, answer].toSorted());
    expect(left).not.toContain(orphan);
  });

  it('forgets old keys of events, but none of a run that goes on', async () => {
    const workspaceId = newId();
    const live = newId();
    await query(
      `INSERT INTO run(id, workspace_id, workflow_id, version_id, status, origin, wake_at) VALUES ($1, $2, $2, $2, 'waiting', 'api', now() + interval '1 day')`,
      [live, workspaceId],
    );
    for (const [key, run, days] of [
      ['old', newId(), 400],
      ['young', newId(), 10],
      ['live', live, 400],
    ] as const)
      await query(`INSERT INTO run_dedup(workspace_id, key, run_id, created_at) VALUES ($1, $2, $3, now() - make_interval(days => $4))`, [
        workspaceId,
        key,
        run,
        days,
      ]);
    expect((await pruneOnce(fresh.db, { days: 30, dedupDays: 365 })).keys).toBe(1);
    expect((await query<{ key: string }>('SELECT key FROM run_dedup ORDER BY key')).map(({ key }) => key)).toEqual(['live', 'young']);
  });

  it('is done by one at a time', async () => {
    const id = await workflow(1);
    await Promise.all(Array.from({ length: 20 }, () => ended(id, { createdDaysAgo: 5 })));
    const all = await Promise.all(Array.from({ length: 4 }, () => pruneOnce(fresh.db, { days: 30, dedupDays: 0 })));
    expect(all.reduce((sum, { runs }) => sum + runs, 0)).toBe(20);
  });
});
