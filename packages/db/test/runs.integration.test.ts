import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  acceptRunGroup,
  claimIsolatedRun,
  claimLimitedRuns,
  claimRuns,
  countBacklog,
  lanesInUse,
  loadJournal,
  loadUnsettledIntents,
  newId,
  prepareAccept,
  readBack,
  recordIntent,
  renewLeases,
  requestCancel,
  writeGroup,
} from '../src/index.ts';
import type { AcceptRow, ClaimedRun, Database, RunWrite, StepRow } from '../src/index.ts';
import { freshDatabase } from '../src/testing.ts';
import type { FreshDatabase } from '../src/testing.ts';

let fresh: FreshDatabase;
let db: Database;
beforeAll(async () => {
  fresh = await freshDatabase();
  db = fresh.db;
});
afterAll(() => fresh[Symbol.asyncDispose]());

function event(more: Partial<AcceptRow> = {}): AcceptRow {
  return { workspaceId: newId(), workflowId: newId(), versionId: newId(), origin: 'manual', payload: { n: 1 }, ...more };
}

async function accept(...rows: AcceptRow[]) {
  return acceptRunGroup(db, await Promise.all(rows.map(prepareAccept)));
}

async function claimAll(worker = 'w1'): Promise<ClaimedRun[]> {
  const claimed: ClaimedRun[] = [];
  for (;;) {
    const runs = await claimRuns(db.pool, { worker, limit: 50 });
    if (runs.length === 0) return claimed;
    claimed.push(...runs);
  }
}

async function acceptAndClaim(more: Partial<AcceptRow> = {}, worker = 'w1'): Promise<ClaimedRun> {
  const [accepted] = await accept(event(more));
  const run = (await claimAll(worker)).find((candidate) => candidate.id === accepted?.runId);
  if (!run) throw new Error('The accepted run was not claimed');
  return run;
}

function step(path: string, more: Partial<StepRow> = {}): StepRow {
  const now = Date.now();
  return {
    path,
    attempt: 1,
    seq: 0,
    nodeId: path,
    status: 'succeeded',
    port: 'next',
    input: '{}',
    output: '{"ok":true}',
    error: null,
    exchanges: null,
    stopReason: null,
    nextAttemptAt: null,
    inputRef: null,
    outputRef: null,
    extra: null,
    startedAt: now,
    finishedAt: now,
    ...more,
  };
}

function write(run: ClaimedRun, more: Partial<RunWrite> = {}): RunWrite {
  return { runId: run.id, fence: run.fence, steps: [], blobs: [], ...more };
}

const SUCCEEDED = { status: 'succeeded', reason: null, error: null, failedNode: null } as const;

async function expireLease(run: ClaimedRun): Promise<void> {
  await db.pool.query(`UPDATE run SET lease_until = now() - interval '1 second' WHERE id = $1`, [run.id]);
}

