/** The loop node: a list, or all pages of an operation, and what its items amount to. */
import { WeftError } from '@weft/errors';
import type { LoopNode } from '@weft/workflow';
import type { Execution } from '../execution.ts';
import { couldHaveBegun } from '../frame.ts';
import { resolve, succeed } from '../step.ts';
import type { Step } from '../step.ts';
import { runItems } from './loop-items.ts';
import type { ItemOutcome } from './loop-items.ts';
import { runPages } from './loop-pages.ts';

/** Runs the loop. Throws the failure of an item that stops it, {@link Parked}, and what the host does. */
export async function runLoop(execution: Execution, step: Step<LoopNode>): Promise<void> {
  const { frame, compiled } = step;
  const startedAt = execution.options.host.now();
  if (compiled.node.pages) return runPages(execution, step, startedAt);
  const items = listOf(await resolve(execution, step, 'items'), compiled.node.id);
  const outcomes = await runItems(execution, step, { items, from: 0, isDurable: couldHaveBegun(frame, compiled) });
  if (outcomes) succeed(execution, step, { output: collectItems(outcomes), startedAt });
}

/** The items of a resolved value: nothing is an empty list, anything else that is no list is an error. */
function listOf(value: unknown, nodeId: string): readonly unknown[] {
  if (value === undefined || value === null) return [];
  if (Array.isArray(value)) return value;
  throw new WeftError({
    class: 'invalid',
    code: 'not_a_list',
    message: `“${nodeId}” goes through a list, but its items gave ${typeof value === 'object' ? 'an object' : `“${String(value).slice(0, 40)}”`}. Put it in brackets, [ … ], to go through it as the only item.`,
  });
}

/** The output of a loop. */
function collectItems(outcomes: readonly ItemOutcome[]): { count: number; succeeded: number; failed: number; items: ItemOutcome[] } {
  const items = outcomes.toSorted((a, b) => a.index - b.index);
  const succeeded = items.filter(({ ok }) => ok).length;
  return { count: items.length, succeeded, failed: items.length - succeeded, items };
}
