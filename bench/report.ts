/** What was measured, what was promised, whether it is met: lines, and the table that they make. */

/** One line of the table. `bar` empty: told, not promised. */
export interface Line {
  readonly workload: string;
  readonly what: string;
  readonly ours: string;
  readonly floor: string;
  readonly ratio: string;
  readonly bar: string;
  readonly verdict: 'met' | 'missed' | 'not measured' | '';
}

/** How a figure is shown and judged. */
export interface FigureOptions {
  readonly digits: number;
  /** The same figure of the floor. */
  readonly floor?: number;
  readonly atMost?: number;
  readonly atLeast?: number;
  /** The bar in other words than its number. */
  readonly bar?: string;
}

/** The line of a figure. */
export function figure(workload: string, what: string, value: number, options: FigureOptions): Line {
  const { digits, floor = Number.NaN, atMost, atLeast } = options;
  const isPromised = atMost !== undefined || atLeast !== undefined;
  const isMet = value <= (atMost ?? Infinity) && value >= (atLeast ?? -Infinity);
  return {
    workload,
    what,
    ours: format(value, digits),
    floor: format(floor, digits),
    ratio: format(value / floor, 2),
    bar: options.bar ?? (atMost !== undefined ? `≤ ${atMost}` : atLeast !== undefined ? `≥ ${atLeast}` : ''),
    verdict: !isPromised ? '' : Number.isNaN(value) ? 'not measured' : isMet ? 'met' : 'missed',
  };
}

/** The line of what could not be measured, and why. */
export function gap(workload: string, what: string, why: string): Line {
  return { workload, what: `${what}: ${why}`, ours: '–', floor: '–', ratio: '–', bar: '', verdict: 'not measured' };
}

function format(value: number, digits: number): string {
  return Number.isFinite(value) ? value.toFixed(digits) : '–';
}

/** The middle of some figures. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
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
