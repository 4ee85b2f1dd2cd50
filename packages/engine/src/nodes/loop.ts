/** The loop node: its list, and what its items amount to. */
import { WeftError } from '@weft/errors';
import type { StoredError } from '@weft/errors';

/** What became of one item. */
export interface ItemOutcome {
  readonly index: number;
  readonly ok: boolean;
  readonly output?: unknown;
  readonly error?: StoredError;
}

/** The items of a resolved value: nothing is an empty list, anything else that is no list is an error. */
export function listOf(value: unknown, nodeId: string): readonly unknown[] {
  if (value === undefined || value === null) return [];
  if (Array.isArray(value)) return value;
  throw new WeftError({
    class: 'invalid',
    code: 'not_a_list',
    message: `“${nodeId}” goes through a list, but its items gave ${typeof value === 'object' ? 'an object' : `“${String(value).slice(0, 40)}”`}. Put it in brackets, [ … ], to go through it as the only item.`,
  });
}

/** The output of a loop. */
export function collectItems(outcomes: readonly ItemOutcome[]): { count: number; succeeded: number; failed: number; items: ItemOutcome[] } {
  const items = outcomes.toSorted((a, b) => a.index - b.index);
  const succeeded = items.filter(({ ok }) => ok).length;
  return { count: items.length, succeeded, failed: items.length - succeeded, items };
}
