/**
 * `npm run bench`: measures ours against the floor, in turn, on the same servers, and prints which bars are met.
 *
 * The floor is the least that keeps the promise of an accepted run (see floor/). Judge by processor time for each run: it
 * hardly changes when others use the machine, while throughput and latency do.
 */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startFloor } from './floor.ts';
import { closedLoop } from './load.ts';
import { alone, paced, saturate, untilFinished } from './measure.ts';
import type { Latency, Saturation } from './measure.ts';
import { startProcess } from './processes.ts';
import { startProduct } from './product.ts';
import { linesOf, printTable } from './report.ts';
import type { WorkloadResult } from './report.ts';
import { startServers } from './servers.ts';
import type { Servers } from './servers.ts';
import type { Side } from './side.ts';
import { WORKLOADS } from './workloads.ts';
import type { Workload } from './workloads.ts';

/** Options, as they stand on the command line. */
interface Options {
  readonly only: readonly string[] | undefined;
  readonly isQuick: boolean;
  /** Repetitions of each closed loop. */
  readonly times: number;
  /** Writes processor profiles of ours to this folder. */
  readonly profile: string | undefined;
  /** Leaves the floor out: for a profile. */
  readonly isOursOnly: boolean;
}

/** Runs the benchmark. */
export async function bench(args: readonly string[]): Promise<void> {
  const options = optionsOf(args);
  const dir = mkdtempSync(join(tmpdir(), 'weft-bench-'));
  const say = (line: string): void => void process.stderr.write(`${line}\n`);
  const closers: (() => Promise<void>)[] = [];
  try {
    const servers = await startServers(dir);
    closers.push(() => servers.stop());
    const vendor = await startProcess({ name: 'vendor', script: join(import.meta.dirname, 'vendor.ts'), env: {}, logDir: dir });
    closers.push(() => vendor.stop());
    const vendorUrl = `http://127.0.0.1:${vendor.port}`;
    const workloads = WORKLOADS.filter(({ id }) => options.only === undefined || options.only.includes(id));
    const profile = options.profile;
    if (profile !== undefined) mkdirSync(profile, { recursive: true });
    const nodeArgs = profile === undefined ? [] : ['--cpu-prof', `--cpu-prof-dir=${profile}`];
    const ours = await startProduct({ servers, database: 'ours', vendorUrl, dir, workloads, nodeArgs });
    closers.push(() => ours.stop());
    const floor = options.isOursOnly ? undefined : await startFloor({ servers, vendorUrl, dir });
    if (floor) closers.push(() => floor.stop());
    const results: WorkloadResult[] = [];
    for (const workload of workloads) {
      const result = await measureWorkload({ servers, ours, floor, workload, options, say });
      results.push(result);
      printTable(linesOf(result));
    }
    const lines = results.flatMap(linesOf);
    if (results.length > 1) printTable(lines);
    writeFileSync(
      join(import.meta.dirname, 'results.json'),
      `${JSON.stringify({ at: new Date().toISOString(), options, lines, results }, null, 2)}\n`,
    );
  } finally {
    for (const close of closers.toReversed()) await close();
    rmSync(dir, { recursive: true, force: true });
  }
}

interface Measuring {
  readonly servers: Servers;
  readonly ours: Side;
  readonly floor: Side | undefined;
  readonly workload: Workload;
  readonly options: Options;
  readonly say: (line: string) => void;
}

async function measureWorkload(means: Measuring): Promise<WorkloadResult> {
  const { servers, workload, options, say } = means;
  const sides = [means.ours, ...(means.floor ? [means.floor] : [])];
  const share = options.isQuick ? 0.4 : 1;
  for (const side of sides) await warmUp(side, workload);
  const saturations = new Map<Side, Saturation[]>(sides.map((side) => [side, []]));
  for (let time = 0; time < options.times; time += 1) {
    for (const side of sides) {
      const one = await saturate(servers, side, workload, share);
      saturations.get(side)?.push(one);
      say(`${workload.id} ${side.name}: ${told(one)}`);
    }
  }
  const latencies = new Map<Side, Latency>();
  for (const side of sides) {
    const perSecond = medianOf(saturations.get(side) ?? [], (one) => one.perSecond) / 2;
    const one = await paced(side, workload, { perSecond, seconds: options.isQuick ? 3 : 8 });
    latencies.set(side, one);
    say(`${workload.id} ${side.name} at ${perSecond.toFixed(0)}/s: answered ${spread(one.answered)}, finished ${spread(one.finished)}`);
  }
  const single = await alone(means.ours, workload, options.isQuick ? 60 : 200);
  say(
    `${workload.id} ours alone: ${single.commits.toFixed(2)} commits, ${single.walBytes.toFixed(0)} B of WAL, answered ${spread(single.answered)}`,
  );
  const result = (side: Side | undefined) => {
    const of = side && saturations.get(side);
    const latency = side && latencies.get(side);
    return of && latency ? { saturations: of, latency } : undefined;
  };
  const own = result(means.ours);
  if (!own) throw new Error('Nothing was measured');
  return {
    id: workload.id,
    title: workload.title,
    steps: workload.steps,
    bodyBytes: Buffer.byteLength(workload.body(0)),
    isAnswered: workload.isAnswered,
    alone: single,
    ours: own,
    floor: result(means.floor),
  };
}

/** Until code is compiled and connections are open. */
async function warmUp(side: Side, workload: Workload): Promise<void> {
  const requests = Math.max(20, workload.closed.requests / 6);
  await closedLoop(side.target(workload), { connections: workload.closed.connections, requests, seconds: 10 });
  await untilFinished(side);
}

function medianOf<T>(list: readonly T[], pick: (one: T) => number): number {
  const sorted = list.map(pick).toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}

function told(one: Saturation): string {
  const parts = Object.entries(one.parts).map(([name, ms]) => `${name} ${ms.toFixed(3)}`);
  return `${one.perSecond.toFixed(0)} runs/s, ${one.cpuMs.toFixed(3)} ms CPU (${parts.join(', ')}), ${one.commits.toFixed(2)} commits, ${one.walBytes.toFixed(0)} B of WAL, ${one.memoryMiB.toFixed(0)} MiB, foreign ${one.foreignCores.toFixed(2)}`;
}

function spread({ p50, p99 }: { p50: number; p99: number }): string {
  return `${p50.toFixed(1)} / ${p99.toFixed(1)} ms`;
}

function optionsOf(args: readonly string[]): Options {
  const value = (name: string): string | undefined => args.find((arg) => arg.startsWith(`--${name}=`))?.slice(name.length + 3);
  const isQuick = args.includes('--quick');
  return {
    only: value('only')?.split(','),
    isQuick,
    times: Number(value('times') ?? (isQuick ? 2 : 5)),
    profile: value('profile'),
    isOursOnly: args.includes('--ours'),
  };
}
