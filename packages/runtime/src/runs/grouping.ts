/**
 * Group commit: items that come together are written by one statement. Used for accepts and for checkpoints; it is what
 * lets commits stay synchronous and still be many.
 *
 * Nobody waits for company that may not come: what comes while nothing is under way is written at once, with all that
 * came in the same turn of the event loop. What comes while a group is under way makes up the next one, so groups grow with
 * the load by themselves. A second group starts beside the first only when it is full.
 */

/** What became of one item of a group. */
export type ItemResult<Result> = { readonly ok: true; readonly value: Result } | { readonly ok: false; readonly error: unknown };

/** Options of {@link createGrouper}. */
export interface GrouperOptions<Item, Result> {
  readonly maxItems: number;
  readonly maxBytes: number;
  readonly maxInFlight: number;
  readonly sizeOf: (item: Item) => number;
  /** Writes a group; results in the order of its items. A throw is the result of every item. */
  readonly flush: (items: readonly Item[]) => Promise<readonly ItemResult<Result>[]>;
}

interface Waiting<Item, Result> {
  readonly item: Item;
  readonly bytes: number;
  readonly resolve: (value: Result) => void;
  readonly reject: (error: unknown) => void;
}

export interface Grouper<Item, Result> {
  add(item: Item): Promise<Result>;
  /** Resolves when everything added so far is settled. */
  drain(): Promise<void>;
}

/** Makes a grouper. */
export function createGrouper<Item, Result>(options: GrouperOptions<Item, Result>): Grouper<Item, Result> {
  let waiting: Waiting<Item, Result>[] = [];
  let bytes = 0;
  let turn: NodeJS.Immediate | undefined;
  const flights = new Set<Promise<void>>();

  const isFull = (): boolean => waiting.length >= options.maxItems || bytes >= options.maxBytes;

  const schedule = (): void => {
    if (waiting.length === 0 || flights.size >= options.maxInFlight) return;
    if (isFull()) take();
    else if (flights.size === 0) turn ??= setImmediate(take);
  };

  const take = (): void => {
    clearImmediate(turn);
    turn = undefined;
    if (waiting.length === 0 || flights.size >= options.maxInFlight) return;
    const group = waiting.splice(0, countWithin(waiting, options));
    bytes = waiting.reduce((sum, entry) => sum + entry.bytes, 0);
    const flight = settle(group, options.flush).finally(() => {
      flights.delete(flight);
      schedule();
    });
    flights.add(flight);
    schedule();
  };

  return {
    add: (item) =>
      new Promise((resolve, reject) => {
        const entry = { item, bytes: options.sizeOf(item), resolve, reject };
        waiting.push(entry);
        bytes += entry.bytes;
        schedule();
      }),
    drain: async () => {
      while (waiting.length > 0 || flights.size > 0) {
        take();
        await Promise.race(flights);
      }
    },
  };
}

/** How many of the waiting items make the next group: at least one, whatever its size. */
function countWithin(
  waiting: readonly { readonly bytes: number }[],
  limits: { readonly maxItems: number; readonly maxBytes: number },
): number {
  let bytes = 0;
  let count = 0;
  for (const entry of waiting) {
    if (count > 0 && (count >= limits.maxItems || bytes + entry.bytes > limits.maxBytes)) break;
    bytes += entry.bytes;
    count += 1;
  }
  return count;
}

async function settle<Item, Result>(group: readonly Waiting<Item, Result>[], flush: GrouperOptions<Item, Result>['flush']): Promise<void> {
  try {
    const results = await flush(group.map((entry) => entry.item));
    for (const [index, entry] of group.entries()) {
      const result = results[index];
      if (result?.ok) entry.resolve(result.value);
      else entry.reject(result?.error ?? new Error('A group write gave no result for an item'));
    }
  } catch (error) {
    for (const entry of group) entry.reject(error);
  }
}
