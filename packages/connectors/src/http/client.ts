import { mapHttpError, type ActionContext, type HttpMethod, type HttpResponse } from '@weft/connector-kit';
import { authHeaders } from './auth.ts';
import { errorTable } from './errors.ts';

export interface Call {
  readonly method: HttpMethod;
  readonly url: string;
  readonly headers?: Readonly<Record<string, unknown>> | undefined;
  readonly query?: Readonly<Record<string, unknown>> | undefined;
  readonly body?: unknown;
  readonly answer: 'auto' | 'json' | 'text';
  readonly acceptErrors?: boolean | undefined;
  readonly timeoutSeconds?: number | undefined;
}

/** What both operations give. */
export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: unknown;
}

/** Makes one call with the connection's credentials, if there is one. */
export async function call(context: ActionContext, input: Call): Promise<Answer> {
  const response = await context.http.request({
    method: input.method,
    url: input.url,
    headers: { ...asText(input.headers), ...(context.connection === undefined ? {} : authHeaders(context.connection.values)) },
    query: asText(input.query),
    ...bodyOf(input.body),
    ...(input.timeoutSeconds === undefined ? {} : { timeoutMs: input.timeoutSeconds * 1000 }),
  });
  if (response.status >= 400 && input.acceptErrors !== true) throw mapHttpError(errorTable(response.url), response, context.now());
  return { status: response.status, headers: { ...response.headers }, body: decoded(response, input.answer) };
}

/** Text goes as it is, unless it is empty; anything else as JSON. */
function bodyOf(body: unknown): { json?: unknown; body?: string } {
  if (body === undefined || body === null || body === '') return {};
  return typeof body === 'string' ? { body } : { json: body };
}

function decoded(response: HttpResponse, wanted: Call['answer']): unknown {
  if (wanted === 'json') return response.json();
  const isJson = /[/+]json\b/i.test(response.headers['content-type'] ?? '');
  return wanted === 'auto' && isJson ? response.json() : response.text();
}

function asText(values: Readonly<Record<string, unknown>> | undefined): Record<string, string> {
  return Object.fromEntries(
    Object.entries(values ?? {})
      .filter(([, value]) => value !== undefined && value !== null)
      .map(([name, value]) => [name, typeof value === 'object' ? JSON.stringify(value) : String(value)]),
  );
}
