/** One repetition of one workload on one side. */
import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';
import { closedLoop, nowMs, openLoop } from './load.ts';
import type { Sample } from './load.ts';
import { logEnd, logUseSince } from './log-use.ts';
import { cpuSeconds, machineBusySeconds, memoryMiB } from './meter.ts';
import type { Servers } from './servers.ts';
import type { Side } from './side.ts';
import type { Workload } from './workloads.ts';

/** What a closed loop told. */
export interface Saturation {
  readonly runs: number;
  /** Ended runs a second, from the first request to the last end. */
  readonly perSecond: number;
  /** Processor milliseconds for each run, of the side's processes, Postgres and Redis together. */
  readonly cpuMs: number;
  /** Where they went. */
  readonly parts: Readonly<Record<string, number>>;
  /** Transactions that wrote, for each run. */
  readonly commits: number;
  /** Bytes of log for each run, images of whole pages left out. */
  readonly walBytes: number;
  /** Bytes of such images for each run. */
  readonly walImageBytes: number;
  readonly memoryMiB: number;
  /** Processors that others kept busy meanwhile. */
  readonly foreignCores: number;
}

/** What an open loop told. Milliseconds from when a request was due. */
export interface Latency {
  readonly perSecond: number;
  readonly answered: Percentiles;
  readonly finished: Percentiles;
  /** Processors that others kept busy meanwhile. */
  readonly foreignCores: number;
}

export interface Percentiles {
  readonly p50: number;
  readonly p99: number;
}

/** A run that has not ended after this long never will. */
const FINISH_MS = 120_000;

/** Sends as fast as it is answered, and waits until every run has ended. */
export async function saturate(
  servers: Servers,
  side: Side,
  workload: Workload,
  effort: { readonly share: number; readonly seconds: number },
): Promise<Saturation> {
  const client = new pg.Client({ connectionString: side.databaseUrl });
  await client.connect();
  try {
    const from = await logEnd(client);
    const startedAt = nowMs();
    const { connections, requests } = workload.closed;
    const limits = { connections, requests: Math.ceil(requests * effort.share), seconds: effort.seconds };
    const { result: samples, used, foreignCores } = await watched(servers, side, () => closedLoop(side.target(workload), limits));
    refuseFailures(samples, workload);
    const log = await logUseSince(client, from);
    const runs = samples.length;
    return {
      runs,
      perSecond: runs / ((await lastEnd(side, samples, startedAt)) / 1000),
      cpuMs: Object.values(used).reduce((sum, ms) => sum + ms, 0) / runs,
      parts: Object.fromEntries(Object.entries(used).map(([name, ms]) => [name, ms / runs])),
      commits: log.commits / runs,
      walBytes: log.bytes / runs,
      walImageBytes: log.pageImageBytes / runs,
      memoryMiB: memoryMiB(side.pids),
      foreignCores,
    };
  } finally {
    await client.end();
  }
}

/** Sends at a rate whatever the answers do. */
export async function paced(
  servers: Servers,
  side: Side,
  workload: Workload,
  limits: { readonly perSecond: number; readonly seconds: number },
): Promise<Latency> {
  const { result: samples, foreignCores } = await watched(servers, side, () => openLoop(side.target(workload), limits));
  refuseFailures(samples, workload);
  const answered = percentiles(samples.map(({ dueAt, answeredAt }) => answeredAt - dueAt));
  if (workload.isAnswered) return { perSecond: limits.perSecond, answered, finished: answered, foreignCores };
  const ends = await side.finishedAt(samples.map(runIdOf));
  const finished = samples.map((sample) => {
    const end = ends.get(runIdOf(sample));
    if (end === undefined) throw new Error(`${workload.id} of ${side.name}: the run ${runIdOf(sample)} has not succeeded`);
    return end - sample.dueAt;
  });
  return { perSecond: limits.perSecond, answered, finished: percentiles(finished), foreignCores };
}

