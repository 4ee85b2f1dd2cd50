/** The stop node: how the run ends at it. */
import { fromStoredError, toStoredError } from '@weft/errors';
import type { StopNode } from '@weft/workflow';
import type { RunOutcome } from '../journal.ts';

/** The outcome of a run that reached a stop node. `reason`: its message, resolved; may be empty. `output`: what it gives to its caller. */
export function stopOutcome(node: StopNode, reason: string, output?: unknown): RunOutcome {
  if (node.outcome !== 'failed')
    return { status: node.outcome, ...(reason === '' ? {} : { reason }), ...(output === undefined ? {} : { output }) };
  const error = fromStoredError({
    class: 'invalid',
    code: 'stopped',
    message: reason === '' ? 'The workflow ended this run as failed.' : reason,
  });
  return { status: 'failed', error: toStoredError(error), nodeId: node.id };
}
