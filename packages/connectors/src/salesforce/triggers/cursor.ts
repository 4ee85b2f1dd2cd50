/**
 * How far a watch over changes has come.
 *
 * `since` is the newest SystemModstamp of the last whole sweep; each sweep begins two minutes before it, because long
 * transactions become visible late with an older stamp. `seen` are the versions already given within that overlap.
 * `page` continues a sweep that did not fit one poll. `matching` are the records known to match the condition, kept
 * only for "starts to match".
 */
import { z } from 'zod';

export const OVERLAP_MS = 2 * 60_000;
export const PAGE_SIZE = 200;
const MAX_SEEN = 2000;
/** Ids remembered as matching; the least recently touched are forgotten first. */
export const MAX_MATCHING = 20_000;

const cursorSchema = z.object({
  v: z.literal(1),
  /** Epoch milliseconds. */
  since: z.number(),
  seen: z.array(z.string()),
  page: z.object({ stampMs: z.number(), id: z.string(), newestMs: z.number() }).optional(),
  matching: z.array(z.string()).optional(),
});

export interface ChangeCursor {
  readonly v: 1;
  readonly since: number;
  readonly seen: readonly string[];
  readonly page?: { readonly stampMs: number; readonly id: string; readonly newestMs: number } | undefined;
  readonly matching?: readonly string[] | undefined;
}

/** Reads a stored cursor; undefined when there is none or it is of another form, which means "from now". */
export function readCursor(stored: unknown): ChangeCursor | undefined {
  const result = cursorSchema.safeParse(stored);
  return result.success ? result.data : undefined;
}

/** One version of one record. */
export interface Version {
  readonly id: string;
  readonly stampMs: number;
}

/** How a version is remembered: short, for thousands of them are stored. The last 12 characters of the 15 identify a record within its object. */
export function versionKey(version: Version): string {
  return `${shortId(version.id)}@${version.stampMs.toString(36)}`;
}

/** The part of an id that tells records of one object apart. */
export function shortId(id: string): string {
  return id.slice(3, 15);
}

/** The remembered versions after a page: those still inside the next overlap, newest kept when there are too many. */
export function rememberSeen(seen: readonly string[], versions: readonly Version[], since: number): string[] {
  const all = new Set([...seen, ...versions.map(versionKey)]);
  const inOverlap = [...all].filter((key) => Number.parseInt(key.slice(key.indexOf('@') + 1), 36) >= since - OVERLAP_MS);
  return inOverlap.slice(-MAX_SEEN);
}
