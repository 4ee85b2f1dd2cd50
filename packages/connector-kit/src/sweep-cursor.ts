/**
 * How far a watch over changes has come, as it is stored between polls.
 *
 * `since` is the time up to which a whole sweep has given everything; each sweep begins {@link OVERLAP_MS} before it, for
 * records become visible late, with an older stamp. `seen` are the versions given within that overlap. `page` continues a
 * sweep that did not fit one poll.
 */
import { z } from 'zod';

/** How far behind `since` a sweep begins: what becomes visible later than this after its stamp is missed. */
export const OVERLAP_MS = 2 * 60_000;
/** Versions remembered. Beyond it the oldest are forgotten and given again, under the same key. */
export const MAX_SEEN = 20_000;

/** `Place`: where the vendor's next page begins. */
export interface SweepCursor<Place> {
  readonly v: 1;
  /** Epoch milliseconds, by the vendor's clock. */
  readonly since: number;
  readonly seen: readonly string[];
  /** `startedMs`: the vendor's clock when the sweep began; `newestMs`: the newest stamp it has met. */
  readonly page?: { readonly after: Place; readonly startedMs: number; readonly newestMs: number } | undefined;
}

/** The schema of a stored cursor, to be extended by what a connector keeps besides. A page it cannot read begins its sweep again. */
export function sweepCursorSchema<Place extends z.ZodType>(place: Place) {
  return z.object({
    v: z.literal(1),
    since: z.number(),
    seen: z.array(z.string()).readonly(),
    page: z.object({ after: place, startedMs: z.number(), newestMs: z.number() }).optional().catch(undefined),
  });
}

/** One version of one record. */
export interface Version {
  /** As short as tells records of one object apart: thousands are stored. Without `@`. */
  readonly id: string;
  /** When it was changed, epoch milliseconds, as exactly as the vendor says. */
  readonly stampMs: number;
  /** A short hash of what was read of it; absent where that does not tell whether the record has changed. */
  readonly content?: string;
}

/**
 * The key of a version that is `settled`: no later one can have the same stamp. Of one that is not, the content tells
 * whether it is the same; without that it has no key and is not remembered.
 */
export function keyOf(version: Version, settled: boolean): string | undefined {
  const key = `${version.id}@${version.stampMs.toString(36)}`;
  if (settled) return key;
  return version.content === undefined ? undefined : `${key}~${version.content}`;
}

/** The id in a key. */
export function idIn(key: string): string {
  return key.slice(0, key.indexOf('@'));
}

/** The keys inside the overlap before `since`, the newest when there are too many. */
export function remember(keys: ReadonlySet<string>, since: number): string[] {
  const within = [...keys].filter((key) => stampIn(key) >= since - OVERLAP_MS);
  return within.length <= MAX_SEEN ? within : within.toSorted((a, b) => stampIn(a) - stampIn(b)).slice(-MAX_SEEN);
}

function stampIn(key: string): number {
  return Number.parseInt(key.slice(key.indexOf('@') + 1), 36);
}
