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
 * nothing is asked of the world before every effect that has ended is durable; records of pure steps travel with what is
 * written next. What follows an effect and is pure is computed at once, so that the end of a run needs no write of its own.
 */
import { WeftError, toStoredError } from '@weft/errors';
import type { StoredError } from '@weft/errors';
import type { HeavyEvaluator } from '@weft/expression';
import type {
  BranchNode,
  CallNode,
  ConnectorNode,
  LoopNode,
  MapNode,
  RespondNode,
  ReviewNode,
  ScriptNode,
  StopNode,
  WaitNode,
} from '@weft/workflow';
import type { CompiledNode, Program } from './compile.ts';
import { couldHaveBegun, entryOf, lastOutput, newFrame, settle, settledFrom } from './frame.ts';
import type { Frame, FrameEnd } from './frame.ts';
import type { Answer, ConsoleLine, Host, OpenWait, WaitRequest } from './host.ts';
import type { Pending, RunOutcome, StepRecord } from './journal.ts';
import { Ledger } from './ledger.ts';
import { awaitAnswer } from './nodes/await-answer.ts';
import type { WaitEnd } from './nodes/await-answer.ts';
import { executeBranch } from './nodes/branch.ts';
import type { BranchChoice } from './nodes/branch.ts';
import { callOutput, callRequest } from './nodes/call.ts';
import { executeConnector } from './nodes/connector.ts';
import type { ConnectorMeans } from './nodes/connector.ts';
import { collectItems, listOf } from './nodes/loop.ts';
import type { ItemOutcome } from './nodes/loop.ts';
import { PageProgress, pageDoneOf } from './nodes/loop-pages.ts';
import { executeMap } from './nodes/map.ts';
import type { Resolve } from './nodes/map.ts';
import { answerOf } from './nodes/respond.ts';
import { reviewRequest, reviewResult } from './nodes/review.ts';
import { waitRequest, waitResult } from './nodes/wait.ts';
import { withField } from './nodes/where.ts';
import { executeScript, withoutConsole } from './nodes/script.ts';
import { stopOutcome } from './nodes/stop.ts';
import { donePath, pageOf, readPath } from './pages.ts';
import type { Page } from './pages.ts';
import { Parked } from './parked.ts';
import { waitingOutcome } from './pending.ts';
import { asObject, asText } from './plain.ts';
import './signal.ts';

/** Computing for longer than this without a turn for others, a loop lets them have one. */
const LONGEST_TURN_MS = 10;

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
  /** Waits by path that were open when the run was taken up; of these nobody is asked again. */
  readonly openWaits?: ReadonlyMap<string, OpenWait>;
  /** Whether the outcome is to hold what the run gives, for the run that called it. */
  readonly wantsOutput?: boolean;
}

/** A loop that is being run. */
interface LoopRun {
  readonly frame: Frame;
  readonly compiled: CompiledNode<LoopNode>;
  readonly scope: Record<string, unknown>;
  readonly errorContext: unknown;
}

/** Executes until the run ends or must wait. Rejects when the host's `checkpoint` does: the run is not ours any more. */
export async function execute(options: ExecuteOptions): Promise<RunOutcome> {
  return new Execution(options).run();
}

class Execution {
  readonly #options: ExecuteOptions;
  readonly #ledger: Ledger;
  readonly #evaluate: HeavyEvaluator;
  /** When this execution began to compute without a turn for others. */
  #computingSince: number;
  /** Set by a stop node: ends the run whatever else is going on. */
  #stop: RunOutcome | undefined;

  constructor(options: ExecuteOptions) {
    this.#options = options;
    this.#ledger = new Ledger(options.journal, options.host);
    this.#evaluate = (text, scope) => options.host.evaluate(text, scope);
    this.#computingSince = options.host.now();
  }

