/**
 * Evaluates expressions in processes that may die: an expression can ask for more memory or time than there is, and
 * nothing inside a process can stop it reliably. The processes hold no secret, have no environment and may not write
 * files or start others.
 */
import { fork } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { WeftError, fromStoredError } from '@weft/errors';
import type { StoredError } from '@weft/errors';
import type { EvaluateAnswer } from '../expression-host/protocol.ts';

export interface ExpressionPool {
  /** Throws `invalid` for an expression that fails, takes too long or needs too much memory. */
  evaluate(expression: string, scope: Readonly<Record<string, unknown>>): Promise<unknown>;
  close(): void;
}

/** Options of {@link createExpressionPool}. */
export interface ExpressionPoolOptions {
  /** Processes at most; 2 when absent. */
  readonly size?: number;
  /** Longest time for one evaluation; 1 s when absent. */
  readonly timeoutMs?: number;
  readonly memoryMb?: number;
}

interface Task {
  readonly expression: string;
  readonly scope: Readonly<Record<string, unknown>>;
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: unknown) => void;
}

const MAIN = fileURLToPath(new URL('../expression-host/main.ts', import.meta.url));

/** Makes a pool; processes start when they are first needed and one is kept ready from then on. */
export function createExpressionPool(options: ExpressionPoolOptions = {}): ExpressionPool {
  const limits = { size: options.size ?? 2, timeoutMs: options.timeoutMs ?? 1000, memoryMb: options.memoryMb ?? 128 };
  const queue: Task[] = [];
  const hosts = new Set<Host>();
  let isClosed = false;

  const next = (): void => {
    while (queue.length > 0 && !isClosed) {
      const idle = [...hosts].find((host) => host.isIdle) ?? (hosts.size < limits.size ? start() : undefined);
      if (!idle) return;
      const task = queue.shift();
      if (task) idle.run(task);
    }
  };
  const start = (): Host => {
    const host = new Host(limits, {
      onIdle: next,
      onGone: () => {
        hosts.delete(host);
        next();
      },
    });
    hosts.add(host);
    return host;
  };
  return {
    evaluate: (expression, scope) =>
      new Promise((resolve, reject) => {
        queue.push({ expression, scope, resolve, reject });
        next();
      }),
    close: () => {
      isClosed = true;
      for (const host of hosts) host.kill();
    },
  };
}

/** One process: starting, then idle or busy with one task, then gone. */
class Host {
  readonly #child: ChildProcess;
  readonly #limits: { readonly timeoutMs: number };
  readonly #on: { readonly onIdle: () => void; readonly onGone: () => void };
  #task: Task | undefined;
  #timer: NodeJS.Timeout | undefined;
  #isReady = false;
  #isTooSlow = false;
  #errors = '';

  constructor(
    limits: { readonly timeoutMs: number; readonly memoryMb: number },
    on: { readonly onIdle: () => void; readonly onGone: () => void },
  ) {
    this.#limits = limits;
    this.#on = on;
    this.#child = fork(MAIN, [], {
      env: {},
      execArgv: [`--max-old-space-size=${limits.memoryMb}`, '--no-warnings', '--permission', '--allow-fs-read=*'],
      serialization: 'json',
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    });
    this.#child.stderr?.on('data', (chunk: Buffer) => (this.#errors = (this.#errors + chunk.toString()).slice(-2000)));
    this.#child.on('message', (message: EvaluateAnswer) => this.#hear(message));
    this.#child.on('exit', () => this.#end());
    this.#child.on('error', () => this.#end());
  }

  get isIdle(): boolean {
    return this.#task === undefined && !this.#isTooSlow;
  }

  run(task: Task): void {
    this.#task = task;
    this.#child.ref();
    if (this.#isReady) this.#send();
  }

  kill(): void {
    this.#child.kill('SIGKILL');
  }

  #send(): void {
    if (!this.#task) return;
    // The time of starting the process does not count.
    this.#timer = setTimeout(() => {
      this.#isTooSlow = true;
      this.kill();
    }, this.#limits.timeoutMs);
    const { expression, scope } = this.#task;
    this.#child.send({ id: 1, expression, scope }, () => {});
  }

  #hear(message: EvaluateAnswer): void {
    if ('ready' in message) {
      this.#isReady = true;
      this.#send();
      return;
    }
    const task = this.#take();
    // Written by our own main.ts with `toStoredError`.
    if ('error' in message) task?.reject(fromStoredError(message.error as StoredError));
    else task?.resolve(message.value);
    this.#child.unref();
    this.#on.onIdle();
  }

  #take(): Task | undefined {
    clearTimeout(this.#timer);
    const task = this.#task;
    this.#task = undefined;
    return task;
  }

  #end(): void {
    const task = this.#take();
    task?.reject(this.#isTooSlow ? tooSlow(task.expression, this.#limits.timeoutMs) : died(task.expression, this.#errors));
    this.#isTooSlow = true;
    this.#on.onGone();
  }
}

function short(expression: string): string {
  return expression.length > 80 ? `${expression.slice(0, 80)}…` : expression;
}

function tooSlow(expression: string, timeoutMs: number): WeftError {
  return new WeftError({
    class: 'invalid',
    code: 'expression_timeout',
    message: `The expression "${short(expression)}" took longer than ${timeoutMs} ms and was stopped.`,
  });
}

function died(expression: string, errors: string): WeftError {
  const isMemory = /heap out of memory|Allocation failed/i.test(errors);
  return new WeftError({
    class: 'invalid',
    code: isMemory ? 'expression_memory' : 'expression_died',
    message: isMemory
      ? `The expression "${short(expression)}" needed too much memory and was stopped.`
      : `The process that evaluated "${short(expression)}" ended unexpectedly.`,
    ...(isMemory || errors === '' ? {} : { detail: { output: errors } }),
  });
}
