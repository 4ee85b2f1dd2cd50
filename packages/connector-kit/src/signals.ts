/** What an author of an operation throws by hand, beside what the error table gives. */
import { WeftError, isWeftError, type Issue } from '@weft/errors';

/** Trying again would fail again: class `invalid`. */
export function doNotRetry(
  message: string,
  options: { code?: string; issues?: readonly Issue[]; detail?: unknown; cause?: unknown } = {},
): WeftError {
  const { code = 'not_possible', ...rest } = options;
  return new WeftError({ class: 'invalid', code, message, ...rest });
}

/** The other side asks to be left alone for `ms` milliseconds: class `throttled`. */
export function retryAfter(ms: number, message: string, options: { code?: string; cause?: unknown } = {}): WeftError {
  const { code = 'rate_limited', ...rest } = options;
  return new WeftError({ class: 'throttled', code, message, retryAfterMs: ms, ...rest });
}

/**
 * The vendor refuses the account's credentials, so that nothing works with it until a person signs in again or enters others:
 * class `auth`. What needs the account waits until then.
 */
export function reconnect(
  message: string,
  options: { code?: string; detail?: Readonly<Record<string, unknown>>; cause?: unknown } = {},
): WeftError {
  const { code = 'reconnect', detail, cause } = options;
  return new WeftError({
    class: 'auth',
    code,
    message,
    detail: { ...detail, reconnect: true },
    ...(cause === undefined ? {} : { cause }),
  });
}

/** Whether a failure says that the account must be reconnected. */
export function needsReconnect(error: unknown): boolean {
  return isWeftError(error) && (error.detail as { reconnect?: unknown } | undefined)?.reconnect === true;
}
