/**
 * Processes that do one small thing and may die of it: each is started without environment, with little memory and without
 * the right to write files or start others, does one task at a time, and is killed when that takes too long.
 *
 * A process serves one owner: what a task may have left behind is never met by another workspace's.
 */
import { fork } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import type { WeftError } from '@weft/errors';

export interface ProcessPool<Task, Answer> {
  /** Rejects with what {@link PoolOptions} says of a process that took too long or died. */
  run(task: Task, options: { readonly owner: string; readonly timeoutMs: number; readonly signal?: AbortSignal }): Promise<Answer>;
  close(): void;
}

/** Options of {@link createProcessPool}. */
export interface PoolOptions<Task, Answer> {
  /** Path of the module that each process runs; it sends `{ ready: true }`, then one answer for each task. */
  readonly main: string;
  /** Processes at most. */
  readonly size: number;
  readonly memoryMb: number;
  /** Whether the process that gave an answer may take another task. */
  readonly isReusable: (answer: Answer) => boolean;
  readonly tooSlow: (task: Task, timeoutMs: number) => WeftError;
  /** `errors`: the end of what the process wrote to its standard error. */
  readonly died: (task: Task, errors: string) => WeftError;
}

interface Job<Task, Answer> {
  readonly task: Task;
  readonly owner: string;
  readonly timeoutMs: number;
  readonly resolve: (answer: Answer) => void;
  readonly reject: (error: unknown) => void;
}

/** Makes a pool; processes start when they are first needed and are kept ready from then on. */
export function createProcessPool<Task, Answer>(options: PoolOptions<Task, Answer>): ProcessPool<Task, Answer> {
  const queue: Job<Task, Answer>[] = [];
  const hosts = new Set<Host<Task, Answer>>();
  let isClosed = false;

  const start = (owner: string): Host<Task, Answer> => {
    const host = new Host(options, owner, {
      onIdle: next,
      onGone: () => {
        hosts.delete(host);
        next();
      },
    });
    hosts.add(host);
    return host;
  };
  const hostFor = (owner: string): Host<Task, Answer> | undefined => {
    const idle = [...hosts].filter((host) => host.isIdle);
    const own = idle.find((host) => host.owner === owner);
    if (own) return own;
    if (hosts.size < options.size) return start(owner);
    // One of another owner makes room: a process is never handed on.
    idle[0]?.kill();
    return undefined;
  };
  const next = (): void => {
    for (let index = 0; index < queue.length && !isClosed;) {
      const job = queue[index] as Job<Task, Answer>;
      const host = hostFor(job.owner);
      if (!host) {
        index += 1;
        continue;
      }
      queue.splice(index, 1);
      host.run(job);
    }
  };
  return {
    run: (task, { owner, timeoutMs, signal }) =>
      new Promise<Answer>((resolve, reject) => {
        if (signal?.aborted) return reject(signal.reason);
        const job: Job<Task, Answer> = { task, owner, timeoutMs, resolve, reject };
        signal?.addEventListener(
          'abort',
          () => {
            const at = queue.indexOf(job);
            if (at >= 0) queue.splice(at, 1);
            else for (const host of hosts) if (host.job === job) host.kill();
            reject(signal.reason);
          },
          { once: true },
        );
        queue.push(job);
        next();
      }),
    close: () => {
      isClosed = true;
      for (const host of hosts) host.kill();
    },
  };
}

/** One process: starting, then idle or busy with one task, then gone. */
class Host<Task, Answer> {
  readonly owner: string;
  readonly #child: ChildProcess;
  readonly #options: PoolOptions<Task, Answer>;
  readonly #on: { readonly onIdle: () => void; readonly onGone: () => void };
  #job: Job<Task, Answer> | undefined;
  #timer: NodeJS.Timeout | undefined;
  #isReady = false;
  #isEnding = false;
  #isTooSlow = false;
  #errors = '';

  constructor(options: PoolOptions<Task, Answer>, owner: string, on: { readonly onIdle: () => void; readonly onGone: () => void }) {
    this.owner = owner;
    this.#options = options;
    this.#on = on;
    this.#child = fork(options.main, [], {
      env: {},
      execArgv: [`--max-old-space-size=${options.memoryMb}`, '--no-warnings', '--permission', '--allow-fs-read=*'],
      serialization: 'json',
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    });
    this.#child.stderr?.on('data', (chunk: Buffer) => (this.#errors = (this.#errors + chunk.toString()).slice(-2000)));
    this.#child.on('message', (message) => this.#hear(message as Answer | { ready: true }));
    this.#child.on('exit', () => this.#end());
    this.#child.on('error', () => this.#end());
  }

  get isIdle(): boolean {
    return this.#job === undefined && !this.#isEnding;
  }

  get job(): Job<Task, Answer> | undefined {
    return this.#job;
  }

  run(job: Job<Task, Answer>): void {
    this.#job = job;
    this.#child.ref();
    if (this.#isReady) this.#send();
  }

  kill(): void {
    this.#isEnding = true;
    this.#child.kill('SIGKILL');
  }

  #send(): void {
    if (!this.#job) return;
    // The time of starting the process does not count.
    this.#timer = setTimeout(() => {
      this.#isTooSlow = true;
      this.kill();
    }, this.#job.timeoutMs);
    this.#child.send(this.#job.task as object, () => {});
  }

  #hear(message: Answer | { ready: true }): void {
    if (!this.#isReady) {
      this.#isReady = true;
      this.#send();
      return;
    }
    // After `ready` a process of ours sends answers only.
    const answer = message as Answer;
    const job = this.#take();
    if (!this.#options.isReusable(answer)) this.kill();
    job?.resolve(answer);
    this.#child.unref();
    this.#on.onIdle();
  }

  #take(): Job<Task, Answer> | undefined {
    clearTimeout(this.#timer);
    const job = this.#job;
    this.#job = undefined;
    return job;
  }

  #end(): void {
    const job = this.#take();
    job?.reject(this.#isTooSlow ? this.#options.tooSlow(job.task, job.timeoutMs) : this.#options.died(job.task, this.#errors));
    this.#isEnding = true;
    this.#on.onGone();
  }
}
