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
  /**
   * Asks for one page of the operation's items in the place of what it gives otherwise: the one behind `cursor`, the first
   * one without. The output is `{ items, next? }`, where `next` is the cursor of the page behind it.
   */
  readonly page?: { readonly cursor?: unknown };
  readonly signal: AbortSignal;
}

/** What an effect gave. Failures are thrown as `WeftError`, with `exchanges` of the attempt in its `detail` left out. */
export interface EffectResult {
  readonly output: unknown;
  readonly exchanges?: readonly unknown[];
}

/** What a script wrote to its console. */
export interface ConsoleLine {
  readonly level: 'log' | 'info' | 'warn' | 'error' | 'debug';
  readonly text: string;
}

/** One execution of a script. */
export interface ScriptRequest {
  readonly nodeId: string;
  readonly path: string;
  readonly code: string;
  /** What it can read by name, no more than it asks for. */
  readonly scope: Readonly<Record<string, unknown>>;
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
}

/** When a wait is over without an answer: so long after it was registered, or at an instant (epoch ms). */
export type WaitDue = { readonly afterMs: number } | { readonly at: number };

/** What a person is asked. Everything resolved. */
export interface ReviewQuestion {
  readonly subject: string;
  readonly details: string;
  readonly facts: readonly { readonly label: string; readonly value: unknown }[];
  readonly choices: readonly { readonly port: string; readonly label: string }[];
  readonly comment: 'none' | 'optional' | 'required';
  readonly role: string;
}

/** A run of another workflow that is to be started. */
export interface ChildCall {
  readonly workflowId: string;
  /** For messages, should the workflow be gone. */
  readonly workflowName: string;
  readonly input: Readonly<Record<string, unknown>>;
  /** Without it the wait is answered as soon as the run is there. */
  readonly isAwaited: boolean;
}

/** One thing that a step waits for. */
export type WaitRequest = { readonly path: string; readonly nodeId: string } & (
  | { readonly kind: 'timer'; readonly due: WaitDue }
  | { readonly kind: 'event'; readonly due?: WaitDue }
  | { readonly kind: 'review'; readonly due?: WaitDue; readonly question: ReviewQuestion }
  | { readonly kind: 'child'; readonly call: ChildCall }
);

/** How a registered wait stands. `since`: when it was registered first, epoch ms. `due` and `answered` are final. */
export type WaitState =
  | { readonly state: 'open'; readonly since: number; readonly dueAt?: number }
  | { readonly state: 'due'; readonly since: number; readonly dueAt: number }
  | { readonly state: 'answered'; readonly since: number; readonly answer: unknown };

/** A wait that is known to be open, so that nobody has to be asked. */
export type OpenWait = Omit<Extract<WaitState, { readonly state: 'open' }>, 'state'>;

/**
 * Code of an error by which {@link Host.perform} says that nothing was sent, and nothing is wrong either: the step is begun
 * again after the error's `retryAfterMs`, and no attempt counts.
 */
export const NOT_STARTED = 'not_started';

/** The answer to the request that started a run. */
export interface Answer {
  readonly status: number;
  /** Names in lower case. */
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: unknown;
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
   * Runs a script in a place that may die. Throws `invalid` when it fails, takes too long or needs too much memory, with its
   * console in `detail.console`.
   */
  script(request: ScriptRequest): Promise<{ readonly output: unknown; readonly console: readonly ConsoleLine[] }>;
  /**
   * Makes records durable, in order. Resolves when they are; rejects when this worker no longer owns the run,
   * upon which the engine stops without doing anything further.
   */
  checkpoint(records: readonly StepRecord[]): Promise<void>;
  /**
   * Takes the last records of an execution, to make them durable together with what becomes of its outcome. Without it
   * they are checkpointed like others.
   */
  conclude?(records: readonly StepRecord[]): void;
  /** Lets others have a turn: asked for now and then by an execution that computes for long. */
  breathe?(): Promise<void>;
  /**
   * Registers what a step waits for, once per path, durably: asked again it tells how the first one stands. From then on
   * an answer makes the run go on. Throws `WeftError` when it cannot be registered, such as a call of a workflow that is
   * gone; rejects like {@link Host.checkpoint} when the run is not ours.
   */
  wait(request: WaitRequest): Promise<WaitState>;
  /**
   * Takes a step's answer to the request that started the run. It is to be sent once the step's record is durable, which it
   * is when `isDurable`: then a worker before may have sent it or not. Gives a note when nobody will get it, and why.
   * Without it nobody waits for answers.
   */
  respond?(step: { readonly path: string; readonly answer: Answer; readonly isDurable: boolean }): string | undefined;
  /** The address at which a step's wait is answered; it may be called before the step is reached. The same for every worker. */
  resumeAddress(step: { readonly path: string; readonly nodeId: string; readonly kind: 'event' | 'review' }): Promise<string>;
  /** Sleeps for a short in-process wait (retries under `maxInlineWaitMs`). Rejects when the signal aborts. */
  sleep(ms: number, signal: AbortSignal): Promise<void>;
  /** Named race points for tests; production leaves it out. */
  reached?(point: string, detail?: unknown): void | Promise<void>;
}
