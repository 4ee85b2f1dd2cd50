/** Many records in requests of up to 200 (developer.salesforce.com, sObject Collections). */
import { isWeftError, WeftError, type CallContext, type HttpMethod } from '@weft/connector-kit';
import type { Salesforce } from './client.ts';
import type { VendorRow } from './errors.ts';
import { LOCKED, despiteLocks } from './locks.ts';
import { failedRow, type Row, type RowResult } from './many.ts';
import { keyOf, prepareRows, type ManyWrite, type PreparedRow } from './prepared-rows.ts';

/** Records one request takes. */
export const CHUNK = 200;

interface CollectionWrite extends ManyWrite {
  readonly allOrNone: boolean;
  readonly headers: Readonly<Record<string, string>>;
}

/** One row of the vendor's answer. */
interface CollectionRow {
  readonly id?: string;
  readonly success: boolean;
  readonly created?: boolean;
  readonly errors?: readonly VendorRow[];
}

/**
 * Writes all rows, chunk after chunk; each row's refusal is its own. When a later chunk of creates cannot be sent, what was
 * made is not made again: its rows are given as failed beside the others' success.
 */
export async function writeCollections(
  context: CallContext,
  salesforce: Salesforce,
  { write, rows }: { write: CollectionWrite; rows: readonly Row[] },
): Promise<RowResult[]> {
  const { prepared, refused } = await prepareRows(context, write, rows);
  const results: RowResult[] = [...refused];
  if (write.allOrNone && results.length > 0) {
    const reason = results.map((result) => result.error?.message).join(' ');
    const withdrawn = { statusCode: 'ALL_OR_NONE_OPERATION_ROLLED_BACK', message: `nothing was written because of another row. ${reason}` };
    return [...results, ...prepared.map((row) => failedRow(row, [withdrawn]))];
  }
  const chunks = chunked(prepared, write.externalIdField);
  for (const [at, chunk] of chunks.entries()) {
    try {
      results.push(...(await writeChunk(context, salesforce, { write, rows: chunk })));
    } catch (error) {
      const isFinal = !isWeftError(error) || at === 0 || write.action !== 'create' || error.class === 'cancelled';
      if (isFinal || error.outcomeUnknown) throw withProgress(error, results);
      const row = { statusCode: error.code, message: `not sent. ${error.message}` };
      return [...results, ...chunks.slice(at).flatMap((left) => left.map((one) => failedRow(one, [row])))];
    }
  }
  return results;
}

/** Keeps what was done so far beside an error that ends everything. */
function withProgress(error: unknown, results: readonly RowResult[]): unknown {
  if (!isWeftError(error) || results.length === 0) return error;
  return new WeftError({
    class: error.class,
    code: error.code,
    message: error.message,
    detail: { vendor: error.detail, results },
    outcomeUnknown: error.outcomeUnknown,
    cause: error,
    ...(error.retryAfterMs === undefined ? {} : { retryAfterMs: error.retryAfterMs }),
    ...(error.issues === undefined ? {} : { issues: error.issues }),
  });
}

/** Chunks in order. Salesforce refuses one that holds an external id twice: the second goes into the next, and wins. */
function chunked(rows: readonly PreparedRow[], externalIdField: string | undefined): PreparedRow[][] {
  const chunks: PreparedRow[][] = [];
  let keys = new Set<string>();
  for (const row of rows) {
    const key = externalIdField === undefined ? String(row.body['Id'] ?? '') : keyOf(row.body, externalIdField).toLowerCase();
    let chunk = chunks.at(-1);
    if (chunk === undefined || chunk.length === CHUNK || (key !== '' && keys.has(key))) {
      chunk = [];
      chunks.push(chunk);
      keys = new Set();
    }
    chunk.push(row);
    keys.add(key);
  }
  return chunks;
}

type Batch = { readonly write: CollectionWrite; readonly rows: readonly PreparedRow[] };

/** One chunk, and again those of its rows that met a lock. */
async function writeChunk(context: CallContext, salesforce: Salesforce, { write, rows }: Batch): Promise<RowResult[]> {
  const done = new Map<number, RowResult>();
  let left = rows;
  await despiteLocks(context.signal, async () => {
    const answer = await send(salesforce, { write, rows: left });
    const results = left.map((row, at) => resultOf(row, answer[at]));
    for (const result of results) done.set(result.index, result);
    const locked = new Set(results.filter((result) => result.error?.code === LOCKED).map((result) => result.index));
    if (locked.size === 0) return;
    if (!write.allOrNone) left = left.filter((row) => locked.has(row.index));
    throw new WeftError({ class: 'transient', code: LOCKED, message: 'Rows are locked.' });
  }).catch((error: unknown) => {
    // Still locked after the last try: that is these rows' outcome.
    if (!isWeftError(error) || error.code !== LOCKED || done.size === 0) throw error;
  });
  return [...done.values()];
}

function resultOf(row: Row, answer: CollectionRow | undefined): RowResult {
  if (answer?.success !== true) return failedRow(row, answer?.errors ?? []);
  return { index: row.index, id: answer.id ?? null, ok: true, ...(answer.created === undefined ? {} : { created: answer.created }) };
}

function send(salesforce: Salesforce, { write, rows }: Batch): Promise<CollectionRow[]> {
  const { method, url } = requestFor(write, rows);
  const body =
    write.action === 'delete'
      ? {}
      : {
          body: JSON.stringify({
            allOrNone: write.allOrNone,
            records: rows.map((row) => ({ attributes: { type: write.object }, ...row.body })),
          }),
        };
  const headers = { ...(write.action === 'delete' ? {} : { 'content-type': 'application/json' }), ...write.headers };
  return salesforce.run(
    (connection) => connection.request<CollectionRow[]>({ method, url, headers, ...body }),
    `${write.object} rows ${(rows[0]?.index ?? 0) + 1} to ${(rows.at(-1)?.index ?? 0) + 1}`,
  );
}

function requestFor(write: CollectionWrite, rows: readonly PreparedRow[]): { method: Exclude<HttpMethod, 'PUT'>; url: string } {
  const path = '/composite/sobjects';
  switch (write.action) {
    case 'create':
      return { method: 'POST', url: path };
    case 'update':
      return { method: 'PATCH', url: path };
    case 'upsert':
      return { method: 'PATCH', url: `${path}/${write.object}/${write.externalIdField ?? ''}` };
    case 'delete':
      return { method: 'DELETE', url: `${path}?ids=${rows.map((row) => String(row.body['Id'])).join(',')}&allOrNone=${write.allOrNone}` };
  }
}