describe('accepting', () => {
  it('gives the first run for an event seen before, also within one group and after it has ended', async () => {
    const workspaceId = newId();
    const same = () => event({ workspaceId, dedupKey: 'order-1' });
    const [first, second, other] = await accept(same(), same(), event({ workspaceId, dedupKey: 'order-2' }));
    expect(first?.duplicate).toBe(false);
    expect(second).toEqual({ runId: first?.runId, duplicate: true });
    expect(other?.duplicate).toBe(false);
    const run = (await claimAll()).find((candidate) => candidate.id === first?.runId) as ClaimedRun;
    await writeGroup(db, [write(run, { finish: SUCCEEDED })]);
    expect(await accept(same())).toEqual([{ runId: first?.runId, duplicate: true }]);
  });

  it('makes one run of an event that arrives fifty times at once', async () => {
    const workspaceId = newId();
    const all = await Promise.all(
      Array.from({ length: 50 }, () => accept(event({ workspaceId, dedupKey: 'same' }), event({ workspaceId, dedupKey: 'too' }))),
    );
    expect(new Set(all.map(([first]) => first?.runId)).size).toBe(1);
    const { rows } = await db.pool.query('SELECT count(*)::int AS count FROM run WHERE workspace_id = $1', [workspaceId]);
    expect(rows[0]).toEqual({ count: 2 });
  });

  it('keeps workspaces apart', async () => {
    const [first] = await accept(event({ dedupKey: 'k' }));
    const [second] = await accept(event({ dedupKey: 'k' }));
    expect(second?.duplicate).toBe(false);
    expect(second?.runId).not.toBe(first?.runId);
  });

  it('takes payloads that Postgres refuses and payloads that are large', async () => {
    const odd = await acceptAndClaim({ payload: { 'a\0': 'x\0y', lone: '\ud800' } });
    expect(odd.input).toEqual({ 'a\uFFFD': 'x\uFFFDy', lone: '\uFFFD' });
    const large = await acceptAndClaim({ payload: { text: 'ä'.repeat(100_000) } });
    expect(large.inputRef).not.toBeNull();
    expect(large.input).toMatchObject({ truncated: true, size: 200_011 });
  });
});

