/** Figures that many tests give. */
import { faultsOf } from './support/checker.ts';
import type { Verdict } from './support/checker.ts';
import type { Figure } from './test.ts';

/** Nothing lost, stuck, doubled or made up; a line with what was counted. */
export function soundness(verdict: Verdict, expected: number): Figure[] {
  const faults = faultsOf(verdict);
  const statuses = Object.entries(verdict.byStatus)
    .map(([status, count]) => `${count} ${status}`)
    .join(', ');
  return [
    {
      what: 'lost, stuck, doubled, ghosts, effects twice, false successes',
      got: faults === '' ? '0' : faults,
      bar: '0',
      ok: faults === '',
    },
    { what: 'runs of events acknowledged', got: `${verdict.runs} of ${expected} (${statuses})`, bar: 'all', ok: verdict.runs === expected },
  ];
}

/** For tests in which no vendor refuses anything: an outage is no reason for a run to fail. */
export function unharmed(verdict: Verdict): Figure {
  return exactly('runs that failed although nothing refused them', verdict.byStatus['failed'] ?? 0, 0);
}

export function atMost(what: string, value: number, bar: number, unit: string): Figure {
  return { what, got: `${round(value)} ${unit}`, bar: `≤ ${bar} ${unit}`, ok: value <= bar };
}

export function atLeast(what: string, value: number, bar: number, unit: string): Figure {
  return { what, got: `${round(value)} ${unit}`, bar: `≥ ${bar} ${unit}`, ok: value >= bar };
}

export function exactly(what: string, value: number, bar: number): Figure {
  return { what, got: String(value), bar: String(bar), ok: value === bar };
}

/** A figure of speed: at most so many milliseconds or seconds. */
export function quick(what: string, value: number, bar: number, unit: string): Figure {
  return { ...atMost(what, value, bar, unit), isSpeed: true };
}

/** A figure that is told and not judged. */
export function told(what: string, got: string): Figure {
  return { what, got, bar: '–', ok: true };
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