  async run(): Promise<RunOutcome> {
    const { program, run, config, trigger } = this.#options;
    const steps: Record<string, unknown> = {};
    const scope = { trigger, steps, config, run: { id: run.id, startedAt: new Date(run.startedAt).toISOString() } };
    const frame = newFrame({
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
    await this.#ledger.conclude();
    return this.#outcomeOf(end);
  }

  /** A stop node that was reached before: the run ended there, only its end was not written any more. */
  #journaledStop(): RunOutcome | undefined {
    for (const record of this.#ledger.finals()) {
      const node = this.#options.program.nodes.get(record.nodeId)?.node;
      if (node?.kind === 'stop' && !node.disabled && record.status === 'succeeded') return this.#stopOutcome(node, asObject(record.output));
    }
    return undefined;
  }

  #stopOutcome(node: StopNode, output: Readonly<Record<string, unknown>>): RunOutcome {
    return stopOutcome(node, asText(output['message']), this.#options.wantsOutput === true ? (output['output'] ?? null) : undefined);
  }

  #outcomeOf(end: FrameEnd): RunOutcome {
    if (this.#stop) return this.#stop;
    if (end.end === 'failed') return { status: 'failed', error: end.error, nodeId: end.nodeId };
    if (end.end === 'done') return { status: 'succeeded', ...(this.#options.wantsOutput === true ? { output: end.output } : {}) };
    if (this.#options.signal.aborted) return { status: 'cancelled', reason: 'Cancelled.' };
    if (end.end === 'halted') return { status: 'failed', error: toStoredError(deadlineError()) };
    return waitingOutcome(end.pending, this.#options.program, this.#options.deadlineAt);
  }

  #isHalted(): boolean {
    return this.#stop !== undefined || this.#ledger.lost !== undefined || this.#options.signal.aborted || this.#isPastDeadline();
  }

  /** Whether nothing new may begin in a container. */
  #isHaltedIn(frame: Frame): boolean {
    return frame.failure !== undefined || this.#isHalted() || frame.isOuterHalted();
  }

  #isPastDeadline(): boolean {
    return this.#options.deadlineAt !== undefined && this.#options.host.now() >= this.#options.deadlineAt;
  }

  /** A promise only if something in it has to be waited for. */
  #runFrame(frame: Frame): FrameEnd | Promise<FrameEnd> {
    const underWay = new Set<Promise<void>>();
    this.#failAsBefore(frame);
    // Settling a node may make others ready at once: pure chains run without a turn of the event loop in between.
    while (this.#beginReady(frame, underWay));
    return underWay.size === 0 ? this.#endOf(frame) : this.#goOn(frame, underWay);
  }

  async #goOn(frame: Frame, underWay: Set<Promise<void>>): Promise<FrameEnd> {
    while (underWay.size > 0) {
      this.#ledger.hurry();
      await Promise.race(underWay);
      while (this.#beginReady(frame, underWay));
    }
    return this.#endOf(frame);
  }

  #endOf(frame: Frame): FrameEnd {
    if (this.#ledger.lost) throw this.#ledger.lost.reason;
    if (frame.failure) return { end: 'failed', ...frame.failure };
    if (frame.settled.size === frame.members.length && !this.#stop) return { end: 'done', output: lastOutput(frame) };
    if (this.#isHaltedIn(frame) || frame.pending.length === 0) return { end: 'halted' };
    return { end: 'waiting', pending: frame.pending };
  }

  /** A failure that the journal knows holds before anything begins, though records of pure steps before it may be missing. */
  #failAsBefore(frame: Frame): void {
    for (const id of frame.members) {
      const known = this.#ledger.final(frame.prefix + id);
      if (known?.status === 'failed' && known.port === undefined && known.error) this.#fail(frame, id, known.error);
    }
  }

  /** Begins or skips every member that can be; tells whether any was settled at once. */
  #beginReady(frame: Frame, underWay: Set<Promise<void>>): boolean {
    let isAnySettled = false;
    for (const id of frame.members) {
      if (frame.begun.has(id) || this.#isHaltedIn(frame)) continue;
      const compiled = this.#options.program.nodes.get(id);
      if (!compiled || !isReady(frame, compiled)) continue;
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
    const { isReached, errorContext } = entryOf(frame, compiled);
    const known = this.#ledger.final(frame.prefix + node.id);
    if (known) {
      if (node.kind === 'respond' && known.status === 'succeeded') this.#respondAgain(known);
      settle(frame, node.id, { ...settledFrom(known, errorContext), isDurable: true });
      return undefined;
    }
    if (!isReached) {
      this.#ledger.note(frame.prefix + node.id, node, { status: 'skipped' });
      settle(frame, node.id, { status: 'skipped', isDurable: couldHaveBegun(frame, compiled) });
      return undefined;
    }
    if (node.disabled) return this.#succeed(frame, compiled, { output: node.standIn ?? null, errorContext });
    return this.#executeNode(frame, compiled, errorContext);
  }

  /** The worker before may have died before it sent what it had recorded. */
  #respondAgain({ path, output }: StepRecord): void {
    const { note, ...answer } = asObject(output);
    // Recorded from an Answer, with the note why nobody got it if so.
    if (note === undefined) this.#options.host.respond?.({ path, answer: answer as unknown as Answer, isDurable: true });
  }

  #executeNode(frame: Frame, compiled: CompiledNode, errorContext: unknown): Promise<void> | undefined {
    const { node } = compiled;
    const scope = errorContext === undefined ? frame.scope : { ...frame.scope, error: errorContext };
    switch (node.kind) {
      case 'trigger':
        return this.#succeed(frame, compiled, { errorContext: undefined });
      case 'map':
        return this.#pure(frame, compiled, errorContext, () =>
          executeMap(compiled as CompiledNode<MapNode>, (place) => this.#resolve(compiled, place, scope)),
        );
      case 'branch':
        return this.#pure(frame, compiled, errorContext, () =>
          executeBranch(compiled as CompiledNode<BranchNode>, (place) => this.#resolve(compiled, place, scope)),
        );
      case 'respond':
        return this.#runRespond(frame, compiled as CompiledNode<RespondNode>, scope, errorContext);
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
      case 'script':
        return this.#runScript(frame, compiled as CompiledNode<ScriptNode>, scope, errorContext);
      case 'wait':
      case 'review':
      case 'call':
        return this.#guard(frame, compiled, errorContext, () =>
          this.#runWait(frame, compiled as CompiledNode<WaitingNode>, scope, errorContext),
        );
    }
  }

  #resolve(compiled: CompiledNode, place: string, scope: Readonly<Record<string, unknown>>): unknown {
    const value = compiled.values.get(place)?.resolve(scope, this.#evaluate);
    if (!(value instanceof Promise)) return value;
    return value.catch((thrown: unknown) => {
      throw withField(thrown, compiled.node, place);
    });
  }

  /** A node without effect: settled at once if its work gives a value at once. */
  #pure(frame: Frame, compiled: CompiledNode, errorContext: unknown, work: () => unknown): Promise<void> | undefined {
    const startedAt = this.#options.host.now();
    try {
      const result = work();
      if (!(result instanceof Promise)) return this.#succeed(frame, compiled, resultOfPure(compiled, result, { errorContext, startedAt }));
      return result.then(
        (output) => void this.#succeed(frame, compiled, resultOfPure(compiled, output, { errorContext, startedAt })),
        (thrown: unknown) => this.#failPure(frame, compiled, thrown, startedAt),
      );
    } catch (thrown) {
      this.#failPure(frame, compiled, thrown, startedAt);
      return undefined;
    }
  }