describe('claiming', () => {
  it('goes from workspace to workspace, so that thousands of runs of one do not keep another waiting', async () => {
    const flooding = newId();
    await accept(...Array.from({ length: 200 }, () => event({ workspaceId: flooding })));
    const [late] = await accept(event());
    const [later] = await accept(event());
    const taken = await claimRuns(db.pool, { worker: 'fair', limit: 9 });
    expect(taken.map(({ id }) => id)).toEqual(expect.arrayContaining([late?.runId, later?.runId]));
    await claimAll();
  });

  it('lets no more runs of a limited workflow go on at once than it allows, however many claim', async () => {
    const workflowId = newId();
    const limited = () => event({ workflowId, concurrencyLimit: 3 });
    await accept(...Array.from({ length: 10 }, limited), event());
    expect(await lanesInUse(db.pool)).toMatchObject({ limited: true });
    expect((await claimAll()).filter((run) => run.workflowId === workflowId)).toEqual([]);
    const claims = await Promise.all(['a', 'b', 'c', 'd', 'e'].map((worker) => claimLimitedRuns(db, { worker, limit: 50 })));
    const running = claims.flat();
    expect(running).toHaveLength(3);
    expect(await claimLimitedRuns(db, { worker: 'a', limit: 50 })).toEqual([]);
    const [first, second, third] = running as [ClaimedRun, ClaimedRun, ClaimedRun];
    // What waits holds no place, and takes one again when it is due.
    await writeGroup(db, [write(first, { finish: SUCCEEDED }), write(second, { release: { to: 'waiting', afterMs: 0, reason: 'retry' } })]);
    const next = await claimLimitedRuns(db, { worker: 'a', limit: 50 });
    expect(next).toHaveLength(2);
    expect(next.map(({ id }) => id)).toContain(second.id);
    await writeGroup(
      db,
      [third, ...next].map((run) => write(run, { finish: SUCCEEDED })),
    );
    // A new limit holds for all that is queued.
    await accept(event({ workflowId, concurrencyLimit: 5 }));
    expect(await claimLimitedRuns(db, { worker: 'a', limit: 50 })).toHaveLength(5);
  });

  it('leaves a run whose workers died twice to the lane that takes one at a time', async () => {
    const [accepted] = await accept(event());
    const id = accepted?.runId;
    const [first] = (await claimAll()).filter((run) => run.id === id);
    await expireLease(first as ClaimedRun);
    const [second] = (await claimAll()).filter((run) => run.id === id);
    expect(second?.recoveryCount).toBe(1);
    await expireLease(second as ClaimedRun);
    expect((await claimAll()).some((run) => run.id === id)).toBe(false);
    expect(await lanesInUse(db.pool)).toMatchObject({ isolated: true });
    const alone = await claimIsolatedRun(db.pool, { worker: 'alone' });
    expect(alone).toMatchObject({ id, recoveryCount: 2, isResumed: true });
    // Handed over, it stays in that lane and is not charged.
    await writeGroup(db, [write(alone as ClaimedRun, { release: { to: 'queued' } })]);
    expect((await claimAll()).some((run) => run.id === id)).toBe(false);
    expect(await claimIsolatedRun(db.pool, { worker: 'alone' })).toMatchObject({ id, recoveryCount: 2 });
  });

  it('lets runs of one concurrency key go one at a time and in order, and others past them', async () => {
    const workflowId = newId();
    const accepted = await accept(
      event({ workflowId, concurrencyKey: 'acme' }),
      event({ workflowId, concurrencyKey: 'acme' }),
      event({ workflowId, concurrencyKey: 'other' }),
      event({ workflowId }),
      event({ concurrencyKey: 'acme' }),
    );
    const ids = accepted.map(({ runId }) => runId);
    const first = await claimAll();
    expect(first.map(({ id }) => id).toSorted()).toEqual([ids[0], ids[2], ids[3], ids[4]].toSorted());
    const [head] = first.filter(({ id }) => id === ids[0]);
    // One that waits, for a retry say, still goes first.
    await writeGroup(db, [write(head as ClaimedRun, { release: { to: 'waiting', afterMs: 3_600_000, reason: 'retry' } })]);
    expect(await claimAll()).toEqual([]);
    await db.pool.query('UPDATE run SET wake_at = now() WHERE id = $1', [ids[0]]);
    const [again] = await claimAll();
    expect(again?.id).toBe(ids[0]);
    await writeGroup(db, [write(again as ClaimedRun, { finish: SUCCEEDED })]);
    expect((await claimAll()).map(({ id }) => id)).toEqual([ids[1]]);
  });

  it('gives each run to one of many claimers', async () => {
    await claimAll();
    const accepted = await accept(...Array.from({ length: 120 }, () => event()));
    const claims = await Promise.all(Array.from({ length: 8 }, (_, index) => claimAll(`racer-${index}`)));
    const ids = claims.flat().map((run) => run.id);
    expect(ids.toSorted()).toEqual(accepted.map((run) => run.runId).toSorted());
  });

  it('takes over a run whose lease ended, with a higher fence, and counts it', async () => {
    const run = await acceptAndClaim();
    expect(await claimAll('w2')).toEqual([]);
    await expireLease(run);
    expect((await countBacklog(db.pool)).leasesExpired).toBe(1);
    const [again] = await claimAll('w2');
    expect(again).toMatchObject({ id: run.id, fence: '2', recoveryCount: 1, isResumed: true });
  });

  it('renews only what is still held', async () => {
    const run = await acceptAndClaim({}, 'holder');
    const { renewed, now } = await renewLeases(db.pool, { worker: 'holder', runIds: [run.id] });
    expect(renewed).toEqual([run.id]);
    // Both are of this machine here.
    expect(Math.abs(now - Date.now())).toBeLessThan(1000);
    await expireLease(run);
    await claimAll('thief');
    expect((await renewLeases(db.pool, { worker: 'holder', runIds: [run.id] })).renewed).toEqual([]);
  });

  it('wakes a waiting run when it is due and not before', async () => {
    const run = await acceptAndClaim();
    await writeGroup(db, [write(run, { release: { to: 'waiting', afterMs: 3_600_000, reason: 'retry' } })]);
    expect(await claimAll()).toEqual([]);
    await db.pool.query('UPDATE run SET wake_at = now() WHERE id = $1', [run.id]);
    const [woken] = await claimAll();
    expect(woken).toMatchObject({ id: run.id, fence: '2', recoveryCount: 0 });
  });
});

