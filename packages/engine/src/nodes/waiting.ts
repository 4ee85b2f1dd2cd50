/** The kinds that wait for something outside of the run. */
import type { CallNode, ReviewNode, WaitNode } from '@weft/workflow';
import type { CompiledNode } from '../compile.ts';
import type { Execution } from '../execution.ts';
import type { WaitRequest } from '../host.ts';
import { resolve, succeed } from '../step.ts';
import type { Step } from '../step.ts';
import { awaitAnswer } from './await-answer.ts';
import type { WaitEnd } from './await-answer.ts';
import { callOutput, callRequest } from './call.ts';
import { reviewRequest, reviewResult } from './review.ts';
import { waitRequest, waitResult } from './wait.ts';

/** A node that waits. */
export type WaitingNode = WaitNode | ReviewNode | CallNode;

/** Runs the node until its wait has ended. Throws {@link Parked}, and what the host does. */
export async function runWait(execution: Execution, step: Step<WaitingNode>): Promise<void> {
  const { frame, compiled } = step;
  const { host, signal, maxInlineWaitMs, openWaits } = execution.options;
  const request = await requestOf(execution, step);
  const end = await awaitAnswer(request, {
    host,
    signal,
    maxInlineWaitMs,
    open: openWaits,
    isHalted: () => execution.isHaltedIn(frame),
    durable: () => execution.ledger.durable(),
  });
  if (!end) return;
  // How it ended is durable with the host: the record may travel with the next effect's, as a pure step's does.
  succeed(execution, step, { ...resultOf(compiled.node, end), startedAt: end.since, input: inputOf(request) });
}

function requestOf(execution: Execution, step: Step<WaitingNode>): Promise<WaitRequest> {
  const { compiled, path } = step;
  const at = (place: string): unknown => resolve(execution, step, place);
  switch (compiled.node.kind) {
    case 'wait':
      return waitRequest(compiled as CompiledNode<WaitNode>, { path, resolve: at, now: execution.options.host.now() });
    case 'review':
      return reviewRequest(compiled as CompiledNode<ReviewNode>, { path, resolve: at });
    case 'call':
      return callRequest(compiled as CompiledNode<CallNode>, { path, resolve: at });
  }
}

function resultOf(node: WaitingNode, end: WaitEnd): { readonly port: string; readonly output: unknown } {
  switch (node.kind) {
    case 'wait':
      return waitResult(node, end);
    case 'review':
      return reviewResult(node, end);
    case 'call':
      return { port: 'next', output: callOutput(end) };
  }
}

/** What people are shown as a waiting step's input. */
function inputOf(request: WaitRequest): unknown {
  if (request.kind === 'review') return request.question;
  return request.kind === 'child' ? request.call.input : undefined;
}
