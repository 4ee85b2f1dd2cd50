/**
 * The errors of Weft: one class, a closed set of *classes* that policy acts on, an open set of *codes*
 * that modules define beside the code that raises them.
 */

/** What a failure means for policy. See {@link ERROR_CLASSES} for what hangs on each. */
export type ErrorClass = 'throttled' | 'transient' | 'conflict' | 'invalid' | 'auth' | 'notFound' | 'cancelled' | 'bug';

/** Policy for one class of error. */
export interface ErrorClassPolicy {
  /** Whether a step that failed so is tried again by default. */
  readonly retriedByDefault: boolean;
  /** HTTP status our own interfaces answer with. */
  readonly httpStatus: number;
  /** The tRPC code our own interfaces answer with. */
  readonly trpcCode:
    | 'TOO_MANY_REQUESTS'
    | 'SERVICE_UNAVAILABLE'
    | 'CONFLICT'
    | 'UNPROCESSABLE_CONTENT'
    | 'UNAUTHORIZED'
    | 'NOT_FOUND'
    | 'CLIENT_CLOSED_REQUEST'
    | 'INTERNAL_SERVER_ERROR';
  /** Whether it is logged as a fault of ours. */
  readonly isOurFault: boolean;
}

/** The one table that retry, HTTP status and logging read. */
export const ERROR_CLASSES = {
  throttled: { retriedByDefault: true, httpStatus: 429, trpcCode: 'TOO_MANY_REQUESTS', isOurFault: false },
  transient: { retriedByDefault: true, httpStatus: 503, trpcCode: 'SERVICE_UNAVAILABLE', isOurFault: false },
  conflict: { retriedByDefault: true, httpStatus: 409, trpcCode: 'CONFLICT', isOurFault: false },
  invalid: { retriedByDefault: false, httpStatus: 422, trpcCode: 'UNPROCESSABLE_CONTENT', isOurFault: false },
  auth: { retriedByDefault: false, httpStatus: 401, trpcCode: 'UNAUTHORIZED', isOurFault: false },
  notFound: { retriedByDefault: false, httpStatus: 404, trpcCode: 'NOT_FOUND', isOurFault: false },
  cancelled: { retriedByDefault: false, httpStatus: 499, trpcCode: 'CLIENT_CLOSED_REQUEST', isOurFault: false },
  bug: { retriedByDefault: false, httpStatus: 500, trpcCode: 'INTERNAL_SERVER_ERROR', isOurFault: true },
} as const satisfies Record<ErrorClass, ErrorClassPolicy>;

/** A located finding, such as one wrong field of a document or a form. */
export interface Issue {
  /** Where: a path such as `nodes.won.input.object`. Empty for the whole. */
  readonly path: string;
  /** What is wrong and what would be right, one sentence. */
  readonly message: string;
}

/** An error as data: what is stored with a step, sent over the wire, shown to a person. Plain JSON. */
export interface StoredError {
  readonly class: ErrorClass;
  /** Stable machine word, such as `expression_failed` or a vendor's own code. */
  readonly code: string;
  /** One sentence for a person: what happened, to which record, why, what to do next. */
  readonly message: string;
  /** Further facts: the vendor's own words, the field, the position. Never a secret. */
  readonly detail?: unknown;
  /** How long the other side asked us to wait, in milliseconds. */
  readonly retryAfterMs?: number;
  /** All findings, when there are several. */
  readonly issues?: readonly Issue[];
}

/** Options of {@link WeftError}. */
export interface WeftErrorOptions {
  readonly class: ErrorClass;
  readonly code: string;
  readonly message: string;
  readonly detail?: unknown;
  readonly retryAfterMs?: number;
  readonly issues?: readonly Issue[];
  readonly cause?: unknown;
  /**
   * For effects: the request may have been applied although no answer came (the connection broke after
   * bytes were sent). A retry must first look whether it happened.
   */
  readonly outcomeUnknown?: boolean;
}

const BRAND = Symbol.for('weft.error');

/** The only error class Weft throws on purpose. Recognise it with {@link isWeftError}, not `instanceof`. */
export class WeftError extends Error {
  readonly class: ErrorClass;
  readonly code: string;
  readonly detail: unknown;
  readonly retryAfterMs: number | undefined;
  readonly issues: readonly Issue[] | undefined;
  readonly outcomeUnknown: boolean;

  constructor(options: WeftErrorOptions) {
    super(options.message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'WeftError';
    this.class = options.class;
    this.code = options.code;
    this.detail = options.detail;
    this.retryAfterMs = options.retryAfterMs;
    this.issues = options.issues;
    this.outcomeUnknown = options.outcomeUnknown ?? false;
    Object.defineProperty(this, BRAND, { value: true });
  }
}

/** Whether a value is a {@link WeftError}, also one that came from another copy of this module. */
export function isWeftError(value: unknown): value is WeftError {
  return typeof value === 'object' && value !== null && (value as Record<symbol, unknown>)[BRAND] === true;
}

/** Turns anything thrown into a {@link WeftError}; what we did not foresee becomes class `bug`, its cause kept. */
export function toWeftError(thrown: unknown): WeftError {
  if (isWeftError(thrown)) return thrown;
  const message = thrown instanceof Error ? thrown.message : String(thrown);
  return new WeftError({ class: 'bug', code: 'unexpected', message: message || 'Unexpected error', cause: thrown });
}

/** The storable form of an error: plain JSON without stack. */
export function toStoredError(thrown: unknown): StoredError {
  const error = toWeftError(thrown);
  return {
    class: error.class,
    code: error.code,
    message: error.message,
    ...(error.detail === undefined ? {} : { detail: error.detail }),
    ...(error.retryAfterMs === undefined ? {} : { retryAfterMs: error.retryAfterMs }),
    ...(error.issues === undefined ? {} : { issues: error.issues }),
  };
}

/** The throwable form of a stored error. */
export function fromStoredError(stored: StoredError): WeftError {
  return new WeftError(stored);
}

/** Shorthand for an error of class `invalid`. */
export function invalid(code: string, message: string, issues?: readonly Issue[]): WeftError {
  return new WeftError({ class: 'invalid', code, message, ...(issues === undefined ? {} : { issues }) });
}

/** Shorthand for an error of class `notFound`. */
export function notFound(code: string, message: string): WeftError {
  return new WeftError({ class: 'notFound', code, message });
}
