/**
 * Takes runs and keeps the worker's slots filled: on a hint at once, else every second, so that a lost hint costs a
 * second and nothing more.
 */
import { claimLimitedRuns, claimRuns, findCancelRequests, lanesInUse } from '@weft/db';
import type { ClaimedRun, Database } from '@weft/db';
import { toStoredError } from '@weft/errors';
import type { Logger } from '../logger.ts';
import { executeRun } from './execute-run.ts';
import type { ExecuteMeans, Parting } from './execute-run.ts';
import type { LeaseKeeper } from './lease-keeper.ts';
import { failedFinish, stopError } from './run-session.ts';
import type { RunSession } from './run-session.ts';
import { loadRuns } from './load-runs.ts';
import type { LoadedRun } from './load-runs.ts';

/** Options of {@link startClaimer}. */
export interface ClaimerOptions {
  readonly db: Database;
  readonly worker: string;
  /** Runs at once. */
  readonly concurrency: number;
  /** How long a claim holds without renewal, milliseconds. */
  readonly leaseMs: number;
  /** Told that there is a run that is to be executed alone. */
  readonly onIsolated: () => void;
  readonly execute: Omit<ExecuteMeans, 'onSession'>;
  readonly leases: LeaseKeeper;
  readonly log: Logger;
}

export interface Claimer {
  /** Looks for runs now. Resolves when what there was has been taken or the slots are full. */
  wake(): Promise<void>;
  cancel(runIds: readonly string[]): void;
  /** Looks now whether somebody asked to cancel one of our runs; the next renewal would tell as well. */
  lookForCancels(): Promise<void>;
  /** Stops claiming and hands all runs over: their current steps may take `graceMs` to end. */
  drain(graceMs: number): Promise<void>;
  /** Runs under way. */
  readonly active: number;
}

const IDLE_MS = 1000;
/** Looking whether the rarer lanes are in use costs a statement: not more often than this. */
const LANES_MS = 50;

/** Starts claiming. */
export function startClaimer(options: ClaimerOptions): Claimer {
  const { db, log } = options;
  const sessions = new Map<string, RunSession>();
  const running = new Set<Promise<void>>();
  const timers = new Set<NodeJS.Timeout>();
  let isDraining = false;
  let claiming: Promise<void> | undefined;
  let isWoken = false;
  let lanesSeenAt = -Infinity;
  let lanesTimer: NodeJS.Timeout | undefined;

  const claimAll = async (): Promise<void> => {
    do {
      isWoken = false;
      const free = options.concurrency - running.size;
      if (free <= 0 || isDraining) return;
      const runs = await claimRuns(db.pool, { worker: options.worker, limit: free, leaseMs: options.leaseMs });
      if (runs.length > 0) await start(runs);
      if (runs.length < free) await claimFromLanes(free - runs.length);
      // As many as asked for: there are probably more.
      if (runs.length === free) isWoken = true;
    } while (isWoken);
  };

  /** Runs that are counted before they are taken, and runs that are executed alone. */
  const claimFromLanes = async (free: number): Promise<void> => {
    if (performance.now() - lanesSeenAt < LANES_MS) {
      lanesTimer ??= setTimeout(() => {
        lanesTimer = undefined;
        void wake();
      }, LANES_MS);
      return;
    }
    lanesSeenAt = performance.now();
    const lanes = await lanesInUse(db.pool);
    if (lanes.isolated) options.onIsolated();
    const runs = lanes.limited ? await claimLimitedRuns(db, { worker: options.worker, limit: free, leaseMs: options.leaseMs }) : [];
    if (runs.length > 0) await start(runs);
  };

  const wake = (): Promise<void> => {
    isWoken = true;
    claiming ??= claimAll()
      .catch((error: unknown) => log.warn('Runs could not be claimed', { error }))
      .finally(() => (claiming = undefined));
    return claiming;
  };

  const start = async (runs: readonly ClaimedRun[]): Promise<void> => {
    await options.execute.host.reached?.('claim.after');
    for (const run of runs) options.leases.hold(run.id);
    const loads = await loadEach(db, runs, options);
    for (const run of runs) if (!loads.some((loaded) => loaded.run.id === run.id)) options.leases.letGo(run.id);
    for (const loaded of loads) {
      const work: Promise<void> = executeRun({ ...options.execute, onSession: (session) => void keep(session) }, loaded)
        .then(after)
        .finally(() => {
          sessions.delete(loaded.run.id);
          // Also of a run that could not be ended: its lease runs out, and the next claim goes on from its journal.
          options.leases.letGo(loaded.run.id);
          running.delete(work);
          // A slot is free: another run may be waiting for it.
          if (!isDraining) void wake();
        });
      running.add(work);
    }
  };

  const keep = (session: RunSession): void => {
    sessions.set(session.run.id, session);
    if (isDraining) session.stop({ kind: 'drain' });
  };

  const after = (parting: Parting): void => {
    if (parting.how !== 'waiting' || isDraining || parting.wakeAfterMs === null || parting.wakeAfterMs > 60_000) return;
    const timer = setTimeout(() => {
      timers.delete(timer);
      void wake();
    }, parting.wakeAfterMs + 5);
    timers.add(timer);
  };

  // Workers that started together should not ask together for ever.
  const idle = setInterval(() => void wake(), IDLE_MS * (0.8 + Math.random() * 0.4));

  return {
    wake,
    cancel: (runIds) => {
      for (const id of runIds) sessions.get(id)?.cancel();
    },
    lookForCancels: async () => {
      const cancelled = await findCancelRequests(db.pool, [...sessions.keys()]);
      for (const id of cancelled) sessions.get(id)?.cancel();
    },
    drain: async (graceMs) => {
      isDraining = true;
      clearInterval(idle);
      for (const timer of timers) clearTimeout(timer);
      clearTimeout(lanesTimer);
      await claiming;
      for (const session of sessions.values()) session.stop({ kind: 'drain' });
      const grace = setTimeout(() => {
        for (const session of sessions.values()) session.controller.abort(stopError({ kind: 'drain' }));
      }, graceMs);
      await Promise.allSettled(running);
      clearTimeout(grace);
    },
    get active() {
      return running.size;
    },
  };
}

/** One run whose data cannot be read must not keep its neighbours from starting. */
async function loadEach(db: Database, runs: readonly ClaimedRun[], options: ClaimerOptions): Promise<LoadedRun[]> {
  try {
    return await loadRuns(db, runs);
  } catch (error) {
    if (runs.length > 1) return (await Promise.all(runs.map((run) => loadEach(db, [run], options)))).flat();
    options.log.error('A claimed run could not be read', { runId: runs[0]?.id, error });
    const isTemporary = toStoredError(error).class !== 'invalid';
    // Its lease runs out and it is tried again; what can never be read ends the run.
    if (!isTemporary)
      await Promise.all(
        runs.map((run) =>
          options.execute.writer.write({ runId: run.id, fence: run.fence, steps: [], blobs: [], finish: failedFinish(error) }),
        ),
      );
    return [];
  }
}
