/**
 * Runs that this worker owns and has no slot for yet: they wait here, in the order in which they came, for the next one.
 *
 * Waiting in memory spares a run that is handed over the way through the queue, and lets one claim take many, but it binds
 * the run to this worker. So there are places only while slots are free again within moments, as far as runs so far tell;
 * and a run that waits for too long all the same is given back to the queue, where another worker may take it.
 */
import type { ClaimedRun } from '@weft/db';

/** How long the last of the line may have to wait, going by the runs before it. */
const LONGEST_WAIT_MS = 100;
/** After so long a run is given back. */
const GIVE_BACK_MS = 500;
/** What the newest run counts in the mean of how long runs keep their slots. */
const WEIGHT = 0.1;

/** A run that waits. `claimedAtMs` as in {@link LoadedRun}. */
export interface WaitingRun {
  readonly run: ClaimedRun;
  readonly claimedAtMs: number;
}

export interface WaitingLine {
  add(runs: readonly WaitingRun[]): void;
  /** The run that has waited for longest. */
  shift(): WaitingRun | undefined;
  /** All that wait, who then wait no longer. */
  clear(): WaitingRun[];
  readonly size: number;
  /** Runs that may be taken beyond the slots, those that wait included. */
  readonly places: number;
  /** Notes how long a run kept its slot. */
  noteRun(ms: number): void;
}

/** Makes it. `onTooLong` is given runs that wait no longer and have to go elsewhere. */
export function createWaitingLine(options: {
  readonly concurrency: number;
  readonly onTooLong: (runs: readonly WaitingRun[]) => void;
}): WaitingLine {
  let waiting: { readonly entry: WaitingRun; readonly until: number }[] = [];
  let timer: NodeJS.Timeout | undefined;
  /** Unknown at first: nothing is promised before a run has ended. */
  let meanMs = Infinity;

  const watch = (): void => {
    const next = waiting[0];
    if (!next) return;
    timer ??= setTimeout(
      () => {
        timer = undefined;
        const now = performance.now();
        const count = waiting.findIndex(({ until }) => until > now);
        const late = waiting.splice(0, count < 0 ? waiting.length : count);
        if (late.length > 0) {
          // Runs keep their slots for longer than those that have ended tell.
          meanMs = Math.max(meanMs, GIVE_BACK_MS);
          options.onTooLong(late.map(({ entry }) => entry));
        }
        watch();
      },
      Math.max(1, next.until - performance.now()),
    );
  };

  return {
    add: (runs) => {
      const until = performance.now() + GIVE_BACK_MS;
      for (const entry of runs) waiting.push({ entry, until });
      watch();
    },
    shift: () => waiting.shift()?.entry,
    clear: () => {
      clearTimeout(timer);
      timer = undefined;
      const all = waiting.map(({ entry }) => entry);
      waiting = [];
      return all;
    },
    get size() {
      return waiting.length;
    },
    get places() {
      return Math.floor(options.concurrency * Math.min(1, LONGEST_WAIT_MS / meanMs));
    },
    noteRun: (ms) => {
      meanMs = Number.isFinite(meanMs) ? meanMs + (ms - meanMs) * WEIGHT : ms;
    },
  };
}
