/** Bulk API 2.0 queries: the org collects the records in its own time and gives them as pages of CSV. */
import { doNotRetry, type ActionContext, type CallContext } from '@weft/connector-kit';
import { abortBulkJob, awaitBulkJob, hasEnded, type BulkJob, type ResultRow } from './bulk.ts';
import type { Salesforce } from './client.ts';
import { fieldsByName } from './values.ts';

/** Rows of a page: some megabytes of text. */
const PAGE = 10_000;
const NUMBERS = new Set(['int', 'long', 'double', 'currency', 'percent']);

/** What is asked for. */
export interface BulkQuery {
  readonly soql: string;
  readonly limit: number;
  readonly deletedToo: boolean;
  readonly waitMs: number;
}

/** Records as they are given, and how many the org has collected. */
export interface CollectedRecords {
  readonly jobId: string;
  readonly records: readonly Record<string, unknown>[];
  readonly total: number;
}

/** Has the org collect records, waits, and reads them. Nothing is left running there when it takes too long. */
export async function collectRecords(context: ActionContext, salesforce: Salesforce, query: BulkQuery): Promise<CollectedRecords> {
  const started = await startQuery(salesforce, query);
  const job = await awaitBulkJob(context, salesforce, { job: started, kind: 'query', waitMs: query.waitMs, told: collected }).catch(
    async (error: unknown) => {
      // The error tells more than a second one of the abort would.
      if (!context.signal.aborted) await abortBulkJob(salesforce, started.id, 'query').catch(() => false);
      throw error;
    },
  );
  if (!hasEnded(job)) {
    await abortBulkJob(salesforce, job.id, 'query');
    throw doNotRetry(
      `Salesforce did not collect the records within ${Math.round(query.waitMs / 1000)} s (bulk job ${job.id}). Ask for fewer records, or wait longer.`,
      { code: 'bulk_slow', detail: { jobId: job.id, state: job.state } },
    );
  }
  if (job.state !== 'JobComplete')
    throw doNotRetry(`Salesforce did not collect the records: ${job.errorMessage ?? `bulk job ${job.id} is ${job.state}`}.`, {
      code: 'bulk_failed',
      detail: { jobId: job.id, state: job.state, errorMessage: job.errorMessage },
    });
  const rows = await readRows(context, salesforce, { job, limit: query.limit });
  const recordOf = await recordMaker(context, job.object, rows);
  return { jobId: job.id, records: rows.map(recordOf), total: job.numberRecordsProcessed ?? rows.length };
}

const collected = (job: BulkJob) => {
  const done = job.numberRecordsProcessed ?? 0;
  return { text: `Salesforce has collected ${done.toLocaleString('en')} records`, done };
};

function startQuery(salesforce: Salesforce, { soql, deletedToo }: BulkQuery): Promise<BulkJob> {
  const body = JSON.stringify({ operation: deletedToo ? 'queryAll' : 'query', query: soql, contentType: 'CSV', lineEnding: 'LF' });
  const headers = { 'content-type': 'application/json' };
  return salesforce.run((org) => org.request<BulkJob>({ method: 'POST', url: '/jobs/query', headers, body }), 'the query');
}

async function readRows(
  context: ActionContext,
  salesforce: Salesforce,
  { job, limit }: { job: BulkJob; limit: number },
): Promise<ResultRow[]> {
  const rows: ResultRow[] = [];
  let locator: string | undefined;
  do {
    const search = new URLSearchParams({
      maxRecords: String(Math.min(PAGE, limit - rows.length)),
      ...(locator === undefined ? {} : { locator }),
    });
    const page = await salesforce.run(
      (org) => org.request<unknown>(`/jobs/query/${encodeURIComponent(job.id)}/results?${search.toString()}`),
      `bulk job ${job.id}`,
    );
    if (Array.isArray(page)) rows.push(...(page as ResultRow[]));
    const next = salesforce.lastAnswer()?.headers['sforce-locator'];
    // The last page says so with the word.
    locator = next === undefined || next === '' || next === 'null' ? undefined : next;
    const total = job.numberRecordsProcessed;
    context.progress({
      text: `Read ${rows.length.toLocaleString('en')} records from Salesforce`,
      done: rows.length,
      ...(total === undefined ? {} : { total: Math.min(total, limit) }),
    });
  } while (locator !== undefined && rows.length < limit);
  return rows.slice(0, limit);
}

/** Makes records of rows, whose cells are text: what a plain query would give, by the types the org tells. */
async function recordMaker(
  context: CallContext,
  object: string | undefined,
  [first]: readonly ResultRow[],
): Promise<(row: ResultRow) => Record<string, unknown>> {
  const types = new Map<string, string | undefined>();
  for (const column of Object.keys(first ?? {})) types.set(column, await typeOfColumn(context, object, column.split('.')));
  return (row) => {
    const record: Record<string, unknown> = {};
    for (const [column, cell] of Object.entries(row)) put(record, column.split('.'), valueOf(types.get(column), cell));
    return record;
  };
}

/** Type of a field of the object, or of a parent: `Owner.Email`. */
async function typeOfColumn(context: CallContext, object: string | undefined, path: readonly string[]): Promise<string | undefined> {
  if (object === undefined) return undefined;
  const [name = '', ...rest] = path;
  const fields = await fieldsByName(context, object);
  if (rest.length === 0) return fields.get(name.toLowerCase())?.type;
  const reference = [...fields.values()].find((field) => field.relationshipName?.toLowerCase() === name.toLowerCase());
  return typeOfColumn(context, reference?.referenceTo?.[0], rest);
}

function valueOf(type: string | undefined, cell: string): unknown {
  if (cell === '') return null;
  if (type === 'boolean') return cell === 'true';
  return type !== undefined && NUMBERS.has(type) ? Number(cell) : cell;
}

/** Fields of a parent stand below it; a parent of which nothing is told is null, as in a plain query. */
function put(record: Record<string, unknown>, [name = '', ...rest]: readonly string[], value: unknown): void {
  if (rest.length === 0) record[name] = value;
  else if (value === null) record[name] ??= null;
  else put((record[name] ??= {}) as Record<string, unknown>, rest, value);
}
