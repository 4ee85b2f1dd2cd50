/**
 * Takes runs and keeps the worker's slots filled. Most are handed over by whoever accepted them; the others are claimed: on
 * a hint at once, else every second, so that a lost hint costs a second and nothing more.
 *
 * The claimer is *behind* while it may be that more is queued than it could take; then it claims again when slots are free,
 * several at a time, and asks for nothing to be handed over.
 */
import { CLAIM_LIMIT, claimLimitedRuns, claimRuns, findCancelRequests, lanesInUse } from '@weft/db';
import type { ClaimedRun, Database } from '@weft/db';
import { toStoredError } from '@weft/errors';
import type { HandedRun } from '../hand-over/messages.ts';
import type { Logger } from '../logger.ts';
import { executeRun } from './execute-run.ts';
import type { ExecuteMeans, Parting } from './execute-run.ts';
import { monotonicMs } from './lease-keeper.ts';
import type { LeaseKeeper } from './lease-keeper.ts';
import { failedFinish, stopError } from './run-session.ts';
import type { RunSession } from './run-session.ts';
import { loadRuns } from './load-runs.ts';
import type { LoadedRun, WorkflowCache } from './load-runs.ts';
import { createWaitingLine } from './waiting-line.ts';
import type { WaitingRun } from './waiting-line.ts';

/** Options of {@link startClaimer}. */
export interface ClaimerOptions {
  readonly db: Database;
  readonly workflows: WorkflowCache;
  readonly worker: string;
  /**
   * Runs at once. Places that were granted to a peer are not kept free when it claims, or unused ones would hold up what is
   * queued: with as many on their way, it may have twice this many for a moment.
   */
  readonly concurrency: number;
  /** How long a claim holds without renewal, milliseconds. */
  readonly leaseMs: number;
  /** Told that there is a run that is to be executed alone. */
  readonly onIsolated: () => void;
  readonly execute: Omit<ExecuteMeans, 'onSession'>;
  readonly leases: LeaseKeeper;
  /** There may be more {@link Claimer.room} than before. */
  readonly onRoom: () => void;
  readonly log: Logger;
}

export interface Claimer {
  /** Looks for runs now. Resolves when what there was has been taken or the slots are full. */
  wake(): Promise<void>;
  /** Runs were queued: looks for them now, or soon when it is behind and is going to look anyway. */
  noticeQueued(): void;
  /** Executes runs that were claimed for this worker by whoever accepted them. */
  take(runs: readonly HandedRun[]): void;
  /** Runs that may be handed over. */
  readonly room: number;
  cancel(runIds: readonly string[]): void;
  /** Looks now whether somebody asked to cancel one of our runs; the next renewal would tell as well. */
  lookForCancels(): Promise<void>;
  /** Stops claiming and hands all runs over: their current steps may take `graceMs` to end. */
  drain(graceMs: number): Promise<void>;
  /** Runs under way. */
  readonly active: number;
}

const IDLE_MS = 1000;
/** Slots that become free within this time are filled by one claim while the claimer is behind; half of them at once. */
const GATHER_MS = 4;
/** Looking whether the rarer lanes are in use costs a statement: not more often than this. */
const LANES_MS = 50;
/** A run that was on its way here for more than this share of its lease is not begun. */
const STALE = 1 / 4;

