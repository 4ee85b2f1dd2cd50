/** jsforce's way to the network: through the call's own guarded, recorded, cancellable client. */
import { idleDuplex, WeftError, type CallContext, type HttpMethod, type HttpResponse } from '@weft/connector-kit';
import { LIMIT_PAUSE_MS, type LastAnswer } from './errors.ts';
import { connectionOf, type SalesforceToken } from './token.ts';

/** Long queries take their time; jsforce itself would wait half an hour. */
const TIMEOUT_MS = 120_000;

/** Requests count for a rolling day. */
export const USAGE_PERIOD = '24 hours';

/** The results of a bulk load are as large as the load itself. */
const MAX_RESPONSE_BYTES = 100 * 1024 * 1024;

interface JsforceRequest {
  readonly method: string;
  readonly url: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: unknown;
}

interface JsforceResponse {
  readonly statusCode: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** Builds a promise that has a stream, as jsforce expects of its transport. */
export interface StreamPromiseMaker {
  create<T>(builder: () => { stream: ReturnType<typeof idleDuplex>; promise: Promise<T> }): Promise<T>;
}

/** The transport of one call. `answered` hears every answer. */
export function createTransport(context: CallContext, maker: StreamPromiseMaker, answered: (answer: LastAnswer) => void) {
  const send = async (request: JsforceRequest): Promise<JsforceResponse> => {
    requireAllowance(context);
    const response = await context.http.request({
      method: request.method as HttpMethod,
      url: request.url,
      headers: ownHeaders(request.headers),
      ...(typeof request.body === 'string' ? { body: request.body } : {}),
      timeoutMs: TIMEOUT_MS,
      maxResponseBytes: MAX_RESPONSE_BYTES,
      ...(isRepeatable(request) ? { repeatable: true } : {}),
    });
    answered({ status: response.status, headers: response.headers });
    noteSession(context, request, response);
    return { statusCode: response.status, headers: response.headers, body: response.text() };
  };
  return { httpRequest: (request: JsforceRequest) => maker.create(() => ({ stream: idleDuplex(), promise: send(request) })) };
}

/** Updates replace, upserts are keyed, and records may be collected twice: only a plain create must not be repeated. */
function isRepeatable({ method, url }: JsforceRequest): boolean {
  return method === 'PATCH' || (method === 'POST' && url.endsWith('/jobs/query'));
}

/** jsforce keeps the length of the first body in a headers object that is used again; the client below counts by itself. */
function ownHeaders(headers: Readonly<Record<string, string>> = {}): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => name.toLowerCase() !== 'content-length'));
}

/** While the org's calls of the day are used up no request is sent: each would be one more. */
function requireAllowance(context: CallContext): void {
  const until = connectionOf(context).session.get('limitedUntil') as number | undefined;
  const waitMs = (until ?? 0) - context.now();
  if (waitMs <= 0) return;
  throw new WeftError({
    class: 'throttled',
    code: 'REQUEST_LIMIT_EXCEEDED',
    message: 'The Salesforce org has used up its API calls of the last 24 hours. It is asked again when there may be some.',
    retryAfterMs: waitMs,
  });
}

/** Keeps what every answer tells: that the token works, the org's clock, and how much of the day's calls is used. */
function noteSession(context: CallContext, request: JsforceRequest, response: HttpResponse): void {
  const connection = connectionOf(context);
  const { session } = connection;
  const token = session.get('token') as SalesforceToken | undefined;
  if (token !== undefined && response.status !== 401 && request.headers?.['Authorization'] === `Bearer ${token.accessToken}`)
    token.proven = true;
  if (response.status === 403 && response.text().includes('REQUEST_LIMIT_EXCEEDED'))
    session.set('limitedUntil', context.now() + LIMIT_PAUSE_MS);
  const usage = /api-usage=(\d+)\/(\d+)/.exec(response.headers['sforce-limit-info'] ?? '');
  if (usage === null) return;
  const known = { used: Number(usage[1]), limit: Number(usage[2]) };
  session.set('apiUsage', known);
  connection.reportUsage?.({ ...known, period: USAGE_PERIOD });
}
