/**
 * The one door through which connectors reach the network: guarded, bound to the account's origins, limited in rate,
 * recorded with secrets masked. It never retries; the engine owns that.
 */
import type { Dispatcher } from 'undici';
import { WeftError } from '@weft/errors';
import type { Recorder } from '../recorder.ts';
import type { RateLimiter } from '../rate-limit.ts';
import { retryAfterOf } from '../retry-after.ts';
import type { EgressPolicy } from './addresses.ts';
import { readBody } from './body.ts';
import { agentFor, checkUrl, loadUndici } from './egress.ts';
import { checkOrigin, headersForOtherOrigin } from './origins.ts';
import { createResponse, plainHeaders, type HttpResponse } from './response.ts';
import { transportError } from './transport-errors.ts';

export type HttpMethod = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE' | 'HEAD' | 'OPTIONS';
export type QueryValue = string | number | boolean | undefined;

export interface HttpRequest {
  /** Default GET. */
  readonly method?: HttpMethod;
  readonly url: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Added to the URL's own query; undefined values are left out. */
  readonly query?: Readonly<Record<string, QueryValue>>;
  /** Sent as JSON, with the content type unless one is given. */
  readonly json?: unknown;
  readonly body?: string | Uint8Array;
  /** Longest time for the whole exchange, milliseconds. Default 60 000. */
  readonly timeoutMs?: number;
  /** Default 20 MB. */
  readonly maxResponseBytes?: number;
  /** `manual` gives the redirect itself. Default `follow`, at most five times. */
  readonly redirect?: 'follow' | 'manual';
  /** Doing it twice equals once, although the method does not say so (a PATCH that replaces, an upsert). */
  readonly repeatable?: boolean;
}

export interface HttpClient {
  /**
   * Gives every answer, whatever its status. Throws `transient` when none came (with `outcomeUnknown` when the other
   * side may have acted), `invalid` when the guard refuses, `throttled` when our own limit says wait.
   */
  request(request: HttpRequest): Promise<HttpResponse>;
  /** Has a secret that was learned during the call, such as an access token, masked in all recordings. */
  protect(secret: string): void;
}

export interface HttpClientOptions {
  readonly policy: EgressPolicy;
  readonly signal: AbortSignal;
  readonly recorder?: Recorder;
  readonly limiter?: RateLimiter;
  /** Origins this client may call, redirects included; absent means any public one. */
  readonly allowedOrigins?: readonly string[];
  /** Present time in epoch milliseconds; default the clock. */
  readonly now?: () => number;
  readonly userAgent?: string;
}

const MAX_REDIRECTS = 5;
const DEFAULT_TIMEOUT_MS = 60_000;
const BODY_IDLE_TIMEOUT_MS = 30_000;
const DEFAULT_MAX_BYTES = 20 * 1024 * 1024;
const REDIRECTS = new Set([301, 302, 303, 307, 308]);

/** One hop of an exchange: what is really sent. */
interface Hop {
  readonly method: HttpMethod;
  readonly url: URL;
  readonly headers: Record<string, string>;
  readonly body: string | Uint8Array | undefined;
}

/** Makes the HTTP client of one call. Clients of the same policy object share their connections. */
export function createHttpClient(options: HttpClientOptions): HttpClient {
  return {
    request: (request) => exchange(options, request),
    protect: (secret) => options.recorder?.protect(secret),
  };
}

async function exchange(options: HttpClientOptions, request: HttpRequest): Promise<HttpResponse> {
  const timeout = AbortSignal.timeout(request.timeoutMs ?? DEFAULT_TIMEOUT_MS);
  let hop = firstHop(options, request);
  for (let redirects = 0; ; redirects += 1) {
    const response = await sendLimited(options, request, hop, timeout);
    const location = response.headers['location'];
    if (request.redirect === 'manual' || !REDIRECTS.has(response.status) || location === undefined) return response;
    if (redirects >= MAX_REDIRECTS)
      throw new WeftError({
        class: 'invalid',
        code: 'too_many_redirects',
        message: `${hop.url.host} redirected more than ${MAX_REDIRECTS} times.`,
      });
    hop = nextHop(options, hop, response.status, location);
  }
}

