import type { StoredAnswer } from '@weft/db';

/** How a run ended, as far as whoever asked is told. */
export interface EndedRun {
  readonly runId: string;
  readonly status: string;
  readonly reason?: string | null | undefined;
  /** What it gave, when its trigger lets its end be the answer. */
  readonly output?: unknown;
}

const GOOD = new Set(['succeeded', 'skipped']);

/**
 * The answer to a request whose run has ended without another one. Why a run failed is for its own people: it may name
 * accounts and records that are none of the caller's business.
 */
export function endAnswer({ runId, status, reason, output }: EndedRun): StoredAnswer {
  if (!GOOD.has(status)) return { status: 500, body: { runId, status } };
  if (output !== undefined && output !== null) return { status: 200, body: output };
  return { status: 200, body: { runId, status, ...(reason ? { reason } : {}) } };
}
