/**
 * Feeds a recorded history to the interpreter: the world answers what it answered then, at the time at which it did. Told
 * is what the interpreter asked for, in order, and what came of it.
 */
import { setImmediate as turn } from 'node:timers/promises';
import { WeftError } from '@weft/errors';
import { compileExpression } from '@weft/expression';
import { compileWorkflow, execute } from '../../src/index.ts';
import type { EffectRequest, Host, OpenWait, RunOutcome, StepRecord, WaitState } from '../../src/index.ts';
import type { History, RecordedWait } from './history.ts';

/** What a replay came to. `strayed`: it asked for something that the history has no answer to, and was left there. */
export interface Replayed {
  readonly asked: readonly string[];
  /** All records, those that it began with included. */
  readonly records: readonly StepRecord[];
  readonly outcome?: RunOutcome;
  readonly strayed?: string;
}

/** Executions of one run at most: more than any history has waits. */
const MOST_EXECUTIONS = 100;
/** Turns of the event loop that expressions may take without anything being asked of the world. */
const MOST_IDLE_TURNS = 200;

/** Replays a history from behind its first `cut` records; from 1 on it is as if a worker had died there. */
export async function replay(history: History, cut = 0): Promise<Replayed> {
  const world = new RecordedWorld(history, cut);
  const program = compileWorkflow(history.document);
  for (let execution = 0; execution < MOST_EXECUTIONS; execution += 1) {
    let ended: { readonly outcome: RunOutcome } | { readonly thrown: unknown } | undefined;
    void execute({
      program,
      trigger: history.trigger,
      config: {},
      run: { id: 'run', startedAt: history.startedAt },
      journal: [...world.records],
      host: world.host(),
      signal: world.controller.signal,
      isRecovery: cut > 0 && execution === 0,
      openWaits: world.openWaits(),
    }).then(
      (outcome) => (ended = { outcome }),
      (thrown: unknown) => (ended = { thrown }),
    );
    for (let idle = 0; !ended && world.strayed === undefined;) {
      await turn();
      if (ended || world.strayed !== undefined) break;
      if (world.step()) idle = 0;
      else if ((idle += 1) > MOST_IDLE_TURNS) world.strayed = 'nothing, and did not end';
    }
    const { asked, records, strayed } = world;
    if (!ended || strayed !== undefined) return { asked, records, ...(strayed === undefined ? {} : { strayed }) };
    if ('thrown' in ended) throw ended.thrown;
    if (ended.outcome.status !== 'waiting') return { asked, records, outcome: ended.outcome };
    if (!world.passUntilWoken(ended.outcome.wakeAt))
      return { asked, records, outcome: ended.outcome, strayed: 'to wait for what never comes' };
  }
  throw new Error('The replay does not come to its end');
}

class RecordedWorld {
  readonly asked: string[] = [];
  readonly records: StepRecord[];
  readonly controller = new AbortController();
  strayed: string | undefined;
  #now: number;
  #events: { readonly at: number; readonly order: number; readonly happen: () => void }[] = [];
  readonly #history: History;
  readonly #order = new Map<string, number>();
  /** Waits that were registered, here or by those before. */
  readonly #registered = new Set<string>();

  constructor(history: History, cut: number) {
    this.#history = history;
    this.records = history.records.slice(0, cut);
    this.#now = this.records.reduce((now, { finishedAt }) => Math.max(now, finishedAt), history.startedAt);
    for (const [index, { path, attempt }] of history.records.entries()) this.#order.set(`${path}#${attempt}`, index);
    if (cut === 0) return;
    for (const [path, { since }] of Object.entries(history.waits)) if (since <= this.#now) this.#registered.add(path);
    if (this.records.some((record) => askOf(record) === bare(history.cancelledAt))) this.controller.abort();
  }

  openWaits(): ReadonlyMap<string, OpenWait> {
    return new Map(
      [...this.#registered].flatMap((path) => {
        const { state, ...open } = this.#stateOf(this.#history.waits[path] ?? { since: this.#now });
        return state === 'open' ? [[path, open] as const] : [];
      }),
    );
  }

  /** Lets the next thing happen; false when nothing is going to. */
  step(): boolean {
    const [next, ...later] = this.#events.toSorted((a, b) => a.at - b.at || a.order - b.order);
    if (!next) return false;
    this.#events = later;
    this.#now = Math.max(this.#now, next.at);
    next.happen();
    return true;
  }

