/**
 * The lane of runs whose workers died twice: they are executed in a process of their own, one at a time. A process that ends
 * badly ends the run it was at as quarantined, with how it died; its neighbours are executed as if nothing had been.
 */
import { fork } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { lastStepOf, writeGroup } from '@weft/db';
import type { Database } from '@weft/db';
import { WeftError } from '@weft/errors';
import type { Logger } from '../logger.ts';
import { failedFinish } from '../runs/run-session.ts';
import type { IsolatedRunOptions, IsolatedRunTaken } from './protocol.ts';

const MAIN = fileURLToPath(new URL('./main.ts', import.meta.url));
const SAMPLE_MS = 250;

/** Executes isolated runs. */
export interface IsolationLane {
  /** Says that there is a run to be executed alone. Nothing happens when one is under way. */
  look(): void;
  /** Hands over the run under way, if there is one. */
  close(): Promise<void>;
}

/** How a process ended. */
interface Death {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly peakMb: number | undefined;
  readonly stderr: string;
}

/** Makes the lane of a worker. No process is started before {@link IsolationLane.look} is called. */
export function createIsolationLane(options: {
  readonly db: Database;
  readonly log: Logger;
  readonly run: IsolatedRunOptions;
}): IsolationLane {
  let child: ChildProcess | undefined;
  let work: Promise<void> | undefined;
  let isClosed = false;
  const start = async (): Promise<void> => {
    child = fork(MAIN, [], {
      execArgv: ['--disable-warning=ExperimentalWarning'],
      env: { PATH: process.env['PATH'] },
      stdio: ['ignore', 'inherit', 'pipe', 'ipc'],
    });
    const { taken, death } = await livesOf(child, { ...options.run, worker: `${options.run.worker}-alone` });
    child = undefined;
    if (taken && (death.code !== 0 || death.signal !== null)) await quarantine(options, taken, death);
  };
  return {
    look: () => {
      if (isClosed) return;
      work ??= start()
        .catch((error: unknown) => options.log.error('A run could not be executed alone', { error }))
        .finally(() => (work = undefined));
    },
    close: async () => {
      isClosed = true;
      if (child?.connected) child.disconnect();
      await work;
    },
  };
}

/** Follows a process to its end. */
function livesOf(child: ChildProcess, options: IsolatedRunOptions): Promise<{ taken: IsolatedRunTaken | undefined; death: Death }> {
  let taken: IsolatedRunTaken | undefined;
  let peakMb: number | undefined;
  let stderr = '';
  child.stderr?.on('data', (chunk: Buffer) => (stderr = (stderr + chunk.toString()).slice(-2000)));
  child.on('message', (message: IsolatedRunTaken) => (taken = message));
  child.send(options, () => {});
  // Nobody tells a parent afterwards how much memory its child had: it is looked at while it lives.
  const sampling = setInterval(() => (peakMb = residentPeakMb(child.pid) ?? peakMb), SAMPLE_MS);
  return new Promise((resolve) => {
    const end = (code: number | null, signal: NodeJS.Signals | null): void => {
      clearInterval(sampling);
      resolve({ taken, death: { code, signal, peakMb, stderr } });
    };
    child.once('exit', end);
    child.once('error', () => end(null, null));
  });
}

function residentPeakMb(pid: number | undefined): number | undefined {
  try {
    const kilobytes = /^VmHWM:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
    return kilobytes === undefined ? undefined : Math.round(Number(kilobytes) / 1024);
  } catch {
    return undefined; // it has ended, or this system has no such file
  }
}

async function quarantine(
  { db, log }: { readonly db: Database; readonly log: Logger },
  { runId, fence }: IsolatedRunTaken,
  death: Death,
): Promise<void> {
  const nodeId = await lastStepOf(db.pool, runId);
  const how = death.signal === null ? `with code ${death.code}` : `by signal ${death.signal}`;
  const memory = death.peakMb === undefined ? '' : `, having used ${death.peakMb} MB of memory`;
  const where = nodeId === undefined ? 'before its first step was through' : `after the step “${nodeId}”`;
  const error = new WeftError({
    class: 'bug',
    code: 'quarantined',
    message: `Executed alone, this run ended its process ${how}${memory}, ${where}. Two workers had ended over it before. It is not tried again by itself; replay it when the cause is removed.`,
  });
  // Without detail the stored error would not say what the process printed; an operator needs that.
  const finish = { ...failedFinish(error, nodeId), status: 'quarantined' as const, reason: death.stderr.trim().slice(-500) || null };
  const written = await writeGroup(db, [{ runId, fence, steps: [], blobs: [], finish }]);
  log.error('A run was quarantined', { runId, code: death.code, signal: death.signal, peakMb: death.peakMb, kept: written.length === 1 });
}
