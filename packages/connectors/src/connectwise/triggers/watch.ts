/** Watching an object's records for changes by asking again and again: what polling and the sweep behind callbacks share. */
import { OVERLAP_MS, beginSweep, sha256Hex, sweep, type CallContext, type FreshRow, type SweepSource } from '@weft/connector-kit';
import { openConnectWise, type ConnectWise, type CwRecord } from '../client.ts';
import { cwTime, type Filter } from '../conditions.ts';
import { watchableObject } from '../objects.ts';
import { changedAt, enteredAt, type ChangeCursor } from './cursor.ts';

/** What is watched: an object, perhaps narrowed. */
export interface Watch {
  readonly object: string;
  /** In ConnectWise's condition language, as a person wrote it. */
  readonly where?: string | undefined;
  readonly only?: Filter;
}

/** A version of a record that was not given before. `version` names it for ever. */
export interface Change {
  readonly record: CwRecord;
  readonly version: string;
  readonly isCreated: boolean;
}

function changedSince({ where, only = {} }: Watch, ms: number): Filter {
  const own = [where, only.conditions].filter((condition) => condition !== undefined).map((condition) => ` AND (${condition})`);
  return { ...only, conditions: `lastUpdated >= ${cwTime(ms)}${own.join('')}` };
}

/** The changes of the watched object, and the highest id met among them. */
function changes(cw: ConnectWise, watch: Watch, now: () => number): { source: SweepSource<CwRecord, number>; highestId: () => number } {
  let highestId = 0;
  const source: SweepSource<CwRecord, number> = {
    async page({ fromMs, after, size }) {
      const page = await cw.forward(watchableObject(watch.object).path, changedSince(watch, fromMs), { pageSize: size, pageId: after });
      highestId = Math.max(highestId, ...page.records.map(({ id }) => id));
      return { rows: page.records, next: page.nextPageId, serverMs: cw.serverTime() };
    },
    versionOf: (record) => ({ id: String(record.id), stampMs: changedAt(record), content: sha256Hex(JSON.stringify(record)).slice(0, 12) }),
    now,
  };
  return { source, highestId: () => highestId };
}

/** A cursor that begins now. */
export async function beginWatch(context: CallContext, watch: Watch): Promise<ChangeCursor> {
  const cw = openConnectWise(context);
  // Asked of the same client: its answer also tells the vendor's time.
  const newest = await newestId(cw, watch);
  const { source, highestId } = changes(cw, watch, context.now);
  const begun = await beginSweep(source, cw.serverTime() ?? context.now());
  return { ...begun, maxId: Math.max(newest, highestId()) };
}

/** The highest id of the watched object; 0 when there is no record. */
export async function newestId(cw: ConnectWise, watch: Pick<Watch, 'object'>): Promise<number> {
  const [newest] = await cw.page(watchableObject(watch.object).path, { orderBy: 'id desc' }, { pageSize: 1 });
  return newest?.id ?? 0;
}

/** How many records a sweep gives that begins in the past. `since`: as the cursor has it, epoch milliseconds. */
export function countChanged(context: CallContext, watch: Watch, since: number): Promise<number> {
  return openConnectWise(context).count(watchableObject(watch.object).path, changedSince(watch, since - OVERLAP_MS));
}

/** Goes on from a cursor by one page. */
export async function goOnWatch(
  context: CallContext,
  watch: Watch,
  cursor: ChangeCursor,
): Promise<{ readonly changes: readonly Change[]; readonly cursor: ChangeCursor; readonly hasMore: boolean }> {
  const { source, highestId } = changes(openConnectWise(context), watch, context.now);
  const swept = await sweep(source, cursor);
  const foundId = Math.max(cursor.maxId, cursor.foundId ?? 0, highestId());
  const ids = swept.hasMore ? { maxId: cursor.maxId, foundId } : { maxId: foundId };
  return {
    changes: swept.fresh.map((fresh) => ({ record: fresh.row, version: fresh.version, isCreated: isCreated(fresh, cursor) })),
    cursor: { ...swept.cursor, ...ids },
    hasMore: swept.hasMore,
  };
}

/**
 * A record is created when it is first seen: above the ids there were, or below them and entered within the sweep's time. A
 * watch that begins in the past knows no ids; there the record's own word counts, where it has one.
 */
function isCreated({ row, isNewcomer }: FreshRow<CwRecord>, cursor: ChangeCursor): boolean {
  const entered = enteredAt(row);
  const isRecent = entered >= cursor.since - OVERLAP_MS;
  return isNewcomer && (cursor.maxId === 0 && entered > 0 ? isRecent : row.id > cursor.maxId || isRecent);
}
