import { WeftError } from '@weft/errors';
import type { ErrorClass } from '@weft/errors';
import { expect, test } from 'vitest';
import { decideRetry } from './retry.ts';
import type { RetryInput } from './retry.ts';

function decide(name: ErrorClass, input: Partial<RetryInput> & { readonly retryAfterMs?: number } = {}): ReturnType<typeof decideRetry> {
  const { retryAfterMs, ...rest } = input;
  const error = new WeftError({ class: name, code: 'x', message: 'x', ...(retryAfterMs === undefined ? {} : { retryAfterMs }) });
  return decideRetry({ error, attempt: 1, policy: undefined, now: 1000, random: 0.5, deadlineAt: undefined, ...rest });
}

/** How many attempts there are in all when every one fails in the same way. */
function attemptsOf(name: ErrorClass, policy?: RetryInput['policy']): number {
  let attempt = 1;
  while (decide(name, { attempt, policy }).retry) attempt += 1;
  return attempt;
}

test.each([
  ['throttled', 100],
  ['transient', 4],
  ['conflict', 2],
  ['invalid', 1],
  ['auth', 1],
  ['notFound', 1],
  ['cancelled', 1],
  ['bug', 1],
] as const)('by default an attempt that is %s is made %i times in all', (name, attempts) => {
  expect(attemptsOf(name)).toBe(attempts);
});

test('a policy of the node replaces number and classes', () => {
  const policy = { attempts: 6, baseMs: 1, capMs: 10, on: ['invalid' as const] };
  expect([attemptsOf('invalid', policy), attemptsOf('transient', policy)]).toEqual([6, 1]);
  expect(attemptsOf('conflict', { attempts: 5, baseMs: 1, capMs: 10 })).toBe(5);
});

test('the wait is a random part of a doubling one, up to the cap', () => {
  const policy = { attempts: 20, baseMs: 100, capMs: 1000 };
  const waits = [1, 2, 3, 4, 5, 6].map((attempt) => decide('transient', { attempt, policy, random: 0.5 }));
  expect(waits).toEqual([50, 100, 200, 400, 500, 500].map((ms) => ({ retry: true, at: 1000 + ms })));
  expect(decide('transient', { policy, random: 0 })).toEqual({ retry: true, at: 1000 });
});

test('a wait that the other side asks for is kept to; those sent away again come back at different times', () => {
  expect(decide('throttled', { attempt: 3, retryAfterMs: 1000, random: 0.5 })).toEqual({ retry: true, at: 1000 + 1000 + 2000 });
  expect(decide('throttled', { retryAfterMs: 90_000 })).toEqual({ retry: true, at: 91_000 });
  expect(decide('throttled', { retryAfterMs: 5, random: 0.9 })).toEqual({ retry: true, at: 1005 });
});

test('nothing is tried again at or behind the deadline', () => {
  expect(decide('transient', { random: 0.5, deadlineAt: 1500 })).toEqual({ retry: false, reason: 'deadline' });
  expect(decide('transient', { random: 0.5, deadlineAt: 1501 })).toEqual({ retry: true, at: 1500 });
});
