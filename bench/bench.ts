/**
 * `npm run bench`: measures ours against the floor, in turn, on the same servers, and prints which bars are met.
 *
 * The floor is the least that keeps the promise of an accepted run (see floor/). Judge by processor time for each run: it
 * hardly changes when others use the machine, while throughput and latency do.
 */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism, loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { measureBacklog } from './backlog.ts';
import { measureEndurance } from './endurance.ts';
import { startFloor } from './floor.ts';
import { closedLoop } from './load.ts';
import { alone, paced, saturate, untilFinished } from './measure.ts';
import type { Latency, Saturation } from './measure.ts';
import { startProcess } from './processes.ts';
import { startProduct } from './product.ts';
import type { Product } from './product.ts';
import { median, printTable } from './report.ts';
import type { Line } from './report.ts';
import { startServers } from './servers.ts';
import type { Servers } from './servers.ts';
import type { Side } from './side.ts';
import { measureStartUp } from './start-up.ts';
import { linesOf } from './workload-lines.ts';
import type { WorkloadResult } from './workload-lines.ts';
import { WORKLOADS } from './workloads.ts';
import type { Workload } from './workloads.ts';

/** Options, as they stand on the command line. */
interface Options {
  /** Parts to measure: ids of workloads, `W6`, `queue`, `memory`. */
  readonly only: readonly string[] | undefined;
  readonly isQuick: boolean;
  /** Repetitions of each closed loop. */
  readonly times: number;
  /** Runs over which memory is watched. */
  readonly memoryRuns: number;
  /** Writes processor profiles of ours to this folder. */
  readonly profile: string | undefined;
  /** Leaves the floor out: for a profile. */
  readonly isOursOnly: boolean;
}

/** Runs the benchmark. */
export async function bench(args: readonly string[]): Promise<void> {
  const options = optionsOf(args);
  const say = (line: string): void => void process.stderr.write(`${line}\n`);
  const load = loadavg();
  const [results, lines] = [new Map<string, WorkloadResult>(), [] as Line[]];
  const add = (more: readonly Line[]): void => {
    lines.push(...more);
    printTable(more);
  };
  if (wants(options, 'W6')) add(await measureStartUp(say));
  if ([...WORKLOADS.map(({ id }) => id), 'queue', 'memory'].some((part) => wants(options, part)))
    await withBothSides(options, async (sides) => {
      for (const workload of WORKLOADS) {
        if (!wants(options, workload.id)) continue;
        const result = await measureWorkload({ ...sides, workload, options, say });
        results.set(workload.id, result);
        add(linesOf(result, results.get('W1')));
      }
      const light = WORKLOADS.find(({ id }) => id === 'W1');
      if (!light) return;
      const own = results.get('W1')?.ours.saturations.map(({ perSecond }) => perSecond) ?? [];
      if (wants(options, 'queue')) add(await measureBacklog(sides.ours, light, median(own), options.isQuick));
      if (wants(options, 'memory')) add(await measureEndurance(sides.ours, light, options.memoryRuns, say));
    });
  printTable(lines);
  const missed = lines.filter(({ verdict }) => verdict === 'missed' || verdict === 'not measured');
  console.log(`Load of the machine before: ${load.map((one) => one.toFixed(2)).join(', ')} on ${availableParallelism()} processors.`);
  console.log(missed.length === 0 ? 'All bars are met.' : `${missed.length} bars are missed or were not measured.`);
  const file = join(import.meta.dirname, 'results.json');
  writeFileSync(
    file,
    `${JSON.stringify({ at: new Date().toISOString(), load, options, lines, results: [...results.values()] }, null, 2)}\n`,
  );
}

function wants({ only }: Options, part: string): boolean {
  return only === undefined || only.includes(part);
}

interface Sides {
  readonly servers: Servers;
  readonly ours: Product;
  readonly floor: Side | undefined;
}

