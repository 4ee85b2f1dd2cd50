/** When the secret or certificate of an account ends, in words. */

const DAY_MS = 86_400_000;
/** Days before the end from which people are told. */
const WARN_DAYS = 30;

/** How the end of an account's credentials stands. */
export interface AccountEnd {
  readonly words: string;
  readonly isSoon: boolean;
}

/** What to say of the end; undefined where none is known. Times as ISO text and epoch milliseconds. */
export function accountEnd(expiresAt: string | null, now: number): AccountEnd | undefined {
  if (expiresAt === null) return undefined;
  const at = Date.parse(expiresAt);
  const date = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short', year: 'numeric', timeZone: 'UTC' }).format(at);
  const days = Math.floor((at - now) / DAY_MS);
  if (at <= now) return { words: `Its secret or certificate ended on ${date}`, isSoon: true };
  if (days >= WARN_DAYS) return { words: `Ends on ${date}`, isSoon: false };
  return { words: `Ends ${days === 0 ? 'within a day' : days === 1 ? 'in 1 day' : `in ${days} days`}, on ${date}`, isSoon: true };
}

/** The date that a form shows of a stored end, and back: the end of that day. */
export function dateOf(expiresAt: string | null | undefined): string {
  return expiresAt?.slice(0, 10) ?? '';
}
export function endOfDate(date: string): string | null {
  return date === '' ? null : `${date}T23:59:59.000Z`;
}
