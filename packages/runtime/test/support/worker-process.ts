/**
 * A worker as the product runs it: a process of its own, so that it can be killed.
 */
import { fork } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

const WORKER = fileURLToPath(new URL('../../../../apps/worker/src/main.ts', import.meta.url));
const INGRESS = fileURLToPath(new URL('../../../../apps/ingress/src/main.ts', import.meta.url));

export const ENCRYPTION_KEY = Buffer.alloc(32, 7).toString('base64');
export const INTERNAL_SECRET = 'internal-test-secret';

export interface WorkerProcess {
  readonly child: ChildProcess;
  readonly port: number;
  readonly output: () => string;
  /** Ends it as a crash does. */
  crash(): Promise<void>;
  /** Ends it as a deployment does; gives the exit code. */
  stop(): Promise<number | null>;
}

interface StartOptions {
  readonly databaseUrl: string;
  readonly env?: Record<string, string>;
}

export function startWorkerProcess(options: StartOptions): Promise<WorkerProcess> {
  return start(WORKER, options);
}

/** An ingress, likewise. */
export function startIngressProcess(options: StartOptions): Promise<WorkerProcess> {
  return start(INGRESS, options);
}

async function start(main: string, options: StartOptions): Promise<WorkerProcess> {
  const child = fork(main, [], {
    execArgv: ['--disable-warning=ExperimentalWarning'],
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    env: {
      PATH: process.env['PATH'],
      DATABASE_URL: options.databaseUrl,
      WEFT_ENCRYPTION_KEY: ENCRYPTION_KEY,
      WEFT_INTERNAL_SECRET: INTERNAL_SECRET,
      WEFT_WORKER_PORT: '0',
      WEFT_INGRESS_PORT: '0',
      ...options.env,
    },
  });
  let output = '';
  child.stdout?.on('data', (chunk: Buffer) => (output += chunk.toString()));
  child.stderr?.on('data', (chunk: Buffer) => (output += chunk.toString()));
  const ready = await Promise.race([
    once(child, 'message').then(([message]) => message as { ready: true; port: number }),
    once(child, 'exit').then(([code]) => {
      throw new Error(`The worker ended with ${code}:\n${output}`);
    }),
  ]);
  const gone = once(child, 'exit');
  return {
    child,
    port: ready.port,
    output: () => output,
    crash: async () => {
      child.kill('SIGKILL');
      await gone;
    },
    stop: async () => {
      if (child.exitCode === null && child.signalCode === null) child.kill('SIGTERM');
      const [code] = await gone;
      return code as number | null;
    },
  };
}
