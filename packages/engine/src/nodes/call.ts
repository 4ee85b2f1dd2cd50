/** The call node: a run of another workflow, and what it gave. */
import { WeftError } from '@weft/errors';
import type { StoredError } from '@weft/errors';
import type { CallNode } from '@weft/workflow';
import type { CompiledNode } from '../compile.ts';
import type { WaitRequest } from '../host.ts';
import { asObject } from '../plain.ts';
import type { WaitEnd } from './await-answer.ts';
import type { Resolve } from './map.ts';

/** How a called run ended, as the host answers the wait for it. One that was not waited for is only started. */
export interface ChildResult {
  readonly runId: string;
  readonly status: 'started' | 'succeeded' | 'failed';
  /** For `succeeded`. */
  readonly output?: unknown;
  /** For `failed`. */
  readonly error?: StoredError;
}

/** The run that a call node starts. */
export async function callRequest(
  { node }: CompiledNode<CallNode>,
  step: { readonly path: string; readonly resolve: Resolve },
): Promise<WaitRequest> {
  const input = asObject(await step.resolve('input'));
  const { workflowId, workflowName, waits } = node;
  return { path: step.path, nodeId: node.id, kind: 'child', call: { workflowId, workflowName, input, isAwaited: waits } };
}

/** What a host's answer says about the called run. */
export function readChildResult(answer: unknown): ChildResult {
  // Written by the host from a ChildResult.
  return answer as ChildResult;
}

/** The node's output. Throws the error by which the called run failed, so that its class and its sentence are this node's. */
export function callOutput(end: WaitEnd): unknown {
  const result = readChildResult(end.state === 'answered' ? end.answer : {});
  if (result.status === 'started') return { runId: result.runId };
  if (result.status === 'succeeded') return result.output ?? null;
  const known = result.error ?? { class: 'bug' as const, code: 'no_result', message: 'The called run left no result.' };
  throw new WeftError({ ...known, detail: { ...asObject(known.detail), calledRun: result.runId } });
}
