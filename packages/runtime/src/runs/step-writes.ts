/**
 * Step records on their way into the database. Those with an effect get a row each, since each of them is looked for by
 * itself; of those without, all of a checkpoint share one value.
 */
import { packBatch, toStoredValue } from '@weft/db';
import type { BatchRow, BatchStep, BlobRow, PackOptions, StepRow, StoredAnswer } from '@weft/db';
import type { StepRecord } from '@weft/engine';
import type { StoredError } from '@weft/errors';

/** What is to be written of some records. */
export interface StepWrites {
  readonly steps: StepRow[];
  readonly batches: BatchRow[];
  readonly blobs: BlobRow[];
}

/** Room for what else stands in `extra`, within `INLINE_BYTES`. */
const MOST_CONSOLE_BYTES = 48 * 1024;
/** Steps of one batch at most: a page of a run's steps must not cost reading all of them. */
const BATCH_STEPS = 2000;

/** Makes records ready; the first gets `firstSeq`. `answer`: the run's, or the path of the step among them that gives it. Throws `invalid` for what is not JSON. */
export async function toStepWrites(records: readonly StepRecord[], firstSeq: number, answer?: StoredAnswer | string): Promise<StepWrites> {
  const light: BatchStep[] = [];
  const heavy: Placed[] = [];
  for (const [index, record] of records.entries()) {
    if (isLight(record)) light.push(batchStepOf(record, firstSeq + index));
    else heavy.push({ record, seq: firstSeq + index });
  }
  const batches: BatchRow[] = [];
  for (let from = 0; from < light.length || (answer !== undefined && from === 0); from += BATCH_STEPS) {
    const steps = light.length <= BATCH_STEPS ? light : light.slice(from, from + BATCH_STEPS);
    const batch = packBatch(steps, { seq: firstSeq, answer: answerIn(steps, answer, from + BATCH_STEPS >= light.length) });
    batches.push(batch instanceof Promise ? await batch : batch);
  }
  if (heavy.length === 0) return { steps: [], batches, blobs: [] };
  const { rows, blobs } = await toStepRows(heavy);
  return { steps: rows, batches, blobs };
}

/** The answer, if it belongs to these steps: with the one that gave it, or with the last ones. */
function answerIn(steps: readonly BatchStep[], answer: StoredAnswer | string | undefined, isLast: boolean): PackOptions['answer'] {
  if (typeof answer !== 'string') return isLast ? answer : undefined;
  return steps.some(({ path }) => path === answer) ? answer : undefined;
}

/** Whether a step only computed something: nothing was asked of anybody, and nothing has to be looked for later. */
function isLight(record: StepRecord): boolean {
  return record.input === undefined && record.exchanges === undefined && record.status !== 'retrying';
}

function batchStepOf(record: StepRecord, seq: number): BatchStep {
  return {
    path: record.path,
    nodeId: record.nodeId,
    attempt: record.attempt,
    seq,
    status: record.status,
    port: record.port,
    output: record.output,
    error: record.error,
    stopReason: record.stopReason,
    extra: extraOf(record),
    startedAt: record.startedAt,
    finishedAt: record.finishedAt,
  };
}

/** Members of a record that have no column. */
function extraOf(record: StepRecord): Record<string, unknown> | undefined {
  let extra: Record<string, unknown> | undefined;
  for (const key in record) {
    const value = (record as unknown as Record<string, unknown>)[key];
    if (!KNOWN.has(key) && value !== undefined) (extra ??= {})[key] = value;
  }
  if (record.console) extra = { ...extra, console: smallConsole(record.console) };
  return extra;
}

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

/** A record and its place in the journal. */
interface Placed {
  readonly record: StepRecord;
  readonly seq: number;
}

async function toStepRows(placed: readonly Placed[]): Promise<{ rows: StepRow[]; blobs: BlobRow[] }> {
  const blobs: BlobRow[] = [];
  const keep = async (value: unknown): Promise<{ text: string | null; ref: string | null; wasCleaned: boolean }> => {
    if (value === undefined) return { text: null, ref: null, wasCleaned: false };
    const stored = await toStoredValue(value);
    if (stored.blob) blobs.push(stored.blob);
    return { text: stored.text, ref: stored.blob?.id ?? null, wasCleaned: stored.wasCleaned };
  };
  const rows: StepRow[] = [];
  for (const { record, seq } of placed) {
    const input = await keep(record.input);
    const output = await keep(record.output);
    const extra = {
      ...extraOf(record),
      ...(output.wasCleaned || input.wasCleaned ? { wasCleaned: true } : {}),
    };
    rows.push({
      path: record.path,
      attempt: record.attempt,
      seq,
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
