/** Executes a step by the kind of its node. */
import type { BranchNode, ConnectorNode, LoopNode, MapNode, RespondNode, ScriptNode, StopNode } from '@weft/workflow';
import type { CompiledNode } from './compile.ts';
import type { Execution } from './execution.ts';
import { executeBranch } from './nodes/branch.ts';
import type { BranchChoice } from './nodes/branch.ts';
import { runConnector } from './nodes/connector.ts';
import { runLoop } from './nodes/loop.ts';
import { executeMap } from './nodes/map.ts';
import type { Resolve } from './nodes/map.ts';
import { runRespond } from './nodes/respond.ts';
import { runScript } from './nodes/script.ts';
import { runStop } from './nodes/stop.ts';
import { runWait } from './nodes/waiting.ts';
import type { WaitingNode } from './nodes/waiting.ts';
import { Parked } from './parked.ts';
import { failByThrown, resolve, succeed } from './step.ts';
import type { Step, StepResult } from './step.ts';

/** Undefined when the step settled at once. */
export function runNode(execution: Execution, step: Step): Promise<void> | undefined {
  switch (step.compiled.node.kind) {
    case 'trigger':
      return succeed(execution, step, {});
    case 'map':
      return runPure(execution, step, (at) => executeMap(step.compiled as CompiledNode<MapNode>, at));
    case 'branch':
      return runPure(execution, step, (at) => executeBranch(step.compiled as CompiledNode<BranchNode>, at));
    case 'respond':
      return runRespond(execution, step as Step<RespondNode>);
    case 'stop':
      return runStop(execution, step as Step<StopNode>);
    case 'loop':
      return guard(execution, step, () => runLoop(execution, step as Step<LoopNode>));
    case 'connector':
      return guard(execution, step, () => runConnector(execution, step as Step<ConnectorNode>));
    case 'script':
      return runScript(execution, step as Step<ScriptNode>);
    case 'wait':
    case 'review':
    case 'call':
      return guard(execution, step, () => runWait(execution, step as Step<WaitingNode>));
  }
}

/** A node without effect: settled at once if its work gives a value at once. */
function runPure(execution: Execution, step: Step, work: (at: Resolve) => unknown): Promise<void> | undefined {
  const startedAt = execution.options.host.now();
  const finish = (output: unknown): undefined => succeed(execution, step, resultOfPure(step, output, startedAt));
  try {
    const result = work((place) => resolve(execution, step, place));
    if (!(result instanceof Promise)) return finish(result);
    return result.then(finish, (thrown: unknown) => failByThrown(execution, step, thrown, startedAt));
  } catch (thrown) {
    return failByThrown(execution, step, thrown, startedAt);
  }
}

function resultOfPure({ compiled }: Step, output: unknown, startedAt: number): StepResult {
  // The way that a branch takes is part of what it gives.
  return compiled.node.kind === 'branch' ? { output, startedAt, port: (output as BranchChoice).port } : { output, startedAt };
}

/** Runs a node's work; what it throws becomes its failure, a park, or the end of our ownership. */
async function guard(execution: Execution, step: Step, work: () => Promise<void>): Promise<void> {
  const startedAt = execution.options.host.now();
  try {
    await work();
  } catch (thrown) {
    if (thrown instanceof Parked) step.frame.pending.push(...thrown.pending);
    else if (!execution.ledger.lost) failByThrown(execution, step, thrown, startedAt);
  }
}
