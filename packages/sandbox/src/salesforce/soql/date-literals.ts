const DAY_MS = 86_400_000;

/** First moment and first moment after a date literal, in UTC (the sandbox user's zone). */
export function rangeOf(name: string, count: number, now: number): { start: number; end: number } {
  const today = Math.floor(now / DAY_MS) * DAY_MS;
  const date = new Date(today);
  const month = (offset: number) => Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + offset, 1);
  const year = (offset: number) => Date.UTC(date.getUTCFullYear() + offset, 0, 1);
  const sunday = today - date.getUTCDay() * DAY_MS;
  switch (name) {
    case 'today':
      return { start: today, end: today + DAY_MS };
    case 'yesterday':
      return { start: today - DAY_MS, end: today };
    case 'tomorrow':
      return { start: today + DAY_MS, end: today + 2 * DAY_MS };
    case 'last_90_days':
      return { start: today - 90 * DAY_MS, end: today + DAY_MS };
    case 'next_90_days':
      return { start: today + DAY_MS, end: today + 91 * DAY_MS };
    case 'last_n_days':
      return { start: today - count * DAY_MS, end: today + DAY_MS };
    case 'next_n_days':
      return { start: today + DAY_MS, end: today + (count + 1) * DAY_MS };
    case 'last_n_months':
      return { start: month(-count), end: month(0) };
    case 'next_n_months':
      return { start: month(1), end: month(count + 1) };
  }
  const offset = name.startsWith('last') ? -1 : name.startsWith('next') ? 1 : 0;
  if (name.endsWith('week')) return { start: sunday + offset * 7 * DAY_MS, end: sunday + (offset + 1) * 7 * DAY_MS };
  if (name.endsWith('month')) return { start: month(offset), end: month(offset + 1) };
  return { start: year(offset), end: year(offset + 1) };
}
