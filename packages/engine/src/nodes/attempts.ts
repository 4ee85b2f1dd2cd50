/** Calls of an operation: attempts with durable records between them, until one succeeds or none is to follow. */
import { toStoredError, toWeftError } from '@weft/errors';
import type { WeftError } from '@weft/errors';
import type { ConnectorNode } from '@weft/workflow';
import { NOT_STARTED } from '../host.ts';
import type { EffectRequest, Host } from '../host.ts';
import type { Pending, StepRecord } from '../journal.ts';
import { Parked } from '../parked.ts';
import { decideRetry } from '../retry.ts';
import '../signal.ts';

/** Waits up to this long are waited for in the process. */
export const MAX_INLINE_WAIT_MS = 2000;

/** One step that calls an operation. */
export interface OperationCall {
  readonly node: Pick<ConnectorNode, 'id' | 'connector' | 'operation' | 'slot' | 'retry' | 'timeoutMs'>;
  readonly path: string;
  /** The resolved input. */
  readonly input: Record<string, unknown>;
  /** The last record the journal has of it. */
  readonly latest: StepRecord | undefined;
  /** A worker that was lost may have been at the next attempt. */
  readonly mayHaveBegun: boolean;
  readonly hasErrorEdge: boolean;
  /** It reads a page of the operation's items. */
  readonly page?: { readonly cursor?: unknown };
}

/** What a step needs of the execution around it. */
export interface AttemptMeans {
  readonly host: Host;
  readonly signal: AbortSignal;
  readonly deadlineAt: number | undefined;
  readonly maxInlineWaitMs: number | undefined;
  /** Whether nothing new may begin. */
  readonly isHalted: () => boolean;
  /** Resolves when all that was recorded before is durable. */
  readonly durable: () => Promise<void>;
  readonly checkpoint: (record: StepRecord) => Promise<void>;
}

/**
 * Executes the step and gives its final record, which the caller makes durable before anything further is asked of the
 * world. Undefined when it was halted before. Throws {@link Parked}, and what `durable` and `checkpoint` do.
 */
export async function attemptUntilEnd(step: OperationCall, means: AttemptMeans): Promise<StepRecord | undefined> {
  const { node, path } = step;
  const { host } = means;
  let { latest } = step;
  for (;;) {
    if (latest?.status === 'retrying') await untilDue({ path, nodeId: node.id, until: latest.nextAttemptAt ?? 0 }, means);
    await means.durable();
    await host.reached?.('effect.before', path);
    if (means.isHalted()) return undefined;
    const attempt = (latest?.attempt ?? 0) + 1;
    // The attempt that a lost worker was at left no record; it can only be the first one of this call.
    const mayHaveHappened = latest?.outcomeUnknown === true || (latest === step.latest && step.mayHaveBegun);
    const startedAt = host.now();
    const result = await perform(step, means, { attempt, mayHaveHappened });
    await host.reached?.('effect.after', path);
    if (!result.ok && result.error.code === NOT_STARTED) {
      await untilDue({ path, nodeId: node.id, until: host.now() + (result.error.retryAfterMs ?? 0), why: result.error.message }, means);
      continue;
    }
    const base = { path, nodeId: node.id, attempt, input: recordedInput(step), startedAt, finishedAt: host.now() };
    if (result.ok) {
      const { output, exchanges } = result;
      return { ...base, status: 'succeeded', port: 'next', output, ...(exchanges ? { exchanges } : {}) };
    }
    const decision = decideRetry({
      error: result.error,
      attempt,
      policy: node.retry,
      now: host.now(),
      random: host.random(),
      deadlineAt: means.deadlineAt,
    });
    const failure = { ...base, error: toStoredError(result.error), ...(result.error.outcomeUnknown ? { outcomeUnknown: true } : {}) };
    if (!decision.retry) {
      const port = step.hasErrorEdge ? { port: 'error' } : {};
      return { ...failure, status: 'failed', stopReason: decision.reason, ...port };
    }
    // That this attempt failed does not tell what became of the ones before it: the doubt stays until one succeeds.
    latest = { ...failure, status: 'retrying', nextAttemptAt: decision.at, ...(mayHaveHappened ? { outcomeUnknown: true } : {}) };
    await means.checkpoint(latest);
  }
}

async function perform(
  { node, path, input, page }: OperationCall,
  { host, signal }: AttemptMeans,
  call: { readonly attempt: number; readonly mayHaveHappened: boolean },
): Promise<{ ok: true; output: unknown; exchanges?: readonly unknown[] } | { ok: false; error: WeftError }> {
  try {
    const result = await host.perform({
      nodeId: node.id,
      path,
      attempt: call.attempt,
      connector: node.connector,
      operation: node.operation,
      ...(node.slot === undefined ? {} : { slot: node.slot }),
      input,
      mayHaveHappened: call.mayHaveHappened,
      ...(page === undefined ? {} : { page }),
      ...(node.timeoutMs === undefined ? {} : { timeoutMs: node.timeoutMs }),
      signal,
    });
    return { ok: true, output: result.output ?? null, ...(result.exchanges ? { exchanges: result.exchanges } : {}) };
  } catch (thrown) {
    return { ok: false, error: toWeftError(thrown) };
  }
}

/** What is recorded as a step's input. Of a page, where it begins as well: what the loop asks for is not worked out anew on the way. */
export function recordedInput({ input, page }: Pick<EffectRequest, 'input' | 'page'>): unknown {
  return page === undefined ? input : { ...(page.cursor === undefined ? {} : { cursor: page.cursor }), input };
}

/** Waits here for what is near, and parks the node for what is not. */
async function untilDue(
  step: Required<Pick<Pending, 'path' | 'nodeId' | 'until'>> & Pick<Pending, 'why'>,
  { host, signal, maxInlineWaitMs }: AttemptMeans,
): Promise<void> {
  const ms = step.until - host.now();
  if (ms <= 0) return;
  const parked = new Parked([{ kind: 'retry', ...step }]);
  if (ms > (maxInlineWaitMs ?? MAX_INLINE_WAIT_MS)) throw parked;
  await host.sleep(ms, signal).catch(() => {
    // The worker is going, or the run is cancelled: the next one who executes it waits for the rest.
    if (!signal.aborted) throw parked;
  });
}