  /** Answers at once if its parts are there at once. The record is written soon: somebody waits for it. */
  #runRespond(
    frame: Frame,
    compiled: CompiledNode<RespondNode>,
    scope: Record<string, unknown>,
    errorContext: unknown,
  ): Promise<void> | undefined {
    const startedAt = this.#options.host.now();
    const path = frame.prefix + compiled.node.id;
    const send = (answer: Answer): undefined => {
      const note = this.#options.host.respond?.({ path, answer, isDurable: false });
      this.#succeed(frame, compiled, { output: note === undefined ? answer : { ...answer, note }, errorContext, startedAt });
      this.#ledger.isUrgent = true;
    };
    try {
      const answer = answerOf(compiled, (place) => this.#resolve(compiled, place, scope));
      if (!(answer instanceof Promise)) return send(answer);
      return answer.then(send, (thrown: unknown) => this.#failPure(frame, compiled, thrown, startedAt));
    } catch (thrown) {
      this.#failPure(frame, compiled, thrown, startedAt);
      return undefined;
    }
  }

  async #runStop(frame: Frame, compiled: CompiledNode<StopNode>, scope: Record<string, unknown>): Promise<void> {
    const { node } = compiled;
    const startedAt = this.#options.host.now();
    try {
      const message = asText(await this.#resolve(compiled, 'message', scope));
      const given = node.output === undefined ? {} : { output: (await this.#resolve(compiled, 'output', scope)) ?? null };
      const output = { outcome: node.outcome, message, ...given };
      this.#ledger.note(frame.prefix + node.id, node, { status: 'succeeded', output, startedAt });
      settle(frame, node.id, { status: 'succeeded' });
      this.#stop ??= this.#stopOutcome(node, output);
    } catch (thrown) {
      this.#failPure(frame, compiled, thrown, startedAt);
    }
  }

  async #runLoop(frame: Frame, compiled: CompiledNode<LoopNode>, scope: Record<string, unknown>, errorContext: unknown): Promise<void> {
    const { node } = compiled;
    const startedAt = this.#options.host.now();
    if (node.pages) return this.#runPages({ frame, compiled, scope, errorContext }, startedAt);
    const items = listOf(await this.#resolve(compiled, 'items', scope), node.id);
    const isDurable = couldHaveBegun(frame, compiled);
    const outcomes = await this.#runItems({ frame, compiled, scope, errorContext }, { items, from: 0, isDurable });
    if (outcomes) this.#succeed(frame, compiled, { output: collectItems(outcomes), errorContext, startedAt });
  }

  /**
   * One page after another: read, gone through, and forgotten once it is written down what became of it. So the execution
   * holds a page at a time, whatever their number.
   */
  async #runPages(loop: LoopRun, startedAt: number): Promise<void> {
    const { frame, compiled, errorContext } = loop;
    const { node } = compiled;
    const path = frame.prefix + node.id;
    const progress = new PageProgress();
    let input: Record<string, unknown> | undefined;
    for (let done = this.#ledger.final(donePath(path, 0)); done; done = this.#ledger.final(donePath(path, progress.pages))) {
      progress.add(pageDoneOf(done));
      input = asObject(asObject(done.input)['input']);
    }
    this.#ledger.forget(`${path}[done`);
    while (!progress.isComplete) {
      const at = readPath(path, progress.pages);
      const known = this.#ledger.latest(at);
      input ??= known ? asObject(asObject(known.input)['input']) : asObject(await this.#resolve(compiled, 'pages.input', loop.scope));
      const page = await this.#readPage(loop, { at, cursor: progress.cursor, input });
      if (!page) return; // halted
      // Of a page that was not known to the worker before us, it cannot have begun anything.
      const isDurable = known?.status === 'succeeded' && couldHaveBegun(frame, compiled);
      const outcomes = await this.#runItems(loop, { items: page.items, from: progress.count, isDurable });
      if (!outcomes) return; // halted
      const done = progress.doneOf(outcomes, page.next);
      // Whoever goes on from here asks for nothing of the page: all of it has to be kept by then.
      await this.#ledger.durable();
      const now = this.#options.host.now();
      const record = { path: donePath(path, done.page), nodeId: node.id, attempt: 1, startedAt: now, finishedAt: now };
      this.#ledger.noteUrgent({ ...record, status: 'succeeded', port: 'next', input: { input }, output: done });
      this.#ledger.forget(`${path}[`);
      progress.add(done);
    }
    this.#succeed(frame, compiled, { output: progress.output(), errorContext, startedAt });
  }

  /** Reads a page, unless the journal has it. Undefined when it was halted before. Throws when it cannot be read. */
  async #readPage(
    { frame, compiled }: LoopRun,
    want: { readonly at: string; readonly cursor: unknown; readonly input: Record<string, unknown> },
  ): Promise<Page | undefined> {
    const { node, wiredPorts } = compiled;
    const { id, pages, retry, timeoutMs } = node;
    let record = this.#ledger.final(want.at);
    if (!record && pages) {
      record = await executeConnector(
        {
          node: { id, ...pages, retry, timeoutMs },
          path: want.at,
          input: want.input,
          latest: this.#ledger.latest(want.at),
          mayHaveBegun: false, // it only reads
          hasErrorEdge: wiredPorts.has('error'),
          page: want.cursor === undefined ? {} : { cursor: want.cursor },
        },
        this.#connectorMeans(frame),
      );
      if (!record) return undefined;
      this.#ledger.noteUrgent(record);
    }
    if (record?.error) throw new WeftError(record.error);
    return pageOf(record?.output, want.cursor, id);
  }

  /**
   * Runs the body for each item. Undefined when it was halted before all were settled. Throws the failure that stops the
   * loop, and {@link Parked}.
   */
  async #runItems(
    { frame, compiled, scope, errorContext }: LoopRun,
    { items, from, isDurable }: { readonly items: readonly unknown[]; readonly from: number; readonly isDurable: boolean },
  ): Promise<ItemOutcome[] | undefined> {
    const { node } = compiled;
    const { host } = this.#options;
    const members = this.#options.program.order.get(node.id) ?? [];
    const outcomes: ItemOutcome[] = [];
    let next = 0;
    const pending: Pending[] = [];
    let failed: { readonly error: StoredError; readonly nodeId: string } | undefined;
    const isOuterHalted = (): boolean => failed !== undefined || this.#isHaltedIn(frame);
    const lanes = Math.min(node.concurrency, items.length);
    const isParallel = lanes > 1;
    const lane = async (): Promise<void> => {
      // One scope serves all items of a lane, one after the other: copying what stands outside for each would cost more than they do.
      const steps = { ...frame.steps };
      const inside: Record<string, unknown> = { ...scope, item: undefined, index: 0, steps };
      while (next < items.length && !isOuterHalted()) {
        const index = from + next;
        inside['item'] = items[next];
        next += 1;
        inside['index'] = index;
        for (const id of members) delete steps[id];
        const inner = newFrame({
          members,
          prefix: `${frame.prefix}${node.id}[${index}].`,
          scope: inside,
          steps,
          errorContext,
          isOuterHalted,
          isDurable,
        });
        const running = this.#runFrame(inner);
        const end = running instanceof Promise ? await running : running;
        if (end.end === 'waiting') {
          pending.push(...end.pending);
          return; // the item is still being worked on, so it keeps its lane: the order of a sequential loop holds
        }
        if (end.end === 'done') outcomes.push({ index, ok: true, output: end.output });
        else if (end.end === 'failed') {
          outcomes.push({ index, ok: false, error: end.error });
          if (node.onItemError === 'stop') failed ??= { error: end.error, nodeId: end.nodeId };
        }
        // Other lanes may take their time: what ended here is not to wait for them.
        if (isParallel) this.#ledger.hurry();
        if (host.breathe && host.now() - this.#computingSince > LONGEST_TURN_MS) await this.#breathe();
      }
    };
    await Promise.all(Array.from({ length: lanes }, lane));
    if (failed) throw new WeftError({ ...failed.error, detail: { ...asObject(failed.error.detail), failedNode: failed.nodeId } });
    if (pending.length > 0) throw new Parked(pending);
    return outcomes.length < items.length ? undefined : outcomes;
  }

  /** Lets others have a turn in the middle of long computing. */
  async #breathe(): Promise<void> {
    this.#ledger.hurry();
    await this.#options.host.breathe?.();
    this.#computingSince = this.#options.host.now();
  }

  async #runConnector(
    frame: Frame,
    compiled: CompiledNode<ConnectorNode>,
    scope: Record<string, unknown>,
    errorContext: unknown,
  ): Promise<void> {
    const { node, wiredPorts } = compiled;
    const { isRecovery } = this.#options;
    const path = frame.prefix + node.id;
    const input = asObject(await this.#resolve(compiled, 'input', await this.#withAddresses(frame, compiled, scope)));
    const record = await executeConnector(
      {
        node,
        path,
        input,
        latest: this.#ledger.latest(path),
        mayHaveBegun: isRecovery === true && couldHaveBegun(frame, compiled),
        hasErrorEdge: wiredPorts.has('error'),
      },
      this.#connectorMeans(frame),
    );
    if (record) this.#ledger.noteUrgent(record);
    if (record?.error) this.#settleFailure(frame, compiled, { error: record.error, isDurable: false });
    else if (record) settle(frame, node.id, { status: 'succeeded', port: 'next', output: record.output, errorContext });
  }

  #connectorMeans(frame: Frame): ConnectorMeans {
    const { host, signal, deadlineAt, maxInlineWaitMs } = this.#options;
    return {
      host,
      signal,
      deadlineAt,
      maxInlineWaitMs,
      isHalted: () => this.#isHaltedIn(frame),
      durable: () => this.#ledger.durable(),
      checkpoint: (made) => this.#ledger.checkpoint(made),
    };
  }

  /** The scope of an operation that sends the addresses of waits: they are known before these are reached. */
  async #withAddresses(frame: Frame, compiled: CompiledNode, scope: Record<string, unknown>): Promise<Record<string, unknown>> {
    if (compiled.resumes.length === 0) return scope;
    const resume: Record<string, string> = {};
    for (const id of compiled.resumes) {
      const target = this.#options.program.nodes.get(id)?.node;
      const prefix = target && prefixOf(frame.prefix, target.parent);
      if (!target || prefix === undefined || this.#isHaltedIn(frame)) continue;
      const kind = target.kind === 'review' ? 'review' : 'event';
      await this.#ledger.durable();
      resume[id] = await this.#options.host.resumeAddress({ path: prefix + id, nodeId: id, kind });
    }
    return { ...scope, resume };
  }

  async #runWait(frame: Frame, compiled: CompiledNode<WaitingNode>, scope: Record<string, unknown>, errorContext: unknown): Promise<void> {
    const { host, signal, maxInlineWaitMs, openWaits } = this.#options;
    const path = frame.prefix + compiled.node.id;
    const request = await this.#waitRequest(compiled, path, (place) => this.#resolve(compiled, place, scope));
    const end = await awaitAnswer(request, {
      host,
      signal,
      maxInlineWaitMs,
      open: openWaits,
      isHalted: () => this.#isHaltedIn(frame),
      durable: () => this.#ledger.durable(),
    });
    if (!end) return;
    // How it ended is durable with the host: the record may travel with the next effect's, as a pure step's does.
    this.#succeed(frame, compiled, { ...resultOf(compiled.node, end), errorContext, startedAt: end.since, input: inputOf(request) });
  }

  async #runScript(frame: Frame, compiled: CompiledNode<ScriptNode>, scope: Record<string, unknown>, errorContext: unknown): Promise<void> {
    const { host, signal } = this.#options;
    const startedAt = host.now();
    try {
      const { output, console } = await executeScript(compiled.node, { path: frame.prefix + compiled.node.id, scope, host, signal });
      this.#succeed(frame, compiled, { output, errorContext, startedAt, console });
    } catch (thrown) {
      this.#failPure(frame, compiled, thrown, startedAt);
    }
  }

  #waitRequest(compiled: CompiledNode<WaitingNode>, path: string, resolve: Resolve): Promise<WaitRequest> {
    switch (compiled.node.kind) {
      case 'wait':
        return waitRequest(compiled as CompiledNode<WaitNode>, { path, resolve, now: this.#options.host.now() });
      case 'review':
        return reviewRequest(compiled as CompiledNode<ReviewNode>, { path, resolve });
      case 'call':
        return callRequest(compiled as CompiledNode<CallNode>, { path, resolve });
    }
  }

  /** Runs a node's work; what it throws becomes its failure, a park, or the end of our ownership. */
  async #guard(frame: Frame, compiled: CompiledNode, errorContext: unknown, work: () => Promise<void>): Promise<void> {
    const startedAt = this.#options.host.now();
    try {
      await work();
    } catch (thrown) {
      if (thrown instanceof Parked) {
        frame.pending.push(...thrown.pending);
      } else if (!this.#ledger.lost) this.#failPure(frame, compiled, thrown, startedAt);
    }
  }

  #succeed(
    frame: Frame,
    compiled: CompiledNode,
    result: {
      output?: unknown;
      port?: string;
      errorContext: unknown;
      startedAt?: number;
      input?: unknown;
      console?: readonly ConsoleLine[];
    },
  ): undefined {
    const { node } = compiled;
    const port = result.port ?? 'next';
    const part: { -readonly [Key in keyof StepRecord]?: StepRecord[Key] } & { status: 'succeeded' } = { status: 'succeeded', port };
    if (result.input !== undefined) part.input = result.input;
    if (result.output !== undefined) part.output = result.output;
    if (result.startedAt !== undefined) part.startedAt = result.startedAt;
    if (result.console !== undefined && result.console.length > 0) part.console = result.console;
    this.#ledger.note(frame.prefix + node.id, node, part);
    settle(frame, node.id, {
      status: 'succeeded',
      port,
      output: result.output,
      errorContext: result.errorContext,
      isDurable: couldHaveBegun(frame, compiled),
    });
    return undefined;
  }

  #failPure(frame: Frame, compiled: CompiledNode, thrown: unknown, startedAt: number): void {
    const { error, console } = withoutConsole(toStoredError(thrown));
    const port = compiled.wiredPorts.has('error') ? { port: 'error' } : {};
    this.#ledger.note(frame.prefix + compiled.node.id, compiled.node, {
      status: 'failed',
      error,
      stopReason: 'notRetryable',
      startedAt,
      ...(console === undefined ? {} : { console }),
      ...port,
    });
    this.#settleFailure(frame, compiled, { error, isDurable: couldHaveBegun(frame, compiled) });
  }

  #settleFailure(frame: Frame, compiled: CompiledNode, failure: { readonly error: StoredError; readonly isDurable: boolean }): void {
    const { id } = compiled.node;
    const { error, isDurable } = failure;
    if (compiled.wiredPorts.has('error')) settle(frame, id, { status: 'failed', port: 'error', error, isDurable });
    else this.#fail(frame, id, error);
  }

  /** Ends a container as failed, unless the run is cancelled: then what fails, fails because of that. */
  #fail(frame: Frame, nodeId: string, error: StoredError): void {
    if (this.#options.signal.aborted) return;
    settle(frame, nodeId, { status: 'failed', error });
    frame.failure ??= { error, nodeId };
  }
}

function isReady(frame: Frame, { incoming }: CompiledNode): boolean {
  for (const { from } of incoming) if (!frame.settled.has(from)) return false;
  return true;
}

function resultOfPure(
  { node }: CompiledNode,
  output: unknown,
  about: { readonly errorContext: unknown; readonly startedAt: number },
): { output: unknown; port?: string; errorContext: unknown; startedAt: number } {
  // The way that a branch takes is part of what it gives.
  return node.kind === 'branch' ? { ...about, output, port: (output as BranchChoice).port } : { ...about, output };
}

/** Kinds that wait for something outside of the run. */
type WaitingNode = WaitNode | ReviewNode | CallNode;

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

/** Put before the id of a node that stands further out: the prefix of the container of the loop `parent` around here. */
function prefixOf(prefix: string, parent: string | undefined): string | undefined {
  if (parent === undefined) return '';
  const parts = prefix.split(/(?<=\]\.)/);
  const at = parts.findLastIndex((part) => part.startsWith(`${parent}[`));
  return at === -1 ? undefined : parts.slice(0, at + 1).join('');
}

function deadlineError(): WeftError {
  return new WeftError({ class: 'cancelled', code: 'deadline', message: 'The run took longer than its workflow allows.' });
}
