/** Keeps what a call really sent and received, fit to be stored and shown: secrets masked, bodies cut. */
import type { HttpResponse } from './http/response.ts';
import { maskBody, maskHeaders, maskText, spellingsOf } from './mask.ts';

/** One request and its answer. Plain JSON. */
export interface RecordedExchange {
  readonly method: string;
  readonly url: string;
  readonly requestHeaders: Readonly<Record<string, string>>;
  readonly requestBody?: string;
  readonly requestTruncated?: boolean;
  /** Absent when no answer came. */
  readonly status?: number;
  readonly responseHeaders?: Readonly<Record<string, string>>;
  readonly responseBody?: string;
  readonly responseTruncated?: boolean;
  /** Epoch milliseconds. */
  readonly startedAt: number;
  readonly durationMs: number;
  readonly error?: string;
}

/** What the HTTP client hands over. */
export interface RawExchange {
  readonly method: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Uint8Array | undefined;
  readonly startedAt: number;
  readonly durationMs: number;
  readonly response?: HttpResponse;
  readonly error?: string;
}

export interface Recorder {
  record(exchange: RawExchange): void;
  /** Has a further secret masked, also in what was recorded before. */
  protect(secret: string): void;
  /** What was protected during the call, such as an access token: to be masked in the call's outcome as well. */
  learned(): readonly string[];
  /** The exchanges so far, masked. */
  exchanges(): readonly RecordedExchange[];
}

export interface RecorderOptions {
  /** The connection's secret values. */
  readonly secrets?: readonly string[];
  /** Characters kept of a body. Default 16 384. */
  readonly maxBodyChars?: number;
  /** Exchanges kept: the first ones; the rest is counted by nobody. Default 50. */
  readonly maxExchanges?: number;
}

/** Makes the recorder of one call. */
export function createRecorder(options: RecorderOptions = {}): Recorder {
  const maxBodyChars = options.maxBodyChars ?? 16_384;
  const maxExchanges = options.maxExchanges ?? 50;
  const raw: RawExchange[] = [];
  const learned = new Set<string>();
  const spellings = new Set((options.secrets ?? []).flatMap(spellingsOf));
  return {
    record(exchange) {
      if (raw.length < maxExchanges) raw.push(exchange);
    },
    protect(secret) {
      learned.add(secret);
      for (const spelling of spellingsOf(secret)) spellings.add(spelling);
    },
    learned: () => [...learned],
    exchanges() {
      const longestFirst = [...spellings].sort((a, b) => b.length - a.length);
      return raw.map((exchange) => masked(exchange, longestFirst, maxBodyChars));
    },
  };
}

function masked(exchange: RawExchange, spellings: readonly string[], maxBodyChars: number): RecordedExchange {
  const request = cut(bodyText(exchange.body, exchange.headers['content-type']), spellings, maxBodyChars);
  const answer = exchange.response;
  const response = answer === undefined ? undefined : cut(bodyText(answer.bytes, answer.headers['content-type']), spellings, maxBodyChars);
  return {
    method: exchange.method,
    url: maskBody(exchange.url, spellings),
    requestHeaders: maskHeaders(exchange.headers, spellings),
    ...(request === undefined ? {} : { requestBody: request.text, ...(request.truncated ? { requestTruncated: true } : {}) }),
    ...(answer === undefined ? {} : { status: answer.status, responseHeaders: maskHeaders(answer.headers, spellings) }),
    ...(response === undefined ? {} : { responseBody: response.text, ...(response.truncated ? { responseTruncated: true } : {}) }),
    startedAt: exchange.startedAt,
    durationMs: exchange.durationMs,
    ...(exchange.error === undefined ? {} : { error: maskText(exchange.error, spellings) }),
  };
}

/** Masks first and cuts afterwards, so that half a secret cannot survive at the border. */
function cut(text: string | undefined, spellings: readonly string[], max: number): { text: string; truncated: boolean } | undefined {
  if (text === undefined || text === '') return undefined;
  const whole = maskBody(text, spellings);
  return whole.length > max ? { text: whole.slice(0, max), truncated: true } : { text: whole, truncated: false };
}

function bodyText(body: string | Uint8Array | undefined, contentType: string | undefined): string | undefined {
  if (body === undefined || typeof body === 'string') return body;
  if (body.byteLength === 0) return undefined;
  if (contentType === undefined || /json|text|xml|form|html|csv|javascript/i.test(contentType)) return new TextDecoder().decode(body);
  return `(${body.byteLength} bytes of ${contentType})`;
}
