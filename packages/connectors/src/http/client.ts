/** One call of a web service, with the credentials of the connection and never anybody else's. */
import {
  doNotRetry,
  type ActionContext,
  type CallContext,
  type ConnectionHandle,
  type HttpMethod,
  type HttpResponse,
  type WeftError,
} from '@weft/connector-kit';
import { readAnswer, type AnswerKind } from './answer.ts';
import { fixedCredentials, siteOrigin, type Credentials } from './auth.ts';
import { makeBody, textsOf, type Body, type BodyInput } from './body.ts';
import { answerError, type Called } from './errors.ts';
import { accessToken, tokenAfterRefusal } from './token.ts';

/** What is sent. */
export interface Request {
  readonly method: HttpMethod;
  readonly url: string;
  readonly headers?: Readonly<Record<string, unknown>> | undefined;
  readonly query?: Readonly<Record<string, unknown>> | undefined;
  readonly body?: Body | undefined;
  readonly timeoutSeconds?: number | undefined;
  /** Sending it twice equals once; by default decided by the method. */
  readonly isRepeatable?: boolean | undefined;
}

/** The input of an operation that makes one call. */
export interface Call extends Omit<Request, 'body'>, BodyInput {
  readonly answer: AnswerKind;
  readonly acceptErrors?: boolean | undefined;
  readonly body?: unknown;
}

/** What such an operation gives. */
export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: unknown;
}

/** Makes one call. Throws for an answer of status 400 and above, unless these are wanted. */
export async function call(context: ActionContext, input: Call): Promise<Answer> {
  const response = await send(context, { ...input, body: await makeBody(input) });
  if (response.status >= 400 && input.acceptErrors !== true) throw failure(context, input, response);
  return { status: response.status, headers: { ...response.headers }, body: readAnswer(response, input.answer) };
}

/** The error of an answer of status 400 and above. */
export function failure(context: CallContext, request: Pick<Request, 'method' | 'isRepeatable'>, response: HttpResponse): WeftError {
  return answerError(response, {
    method: request.method,
    isRepeatable: request.isRepeatable ?? !['POST', 'PATCH'].includes(request.method),
    credentials: credentialsOf(context.connection, response.url),
    nowMs: context.now(),
  });
}

/** Of which credentials an answer speaks. */
function credentialsOf(connection: ConnectionHandle | undefined, address: string): Called['credentials'] {
  if (connection === undefined) return 'none';
  if (!isOfSite(connection, address)) return 'elsewhere';
  return usesToken(connection) ? 'token' : 'fixed';
}

const isOfSite = (connection: ConnectionHandle, address: string): boolean => new URL(address).origin === siteOrigin(connection.values);

/** Sends a request; gives every answer, whatever its status. A token that is refused is renewed once. */
export async function send(context: CallContext, request: Request): Promise<HttpResponse> {
  const { connection } = context;
  if (connection === undefined) return sendOpen(context, request);
  requireSite(connection, request.url);
  if (!usesToken(connection)) return sendWith(context, request, fixedCredentials(connection.values));
  const token = await accessToken(context, connection);
  const response = await sendWith(context, request, bearer(token));
  // A redirect to another site has not taken the token along, so nothing is said about it there.
  if (response.status !== 401 || !isOfSite(connection, response.url)) return response;
  // A 401 has done nothing, so any request may be sent again.
  return sendWith(context, request, bearer(await tokenAfterRefusal(context, connection, token)));
}

/** Sends a request without any credentials. */
export function sendOpen(context: CallContext, request: Request): Promise<HttpResponse> {
  return sendWith(context, request, { headers: {}, query: {} });
}

function usesToken(connection: ConnectionHandle): boolean {
  return (connection.values['tokenUrl'] ?? '') !== '';
}

function bearer(token: string): Credentials {
  return { headers: { authorization: `Bearer ${token}` }, query: {} };
}

/** Of the origins the kit lets a connection call, its credentials belong to the site only; the token service has its own. */
function requireSite(connection: ConnectionHandle, address: string): void {
  const site = siteOrigin(connection.values);
  const url = URL.parse(address);
  if (url === null || url.origin === site) return; // What is no address at all is told by the guard.
  throw doNotRetry(
    `The account of this step is for ${site} only; its credentials are not sent to ${url.origin === 'null' ? url.href : url.origin}.`,
    {
      code: 'origin_not_allowed',
    },
  );
}

function sendWith(context: CallContext, request: Request, credentials: Credentials): Promise<HttpResponse> {
  const { body } = request;
  const headers = lowerCased(request.headers ?? {});
  if (body?.contentType !== undefined && (body.isTypeFixed === true || headers['content-type'] === undefined))
    headers['content-type'] = body.contentType;
  return context.http.request({
    method: request.method,
    url: withQuery(request.url, request.query ?? {}, credentials.query),
    headers: { ...headers, ...lowerCased(credentials.headers) },
    ...(body?.content === undefined ? {} : { body: body.content }),
    ...(request.timeoutSeconds === undefined ? {} : { timeoutMs: request.timeoutSeconds * 1000 }),
    ...(request.isRepeatable === undefined ? {} : { repeatable: request.isRepeatable }),
  });
}

function lowerCased(headers: Readonly<Record<string, unknown>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).flatMap(([name, value]) => {
      const texts = textsOf(value);
      return texts.length === 0 ? [] : [[name.toLowerCase(), texts.join(', ')]];
    }),
  );
}

/** The address with more parameters; a key takes the place of what the address has under its name. */
export function withQuery(address: string, query: Readonly<Record<string, unknown>>, keys: Readonly<Record<string, string>> = {}): string {
  const url = URL.parse(address);
  if (url === null) return address; // Left to the guard, which says what is wrong with it.
  for (const [name, value] of Object.entries(query)) for (const text of textsOf(value)) url.searchParams.append(name, text);
  for (const [name, value] of Object.entries(keys)) url.searchParams.set(name, value);
  return url.href;
}
