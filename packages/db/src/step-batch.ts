/**
 * Steps without effect on their way into the database: all of one checkpoint in one value instead of a row each. Their
 * form is JSON in which whatever is usual is left out; a large one is compressed.
 */
import { promisify } from 'node:util';
import { constants, zstdCompress, zstdCompressSync, zstdDecompress, zstdDecompressSync } from 'node:zlib';
import { invalid } from '@weft/errors';

/** A step as it is written to a batch. Times in epoch milliseconds. */
export interface BatchStep {
  readonly path: string;
  readonly nodeId: string;
  readonly attempt: number;
  readonly seq: number;
  readonly status: string;
  readonly port?: string | undefined;
  readonly output?: unknown;
  readonly error?: unknown;
  readonly stopReason?: string | undefined;
  /** Further members of the record. */
  readonly extra?: Readonly<Record<string, unknown>> | undefined;
  readonly startedAt: number;
  readonly finishedAt: number;
}

/** A batch ready for its row. */
export interface BatchRow {
  /** Of its first step. */
  readonly seq: number;
  readonly count: number;
  readonly failed: number;
  /** Whether it holds the run's answer. */
  readonly answers?: boolean;
  readonly records: Buffer;
}

/** The answer to the request that started a run, kept with the steps by which it was decided. */
export interface StoredAnswer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: unknown;
}

/** What stands for `succeeded` by the port `next` at the first attempt, at the top, is nothing at all. */
interface Unusual {
  /** What stands before the node's id in the path. */
  p?: string;
  s?: string;
  /** The port; null for none. */
  o?: string | null;
  a?: number;
  e?: unknown;
  r?: string;
  x?: Readonly<Record<string, unknown>>;
  /** Without an output: what stands in its place means nothing. */
  n?: 1;
}

/** Index of the node, start after the batch's, duration, then output and whatever is unusual, if there are any. */
type Entry = readonly [node: number, start: number, took: number, output?: unknown, unusual?: Unusual];

interface Batch {
  readonly v: 1;
  /** Time of the first start. */
  readonly t: number;
  /** Sequence number of the first step, or of each when there are gaps. */
  readonly q: number | readonly number[];
  readonly n: readonly string[];
  readonly s: readonly Entry[];
  /** The run's answer, or the index of the step whose output it is. */
  readonly r?: StoredAnswer | number;
}

/** What is packed beside the steps. */
export interface PackOptions {
  /** The run's answer, or the path of the step among these whose output it is. */
  readonly answer?: StoredAnswer | string | undefined;
  /** Place of a batch without steps. */
  readonly seq?: number;
}

const compress = promisify(zstdCompress);
const decompress = promisify(zstdDecompress);
/** From here on compressing is worth its time. */
const COMPRESS_BYTES = 2048;
/** Up to here it takes less time than handing it to another thread. */
const AT_ONCE_BYTES = 256 * 1024;
const FAST = { params: { [constants.ZSTD_c_compressionLevel]: 1 } };
const ZSTD_MAGIC = 0x28;

/** Packs steps in the order of their `seq`. Throws `invalid` for a step that is not JSON. */
export function packBatch(steps: readonly BatchStep[], options: PackOptions = {}): BatchRow | Promise<BatchRow> {
  const text = textOf(steps, options);
  const row = {
    seq: steps[0]?.seq ?? options.seq ?? 0,
    count: steps.length,
    failed: steps.reduce((count, { status }) => (status === 'failed' ? count + 1 : count), 0),
    ...(options.answer === undefined ? {} : { answers: true }),
  };
  const records = Buffer.from(text, 'utf8');
  if (records.length < COMPRESS_BYTES) return { ...row, records };
  if (records.length < AT_ONCE_BYTES) return { ...row, records: zstdCompressSync(records, FAST) };
  return compress(records, FAST).then((packed) => ({ ...row, records: packed }));
}

