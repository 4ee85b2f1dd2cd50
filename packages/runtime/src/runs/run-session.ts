/**
 * One claimed run in this process: what it may still do, and its writes, one after another.
 *
 * A session is *live* until it is stopped, once, for one reason. From then on nothing more is written for it except by
 * whoever handles the reason; the engine learns of it because its next checkpoint is refused.
 */
import { toStorableJson, toStoredValue } from '@weft/db';
import type { BlobRow, ClaimedRun, FinishRow, ReleaseRow, StepRow } from '@weft/db';
import type { StepRecord } from '@weft/engine';
import { WeftError, toStoredError } from '@weft/errors';
import type { StoredError } from '@weft/errors';
import type { GroupWriter, WriteResult } from './group-writer.ts';

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
      const { rows, blobs } = await toStepRows(records, this.#seq);
      this.#seq += records.length;
      this.#note(await this.#writer.write({ runId: this.run.id, fence: this.run.fence, steps: rows, blobs }));
    } catch (error) {
      if (error instanceof WeftError && error.class === 'invalid') this.stop({ kind: 'poison', error, record: records.at(-1) });
      // No answer for so long that the lease is over: whoever claims the run next reads what was written.
      else this.stop({ kind: 'lost' });
    } finally {
      this.#writing = undefined;
    }
  }

  /** Ends or gives back the run, with last records. False when it was no longer ours. */
  async leave(options: {
    readonly records?: readonly StepRecord[];
    readonly finish?: FinishRow;
    readonly release?: ReleaseRow;
  }): Promise<boolean> {
    while (this.#writing) await this.#writing;
    const { rows, blobs } = await toStepRows(options.records ?? [], this.#seq);
    const { records: _, ...end } = options;
    const result = await this.#writer.write({ runId: this.run.id, fence: this.run.fence, steps: rows, blobs, ...end });
    return result.isOwned;
  }

  #note(result: WriteResult): void {
    if (!result.isOwned) this.stop({ kind: 'lost' });
    else if (result.isCancelRequested) this.cancel();
  }
}

/** Whether the run is still ours and only put aside. */
function goesOn(reason: StopReason): boolean {
  return reason.kind === 'drain' || reason.kind === 'parked';
}

/** A step that failed only because this session stopped. */
function isStopRecord(record: StepRecord): boolean {
  return record.error?.class === 'cancelled' && record.error.code.startsWith('run_');
}

/** Room for what else stands in `extra`, within {@link INLINE_BYTES}. */
const MOST_CONSOLE_BYTES = 48 * 1024;

const KNOWN = new Set([
  'path',
  'nodeId',
  'attempt',
  'status',
  'port',
  'input',
  'output',
  'error',
  'stopReason',
  'nextAttemptAt',
  'startedAt',
  'finishedAt',
  'exchanges',
]);

async function toStepRows(records: readonly StepRecord[], firstSeq: number): Promise<{ rows: StepRow[]; blobs: BlobRow[] }> {
  const blobs: BlobRow[] = [];
  const keep = async (value: unknown): Promise<{ text: string | null; ref: string | null; wasCleaned: boolean }> => {
    if (value === undefined) return { text: null, ref: null, wasCleaned: false };
    const stored = await toStoredValue(value);
    if (stored.blob) blobs.push(stored.blob);
    return { text: stored.text, ref: stored.blob?.id ?? null, wasCleaned: stored.wasCleaned };
  };
  const rows: StepRow[] = [];
  for (const [index, record] of records.entries()) {
    const input = await keep(record.input);
    const output = await keep(record.output);
    const members = Object.entries(record).filter(([key, value]) => !KNOWN.has(key) && value !== undefined);
    const extra = {
      ...Object.fromEntries(members),
      ...(record.console ? { console: smallConsole(record.console) } : {}),
      ...(output.wasCleaned || input.wasCleaned ? { wasCleaned: true } : {}),
    };
    rows.push({
      path: record.path,
      attempt: record.attempt,
      seq: firstSeq + index,
      nodeId: record.nodeId,
      status: record.status,
      port: record.port ?? null,
      input: input.text,
      output: output.text,
      error: record.error === undefined ? null : await smallError(record.error),
      exchanges: record.exchanges === undefined || record.exchanges.length === 0 ? null : await smallText(record.exchanges),
      stopReason: record.stopReason ?? null,
      nextAttemptAt: record.nextAttemptAt ?? null,
      inputRef: input.ref,
      outputRef: output.ref,
      extra: Object.keys(extra).length === 0 ? null : (await keep(extra)).text,
      startedAt: record.startedAt,
      finishedAt: record.finishedAt,
    });
  }
  return { rows, blobs };
}

/** Exchanges are for reading: when they are too large the bodies go first. */
async function smallText(exchanges: readonly unknown[]): Promise<string> {
  const whole = await toStoredValue(exchanges);
  if (!whole.blob) return whole.text;
  const withoutBodies = exchanges.map((exchange) =>
    typeof exchange === 'object' && exchange !== null
      ? { ...exchange, requestBody: undefined, responseBody: undefined, requestTruncated: true, responseTruncated: true }
      : exchange,
  );
  const small = await toStoredValue(withoutBodies);
  return small.blob ? '[]' : small.text;
}

/** Of a console the beginning is kept: `extra` must never be so large that it is taken out of its row. */
function smallConsole(lines: NonNullable<StepRecord['console']>): NonNullable<StepRecord['console']> {
  let bytes = 0;
  const kept = lines.filter((line) => (bytes += Buffer.byteLength(JSON.stringify(line)) + 1) <= MOST_CONSOLE_BYTES);
  return kept.length === lines.length ? lines : [...kept, { level: 'warn', text: '… the rest is too long to be kept' }];
}

/** An error keeps its sentence whatever its size; its details go when they are too large. */
async function smallError(error: StoredError): Promise<string> {
  const whole = await toStoredValue(error);
  if (!whole.blob) return whole.text;
  return (await toStoredValue({ class: error.class, code: error.code, message: error.message.slice(0, 10_000) })).text;
}

/** The end of a run that failed with an error. */
export function failedFinish(error: unknown, nodeId?: string): FinishRow {
  const { detail: _, ...stored } = toStoredError(error);
  return { status: 'failed', reason: null, error: toStorableJson(stored).text, failedNode: nodeId ?? null };
}
