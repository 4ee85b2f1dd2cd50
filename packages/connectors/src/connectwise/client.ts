/**
 * ConnectWise PSA over the kit's HTTP client: codebase look-up, version pin, lists, and nothing that repeats a call,
 * except once when the tenant has moved to another codebase.
 */
import {
  WeftError,
  mapHttpError,
  reconnect,
  type CallContext,
  type ConnectionHandle,
  type HttpMethod,
  type HttpResponse,
} from '@weft/connector-kit';
import { acceptHeader, authHeaders, siteOf } from './auth.ts';
import { connectwiseErrors } from './errors.ts';
import { subjectOfPath } from './objects.ts';

export type CwRecord = Readonly<Record<string, unknown>> & { readonly id: number };

/** What selects and orders a list. */
export interface ListQuery {
  readonly conditions?: string | undefined;
  readonly childConditions?: string | undefined;
  readonly customFieldConditions?: string | undefined;
  readonly orderBy?: string | undefined;
  readonly fields?: string | undefined;
}

export interface Page {
  readonly records: readonly CwRecord[];
  /** Continue after this id; absent on the last page. */
  readonly nextPageId?: number;
}

export interface ConnectWise {
  get(path: string, query?: Readonly<Record<string, string | number | undefined>>): Promise<unknown>;
  /** `subject`: the record as people know it, for messages; default what the path tells. */
  post(path: string, body: unknown, subject?: string): Promise<CwRecord>;
  patch(path: string, operations: readonly PatchOperation[]): Promise<CwRecord>;
  delete(path: string, query?: Readonly<Record<string, string | number | undefined>>): Promise<void>;
  /** Any call; the answer as it came, null when it is empty. */
  raw(method: HttpMethod, path: string, options: Pick<SendOptions, 'query' | 'json'>): Promise<{ status: number; body: unknown }>;
  /** One page by number, in the given order. At most 1000 records. */
  page(path: string, query: ListQuery, options?: { page?: number; pageSize?: number }): Promise<readonly CwRecord[]>;
  /** One page in the order of ids, after `pageId`: nothing is skipped or doubled while records come and go. */
  forward(path: string, query: ListQuery, options: { pageSize: number; pageId?: number | undefined }): Promise<Page>;
  count(path: string, query: ListQuery): Promise<number>;
  /** The server's clock at the last answer, epoch milliseconds. */
  serverTime(): number | undefined;
}

export interface PatchOperation {
  readonly op: 'add' | 'replace' | 'remove';
  readonly path: string;
  readonly value?: unknown;
}

export interface CompanyInfo {
  readonly CompanyName?: string;
  readonly Codebase?: string;
  readonly IsCloud?: string;
}

/** The connection behind a call. The kit has made sure that there is one. */
export function connectionOf(context: CallContext): ConnectionHandle {
  if (context.connection === undefined)
    throw new WeftError({ class: 'auth', code: 'connection_missing', message: 'Choose a ConnectWise connection.' });
  return context.connection;
}

/** What the site says of a company id, without keys. Null when it knows none. */
export async function companyInfo(context: CallContext): Promise<CompanyInfo | null> {
  const { values } = connectionOf(context);
  const response = await context.http.request({
    url: `${siteOf(values).ui}/login/companyinfo/${encodeURIComponent(values['companyId'] ?? '')}`,
    redirect: 'follow',
  });
  if (response.status === 404) return null;
  if (response.status !== 200) throw mapHttpError(connectwiseErrors, response, context.now());
  return response.json() as CompanyInfo | null;
}

/** The path segment the tenant lives under, such as `v2025_1`; kept per connection, asked again with `afresh`. */
async function codebase(context: CallContext, afresh = false): Promise<string> {
  const { session, refreshOnce, values } = connectionOf(context);
  const kept = session.get('codebase') as string | undefined;
  if (kept !== undefined && !afresh) return kept;
  return refreshOnce('codebase', async () => {
    const info = await companyInfo(context);
    if (info === null)
      throw reconnect(
        `${new URL(siteOf(values).ui).host} does not know the company id "${values['companyId']}". Check site and company id.`,
        { code: 'company_unknown', detail: { field: 'companyId' } },
      );
    const found = (info.Codebase ?? 'v4_6_release/').replace(/^\/+|\/+$/g, '');
    session.set('codebase', found);
    return found;
  });
}

