/** The stop node: how the run ends at it. */
import { fromStoredError, toStoredError } from '@weft/errors';
import type { StopNode } from '@weft/workflow';
import type { Execution } from '../execution.ts';
import { settle } from '../frame.ts';
import type { RunOutcome } from '../journal.ts';
import { asObject, asText } from '../plain.ts';
import { failByThrown, resolve } from '../step.ts';
import type { Step } from '../step.ts';

/** Ends the run, unless it has been ended by another stop node. */
export async function runStop(execution: Execution, step: Step<StopNode>): Promise<void> {
  const { frame, compiled, path } = step;
  const { node } = compiled;
  const startedAt = execution.options.host.now();
  try {
    const message = asText(await resolve(execution, step, 'message'));
    const given = node.output === undefined ? {} : { output: (await resolve(execution, step, 'output')) ?? null };
    const output = { outcome: node.outcome, message, ...given };
    execution.ledger.note(path, node, { status: 'succeeded', output, startedAt });
    settle(frame, node.id, { status: 'succeeded' });
    execution.stop ??= outcomeFrom(execution, node, output);
  } catch (thrown) {
    failByThrown(execution, step, thrown, startedAt);
  }
}

/** How a run ended that reached a stop node before: only its end was not written any more. */
export function journaledStop(execution: Execution): RunOutcome | undefined {
  const { nodes } = execution.options.program;
  for (const record of execution.ledger.finals()) {
    const node = nodes.get(record.nodeId)?.node;
    if (node?.kind === 'stop' && !node.disabled && record.status === 'succeeded')
      return outcomeFrom(execution, node, asObject(record.output));
  }
  return undefined;
}

function outcomeFrom({ options }: Execution, node: StopNode, output: Readonly<Record<string, unknown>>): RunOutcome {
  return stopOutcome(node, asText(output['message']), options.wantsOutput === true ? (output['output'] ?? null) : undefined);
}

/** `reason`: its message, resolved; may be empty. `output`: what the run gives to its caller. */
function stopOutcome(node: StopNode, reason: string, output?: unknown): RunOutcome {
  if (node.outcome !== 'failed')
    return { status: node.outcome, ...(reason === '' ? {} : { reason }), ...(output === undefined ? {} : { output }) };
  const error = fromStoredError({
    class: 'invalid',
    code: 'stopped',
    message: reason === '' ? 'The workflow ended this run as failed.' : reason,
  });
  return { status: 'failed', error: toStoredError(error), nodeId: node.id };
}
