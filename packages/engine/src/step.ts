/** One step: a node that is being executed in a container, and how it ends. */
import { toStoredError } from '@weft/errors';
import type { StoredError } from '@weft/errors';
import type { WorkflowNode } from '@weft/workflow';
import type { CompiledNode } from './compile.ts';
import type { Execution } from './execution.ts';
import { couldHaveBegun, settle } from './frame.ts';
import type { Frame } from './frame.ts';
import type { ConsoleLine } from './host.ts';
import type { StepRecord } from './journal.ts';
import { withoutConsole } from './nodes/script-console.ts';
import { withField } from './nodes/where.ts';

/** A node that is being executed. */
export interface Step<Node extends WorkflowNode = WorkflowNode> {
  readonly frame: Frame;
  readonly compiled: CompiledNode<Node>;
  /** `company`, or inside a loop `contacts[12].create`. */
  readonly path: string;
  /** What its expressions can read. */
  readonly scope: Record<string, unknown>;
  /** What `error` is for it, and for those behind it. */
  readonly errorContext: unknown;
}

/** What a step that succeeds gives. */
export interface StepResult {
  readonly output?: unknown;
  /** Default `next`. */
  readonly port?: string;
  readonly startedAt?: number;
  readonly input?: unknown;
  readonly console?: readonly ConsoleLine[];
}

/** Resolves a compiled value of the step's node. A promise only if an expression needs one; what it throws names the field. */
export function resolve({ evaluate }: Execution, { compiled, scope }: Pick<Step, 'compiled' | 'scope'>, place: string): unknown {
  const value = compiled.values.get(place)?.resolve(scope, evaluate);
  if (!(value instanceof Promise)) return value;
  return value.catch((thrown: unknown) => {
    throw withField(thrown, compiled.node, place);
  });
}

/** Settles a step without effect as succeeded. */
export function succeed(
  { ledger }: Execution,
  { frame, compiled, path, errorContext }: Omit<Step, 'scope'>,
  result: StepResult,
): undefined {
  const { node } = compiled;
  const port = result.port ?? 'next';
  const part: { -readonly [Key in keyof StepRecord]?: StepRecord[Key] } & { status: 'succeeded' } = { status: 'succeeded', port };
  if (result.input !== undefined) part.input = result.input;
  if (result.output !== undefined) part.output = result.output;
  if (result.startedAt !== undefined) part.startedAt = result.startedAt;
  if (result.console !== undefined && result.console.length > 0) part.console = result.console;
  ledger.note(path, node, part);
  settle(frame, node.id, {
    status: 'succeeded',
    port,
    output: result.output,
    errorContext,
    isDurable: couldHaveBegun(frame, compiled),
  });
  return undefined;
}

/** Settles a step as failed by what was thrown, for which no further attempt is made. */
export function failByThrown(execution: Execution, { frame, compiled, path }: Step, thrown: unknown, startedAt: number): undefined {
  const { error, console } = withoutConsole(toStoredError(thrown));
  const port = compiled.wiredPorts.has('error') ? { port: 'error' } : {};
  execution.ledger.note(path, compiled.node, {
    status: 'failed',
    error,
    stopReason: 'notRetryable',
    startedAt,
    ...(console === undefined ? {} : { console }),
    ...port,
  });
  settleFailure(execution, { frame, compiled }, { error, isDurable: couldHaveBegun(frame, compiled) });
  return undefined;
}

/** Goes on over the error edge of a step that failed, or ends its container. */
export function settleFailure(
  execution: Execution,
  { frame, compiled }: Pick<Step, 'frame' | 'compiled'>,
  { error, isDurable }: { readonly error: StoredError; readonly isDurable: boolean },
): void {
  const { id } = compiled.node;
  if (compiled.wiredPorts.has('error')) settle(frame, id, { status: 'failed', port: 'error', error, isDurable });
  else failFrame(execution, frame, { error, nodeId: id });
}

/** Ends a container as failed, unless the run is cancelled: then what fails, fails because of that. */
export function failFrame({ options }: Execution, frame: Frame, failure: NonNullable<Frame['failure']>): void {
  if (options.signal.aborted) return;
  settle(frame, failure.nodeId, { status: 'failed', error: failure.error });
  frame.failure ??= failure;
}