function firstHop(options: HttpClientOptions, request: HttpRequest): Hop {
  const url = checkUrl(request.url, options.policy);
  for (const [name, value] of Object.entries(request.query ?? {})) if (value !== undefined) url.searchParams.append(name, String(value));
  checkOrigin(url, options.allowedOrigins);
  // It would be sent as another character.
  if (typeof request.body === 'string' && !request.body.isWellFormed())
    throw new WeftError({
      class: 'invalid',
      code: 'body_malformed',
      message: 'The body holds half of a character: it was cut in the middle of one, such as an emoji.',
    });
  const headers: Record<string, string> = {
    'user-agent': options.userAgent ?? 'Weft',
    'accept-encoding': 'gzip, deflate, br',
    accept: 'application/json, */*;q=0.5',
  };
  if (request.json !== undefined) headers['content-type'] = 'application/json';
  for (const [name, value] of Object.entries(request.headers ?? {})) headers[name.toLowerCase()] = value;
  return { method: request.method ?? 'GET', url, headers, body: request.json === undefined ? request.body : JSON.stringify(request.json) };
}

function nextHop(options: HttpClientOptions, hop: Hop, status: number, location: string): Hop {
  const target = URL.parse(location, hop.url);
  if (target === null)
    throw new WeftError({
      class: 'transient',
      code: 'redirect_malformed',
      message: `${hop.url.host} redirected to something that is no address.`,
    });
  const url = checkUrl(target, options.policy);
  checkOrigin(url, options.allowedOrigins);
  if (hop.url.protocol === 'https:' && url.protocol === 'http:')
    throw new WeftError({
      class: 'invalid',
      code: 'redirect_downgrade',
      message: `${hop.url.host} redirected from https to http, which is not followed.`,
    });
  const sameOrigin = url.origin === hop.url.origin;
  const toGet = status === 303 || (status < 303 && hop.method === 'POST');
  // A body may hold secrets just as a header may: it follows to the same origin only.
  if (!sameOrigin && !toGet && hop.body !== undefined)
    throw new WeftError({
      class: 'invalid',
      code: 'redirect_with_body',
      message: `${hop.url.host} redirected a ${hop.method} to ${url.host}. Data is not sent to another site than the one named.`,
    });
  const headers = sameOrigin ? { ...hop.headers } : headersForOtherOrigin(hop.headers);
  if (toGet) delete headers['content-type'];
  return { method: toGet ? 'GET' : hop.method, url, headers, body: toGet ? undefined : hop.body };
}

async function sendLimited(options: HttpClientOptions, request: HttpRequest, hop: Hop, timeout: AbortSignal): Promise<HttpResponse> {
  const release = await options.limiter?.acquire(options.signal);
  try {
    const response = await send(options, request, hop, timeout);
    if (response.status === 429 || response.status === 503) {
      const waitMs = retryAfterOf(response.headers, options.now?.() ?? Date.now());
      if (waitMs !== undefined) options.limiter?.pause(waitMs);
    }
    return response;
  } finally {
    release?.();
  }
}

async function send(options: HttpClientOptions, request: HttpRequest, hop: Hop, timeout: AbortSignal): Promise<HttpResponse> {
  const now = options.now ?? Date.now;
  const startedAt = now();
  const record = (outcome: { response?: HttpResponse; error?: string }): void =>
    options.recorder?.record({ ...hop, url: hop.url.href, startedAt, durationMs: now() - startedAt, ...outcome });
  const timeoutMs = request.timeoutMs ?? DEFAULT_TIMEOUT_MS;
  try {
    const [dispatcher, undici] = await Promise.all([agentFor(options.policy), loadUndici()]);
    const answer = await undici.request(hop.url, {
      dispatcher,
      method: hop.method as Dispatcher.HttpMethod,
      headers: hop.headers,
      body: hop.body ?? null,
      signal: AbortSignal.any([options.signal, timeout]),
      headersTimeout: timeoutMs,
      bodyTimeout: Math.min(timeoutMs, BODY_IDLE_TIMEOUT_MS),
    });
    const headers = plainHeaders(answer.headers);
    const bytes = await readBody(answer.body, headers['content-encoding'], request.maxResponseBytes ?? DEFAULT_MAX_BYTES);
    const response = createResponse({ status: answer.statusCode, headers, url: hop.url.href, bytes });
    record({ response });
    return response;
  } catch (thrown) {
    const error = transportError(thrown, {
      method: hop.method,
      url: hop.url,
      cancelled: options.signal.aborted,
      timedOut: timeout.aborted,
      timeoutMs,
      repeatable: request.repeatable,
    });
    record({ error: error.message });
    throw error;
  }
}
