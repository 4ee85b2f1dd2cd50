/** Which runs a worker may still act for, as the thread that renews their leases tells it. */
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { acceptRunGroup, claimRuns, prepareAccept } from '@weft/db';
import { freshDatabase } from '@weft/db/testing';
import type { FreshDatabase } from '@weft/db/testing';
import { createLogger } from '@weft/runtime';
import { monotonicMs, startLeaseKeeper } from '../src/runs/lease-keeper.ts';
import type { LeaseKeeper } from '../src/runs/lease-keeper.ts';
import { chain, putWorkflow } from './support/workflows.ts';
import type { TestWorkflow } from './support/workflows.ts';

const LEASE_MS = 1600;
const WORKER = 'sleeper';
let fresh: FreshDatabase;
let workflow: TestWorkflow;
let leases: LeaseKeeper;

beforeAll(async () => {
  fresh = await freshDatabase();
  workflow = await putWorkflow(fresh.db, chain({ id: 'shape', kind: 'map', fields: [] }));
  leases = startLeaseKeeper({
    worker: WORKER,
    databaseUrl: fresh.url,
    leaseMs: LEASE_MS,
    log: createLogger({ process: 'test', level: 'error' }),
    onCancel: () => {},
  });
  await leases.ready;
});
afterAll(async () => {
  await leases.close();
  await fresh[Symbol.asyncDispose]();
});

/** A run that the worker claims now. */
async function claimed(): Promise<string> {
  await acceptRunGroup(fresh.db, [await prepareAccept({ ...workflow, origin: 'webhook', payload: {} })]);
  const [run] = await claimRuns(fresh.db.pool, { worker: WORKER, limit: 1, leaseMs: LEASE_MS });
  if (!run) throw new Error('The accepted run was not claimed');
  return run.id;
}

it('keeps a run longer than a lease while it is renewed', async () => {
  const runId = await claimed();
  const claimedAt = monotonicMs();
  leases.hold(runId, claimedAt);
  for (let at = 0; at < 2 * LEASE_MS; at += LEASE_MS / 8) {
    expect(leases.mayStartEffect(runId, claimedAt)).toBe(true);
    await delay(LEASE_MS / 8);
  }
});

it('never trusts a run that another took before the first renewal of it', async () => {
  const runId = await claimed();
  // As in a process that stood still between its claim and the next moment in which the thread is told.
  const claimedAt = monotonicMs() - 2 * LEASE_MS;
  await fresh.db.pool.query(`UPDATE run SET worker = 'other', fence = fence + 1 WHERE id = $1`, [runId]);
  leases.hold(runId, claimedAt);
  for (let at = 0; at < 2 * LEASE_MS; at += LEASE_MS / 8) {
    expect(leases.mayStartEffect(runId, claimedAt)).toBe(false);
    await delay(LEASE_MS / 8);
  }
});

it('trusts a run that nobody took, however late its first renewal was', async () => {
  const runId = await claimed();
  const claimedAt = monotonicMs() - 2 * LEASE_MS;
  leases.hold(runId, claimedAt);
  await vi.waitFor(() => expect(leases.mayStartEffect(runId, claimedAt)).toBe(true), { timeout: 4 * LEASE_MS });
});
