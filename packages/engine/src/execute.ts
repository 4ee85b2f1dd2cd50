/**
 * Executes a program from a journal.
 *
 * A container (the workflow, or one item of a loop) goes through rounds: every member whose incoming edges are all settled
 * is begun, or skipped when none of them was taken; then we wait for one that is under way. It ends when nothing is under
 * way and nothing can begin. It is halted early by a failure without an error edge, its own or of a container around it, by
 * a stop node, a cancellation or the deadline. Then nothing new begins, no further attempt either, and what is under way is
 * awaited and recorded. A halt that the journal knows of holds before anything begins.
 *
 * Invariants: a member begins at most once per call; a step with a final record in the journal is never performed again;
 * nothing begins before the effects it depends on are durable; records of pure steps travel with the next effect's.
 */
import { WeftError, fromStoredError, toStoredError, toWeftError } from '@weft/errors';
import type { StoredError } from '@weft/errors';
import type { ConnectorNode, LoopNode, MapNode, BranchNode, StopNode, WorkflowNode } from '@weft/workflow';
import type { CompiledNode, Program } from './compile.ts';
import type { Host } from './host.ts';
import type { RunOutcome, StepRecord } from './journal.ts';
import { executeBranch } from './nodes/branch.ts';
import { collectItems, listOf } from './nodes/loop.ts';
import type { ItemOutcome } from './nodes/loop.ts';
import { executeMap } from './nodes/map.ts';
import { decideRetry } from './retry.ts';
import './signal.ts';

/** What {@link execute} takes. */
export interface ExecuteOptions {
  readonly program: Program;
  /** The event's payload: `trigger`. */
  readonly trigger: unknown;
  /** Answers to the document's questions: `config`. */
  readonly config: Readonly<Record<string, unknown>>;
  /** `startedAt` in epoch milliseconds; the same for every attempt and worker. */
  readonly run: { readonly id: string; readonly startedAt: number };
  /** Every record made durable so far, in order. */
  readonly journal: readonly StepRecord[];
  readonly host: Host;
  readonly signal: AbortSignal;
  /** Waits up to this long are waited for here, longer ones end in the outcome `waiting`. Default 2000. */
  readonly maxInlineWaitMs?: number;
  /** Epoch milliseconds at which the run fails. */
  readonly deadlineAt?: number;
  /** A worker was lost while it executed this run: what it had begun may have happened. */
  readonly isRecovery?: boolean;
}

/** Executes until the run ends or must wait. Rejects when the host's `checkpoint` does: the run is not ours any more. */
export async function execute(options: ExecuteOptions): Promise<RunOutcome> {
  return new Execution(options).run();
}

/** How a member of a container stands once it is settled. */
interface Settled {
  readonly status: 'succeeded' | 'failed' | 'skipped';
  readonly port?: string;
  readonly output?: unknown;
  readonly error?: StoredError;
  /** What `error` is behind this node. */
  readonly errorContext?: unknown;
  /** A worker before us knew this from the journal alone: it may have begun what follows. */
  readonly isDurable?: boolean;
}

/** One container in progress: the workflow, or one item of a loop. */
interface Frame {
  readonly members: readonly string[];
  /** Put before a member's id to make its path: '' or `contacts[3].`. */
  readonly prefix: string;
  readonly scope: Record<string, unknown>;
  readonly steps: Record<string, unknown>;
  readonly settled: Map<string, Settled>;
  readonly begun: Set<string>;
  /** `error` as it is outside, for members without an incoming edge. */
  readonly errorContext: unknown;
  /** Whether a container around this one is halted. */
  readonly isOuterHalted: () => boolean;
  /** Whether a worker before us can have got as far as this container. */
  readonly isDurable: boolean;
  failure?: { readonly error: StoredError; readonly nodeId: string };
  wakeAt?: number;
}

type FrameEnd =
  | { readonly end: 'done'; readonly output: unknown }
  | { readonly end: 'failed'; readonly error: StoredError; readonly nodeId: string }
  | { readonly end: 'waiting'; readonly wakeAt: number }
  | { readonly end: 'halted' };

/** Thrown inside a node that cannot go on before a time. */
class Parked {
  readonly wakeAt: number;
  constructor(wakeAt: number) {
    this.wakeAt = wakeAt;
  }
}

