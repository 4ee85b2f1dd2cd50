import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  acceptRunGroup,
  announceWait,
  answerWait,
  claimRuns,
  closeWaits,
  countBacklog,
  loadCalledEnd,
  loadOpenWaits,
  newId,
  prepareAccept,
  registerCall,
  registerWait,
  requestCancel,
  settleCalls,
  stageCallOutput,
  toStoredValue,
  writeGroup,
} from '../src/index.ts';
import type { ClaimedRun, Database, WaitOwner, WaitRow } from '../src/index.ts';
import { freshDatabase } from '../src/testing.ts';
import type { FreshDatabase } from '../src/testing.ts';

let fresh: FreshDatabase;
let db: Database;
beforeAll(async () => {
  fresh = await freshDatabase();
  db = fresh.db;
});
afterAll(() => fresh[Symbol.asyncDispose]());

const SUCCEEDED = { status: 'succeeded', reason: null, error: null, failedNode: null } as const;

async function runningRun(workspaceId = newId()): Promise<ClaimedRun> {
  await acceptRunGroup(db, [await prepareAccept({ workspaceId, workflowId: newId(), versionId: newId(), origin: 'manual', payload: {} })]);
  return claimOf(workspaceId);
}

async function claimOf(workspaceId: string): Promise<ClaimedRun> {
  const claimed = await claimRuns(db.pool, { worker: 'w', limit: 50 });
  const run = claimed.find((candidate) => candidate.workspaceId === workspaceId);
  if (!run) throw new Error('The run was not claimable');
  return run;
}

const ownerOf = ({ id, fence }: ClaimedRun): WaitOwner => ({ runId: id, fence });
const release = (run: ClaimedRun, afterMs: number | null = null) =>
  writeGroup(db, [{ runId: run.id, fence: run.fence, steps: [], blobs: [], release: { to: 'waiting', afterMs, reason: 'waits' } }]);
const finish = (run: ClaimedRun, end: object = {}) =>
  writeGroup(db, [{ runId: run.id, fence: run.fence, steps: [], blobs: [], finish: { ...SUCCEEDED, ...end } }]);
const event = (more: Partial<WaitRow> = {}): WaitRow => ({ path: 'paid', nodeId: 'paid', kind: 'event', tokenHash: newId(), ...more });
const answer = async (key: string | undefined, value: unknown = { ok: true }) =>
  answerWait(db, { tokenHash: key ?? '' }, { answer: await toStoredValue(value), by: null });

async function runRow(runId: string) {
  const { rows } = await db.pool.query<{ status: string; signalled: boolean; is_due: boolean }>(
    'SELECT status, signalled, coalesce(wake_at <= now(), false) AS is_due FROM run WHERE id = $1',
    [runId],
  );
  return rows[0];
}

describe('registering', () => {
  it('keeps the time of the first registration however often it is asked about', async () => {
    const run = await runningRun();
    const timer: WaitRow = { path: 'rest', nodeId: 'rest', kind: 'timer', due: { afterMs: 60_000 } };
    const first = await registerWait(db.pool, ownerOf(run), timer);
    const again = await registerWait(db.pool, ownerOf(run), { ...timer, due: { afterMs: 5 } });
    expect(first).toMatchObject({ status: 'open' });
    expect([again?.dueAt, again?.since]).toEqual([first?.dueAt, first?.since]);
    expect(await loadOpenWaits(db.pool, [run.id])).toMatchObject([{ runId: run.id, path: 'rest', dueAt: first?.dueAt }]);
  });

  it('is over at once for a time that is past, and expires when its time has come', async () => {
    const run = await runningRun();
    const past = await registerWait(db.pool, ownerOf(run), { path: 'past', nodeId: 'past', kind: 'timer', due: { at: Date.now() - 1000 } });
    expect(past?.status).toBe('expired');
    const wait = event({ due: { afterMs: 60_000 } });
    expect((await registerWait(db.pool, ownerOf(run), wait))?.status).toBe('open');
    await db.pool.query(`UPDATE run_wait SET due_at = now() - interval '1 second' WHERE run_id = $1 AND path = 'paid'`, [run.id]);
    expect(await answer(wait.tokenHash)).toBe('late');
    expect((await registerWait(db.pool, ownerOf(run), wait))?.status).toBe('expired');
    expect(await answer(wait.tokenHash)).toBe('late');
  });

  it('is refused to a worker that has lost the run', async () => {
    const run = await runningRun();
    const stale = { runId: run.id, fence: String(Number(run.fence) - 1) };
    expect(await registerWait(db.pool, stale, event())).toBeUndefined();
    expect(await announceWait(db.pool, stale, { path: 'paid', nodeId: 'paid', tokenHash: newId() })).toBe(false);
    expect((await db.pool.query('SELECT FROM run_wait WHERE run_id = $1', [run.id])).rowCount).toBe(0);
  });
});

