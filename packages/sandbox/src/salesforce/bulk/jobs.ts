import type { Json } from '../../http.ts';
import { requestError } from '../errors.ts';
import { makeId } from '../ids.ts';
import { DELIMITERS, LINE_ENDINGS } from './csv.ts';

/** A bulk job of either kind. Rows are kept as the client sent them, cell by cell. */
export interface BulkJob {
  id: string;
  kind: 'ingest' | 'query';
  object: string;
  operation: string;
  externalIdFieldName?: string;
  query?: string;
  state: 'Open' | 'UploadComplete' | 'InProgress' | 'JobComplete' | 'Failed' | 'Aborted';
  errorMessage?: string;
  apiVersion: number;
  createdById: string;
  createdDate: string;
  columnDelimiter: string;
  lineEnding: string;
  /** Uploaded text of an ingest job. */
  upload: string;
  header: string[];
  successful: string[][];
  failed: string[][];
  unprocessed: string[][];
  /** Result rows of a query job. */
  results: string[][];
  /** Status polls still to be answered with InProgress, of how many; counts grow with them. */
  pollsLeft: number;
  polls: number;
}

/** What a client decides about a job. */
export type NewJob = Pick<BulkJob, 'kind' | 'object' | 'operation' | 'apiVersion' | 'createdById' | 'createdDate'> &
  Partial<Pick<BulkJob, 'externalIdFieldName' | 'query' | 'columnDelimiter' | 'lineEnding'>>;

/** All bulk jobs of an org; forgotten when the sandbox ends. */
export class BulkJobs {
  #jobs = new Map<string, BulkJob>();

  open(given: NewJob, state: BulkJob['state']): BulkJob {
    const job: BulkJob = {
      columnDelimiter: 'COMMA',
      lineEnding: 'LF',
      ...given,
      id: makeId('750', this.#jobs.size + 1),
      state,
      upload: '',
      header: [],
      successful: [],
      failed: [],
      unprocessed: [],
      results: [],
      pollsLeft: 0,
      polls: 0,
    };
    if (!(job.columnDelimiter in DELIMITERS)) throw invalidJob(`Unsupported column delimiter ${job.columnDelimiter}`);
    if (!(job.lineEnding in LINE_ENDINGS)) throw invalidJob(`Unsupported line ending ${job.lineEnding}`);
    this.#jobs.set(job.id, job);
    return job;
  }

  /** The job of that id, or 404. */
  get(kind: BulkJob['kind'], id: string): BulkJob {
    const job = this.#jobs.get(id);
    if (!job || job.kind !== kind) throw requestError(404, 'NOT_FOUND', 'The requested resource does not exist');
    return job;
  }

  list(kind: BulkJob['kind']): BulkJob[] {
    return [...this.#jobs.values()].filter((job) => job.kind === kind);
  }

  delete(job: BulkJob): void {
    this.#jobs.delete(job.id);
  }
}

/** 400 for a job that cannot be made or moved as asked. */
export function invalidJob(message: string) {
  return requestError(400, 'INVALIDJOB', `InvalidJob : ${message}`);
}

/** A job as answers show it; counts only once it is under way. */
export function jobBody(job: BulkJob, options: { isWithCounts: boolean }): Json {
  const all = job.kind === 'ingest' ? job.successful.length + job.failed.length : Math.max(0, job.results.length - 1);
  const share = job.state === 'InProgress' ? (job.polls - job.pollsLeft) / (job.polls + 1) : 1;
  const processed = Math.floor(all * share);
  return {
    id: job.id,
    operation: job.operation,
    object: job.object,
    createdById: job.createdById,
    createdDate: job.createdDate,
    systemModstamp: job.createdDate,
    state: job.state,
    ...(job.externalIdFieldName === undefined ? {} : { externalIdFieldName: job.externalIdFieldName }),
    concurrencyMode: 'Parallel',
    contentType: 'CSV',
    apiVersion: job.apiVersion,
    ...(job.kind === 'ingest' && !options.isWithCounts
      ? { contentUrl: `services/data/v${job.apiVersion}.0/jobs/ingest/${job.id}/batches` }
      : {}),
    ...(options.isWithCounts
      ? {
          jobType: job.kind === 'ingest' ? 'V2Ingest' : 'V2Query',
          numberRecordsProcessed: processed,
          ...(job.kind === 'ingest'
            ? { numberRecordsFailed: Math.floor(job.failed.length * share), apiActiveProcessingTime: 12, apexProcessingTime: 0 }
            : {}),
          retries: 0,
          totalProcessingTime: 17,
        }
      : {}),
    lineEnding: job.lineEnding,
    columnDelimiter: job.columnDelimiter,
    ...(job.errorMessage === undefined ? {} : { errorMessage: job.errorMessage }),
  };
}
