/** The connector node: one call of an operation. */
import type { ConnectorNode } from '@weft/workflow';
import type { Execution } from '../execution.ts';
import { couldHaveBegun, settle } from '../frame.ts';
import type { Frame } from '../frame.ts';
import { asObject } from '../plain.ts';
import { resolve, settleFailure } from '../step.ts';
import type { Step } from '../step.ts';
import { attemptUntilEnd } from './attempts.ts';
import type { AttemptMeans } from './attempts.ts';
import { withAddresses } from './resume-addresses.ts';

/** Runs the node's operation. Throws {@link Parked}, and what the host does. */
export async function runConnector(execution: Execution, step: Step<ConnectorNode>): Promise<void> {
  const { frame, compiled, path, errorContext } = step;
  const { ledger, options } = execution;
  const scope = await withAddresses(execution, step);
  const record = await attemptUntilEnd(
    {
      node: compiled.node,
      path,
      input: asObject(await resolve(execution, { compiled, scope }, 'input')),
      latest: ledger.latest(path),
      mayHaveBegun: options.isRecovery === true && couldHaveBegun(frame, compiled),
      hasErrorEdge: compiled.wiredPorts.has('error'),
    },
    attemptMeans(execution, frame),
  );
  if (record) ledger.noteUrgent(record);
  if (record?.error) settleFailure(execution, step, { error: record.error, isDurable: false });
  else if (record) settle(frame, compiled.node.id, { status: 'succeeded', port: 'next', output: record.output, errorContext });
}

/** What the attempts of a step in a container need of the execution. */
export function attemptMeans(execution: Execution, frame: Frame): AttemptMeans {
  const { host, signal, deadlineAt, maxInlineWaitMs } = execution.options;
  return {
    host,
    signal,
    deadlineAt,
    maxInlineWaitMs,
    isHalted: () => execution.isHaltedIn(frame),
    durable: () => execution.ledger.durable(),
    checkpoint: (made) => execution.ledger.checkpoint(made),
  };
}
