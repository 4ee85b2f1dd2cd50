/**
 * A simulated world for the engine: a clock that jumps, effects that answer after a drawn time, waits that are answered or
 * not, a durable journal, and a worker that may die at any boundary. It watches the engine and writes down every rule that is broken.
 */
import { WeftError } from '@weft/errors';
import { compileExpression } from '@weft/expression';
import type { WorkflowDocument } from '@weft/workflow';
import type { EffectRequest, Host, OpenWait, Pending, StepRecord, WaitRequest, WaitState } from '../../src/index.ts';
import { answerDelayOf, answerOf, calledBackWith, choiceOf, doesCalledRunFail, outputOf, pagesOf } from './effects.ts';
import { randomFrom } from './random.ts';
import type { Random } from './random.ts';

/** Where a worker can die. */
export type Boundary = 'beforeEffect' | 'effectApplied' | 'beforeDurable' | 'durable' | 'beforeWait' | 'waitRegistered' | 'addressGiven';

/** What a seed's world is made from. */
export interface WorldOptions {
  readonly seed: number;
  readonly document: WorkflowDocument;
  /** Called at each boundary with its number; true lets the worker die there. */
  readonly dies: (boundary: number) => boolean;
  /** Called at each boundary; true cancels the run there. */
  readonly cancels?: (boundary: number) => boolean;
}

/** A registered wait: it stays whatever becomes of workers. */
interface Wait {
  readonly request: WaitRequest;
  readonly since: number;
  readonly dueAt: number | undefined;
  readonly answeredAt: number | undefined;
}

interface Event {
  readonly at: number;
  readonly happen: () => void;
}

/** What stands before the id of a node in its container's paths; of a page, of the container in which its loop stands. */
function outerOf(path: string, nodeId: string): string {
  return path.slice(0, path.length - nodeId.length).replace(/\w+\[page\d+\]\.$/, '');
}

export class World {
  readonly durable: StepRecord[] = [];
  readonly broken: string[] = [];
  readonly boundaries: Boundary[] = [];
  /** How often the other side applied the effect of a path. */
  readonly applied = new Map<string, number>();
  readonly waits = new Map<string, Wait>();
  now = 1_000_000;
  isDead = false;
  controller = new AbortController();
  readonly #options: WorldOptions;
  readonly #random: Random;
  #events: Event[] = [];
  /** Records that wait for the outcome. */
  #concluded: StepRecord[] = [];
  #performing = new Set<string>();
  /** All that the present worker has begun. */
  #performedHere = new Set<string>();
  /** Waits that the present worker was told to be open. */
  #toldOpen = new Map<string, OpenWait>();
  #hasEnded = false;
  #worker = 0;

  constructor(options: WorldOptions) {
    this.#options = options;
    this.#random = randomFrom(options.seed ^ 0x5eed);
  }