class Execution {
  readonly #options: ExecuteOptions;
  readonly #final = new Map<string, StepRecord>();
  readonly #latest = new Map<string, StepRecord>();
  #buffer: StepRecord[] = [];
  /** Set by a stop node: ends the run whatever else is going on. */
  #stop: RunOutcome | undefined;
  /** The host refused a checkpoint. */
  #lost: { readonly reason: unknown } | undefined;

  constructor(options: ExecuteOptions) {
    this.#options = options;
    for (const record of options.journal) {
      this.#latest.set(record.path, record);
      if (record.status !== 'retrying') this.#final.set(record.path, record);
    }
  }

  async run(): Promise<RunOutcome> {
    const { program, run, config, trigger } = this.#options;
    const steps: Record<string, unknown> = {};
    const scope = { trigger, steps, config, run: { id: run.id, startedAt: new Date(run.startedAt).toISOString() } };
    const frame = this.#frame({
      members: program.order.get(undefined) ?? [],
      prefix: '',
      scope,
      steps,
      errorContext: undefined,
      isOuterHalted: () => false,
      isDurable: true,
    });
    this.#stop = this.#journaledStop();
    const end = await this.#runFrame(frame);
    await this.#flush();
    return this.#outcomeOf(end);
  }

  /** A stop node that was reached before: the run ended there, only its end was not written any more. */
  #journaledStop(): RunOutcome | undefined {
    for (const record of this.#final.values()) {
      const node = this.#options.program.nodes.get(record.nodeId)?.node;
      if (node?.kind === 'stop' && !node.disabled && record.status === 'succeeded')
        return stopOutcome(node, asText(asObject(record.output)['message']));
    }
    return undefined;
  }

  #outcomeOf(end: FrameEnd): RunOutcome {
    if (this.#stop) return this.#stop;
    if (end.end === 'failed') return { status: 'failed', error: end.error, nodeId: end.nodeId };
    if (end.end === 'done') return { status: 'succeeded' };
    if (this.#options.signal.aborted) return { status: 'cancelled', reason: 'Cancelled.' };
    if (end.end === 'halted') return { status: 'failed', error: toStoredError(deadlineError()) };
    return { status: 'waiting', wakeAt: end.wakeAt, reason: `A step is tried again at ${new Date(end.wakeAt).toISOString()}.` };
  }

  #frame(parts: Omit<Frame, 'settled' | 'begun'>): Frame {
    return { ...parts, settled: new Map(), begun: new Set() };
  }

  #isHalted(): boolean {
    return this.#stop !== undefined || this.#lost !== undefined || this.#options.signal.aborted || this.#isPastDeadline();
  }

  /** Whether nothing new may begin in a container. */
  #isHaltedIn(frame: Frame): boolean {
    return frame.failure !== undefined || this.#isHalted() || frame.isOuterHalted();
  }

  #isPastDeadline(): boolean {
    return this.#options.deadlineAt !== undefined && this.#options.host.now() >= this.#options.deadlineAt;
  }

  async #runFrame(frame: Frame): Promise<FrameEnd> {
    const underWay = new Set<Promise<void>>();
    this.#failAsBefore(frame);
    for (;;) {
      // Settling a node may make others ready at once: pure chains run without a turn of the event loop in between.
      while (this.#beginReady(frame, underWay));
      if (underWay.size === 0) break;
      await Promise.race(underWay);
    }
    if (this.#lost) throw this.#lost.reason;
    if (frame.failure) return { end: 'failed', ...frame.failure };
    if (frame.settled.size === frame.members.length && !this.#stop) return { end: 'done', output: lastOutput(frame) };
    if (this.#isHaltedIn(frame) || frame.wakeAt === undefined) return { end: 'halted' };
    return { end: 'waiting', wakeAt: frame.wakeAt };
  }

  /** A failure that the journal knows holds before anything begins, though records of pure steps before it may be missing. */
  #failAsBefore(frame: Frame): void {
    for (const id of frame.members) {
      const known = this.#final.get(frame.prefix + id);
      if (known?.status === 'failed' && known.port === undefined && known.error) this.#fail(frame, id, known.error);
    }
  }

  /** How a member whose sources are settled is reached: over which edges, and what `error` is there. */
  #entry(frame: Frame, compiled: CompiledNode): { readonly isReached: boolean; readonly errorContext: unknown } {
    const { node, incoming } = compiled;
    const taken = incoming.filter(({ from, fromPort }) => frame.settled.get(from)?.port === (fromPort ?? 'next'));
    const isStart = incoming.length === 0 && (node.kind === 'trigger' || node.parent !== undefined);
    return {
      isReached: isStart || taken.length > 0,
      errorContext: this.#errorContext(
        frame,
        taken.map(({ from }) => from),
        isStart,
      ),
    };
  }

  /** Begins or skips every member that can be; tells whether any was settled at once. */
  #beginReady(frame: Frame, underWay: Set<Promise<void>>): boolean {
    let isAnySettled = false;
    for (const id of frame.members) {
      if (frame.begun.has(id) || this.#isHaltedIn(frame)) continue;
      const compiled = this.#options.program.nodes.get(id);
      if (!compiled || !compiled.incoming.every(({ from }) => frame.settled.has(from))) continue;
      frame.begun.add(id);
      const work = this.#begin(frame, compiled);
      if (work) {
        const tracked = work.finally(() => underWay.delete(tracked));
        underWay.add(tracked);
      } else isAnySettled = true;
    }
    return isAnySettled;
  }

  /** Undefined when the node settled at once. */
  #begin(frame: Frame, compiled: CompiledNode): Promise<void> | undefined {
    const { node } = compiled;
    const { isReached, errorContext } = this.#entry(frame, compiled);
    const known = this.#final.get(frame.prefix + node.id);
    if (known) {
      this.#settle(frame, node.id, { ...fromRecord(known, errorContext), isDurable: true });
      return undefined;
    }
    if (!isReached) {
      this.#recordPure(frame, node, { status: 'skipped' });
      this.#settle(frame, node.id, { status: 'skipped', isDurable: this.#couldHaveBegun(frame, node.id) });
      return undefined;
    }
    if (node.disabled) return this.#succeed(frame, node, { output: node.standIn ?? null, errorContext });
    return this.#executeNode(frame, compiled, errorContext);
  }

  #executeNode(frame: Frame, compiled: CompiledNode, errorContext: unknown): Promise<void> | undefined {
    const { node } = compiled;
    const scope = errorContext === undefined ? frame.scope : { ...frame.scope, error: errorContext };
    switch (node.kind) {
      case 'trigger':
        return this.#succeed(frame, node, { errorContext: undefined });
      case 'map':
        return this.#pure(frame, compiled, errorContext, () =>
          executeMap(compiled as CompiledNode<MapNode>, (place) => this.#resolve(compiled, place, scope)),
        );
      case 'branch':
        return this.#runBranch(frame, compiled as CompiledNode<BranchNode>, scope, errorContext);
      case 'stop':
        return this.#runStop(frame, compiled as CompiledNode<StopNode>, scope);
      case 'loop':
        return this.#guard(frame, compiled, errorContext, () =>
          this.#runLoop(frame, compiled as CompiledNode<LoopNode>, scope, errorContext),
        );
      case 'connector':
        return this.#guard(frame, compiled, errorContext, () =>
          this.#runConnector(frame, compiled as CompiledNode<ConnectorNode>, scope, errorContext),
        );
    }
  }

  #resolve(compiled: CompiledNode, place: string, scope: Readonly<Record<string, unknown>>): unknown {
    return compiled.values.get(place)?.resolve(scope, (text, at) => this.#options.host.evaluate(text, at));
  }

  /** A node without effect: settled at once if its work gives a value at once. */
  #pure(frame: Frame, compiled: CompiledNode, errorContext: unknown, work: () => unknown): Promise<void> | undefined {
    const { node } = compiled;
    const startedAt = this.#options.host.now();
    try {
      const result = work();
      if (!(result instanceof Promise)) return this.#succeed(frame, node, { output: result, errorContext, startedAt });
      return result.then(
        (output) => void this.#succeed(frame, node, { output, errorContext, startedAt }),
        (thrown: unknown) => this.#failPure(frame, compiled, thrown, startedAt),
      );
    } catch (thrown) {
      this.#failPure(frame, compiled, thrown, startedAt);
      return undefined;
    }
  }

  #runBranch(frame: Frame, compiled: CompiledNode<BranchNode>, scope: Record<string, unknown>, errorContext: unknown): Promise<void> {
    const startedAt = this.#options.host.now();
    return executeBranch(compiled, (place) => this.#resolve(compiled, place, scope)).then(
      (choice) => void this.#succeed(frame, compiled.node, { output: choice, port: choice.port, errorContext, startedAt }),
      (thrown: unknown) => this.#failPure(frame, compiled, thrown, startedAt),
    );
  }

  async #runStop(frame: Frame, compiled: CompiledNode<StopNode>, scope: Record<string, unknown>): Promise<void> {
    const { node } = compiled;
    const startedAt = this.#options.host.now();
    try {
      const reason = asText(await this.#resolve(compiled, 'message', scope));
      this.#recordPure(frame, node, { status: 'succeeded', output: { outcome: node.outcome, message: reason }, startedAt });
      this.#settle(frame, node.id, { status: 'succeeded' });
      this.#stop ??= stopOutcome(node, reason);
    } catch (thrown) {
      this.#failPure(frame, compiled, thrown, startedAt);
    }
  }

  async #runLoop(frame: Frame, compiled: CompiledNode<LoopNode>, scope: Record<string, unknown>, errorContext: unknown): Promise<void> {
    const { node } = compiled;
    const startedAt = this.#options.host.now();
    const items = listOf(await this.#resolve(compiled, 'items', scope), node.id);
    const members = this.#options.program.order.get(node.id) ?? [];
    const outcomes: ItemOutcome[] = [];
    let next = 0;
    let wakeAt: number | undefined;
    let failed: { readonly error: StoredError; readonly nodeId: string } | undefined;
    const isOuterHalted = (): boolean => failed !== undefined || this.#isHaltedIn(frame);
    const isDurable = this.#couldHaveBegun(frame, node.id);
    const lane = async (): Promise<void> => {
      while (next < items.length && !isOuterHalted()) {
        const index = next;
        next += 1;
        const steps = { ...frame.steps };
        const inner = this.#frame({
          members,
          prefix: `${frame.prefix}${node.id}[${index}].`,
          scope: { ...scope, item: items[index], index, steps },
          steps,
          errorContext,
          isOuterHalted,
          isDurable,
        });
        const end = await this.#runFrame(inner);
        if (end.end === 'waiting') {
          wakeAt = Math.min(wakeAt ?? Infinity, end.wakeAt);
          return; // the item is still being worked on, so it keeps its lane: the order of a sequential loop holds
        }
        if (end.end === 'done') outcomes.push({ index, ok: true, output: end.output });
        else if (end.end === 'failed') {
          outcomes.push({ index, ok: false, error: end.error });
          if (node.onItemError === 'stop') failed ??= { error: end.error, nodeId: end.nodeId };
        }
      }
    };
    await Promise.all(Array.from({ length: Math.min(node.concurrency, items.length) }, lane));
    if (failed) throw new WeftError({ ...failed.error, detail: { ...asObject(failed.error.detail), failedNode: failed.nodeId } });
    if (wakeAt !== undefined) throw new Parked(wakeAt);
    if (outcomes.length < items.length) return; // halted
    this.#succeed(frame, node, { output: collectItems(outcomes), errorContext, startedAt });
  }

  async #runConnector(
    frame: Frame,
    compiled: CompiledNode<ConnectorNode>,
    scope: Record<string, unknown>,
    errorContext: unknown,
  ): Promise<void> {
    const { node } = compiled;
    const path = frame.prefix + node.id;
    const { host } = this.#options;
    let latest = this.#latest.get(path);
    const input = asObject(await this.#resolve(compiled, 'input', scope));
    for (;;) {
      if (latest?.status === 'retrying') await this.#untilDue(latest.nextAttemptAt ?? 0);
      await host.reached?.('effect.before', path);
      if (this.#isHaltedIn(frame)) return;
      const attempt = (latest?.attempt ?? 0) + 1;
      // The attempt that a lost worker was at left no record; it can only be the first one of this call.
      const isFirstHere = latest === this.#latest.get(path);
      const mayHaveHappened =
        latest?.outcomeUnknown === true || (isFirstHere && this.#options.isRecovery === true && this.#couldHaveBegun(frame, node.id));
      const startedAt = host.now();
      const result = await this.#attempt({ node, path, attempt, input, mayHaveHappened });
      await host.reached?.('effect.after', path);
      const base = { path, nodeId: node.id, attempt, input, startedAt, finishedAt: host.now() };
      if (result.ok) {
        const record: StepRecord = {
          ...base,
          status: 'succeeded',
          port: 'next',
          output: result.output,
          ...(result.exchanges ? { exchanges: result.exchanges } : {}),
        };
        await this.#checkpoint(record);
        this.#settle(frame, node.id, { status: 'succeeded', port: 'next', output: result.output, errorContext });
        return;
      }
      const decision = decideRetry({
        error: result.error,
        attempt,
        policy: node.retry,
        now: host.now(),
        random: host.random(),
        deadlineAt: this.#options.deadlineAt,
      });
      const failure = { ...base, error: toStoredError(result.error), ...(result.error.outcomeUnknown ? { outcomeUnknown: true } : {}) };
      if (decision.retry) {
        // That this attempt failed does not tell what became of the ones before it: the doubt stays until one succeeds.
        latest = { ...failure, status: 'retrying', nextAttemptAt: decision.at, ...(mayHaveHappened ? { outcomeUnknown: true } : {}) };
        await this.#checkpoint(latest);
        continue;
      }
      const port = compiled.wiredPorts.has('error') ? { port: 'error' } : {};
      await this.#checkpoint({ ...failure, status: 'failed', stopReason: decision.reason, ...port });
      this.#settleFailure(frame, compiled, { error: failure.error, isDurable: false });
      return;
    }
  }

  async #attempt(call: {
    node: ConnectorNode;
    path: string;
    attempt: number;
    input: Record<string, unknown>;
    mayHaveHappened: boolean;
  }): Promise<{ ok: true; output: unknown; exchanges?: readonly unknown[] } | { ok: false; error: WeftError }> {
    const { node } = call;
    const { host, signal } = this.#options;
    try {
      const result = await host.perform({
        nodeId: node.id,
        path: call.path,
        attempt: call.attempt,
        connector: node.connector,
        operation: node.operation,
        ...(node.slot === undefined ? {} : { slot: node.slot }),
        input: call.input,
        mayHaveHappened: call.mayHaveHappened,
        ...(node.timeoutMs === undefined ? {} : { timeoutMs: node.timeoutMs }),
        signal,
      });
      return { ok: true, output: result.output ?? null, ...(result.exchanges ? { exchanges: result.exchanges } : {}) };
    } catch (thrown) {
      return { ok: false, error: toWeftError(thrown) };
    }
  }

  /** Waits here for what is near, and parks the node for what is not. */
  async #untilDue(at: number): Promise<void> {
    const { host, signal } = this.#options;
    const ms = at - host.now();
    if (ms <= 0) return;
    if (ms > (this.#options.maxInlineWaitMs ?? 2000)) throw new Parked(at);
    await host.sleep(ms, signal).catch(() => {
      // The worker is going, or the run is cancelled: the next one who executes it waits for the rest.
      if (!signal.aborted) throw new Parked(at);
    });
  }

  /** Runs a node's work; what it throws becomes its failure, a park, or the end of our ownership. */
  async #guard(frame: Frame, compiled: CompiledNode, errorContext: unknown, work: () => Promise<void>): Promise<void> {
    const startedAt = this.#options.host.now();
    try {
      await work();
    } catch (thrown) {
      if (thrown instanceof Parked) {
        frame.wakeAt = Math.min(frame.wakeAt ?? Infinity, thrown.wakeAt);
      } else if (!this.#lost) this.#failPure(frame, compiled, thrown, startedAt);
    }
  }

  #succeed(
    frame: Frame,
    node: WorkflowNode,
    result: { output?: unknown; port?: string; errorContext: unknown; startedAt?: number },
  ): undefined {
    const port = result.port ?? 'next';
    this.#recordPure(frame, node, {
      status: 'succeeded',
      port,
      ...(result.output === undefined ? {} : { output: result.output }),
      ...(result.startedAt === undefined ? {} : { startedAt: result.startedAt }),
    });
    this.#settle(frame, node.id, {
      status: 'succeeded',
      port,
      output: result.output,
      errorContext: result.errorContext,
      isDurable: this.#couldHaveBegun(frame, node.id),
    });
    return undefined;
  }

  #failPure(frame: Frame, compiled: CompiledNode, thrown: unknown, startedAt: number): void {
    const error = toStoredError(thrown);
    const port = compiled.wiredPorts.has('error') ? { port: 'error' } : {};
    this.#recordPure(frame, compiled.node, { status: 'failed', error, stopReason: 'notRetryable', startedAt, ...port });
    this.#settleFailure(frame, compiled, { error, isDurable: this.#couldHaveBegun(frame, compiled.node.id) });
  }

  #settleFailure(frame: Frame, compiled: CompiledNode, failure: { readonly error: StoredError; readonly isDurable: boolean }): void {
    const { id } = compiled.node;
    const { error, isDurable } = failure;
    if (compiled.wiredPorts.has('error')) this.#settle(frame, id, { status: 'failed', port: 'error', error, isDurable });
    else this.#fail(frame, id, error);
  }

  /** Ends a container as failed, unless the run is cancelled: then what fails, fails because of that. */
  #fail(frame: Frame, nodeId: string, error: StoredError): void {
    if (this.#options.signal.aborted) return;
    this.#settle(frame, nodeId, { status: 'failed', error });
    frame.failure ??= { error, nodeId };
  }

  /**
   * Whether all that a member waits for can have been settled for the worker before us: nothing follows an effect before it
   * is durable, while pure nodes leave no record of their own. Of a loop we assume it, whatever its items did.
   */
  #couldHaveBegun(frame: Frame, id: string): boolean {
    const incoming = this.#options.program.nodes.get(id)?.incoming ?? [];
    return frame.isDurable && incoming.every(({ from }) => frame.settled.get(from)?.isDurable === true);
  }

  #settle(frame: Frame, id: string, settled: Settled): void {
    frame.settled.set(id, settled);
    if (settled.status === 'succeeded' && settled.output !== undefined) frame.steps[id] = settled.output;
  }

  /** What `error` is for a node: the failure whose error port led here, at once or some nodes ago. */
  #errorContext(frame: Frame, sources: readonly string[], isStart: boolean): unknown {
    if (isStart) return frame.errorContext;
    for (const id of sources) {
      const settled = frame.settled.get(id);
      if (settled?.port === 'error' && settled.error) return { ...settled.error, nodeId: id };
      if (settled?.errorContext !== undefined) return settled.errorContext;
    }
    return undefined;
  }

  #recordPure(frame: Frame, node: WorkflowNode, part: Pick<StepRecord, 'status'> & Partial<StepRecord>): void {
    const path = frame.prefix + node.id;
    const now = this.#options.host.now();
    const attempt = (this.#latest.get(path)?.attempt ?? 0) + 1;
    const record: StepRecord = { path, nodeId: node.id, attempt, startedAt: now, finishedAt: now, ...part };
    this.#final.set(path, record);
    this.#buffer.push(record);
  }

  async #checkpoint(record: StepRecord): Promise<void> {
    if (record.status !== 'retrying') this.#final.set(record.path, record);
    this.#buffer.push(record);
    await this.#flush();
  }

  async #flush(): Promise<void> {
    if (this.#lost) throw this.#lost.reason;
    const records = this.#buffer;
    if (records.length === 0) return;
    this.#buffer = [];
    try {
      await this.#options.host.checkpoint(records);
      await this.#options.host.reached?.('checkpoint.after');
    } catch (reason) {
      this.#lost ??= { reason };
      throw reason;
    }
  }
}

