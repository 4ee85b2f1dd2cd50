/** Times of a cron expression by the clocks of a zone, through the days on which those are put forward or back. */
import { Cron } from 'croner';

const DAY_MS = 86_400_000;
/** No zone has ever put its clocks forward by more in one go, but for days that were left out of a calendar. */
const LONGEST_GAP_MS = 3 * 3_600_000;

/**
 * The first time after `after` that the expression names; undefined when there is none. A time that comes twice is the first
 * one. A time that does not exist, because the clocks are put forward over it, comes as much later as they are put forward:
 * half past two becomes half past three. Throws what croner throws of a malformed expression.
 */
export function nextByWallClock(expression: string, timezone: string, after: Date): Date | undefined {
  const zoned = new Cron(expression, { timezone, paused: true });
  const plain = new Cron(expression, { timezone: 'UTC', paused: true });
  const offsetAt = offsets(timezone);
  // Croner gives the end of a gap for what lies in it, a time that the expression does not name.
  const isNamed = (at: Date): boolean => plain.match(new Date(at.getTime() + offsetAt(at.getTime())));
  let next = zoned.nextRun(after);
  // And of a time that comes twice it gives both, unless it is the only one of its day.
  const isExtra = (at: Date): boolean => !isOfEachHour(expression) && cameBefore(at.getTime(), offsetAt);
  while (next && (!isNamed(next) || isExtra(next))) next = zoned.nextRun(next);
  const until = next?.getTime() ?? (plain.nextRun(after) ? after.getTime() + 366 * DAY_MS : 0);
  for (const gap of gapsBetween(after.getTime() - LONGEST_GAP_MS, until, offsetAt)) {
    const moved = inGap(plain, gap, after.getTime());
    if (moved !== undefined) return new Date(Math.min(moved, next?.getTime() ?? moved));
  }
  return next ?? undefined;
}

/** Whether an expression names no hours: then it goes by real time, through both of two hours that are called the same. */
function isOfEachHour(expression: string): boolean {
  const fields = expression.trim().split(/\s+/);
  const hour = fields.length === 5 ? fields[1] : fields[2];
  return fields[0] === '@hourly' || (hour !== undefined && ['*', '?', '*/1', '0-23'].includes(hour));
}

/** Whether the clocks showed the same a while ago, before they were put back. */
function cameBefore(at: number, offsetAt: (ms: number) => number): boolean {
  const [now, before] = [offsetAt(at), offsetAt(at - LONGEST_GAP_MS)];
  return before > now && offsetAt(at - (before - now)) === before;
}

/** Clocks that are put forward: when, epoch milliseconds, and how far they are from UTC before and after, milliseconds. */
interface Gap {
  readonly at: number;
  readonly before: number;
  readonly after: number;
}

/** The first time of a gap that comes after `after`, moved to where it comes. */
function inGap(plain: Cron, gap: Gap, after: number): number | undefined {
  // Wall clocks are counted as if they were UTC.
  const from = Math.max(gap.at, after + 1) + gap.before;
  const named = plain.nextRun(new Date(from - 1))?.getTime();
  return named !== undefined && named < gap.at + gap.after ? named - gap.before : undefined;
}

/** The gaps of a stretch of time, in order. Two changes within one day cancel out unseen: no zone has them. */
function* gapsBetween(from: number, until: number, offsetAt: (ms: number) => number): Generator<Gap> {
  for (let day = from; day < until; day += DAY_MS) {
    const [before, after] = [offsetAt(day), offsetAt(day + DAY_MS)];
    if (after > before) yield { at: changeBetween(day, day + DAY_MS, offsetAt), before, after };
  }
}

function changeBetween(from: number, until: number, offsetAt: (ms: number) => number): number {
  const before = offsetAt(from);
  let [low, high] = [from, until];
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (offsetAt(middle) === before) low = middle;
    else high = middle;
  }
  return high;
}

/** Making one costs more than all that it is asked. */
const FORMATS = new Map<string, Intl.DateTimeFormat>();

function formatOf(timezone: string): Intl.DateTimeFormat {
  const known = FORMATS.get(timezone);
  if (known) return known;
  const format = new Intl.DateTimeFormat('en-US', {
    timeZone: timezone,
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  });
  FORMATS.set(timezone, format);
  return format;
}

/** How far a zone's clocks are from UTC at a time, milliseconds. */
function offsets(timezone: string): (ms: number) => number {
  const format = formatOf(timezone);
  return (ms) => {
    const parts = Object.fromEntries(format.formatToParts(ms).map(({ type, value }) => [type, Number(value)]));
    const { year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = parts;
    return Date.UTC(year, month - 1, day, hour, minute, second) - Math.floor(ms / 1000) * 1000;
  };
}
