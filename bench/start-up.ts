/**
 * W6: the product as `npm start` brings it up. Started once in a fresh data folder and once more, which is measured: how long
 * each process takes to be ready, then what all of them hold and burn while nothing happens. PostgreSQL is no process of ours.
 */
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { isBuilt } from '../scripts/build.ts';
import { root } from '../scripts/settings.ts';
import { below, isNode, pssMiB, scriptOf, secondsOf } from './meter.ts';
import { figure, gap } from './report.ts';
import type { Line } from './report.ts';

const READY_MS = { worker: 500, ingress: 500, web: 1500 } as const;
const IDLE_MIB = 350;
const IDLE_CPU_PERCENT = 1;
/** Until what starting left behind is done: caches written, health looked at once. */
const SETTLE_MS = 15_000;
const WATCH_MS = 15_000;

/** Measures it. Needs a finished build of the web app: building one is not what is measured. */
export async function measureStartUp(say: (line: string) => void): Promise<Line[]> {
  if (!isBuilt()) return [gap('W6', 'start and idle', 'the web app is not built: run npm start once')];
  const dataDir = mkdtempSync(join(tmpdir(), 'weft-bench-'));
  try {
    const first = await start(dataDir, { WEFT_DEMO: '1' });
    await stop(first.child);
    const second = await start(dataDir, { WEFT_DEMO: '0' });
    try {
      await delay(SETTLE_MS);
      const idle = await watch(second.child.pid ?? 0);
      for (const { name, mib } of idle.each) say(`W6 ${name}: ${mib.toFixed(0)} MiB`);
      return [
        figure('W6', 'first start with the demo, s', first.seconds, { digits: 1 }),
        figure('W6', 'start, s', second.seconds, { digits: 1 }),
        ...(['worker', 'ingress', 'web'] as const).map((name) =>
          figure('W6', `${name} ready, ms`, second.readyMs.get(name) ?? Number.NaN, { digits: 0, atMost: READY_MS[name] }),
        ),
        figure('W6', 'idle memory of all Node processes, MiB', idle.mib, { digits: 0, atMost: IDLE_MIB }),
        figure('W6', 'idle, % of a core', idle.cpuPercent, { digits: 2, atMost: IDLE_CPU_PERCENT }),
      ];
    } finally {
      await stop(second.child);
    }
  } finally {
    rmSync(dataDir, { recursive: true, force: true });
  }
}

interface StartedUp {
  readonly child: ChildProcess;
  readonly seconds: number;
  readonly readyMs: ReadonlyMap<string, number>;
}

/** The supervisor tells of each process when it starts it, and starts the next once it is ready. */
async function start(dataDir: string, env: Readonly<Record<string, string>>): Promise<StartedUp> {
  const startedAt = performance.now();
  const child = spawn(process.execPath, [join(root, 'scripts/start.mjs')], {
    cwd: root,
    env: { ...process.env, ...env, WEFT_DATA_DIR: dataDir, WEFT_PORT: '0' },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const readyMs = new Map<string, number>();
  let output = '';
  let current: { readonly name: string; readonly since: number } | undefined;
  await new Promise<void>((ready, fail) => {
    child.stdout.on('data', (chunk: Buffer) => {
      const now = performance.now();
      output += chunk.toString();
      for (const match of chunk.toString().matchAll(/^Starting (\w+) …|Weft is ready/gm)) {
        if (current) readyMs.set(current.name, now - current.since);
        current = match[1] === undefined ? undefined : { name: match[1], since: now };
        if (!current) ready();
      }
    });
    child.once('exit', () => fail(new Error(`It ended before it was ready:\n${output}`)));
  });
  return { child, seconds: (performance.now() - startedAt) / 1000, readyMs };
}

async function watch(pid: number): Promise<{ cpuPercent: number; mib: number; each: { name: string; mib: number }[] }> {
  const own = (): number[] => below(pid).filter(isNode);
  const [before, since] = [secondsOf(own()), performance.now()];
  await delay(WATCH_MS);
  const used = secondsOf(own()) - before;
  const each = own().map((one) => ({ name: scriptOf(one).replace(`${root}/`, ''), mib: pssMiB(one) }));
  return { cpuPercent: (used / ((performance.now() - since) / 1000)) * 100, mib: each.reduce((sum, { mib }) => sum + mib, 0), each };
}

async function stop(child: ChildProcess): Promise<void> {
  const ended = new Promise((done) => child.once('exit', done));
  child.kill('SIGINT');
  await ended;
}
