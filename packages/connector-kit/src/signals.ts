/** The two things an author of an operation throws by hand, beside what the error table gives. */
import { WeftError, type Issue } from '@weft/errors';

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
