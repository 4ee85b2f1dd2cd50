/** Rows as they stand on the screen, and how many newer ones wait. */
export interface HeldRows<Row> {
  readonly shown: readonly Row[];
  readonly waiting: number;
}

/**
 * Keeps the order that a reader sees while the list is held: known rows are brought up to date in place, new ones are
 * counted, not shown. `heldIds` undefined means that nothing is held.
 */
export function heldRows<Row extends { readonly id: string }>(
  fresh: readonly Row[],
  heldIds: readonly string[] | undefined,
): HeldRows<Row> {
  if (!heldIds) return { shown: fresh, waiting: 0 };
  const byId = new Map(fresh.map((row) => [row.id, row]));
  const held = new Set(heldIds);
  return {
    shown: heldIds.flatMap((id) => byId.get(id) ?? []),
    waiting: fresh.filter((row) => !held.has(row.id)).length,
  };
}
