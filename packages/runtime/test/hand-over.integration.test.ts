import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { acceptRunGroup, loadJournal, openDatabase, prepareAccept, toStoredValue } from '@weft/db';
import type { Database } from '@weft/db';
import { freshDatabase } from '@weft/db/testing';
import type { FreshDatabase } from '@weft/db/testing';
import type { HintQueue } from '@weft/queue';
import { acceptRuns, createLogger, openWorkerLinks } from '@weft/runtime';
import type { WorkerLinks } from '@weft/runtime';
import { startHeldVendor } from './support/held-vendor.ts';
import type { HeldVendor } from './support/held-vendor.ts';
import { INTERNAL_SECRET, startWorkerProcess } from './support/worker-process.ts';
import type { WorkerProcess } from './support/worker-process.ts';
import { chain, ended, expireLeases, httpNode, putWorkflow } from './support/workflows.ts';
import type { TestWorkflow } from './support/workflows.ts';

let fresh: FreshDatabase;
let vendor: HeldVendor;

beforeAll(async () => {
  fresh = await freshDatabase();
  vendor = await startHeldVendor((response) => void response.end('{}'));
});
afterAll(async () => {
  vendor.stop();
  await fresh[Symbol.asyncDispose]();
});
const closers: (() => Promise<unknown> | void)[] = [];
afterEach(async () => {
  vendor.letGo();
  for (const close of closers.splice(0).toReversed()) await close();
});

async function worker(env: Record<string, string> = {}): Promise<WorkerProcess> {
  const process = await startWorkerProcess({ databaseUrl: fresh.url, env: { WEFT_ALLOW_PRIVATE_HOSTS: new URL(vendor.url).host, ...env } });
  closers.push(() => process.stop());
  return process;
}

/** A process that accepts runs, with links to `count` workers. `rung`: how often it had to ring instead. */
async function accepting(count = 1): Promise<{ db: Database; links: WorkerLinks; rung: () => number; accept: Accept }> {
  const db = openDatabase({ url: fresh.url, max: 4, onError: () => {} });
  const links = openWorkerLinks({ db, secret: INTERNAL_SECRET, log: createLogger({ process: 'test', write: () => {} }) });
  closers.push(async () => {
    links.close();
    await db.close();
  });
  const rings: number[] = [];
  const queue: HintQueue = {
    backend: 'postgres',
    ring: async (many) => void rings.push(many),
    listen: async () => ({ close: async () => {} }),
    close: async () => {},
  };
  await vi.waitFor(() => expect(links.rooms().filter((room) => room > 0)).toHaveLength(count), { timeout: 15_000, interval: 20 });
  const accept: Accept = async (workflow, more = {}) => {
    const [run] = await acceptRuns({ db, queue, links }, [{ ...workflow, origin: 'webhook', payload: { n: 1 }, ...more }]);
    return run?.runId ?? '';
  };
  return { db, links, rung: () => rings.length, accept };
}
type Accept = (workflow: TestWorkflow, more?: { payload?: unknown; concurrencyKey?: string; dedupKey?: string }) => Promise<string>;

const light = () => putWorkflow(fresh.db, chain({ id: 'shape', kind: 'map', fields: [{ to: 'n', from: '{{ trigger.n }}' }] }));
const asking = () => putWorkflow(fresh.db, chain(httpNode('ask', 'get', vendor.url)));

async function liveRow(runId: string) {
  const { rows } = await fresh.db.pool.query<{ status: string; is_born_running: boolean; worker: string | null }>(
    'SELECT status, worker, started_at = created_at AS is_born_running FROM run WHERE id = $1',
    [runId],
  );
  return rows[0];
}

