/**
 * What every long-lived process of Weft does: says when it is ready, ends gracefully on a signal or when its parent is
 * gone.
 */
import type { Logger } from './logger.ts';
import { giveBackStartMemory } from './start-memory.ts';

/** Something that runs until it is closed. */
export interface Running {
  readonly port: number;
  close(): Promise<void>;
}

/** Runs a process: starts, reports, waits for the signal to end, closes. Ends the process. */
export async function runProcess(options: {
  readonly log: Logger;
  readonly start: () => Promise<Running>;
  readonly closeWithinMs?: number;
}): Promise<void> {
  const { log } = options;
  process.on('unhandledRejection', (error) => log.error('A promise was rejected and nobody listened', { error }));
  try {
    const running = await options.start();
    const end = once(async (reason: string) => {
      log.info('Ending', { reason });
      const tooSlow = setTimeout(() => process.exit(1), options.closeWithinMs ?? 24_000);
      tooSlow.unref();
      await running.close().catch((error: unknown) => log.error('Closing failed', { error }));
      process.exit(0);
    });
    for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => void end(signal));
    // Our supervisor died: nobody would ever stop us.
    process.on('disconnect', () => void end('the parent process is gone'));
    process.send?.({ ready: true, port: running.port });
    giveBackStartMemory();
  } catch (error) {
    log.error('The process could not start', { error });
    process.exit(1);
  }
}

function once(work: (reason: string) => Promise<void>): (reason: string) => Promise<void> {
  let isBegun = false;
  return async (reason) => {
    if (isBegun) return;
    isBegun = true;
    await work(reason);
  };
}

/** The time in a variable. Throws when it is none. */
export function timeOf(name: string, value: string): Date {
  const time = new Date(value);
  if (!Number.isNaN(time.getTime())) return time;
  throw new Error(`${name} is "${value}"; it must be a time such as 2026-05-04T16:30:00Z.`);
}

/** A variable that must be set. Throws when it is not. */
export function requiredEnv(name: string): string {
  const value = process.env[name];
  if (value) return value;
  throw new Error(`${name} is not set.`);
}
