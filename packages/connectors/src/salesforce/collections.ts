/** Many records in requests of up to 200 (developer.salesforce.com, sObject Collections). */
import { isWeftError, WeftError, type CallContext, type HttpMethod } from '@weft/connector-kit';
import type { Salesforce } from './client.ts';
import type { VendorRow } from './errors.ts';
import { LOCKED, despiteLocks } from './locks.ts';
import { failedRow, idOf, type ManyAction, type Row, type RowResult } from './many.ts';
import { preparedRecord } from './values.ts';

/** Records one request takes. */
export const CHUNK = 200;

export interface CollectionWrite {
  readonly object: string;
  readonly action: ManyAction;
  readonly externalIdField: string | undefined;
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

/** A row as it will be sent. */
interface PreparedRow extends Row {
  readonly body: Readonly<Record<string, unknown>>;
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
  const results: RowResult[] = [];
  const prepared: PreparedRow[] = [];
  for (const row of rows) {
    const made = await prepareRow(context, write, row);
    if ('ok' in made) results.push(made);
    else prepared.push(made);
  }
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

async function prepareRow(context: CallContext, write: CollectionWrite, row: Row): Promise<PreparedRow | RowResult> {
  try {
    const id = write.action === 'update' || write.action === 'delete' ? { Id: idOf(row) } : {};
    const fields = write.action === 'delete' ? {} : await preparedRecord(context, { object: write.object }, row.record);
    const body = { attributes: { type: write.object }, ...id, ...fields };
    if (write.externalIdField !== undefined && write.action === 'upsert') requireKey(body, write.externalIdField);
    return { ...row, body };
  } catch (error) {
    // What is wrong with one row does not concern the others; an org that cannot be asked concerns all.
    if (!isWeftError(error) || error.class !== 'invalid' || !LOCAL_CODES.has(error.code)) throw error;
    return failedRow(row, [{ statusCode: error.code, message: error.message, fields: fieldsIn(error) }]);
  }
}

const LOCAL_CODES = new Set(['value_malformed', 'id_missing', 'id_malformed', 'key_missing']);
const fieldsIn = (error: WeftError): string[] => (error.issues ?? []).map((issue) => issue.path.replace(/^record\./, ''));

function requireKey(body: Readonly<Record<string, unknown>>, field: string): void {
  if (keyOf(body, field) === '')
    throw new WeftError({
      class: 'invalid',
      code: 'key_missing',
      message: `${field}, the external id, has no value`,
      issues: [{ path: `record.${field}`, message: 'must be given' }],
    });
}

const keyOf = (body: Readonly<Record<string, unknown>>, field: string): string =>
  String(Object.entries(body).find(([name]) => name.toLowerCase() === field.toLowerCase())?.[1] ?? '');

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
    write.action === 'delete' ? {} : { body: JSON.stringify({ allOrNone: write.allOrNone, records: rows.map((row) => row.body) }) };
  const headers = { ...(write.action === 'delete' ? {} : { 'content-type': 'application/json' }), ...write.headers };
  return salesforce.run(
    (connection) => connection.request<CollectionRow[]>({ method, url, headers, ...body }),
    `rows ${(rows[0]?.index ?? 0) + 1} to ${(rows.at(-1)?.index ?? 0) + 1}`,
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