describe('answering', () => {
  it('takes one of fifty answers at the same moment', async () => {
    const run = await runningRun();
    const wait = event();
    await registerWait(db.pool, ownerOf(run), wait);
    await release(run);
    const outcomes = await Promise.all(Array.from({ length: 50 }, (_, number) => answer(wait.tokenHash, { number })));
    expect(outcomes.filter((outcome) => outcome === 'answered')).toHaveLength(1);
    expect(outcomes.filter((outcome) => outcome === 'late')).toHaveLength(49);
    const winner = outcomes.indexOf('answered');
    const claimed = await claimOf(run.workspaceId);
    expect(await registerWait(db.pool, ownerOf(claimed), wait)).toMatchObject({ status: 'answered', answer: { number: winner } });
  });

  it('keeps an answer that comes before the run is there', async () => {
    const run = await runningRun();
    const wait = event({ due: { afterMs: 1000 } });
    await announceWait(db.pool, ownerOf(run), { path: 'paid', nodeId: 'paid', tokenHash: wait.tokenHash ?? '' });
    expect(await answer(wait.tokenHash, { early: true })).toBe('answered');
    expect(await registerWait(db.pool, ownerOf(run), wait)).toMatchObject({ status: 'answered', answer: { early: true } });
    expect(await answer(wait.tokenHash)).toBe('late');
  });

  it('starts the time of a wait when the run gets there, not when its address is given away', async () => {
    const run = await runningRun();
    const wait = event({ due: { afterMs: 60_000 } });
    await announceWait(db.pool, ownerOf(run), { path: 'paid', nodeId: 'paid', tokenHash: wait.tokenHash ?? '' });
    expect(await loadOpenWaits(db.pool, [run.id])).toEqual([]);
    expect(await registerWait(db.pool, ownerOf(run), wait)).toMatchObject({ status: 'open' });
    expect((await loadOpenWaits(db.pool, [run.id]))[0]?.dueInMs).toBeGreaterThan(50_000);
  });

  it('changes nothing once the run has ended, and knows nothing by the id of a run', async () => {
    const run = await runningRun();
    const wait = event();
    await registerWait(db.pool, ownerOf(run), wait);
    await finish(run);
    expect(await answer(wait.tokenHash)).toBe('late');
    expect([await answer(run.id), await answer('')]).toEqual(['unknown', 'unknown']);
  });

  it('keeps an answer too large for a row', async () => {
    const run = await runningRun();
    const wait = event();
    await registerWait(db.pool, ownerOf(run), wait);
    const text = 'x'.repeat(200_000);
    await answer(wait.tokenHash, { text });
    expect((await registerWait(db.pool, ownerOf(run), wait))?.answer).toEqual({ text });
  });

  it('is found by its workspace only', async () => {
    const run = await runningRun();
    await registerWait(db.pool, ownerOf(run), { path: 'check', nodeId: 'check', kind: 'review', question: { subject: 'Q' } });
    const { rows } = await db.pool.query<{ id: string }>('SELECT id FROM run_wait WHERE run_id = $1', [run.id]);
    const given = { answer: await toStoredValue({ choice: 'a' }), by: 'Ada' };
    const id = rows[0]?.id ?? '';
    expect(await answerWait(db, { id, workspaceId: newId() }, given)).toBe('unknown');
    expect(await answerWait(db, { id, workspaceId: run.workspaceId }, given)).toBe('answered');
  });
});

