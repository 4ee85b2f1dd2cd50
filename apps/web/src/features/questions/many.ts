/** Answers that hold several values: `Priority 1, Priority 2`. */

/** The single values of an answer. */
export function splitMany(text: string): readonly string[] {
  return text
    .split(',')
    .map((part) => part.trim())
    .filter(Boolean);
}

/** The answer with one value more or less, in the order of the list they are chosen from. */
export function toggleMany(text: string, value: string, order: readonly string[]): string {
  const chosen = splitMany(text);
  const next = chosen.includes(value) ? chosen.filter((other) => other !== value) : [...chosen, value];
  const place = (one: string): number => (order.includes(one) ? order.indexOf(one) : order.length);
  return next.toSorted((a, b) => place(a) - place(b)).join(', ');
}