/** Opens the account of a call. */
export function openConnectWise(context: CallContext): ConnectWise {
  let serverTime: number | undefined;

  const sendTo = async (base: string, method: HttpMethod, path: string, options: SendOptions): Promise<HttpResponse> => {
    const { values } = connectionOf(context);
    const response = await context.http.request({
      method,
      url: `${siteOf(values).api}/${base}/apis/3.0${path}`,
      headers: { ...authHeaders(values), accept: acceptHeader(values), ...options.headers },
      ...(options.query === undefined ? {} : { query: options.query }),
      ...(options.json === undefined ? {} : { json: options.json }),
      ...(method === 'PATCH' ? { repeatable: true } : {}),
    });
    const at = Date.parse(response.headers['date'] ?? '');
    if (!Number.isNaN(at)) serverTime = at;
    return response;
  };

  const send = async (method: HttpMethod, path: string, options: SendOptions = {}): Promise<HttpResponse> => {
    const base = await codebase(context);
    let response = await sendTo(base, method, path, options);
    if (response.status === 404 && !isRecordMissing(response)) {
      // The tenant may have moved to another codebase. A 404 has done nothing, so any method may go there again.
      const moved = await codebase(context, true);
      if (moved !== base) response = await sendTo(moved, method, path, options);
    }
    if (response.status >= 300) throw mapHttpError(connectwiseErrors, response, context.now(), options.subject ?? subjectOfPath(path));
    return response;
  };

  const list = async (
    path: string,
    query: ListQuery,
    extra: Record<string, number>,
    headers: Record<string, string>,
  ): Promise<HttpResponse> => send('GET', path, { query: { ...query, ...extra }, headers });

  return {
    get: async (path, query) => (await send('GET', path, query === undefined ? {} : { query })).json(),
    post: async (path, json, subject) => (await send('POST', path, { json, subject })).json() as CwRecord,
    patch: async (path, operations) => (await send('PATCH', path, { json: operations })).json() as CwRecord,
    delete: async (path, query) => void (await send('DELETE', path, query === undefined ? {} : { query })),
    async raw(method, path, options) {
      const response = await send(method, path, options);
      return { status: response.status, body: response.json() };
    },
    page: async (path, query, options = {}) =>
      (await list(path, query, { pageSize: options.pageSize ?? 100, page: options.page ?? 1 }, {})).json() as readonly CwRecord[],
    async forward(path, query, options) {
      // Forward-only lists refuse an order of their own.
      const { orderBy: _unused, ...filter } = query;
      const response = await list(
        path,
        filter,
        { pageSize: options.pageSize, ...(options.pageId === undefined ? {} : { pageId: options.pageId }) },
        { 'pagination-type': 'forward-only' },
      );
      const records = response.json() as readonly CwRecord[];
      const next = nextPageId(response.headers['link']);
      return records.length === 0 || next === undefined ? { records } : { records, nextPageId: next };
    },
    count: async (path, query) => ((await send('GET', `${path}/count`, { query: { ...query } })).json() as { count: number }).count,
    serverTime: () => serverTime,
  };
}

interface SendOptions {
  readonly query?: Readonly<Record<string, string | number | undefined>>;
  readonly json?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  readonly subject?: string | undefined;
}

/** A 404 that names a record, as opposed to one that knows no such address. */
function isRecordMissing(response: HttpResponse): boolean {
  return connectwiseErrors.read(response).code === 'NotFound';
}

/**
 * The `pageId` of the next link. Only this number is taken: the link may name another host than the one called, and
 * credentials must not follow it there.
 */
export function nextPageId(link: string | undefined): number | undefined {
  const next = (link ?? '').split(/,\s*(?=<)/).find((part) => /rel="?next"?/i.test(part));
  const id = /[?&]pageId=(\d+)/i.exec(next ?? '')?.[1];
  return id === undefined ? undefined : Number(id);
}
