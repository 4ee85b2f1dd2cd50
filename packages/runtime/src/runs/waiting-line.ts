/**
 * Runs that were handed over while all slots were taken: they wait here, in the order in which they came, for the next slot.
 *
 * Waiting in memory spares a run the way over the queue, a claim with a commit of its own, but it binds the run to this
 * worker. So there are places only while slots are free again within moments, as far as runs so far tell; and a run that
 * waits for too long all the same is given back to the queue, where another worker may take it.
 */
import type { HandedRun } from '../hand-over/messages.ts';

/** How long the last of the line may have to wait, going by the runs before it. */
const LONGEST_WAIT_MS = 50;
/** After so long a run is given back. */
const GIVE_BACK_MS = 500;
/** What the newest run counts in the mean of how long runs keep their slots. */
const WEIGHT = 0.1;

export interface WaitingLine {
  add(runs: readonly HandedRun[]): void;
  /** The run that has waited for longest. */
  shift(): HandedRun | undefined;
  /** All that wait, who then wait no longer. */
  clear(): HandedRun[];
  readonly size: number;
  /** Runs that may be handed over beyond the slots, those that wait included. */
  readonly places: number;
  /** Notes how long a run kept its slot. */
  noteRun(ms: number): void;
}

/** Makes it. `onTooLong` is given runs that wait no longer and have to go elsewhere. */
export function createWaitingLine(options: {
  readonly concurrency: number;
  readonly onTooLong: (runs: readonly HandedRun[]) => void;
}): WaitingLine {
  let waiting: { readonly run: HandedRun; readonly until: number }[] = [];
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
          options.onTooLong(late.map(({ run }) => run));
        }
        watch();
      },
      Math.max(1, next.until - performance.now()),
    );
  };

  return {
    add: (runs) => {
      const until = performance.now() + GIVE_BACK_MS;
      for (const run of runs) waiting.push({ run, until });
      watch();
    },
    shift: () => waiting.shift()?.run,
    clear: () => {
      clearTimeout(timer);
      timer = undefined;
      const all = waiting.map(({ run }) => run);
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
