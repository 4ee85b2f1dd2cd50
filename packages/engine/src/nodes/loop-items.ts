/** The items of a loop: each is a container that holds the loop's body. */
import { WeftError } from '@weft/errors';
import type { StoredError } from '@weft/errors';
import type { LoopNode } from '@weft/workflow';
import type { Execution } from '../execution.ts';
import { newFrame } from '../frame.ts';
import type { Pending } from '../journal.ts';
import { Parked } from '../parked.ts';
import { asObject } from '../plain.ts';
import type { Step } from '../step.ts';

/** What became of one item. */
export interface ItemOutcome {
  readonly index: number;
  readonly ok: boolean;
  readonly output?: unknown;
  readonly error?: StoredError;
}

/** Items that stand one behind the other. */
export interface Batch {
  readonly items: readonly unknown[];
  /** Index of the first one. */
  readonly from: number;
  /** Whether a worker before us can have got as far as these items. */
  readonly isDurable: boolean;
}

/**
 * Runs the body for each item. Undefined when it was halted before all were settled. Throws the failure that stops the
 * loop, and {@link Parked}.
 */
export async function runItems(
  execution: Execution,
  { frame, compiled, path, scope, errorContext }: Step<LoopNode>,
  { items, from, isDurable }: Batch,
): Promise<ItemOutcome[] | undefined> {
  const { node } = compiled;
  const members = execution.options.program.order.get(node.id) ?? [];
  const outcomes: ItemOutcome[] = [];
  let next = 0;
  const pending: Pending[] = [];
  let failed: { readonly error: StoredError; readonly nodeId: string } | undefined;
  const isOuterHalted = (): boolean => failed !== undefined || execution.isHaltedIn(frame);
  const lanes = Math.min(node.concurrency, items.length);
  const isParallel = lanes > 1;
  const lane = async (): Promise<void> => {
    // One scope serves all items of a lane, one after the other: copying what stands outside for each would cost more than they do.
    const steps = { ...frame.steps };
    const inside: Record<string, unknown> = { ...scope, item: undefined, index: 0, steps };
    while (next < items.length && !isOuterHalted()) {
      const index = from + next;
      inside['item'] = items[next];
      next += 1;
      inside['index'] = index;
      for (const id of members) delete steps[id];
      const prefix = `${path}[${index}].`;
      const inner = newFrame({ members, prefix, scope: inside, steps, errorContext, isOuterHalted, isDurable });
      const running = execution.runFrame(inner);
      const end = running instanceof Promise ? await running : running;
      if (end.end === 'waiting') {
        pending.push(...end.pending);
        return; // the item is still being worked on, so it keeps its lane: the order of a sequential loop holds
      }
      if (end.end === 'done') outcomes.push({ index, ok: true, output: end.output });
      else if (end.end === 'failed') {
        outcomes.push({ index, ok: false, error: end.error });
        if (node.onItemError === 'stop') failed ??= { error: end.error, nodeId: end.nodeId };
      }
      // Nobody asks for its steps any more: what they were given and gave is not to be held for all items at once.
      if (end.end !== 'halted') execution.ledger.forgetSteps(prefix, members);
      // Other lanes may take their time: what ended here is not to wait for them.
      if (isParallel) execution.ledger.hurry();
      const turn = execution.breathe();
      if (turn) await turn;
    }
  };
  await Promise.all(Array.from({ length: lanes }, lane));
  if (failed) throw new WeftError({ ...failed.error, detail: { ...asObject(failed.error.detail), failedNode: failed.nodeId } });
  if (pending.length > 0) throw new Parked(pending);
  return outcomes.length < items.length ? undefined : outcomes;
}
