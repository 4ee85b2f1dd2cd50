/**
 * How far a watch over changes has come. `since` is the newest `lastUpdated` of the last whole sweep; each sweep starts
 * two minutes before it, because the vendor's comparison of times is not exact everywhere. `seen` are the versions
 * already given within that overlap. `pageId` continues a sweep that did not fit one poll; `newest` and `maxId` are
 * what the sweep has found so far.
 */
import { z } from 'zod';
import type { CwRecord } from '../client.ts';

export const OVERLAP_MS = 2 * 60_000;
export const PAGE_SIZE = 200;
const MAX_SEEN = 2000;

const cursorSchema = z.object({
  v: z.literal(1),
  since: z.number(),
  seen: z.array(z.string()),
  /** Highest id there was when the last sweep ended: what is above was created since. */
  maxId: z.number(),
  page: z.object({ pageId: z.number(), newest: z.number(), maxId: z.number() }).optional(),
});

export interface ChangeCursor {
  readonly v: 1;
  readonly since: number;
  readonly seen: readonly string[];
  readonly maxId: number;
  readonly page?: { readonly pageId: number; readonly newest: number; readonly maxId: number } | undefined;
}

/** Reads a stored cursor; undefined when there is none or it is of another form, which means "from now". */
export function readCursor(stored: unknown): ChangeCursor | undefined {
  const result = cursorSchema.safeParse(stored);
  return result.success ? result.data : undefined;
}

/** When a record was last changed, epoch milliseconds; 0 when it does not say. */
export function changedAt(record: CwRecord): number {
  const at = Date.parse(String((record['_info'] as { lastUpdated?: string } | undefined)?.lastUpdated ?? ''));
  return Number.isNaN(at) ? 0 : at;
}

/** When a record was created, where it says so (tickets do): tells one that became visible late, below a higher id. */
export function enteredAt(record: CwRecord): number {
  const at = Date.parse(String((record['_info'] as { dateEntered?: string } | undefined)?.dateEntered ?? record['dateEntered'] ?? ''));
  return Number.isNaN(at) ? 0 : at;
}

/** How a version is remembered. */
export function versionKey(record: CwRecord): string {
  return `${record.id}@${changedAt(record).toString(36)}`;
}

/** The remembered versions after a page: those inside the next overlap, newest kept when there are too many. */
export function rememberSeen(seen: readonly string[], records: readonly CwRecord[], since: number): string[] {
  const all = new Set([...seen, ...records.map(versionKey)]);
  return [...all].filter((key) => Number.parseInt(key.slice(key.indexOf('@') + 1), 36) >= since - OVERLAP_MS).slice(-MAX_SEEN);
}