describe('handing runs over', () => {
  it('begins a run as claimed for the worker that executes it, and rings nobody', async () => {
    await worker();
    const { accept, rung } = await accepting();
    vendor.hold();
    const runId = await accept(await asking());
    expect(await liveRow(runId)).toMatchObject({ status: 'running', is_born_running: true });
    await vi.waitFor(() => expect(vendor.held).toBe(1));
    vendor.letGo();
    expect(await ended(fresh.db, runId)).toMatchObject({ status: 'succeeded', fence: 1, recovery_count: 0, input: { n: 1 } });
    expect(rung()).toBe(0);
  });

  it('uses answers and accounts as they were when the run was accepted, at once after they were changed', async () => {
    await worker();
    const { accept } = await accepting();
    const workflow = await putWorkflow(fresh.db, {
      ...chain({ id: 'shape', kind: 'map', fields: [{ to: 'greeting', from: '{{ config.greeting }}' }] }),
      config: { greeting: { title: 'Greeting', type: 'string' } },
    });
    for (const greeting of ['Hello', 'Servus', 'Moin']) {
      await fresh.db.prisma.workflow.update({ where: { id: workflow.workflowId }, data: { config: { greeting } } });
      const runId = await accept(workflow);
      await ended(fresh.db, runId);
      expect(await outputOf(runId, 'shape')).toEqual({ greeting });
    }
  });

  it('leaves runs of one key to the claim, which keeps their order', async () => {
    await worker();
    const { accept } = await accepting();
    const workflow = await asking();
    vendor.hold();
    const first = await accept(workflow, { concurrencyKey: 'acme' });
    const second = await accept(workflow, { concurrencyKey: 'acme' });
    await vi.waitFor(() => expect(vendor.held).toBe(1));
    expect((await liveRow(first))?.is_born_running).toBe(false);
    expect(await liveRow(second)).toMatchObject({ status: 'queued' });
    vendor.letGo();
    await ended(fresh.db, second);
  });

  it('queues what a worker has no room for; it is claimed when there is', async () => {
    await worker({ WEFT_CONCURRENCY: '4' });
    const { accept } = await accepting();
    const workflow = await asking();
    vendor.hold();
    const runs = await Promise.all(Array.from({ length: 12 }, () => accept(workflow)));
    const rows = await Promise.all(runs.map(liveRow));
    // Those on their way to the worker are not counted when it claims: for that moment it may have twice as many.
    const running = rows.filter((row) => row?.status === 'running').length;
    expect(running).toBeGreaterThanOrEqual(4);
    expect(running).toBeLessThanOrEqual(8);
    vendor.letGo();
    for (const runId of runs) expect(await ended(fresh.db, runId)).toMatchObject({ status: 'succeeded', recovery_count: 0 });
  });

  it('lets runs wait for a slot where runs are short, and gives them back when no slot becomes free', async () => {
    await worker({ WEFT_CONCURRENCY: '2' });
    const { accept, links } = await accepting();
    const short = await light();
    // The first ones take longer, with everything still to be loaded.
    await vi.waitFor(
      async () => {
        await ended(fresh.db, await accept(short));
        expect(links.rooms()).toEqual([4]);
      },
      { timeout: 20_000, interval: 1 },
    );
    const workflow = await asking();
    vendor.hold();
    const runs = await Promise.all(Array.from({ length: 4 }, () => accept(workflow)));
    expect(await Promise.all(runs.map(liveRow))).toEqual(
      runs.map(() => expect.objectContaining({ status: 'running', is_born_running: true })),
    );
    await vi.waitFor(
      async () => {
        const rows = await Promise.all(runs.map(liveRow));
        expect(rows.map((row) => [row?.status, row?.worker === null]).toSorted()).toEqual([
          ['queued', true],
          ['queued', true],
          ['running', false],
          ['running', false],
        ]);
      },
      { timeout: 5000 },
    );
    expect(vendor.held).toBe(2);
    vendor.letGo();
    for (const runId of runs) expect(await ended(fresh.db, runId)).toMatchObject({ status: 'succeeded', recovery_count: 0 });
  });

  it('gives back a run that was too long on its way, and executes it under a new claim', async () => {
    await worker();
    const { db, links } = await accepting();
    const reservation = links.reserve();
    if (!reservation) throw new Error('No room');
    const event = { ...(await prepareAccept({ ...(await light()), origin: 'webhook', payload: {} })), worker: reservation.worker };
    const [accepted] = await acceptRunGroup(db, [event]);
    expect(accepted?.acceptedAt).toBeGreaterThan(0);
    links.handOver([{ event, accepted: accepted!, reservation: { ...reservation, stamp: reservation.stamp - 60_000 } }]);
    expect(await ended(fresh.db, event.id)).toMatchObject({ status: 'succeeded', fence: 2, recovery_count: 0 });
  });

  it('takes each event once, also when it comes again while its run is under way', async () => {
    await worker();
    const { accept } = await accepting();
    const workflow = await light();
    const runs = await Promise.all(Array.from({ length: 20 }, () => accept(workflow, { dedupKey: 'same' })));
    expect(new Set(runs).size).toBe(1);
    expect(await ended(fresh.db, runs[0] ?? '')).toMatchObject({ status: 'succeeded', fence: 1 });
  });

  it('hands over payloads that are kept as blobs, whole', async () => {
    await worker();
    const { accept } = await accepting();
    const text = 'ä'.repeat(150_000);
    expect((await toStoredValue({ n: text })).blob).toBeDefined();
    const runId = await accept(await light(), { payload: { n: text } });
    expect(await ended(fresh.db, runId)).toMatchObject({ status: 'succeeded', fence: 1 });
  });
});

describe('when a worker goes', () => {
  it('loses no run that was handed to a worker that is killed', { timeout: 60_000 }, async () => {
    const first = await worker();
    const { accept } = await accepting();
    vendor.hold();
    const workflow = await asking();
    const runs = await Promise.all(Array.from({ length: 5 }, () => accept(workflow)));
    await vi.waitFor(() => expect(vendor.held).toBe(5));
    await first.crash();
    vendor.letGo();
    await expireLeases(fresh.db);
    await worker();
    for (const runId of runs) expect(await ended(fresh.db, runId, 40_000)).toMatchObject({ status: 'succeeded', recovery_count: 1 });
  });

  it('loses and charges none when it is told to end while runs pour in', { timeout: 90_000 }, async () => {
    const leaving = await worker();
    const staying = await worker();
    const { accept } = await accepting(2);
    const workflow = await light();
    const runs: string[] = [];
    let isPouring = true;
    const pouring = (async () => {
      while (isPouring) runs.push(...(await Promise.all(Array.from({ length: 20 }, () => accept(workflow)))));
    })();
    await vi.waitFor(() => expect(runs.length).toBeGreaterThan(200), { timeout: 30_000 });
    expect(await leaving.stop()).toBe(0);
    isPouring = false;
    await pouring;
    for (const runId of runs) expect(await ended(fresh.db, runId, 40_000)).toMatchObject({ status: 'succeeded', recovery_count: 0 });
    expect(staying.child.exitCode).toBeNull();
  });
});

async function outputOf(runId: string, path: string): Promise<unknown> {
  return (await loadJournal(fresh.db.pool, [runId])).find((step) => step.path === path)?.output;
}
