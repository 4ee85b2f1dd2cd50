/** What a process of ours uses, as Linux and its own event loop tell. */
import { mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

/** Processor time of all its threads so far, milliseconds. */
export function cpuMs(pid: number): number {
  const nanoseconds = readdirSync(`/proc/${pid}/task`).map((thread) => {
    try {
      return Number(readFileSync(`/proc/${pid}/task/${thread}/schedstat`, 'utf8').split(' ')[0]);
    } catch {
      return 0; // the thread has just ended
    }
  });
  return nanoseconds.reduce((sum, one) => sum + one, 0) / 1e6;
}

/** Its memory, megabytes: now, and the most it ever had. */
export function memoryMb(pid: number): { readonly now: number; readonly peak: number } {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  const of = (name: string): number => Math.round(Number(new RegExp(`${name}:\\s+(\\d+) kB`).exec(status)?.[1]) / 1024);
  return { now: of('VmRSS'), peak: of('VmHWM') };
}

/** Tells how late the event loop of a process is. */
export interface LoopDelay extends Disposable {
  /** To be started with. */
  readonly env: Readonly<Record<string, string>>;
  /** Milliseconds, since it was ready, as of now. */
  read(): Promise<{ readonly p99: number; readonly max: number }>;
  /** Megabytes of its heap in use a moment ago. */
  heapMb(): number;
}

/** Makes what tells so of the process that is started with its `env`. */
export function loopDelay(): LoopDelay {
  const dir = mkdtempSync(join(tmpdir(), 'weft-loop-delay-'));
  const file = join(dir, 'delay.json');
  const told = (): { p99: number; max: number; heapMb: number } => JSON.parse(readFileSync(file, 'utf8')) as ReturnType<typeof told>;
  return {
    env: { NODE_OPTIONS: `--import=${join(import.meta.dirname, 'loop-delay-probe.ts')}`, FAULTS_LOOP_DELAY: file },
    read: async () => {
      // Until it has written what there was until now.
      await delay(600);
      return told();
    },
    heapMb: () => {
      try {
        return told().heapMb;
      } catch {
        return Infinity; // it is being written
      }
    },
    [Symbol.dispose]: () => rmSync(dir, { recursive: true, force: true }),
  };
}