/** Does work until all its runs have ended, and tells who used the processors meanwhile, in milliseconds. */
async function watched<T>(
  servers: Servers,
  side: Side,
  work: () => Promise<T>,
): Promise<{ readonly result: T; readonly used: Readonly<Record<string, number>>; readonly foreignCores: number }> {
  const parts = {
    ...Object.fromEntries(side.pids.map((pid, index) => [index === 0 ? 'receiver' : 'worker', pid])),
    postgres: servers.postgresPid,
    redis: servers.redisPid,
  };
  const read = (): Record<string, number> => Object.fromEntries(Object.entries(parts).map(([name, pid]) => [name, cpuSeconds([pid])]));
  const [cpu, generator, busy, startedAt] = [read(), process.cpuUsage(), machineBusySeconds(), nowMs()];
  const result = await work();
  await untilFinished(side);
  const after = read();
  const elapsed = machineBusySeconds() - busy;
  const own = process.cpuUsage(generator);
  const seconds = (nowMs() - startedAt) / 1000;
  const used = Object.fromEntries(Object.keys(parts).map((name) => [name, ((after[name] ?? 0) - (cpu[name] ?? 0)) * 1000]));
  const total = Object.values(used).reduce((sum, ms) => sum + ms, 0);
  return { result, used, foreignCores: Math.max(0, elapsed - total / 1000 - (own.user + own.system) / 1e6) / seconds };
}

/** Commits and bytes of log of runs that come one by one. */
export async function alone(
  side: Side,
  workload: Workload,
  runs: number,
): Promise<{ commits: number; walBytes: number; answered: Percentiles }> {
  const client = new pg.Client({ connectionString: side.databaseUrl });
  await client.connect();
  try {
    const from = await logEnd(client);
    const samples: Sample[] = [];
    for (let index = 0; index < runs; index += 1) {
      samples.push(...(await closedLoop(side.target(workload), { connections: 1, requests: 1, seconds: 10 })));
      await delay(4);
    }
    await untilFinished(side);
    refuseFailures(samples, workload);
    const log = await logUseSince(client, from);
    return {
      commits: log.commits / runs,
      walBytes: log.bytes / runs,
      answered: percentiles(samples.map(({ dueAt, answeredAt }) => answeredAt - dueAt)),
    };
  } finally {
    await client.end();
  }
}

/** Resolves when no run is under way. */
export async function untilFinished(side: Side): Promise<void> {
  const until = nowMs() + FINISH_MS;
  while ((await side.unfinished()) > 0) {
    if (nowMs() > until) throw new Error(`${side.name}: ${await side.unfinished()} runs have not ended after ${FINISH_MS / 1000} s`);
    await delay(50);
  }
}

/** The id that a side gave to a run. */
export function runIdOf(sample: Sample): string {
  return (JSON.parse(sample.body) as { runId: string }).runId;
}

/** Throws when a request was not answered as it should be. */
export function refuseFailures(samples: readonly Sample[], workload: Workload): void {
  const wanted = workload.isAnswered ? 200 : 202;
  const wrong = samples.find(({ status }) => status !== wanted);
  if (wrong) throw new Error(`${workload.id} was answered with ${wrong.status}: ${wrong.body.slice(0, 500)}`);
}

async function lastEnd(side: Side, samples: readonly Sample[], startedAt: number): Promise<number> {
  const lastAnswer = Math.max(...samples.map(({ answeredAt }) => answeredAt));
  if (!('runId' in (JSON.parse(samples[0]?.body ?? '{}') as object))) return lastAnswer - startedAt;
  const ends = await side.finishedAt(samples.map(runIdOf));
  if (ends.size < samples.length)
    throw new Error(`${side.name}: ${samples.length - ends.size} of ${samples.length} runs have not succeeded`);
  return Math.max(...ends.values()) - startedAt;
}

/** Half of the values are below the first, 99 of a hundred below the second. */
export function percentiles(values: readonly number[]): Percentiles {
  const sorted = values.toSorted((a, b) => a - b);
  const at = (share: number): number => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
  return { p50: at(0.5), p99: at(0.99) };
}
