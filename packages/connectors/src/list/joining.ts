/** Two lists brought together by a key, as databases do it. */
import { doNotRetry, itemReader } from '@weft/connector-kit';
import { isRecord, MAX_ITEMS } from './properties.ts';
import { isEmpty, keyOf } from './values.ts';

type Item = Readonly<Record<string, unknown>>;

export interface JoinRequest {
  readonly left: readonly unknown[];
  readonly right: readonly unknown[];
  readonly leftKey: string;
  readonly rightKey: string;
  readonly ignoreCase: boolean;
  /** Of several items of the right list with the same key only the first is taken. */
  readonly onlyFirst: boolean;
  readonly prefix: string;
}

/** Rows by where they were found. */
export interface Joined {
  readonly both: readonly Item[];
  readonly leftOnly: readonly Item[];
  readonly rightOnly: readonly Item[];
  /** `both` and `leftOnly` in the order of the left list. */
  readonly leftInOrder: readonly Item[];
}

/** Joins. Nothing as a key matches nothing. Throws `invalid` when an item is no record or the result is too long. */
export function join(request: JoinRequest): Joined {
  const left = recordsOf(request.left, 'first');
  const right = recordsOf(request.right, 'second');
  const naming = namesFor(left, right, request);
  const readLeft = itemReader(request.leftKey);
  const byKey = indexed(right, request);
  const found = new Set<Item>();
  const both: Item[] = [];
  const leftOnly: Item[] = [];
  const leftInOrder: Item[] = [];
  for (const item of left) {
    const value = readLeft(item);
    const matches = isEmpty(value) ? [] : (byKey.get(keyOf(value, request.ignoreCase)) ?? []);
    // Further items of a key count as found, also when only the first is taken.
    for (const match of matches) found.add(match);
    const rows = (request.onlyFirst ? matches.slice(0, 1) : matches).map((match) => merged(item, match, naming));
    if (leftInOrder.length + rows.length > MAX_ITEMS) throw tooMany();
    if (rows.length === 0) leftOnly.push(item);
    for (const row of rows) both.push(row);
    for (const row of rows.length === 0 ? [item] : rows) leftInOrder.push(row);
  }
  return { both, leftOnly, leftInOrder, rightOnly: right.filter((item) => !found.has(item)).map((item) => merged({}, item, naming)) };
}

function indexed(items: readonly Item[], request: JoinRequest): Map<string, Item[]> {
  const read = itemReader(request.rightKey);
  const byKey = new Map<string, Item[]>();
  for (const item of items) {
    const value = read(item);
    if (isEmpty(value)) continue;
    const key = keyOf(value, request.ignoreCase);
    const known = byKey.get(key);
    if (known === undefined) byKey.set(key, [item]);
    else known.push(item);
  }
  return byKey;
}

function recordsOf(items: readonly unknown[], which: string): Item[] {
  return items.map((item, at) => {
    if (isRecord(item)) return item;
    throw doNotRetry(`Item ${at + 1} of the ${which} list is not a record; only records can be joined.`, { code: 'not_a_record' });
  });
}

/**
 * The names that members of the second list get: a prefix where any record of the first list has such a name, so that a
 * name means the same in every row. The key is not doubled when both lists call it the same.
 */
function namesFor(left: readonly Item[], right: readonly Item[], request: JoinRequest): ReadonlyMap<string, string> {
  const theirs = new Set(left.flatMap((item) => Object.keys(item)));
  const ours = new Set(right.flatMap((item) => Object.keys(item)));
  const shared = request.leftKey === request.rightKey ? request.leftKey : undefined;
  const clashing = [...ours].filter((name) => theirs.has(name) && name !== shared);
  const taken = new Set([...theirs, ...ours]);
  const names = new Map<string, string>();
  for (const name of clashing) {
    let free = name;
    while (taken.has(free)) free = `${request.prefix}${free}`;
    taken.add(free);
    names.set(name, free);
  }
  return names;
}

function merged(left: Item, right: Item, names: ReadonlyMap<string, string>): Item {
  const theirs = Object.entries(right).map(([name, value]) => [names.get(name) ?? name, value] as const);
  // Built from entries: a member called __proto__ stays a member. The first list's spelling of a shared key goes first.
  return Object.fromEntries([...Object.entries(left), ...theirs.filter(([name]) => !Object.hasOwn(left, name))]);
}

function tooMany(): Error {
  return doNotRetry(
    `The joined list would have more than ${MAX_ITEMS} items: many items of both lists have the same key. Take only the first match, or remove duplicates first.`,
    { code: 'list_too_long' },
  );
}
