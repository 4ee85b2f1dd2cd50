/**
 * What the engine asks of the world. The engine itself knows no clock, no network and no database.
 */
import type { StepRecord } from './journal.ts';
import './signal.ts';

/** One call of a connector's operation. */
export interface EffectRequest {
  readonly nodeId: string;
  readonly path: string;
  readonly attempt: number;
  readonly connector: string;
  readonly operation: string;
  /** Slot of the document whose connection is used; absent when the operation needs none. */
  readonly slot?: string;
  /** The resolved input. */
  readonly input: Readonly<Record<string, unknown>>;
  /** An earlier attempt of this step, or a lost worker, may have applied the effect already. */
  readonly mayHaveHappened: boolean;
  readonly timeoutMs?: number;
  readonly signal: AbortSignal;
}

/** What an effect gave. Failures are thrown as `WeftError`, with `exchanges` of the attempt in its `detail` left out. */
export interface EffectResult {
  readonly output: unknown;
  readonly exchanges?: readonly unknown[];
}

/** Implemented by the runtime, by the simulation and by tests. */
export interface Host {
  /** Present time in epoch milliseconds. */
  now(): number;
  /** Uniform in [0, 1): for jitter. */
  random(): number;
  /** Performs one effect. Throws `WeftError`. */
  perform(request: EffectRequest): Promise<EffectResult>;
  /** Evaluates an expression that is more than a path or a simple formula, in a place that may die. */
  evaluate(expression: string, scope: Readonly<Record<string, unknown>>): Promise<unknown>;
  /**
   * Makes records durable, in order. Resolves when they are; rejects when this worker no longer owns the run,
   * upon which the engine stops without doing anything further.
   */
  checkpoint(records: readonly StepRecord[]): Promise<void>;
  /** Sleeps for a short in-process wait (retries under `maxInlineWaitMs`). Rejects when the signal aborts. */
  sleep(ms: number, signal: AbortSignal): Promise<void>;
  /** Named race points for tests; production leaves it out. */
  reached?(point: string, detail?: unknown): void | Promise<void>;
}