/** Starts claiming. */
export function startClaimer(options: ClaimerOptions): Claimer {
  const { db, log } = options;
  const sessions = new Map<string, RunSession>();
  const running = new Set<Promise<void>>();
  /** Runs that are on their way back to the queue. */
  const leaving = new Set<Promise<void>>();
  const timers = new Set<NodeJS.Timeout>();
  let isDraining = false;
  let claiming: Promise<void> | undefined;
  let isWoken = false;
  let isBehind = true;
  let lanesSeenAt = -Infinity;
  let lanesTimer: NodeJS.Timeout | undefined;
  let gathering: NodeJS.Timeout | undefined;
  const line = createWaitingLine({ concurrency: options.concurrency, onTooLong: (runs) => void sendAway(runs) });

  const claimAll = async (): Promise<void> => {
    do {
      isWoken = false;
      const free = capacity();
      if (isDraining) return;
      if (free <= 0) {
        isBehind = true;
        return;
      }
      const limit = Math.min(free, CLAIM_LIMIT);
      const askedAt = monotonicMs();
      const runs = await claimRuns(db.hot, { worker: options.worker, limit, leaseMs: options.leaseMs });
      // As many as asked for: there are probably more.
      isBehind = runs.length === limit;
      if (runs.length > 0) await admit(runs, askedAt);
      if (isBehind) fill();
      else {
        await claimFromLanes(options.concurrency - running.size);
        options.onRoom();
      }
    } while (isWoken);
  };

  /** Runs that are counted before they are taken, and runs that are executed alone. */
  const claimFromLanes = async (free: number): Promise<void> => {
    if (free <= 0) return;
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
    const askedAt = monotonicMs();
    const runs = lanes.limited ? await claimLimitedRuns(db, { worker: options.worker, limit: free, leaseMs: options.leaseMs }) : [];
    if (runs.length > 0) await start(runs, askedAt);
  };

  const wake = (): Promise<void> => {
    isWoken = true;
    claiming ??= claimAll()
      .catch((error: unknown) => log.warn('Runs could not be claimed', { error }))
      .finally(() => (claiming = undefined));
    return claiming;
  };

  /** Runs that can be taken. */
  const capacity = (): number => options.concurrency + line.places - running.size - line.size;

  /** Claims when that is worth a statement: what is queued waits already, and its commit is shared by all that it takes. */
  const fill = (): void => {
    const free = capacity();
    // The next slot that becomes free brings us back.
    if (free <= 0 || isDraining) return;
    if (free * 2 >= options.concurrency) return void wake();
    gathering ??= setTimeout(() => {
      gathering = undefined;
      void wake();
    }, GATHER_MS);
  };

  /** Begins runs as far as there are slots; the others wait for one. */
  const admit = async (runs: readonly ClaimedRun[], claimedAtMs: number): Promise<void> => {
    const free = line.size > 0 ? 0 : Math.max(0, options.concurrency - running.size);
    const others = runs.slice(free);
    for (const { id } of others) options.leases.hold(id, claimedAtMs);
    const waiting = others.map((run) => ({ run, claimedAtMs }));
    // A claim that was under way when this worker was told to end: no slot will take them.
    if (isDraining) void sendAway(waiting);
    else line.add(waiting);
    if (free > 0) await start(runs.slice(0, free), claimedAtMs);
  };

  const startWaiting = (): void => {
    while (running.size < options.concurrency) {
      const next = line.shift();
      if (!next) return;
      void start([next.run], next.claimedAtMs);
    }
  };

  /** Runs that would have to wait for too long here: another worker may have room, or we have later. */
  const sendAway = async (waiting: readonly WaitingRun[]): Promise<void> => {
    // What is queued from now on comes before anything that might be handed over.
    isBehind = true;
    for (const { run, claimedAtMs } of waiting) options.leases.letGo(run.id, claimedAtMs);
    await Promise.all(waiting.map(({ run }) => giveBack(run)));
  };

  const start = async (runs: readonly ClaimedRun[], claimedAtMs: number): Promise<void> => {
    const startedAt = performance.now();
    // Held before anything is awaited: what is being loaded is renewed as well, and takes its slot.
    const slots = runs.map((run) => {
      options.leases.hold(run.id, claimedAtMs);
      return takeSlot();
    });
    await options.execute.host.reached?.('claim.after');
    const loads = await loadEach(runs, claimedAtMs, options);
    const byId = new Map(loads.map((loaded) => [loaded.run.id, loaded]));
    for (const [index, run] of runs.entries()) {
      const loaded = byId.get(run.id);
      void (loaded ? execute(loaded) : Promise.resolve(undefined)).then((parting) => {
        // This worker may have claimed it anew after it had slept: that session is not ours to end.
        if (sessions.get(run.id)?.claimedAtMs === claimedAtMs) sessions.delete(run.id);
        // Also of a run that could not be ended: its lease runs out, and the next claim goes on from its journal.
        options.leases.letGo(run.id, claimedAtMs);
        slots[index]?.();
        line.noteRun(performance.now() - startedAt);
        if (isDraining) return;
        startWaiting();
        if (run.hasFollowers || !isPlainEnd(parting)) void wake();
        else if (isBehind) fill();
        else options.onRoom();
      });
    }
  };

  const execute = async (loaded: LoadedRun): Promise<Parting> => {
    const parting = await executeRun({ ...options.execute, onSession: (session) => void keep(session) }, loaded);
    after(parting);
    return parting;
  };

  /** Takes a slot; what it gives frees it. */
  const takeSlot = (): (() => void) => {
    let free = (): void => {};
    const slot = new Promise<void>((resolve) => (free = resolve));
    running.add(slot);
    return () => {
      running.delete(slot);
      free();
    };
  };

  const takeOver = (handed: readonly HandedRun[]): void => {
    const now = monotonicMs();
    // What was on its way for too long, or comes to a worker that is leaving, goes to another.
    const isFresh = (run: HandedRun): boolean => !isDraining && now - run.stamp < options.leaseMs * STALE;
    for (const run of handed) if (!isFresh(run)) void giveBack(toClaimed(run));
    for (const [stamp, own] of Map.groupBy(handed.filter(isFresh), (run) => run.stamp)) void admit(own.map(toClaimed), stamp);
  };

  const giveBack = (run: ClaimedRun): Promise<void> => {
    const given = options.execute.writer
      .write({ runId: run.id, fence: run.fence, steps: [], blobs: [], release: { to: 'queued' } })
      .then(() => {})
      .catch((error: unknown) => log.warn('A run could not be given back; its lease has to end first', { runId: run.id, error }))
      .finally(() => leaving.delete(given));
    leaving.add(given);
    return given;
  };

  const keep = (session: RunSession): void => {
    sessions.get(session.run.id)?.stop({ kind: 'lost' });
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
    noticeQueued: () => (isBehind ? fill() : void wake()),
    take: takeOver,
    get room() {
      return isBehind || isDraining ? 0 : capacity();
    },
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
      clearTimeout(gathering);
      void sendAway(line.clear());
      await claiming;
      for (const session of sessions.values()) session.stop({ kind: 'drain' });
      const grace = setTimeout(() => {
        for (const session of sessions.values()) session.controller.abort(stopError({ kind: 'drain' }));
      }, graceMs);
      // What comes meanwhile is given back as well.
      while (running.size + leaving.size > 0) await Promise.allSettled([...running, ...leaving]);
      clearTimeout(grace);
    },
    get active() {
      return running.size + line.size;
    },
  };
}

/** Whether no other run can be due by how a run ended. */
function isPlainEnd(parting: Parting | undefined): boolean {
  return parting?.how === 'finished' && parting.letOthersGo !== true;
}

/** A run as its claim would have given it. */
function toClaimed(run: HandedRun): ClaimedRun {
  return {
    id: run.id,
    workspaceId: run.workspaceId,
    workflowId: run.workflowId,
    versionId: run.versionId,
    fence: '1',
    origin: run.origin,
    recoveryCount: 0,
    isResumed: false,
    isCancelRequested: false,
    input: run.payload,
    inputRef: null,
    createdAt: run.acceptedAt,
    startedAt: run.acceptedAt,
    workflowTag: run.workflowTag ?? null,
    answerTo: run.answerTo ?? null,
    hasFollowers: false,
  };
}

/** One run whose data cannot be read must not keep its neighbours from starting. */
async function loadEach(runs: readonly ClaimedRun[], claimedAtMs: number, options: ClaimerOptions): Promise<LoadedRun[]> {
  try {
    return await loadRuns(options, runs, claimedAtMs);
  } catch (error) {
    if (runs.length > 1) return (await Promise.all(runs.map((run) => loadEach([run], claimedAtMs, options)))).flat();
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
