/**
 * Workers and ingresses as the product runs them, each a process of its own, so that they can be killed, frozen and
 * stopped like real ones.
 */
import { fork } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ASK_VITALS } from './vitals.ts';
import type { Vitals } from './vitals.ts';

/** The folder of this repository. */
export const REPOSITORY = fileURLToPath(new URL('../../../', import.meta.url));
const MAINS = { worker: 'faults/src/support/worker-main.ts', ingress: 'apps/ingress/src/main.ts' } as const;

export const ENCRYPTION_KEY = Buffer.alloc(32, 7).toString('base64');
export const INTERNAL_SECRET = 'internal-secret-of-the-fault-suite';

/** One process of ours. */
export interface RunningProcess {
  readonly kind: keyof typeof MAINS;
  readonly pid: number;
  readonly port: number;
  readonly isAlive: boolean;
  /** Whether its clock stands still, by us or by itself. */
  readonly isFrozen: boolean;
  /** Ends it as a crash does. */
  kill(): Promise<void>;
  /** Stops its clock until `thaw`, as a machine that is suspended. */
  freeze(): void;
  thaw(): void;
  /** Ends it as a deployment does: gives the exit code and how long it took. */
  stop(): Promise<{ readonly code: number | null; readonly ms: number }>;
  /** Of workers alone: what one measures in itself, since it was asked last. */
  vitals(): Promise<Vitals>;
  readonly output: string;
}

/** Starts a process of the code in a folder, which is laid out as this repository, and waits until it is ready. */
export async function startProcess(code: string, kind: keyof typeof MAINS, env: Readonly<Record<string, string>>): Promise<RunningProcess> {
  const child = fork(join(code, MAINS[kind]), [], {
    execArgv: ['--disable-warning=ExperimentalWarning'],
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    env: {
      PATH: process.env['PATH'],
      WEFT_ENCRYPTION_KEY: ENCRYPTION_KEY,
      WEFT_INTERNAL_SECRET: INTERNAL_SECRET,
      WEFT_WORKER_PORT: '0',
      WEFT_INGRESS_PORT: '0',
      WEFT_LOG: 'warn',
      ...env,
    },
  });
  let output = '';
  const read = (chunk: Buffer): void => void (output = (output + chunk.toString()).slice(-20_000));
  child.stdout?.on('data', read);
  child.stderr?.on('data', read);
  const gone = once(child, 'exit');
  const ready = await Promise.race([
    once(child, 'message').then(([message]) => message as { ready: true; port: number }),
    gone.then(([code]) => {
      throw new Error(`A ${kind} ended with ${code} before it was ready:\n${output}`);
    }),
  ]);
  const isAlive = (): boolean => child.exitCode === null && child.signalCode === null;
  return {
    kind,
    pid: child.pid ?? 0,
    port: ready.port,
    get isAlive() {
      return isAlive();
    },
    get isFrozen() {
      return isAlive() && isStopped(child.pid ?? 0);
    },
    kill: async () => {
      if (isAlive()) child.kill('SIGKILL');
      await gone;
    },
    freeze: () => void child.kill('SIGSTOP'),
    thaw: () => void child.kill('SIGCONT'),
    stop: () => stop(child, gone, isAlive),
    vitals: async () => {
      const told = once(child, 'message');
      child.send(ASK_VITALS);
      return (await told)[0] as Vitals;
    },
    get output() {
      return output;
    },
  };
}

/** Linux only, as is the suite. */
function isStopped(pid: number): boolean {
  return /^State:\s+T/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
}

async function stop(child: ChildProcess, gone: Promise<unknown[]>, isAlive: () => boolean): Promise<{ code: number | null; ms: number }> {
  const startedAt = performance.now();
  if (isAlive()) child.kill('SIGTERM');
  const [code] = await gone;
  return { code: code as number | null, ms: performance.now() - startedAt };
}