  /** A new worker takes over: nothing in memory is left. Gives the waits that are open then. */
  restart(): ReadonlyMap<string, OpenWait> {
    this.isDead = false;
    this.#worker += 1;
    this.#events = [];
    this.#concluded = [];
    this.#performing = new Set();
    this.#performedHere = new Set();
    this.#random.next();
    this.#hasEnded = this.durable.some((record) => this.#endsRun(record));
    this.#toldOpen = new Map(
      [...this.waits].flatMap(([path, wait]) => {
        const { state, ...open } = this.#stateOf(wait);
        return state === 'open' ? [[path, open] as const] : [];
      }),
    );
    return this.#toldOpen;
  }

  /** How every wait was registered and is answered, by path. */
  registeredWaits(): [path: string, wait: { since: number; dueAt?: number; answeredAt?: number; answer?: unknown }][] {
    return [...this.waits].map(([path, { request, since, dueAt, answeredAt }]) => [
      path,
      {
        since,
        ...(dueAt === undefined ? {} : { dueAt }),
        ...(answeredAt === undefined ? {} : { answeredAt, answer: this.#answerTo(request) }),
      },
    ]);
  }

  /** Lets the time pass until a released run is to be taken up again. Breaks when it would sleep over something, or for ever. */
  passUntilWoken({ wakeAt, pending }: { readonly wakeAt?: number; readonly pending: readonly Pending[] }): void {
    const open = [...this.waits].filter(([path, wait]) => this.#stateOf(wait).state === 'open' && !this.#isAbandoned(path));
    const waitedFor = new Set(pending.map(({ path }) => path));
    for (const { kind, path } of pending)
      if (kind !== 'retry' && !this.waits.has(path)) this.#break(`${path} is waited for and was never registered`);
    for (const [path, { dueAt }] of open) {
      if (!waitedFor.has(path)) this.#break(`${path} is open and nobody waits for it`);
      if (dueAt !== undefined && (wakeAt === undefined || wakeAt > dueAt)) this.#break(`the run sleeps over the time of ${path}`);
    }
    // An answer wakes the run, also one that came while it was being released.
    const answers = [...this.waits].flatMap(([path, { answeredAt }]) =>
      answeredAt !== undefined && waitedFor.has(path) && !this.#isFinal(path) ? [answeredAt] : [],
    );
    const next = Math.min(wakeAt ?? Infinity, ...answers);
    if (next === Infinity) throw new Error(`Nothing will ever wake the run: ${JSON.stringify(pending)}`);
    this.now = Math.max(this.now, next);
  }

  /** Lets the next thing happen; false when nothing is going to. */
  step(): boolean {
    const next = this.#events.toSorted((a, b) => a.at - b.at)[0];
    if (!next || this.isDead) return false;
    this.#events.splice(this.#events.indexOf(next), 1);
    this.now = Math.max(this.now, next.at);
    next.happen();
    return true;
  }

  host(): Host {
    const worker = this.#worker;
    // What a dead worker asks for in the turn of its death is asked of nobody.
    const alive = <T>(work: () => Promise<T>): Promise<T> => (this.isDead || worker !== this.#worker ? new Promise<T>(() => {}) : work());
    return {
      now: () => this.now,
      random: () => this.#random.next(),
      evaluate: (text, scope) => alive(async () => compileExpression(text).evaluate(scope)),
      script: ({ scope }) => alive(async () => ({ output: scope, console: [] })),
      perform: (request) => alive(() => this.#perform(request)),
      wait: (request) => alive(() => this.#wait(request)),
      resumeAddress: ({ path }) => alive(() => this.#giveAddress(path)),
      checkpoint: (records) => alive(() => this.#checkpoint(records)),
      // Every other world keeps the last records together with the outcome.
      ...(this.#options.seed % 2 === 0 ? {} : { conclude: (records) => void this.#concluded.push(...records) }),
      respond: ({ path, isDurable }) => {
        if (isDurable !== this.#isFinal(path)) this.#break(`${path} was answered as ${isDurable ? 'recorded' : 'new'}, which it is not`);
        return undefined;
      },
      sleep: (ms) => alive(() => this.#after(ms)),
    };
  }

  /** What the host does with the outcome of an execution: the records that are left become durable with it, or neither. */
  async leave(): Promise<void> {
    const worker = this.#worker;
    if (this.#concluded.length === 0) return;
    if (this.isDead || worker !== this.#worker) await new Promise(() => {});
    await this.#checkpoint(this.#concluded.splice(0));
  }

  /** The worker may die here: then what waits, waits for ever. */
  async #boundary(boundary: Boundary): Promise<void> {
    const number = this.boundaries.push(boundary) - 1;
    if (this.#options.cancels?.(number)) this.controller.abort();
    if (!this.#options.dies(number)) return;
    this.isDead = true;
    await new Promise(() => {});
  }

  #after(ms: number): Promise<void> {
    return new Promise((resolve) => this.#events.push({ at: this.now + ms, happen: resolve }));
  }

  async #perform(request: EffectRequest): Promise<{ output: unknown }> {
    const { path, attempt, input } = request;
    this.#checkStart(request);
    this.#performing.add(path);
    this.#performedHere.add(path);
    await this.#boundary('beforeEffect');
    await this.#after(this.#random.int(1, 400));
    const answer = answerOf(this.#options.seed, path, attempt);
    if (answer.how !== 'fail' && !request.page) this.#apply(request);
    await this.#boundary('effectApplied');
    this.#performing.delete(path);
    if (answer.how === 'ok') return { output: request.page ? this.#pageOf(request) : outputOf(path, input) };
    if (answer.how === 'lost') throw new WeftError({ class: 'transient', code: 'lost', message: 'No answer', outcomeUnknown: true });
    throw new WeftError({
      class: answer.class,
      code: 'simulated',
      message: 'Simulated',
      ...(answer.retryAfterMs === undefined ? {} : { retryAfterMs: answer.retryAfterMs }),
    });
  }

  /** The page of a loop behind a cursor. Pages are read in order, each once all of the one before it is kept. */
  #pageOf({ path, nodeId, page }: EffectRequest): unknown {
    const loop = outerOf(path, nodeId) + nodeId;
    const pages = pagesOf(this.#options.seed, loop);
    const number = Number(page?.cursor ?? 0);
    if (path !== `${loop}[page${number}].${nodeId}`) this.#break(`${path} was read with the cursor of page ${number}`);
    if (number > 0 && !this.#isFinal(`${loop}[done${number - 1}].${nodeId}`))
      this.#break(`${path} was read before the page before was done`);
    return { items: pages[number], ...(number + 1 < pages.length ? { next: number + 1 } : {}) };
  }

  async #wait(request: WaitRequest): Promise<WaitState> {
    const { path } = request;
    this.#checkWait(request);
    await this.#boundary('beforeWait');
    await this.#after(this.#random.int(1, 30));
    let wait = this.waits.get(path);
    if (!wait) {
      const due = request.kind === 'child' ? undefined : request.due;
      const dueAt = due && ('at' in due ? due.at : this.now + due.afterMs);
      const delay = this.#answerDelay(request, dueAt);
      const answeredAt = delay === undefined ? undefined : this.now + delay;
      wait = { request, since: this.now, dueAt, answeredAt };
      this.waits.set(path, wait);
    }
    await this.#boundary('waitRegistered');
    return this.#stateOf(wait);
  }

  #answerDelay(request: WaitRequest, dueAt: number | undefined): number | undefined {
    if (request.kind === 'timer') return undefined;
    if (request.kind === 'child' && !request.call.isAwaited) return -1;
    return answerDelayOf(this.#options.seed, request.path, dueAt === undefined ? undefined : dueAt - this.now);
  }

  #stateOf({ request, since, dueAt, answeredAt }: Wait): WaitState {
    const isAnswered =
      answeredAt !== undefined && answeredAt <= this.now && (answeredAt < since || dueAt === undefined || answeredAt < dueAt);
    if (isAnswered) return { state: 'answered', since, answer: this.#answerTo(request) };
    if (dueAt !== undefined && dueAt <= this.now) return { state: 'due', since, dueAt };
    return { state: 'open', since, ...(dueAt === undefined ? {} : { dueAt }) };
  }

  #answerTo(request: WaitRequest): unknown {
    const { seed } = this.#options;
    const { path } = request;
    if (request.kind === 'event') return calledBackWith(seed, path);
    if (request.kind === 'review') return { choice: choiceOf(seed, path) };
    if (request.kind === 'timer') return undefined;
    const runId = `run of ${path}`;
    if (!request.call.isAwaited) return { runId, status: 'started' };
    if (!doesCalledRunFail(seed, path)) return { runId, status: 'succeeded', output: outputOf(path, request.call.input) };
    return { runId, status: 'failed', error: { class: 'invalid', code: 'simulated', message: 'Simulated' } };
  }

  async #giveAddress(path: string): Promise<string> {
    await this.#boundary('addressGiven');
    return `address of ${path}`;
  }

  /** A careful connector: looks before it does again what it was told may have happened. */
  #apply({ path, mayHaveHappened }: EffectRequest): void {
    const times = this.applied.get(path) ?? 0;
    if (times > 0 && mayHaveHappened) return;
    if (times > 0) this.#break(`${path} was applied twice: nothing told that it may have happened`);
    this.applied.set(path, times + 1);
  }

  async #checkpoint(records: readonly StepRecord[]): Promise<void> {
    await this.#boundary('beforeDurable');
    await this.#after(this.#random.int(1, 50));
    for (const record of records) {
      if (this.durable.some(({ path, attempt }) => path === record.path && attempt === record.attempt))
        this.#break(`${record.path}#${record.attempt} was recorded twice`);
      this.durable.push(record);
      this.#hasEnded ||= this.#endsRun(record);
    }
    await this.#boundary('durable');
  }

  #break(rule: string): void {
    this.broken.push(rule);
  }

  /** Whether the run is decided by this record: what begins behind it is too late. */
  #endsRun({ nodeId, status, port }: StepRecord): boolean {
    const node = this.#options.document.nodes.find(({ id }) => id === nodeId);
    if (node?.kind === 'stop') return status === 'succeeded' && !node.disabled;
    return status === 'failed' && port === undefined && node?.parent === undefined;
  }

  #checkStart({ path, nodeId, attempt, mayHaveHappened }: EffectRequest): void {
    const own = this.durable.filter((record) => record.path === path);
    const prefix = outerOf(path, nodeId);
    if (this.controller.signal.aborted) this.#break(`${path}#${attempt} began after the cancellation`);
    if (this.#hasEnded) this.#break(`${path}#${attempt} began after the run had ended`);
    if (this.#performing.has(path)) this.#break(`${path} was performed twice at once`);
    if (own.some(({ status }) => status !== 'retrying')) this.#break(`${path} was performed although its end is known`);
    if (attempt !== own.length + 1) this.#break(`${path} is at attempt ${attempt} after ${own.length}`);
    if (own.some(({ nextAttemptAt = 0 }) => nextAttemptAt > this.now)) this.#break(`${path}#${attempt} came too early`);
    // What waits for an effect of this very worker cannot have been begun by one before it.
    if (mayHaveHappened && own.length === 0 && this.#sources(nodeId).some((from) => this.#performedHere.has(prefix + from)))
      this.#break(`${path} was warned of what cannot be`);
    for (const from of this.#sources(nodeId))
      if (!this.#isSettled(prefix, from)) this.#break(`${path} began before ${prefix}${from} was settled`);
    this.#checkLanes(path);
  }

  #checkWait({ path, nodeId }: WaitRequest): void {
    const prefix = path.slice(0, path.length - nodeId.length);
    if (this.controller.signal.aborted) this.#break(`${path} was waited for after the cancellation`);
    if (this.#hasEnded) this.#break(`${path} was waited for after the run had ended`);
    if (this.#isFinal(path)) this.#break(`${path} was waited for although its end is known`);
    const told = this.#toldOpen.get(path);
    if (told && (told.dueAt === undefined || told.dueAt > this.now)) this.#break(`${path} was asked about although nothing has changed`);
    for (const from of this.#sources(nodeId))
      if (!this.#isSettled(prefix, from)) this.#break(`${path} was waited for before ${prefix}${from} was settled`);
    // Reading how one ended that was registered before is no work.
    const known = this.waits.get(path);
    if (!known || this.#stateOf(known).state === 'open') this.#checkLanes(path);
  }

  #isFinal(path: string): boolean {
    return this.durable.some((record) => record.path === path && record.status !== 'retrying');
  }

  #sources(nodeId: string): string[] {
    return this.#options.document.edges.filter(({ to }) => to === nodeId).map(({ from }) => from);
  }

  /** Whether the journal, with all that follows from it without effects, settles a node. */
  #isSettled(prefix: string, id: string): boolean {
    const path = prefix + id;
    const records = this.durable.filter((record) => record.path === path);
    if (records.some(({ status }) => status !== 'retrying')) return true;
    if (records.length > 0 || this.#performing.has(path)) return false;
    const wait = this.waits.get(path);
    if (wait && this.#stateOf(wait).state === 'open') return false;
    if (this.#isUnsettledLoop(path)) return false;
    // No effect of it is known: it is settled if it is pure or skipped, once its own sources are.
    return !this.applied.has(path) && this.#sources(id).every((from) => this.#isSettled(prefix, from));
  }

  #isUnsettledLoop(path: string): boolean {
    const begun = [...this.#performing, ...this.#openWaits(), ...this.durable.map((record) => record.path)].filter((inner) =>
      inner.startsWith(`${path}[`),
    );
    const isFinal = (inner: string): boolean => this.durable.some((record) => record.path === inner && record.status !== 'retrying');
    return begun.some((inner) => this.#performing.has(inner) || (!isFinal(inner) && !this.#isAbandoned(inner)));
  }

  /** Paths of waits that have not ended. */
  #openWaits(): string[] {
    return [...this.waits].filter(([, wait]) => this.#stateOf(wait).state === 'open').map(([path]) => path);
  }

  /** No more items of a loop are worked on at once than it allows. */
  #checkLanes(path: string): void {
    for (const match of path.matchAll(/(\w+)\[\d+\]\./g)) {
      const loop = this.#options.document.nodes.find(({ id }) => id === match[1]);
      if (loop?.kind !== 'loop') continue;
      const before = path.slice(0, match.index + (match[1]?.length ?? 0));
      const items = new Set(
        [path, ...this.#openPaths()]
          .filter((open) => open.startsWith(`${before}[`))
          .map((open) => open.slice(before.length).split('].')[0]),
      );
      if (items.size > loop.concurrency) this.#break(`${before} works on ${items.size} items at once`);
    }
  }

  #openPaths(): string[] {
    const last = new Map(this.durable.map((record) => [record.path, record.status]));
    return [
      ...this.#performing,
      ...this.#openWaits().filter((path) => !this.#isAbandoned(path)),
      ...[...last].filter(([path, status]) => status === 'retrying' && !this.#isAbandoned(path)).map(([path]) => path),
    ];
  }

  /** A waiting attempt is given up when its item has failed, or another one of a loop that stops then. */
  #isAbandoned(path: string): boolean {
    return [...path.matchAll(/(\w+)\[\d+\]\./g)].some((match) => {
      const item = path.slice(0, match.index + match[0].length);
      const loop = path.slice(0, match.index + (match[1]?.length ?? 0));
      return this.#hasFailed(item) || (this.#stopsOnError(match[1] ?? '') && this.#itemsOf(loop).some((other) => this.#hasFailed(other)));
    });
  }

  /** Whether an item has an uncaught failure, its own or of a loop inside it. */
  #hasFailed(item: string): boolean {
    const inside = this.durable.filter(({ path }) => path.startsWith(item));
    if (inside.some(({ path, nodeId, status, port }) => path === item + nodeId && status === 'failed' && port === undefined)) return true;
    const loops = new Set(inside.flatMap(({ path }) => /^(\w+)\[/.exec(path.slice(item.length))?.[1] ?? []));
    return [...loops].some(
      (id) => this.#stopsOnError(id) && !this.#isCaught(id) && this.#itemsOf(item + id).some((inner) => this.#hasFailed(inner)),
    );
  }

  #itemsOf(loop: string): string[] {
    return [
      ...new Set(
        this.durable
          .filter(({ path }) => path.startsWith(`${loop}[`))
          .map(({ path }) => path.slice(0, path.indexOf('].', loop.length) + 2)),
      ),
    ];
  }

  #stopsOnError(id: string): boolean {
    const node = this.#options.document.nodes.find((candidate) => candidate.id === id);
    return node?.kind === 'loop' && node.onItemError === 'stop';
  }

  #isCaught(id: string): boolean {
    return this.#options.document.edges.some(({ from, fromPort }) => from === id && fromPort === 'error');
  }
}