describe('waking', () => {
  it('makes a waiting run due at once', async () => {
    const run = await runningRun();
    const wait = event();
    await registerWait(db.pool, ownerOf(run), wait);
    await release(run);
    expect(await runRow(run.id)).toMatchObject({ status: 'waiting', is_due: false });
    await answer(wait.tokenHash);
    expect(await runRow(run.id)).toMatchObject({ is_due: true });
    expect((await countBacklog(db.pool)).wakesDue).toBeGreaterThan(0);
    await claimOf(run.workspaceId);
    expect(await runRow(run.id)).toMatchObject({ status: 'running', signalled: false });
  });

  it('makes a run due as soon as it is released that was being executed when the answer came', async () => {
    const run = await runningRun();
    const wait = event();
    await registerWait(db.pool, ownerOf(run), wait);
    await answer(wait.tokenHash);
    await release(run, 3_600_000);
    expect(await runRow(run.id)).toMatchObject({ status: 'waiting', is_due: true });
  });

  it('never sleeps over an answer that comes at the moment of the release', async () => {
    for (let round = 0; round < 60; round += 1) {
      const run = await runningRun();
      const wait = event();
      await registerWait(db.pool, ownerOf(run), wait);
      const [outcome] = await Promise.all([answer(wait.tokenHash), release(run)]);
      expect(outcome).toBe('answered');
      expect(await runRow(run.id), `round ${round}`).toMatchObject({ status: 'waiting', is_due: true });
    }
  });
});

async function callOf(run: ClaimedRun, more: { path?: string; isAwaited?: boolean } = {}) {
  const path = more.path ?? 'sync';
  const child = await prepareAccept({
    workspaceId: run.workspaceId,
    workflowId: newId(),
    versionId: newId(),
    origin: 'call',
    payload: {},
    dedupKey: `call:${run.id}:${path}`,
  });
  return { path, nodeId: path, isAwaited: more.isAwaited ?? true, depth: 1, child };
}

async function childOf(run: ClaimedRun, path = 'sync'): Promise<string> {
  const { rows } = await db.pool.query<{ child_run_id: string }>('SELECT child_run_id FROM run_wait WHERE run_id = $1 AND path = $2', [
    run.id,
    path,
  ]);
  return rows[0]?.child_run_id ?? '';
}

describe('calls', () => {
  it('starts one run however often the call is registered', async () => {
    const run = await runningRun();
    const standings = await Promise.all(Array.from({ length: 8 }, async () => registerCall(db, ownerOf(run), await callOf(run))));
    expect(standings.map((standing) => standing?.status)).toEqual(Array.from({ length: 8 }, () => 'open'));
    const { rows } = await db.pool.query('SELECT id FROM run WHERE workspace_id = $1 AND origin = $2', [run.workspaceId, 'call']);
    expect(rows).toEqual([{ id: await childOf(run) }]);
  });

  it('starts nothing for a worker that has lost the run', async () => {
    const run = await runningRun();
    expect(await registerCall(db, { runId: run.id, fence: '0' }, await callOf(run))).toBeUndefined();
    const { rowCount } = await db.pool.query('SELECT FROM run WHERE workspace_id = $1 AND origin = $2', [run.workspaceId, 'call']);
    expect(rowCount).toBe(0);
  });

  it('gives the caller what the run kept before its end, and only with its end', async () => {
    const run = await runningRun();
    await registerCall(db, ownerOf(run), await callOf(run));
    await release(run);
    const child = await claimOf(run.workspaceId);
    await stageCallOutput(db, { runId: child.id, fence: '0' }, await toStoredValue('of a stranger'));
    await stageCallOutput(db, ownerOf(child), await toStoredValue({ v: 1 }));
    expect(await settleCalls(db.pool, [child.id])).toBe(0);
    await finish(child);
    expect(await settleCalls(db.pool, [child.id])).toBe(1);
    expect(await settleCalls(db.pool, [child.id])).toBe(0);
    const again = await claimOf(run.workspaceId);
    expect(await registerCall(db, ownerOf(again), await callOf(run))).toMatchObject({ status: 'answered', answer: { v: 1 } });
    expect(await loadCalledEnd(db.pool, run.id, 'sync')).toMatchObject({ runId: child.id, status: 'succeeded' });
  });

  it('is found by the sweep when the worker of the called run died right after its end', async () => {
    const run = await runningRun();
    await registerCall(db, ownerOf(run), await callOf(run));
    await release(run);
    await finish(await claimOf(run.workspaceId), { status: 'failed', error: '{"class":"invalid","code":"x","message":"No."}' });
    expect(await runRow(run.id)).toMatchObject({ is_due: false });
    expect(await settleCalls(db.pool)).toBe(1);
    expect(await runRow(run.id)).toMatchObject({ is_due: true });
  });

  it('that is not waited for is answered when it is made', async () => {
    const run = await runningRun();
    const standing = await registerCall(db, ownerOf(run), await callOf(run, { isAwaited: false }));
    expect(standing).toMatchObject({ status: 'answered', answer: { runId: await childOf(run), status: 'started' } });
  });
});

