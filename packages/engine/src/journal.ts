/**
 * The journal: everything a run has decided so far, as data. A run can be continued from it on any worker.
 */
import type { StoredError } from '@weft/errors';
import type { ConsoleLine } from './host.ts';

/** How a step stands. `retrying` is a failed attempt that another attempt will follow. */
export type StepStatus = 'succeeded' | 'failed' | 'skipped' | 'retrying';

/** Why no further attempt is made of a failed step. */
export type RetryStopReason = 'attemptsUsed' | 'notRetryable' | 'deadline' | 'cancelled';

/**
 * The record of one attempt of one node's execution: what is stored, shown to people and replayed on resume.
 * Unique by `(path, attempt)`; the record with the highest attempt is the step's standing.
 */
export interface StepRecord {
  /** `company`, or inside a loop `contacts[12].create`. */
  readonly path: string;
  readonly nodeId: string;
  /** 1-based. */
  readonly attempt: number;
  readonly status: StepStatus;
  /** The port that was taken: `next`, `error`, a branch port. Absent when skipped or failed without an error edge. */
  readonly port?: string;
  /** The input with its expressions resolved. */
  readonly input?: unknown;
  readonly output?: unknown;
  readonly error?: StoredError;
  readonly stopReason?: RetryStopReason;
  /** The effect may have been applied although no answer came. */
  readonly outcomeUnknown?: boolean;
  /** For `retrying`: when the next attempt is due, epoch milliseconds. */
  readonly nextAttemptAt?: number;
  /** Epoch milliseconds. */
  readonly startedAt: number;
  readonly finishedAt: number;
  /** What a script wrote to its console. */
  readonly console?: readonly ConsoleLine[];
  /** HTTP exchanges of the attempt, secrets masked; opaque to the engine. */
  readonly exchanges?: readonly unknown[];
}

/** What a step waits for: a time, a call of its address, a decision of a person, a run that it called, or its next attempt. */
export type PendingKind = 'timer' | 'event' | 'review' | 'child' | 'retry';

/** One step that cannot go on yet. */
export interface Pending {
  readonly kind: PendingKind;
  readonly path: string;
  readonly nodeId: string;
  /** A sentence for people, where there is more to say than the kind. */
  readonly why?: string;
  /** Epoch milliseconds at which it goes on in any case; absent when only the other side can end it. */
  readonly until?: number;
}

/** How a call of {@link execute} ended. */
export type RunOutcome =
  /** `output` is there when it was asked for: what the run gives to the one that called it. */
  | { readonly status: 'succeeded' | 'skipped'; readonly reason?: string; readonly output?: unknown }
  | { readonly status: 'failed'; readonly error: StoredError; readonly nodeId?: string }
  | { readonly status: 'cancelled'; readonly reason: string }
  /**
   * Nothing can go on by itself: the run is to be released, and resumed at `wakeAt` (epoch ms; absent: never by time) or
   * when one of the waits it has registered is answered.
   */
  | { readonly status: 'waiting'; readonly wakeAt?: number; readonly reason: string; readonly pending: readonly Pending[] };
