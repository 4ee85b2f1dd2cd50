/**
 * What a newcomer feels: `node bench/first-steps.ts` starts the built product twice in a fresh data folder and prints
 * seconds to ready (first and second start) and the idle memory of all its processes. Needs `npm start` to have built once.
 *
 * Memory is the sum of proportional set sizes (PSS) where the kernel tells them, so that pages that processes share
 * count once; the sum of resident sizes stands beside it.
 */
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

const root = resolve(import.meta.dirname, '..');
const IDLE_MS = 20_000;

const dataDir = mkdtempSync(join(tmpdir(), 'weft-bench-'));
try {
  const first = await start();
  await delay(IDLE_MS);
  const idle = memoryOf(first.child);
  await stop(first.child);
  const second = await start();
  await stop(second.child);
  const result = { firstStartSeconds: first.seconds, secondStartSeconds: second.seconds, idleMiB: idle };
  console.table({
    'first start, built (s)': first.seconds.toFixed(1),
    'second start (s)': second.seconds.toFixed(1),
    'idle memory, PSS (MiB)': idle.pss.toFixed(0),
    'idle memory, RSS (MiB)': idle.rss.toFixed(0),
  });
  console.table(idle.processes);
  writeFileSync(join(root, 'bench', 'first-steps.json'), `${JSON.stringify(result, null, 2)}\n`);
} finally {
  rmSync(dataDir, { recursive: true, force: true });
}

async function start(): Promise<{ child: ChildProcess; seconds: number }> {
  const started = performance.now();
  const child = spawn(process.execPath, [join(root, 'scripts/start.mjs')], {
    cwd: root,
    env: { ...process.env, WEFT_DATA_DIR: dataDir, WEFT_PORT: '0' },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  await new Promise<void>((ready, fail) => {
    let output = '';
    child.stdout.on('data', (chunk: Buffer) => {
      output += chunk.toString();
      if (output.includes('Weft is ready')) ready();
    });
    child.once('exit', () => fail(new Error(`It ended before it was ready:\n${output}`)));
  });
  return { child, seconds: (performance.now() - started) / 1000 };
}

async function stop(child: ChildProcess): Promise<void> {
  const ended = new Promise((done) => child.once('exit', done));
  child.kill('SIGINT');
  await ended;
}

interface Memory {
  readonly pss: number;
  readonly rss: number;
  readonly processes: { command: string; pss: number; rss: number }[];
}

function memoryOf(child: ChildProcess): Memory {
  const processes = below(child.pid ?? 0).map((pid) => {
    const read = (file: string): string => readFileSync(`/proc/${pid}/${file}`, 'utf8');
    const kib = (text: string, name: string): number => Number(new RegExp(`^${name}:\\s+(\\d+)`, 'm').exec(text)?.[1] ?? 0);
    const rollup = read('smaps_rollup');
    const command = read('cmdline')
      .split('\0')
      .filter((word) => !word.startsWith('--'))
      .join(' ')
      .replace(`${root}/`, '')
      .slice(-60);
    return { command, pss: kib(rollup, 'Pss') / 1024, rss: kib(rollup, 'Rss') / 1024 };
  });
  const sum = (pick: (entry: { pss: number; rss: number }) => number): number => processes.reduce((total, entry) => total + pick(entry), 0);
  return { pss: sum((entry) => entry.pss), rss: sum((entry) => entry.rss), processes };
}

function below(pid: number): number[] {
  const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(/\s+/).filter(Boolean).map(Number);
  return [pid, ...children.flatMap(below)];
}
