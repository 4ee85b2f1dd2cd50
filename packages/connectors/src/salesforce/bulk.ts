/** Bulk API 2.0 (developer.salesforce.com, "Bulk API 2.0 Ingest"): a job takes one CSV file and is worked off by the org in its own time. */
import { isWeftError, WeftError, type ActionContext } from '@weft/connector-kit';
import type { BulkFile } from './bulk-file.ts';
import type { Salesforce } from './client.ts';
import { spread, waitFor } from './locks.ts';
import type { ManyAction } from './many.ts';

const FIRST_POLL_MS = 300;
const LONGEST_POLL_MS = 10_000;
/** Polls in a row that may fail before a job that runs is given up. */
const MAX_FAILED_POLLS = 6;

const BULK_OPERATION = { create: 'insert', update: 'update', upsert: 'upsert', delete: 'delete' } as const satisfies Record<
  ManyAction,
  string
>;

/** A job as the org describes it. */
export interface BulkJob {
  readonly id: string;
  readonly state: 'Open' | 'UploadComplete' | 'InProgress' | 'JobComplete' | 'Failed' | 'Aborted';
  readonly object?: string;
  readonly operation?: string;
  readonly contentUrl?: string;
  readonly errorMessage?: string;
  readonly numberRecordsProcessed?: number;
  readonly numberRecordsFailed?: number;
}

/** Loads a file and lets the org begin. Gives the job. `opened` is told its id before the org has any row. */
export async function startBulkJob(salesforce: Salesforce, file: BulkFile, opened: (id: string) => Promise<void>): Promise<BulkJob> {
  const subject = `the load of ${file.object} records`;
  const headers = { 'content-type': 'application/json' };
  const settings = {
    object: file.object,
    operation: BULK_OPERATION[file.action],
    ...(file.externalIdField === undefined ? {} : { externalIdFieldName: file.externalIdField }),
    contentType: 'CSV',
    lineEnding: 'LF',
  };
  const job = await salesforce
    .run((org) => org.request<BulkJob>({ method: 'POST', url: '/jobs/ingest', headers, body: JSON.stringify(settings) }), subject)
    .catch((error: unknown) => {
      throw withOutcome(error, { isUnknown: false });
    });
  await opened(job.id);
  // The address comes without its leading slash.
  const url = `/${(job.contentUrl ?? `jobs/ingest/${job.id}/batches`).replace(/^\//, '')}`;
  await salesforce.run((org) => org.request({ method: 'PUT', url, headers: { 'content-type': 'text/csv' }, body: file.text }), subject);
  try {
    const body = JSON.stringify({ state: 'UploadComplete' });
    return await salesforce.run((org) => org.request<BulkJob>({ method: 'PATCH', url: jobPath(job.id), headers, body }), subject);
  } catch (error) {
    // Before this answer the org may have begun. Where it says that it has not, nothing has happened.
    const seen = await readBulkJob(salesforce, job.id).catch(() => undefined);
    if (seen !== undefined && seen.state !== 'Open') return seen;
    throw withOutcome(error, { isUnknown: seen === undefined, jobId: job.id });
  }
}

/** Loads rows, or reads them. */
export type BulkKind = 'ingest' | 'query';

const jobPath = (id: string, kind: BulkKind = 'ingest'): string => `/jobs/${kind}/${encodeURIComponent(id)}`;

/** The job as it is now. */
export function readBulkJob(salesforce: Salesforce, id: string, kind: BulkKind = 'ingest'): Promise<BulkJob> {
  return salesforce.run((org) => org.request<BulkJob>(jobPath(id, kind)), `bulk job ${id}`);
}

/** Ends a job before its time; false when the org would not have it, because it is done with it. */
export async function abortBulkJob(salesforce: Salesforce, id: string, kind: BulkKind = 'ingest'): Promise<boolean> {
  const request = {
    method: 'PATCH',
    url: jobPath(id, kind),
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ state: 'Aborted' }),
  } as const;
  return salesforce
    .run((org) => org.request(request), `bulk job ${id}`)
    .then(
      () => true,
      (error: unknown) => {
        if (isWeftError(error) && (error.class === 'invalid' || error.class === 'conflict' || error.class === 'notFound')) return false;
        throw error;
      },
    );
}

const ENDED = new Set<BulkJob['state']>(['JobComplete', 'Failed', 'Aborted']);

/** Whether the org is done with a job, well or badly. */
export const hasEnded = (job: BulkJob): boolean => ENDED.has(job.state);

/** A job that is waited for. `told` puts how far it is into words. */
export interface AwaitedJob {
  readonly job: BulkJob;
  readonly kind?: BulkKind;
  readonly waitMs: number;
  readonly told: (job: BulkJob) => Parameters<ActionContext['progress']>[0];
}

/** Asks until the job has ended or `waitMs` are over, at growing distances; gives it as it was last. */
export async function awaitBulkJob(
  context: ActionContext,
  salesforce: Salesforce,
  { job, kind = 'ingest', waitMs, told }: AwaitedJob,
): Promise<BulkJob> {
  const until = context.now() + waitMs;
  let seen = job;
  let failures = 0;
  for (let pauseMs = FIRST_POLL_MS; !hasEnded(seen); pauseMs = Math.min(pauseMs * 1.6, LONGEST_POLL_MS)) {
    if (context.now() + pauseMs > until) return seen;
    context.progress(told(seen));
    await waitFor(spread(pauseMs), context.signal);
    try {
      seen = await readBulkJob(salesforce, job.id, kind);
      failures = 0;
    } catch (error) {
      failures += 1;
      // The rows are with the org: a repetition of the whole step would load them twice.
      if (!isWeftError(error) || error.class !== 'transient' || failures === MAX_FAILED_POLLS)
        throw withOutcome(error, { isUnknown: true, jobId: job.id });
    }
  }
  return seen;
}

function withOutcome(error: unknown, outcome: { isUnknown: boolean; jobId?: string }): unknown {
  if (!isWeftError(error)) return error;
  const { retryAfterMs, issues } = error;
  return new WeftError({
    class: error.class,
    code: error.code,
    message: outcome.jobId === undefined ? error.message : `${error.message} The load is bulk job ${outcome.jobId}.`,
    detail: { vendor: error.detail, ...(outcome.jobId === undefined ? {} : { jobId: outcome.jobId }) },
    outcomeUnknown: outcome.isUnknown,
    cause: error,
    ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
    ...(issues === undefined ? {} : { issues }),
  });
}

/** A line of a result file, by column. */
export type ResultRow = Readonly<Record<string, string>>;

/** What became of each row of a job. */
export interface BulkOutcome {
  readonly successful: readonly ResultRow[];
  readonly failed: readonly ResultRow[];
  readonly unprocessed: readonly ResultRow[];
}

/** Reads the three result files. */
export async function readBulkOutcome(salesforce: Salesforce, id: string): Promise<BulkOutcome> {
  const read = async (what: string): Promise<ResultRow[]> => {
    const rows = await salesforce.run((org) => org.request<unknown>(`${jobPath(id)}/${what}/`.replace(/\/$/, '')), `bulk job ${id}`);
    return Array.isArray(rows) ? (rows as ResultRow[]) : [];
  };
  return {
    successful: await read('successfulResults'),
    failed: await read('failedResults'),
    unprocessed: await read('unprocessedrecords'),
  };
}