describe('writing', () => {
  it('refuses everything of a worker whose fence is old', async () => {
    const stale = await acceptAndClaim();
    await writeGroup(db, [write(stale, { steps: [step('a')] })]);
    await expireLease(stale);
    const [current] = await claimAll('w2');
    expect(await writeGroup(db, [write(stale, { steps: [step('b')], finish: SUCCEEDED })])).toEqual([]);
    expect(await writeGroup(db, [write(stale, { release: { to: 'queued' } })])).toEqual([]);
    expect(await recordIntent(db.pool, stale.fence, { runId: stale.id, path: 'b', attempt: 1, request: {} })).toBe(false);
    expect((await loadJournal(db.pool, [stale.id])).map((row) => row.path)).toEqual(['a']);
    const accepted = await writeGroup(db, [write(current as ClaimedRun, { steps: [step('b', { seq: 1 })], finish: SUCCEEDED })]);
    expect(accepted).toHaveLength(1);
    const { rows } = await db.pool.query('SELECT status, fence::int FROM run_history WHERE id = $1', [stale.id]);
    expect(rows).toEqual([{ status: 'succeeded', fence: 2 }]);
  });

  it('writes the owned runs of a group and leaves out the lost one', async () => {
    const [mine, lost] = [await acceptAndClaim(), await acceptAndClaim()];
    await expireLease(lost);
    await claimAll('w2');
    const accepted = await writeGroup(db, [write(lost, { steps: [step('x')] }), write(mine, { steps: [step('x')] })]);
    expect(accepted.map((row) => row.runId)).toEqual([mine.id]);
    expect(await loadJournal(db.pool, [lost.id])).toEqual([]);
  });

  it('can be repeated after a lost answer, and says what landed', async () => {
    const [going, ended, waiting] = [await acceptAndClaim(), await acceptAndClaim(), await acceptAndClaim()];
    const writes = [
      write(going, { steps: [step('a')] }),
      write(ended, { steps: [step('a')], finish: SUCCEEDED }),
      write(waiting, { release: { to: 'waiting', afterMs: 60_000, reason: 'retry' } }),
    ];
    expect(await readBack(db.pool, writes)).toEqual(new Set());
    await writeGroup(db, writes);
    expect(await readBack(db.pool, writes)).toEqual(new Set([ended.id, waiting.id]));
    expect((await writeGroup(db, writes)).map((row) => row.runId)).toEqual([going.id]);
    expect(await loadJournal(db.pool, [going.id])).toHaveLength(1);
  });

  it('brings a cancel request back with the next write and with the renewal', async () => {
    const run = await acceptAndClaim({}, 'w3');
    expect(await requestCancel(db.pool, { runId: run.id, workspaceId: run.workspaceId, by: 'Ann' })).toBe('requested');
    expect(await writeGroup(db, [write(run, { steps: [step('a')] })])).toEqual([{ runId: run.id, isCancelRequested: true }]);
    expect((await renewLeases(db.pool, { worker: 'w3', runIds: [run.id] })).cancelled).toEqual([run.id]);
  });

  it('ends a queued run that is cancelled, once', async () => {
    const workspaceId = newId();
    const [run] = await accept(event({ workspaceId }));
    const cancel = { runId: run?.runId as string, workspaceId, by: 'Ann' };
    expect(await requestCancel(db.pool, { ...cancel, workspaceId: newId() })).toBe('notLive');
    expect(await requestCancel(db.pool, cancel)).toBe('cancelled');
    expect(await requestCancel(db.pool, cancel)).toBe('notLive');
  });

  it('knows an effect that was announced and has no result', async () => {
    const run = await acceptAndClaim();
    const intent = { runId: run.id, path: 'mail', attempt: 1, request: { nodeId: 'mail' } };
    expect(await recordIntent(db.pool, run.fence, intent)).toBe(true);
    expect(await loadUnsettledIntents(db.pool, [run.id])).toEqual([intent]);
    await writeGroup(db, [write(run, { steps: [step('mail')] })]);
    expect(await loadUnsettledIntents(db.pool, [run.id])).toEqual([]);
  });
});
