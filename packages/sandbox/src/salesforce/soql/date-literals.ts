const DAY_MS = 86_400_000;

type Unit = 'day' | 'week' | 'month' | 'quarter' | 'year';

const NAMED: Readonly<Record<string, Unit>> = { today: 'day', yesterday: 'day', tomorrow: 'day' };
const FORMS =
  /^(?:(this|last|next)_(?:fiscal_)?(week|month|quarter|year)|(last|next)_n_(?:fiscal_)?(day|week|month|quarter|year)s|n_(?:fiscal_)?(day|week|month|quarter|year)s_ago|(last|next)_90_days)$/;

/** True for the name of a date literal, in lower case and without its count. */
export function isDateLiteral(name: string): boolean {
  return name in NAMED || FORMS.test(name);
}

/** First moment and first moment after a date literal, in UTC (the sandbox user's zone); fiscal years are calendar years. */
export function rangeOf(name: string, count: number, now: number): { start: number; end: number } {
  const { unit, from, to } = spanOf(name, count);
  return { start: startOf(unit, from, now), end: startOf(unit, to, now) };
}

/** The units from (included) and to (not included), counted from the present one. */
function spanOf(name: string, count: number): { unit: Unit; from: number; to: number } {
  if (name === 'yesterday') return { unit: 'day', from: -1, to: 0 };
  if (name === 'tomorrow') return { unit: 'day', from: 1, to: 2 };
  const [, single, singleUnit, several, severalUnit, agoUnit, ninety] = FORMS.exec(name) ?? [];
  if (ninety !== undefined) return ninety === 'last' ? { unit: 'day', from: -90, to: 1 } : { unit: 'day', from: 1, to: 91 };
  if (agoUnit !== undefined) return { unit: agoUnit as Unit, from: -count, to: -count + 1 };
  // The last n days take in today; the last n of anything longer end before the present one.
  if (several === 'last') return { unit: severalUnit as Unit, from: -count, to: severalUnit === 'day' ? 1 : 0 };
  if (several === 'next') return { unit: severalUnit as Unit, from: 1, to: count + 1 };
  const offset = single === 'last' ? -1 : single === 'next' ? 1 : 0;
  return { unit: (singleUnit ?? 'day') as Unit, from: offset, to: offset + 1 };
}

function startOf(unit: Unit, offset: number, now: number): number {
  const today = Math.floor(now / DAY_MS) * DAY_MS;
  const date = new Date(today);
  switch (unit) {
    case 'day':
      return today + offset * DAY_MS;
    case 'week':
      return today + (offset * 7 - date.getUTCDay()) * DAY_MS;
    case 'month':
      return Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + offset, 1);
    case 'quarter':
      return Date.UTC(date.getUTCFullYear(), (Math.floor(date.getUTCMonth() / 3) + offset) * 3, 1);
    case 'year':
      return Date.UTC(date.getUTCFullYear() + offset, 0, 1);
  }
}
