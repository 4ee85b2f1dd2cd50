/** What all parts of one execution share: what it was given, its records, and whether anything new may begin. */
import type { HeavyEvaluator } from '@weft/expression';
import type { Program } from './compile.ts';
import type { Frame, FrameEnd } from './frame.ts';
import type { Host, OpenWait } from './host.ts';
import type { RunOutcome, StepRecord } from './journal.ts';
import { Ledger } from './ledger.ts';
import './signal.ts';

/** What {@link execute} takes. */
export interface ExecuteOptions {
  readonly program: Program;
  /** The event's payload: `trigger`. */
  readonly trigger: unknown;
  /** Answers to the document's questions: `config`. */
  readonly config: Readonly<Record<string, unknown>>;
  /** `startedAt` in epoch milliseconds; the same for every attempt and worker. */
  readonly run: { readonly id: string; readonly startedAt: number };
  /** Every record made durable so far, in order. */
  readonly journal: readonly StepRecord[];
  readonly host: Host;
  readonly signal: AbortSignal;
  /** Waits up to this long are waited for here, longer ones end in the outcome `waiting`. Default 2000. */
  readonly maxInlineWaitMs?: number;
  /** Epoch milliseconds at which the run fails. */
  readonly deadlineAt?: number;
  /** A worker was lost while it executed this run: what it had begun may have happened. */
  readonly isRecovery?: boolean;
  /** Waits by path that were open when the run was taken up; of these nobody is asked again. */
  readonly openWaits?: ReadonlyMap<string, OpenWait>;
  /** Whether the outcome is to hold what the run gives, for the run that called it. */
  readonly wantsOutput?: boolean;
}

/** Runs a container; a promise only if something in it has to be waited for. */
export type RunFrame = (execution: Execution, frame: Frame) => FrameEnd | Promise<FrameEnd>;

/** Computing for longer than this without a turn for others, a loop lets them have one. */
const LONGEST_TURN_MS = 10;

/** One call of {@link execute}. */
export class Execution {
  readonly options: ExecuteOptions;
  readonly ledger: Ledger;
  readonly evaluate: HeavyEvaluator;
  /** Set by a stop node: ends the run whatever else is going on. */
  stop: RunOutcome | undefined;
  readonly #runFrame: RunFrame;
  /** When it began to compute without a turn for others. */
  #computingSince: number;

  /** `runFrame` is handed in because a loop, which is a member of a container, has containers of its own. */
  constructor(options: ExecuteOptions, runFrame: RunFrame) {
    this.options = options;
    this.ledger = new Ledger(options.journal, options.host);
    this.evaluate = (text, scope) => options.host.evaluate(text, scope);
    this.#runFrame = runFrame;
    this.#computingSince = options.host.now();
  }

  runFrame(frame: Frame): FrameEnd | Promise<FrameEnd> {
    return this.#runFrame(this, frame);
  }

  /** Whether nothing new may begin in a container. */
  isHaltedIn(frame: Frame): boolean {
    return frame.failure !== undefined || this.#isHalted() || frame.isOuterHalted();
  }

  #isHalted(): boolean {
    return this.stop !== undefined || this.ledger.lost !== undefined || this.options.signal.aborted || this.#isPastDeadline();
  }

  #isPastDeadline(): boolean {
    return this.options.deadlineAt !== undefined && this.options.host.now() >= this.options.deadlineAt;
  }

  /** Lets others have a turn if this has computed for long, and the records it made be written. Undefined when it has not. */
  breathe(): Promise<void> | undefined {
    const { host } = this.options;
    if (!host.breathe || host.now() - this.#computingSince <= LONGEST_TURN_MS) return undefined;
    return this.#breathe();
  }

  async #breathe(): Promise<void> {
    this.ledger.hurry();
    await this.options.host.breathe?.();
    if (this.ledger.isBehind) await this.ledger.durable();
    this.#computingSince = this.options.host.now();
  }
}
