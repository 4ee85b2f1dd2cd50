/**
 * One claimed run in this process: what it may still do, and its writes, one after another.
 *
 * A session is *live* until it is stopped, once, for one reason. From then on nothing more is written for it except by
 * whoever handles the reason; the engine learns of it because its next checkpoint is refused.
 */
import { toStorableJson } from '@weft/db';
import type { ClaimedRun, FinishRow, ReleaseRow, StoredAnswer } from '@weft/db';
import type { StepRecord } from '@weft/engine';
import { WeftError, toStoredError } from '@weft/errors';
import type { GroupWriter, WriteResult } from './group-writer.ts';
import type { RunReply } from './run-reply.ts';
import { toStepWrites } from './step-writes.ts';

/** Why a session was stopped before the engine came to an end. */
export type StopReason =
  /** Another worker may own the run now: touch nothing. */
  | { readonly kind: 'lost' }
  /** This process is leaving: another worker goes on. */
  | { readonly kind: 'drain' }
  /** An effect may have happened and nobody can tell. */
  | { readonly kind: 'uncertain'; readonly error: WeftError; readonly nodeId: string }
  /** The vendor refuses an account: the run waits until somebody has reconnected it. */
  | { readonly kind: 'parked'; readonly connectionId: string; readonly reason: string }
  /** This build does not know something that the run needs: a worker of another build has to take it. */
  | { readonly kind: 'unknownHere'; readonly reason: string }
  /** The database refuses this run's data. */
  | { readonly kind: 'poison'; readonly error: WeftError; readonly record: StepRecord | undefined };

/** The error by which the engine is told to stop. */
export function stopError(reason: StopReason): WeftError {
  return new WeftError({ class: 'cancelled', code: `run_${reason.kind}`, message: 'This worker no longer works on this run.' });
}

export class RunSession {
  readonly run: ClaimedRun;
  readonly claimedAtMs: number;
  readonly controller = new AbortController();
  /** Aborts waits inside the process, but no request that is on the wire. */
  readonly waits = new AbortController();
  /** The answer to the request that started the run; set once its workflow is known. */
  reply: RunReply | undefined;
  readonly #writer: GroupWriter;
  #stopped: StopReason | undefined;
  #isCancelRequested = false;
  #seq: number;
  #pending: StepRecord[] = [];
  #writing: Promise<void> | undefined;

  constructor(options: {
    readonly run: ClaimedRun;
    readonly claimedAtMs: number;
    readonly writer: GroupWriter;
    readonly firstSeq: number;
  }) {
    this.run = options.run;
    this.claimedAtMs = options.claimedAtMs;
    this.#writer = options.writer;
    this.#seq = options.firstSeq;
  }

  get stopped(): StopReason | undefined {
    return this.#stopped;
  }

  /** Stops the session; the first reason counts. */
  stop(reason: StopReason): void {
    if (this.#stopped) return;
    this.#stopped = reason;
    this.waits.abort(stopError(reason));
    // The requests that are on the wire may come to their end where the run goes on later.
    if (!goesOn(reason)) this.controller.abort(stopError(reason));
  }

  get isCancelRequested(): boolean {
    return this.#isCancelRequested;
  }

  /** Tells the engine that somebody asked to cancel. */
  cancel(): void {
    this.#isCancelRequested = true;
    if (!this.#stopped)
      this.controller.abort(new WeftError({ class: 'cancelled', code: 'cancel_requested', message: 'Somebody cancelled this run.' }));
  }

  assertLive(): void {
    if (this.#stopped) throw stopError(this.#stopped);
  }

  /** Makes records durable, in order; records that come while a write is under way go together in the next. */
  async checkpoint(records: readonly StepRecord[]): Promise<void> {
    if (!this.#stopped || !goesOn(this.#stopped)) this.assertLive();
    // What follows from our own stopping is no fact about the run: the next worker does that step.
    if (!records.some(isStopRecord)) this.#pending.push(...records);
    while (this.#pending.length > 0 || this.#writing) await (this.#writing ??= this.#writePending());
    // The finished step is kept; then the engine stops.
    this.assertLive();
  }

  async #writePending(): Promise<void> {
    const records = this.#pending;
    this.#pending = [];
    try {
      const { steps, batches, blobs } = await toStepWrites(records, this.#seq, this.reply?.pathIn(records));
      this.#seq += records.length;
      const result = await this.#writer.write({ runId: this.run.id, fence: this.run.fence, steps, batches, blobs });
      if (result.isOwned) this.reply?.written(records);
      this.#note(result);
    } catch (error) {
      if (error instanceof WeftError && error.class === 'invalid') this.stop({ kind: 'poison', error, record: records.at(-1) });
      // No answer for so long that the lease is over: whoever claims the run next reads what was written.
      else this.stop({ kind: 'lost' });
    } finally {
      this.#writing = undefined;
    }
  }

  /** Takes the last records of the run's execution: they are written together with how it leaves this worker. */
  conclude(records: readonly StepRecord[]): void {
    if (this.#stopped && !goesOn(this.#stopped)) return;
    if (!records.some(isStopRecord)) this.#pending.push(...records);
  }

  /**
   * Ends or gives back the run, with the records that are left. False when it was no longer ours. When its data is refused,
   * nothing is written and the session is stopped as *poison*; then it throws.
   */
  async leave(options: {
    readonly records?: readonly StepRecord[];
    readonly finish?: FinishRow;
    readonly release?: ReleaseRow;
    /** What the end answers to the request that started the run. */
    readonly answer?: StoredAnswer | undefined;
  }): Promise<boolean> {
    while (this.#writing) await this.#writing;
    const records = options.records ? [...this.#pending, ...options.records] : this.#pending;
    this.#pending = [];
    try {
      const answer = this.reply?.pathIn(records) ?? options.answer;
      const { steps, batches, blobs } = await toStepWrites(records, this.#seq, answer);
      const last = options.finish ? batches.pop() : undefined;
      const finish = options.finish && { ...options.finish, ...(last ? { steps: last.records } : {}) };
      const { release } = options;
      const end = finish ? { finish } : release ? { release } : {};
      const result = await this.#writer.write({ runId: this.run.id, fence: this.run.fence, steps, batches, blobs, ...end });
      if (result.isOwned) this.reply?.written(records);
      return result.isOwned;
    } catch (error) {
      if (error instanceof WeftError && error.class === 'invalid') this.stop({ kind: 'poison', error, record: records.at(-1) });
      throw error;
    }
  }

  #note(result: WriteResult): void {
    if (!result.isOwned) this.stop({ kind: 'lost' });
    else if (result.isCancelRequested) this.cancel();
  }
}

/** Whether the run is still ours and only put aside. */
function goesOn(reason: StopReason): boolean {
  return reason.kind === 'drain' || reason.kind === 'parked' || reason.kind === 'unknownHere';
}

/** A step that failed only because this session stopped. */
function isStopRecord(record: StepRecord): boolean {
  return record.error?.class === 'cancelled' && record.error.code.startsWith('run_');
}

/** The end of a run that failed with an error. */
export function failedFinish(error: unknown, nodeId?: string): FinishRow {
  const { detail: _, ...stored } = toStoredError(error);
  return { status: 'failed', reason: null, error: toStorableJson(stored).text, failedNode: nodeId ?? null };
}
