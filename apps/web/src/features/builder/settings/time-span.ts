/** A length of time as a number and a unit. Pure. */

export const UNITS = ['seconds', 'minutes', 'hours', 'days'] as const;
export type TimeUnit = (typeof UNITS)[number];

const UNIT_MS = { seconds: 1000, minutes: 60_000, hours: 3_600_000, days: 86_400_000 } as const satisfies Record<TimeUnit, number>;

/** The span in the largest unit that it is whole in; in seconds else. */
export function spanOf(ms: number): { readonly amount: number; readonly unit: TimeUnit } {
  const unit = UNITS.findLast((one) => ms % UNIT_MS[one] === 0) ?? 'seconds';
  return { amount: ms / UNIT_MS[unit], unit };
}

/** Milliseconds of a span. */
export function spanMs(amount: number, unit: TimeUnit): number {
  return Math.round(amount * UNIT_MS[unit]);
}
