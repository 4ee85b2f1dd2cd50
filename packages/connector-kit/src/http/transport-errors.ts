/** What a failed exchange means: whether the other side can have seen the request decides everything. */
import { isWeftError, WeftError } from '@weft/errors';

/** Codes raised before the first byte of the request left. */
const BEFORE_SENT = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'EHOSTDOWN',
  'ENETDOWN',
  'UND_ERR_CONNECT_TIMEOUT',
  'CERT_HAS_EXPIRED',
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
  'ERR_TLS_CERT_ALTNAME_INVALID',
  'EPROTO',
  'ERR_SSL_WRONG_VERSION_NUMBER',
]);

/** Methods whose repetition equals doing it once. */
const REPEATABLE = new Set(['GET', 'HEAD', 'OPTIONS', 'PUT', 'DELETE', 'TRACE']);

/** Facts about the exchange that failed. */
export interface FailedExchange {
  readonly method: string;
  readonly url: URL;
  /** The run or its step was stopped. */
  readonly cancelled: boolean;
  readonly timedOut: boolean;
  readonly timeoutMs: number;
  /** Whether doing it twice equals once; by default decided by the method. */
  readonly repeatable?: boolean | undefined;
}

/** Turns a failure of the transport into a `WeftError`. */
export function transportError(thrown: unknown, exchange: FailedExchange): WeftError {
  const found = findWeftError(thrown);
  if (found !== undefined) return found;
  const code = codeOf(thrown);
  const host = exchange.url.host;
  const outcomeUnknown = !BEFORE_SENT.has(code) && !(exchange.repeatable ?? REPEATABLE.has(exchange.method));
  if (exchange.cancelled)
    return new WeftError({
      class: 'cancelled',
      code: 'cancelled',
      message: `The call to ${host} was stopped.`,
      cause: thrown,
      outcomeUnknown,
    });
  // The platform refuses to write such a request at all, and would do so again.
  if (code === 'UND_ERR_INVALID_ARG')
    return new WeftError({
      class: 'invalid',
      code: 'request_malformed',
      message: `The request to ${host} cannot be sent: ${thrown instanceof Error ? thrown.message : 'it is malformed'}. Look at its headers.`,
      cause: thrown,
    });
  if (exchange.timedOut) {
    const seconds = Math.round(exchange.timeoutMs / 1000);
    return new WeftError({
      class: 'transient',
      code: 'timeout',
      message: `${host} did not answer within ${seconds} s.`,
      cause: thrown,
      outcomeUnknown,
    });
  }
  return new WeftError({
    class: 'transient',
    code: code || 'network',
    message: explain(code, host),
    detail: { code },
    cause: thrown,
    outcomeUnknown,
  });
}

const EXPLANATIONS: Readonly<Record<string, string>> = {
  ENOTFOUND: 'is not a known host name. Check the address',
  EAI_AGAIN: 'could not be looked up just now',
  ECONNREFUSED: 'refused the connection. Nothing seems to listen there',
  UND_ERR_CONNECT_TIMEOUT: 'could not be reached in time',
  EHOSTUNREACH: 'cannot be reached from here',
  ENETUNREACH: 'cannot be reached from here',
  ECONNRESET: 'closed the connection before it answered',
  UND_ERR_SOCKET: 'closed the connection before it answered',
  UND_ERR_HEADERS_TIMEOUT: 'took too long to answer',
  UND_ERR_BODY_TIMEOUT: 'stopped sending in the middle of its answer',
  CERT_HAS_EXPIRED: 'has a certificate that has expired',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'has a self-signed certificate, which is not trusted',
  SELF_SIGNED_CERT_IN_CHAIN: 'has a self-signed certificate, which is not trusted',
  ERR_TLS_CERT_ALTNAME_INVALID: 'has a certificate for another name',
  EPROTO: 'does not speak https on this port',
  ERR_SSL_WRONG_VERSION_NUMBER: 'does not speak https on this port',
};

/** A sentence for a failure of the network, by its system code. */
export function explain(code: string, host: string): string {
  return `${host} ${EXPLANATIONS[code] ?? `could not be called (${code || 'network error'})`}.`;
}

/** The system code of a failure, however deep it is wrapped; empty when it has none. */
export function codeOf(thrown: unknown): string {
  let current: unknown = thrown;
  for (let depth = 0; depth < 5 && typeof current === 'object' && current !== null; depth += 1) {
    const code = (current as { code?: unknown }).code;
    if (typeof code === 'string' && code !== 'ABORT_ERR') return code;
    const several = (current as { errors?: unknown[] }).errors;
    current = Array.isArray(several) ? several[0] : (current as { cause?: unknown }).cause;
  }
  return '';
}

function findWeftError(thrown: unknown): WeftError | undefined {
  let current: unknown = thrown;
  for (let depth = 0; depth < 5 && typeof current === 'object' && current !== null; depth += 1) {
    if (isWeftError(current)) return current;
    current = (current as { cause?: unknown }).cause;
  }
  return undefined;
}