function textOf(steps: readonly BatchStep[], { answer, seq }: PackOptions): string {
  const t = steps[0]?.startedAt ?? 0;
  const first = steps[0]?.seq ?? seq ?? 0;
  const names = new Map<string, number>();
  let hasGaps = false;
  const entries = steps.map((step, index) => {
    hasGaps ||= step.seq !== first + index;
    let node = names.get(step.nodeId);
    if (node === undefined) names.set(step.nodeId, (node = names.size));
    return entryOf(step, node, t);
  });
  const batch: Batch = {
    v: 1,
    t,
    q: hasGaps ? steps.map(({ seq }) => seq) : first,
    n: [...names.keys()],
    s: entries,
    ...answerPart(steps, answer),
  };
  try {
    return JSON.stringify(batch);
  } catch (error) {
    const reason = error instanceof RangeError ? 'it is nested too deeply' : error instanceof Error ? error.message : String(error);
    throw invalid('not_storable', `The result of a step cannot be stored as JSON: ${reason}.`);
  }
}

function answerPart(steps: readonly BatchStep[], answer: StoredAnswer | string | undefined): { r?: StoredAnswer | number } {
  if (answer === undefined) return {};
  return { r: typeof answer === 'string' ? steps.findIndex(({ path }) => path === answer) : answer };
}

function entryOf(step: BatchStep, node: number, t: number): Entry {
  const [start, took] = [step.startedAt - t, step.finishedAt - step.startedAt];
  const isUsual =
    step.path === step.nodeId && step.status === 'succeeded' && step.port === 'next' && step.attempt === 1 && step.extra === undefined;
  if (isUsual) return step.output === undefined ? [node, start, took] : [node, start, took, step.output];
  const unusual: Unusual = {};
  if (step.path !== step.nodeId) unusual.p = step.path.slice(0, -step.nodeId.length);
  if (step.status !== 'succeeded') unusual.s = step.status;
  if (step.port !== 'next') unusual.o = step.port ?? null;
  if (step.attempt !== 1) unusual.a = step.attempt;
  if (step.error !== undefined) unusual.e = step.error;
  if (step.stopReason !== undefined) unusual.r = step.stopReason;
  if (step.extra !== undefined) unusual.x = step.extra;
  if (step.output === undefined) unusual.n = 1;
  return [node, start, took, step.output ?? null, unusual];
}

/** Unpacks a batch. */
export async function unpackBatch(records: Buffer): Promise<BatchStep[]> {
  const batch = await readBatch(records);
  return batch.s.map((entry, index) => stepOf(batch, entry, typeof batch.q === 'number' ? batch.q + index : (batch.q[index] ?? 0)));
}

/** The answer that a batch holds. */
export async function unpackAnswer(records: Buffer): Promise<StoredAnswer | undefined> {
  const { r: answer, s: steps } = await readBatch(records);
  // The output of a step that answers is an answer.
  return typeof answer === 'number' ? (steps[answer]?.[3] as StoredAnswer | undefined) : answer;
}

async function readBatch(records: Buffer): Promise<Batch> {
  const text =
    records[0] !== ZSTD_MAGIC ? records : records.length < AT_ONCE_BYTES / 8 ? zstdDecompressSync(records) : await decompress(records);
  // Written by packBatch.
  return JSON.parse(text.toString('utf8')) as Batch;
}

function stepOf(batch: Batch, [node, start, took, output, unusual]: Entry, seq: number): BatchStep {
  const nodeId = batch.n[node] ?? '';
  const startedAt = batch.t + start;
  const port = unusual?.o === undefined ? 'next' : (unusual.o ?? undefined);
  return {
    path: `${unusual?.p ?? ''}${nodeId}`,
    nodeId,
    attempt: unusual?.a ?? 1,
    seq,
    status: unusual?.s ?? 'succeeded',
    ...(port === undefined ? {} : { port }),
    ...(output === undefined || unusual?.n === 1 ? {} : { output }),
    ...(unusual?.e === undefined ? {} : { error: unusual.e }),
    ...(unusual?.r === undefined ? {} : { stopReason: unusual.r }),
    ...(unusual?.x === undefined ? {} : { extra: unusual.x }),
    startedAt,
    finishedAt: startedAt + took,
  };
}
