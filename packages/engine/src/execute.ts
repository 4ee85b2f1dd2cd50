/**
 * Executes a program from a journal.
 *
 * A container (the workflow, or one item of a loop) is run member by member ({@link runFrame}). It is halted early by a
 * failure without an error edge, its own or of a container around it, by a stop node, a cancellation or the deadline. Then
 * nothing new begins, no further attempt either, and what is under way is awaited and recorded. A halt that the journal
 * knows of holds before anything begins.
 *
 * Invariants: a member begins at most once per call; a step with a final record in the journal is never performed again;
 * nothing is asked of the world before every effect that has ended is durable; records of pure steps travel with what is
 * written next. What follows an effect and is pure is computed at once, so that the end of a run needs no write of its own.
 */
import { WeftError, toStoredError } from '@weft/errors';
import { Execution } from './execution.ts';
import type { ExecuteOptions } from './execution.ts';
import { newFrame } from './frame.ts';
import type { Frame, FrameEnd } from './frame.ts';
import type { RunOutcome } from './journal.ts';
import { journaledStop } from './nodes/stop.ts';
import { waitingOutcome } from './pending.ts';
import { runFrame } from './run-frame.ts';

/** Executes until the run ends or must wait. Rejects when the host's `checkpoint` does: the run is not ours any more. */
export async function execute(options: ExecuteOptions): Promise<RunOutcome> {
  const execution = new Execution(options, runFrame);
  execution.stop = journaledStop(execution);
  const end = await runFrame(execution, workflowFrame(options));
  await execution.ledger.conclude();
  return outcomeOf(execution, end);
}

/** The container that is the workflow itself. */
function workflowFrame({ program, run, config, trigger }: ExecuteOptions): Frame {
  const steps: Record<string, unknown> = {};
  return newFrame({
    members: program.order.get(undefined) ?? [],
    prefix: '',
    scope: { trigger, steps, config, run: { id: run.id, startedAt: new Date(run.startedAt).toISOString() } },
    steps,
    errorContext: undefined,
    isOuterHalted: () => false,
    isDurable: true,
  });
}

function outcomeOf({ options, stop }: Execution, end: FrameEnd): RunOutcome {
  if (stop) return stop;
  if (end.end === 'failed') return { status: 'failed', error: end.error, nodeId: end.nodeId };
  if (end.end === 'done') return { status: 'succeeded', ...(options.wantsOutput === true ? { output: end.output } : {}) };
  if (options.signal.aborted) return { status: 'cancelled', reason: 'Cancelled.' };
  if (end.end === 'halted') return { status: 'failed', error: toStoredError(deadlineError()) };
  return waitingOutcome(end.pending, options.program, options.deadlineAt);
}

function deadlineError(): WeftError {
  return new WeftError({ class: 'cancelled', code: 'deadline', message: 'The run took longer than its workflow allows.' });
}
