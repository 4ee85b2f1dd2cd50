/**
 * The thread that renews the worker's leases over a connection of its own, so that a step that keeps the main thread
 * busy does not lose its run. It renews only while the main thread shows signs of life.
 */
import { parentPort, workerData } from 'node:worker_threads';
import pg from 'pg';
import { connectionSettings, renewLeases } from '@weft/db/leases';
import type { FromLeaseThread, LeaseList, LeaseThreadData } from './lease-keeper.ts';
import { LAST_RENEWAL, MAIN_TICK, RENEWED_LIST, TIME_OFFSET } from './lease-keeper.ts';

const { worker, databaseUrl, leaseMs, renewEveryMs, mainSilentMs, trustedMs, shared } = workerData as LeaseThreadData;
const cells = new BigInt64Array(shared);
let list: LeaseList = { number: 0, runIds: [], oldestClaimMs: Infinity };
/** Number of the last list that was renewed. */
let renewedNumber = -1;
let client: pg.Client | undefined;

parentPort?.on('message', (told: LeaseList) => (list = told));

async function connect(): Promise<pg.Client> {
  if (client) return client;
  const fresh = new pg.Client(connectionSettings({ url: databaseUrl, applicationName: 'weft-lease' }));
  fresh.on('error', () => (client = undefined));
  await fresh.connect();
  client = fresh;
  return fresh;
}

function monotonicMs(): bigint {
  return process.hrtime.bigint() / 1_000_000n;
}

async function renew(): Promise<void> {
  const asked = monotonicMs();
  // A main thread that hangs must not keep its runs from others.
  if (asked - Atomics.load(cells, MAIN_TICK) > BigInt(mainSilentMs)) return;
  const connection = await connect();
  const { number, runIds, oldestClaimMs } = list;
  const { renewed, cancelled, now } = await renewLeases(connection, { worker, runIds, leaseMs });
  noteTime(asked, now);
  // A run that is renewed for the first time was sure to be ours when it was claimed, the others when they were renewed last.
  const sureAt = Math.min(Number(Atomics.load(cells, LAST_RENEWAL)), number === renewedNumber ? Infinity : oldestClaimMs);
  renewedNumber = number;
  // While no lease can have ended since then, a run that was not renewed has come to its end.
  if (Number(monotonicMs()) - sureAt < trustedMs) {
    // The time of asking, not of the answer: the lease began somewhere between the two.
    Atomics.store(cells, LAST_RENEWAL, asked);
    Atomics.store(cells, RENEWED_LIST, BigInt(number));
    post({ renewed, cancelled });
  } else post({ renewed, cancelled, afterLapse: { asked, number } });
}

/** An answer that was long on its way tells little of what time it is: the one before is better. */
const LONGEST_WAY_MS = 1000n;
let isTimeKnown = false;

function noteTime(asked: bigint, now: number): void {
  const heard = monotonicMs();
  if (isTimeKnown && heard - asked > LONGEST_WAY_MS) return;
  isTimeKnown = true;
  Atomics.store(cells, TIME_OFFSET, BigInt(Math.round(now)) - heard);
}

function post(message: FromLeaseThread): void {
  parentPort?.postMessage(message);
}

async function loop(): Promise<void> {
  // At once the first time: whoever waits for the first renewal waits before it takes any run.
  for (let pause = 0; ; pause = renewEveryMs) {
    await new Promise((resolve) => setTimeout(resolve, pause));
    try {
      await renew();
    } catch (error) {
      const broken = client;
      client = undefined;
      await broken?.end().catch(() => {}); // a connection that is broken cannot be ended properly
      post({ failed: error instanceof Error ? error.message : String(error) });
    }
  }
}

await loop();