describe('cancelling', () => {
  it('ends 500 called runs with their caller, and theirs, but none that was only started', async () => {
    const run = await runningRun();
    for (let number = 0; number < 500; number += 1)
      await registerCall(db, ownerOf(run), await callOf(run, { path: `each[${number}].sync` }));
    await registerCall(db, ownerOf(run), await callOf(run, { path: 'started', isAwaited: false }));
    await release(run);
    const middle = (await claimRuns(db.pool, { worker: 'w', limit: 50 })).find(
      (child) => child.workspaceId === run.workspaceId && child.origin === 'call',
    );
    if (!middle) throw new Error('No called run was claimed');
    await registerCall(db, ownerOf(middle), await callOf(middle));
    const started = performance.now();
    expect(await requestCancel(db.pool, { runId: run.id, workspaceId: run.workspaceId, by: 'Ann' })).toBe('cancelled');
    expect(performance.now() - started).toBeLessThan(5000);
    const { rows } = await db.pool.query<{ status: string; count: number }>(
      `SELECT CASE WHEN cancel_requested_at IS NULL THEN 'left alone' ELSE status || ', asked' END AS status, count(*)::int AS count
       FROM run WHERE workspace_id = $1 GROUP BY 1 ORDER BY 1`,
      [run.workspaceId],
    );
    const claimed = rows.find(({ status }) => status === 'running, asked')?.count ?? 0;
    expect(claimed).toBeGreaterThan(0);
    expect(rows.filter(({ status }) => status !== 'running, asked')).toEqual([{ status: 'left alone', count: 1 }]);
    const { rows: ended } = await db.pool.query(
      `SELECT count(*)::int AS count, min(reason) AS reason FROM run_history WHERE workspace_id = $1 AND status = 'cancelled'`,
      [run.workspaceId],
    );
    // The caller, its 500 without those that a worker has, and the one below one of these.
    expect(ended).toEqual([{ count: 502 - claimed, reason: 'Cancelled by Ann' }]);
    expect((await db.pool.query(`SELECT FROM run_wait WHERE run_id = $1 AND status = 'open'`, [run.id])).rowCount).toBe(0);
  });

  it('never misses a run that is claimed at the same moment', async () => {
    for (let round = 0; round < 40; round += 1) {
      const workspaceId = newId();
      const [accepted] = await acceptRunGroup(db, [
        await prepareAccept({ workspaceId, workflowId: newId(), versionId: newId(), origin: 'manual', payload: {} }),
      ]);
      const runId = accepted?.runId ?? '';
      const [outcome] = await Promise.all([
        requestCancel(db.pool, { runId, workspaceId, by: 'Ann' }),
        claimRuns(db.pool, { worker: 'w', limit: 50 }),
      ]);
      const { rows } = await db.pool.query<{ is_asked: boolean }>(
        'SELECT cancel_requested_at IS NOT NULL AS is_asked FROM run WHERE id = $1',
        [runId],
      );
      expect(outcome, `round ${round}`).toBe(rows.length === 1 ? 'requested' : 'cancelled');
      expect(rows.every((row) => row.is_asked)).toBe(true);
    }
  });

  it('closes what an ended run waited for and cancels the runs it waited for, also when its worker died in between', async () => {
    for (const close of [(ids: string[]) => closeWaits(db.pool, ids), () => closeWaits(db.pool)]) {
      const run = await runningRun();
      const wait = event();
      await registerWait(db.pool, ownerOf(run), wait);
      await registerCall(db, ownerOf(run), await callOf(run));
      const child = await childOf(run);
      await finish(run, { status: 'failed', error: '{"class":"cancelled","code":"deadline","message":"Too long."}' });
      expect(await close([run.id])).toBe(1);
      const { rows } = await db.pool.query('SELECT status, reason FROM run_history WHERE id = $1', [child]);
      expect(rows).toEqual([{ status: 'cancelled', reason: 'Cancelled by the end of the run that called it' }]);
      expect(await answer(wait.tokenHash)).toBe('late');
    }
  });
});

