/**
 * Finds what has changed at a vendor by asking again and again, page by page.
 *
 * What makes it hard, and how it is met:
 * - Records become visible late, with an older stamp: each sweep begins some time before the end of the last one, and
 *   leaves out the versions that were given.
 * - Stamps are coarse: a record read in the second of its stamp can change again and keep it. Until that second is over a
 *   version is known by its content as well.
 * - A sweep takes time: what changes behind its back, below the place it has reached, is left to the next one, which
 *   therefore begins before the start of this one, however new the records are that this one met.
 * - Clocks differ: times are the vendor's, never ours.
 */
import { OVERLAP_MS, idIn, keyOf, MAX_SEEN, remember } from './sweep-cursor.ts';
import type { SweepCursor, Version } from './sweep-cursor.ts';

const BEGIN_PAGE_SIZE = 1000;
const PAGE_SIZE = 200;
/** Stamps hold whole seconds, and so does the vendor's clock in the `Date` of its answers. */
const STAMP_STEP_MS = 1000;

/** One page of changed rows. `next` is absent on the last; `serverMs` is the vendor's clock when it answered. */
export interface SweepPage<Row, Place> {
  readonly rows: readonly Row[];
  readonly next?: Place | undefined;
  readonly serverMs: number | undefined;
}

/** How a vendor is asked for what has changed. */
export interface SweepSource<Row, Place> {
  /** What changed at or after `fromMs`, behind `after`, in an order in which nothing unchanged moves. */
  page(request: { readonly fromMs: number; readonly after: Place | undefined; readonly size: number }): Promise<SweepPage<Row, Place>>;
  versionOf(row: Row): Version;
  /** Our clock: measures how long an answer took, and stands in where the vendor does not tell the time. */
  now(): number;
}

/** A version that was not given before. */
export interface FreshRow<Row> {
  readonly row: Row;
  /** No version of this record was given within the overlap. */
  readonly isNewcomer: boolean;
  /** Names this version for ever: the end of a dedup key. */
  readonly version: string;
}

/** A cursor that begins now: `since` is the vendor's present time, and what changed shortly before counts as given. */
export async function beginSweep<Row, Place>(source: SweepSource<Row, Place>, since: number): Promise<SweepCursor<Place>> {
  const keys = new Set<string>();
  let after: Place | undefined;
  do {
    const { page, settledMs } = await ask(source, { fromMs: since - OVERLAP_MS, after, size: BEGIN_PAGE_SIZE });
    addKeys(keys, page.rows.map(source.versionOf), settledMs);
    after = page.next;
  } while (after !== undefined && keys.size < MAX_SEEN);
  return { v: 1, since, seen: remember(keys, since) };
}

/** Goes on from a cursor by one page. When there is more, the cursor given leads to it. */
export async function sweep<Row, Place>(
  source: SweepSource<Row, Place>,
  cursor: SweepCursor<Place>,
): Promise<{ readonly fresh: readonly FreshRow<Row>[]; readonly cursor: SweepCursor<Place>; readonly hasMore: boolean }> {
  const fromMs = cursor.since - OVERLAP_MS;
  const { page, askedMs, settledMs } = await ask(source, { fromMs, after: cursor.page?.after, size: PAGE_SIZE });
  const keys = new Set(cursor.seen);
  const ids = new Set(cursor.seen.map(idIn));
  const fresh = page.rows
    .map((row) => ({ row, version: source.versionOf(row) }))
    // Some vendors compare days where times were meant, so what is too old is left out here.
    .filter(({ version }) => version.stampMs >= fromMs && !isKnown(keys, version))
    .map(({ row, version }) => ({ row, isNewcomer: !ids.has(version.id), version: nameOf(version) }));
  const versions = page.rows.map(source.versionOf);
  addKeys(keys, versions, settledMs);
  const startedMs = cursor.page?.startedMs ?? askedMs;
  const newestMs = Math.max(cursor.page?.newestMs ?? cursor.since, ...versions.map(({ stampMs }) => stampMs));
  if (page.next !== undefined) {
    const next = { after: page.next, startedMs, newestMs };
    return { fresh, cursor: { v: 1, since: cursor.since, seen: remember(keys, cursor.since), page: next }, hasMore: true };
  }
  // Where nothing happens `since` follows the clock at a distance, lest the same records are read for ever.
  const since = Math.max(cursor.since, Math.min(newestMs, startedMs), startedMs - OVERLAP_MS);
  return { fresh, cursor: { v: 1, since, seen: remember(keys, since) }, hasMore: false };
}

/** Asks for a page. `askedMs`: the vendor's clock when it was asked, at the latest; `settledMs`: stamps up to here are final. */
async function ask<Row, Place>(
  source: SweepSource<Row, Place>,
  request: Parameters<SweepSource<Row, Place>['page']>[0],
): Promise<{ page: SweepPage<Row, Place>; askedMs: number; settledMs: number }> {
  const before = source.now();
  const page = await source.page(request);
  const after = source.now();
  const askedMs = (page.serverMs ?? after) - (after - before);
  return { page, askedMs, settledMs: askedMs - STAMP_STEP_MS };
}

function isKnown(keys: ReadonlySet<string>, version: Version): boolean {
  return [true, false].some((settled) => {
    const key = keyOf(version, settled);
    return key !== undefined && keys.has(key);
  });
}

function addKeys(keys: Set<string>, versions: readonly Version[], settledMs: number): void {
  for (const version of versions) {
    const key = keyOf(version, version.stampMs <= settledMs);
    if (key !== undefined) keys.add(key);
  }
}

function nameOf({ stampMs, content }: Version): string {
  const stamp = new Date(stampMs).toISOString();
  return content === undefined ? stamp : `${stamp}:${content}`;
}
