/**
 * Runs a container: the workflow, or one item of a loop.
 *
 * It goes through rounds: every member whose incoming edges are all settled is begun, or skipped when none of them was
 * taken; then we wait for one that is under way. It ends when nothing is under way and nothing can begin.
 */
import type { CompiledNode } from './compile.ts';
import type { Execution } from './execution.ts';
import { couldHaveBegun, entryOf, lastOutput, settle, settledFrom } from './frame.ts';
import type { Frame, FrameEnd } from './frame.ts';
import { respondAgain } from './nodes/respond.ts';
import { runNode } from './run-node.ts';
import { failFrame, succeed } from './step.ts';

/** Runs a container to its end, or to where it stands still. A promise only if something in it has to be waited for. */
export function runFrame(execution: Execution, frame: Frame): FrameEnd | Promise<FrameEnd> {
  const underWay = new Set<Promise<void>>();
  failAsBefore(execution, frame);
  // Settling a node may make others ready at once: pure chains run without a turn of the event loop in between.
  while (beginReady(execution, frame, underWay));
  return underWay.size === 0 ? endOf(execution, frame) : goOn(execution, frame, underWay);
}

async function goOn(execution: Execution, frame: Frame, underWay: Set<Promise<void>>): Promise<FrameEnd> {
  while (underWay.size > 0) {
    execution.ledger.hurry();
    await Promise.race(underWay);
    while (beginReady(execution, frame, underWay));
  }
  return endOf(execution, frame);
}

function endOf(execution: Execution, frame: Frame): FrameEnd {
  if (execution.ledger.lost) throw execution.ledger.lost.reason;
  if (frame.failure) return { end: 'failed', ...frame.failure };
  if (frame.settled.size === frame.members.length && !execution.stop) return { end: 'done', output: lastOutput(frame) };
  if (execution.isHaltedIn(frame) || frame.pending.length === 0) return { end: 'halted' };
  return { end: 'waiting', pending: frame.pending };
}

/** A failure that the journal knows holds before anything begins, though records of pure steps before it may be missing. */
function failAsBefore(execution: Execution, frame: Frame): void {
  for (const id of frame.members) {
    const known = execution.ledger.final(frame.prefix + id);
    if (known?.status === 'failed' && known.port === undefined && known.error)
      failFrame(execution, frame, { error: known.error, nodeId: id });
  }
}

/** Begins or skips every member that can be; tells whether any was settled at once. */
function beginReady(execution: Execution, frame: Frame, underWay: Set<Promise<void>>): boolean {
  let isAnySettled = false;
  for (const id of frame.members) {
    if (frame.begun.has(id) || execution.isHaltedIn(frame)) continue;
    const compiled = execution.options.program.nodes.get(id);
    if (!compiled || !isReady(frame, compiled)) continue;
    frame.begun.add(id);
    const work = begin(execution, frame, compiled);
    if (work) {
      const tracked = work.finally(() => underWay.delete(tracked));
      underWay.add(tracked);
    } else isAnySettled = true;
  }
  return isAnySettled;
}

function isReady(frame: Frame, { incoming }: CompiledNode): boolean {
  for (const { from } of incoming) if (!frame.settled.has(from)) return false;
  return true;
}

/** Undefined when the member settled at once. */
function begin(execution: Execution, frame: Frame, compiled: CompiledNode): Promise<void> | undefined {
  const { ledger, options } = execution;
  const { node } = compiled;
  const { isReached, errorContext } = entryOf(frame, compiled);
  const path = frame.prefix + node.id;
  const known = ledger.final(path);
  if (known) {
    if (node.kind === 'respond' && known.status === 'succeeded') respondAgain(options.host, known);
    settle(frame, node.id, { ...settledFrom(known, errorContext), isDurable: true });
    return undefined;
  }
  if (!isReached) {
    ledger.note(path, node, { status: 'skipped' });
    settle(frame, node.id, { status: 'skipped', isDurable: couldHaveBegun(frame, compiled) });
    return undefined;
  }
  const scope = errorContext === undefined ? frame.scope : { ...frame.scope, error: errorContext };
  const step = { frame, compiled, path, scope, errorContext };
  return node.disabled ? succeed(execution, step, { output: node.standIn ?? null }) : runNode(execution, step);
}