describe('100,000 waits', () => {
  it('are found by an index when they are due, in a moment', { timeout: 180_000 }, async () => {
    const workspaceId = newId();
    // In parts: a statement may not take longer than ten seconds.
    for (let part = 0; part < 20; part += 1)
      await db.pool.query(
        `INSERT INTO run(id, workspace_id, workflow_id, version_id, status, origin, wake_at, fence)
         SELECT gen_random_uuid(), $1, gen_random_uuid(), gen_random_uuid(), 'waiting', 'manual',
           CASE WHEN n % 4 = 0 THEN NULL ELSE now() + interval '1 minute' + n * interval '26 seconds' END, 1 FROM generate_series($2::int, $2 + 4999) AS n`,
        [workspaceId, part * 5000],
      );
    await db.pool.query(
      `UPDATE run SET wake_at = now() - interval '1 second' WHERE id IN (SELECT id FROM run WHERE workspace_id = $1 AND wake_at IS NOT NULL LIMIT 50)`,
      [workspaceId],
    );
    await db.pool.query('ANALYZE run');
    const { rows } = await db.pool.query<{ 'QUERY PLAN': string }>(
      `EXPLAIN (ANALYZE, TIMING OFF) SELECT id FROM run WHERE status = 'waiting' AND wake_at <= now() AND concurrency_limit IS NULL
       AND recovery_count < 2 ORDER BY wake_at LIMIT 50 FOR UPDATE SKIP LOCKED`,
    );
    const plan = rows.map((row) => row['QUERY PLAN']).join('\n');
    expect(plan).toMatch(/Index Scan using run_waiting_idx/);
    expect(plan).not.toMatch(/Seq Scan|Sort/);
    const claimed: ClaimedRun[] = [];
    for (;;) {
      const started = performance.now();
      const runs = await claimRuns(db.pool, { worker: 'w', limit: 50 });
      expect(performance.now() - started).toBeLessThan(1000);
      claimed.push(...runs);
      if (runs.length === 0) break;
    }
    expect(claimed.filter((run) => run.workspaceId === workspaceId)).toHaveLength(50);
    // What is asked of every claim, and what an answer looks for, is found by an index as well.
    for (let part = 0; part < 20; part += 1)
      await db.pool.query(
        `INSERT INTO run_wait(id, workspace_id, workflow_id, run_id, path, node_id, kind, reached_at, token_hash)
         SELECT gen_random_uuid(), $1, gen_random_uuid(), gen_random_uuid(), 'w', 'w', 'event', now(), gen_random_uuid()::text FROM generate_series(1, 5000)`,
        [workspaceId],
      );
    await db.pool.query('ANALYZE run_wait');
    for (const [query, index] of [
      [`SELECT FROM run_wait WHERE run_id = ANY('{${claimed[0]?.id}}'::uuid[]) AND status = 'open'`, /run_wait_(open_idx|run_id_path_key)/],
      [`SELECT FROM run_wait WHERE token_hash = 'x' AND kind = 'event'`, /run_wait_token_hash_key/],
    ] as const) {
      const { rows: lines } = await db.pool.query<{ 'QUERY PLAN': string }>(`EXPLAIN ${query}`);
      expect(lines.map((row) => row['QUERY PLAN']).join('\n')).toMatch(index);
    }
  });
});