  /** Lets the time pass until a run that waits is taken up again; false when that would be never. */
  passUntilWoken(wakeAt: number | undefined): boolean {
    const open = new Set(this.openWaits().keys());
    const answers = [...open].flatMap((path) => this.#history.waits[path]?.answeredAt ?? []);
    const next = Math.min(wakeAt ?? Infinity, ...answers);
    if (next === Infinity) return false;
    this.#now = Math.max(this.#now, next);
    this.#events = [];
    return true;
  }

  host(): Host {
    return {
      now: () => this.#now,
      random: () => 0.5,
      evaluate: async (text, scope) => compileExpression(text).evaluate(scope),
      perform: (request) => this.#perform(request),
      script: ({ path }) => this.#script(path),
      wait: async ({ kind, path }) => this.#wait(kind, path),
      resumeAddress: async ({ path }) => {
        this.#ask(`address ${path}`);
        return `address of ${path}`;
      },
      respond: ({ path, isDurable }) => {
        this.#ask(`respond ${path}${isDurable ? ' (again)' : ''}`);
        return undefined;
      },
      sleep: (ms, signal) =>
        new Promise((resolve, reject) => {
          signal.addEventListener('abort', () => reject(new Error('aborted')), { once: true });
          this.#events.push({ at: this.#now + ms, order: Infinity, happen: resolve });
        }),
      checkpoint: async (records) => void this.records.push(...records),
      conclude: (records) => void this.records.push(...records),
    };
  }

  #ask(what: string): void {
    this.asked.push(what);
    if (bare(what) === bare(this.#history.cancelledAt)) this.controller.abort();
  }

  async #perform({ path, attempt, connector, operation, mayHaveHappened }: EffectRequest): Promise<{ output: unknown }> {
    const ask = `perform ${path}#${attempt} ${connector}.${operation}`;
    this.#ask(mayHaveHappened ? `${ask} (may have happened)` : ask);
    const { output, error, outcomeUnknown } = await this.#answer(ask, path, attempt);
    if (error) throw new WeftError({ ...error, ...(outcomeUnknown ? { outcomeUnknown } : {}) });
    return { output };
  }

  async #script(path: string): Promise<{ output: unknown; console: NonNullable<StepRecord['console']> }> {
    this.#ask(`script ${path}`);
    const { output, error, console } = await this.#answer(`script ${path}`, path, 1);
    if (error) throw new WeftError({ ...error, detail: { console } });
    return { output, console: console ?? [] };
  }

  /** What is recorded of an attempt, once it is time for it. */
  #answer(ask: string, path: string, attempt: number): Promise<StepRecord> {
    const order = this.#order.get(`${path}#${attempt}`);
    const record = order === undefined ? undefined : this.#history.records[order];
    if (order === undefined || !record) return this.#stray(ask);
    return new Promise((resolve) => this.#events.push({ at: record.finishedAt, order, happen: () => resolve(record) }));
  }

  #wait(kind: string, path: string): WaitState | Promise<WaitState> {
    this.#ask(`wait ${path} (${kind})`);
    const wait = this.#history.waits[path];
    if (!wait) return this.#stray(`wait ${path} (${kind})`);
    this.#registered.add(path);
    return this.#stateOf(wait);
  }

  #stray(ask: string): Promise<never> {
    this.strayed ??= ask;
    return new Promise<never>(() => {});
  }

  #stateOf({ since, dueAt, answeredAt, answer }: RecordedWait): WaitState {
    const isAnswered =
      answeredAt !== undefined && answeredAt <= this.#now && (dueAt === undefined || answeredAt < dueAt || answeredAt < since);
    if (isAnswered) return { state: 'answered', since, answer };
    if (dueAt !== undefined && dueAt <= this.#now) return { state: 'due', since, dueAt };
    return { state: 'open', since, ...(dueAt === undefined ? {} : { dueAt }) };
  }
}

/** An ask by kind, path and attempt alone. */
function bare(ask: string | undefined): string | undefined {
  return ask?.split(' ').slice(0, 2).join(' ');
}

function askOf({ path, attempt }: StepRecord): string {
  return `perform ${path}#${attempt}`;
}
