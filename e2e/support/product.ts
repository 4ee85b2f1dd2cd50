/** The product as a newcomer starts it: `npm start` in a folder of its own, on a free port. */
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

const root = resolve(import.meta.dirname, '../..');

/** A running Weft. Disposing stops it and removes its data. */
export interface Product extends AsyncDisposable {
  readonly url: string;
  readonly dataDir: string;
  /** Everything it printed so far. */
  output(): string;
  /** Process ids of it and all below it. */
  processIds(): number[];
  /** Stops it as Ctrl-C does and resolves with its exit code. The data stays. */
  stop(): Promise<number | null>;
}

/** Starts Weft and waits until it says that it is ready. */
export async function startProduct(options: { dataDir?: string; env?: Record<string, string> } = {}): Promise<Product> {
  const dataDir = options.dataDir ?? mkdtempSync(join(tmpdir(), 'weft-e2e-'));
  const child = spawn(process.execPath, [join(root, 'scripts/start.mjs')], {
    cwd: root,
    env: { ...process.env, WEFT_DATA_DIR: dataDir, WEFT_PORT: '0', NODE_ENV: 'production', ...options.env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  const ended = new Promise<number | null>((done) => child.once('exit', done));
  const url = await new Promise<string>((done, fail) => {
    const read = (chunk: Buffer): void => {
      output += chunk.toString();
      const ready = /Weft is ready[^\n]*:\s+(http\S+)/.exec(output);
      if (ready?.[1]) done(ready[1]);
    };
    child.stdout.on('data', read);
    child.stderr.on('data', read);
    void ended.then((code) => fail(new Error(`npm start ended with code ${code}:\n${output}`)));
  });
  const stop = async (): Promise<number | null> => {
    if (child.exitCode === null) child.kill('SIGINT');
    return ended;
  };
  return {
    url,
    dataDir,
    output: () => output,
    processIds: () => descendants(child),
    stop,
    [Symbol.asyncDispose]: async () => {
      await stop();
      if (!options.dataDir) rmSync(dataDir, { recursive: true, force: true });
    },
  };
}

function descendants(child: ChildProcess): number[] {
  const found: number[] = [];
  const visit = (pid: number): void => {
    found.push(pid);
    for (const below of childrenOf(pid)) visit(below);
  };
  if (child.pid !== undefined) visit(child.pid);
  return found;
}

function childrenOf(pid: number): number[] {
  try {
    return readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(/\s+/).filter(Boolean).map(Number);
  } catch {
    return []; // it ended meanwhile
  }
}
