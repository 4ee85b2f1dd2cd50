const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;
const DAY_MS = 86_400_000;

/** `12 s ago`, `49 min ago`, `3 h ago`, `yesterday`, `4 days ago`, `12 Nov`, `in 5 min`. Both in epoch milliseconds. */
export function relativeTime(atMs: number, nowMs: number): string {
  const distance = Math.abs(nowMs - atMs);
  const isPast = atMs <= nowMs;
  const phrase = (text: string): string => (isPast ? `${text} ago` : `in ${text}`);
  if (distance < 5000) return 'now';
  if (distance < MINUTE_MS) return phrase(`${Math.round(distance / 1000)} s`);
  if (distance < HOUR_MS) return phrase(`${Math.round(distance / MINUTE_MS)} min`);
  if (distance < DAY_MS) return phrase(`${Math.round(distance / HOUR_MS)} h`);
  if (distance < 2 * DAY_MS) return isPast ? 'yesterday' : 'tomorrow';
  if (distance < 7 * DAY_MS) return phrase(`${Math.floor(distance / DAY_MS)} days`);
  const date = new Date(atMs);
  const isSameYear = date.getUTCFullYear() === new Date(nowMs).getUTCFullYear();
  return new Intl.DateTimeFormat('en-GB', {
    day: 'numeric',
    month: 'short',
    timeZone: 'UTC',
    ...(isSameYear ? {} : { year: 'numeric' }),
  }).format(date);
}

/** `23 Nov 2026, 09:41:12 UTC` */
export function exactTime(moment: Date): string {
  return `${new Intl.DateTimeFormat('en-GB', { dateStyle: 'medium', timeStyle: 'medium', timeZone: 'UTC' }).format(moment)} UTC`;
}

/** `412 ms`, `1.4 s`, `42 s`, `4 min 12 s`, `2 h 5 min`. */
export function duration(ms: number): string {
  if (ms < 1000) return `${Math.max(0, Math.round(ms))} ms`;
  if (ms < 9950) return `${(ms / 1000).toFixed(1)} s`;
  const seconds = Math.round(ms / 1000);
  if (seconds < 60) return `${seconds} s`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min${seconds % 60 ? ` ${seconds % 60} s` : ''}`;
  const minutes = Math.round(seconds / 60);
  return `${Math.floor(minutes / 60)} h${minutes % 60 ? ` ${minutes % 60} min` : ''}`;
}

const CLOCK = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit' });
const THIS_YEAR = new Intl.DateTimeFormat('en-GB', { weekday: 'short', day: 'numeric', month: 'short' });
const OTHER_YEAR = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short', year: 'numeric' });

/** A moment to come, by the reader's own clock: `today, 16:30`, `tomorrow, 09:00`, `Mon 30 Nov, 16:30`. */
export function dueTime(at: number, now: number): string {
  const moment = new Date(at);
  const today = new Date(now);
  return `${dayWords(moment, today)}, ${CLOCK.format(moment)}`;
}

function dayWords(moment: Date, today: Date): string {
  // Rounded, since a day on which the clocks are changed is longer or shorter.
  const days = Math.round((startOfDay(moment) - startOfDay(today)) / DAY_MS);
  if (days === 0) return 'today';
  if (days === 1) return 'tomorrow';
  return (moment.getFullYear() === today.getFullYear() ? THIS_YEAR : OTHER_YEAR).format(moment).replace(',', '');
}

function startOfDay(moment: Date): number {
  return new Date(moment.getFullYear(), moment.getMonth(), moment.getDate()).getTime();
}
