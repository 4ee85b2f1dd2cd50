/** Starts the process that takes documents: see `documents-main.ts`. */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { Bench } from './bench.ts';
import type { DocumentTaken } from './documents-main.ts';

export interface DocumentTaker extends AsyncDisposable {
  readonly pid: number;
  /** Imports, publishes and starts one. */
  take(text: string): Promise<DocumentTaken>;
}

/** Starts it; resolves when it is ready. */
export async function startDocumentTaker(bench: Bench, env: Readonly<Record<string, string>>): Promise<DocumentTaker> {
  const child = fork(join(bench.suite.code, 'faults/src/support/documents-main.ts'), [], {
    execArgv: ['--disable-warning=ExperimentalWarning'],
    env: { PATH: process.env['PATH'], DATABASE_URL: bench.databaseUrl, ...env },
  });
  const gone = once(child, 'exit').then(([code]) => {
    throw new Error(`The process that takes documents ended with ${code}`);
  });
  gone.catch(() => {}); // it ends sooner or later; only who waits for an answer minds
  const heard = async (): Promise<unknown> => {
    const [message] = (await Promise.race([once(child, 'message'), gone])) as [unknown];
    return message;
  };
  await heard();
  return {
    pid: child.pid ?? 0,
    take: async (text) => {
      const answer = heard();
      child.send(text);
      return (await answer) as DocumentTaken;
    },
    [Symbol.asyncDispose]: async () => {
      child.kill('SIGKILL');
      await gone.catch(() => {});
    },
  };
}