function fromRecord(record: StepRecord, errorContext: unknown): Settled {
  return {
    status: record.status === 'retrying' ? 'failed' : record.status,
    ...(record.port === undefined ? {} : { port: record.port }),
    ...(record.output === undefined ? {} : { output: record.output }),
    ...(record.error === undefined ? {} : { error: record.error }),
    errorContext,
  };
}

/** The output of the last member that ran: what an item of a loop gives. */
function lastOutput(frame: Frame): unknown {
  for (const id of frame.members.toReversed()) {
    const settled = frame.settled.get(id);
    if (settled?.status === 'succeeded') return settled.output ?? null;
  }
  return null;
}

function stopOutcome(node: StopNode, reason: string): RunOutcome {
  if (node.outcome !== 'failed') return { status: node.outcome, ...(reason === '' ? {} : { reason }) };
  const error = fromStoredError({
    class: 'invalid',
    code: 'stopped',
    message: reason === '' ? 'The workflow ended this run as failed.' : reason,
  });
  return { status: 'failed', error: toStoredError(error), nodeId: node.id };
}

function deadlineError(): WeftError {
  return new WeftError({ class: 'cancelled', code: 'deadline', message: 'The run took longer than its workflow allows.' });
}

function asText(value: unknown): string {
  if (value === undefined || value === null) return '';
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}

function asObject(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : {};
}
