/** Starts a process of the benchmark and waits until it says that it is ready. */
import { fork } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { createWriteStream } from 'node:fs';
import { join } from 'node:path';

/** A process that is ready. */
export interface Started {
  readonly pid: number;
  readonly port: number;
  /** From the fork to ready. */
  readonly readyMs: number;
  stop(): Promise<void>;
}

/** Starts a script. What it prints goes to `<logDir>/<name>.log`. */
export async function startProcess(options: {
  readonly name: string;
  readonly script: string;
  readonly env: Readonly<Record<string, string>>;
  readonly logDir: string;
  readonly nodeArgs?: readonly string[];
}): Promise<Started> {
  const startedAt = performance.now();
  const child = fork(options.script, [], {
    execArgv: ['--disable-warning=ExperimentalWarning', ...(options.nodeArgs ?? [])],
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    env: { PATH: process.env['PATH'], TZ: 'UTC', NODE_ENV: 'production', ...options.env },
  });
  const log = createWriteStream(join(options.logDir, `${options.name}.log`), { flags: 'a' });
  let tail = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream?.on('data', (chunk: Buffer) => {
      log.write(chunk);
      tail = (tail + chunk.toString()).slice(-3000);
    });
  }
  const port = await untilReady(child, () => `${options.name} ended before it was ready:\n${tail}`);
  const readyMs = performance.now() - startedAt;
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  return {
    pid: child.pid ?? 0,
    port,
    readyMs,
    stop: async () => {
      if (child.exitCode === null && child.signalCode === null) child.kill('SIGTERM');
      const tooSlow = setTimeout(() => child.kill('SIGKILL'), 10_000);
      await ended;
      clearTimeout(tooSlow);
      log.end();
    },
  };
}

function untilReady(child: ChildProcess, failure: () => string): Promise<number> {
  return new Promise((resolve, reject) => {
    child.on('message', (message: { ready?: boolean; port?: number }) => {
      if (message.ready) resolve(message.port ?? 0);
    });
    child.once('exit', () => reject(new Error(failure())));
  });
}
