/**
 * Asks the worker to evaluate, and ends it when it takes too long: an expression of a person may run for ever.
 *
 * Invariant: requests that were under way when a worker is ended are answered, one as too slow, the rest by the
 * next worker.
 */
import type { PreviewAnswer, PreviewReady, PreviewRequest, PreviewResult, SampleScope } from './protocol.ts';

/** Longest time for one evaluation, and for a worker to start, milliseconds. */
const TIMEOUT_MS = 1000;
const START_MS = 20_000;

interface Waiting {
  readonly request: Exclude<PreviewRequest, { kind: 'scope' }>;
  resolve(result: PreviewResult): void;
}

type Distribute<T> = T extends unknown ? Omit<T, 'id'> : never;

/** A request without its number. */
export type Question = Distribute<Exclude<PreviewRequest, { kind: 'scope' }>>;

export class PreviewClient {
  #worker: Worker | undefined;
  /** It has said that it listens; what came before that was not spent on evaluating. */
  #isUp = false;
  #scope: SampleScope | undefined;
  #next = 1;
  #waiting = new Map<number, Waiting>();
  #timer: ReturnType<typeof setTimeout> | undefined;
  readonly #start: () => Worker;

  constructor(start: () => Worker) {
    this.#start = start;
  }

  /** Sets the sample that later questions are answered with. */
  setScope(scope: SampleScope): void {
    this.#scope = scope;
    this.#worker?.postMessage({ kind: 'scope', scope } satisfies PreviewRequest);
  }

  ask(question: Question): Promise<PreviewResult> {
    const id = this.#next;
    this.#next += 1;
    const request = { ...question, id };
    return new Promise((resolve) => {
      this.#waiting.set(id, { request, resolve });
      this.#ready().postMessage(request);
      this.#watch();
    });
  }

  close(): void {
    clearTimeout(this.#timer);
    this.#worker?.terminate();
    this.#worker = undefined;
    this.#isUp = false;
    this.#waiting.clear();
  }

  #ready(): Worker {
    if (this.#worker !== undefined) return this.#worker;
    const worker = this.#start();
    worker.addEventListener('message', ({ data }: MessageEvent<PreviewAnswer | PreviewReady>) =>
      'isUp' in data ? this.#cameUp() : this.#answered(data),
    );
    if (this.#scope !== undefined) worker.postMessage({ kind: 'scope', scope: this.#scope } satisfies PreviewRequest);
    this.#worker = worker;
    return worker;
  }

  #cameUp(): void {
    this.#isUp = true;
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#watch();
  }

  #answered(answer: PreviewAnswer): void {
    const waiting = this.#waiting.get(answer.id);
    this.#waiting.delete(answer.id);
    clearTimeout(this.#timer);
    this.#timer = undefined;
    waiting?.resolve(answer.result);
    this.#watch();
  }

  /** Watches the oldest request; the worker answers in order. */
  #watch(): void {
    if (this.#waiting.size === 0 || this.#timer !== undefined) return;
    this.#timer = setTimeout(() => this.#tooSlow(), this.#isUp ? TIMEOUT_MS : START_MS);
  }

  #tooSlow(): void {
    this.#timer = undefined;
    this.#worker?.terminate();
    this.#worker = undefined;
    this.#isUp = false;
    const [first, ...rest] = this.#waiting;
    if (first === undefined) return;
    this.#waiting = new Map(rest);
    first[1].resolve({ ok: false, message: 'This takes longer than a second on the sample.' });
    for (const [, waiting] of rest) this.#ready().postMessage(waiting.request);
    this.#watch();
  }
}
