/** How long a bulk job is waited for. */

/** Seconds, where the step names none. */
export const DEFAULT_WAIT_S = 600;
export const LONGEST_WAIT_S = 3600;

/** Milliseconds of an input that may not have been checked yet. */
export function bulkWaitMs(input: unknown): number {
  const { wait, waitSeconds } = (input ?? {}) as { wait?: unknown; waitSeconds?: unknown };
  if (wait === false || wait === 'false') return 0;
  const seconds = Number(waitSeconds ?? DEFAULT_WAIT_S);
  return (seconds > 0 ? Math.min(seconds, LONGEST_WAIT_S) : DEFAULT_WAIT_S) * 1000;
}
