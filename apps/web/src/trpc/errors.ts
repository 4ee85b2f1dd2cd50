import type { Issue, StoredError } from '@weft/errors';

/** What the server said about a failure; undefined when no answer came at all. */
export function weftError(error: unknown): StoredError | undefined {
  return (error as { data?: { weft?: StoredError } | null } | null)?.data?.weft;
}

/** One sentence about a failure, for a person. */
export function errorMessage(error: unknown): string {
  const known = weftError(error);
  if (known) return known.message;
  return typeof navigator !== 'undefined' && !navigator.onLine
    ? 'This browser is offline. Nothing is lost; it goes on when the connection is back.'
    : 'Weft did not answer. It may be starting again; this page tries again by itself.';
}

/** The located findings of a failure. */
export function errorIssues(error: unknown): readonly Issue[] | undefined {
  return weftError(error)?.issues;
}

/** Whether the session has ended. */
export function isSignedOut(error: unknown): boolean {
  return weftError(error)?.code === 'signed_out';
}
