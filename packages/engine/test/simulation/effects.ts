/** What every effect of a seed does, and how every wait is answered: by path and attempt alone, so that engine and model meet the same world. */
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

const PAGES = [[[3, 1], [4]], [[3], [], [1, 4]], [[]], [[2]], [[5], [9], [2], [6]]] as const;

/** The pages over which a loop goes, by its path. */
export function pagesOf(seed: number, path: string): readonly (readonly number[])[] {
  return PAGES[hashOf(`${seed}|pages|${path}`) % PAGES.length] ?? [];
}

/** When a wait is answered after it was registered; a time before that means that it was answered early. */
const DELAYS = [-1, 0, 700, 3000, 60_000] as const;

/** Milliseconds from a wait's registration to its answer; undefined when nobody ever answers. One without a limit always is answered. */
export function answerDelayOf(seed: number, path: string, limitMs: number | undefined): number | undefined {
  const draw = hashOf(`${seed}|answer|${path}`);
  if (limitMs !== undefined && draw % 4 === 0) return undefined;
  return DELAYS[(draw >>> 4) % DELAYS.length];
}

/** The body that an address is called with. */
export function calledBackWith(seed: number, path: string): { v: number } {
  return { v: hashOf(`${seed}|body|${path}`) % 10 };
}

/** The choice of the person who is asked. */
export function choiceOf(seed: number, path: string): 'approved' | 'rejected' {
  return hashOf(`${seed}|choice|${path}`) % 2 === 0 ? 'approved' : 'rejected';
}

/** Whether a called run fails. */
export function doesCalledRunFail(seed: number, path: string): boolean {
  return hashOf(`${seed}|called|${path}`) % 4 === 0;
}
