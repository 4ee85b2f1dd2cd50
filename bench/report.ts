/** From figures to a table: what was measured, what was promised, whether it is met. */
import type { Latency, Percentiles, Saturation } from './measure.ts';

/** The figures of one side. */
export interface SideResult {
  readonly saturations: readonly Saturation[];
  readonly latency: Latency;
}

/** The figures of one workload. */
export interface WorkloadResult {
  readonly id: string;
  readonly title: string;
  readonly steps: number;
  readonly bodyBytes: number;
  readonly isAnswered: boolean;
  readonly alone: { readonly commits: number; readonly walBytes: number; readonly answered: Percentiles };
  readonly ours: SideResult;
  readonly floor: SideResult | undefined;
}

/** One line of the table. `bar` absent: told, not promised. */
export interface Line {
  readonly workload: string;
  readonly what: string;
  readonly ours: string;
  readonly floor: string;
  readonly ratio: string;
  readonly bar: string;
  readonly verdict: 'met' | 'missed' | '';
}

/** Bars of a workload: processor time as a multiple of the floor's, latencies in milliseconds. */
interface Bars {
  readonly cpuRatio: number;
  readonly finished?: { readonly p50: number; readonly p99?: number };
  readonly answered?: { readonly p50: number; readonly p99?: number };
  readonly stepsPerSecond?: number;
  readonly stepMs?: number;
}

const VENDOR = 20;
const BARS: Readonly<Record<string, Bars>> = {
  W1: { cpuRatio: 1, finished: { p50: 6, p99: 30 } },
  W2: { cpuRatio: 1, answered: { p50: 5, p99: 20 } },
  W3: { cpuRatio: 1.2, stepsPerSecond: 30_000, stepMs: 0.02 },
  W4: { cpuRatio: 1.3, finished: { p50: 30 } },
  W5: { cpuRatio: 1.2, answered: { p50: VENDOR + 6 } },
};
const COMMITS_ALONE = 2;
const COMMITS_UNDER_LOAD = 0.5;
const WAL_BYTES = 2048;

/** All lines of a workload. */
export function linesOf(result: WorkloadResult): Line[] {
  const bars = BARS[result.id] ?? { cpuRatio: 1 };
  const { ours, floor } = result;
  const number = (side: SideResult | undefined, pick: (one: Saturation) => number): number =>
    side ? median(side.saturations.map(pick)) : Number.NaN;
  const line = (what: string, own: number, other: number, more: { digits: number; bar?: string; isMet?: boolean }): Line => ({
    workload: result.id,
    what,
    ours: format(own, more.digits),
    floor: format(other, more.digits),
    ratio: format(own / other, 2),
    bar: more.bar ?? '',
    verdict: more.isMet === undefined ? '' : more.isMet ? 'met' : 'missed',
  });
  const cpu = number(ours, (one) => one.cpuMs);
  const floorCpu = number(floor, (one) => one.cpuMs);
  const perSecond = number(ours, (one) => one.perSecond);
  const wal = number(ours, (one) => one.walBytes);
  const commits = number(ours, (one) => one.commits);
  const times = (kind: 'answered' | 'finished'): Line[] => {
    const bar = bars[kind];
    return (['p50', 'p99'] as const).map((which) => {
      const own = ours.latency[kind][which];
      const limit = bar?.[which];
      return line(`${kind} ${which}, ms`, own, floor?.latency[kind][which] ?? Number.NaN, {
        digits: 1,
        ...(limit === undefined ? {} : { bar: `≤ ${limit}`, isMet: own <= limit }),
      });
    });
  };
  const steps = perSecond * result.steps;
  return [
    line('CPU per run, ms', cpu, floorCpu, {
      digits: 3,
      ...(floor ? { bar: `≤ ${bars.cpuRatio.toFixed(1)} × floor`, isMet: cpu <= floorCpu * bars.cpuRatio } : {}),
    }),
    line(
      'runs per second',
      perSecond,
      number(floor, (one) => one.perSecond),
      { digits: 0 },
    ),
    ...(bars.stepsPerSecond === undefined
      ? []
      : [
          line('steps per second', steps, number(floor, (one) => one.perSecond) * result.steps, {
            digits: 0,
            bar: `≥ ${bars.stepsPerSecond}`,
            isMet: steps >= bars.stepsPerSecond,
          }),
        ]),
    ...times('answered'),
    ...(result.isAnswered ? [] : times('finished')),
    line(
      'commits per run, under load',
      commits,
      number(floor, (one) => one.commits),
      { digits: 2, bar: `≤ ${COMMITS_UNDER_LOAD}`, isMet: commits <= COMMITS_UNDER_LOAD },
    ),
    line('commits per run, alone', result.alone.commits, Number.NaN, {
      digits: 2,
      bar: `≤ ${COMMITS_ALONE}`,
      isMet: result.alone.commits <= COMMITS_ALONE + 0.1,
    }),
    line(
      'WAL per run, bytes',
      wal,
      number(floor, (one) => one.walBytes),
      { digits: 0, bar: `≤ ${WAL_BYTES} + payload`, isMet: wal <= WAL_BYTES + result.bodyBytes },
    ),
    line(
      'memory, MiB',
      number(ours, (one) => one.memoryMiB),
      number(floor, (one) => one.memoryMiB),
      { digits: 0 },
    ),
    line(
      'foreign cores',
      number(ours, (one) => one.foreignCores),
      number(floor, (one) => one.foreignCores),
      { digits: 2 },
    ),
  ];
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}

function format(value: number, digits: number): string {
  return Number.isFinite(value) ? value.toFixed(digits) : '–';
}

/** Prints lines under a heading. */
export function printTable(lines: readonly Line[]): void {
  const columns = ['workload', 'what', 'ours', 'floor', 'ratio', 'bar', 'verdict'] as const;
  const widths = columns.map((column) => Math.max(column.length, ...lines.map((line) => line[column].length)));
  const row = (cells: readonly string[]): string => `| ${cells.map((cell, index) => cell.padEnd(widths[index] ?? 0)).join(' | ')} |`;
  console.log(row([...columns]));
  console.log(`|${widths.map((width) => '-'.repeat(width + 2)).join('|')}|`);
  for (const line of lines) console.log(row(columns.map((column) => line[column])));
  console.log('');
}
