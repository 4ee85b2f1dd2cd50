/** One part of `orderBy`. */
export interface SortKey<T> {
  read(item: T): unknown;
  isDescending: boolean;
}

/** Items in the order of the keys, whose values are worked out once per item; ties fall back to id so that pages are stable. */
export function inOrder<T extends { id: number }>(items: T[], keys: readonly SortKey<T>[]): T[] {
  if (keys.length === 0) return items;
  const keyed = items.map((item) => ({ item, values: keys.map((key) => sortable(key.read(item))) }));
  keyed.sort((a, b) => {
    for (const [index, { isDescending }] of keys.entries()) {
      const order = compare(a.values[index], b.values[index]);
      if (order !== 0) return isDescending ? -order : order;
    }
    return a.item.id - b.item.id;
  });
  return keyed.map(({ item }) => item);
}

function sortable(value: unknown): string | number | undefined {
  if (value === undefined || value === null) return undefined;
  return typeof value === 'number' ? value : String(value).toLowerCase();
}

/** What is unset comes first. */
function compare(a: string | number | undefined, b: string | number | undefined): number {
  if (a === undefined) return b === undefined ? 0 : -1;
  if (b === undefined) return 1;
  return a < b ? -1 : a > b ? 1 : 0;
}
