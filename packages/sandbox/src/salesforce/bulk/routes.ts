import type { ApiReply } from '../../http.ts';
import type { Call } from '../call.ts';
import { notFound, requestError } from '../errors.ts';
import { readJson } from '../json-body.ts';
import { DELIMITERS, LINE_ENDINGS, writeCsv } from './csv.ts';
import { runIngest } from './ingest.ts';
import { invalidJob, jobBody, type BulkJob, type BulkJobs } from './jobs.ts';
import { objectOfBulkQuery, runBulkQuery } from './query-job.ts';

const OPERATIONS = new Set(['insert', 'update', 'upsert', 'delete', 'hardDelete']);

/** Everything below /jobs: Bulk API 2.0. */
export function bulkReply(call: Call, jobs: BulkJobs, path: string[]): ApiReply {
  const [kind, id, part] = path;
  if (kind !== 'ingest' && kind !== 'query') throw notFound();
  const { method } = call.request;
  if (id === undefined) {
    if (method === 'POST') return { status: 200, body: jobBody(open(call, jobs, kind), { isWithCounts: false }) };
    return {
      status: 200,
      body: { done: true, nextRecordsUrl: null, records: jobs.list(kind).map((job) => jobBody(job, { isWithCounts: false })) },
    };
  }
  const job = jobs.get(kind, id);
  if (part === 'batches' && method === 'PUT') return upload(call, job);
  if (part === 'results' && method === 'GET') return results(call, job);
  if (part !== undefined && method === 'GET') return ingestResults(job, part);
  if (method === 'DELETE') {
    if (job.state === 'UploadComplete' || job.state === 'InProgress') throw wrongState(job, 'deleted');
    jobs.delete(job);
    return { status: 204 };
  }
  if (method === 'PATCH') return move(call, job);
  if (method !== 'GET') throw notFound();
  return { status: 200, body: jobBody(asPolled(job), { isWithCounts: true }) };
}

function open(call: Call, jobs: BulkJobs, kind: 'ingest' | 'query'): BulkJob {
  const body = readJson(call.request);
  const text = (name: string) => (typeof body[name] === 'string' ? body[name] : undefined);
  const operation = text('operation') ?? '';
  const delimiter = text('columnDelimiter');
  const lineEnding = text('lineEnding');
  const shared = {
    kind,
    operation,
    apiVersion: call.version,
    createdById: call.session.userId,
    createdDate: call.store.now(),
    ...(delimiter === undefined ? {} : { columnDelimiter: delimiter }),
    ...(lineEnding === undefined ? {} : { lineEnding }),
  };
  if (kind === 'query') {
    const query = text('query') ?? '';
    const job = jobs.open({ ...shared, object: objectOfBulkQuery(query), query }, 'UploadComplete');
    runBulkQuery(call.store, job);
    job.polls = job.pollsLeft = call.write.quirks?.bulkPollsInProgress ?? 0;
    return { ...job, state: 'UploadComplete' };
  }
  const object = call.store.schema.find(text('object') ?? '');
  if (!object) throw invalidJob(`Unknown object ${text('object') ?? ''}`);
  if (!OPERATIONS.has(operation)) throw invalidJob(`Unknown operation ${operation}`);
  const externalId = text('externalIdFieldName');
  if (operation === 'upsert' && !isKey(object.byName.get((externalId ?? '').toLowerCase())))
    throw invalidJob(`Must specify a valid external id field name for upsert: ${externalId ?? ''}`);
  return jobs.open({ ...shared, object: object.name, ...(externalId === undefined ? {} : { externalIdFieldName: externalId }) }, 'Open');
}

function isKey(field: { isExternalId: boolean; isIdLookup: boolean } | undefined): boolean {
  return field !== undefined && (field.isExternalId || field.isIdLookup);
}

function upload(call: Call, job: BulkJob): ApiReply {
  if (job.state !== 'Open') throw wrongState(job, 'uploaded to');
  if (job.upload !== '') throw requestError(400, 'INVALIDJOBSTATE', 'InvalidJobState : Only one upload is allowed per job');
  job.upload = call.request.body;
  return { status: 201 };
}

function move(call: Call, job: BulkJob): ApiReply {
  const { state } = readJson(call.request);
  if (state === 'Aborted') {
    if (job.state === 'JobComplete' || job.state === 'Failed') throw wrongState(job, 'aborted');
    job.state = 'Aborted';
  } else if (state === 'UploadComplete' && job.kind === 'ingest') {
    if (job.state !== 'Open') throw wrongState(job, 'closed');
    // The work is done at once; polls tell of it step by step.
    runIngest(call.store, job, call.write);
    job.polls = job.pollsLeft = call.write.quirks?.bulkPollsInProgress ?? 0;
    return { status: 200, body: jobBody({ ...job, state: 'UploadComplete' }, { isWithCounts: false }) };
  } else throw invalidJob(`Cannot move a job to ${String(state)}`);
  return { status: 200, body: jobBody(job, { isWithCounts: false }) };
}

function wrongState(job: BulkJob, verb: string) {
  return requestError(400, 'INVALIDJOBSTATE', `InvalidJobState : A job in state ${job.state} cannot be ${verb}`);
}

/** The job as one more status poll sees it. */
function asPolled(job: BulkJob): BulkJob {
  if (job.pollsLeft <= 0 || job.state === 'Aborted') return job;
  job.pollsLeft -= 1;
  const { errorMessage: _later, ...rest } = job;
  return { ...rest, state: 'InProgress' };
}

function ingestResults(job: BulkJob, part: string): ApiReply {
  const parts: Record<string, { header: string[]; rows: string[][] }> = {
    successfulResults: { header: ['sf__Id', 'sf__Created', ...job.header], rows: job.successful },
    failedResults: { header: ['sf__Id', 'sf__Error', ...job.header], rows: job.failed },
    unprocessedrecords: { header: job.header, rows: job.unprocessed },
  };
  const found = parts[part];
  if (!found || job.kind !== 'ingest') throw notFound();
  return csv(job, [found.header, ...found.rows]);
}

function results(call: Call, job: BulkJob): ApiReply {
  if (job.kind !== 'query') throw notFound();
  if (job.pollsLeft > 0) throw requestError(400, 'INVALIDJOBSTATE', 'InvalidJobState : The job is not complete');
  const [header = [], ...rows] = job.results;
  const start = Number(Buffer.from(call.request.query.get('locator') ?? '', 'base64url').toString('utf8') || 0);
  const size = Number(call.request.query.get('maxRecords') ?? 50_000);
  if (!Number.isInteger(start) || start < 0 || start > rows.length)
    throw requestError(400, 'INVALID_QUERY_LOCATOR', 'invalid query locator');
  const page = rows.slice(start, start + size);
  const next = start + size < rows.length ? Buffer.from(String(start + size)).toString('base64url') : 'null';
  const reply = csv(job, [header, ...page]);
  return { ...reply, headers: { ...reply.headers, 'sforce-locator': next, 'sforce-numberofrecords': String(page.length) } };
}

function csv(job: BulkJob, rows: string[][]): ApiReply {
  const options = { delimiter: DELIMITERS[job.columnDelimiter] ?? ',', lineEnding: LINE_ENDINGS[job.lineEnding] ?? '\n' };
  return { status: 200, headers: { 'content-type': 'text/csv; charset=utf-8' }, text: writeCsv(rows, options) };
}
