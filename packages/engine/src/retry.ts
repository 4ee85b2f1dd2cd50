/** Whether a failed attempt is followed by another, and when. Pure arithmetic. */
import { ERROR_CLASSES } from '@weft/errors';
import type { WeftError } from '@weft/errors';
import type { Retry } from '@weft/workflow';
import type { RetryStopReason } from './journal.ts';

/** What retrying a connector node does when the node says nothing. */
export const DEFAULT_RETRY: Retry = { attempts: 4, baseMs: 1000, capMs: 300_000 };
/** A conflict is looked at again once: what changed meanwhile has been read by then, and a third try would find the same. */
const CONFLICT_ATTEMPTS = 2;
/**
 * Who is told to come later has been refused before anything was done, and nothing is wrong with the call: it is worth
 * far more patience than a fault. Quarter hours, which is what an org without calls left asks for, make more than a day.
 */
const THROTTLED_ATTEMPTS = 100;

export type RetryDecision = { readonly retry: true; readonly at: number } | { readonly retry: false; readonly reason: RetryStopReason };

/** What a decision is made from. Times in epoch milliseconds; `random` is uniform in [0, 1). */
export interface RetryInput {
  readonly error: WeftError;
  /** The attempt that failed, from 1. */
  readonly attempt: number;
  /** The node's own policy. */
  readonly policy: Retry | undefined;
  readonly now: number;
  readonly random: number;
  readonly deadlineAt: number | undefined;
}

/**
 * Decides. A wait that the other side asked for is kept to, and from the second time on a part of our own is added, since
 * all who were sent away together would else come back together; full jitter spreads those who failed together.
 */
export function decideRetry(input: RetryInput): RetryDecision {
  const { error, attempt } = input;
  const policy = input.policy ?? DEFAULT_RETRY;
  if (error.class === 'cancelled') return { retry: false, reason: 'cancelled' };
  const isRetried = policy.on ? policy.on.some((name) => name === error.class) : ERROR_CLASSES[error.class].retriedByDefault;
  if (!isRetried) return { retry: false, reason: 'notRetryable' };
  if (attempt >= attemptsFor(error, input.policy)) return { retry: false, reason: 'attemptsUsed' };
  const backoff = input.random * Math.min(policy.capMs, policy.baseMs * 2 ** (attempt - 1));
  const wait = error.retryAfterMs === undefined ? backoff : error.retryAfterMs + (attempt === 1 ? 0 : backoff);
  const at = input.now + Math.round(wait);
  if (input.deadlineAt !== undefined && at >= input.deadlineAt) return { retry: false, reason: 'deadline' };
  return { retry: true, at };
}

function attemptsFor(error: WeftError, policy: Retry | undefined): number {
  if (policy) return policy.attempts;
  if (error.class === 'throttled') return THROTTLED_ATTEMPTS;
  return error.class === 'conflict' ? CONFLICT_ATTEMPTS : DEFAULT_RETRY.attempts;
}
