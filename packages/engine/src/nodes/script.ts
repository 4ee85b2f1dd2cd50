/** The script node: what it is given. */
import { LONGEST_SCRIPT_MS, SCRIPT_TIMEOUT_MS, scriptScope } from '@weft/workflow';
import type { ScriptNode } from '@weft/workflow';
import type { Execution } from '../execution.ts';
import type { Host } from '../host.ts';
import { failByThrown, succeed } from '../step.ts';
import type { Step } from '../step.ts';
import '../signal.ts';

/** Runs the node's script. */
export async function runScript(execution: Execution, step: Step<ScriptNode>): Promise<void> {
  const { host, signal } = execution.options;
  const startedAt = host.now();
  try {
    const { output, console } = await executeScript(step.compiled.node, { path: step.path, scope: step.scope, host, signal });
    succeed(execution, step, { output, startedAt, console });
  } catch (thrown) {
    failByThrown(execution, step, thrown, startedAt);
  }
}

/** Runs a script with as much of the scope as it asks for. Throws what the host does. */
function executeScript(
  node: ScriptNode,
  means: { readonly path: string; readonly scope: Readonly<Record<string, unknown>>; readonly host: Host; readonly signal: AbortSignal },
): ReturnType<Host['script']> {
  return means.host.script({
    nodeId: node.id,
    path: means.path,
    code: node.code,
    scope: scriptScope(node.code, means.scope),
    timeoutMs: Math.min(node.timeoutMs ?? SCRIPT_TIMEOUT_MS, LONGEST_SCRIPT_MS),
    signal: means.signal,
  });
}
