import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { acceptRunGroup, claimRuns, loadJournal, newId, openDatabase, prepareAccept } from '@weft/db';
import type { ClaimedRun, Database, RunWrite, StepRow } from '@weft/db';
import { freshDatabase } from '@weft/db/testing';
import type { FreshDatabase } from '@weft/db/testing';
import { createGroupWriter } from '../src/runs/group-writer.ts';
import { acceptRuns } from '../src/runs/accept-runs.ts';

let fresh: FreshDatabase;
let db: Database;
beforeAll(async () => {
  fresh = await freshDatabase();
  db = fresh.db;
});
afterAll(() => fresh[Symbol.asyncDispose]());

/** Cuts all connections of the database again and again; `stop` tells how many were cut. */
function cutConnections(): { stop(): Promise<number> } {
  const killer = openDatabase({ url: fresh.url, max: 1, applicationName: 'killer' });
  let cut = 0;
  let isStopped = false;
  const loop = async (): Promise<void> => {
    while (!isStopped) {
      const { rowCount } = await killer.pool.query(
        `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND application_name <> 'killer'`,
      );
      cut += rowCount ?? 0;
      await new Promise((resolve) => setTimeout(resolve, 20 + Math.random() * 60));
    }
  };
  const ended = loop();
  return {
    stop: async () => {
      isStopped = true;
      await ended;
      await killer.close();
      return cut;
    },
  };
}

const event = (payload: unknown = {}) => ({ workspaceId: newId(), workflowId: newId(), versionId: newId(), origin: 'manual', payload });

async function claimed(count: number): Promise<ClaimedRun[]> {
  await acceptRunGroup(db, await Promise.all(Array.from({ length: count }, () => prepareAccept(event()))));
  return claimRuns(db.pool, { worker: 'w', limit: count });
}

function step(path: string): StepRow {
  return {
    path,
    attempt: 1,
    seq: 0,
    nodeId: path,
    status: 'succeeded',
    port: null,
    input: null,
    output: '1',
    error: null,
    exchanges: null,
    stopReason: null,
    nextAttemptAt: null,
    inputRef: null,
    outputRef: null,
    extra: null,
    startedAt: 1,
    finishedAt: 2,
  };
}

const write = (run: ClaimedRun, steps: StepRow[], more: Partial<RunWrite> = {}): RunWrite => ({
  runId: run.id,
  fence: run.fence,
  steps,
  blobs: [],
  ...more,
});

describe('group writer', () => {
  it('fails the one run whose data Postgres refuses, and no other of its group', async () => {
    const runs = await claimed(40);
    const writer = createGroupWriter({ db });
    const results = await Promise.allSettled(
      runs.map((run, index) => writer.write(write(run, [step(index === 17 ? 'bad\0path' : 'good')]))),
    );
    const failed = results.flatMap((result, index) => (result.status === 'rejected' ? [{ index, reason: result.reason }] : []));
    expect(failed).toEqual([{ index: 17, reason: expect.objectContaining({ class: 'invalid', code: 'not_storable' }) }]);
    const written = await loadJournal(
      db.pool,
      runs.map((run) => run.id),
    );
    expect(written.map((row) => row.runId).toSorted()).toEqual(
      runs
        .filter((_, index) => index !== 17)
        .map((run) => run.id)
        .toSorted(),
    );
  });

  it('writes many runs in few statements', async () => {
    const runs = await claimed(50);
    let statements = 0;
    const counted = {
      ...db,
      pool: new Proxy(db.pool, {
        get: (pool, key) => (key === 'query' ? (...args: [never]) => ((statements += 1), pool.query(...args)) : Reflect.get(pool, key)),
      }),
    };
    const writer = createGroupWriter({ db: counted });
    await Promise.all(runs.map((run) => writer.write(write(run, [step('a')]))));
    expect(statements).toBeLessThanOrEqual(3);
  });

  it('loses nothing when its connections are cut while it writes', { timeout: 30_000 }, async () => {
    const runs = await claimed(50);
    const writer = createGroupWriter({ db });
    const cutting = cutConnections();
    const results: unknown[] = [];
    for (let round = 0; round < 40; round += 1) {
      const finish = round === 39 ? { finish: { status: 'succeeded', reason: null, error: null, failedNode: null } as const } : {};
      results.push(...(await Promise.all(runs.map((run) => writer.write(write(run, [{ ...step(`s${round}`), seq: round }], finish))))));
    }
    expect(await cutting.stop()).toBeGreaterThan(3);
    expect(results.every((result) => (result as { isOwned: boolean }).isOwned)).toBe(true);
    const written = await loadJournal(
      db.pool,
      runs.map((run) => run.id),
    );
    expect(written).toHaveLength(50 * 40);
    const { rows } = await db.pool.query('SELECT count(*)::int AS count FROM run_history WHERE id = ANY($1::uuid[])', [
      runs.map((run) => run.id),
    ]);
    expect(rows[0]).toEqual({ count: 50 });
  });
});

describe('accepting in groups', () => {
  it('accepts each event once although its connections are cut', { timeout: 30_000 }, async () => {
    const queue = {
      backend: 'postgres' as const,
      ring: async () => {},
      listen: async () => ({ close: async () => {} }),
      close: async () => {},
    };
    const cutting = cutConnections();
    const workspaceId = newId();
    const accepted: string[] = [];
    for (let round = 0; round < 60; round += 1) {
      const events = Array.from({ length: 40 }, (_, index) => ({
        ...event(),
        workspaceId,
        ...(index % 2 ? { dedupKey: `${round}-${index}` } : {}),
      }));
      accepted.push(
        ...(await Promise.all(events.map((one) => acceptRuns({ db, queue }, [one])))).flatMap((runs) => runs.map((run) => run.runId)),
      );
    }
    expect(await cutting.stop()).toBeGreaterThan(3);
    const { rows } = await db.pool.query<{ id: string }>('SELECT id FROM run WHERE workspace_id = $1', [workspaceId]);
    expect(rows.map((row) => row.id).toSorted()).toEqual(accepted.toSorted());
    expect(accepted).toHaveLength(2400);
  });

  it('fails the one event whose data Postgres refuses, and rings once for the others', async () => {
    let rung = 0;
    const queue = {
      backend: 'postgres' as const,
      ring: async (count: number) => void (rung += count),
      listen: async () => ({ close: async () => {} }),
      close: async () => {},
    };
    const events = Array.from({ length: 20 }, (_, index) => ({ ...event({ index }), versionId: index === 5 ? 'no uuid' : newId() }));
    const results = await Promise.allSettled(events.map((one) => acceptRuns({ db, queue }, [one])));
    expect(results.flatMap((result, index) => (result.status === 'rejected' ? [index] : []))).toEqual([5]);
    expect(rung).toBe(19);
  });
});
