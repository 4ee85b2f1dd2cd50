/** The lines of one workload, and its bars. */
import type { Latency, Percentiles, Saturation } from './measure.ts';
import { figure, median } from './report.ts';
import type { FigureOptions, Line } from './report.ts';
import { VENDOR_MS } from './workloads.ts';

/** The figures of one side. */
export interface SideResult {
  readonly saturations: readonly Saturation[];
  readonly latencies: readonly Latency[];
}

/** The figures of one workload. */
export interface WorkloadResult {
  readonly id: string;
  readonly title: string;
  readonly steps: number;
  readonly payloadBytes: number;
  readonly isAnswered: boolean;
  readonly alone: { readonly commits: number; readonly walBytes: number; readonly answered: Percentiles };
  readonly ours: SideResult;
  readonly floor: SideResult | undefined;
}

/** Processor time as a multiple of the floor's, the others in milliseconds. */
interface Bars {
  readonly cpuRatio: number;
  readonly finished?: { readonly p50: number; readonly p99?: number };
  readonly answered?: { readonly p50: number; readonly p99?: number };
  readonly stepsPerSecond?: number;
  readonly stepMs?: number;
}

const BARS: Readonly<Record<string, Bars>> = {
  W1: { cpuRatio: 1, finished: { p50: 6, p99: 30 } },
  W2: { cpuRatio: 1, answered: { p50: 5, p99: 20 } },
  W3: { cpuRatio: 1.2, stepsPerSecond: 30_000, stepMs: 0.02 },
  W4: { cpuRatio: 1.3, finished: { p50: 30 } },
  W5: { cpuRatio: 1.2, answered: { p50: VENDOR_MS + 6 } },
};
const COMMITS_ALONE = 2;
const COMMITS_UNDER_LOAD = 0.5;
const WAL_BYTES = 2048;

/** All lines of a workload. `single`: the result of the one whose runs have one step, if it was measured. */
export function linesOf(result: WorkloadResult, single: WorkloadResult | undefined): Line[] {
  const { id, ours, floor } = result;
  const bars = BARS[id] ?? { cpuRatio: 1 };
  const line = (what: string, pick: (one: Saturation) => number, options: FigureOptions): Line =>
    figure(id, what, ofSide(ours, pick), { ...options, floor: floor ? ofSide(floor, pick) : Number.NaN });
  const latency = (kind: 'answered' | 'finished'): Line[] =>
    (['p50', 'p99'] as const).map((which) => {
      const limit = bars[kind]?.[which];
      return figure(id, `${kind} ${which} at half of its rate, ms`, median(ours.latencies.map((one) => one[kind][which])), {
        digits: 1,
        floor: floor ? median(floor.latencies.map((one) => one[kind][which])) : Number.NaN,
        ...(limit === undefined ? {} : { atMost: limit }),
      });
    });
  return [
    line('CPU per run, ms', (one) => one.cpuMs, {
      digits: 3,
      ...(floor ? { atMost: ofSide(floor, (one) => one.cpuMs) * bars.cpuRatio, bar: `≤ ${bars.cpuRatio.toFixed(1)} × floor` } : {}),
    }),
    line('runs per second', (one) => one.perSecond, { digits: 0 }),
    ...(bars.stepsPerSecond === undefined
      ? []
      : [line('steps per second', (one) => one.perSecond * result.steps, { digits: 0, atLeast: bars.stepsPerSecond })]),
    ...(bars.stepMs === undefined ? [] : [stepLine(result, single, bars.stepMs)]),
    ...latency('answered'),
    ...(result.isAnswered ? [] : latency('finished')),
    line('commits per run under load', (one) => one.commits, { digits: 2, atMost: COMMITS_UNDER_LOAD }),
    figure(id, 'commits per run alone', result.alone.commits, { digits: 2, atMost: COMMITS_ALONE + 0.1, bar: `≤ ${COMMITS_ALONE}` }),
    figure(id, 'answered p50 alone, ms', result.alone.answered.p50, { digits: 1 }),
    line('log per run, bytes', (one) => one.walBytes, {
      digits: 0,
      atMost: WAL_BYTES + result.payloadBytes,
      bar: `≤ ${WAL_BYTES} + payload ${result.payloadBytes}`,
    }),
    line('images of pages per run, bytes', (one) => one.walImageBytes, { digits: 0 }),
    line('memory, MiB', (one) => one.memoryMiB, { digits: 0 }),
    line('processors that others used, closed loop', (one) => one.foreignCores, { digits: 2 }),
    figure(id, 'processors that others used, open loop', median(ours.latencies.map((one) => one.foreignCores)), {
      digits: 2,
      floor: floor ? median(floor.latencies.map((one) => one.foreignCores)) : Number.NaN,
    }),
  ];
}

/** What a light step costs: the difference between runs of many steps and runs of one. */
function stepLine(result: WorkloadResult, single: WorkloadResult | undefined, atMost: number): Line {
  const perStep = (pick: (from: WorkloadResult) => SideResult | undefined): number => {
    const [many, one] = [pick(result), single && pick(single)];
    if (!many || !one || !single) return Number.NaN;
    return (ofSide(many, ({ cpuMs }) => cpuMs) - ofSide(one, ({ cpuMs }) => cpuMs)) / (result.steps - single.steps);
  };
  return figure(
    result.id,
    'CPU per further light step, ms',
    perStep((from) => from.ours),
    {
      digits: 4,
      floor: perStep((from) => from.floor),
      atMost,
    },
  );
}

function ofSide(side: SideResult, pick: (one: Saturation) => number): number {
  return median(side.saturations.map(pick));
}