async function withBothSides(options: Options, work: (sides: Sides) => Promise<void>): Promise<void> {
  const dir = mkdtempSync(join(tmpdir(), 'weft-bench-'));
  const closers: (() => Promise<void>)[] = [];
  try {
    const servers = await startServers(dir);
    closers.push(() => servers.stop());
    const vendor = await startProcess({ name: 'vendor', script: join(import.meta.dirname, 'vendor.ts'), env: {}, logDir: dir });
    closers.push(() => vendor.stop());
    const vendorUrl = `http://127.0.0.1:${vendor.port}`;
    const { profile } = options;
    if (profile !== undefined) mkdirSync(profile, { recursive: true });
    const nodeArgs = profile === undefined ? [] : ['--cpu-prof', `--cpu-prof-dir=${profile}`];
    const ours = await startProduct({ servers, database: 'ours', vendorUrl, dir, workloads: WORKLOADS, nodeArgs });
    closers.push(() => ours.stop());
    const floor = options.isOursOnly ? undefined : await startFloor({ servers, vendorUrl, dir });
    if (floor) closers.push(() => floor.stop());
    await work({ servers, ours, floor });
  } finally {
    for (const close of closers.toReversed()) await close();
    rmSync(dir, { recursive: true, force: true });
  }
}

interface Measuring extends Sides {
  readonly workload: Workload;
  readonly options: Options;
  readonly say: (line: string) => void;
}

async function measureWorkload(means: Measuring): Promise<WorkloadResult> {
  const { servers, workload, options, say } = means;
  const sides = [means.ours, ...(means.floor ? [means.floor] : [])];
  const effort = options.isQuick ? { share: 0.25, seconds: 6 } : { share: 1, seconds: 30 };
  for (const side of sides) await warmUp(side, workload, effort.seconds);
  const saturations = new Map<Side, Saturation[]>(sides.map((side) => [side, []]));
  for (let time = 0; time < options.times; time += 1) {
    for (const side of sides) {
      const one = await saturate(servers, side, workload, effort);
      saturations.get(side)?.push(one);
      say(`${workload.id} ${side.name}: ${told(one)}`);
    }
  }
  const latencies = new Map<Side, Latency[]>(sides.map((side) => [side, []]));
  for (let time = 0; time < Math.max(3, options.times); time += 1) {
    for (const side of sides) {
      const perSecond = median((saturations.get(side) ?? []).map((one) => one.perSecond)) / 2;
      const one = await paced(servers, side, workload, { perSecond, seconds: options.isQuick ? 2 : 6 });
      latencies.get(side)?.push(one);
      say(
        `${workload.id} ${side.name} at ${perSecond.toFixed(0)}/s: answered ${spread(one.answered)}, finished ${spread(one.finished)}, foreign ${one.foreignCores.toFixed(2)}`,
      );
    }
  }
  const single = await alone(means.ours, workload, options.isQuick ? 60 : 200);
  say(
    `${workload.id} ours alone: ${single.commits.toFixed(2)} commits, ${single.walBytes.toFixed(0)} B of log, answered ${spread(single.answered)}`,
  );
  const result = (side: Side | undefined) => {
    const of = side && saturations.get(side);
    const paces = side && latencies.get(side);
    return of && paces ? { saturations: of, latencies: paces } : undefined;
  };
  const own = result(means.ours);
  if (!own) throw new Error('Nothing was measured');
  return {
    id: workload.id,
    title: workload.title,
    steps: workload.steps,
    payloadBytes: Buffer.byteLength(workload.body(0)),
    isAnswered: workload.isAnswered,
    alone: single,
    ours: own,
    floor: result(means.floor),
  };
}

/** Until code is compiled and connections are open. */
async function warmUp(side: Side, workload: Workload, seconds: number): Promise<void> {
  const requests = Math.max(20, workload.closed.requests / 6);
  await closedLoop(side.target(workload), { connections: workload.closed.connections, requests, seconds });
  await untilFinished(side);
}

function told(one: Saturation): string {
  const parts = Object.entries(one.parts).map(([name, ms]) => `${name} ${ms.toFixed(3)}`);
  return `${one.perSecond.toFixed(0)} runs/s, ${one.cpuMs.toFixed(3)} ms CPU (${parts.join(', ')}), ${one.commits.toFixed(2)} commits, ${one.walBytes.toFixed(0)} B of log + ${one.walImageBytes.toFixed(0)} of images, ${one.memoryMiB.toFixed(0)} MiB, foreign ${one.foreignCores.toFixed(2)}`;
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
    memoryRuns: Number(value('memory-runs') ?? (isQuick ? 10_000 : 100_000)),
    profile: value('profile'),
    isOursOnly: args.includes('--ours'),
  };
}
