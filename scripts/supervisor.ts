/**
 * Keeps a set of processes alive.
 *
 * Life of a process: `starting` → `ready` (it said so over the channel) → `ended`. An end nobody asked for is a crash:
 * it is started again after 0.5 s, doubling to 15 s, back to 0.5 s once it has lived for a minute. A stop asks with
 * SIGTERM and kills after its grace. Children run in process groups of their own, so that a Ctrl-C in the terminal
 * reaches only the supervisor, which then stops them in order; they end by themselves when its channel closes.
 */
import { fork } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { createWriteStream, mkdirSync, statSync, truncateSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

/** One process to keep alive. */
export interface ProcessSpec {
  readonly name: string;
  /** Path of the script. */
  readonly script: string;
  /** The whole environment: nothing is inherited, so that no process sees another's secrets. */
  readonly env: Readonly<Record<string, string>>;
  /** Longest time to become ready. */
  readonly readyMs: number;
  /** Longest time to finish after SIGTERM. */
  readonly graceMs: number;
  /** Arguments for Node itself. */
  readonly nodeArgs?: readonly string[];
}

/** What {@link Supervisor} tells its owner. */
export interface SupervisorOptions {
  readonly logDir: string;
  readonly say: (line: string) => void;
}

const MAX_LOG_BYTES = 10 * 1024 * 1024;
const FIRST_PAUSE_MS = 500;
const LONGEST_PAUSE_MS = 15_000;

interface Watched {
  readonly spec: ProcessSpec;
  child: ChildProcess | undefined;
  pauseMs: number;
  isStopping: boolean;
}

export class Supervisor {
  readonly #options: SupervisorOptions;
  readonly #watched: Watched[] = [];
  #isStopping = false;

  constructor(options: SupervisorOptions) {
    this.#options = options;
    mkdirSync(options.logDir, { recursive: true });
  }

  /** Starts a process and resolves when it is ready; rejects when it ends or stays silent before that. */
  async start(spec: ProcessSpec): Promise<void> {
    const watched: Watched = { spec, child: undefined, pauseMs: FIRST_PAUSE_MS, isStopping: false };
    this.#watched.push(watched);
    await this.#launch(watched);
  }

  /** Stops all, the last started first. Safe to call twice. */
  async stop(): Promise<void> {
    this.#isStopping = true;
    for (const watched of this.#watched.toReversed()) await this.#end(watched);
  }

  /** Kills all at once: for a second Ctrl-C. */
  kill(): void {
    this.#isStopping = true;
    for (const { child } of this.#watched) child?.kill('SIGKILL');
  }

  async #launch(watched: Watched): Promise<void> {
    const { spec } = watched;
    const child = fork(spec.script, [], {
      env: spec.env,
      execArgv: [...(spec.nodeArgs ?? [])],
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    });
    watched.child = child;
    const startedAt = performance.now();
    const tail = this.#log(spec.name, child);
    const ended = new Promise<string>((resolve) => {
      child.once('exit', (code, signal) => resolve(signal ?? `code ${code}`));
      child.once('error', (error) => resolve(error.message));
    });
    void ended.then((how) => this.#onEnd({ watched, child, how, livedMs: performance.now() - startedAt, tail }));
    await this.#untilReady(spec, child, ended, tail);
  }

  async #untilReady(spec: ProcessSpec, child: ChildProcess, ended: Promise<string>, tail: () => string): Promise<void> {
    const timer = new AbortController();
    const ready = new Promise<'ready'>((resolve) => {
      child.on('message', (message: { ready?: boolean } | null) => {
        if (message?.ready) resolve('ready');
      });
    });
    const tooLate = delay(spec.readyMs, 'tooLate' as const, { signal: timer.signal }).catch(() => 'ready' as const);
    const first = await Promise.race([ready, tooLate, ended.then((how) => `ended (${how})`)]);
    timer.abort();
    if (first === 'ready') return;
    const why = first === 'tooLate' ? `was not ready after ${spec.readyMs / 1000} s` : first;
    throw new Error(`${spec.name} ${why}. Its last words:\n${tail()}\nAll of its log: ${this.#logFile(spec.name)}`);
  }

  async #onEnd(end: { watched: Watched; child: ChildProcess; how: string; livedMs: number; tail: () => string }): Promise<void> {
    const { watched } = end;
    if (this.#isStopping || watched.isStopping || watched.child !== end.child) return;
    if (end.livedMs > 60_000) watched.pauseMs = FIRST_PAUSE_MS;
    const pause = watched.pauseMs;
    watched.pauseMs = Math.min(watched.pauseMs * 2, LONGEST_PAUSE_MS);
    this.#options.say(
      `${watched.spec.name} ended (${end.how}); starting it again in ${pause / 1000} s. Log: ${this.#logFile(watched.spec.name)}`,
    );
    await delay(pause);
    if (this.#isStopping) return;
    // A failed restart ends in another `exit`, which brings us back here.
    await this.#launch(watched).then(
      () => this.#options.say(`${watched.spec.name} is back.`),
      () => undefined,
    );
  }

  async #end(watched: Watched): Promise<void> {
    watched.isStopping = true;
    const child = watched.child;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
    child.kill('SIGTERM');
    const timer = setTimeout(() => child.kill('SIGKILL'), watched.spec.graceMs);
    await ended;
    clearTimeout(timer);
  }

  #logFile(name: string): string {
    return join(this.#options.logDir, `${name}.log`);
  }

  /** Writes what a process prints to its log file, and gives a function for its last lines. */
  #log(name: string, child: ChildProcess): () => string {
    const file = this.#logFile(name);
    if ((statSync(file, { throwIfNoEntry: false })?.size ?? 0) > MAX_LOG_BYTES) truncateSync(file);
    const stream = createWriteStream(file, { flags: 'a' });
    let last = '';
    for (const source of [child.stdout, child.stderr]) {
      source?.on('data', (chunk: Buffer) => {
        stream.write(chunk);
        last = (last + chunk.toString()).slice(-3000);
      });
    }
    child.once('exit', () => stream.end());
    return () => last.trim();
  }
}
