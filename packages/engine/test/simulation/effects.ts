/** What every effect of a seed does: by its path and attempt alone, so that engine and model meet the same world. */
import type { ErrorClass } from '@weft/errors';
import { hashOf } from './random.ts';

/** What one attempt meets. `lost`: it is applied, but the answer never comes. */
export type Answer =
  | { readonly how: 'ok' }
  | { readonly how: 'fail'; readonly class: ErrorClass; readonly retryAfterMs?: number }
  | { readonly how: 'lost' };

const FAILURES: readonly Answer[] = [
  { how: 'fail', class: 'transient' },
  { how: 'fail', class: 'throttled' },
  { how: 'fail', class: 'throttled', retryAfterMs: 900 },
  { how: 'fail', class: 'throttled', retryAfterMs: 60_000 },
  { how: 'fail', class: 'conflict' },
  { how: 'lost' },
  { how: 'lost' },
];
const FINAL_FAILURES: readonly Answer[] = (['invalid', 'auth', 'notFound', 'bug'] as const).map((name) => ({ how: 'fail', class: name }));

/** The answer to an attempt. */
export function answerOf(seed: number, path: string, attempt: number): Answer {
  const draw = hashOf(`${seed}|${path}|${attempt}`);
  const share = draw % 100;
  if (share < 55) return { how: 'ok' };
  const failures = share < 88 ? FAILURES : FINAL_FAILURES;
  return failures[(draw >>> 8) % failures.length] ?? { how: 'ok' };
}

/** The output of an applied effect: depends on what it was given, so that a wrong input shows. */
export function outputOf(path: string, input: unknown): { v: number; path: string } {
  return { v: hashOf(path + JSON.stringify(input)) % 10, path };
}
