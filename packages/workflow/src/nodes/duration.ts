/** Lengths of time as people set them: in words, and what can be wrong with one. */
import type { Duration } from '../document.ts';
import type { NodeFinding } from './kind.ts';

const UNIT_MS = { seconds: 1000, minutes: 60_000, hours: 3_600_000, days: 86_400_000, weeks: 604_800_000 } as const satisfies Record<
  Duration['unit'],
  number
>;

/** Milliseconds of a number of units. */
export function durationMs(amount: number, unit: Duration['unit']): number {
  return amount * UNIT_MS[unit];
}

/** A duration in words: `3 days`, `1 hour`; an amount that is only known when it runs stays open. */
export function durationWords({ amount, unit }: Duration): string {
  if (typeof amount === 'string' && amount.includes('{{')) return `some ${unit}`;
  const number = Number(amount);
  return number === 1 ? `1 ${unit.slice(0, -1)}` : `${String(amount)} ${unit}`;
}

/** What is wrong with a duration; nothing when its amount is an expression. */
export function checkDuration(duration: Duration | undefined, path: string, whatFor: string): NodeFinding[] {
  const at = `${path}.amount`;
  if (duration === undefined || duration.amount === '' || duration.amount === null)
    return [{ severity: 'error', path: at, code: 'no_duration', message: `Say how long ${whatFor}.` }];
  const { amount } = duration;
  if (typeof amount === 'string' && amount.includes('{{')) return [];
  const number = typeof amount === 'string' || typeof amount === 'number' ? Number(amount) : Number.NaN;
  if (Number.isFinite(number) && number >= 0) return [];
  return [
    { severity: 'error', path: at, code: 'wrong_duration', message: `${JSON.stringify(amount)} is not a number of ${duration.unit}.` },
  ];
}
