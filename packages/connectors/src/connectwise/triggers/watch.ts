/** Watching an object's records for changes by asking again and again: what polling and the sweep behind callbacks share. */
import { OVERLAP_MS, beginSweep, sha256Hex, sweep, type CallContext, type FreshRow, type SweepSource } from '@weft/connector-kit';
import { openConnectWise, type ConnectWise, type CwRecord } from '../client.ts';
import { cwTime, type Filter } from '../conditions.ts';
import { watchableObject } from '../objects.ts';
import { changedAt, enteredAt, type ChangeCursor } from './cursor.ts';

/** What is watched: an object, perhaps narrowed in ConnectWise's condition language. */
export interface Watch {
  readonly object: string;
  readonly where?: string | undefined;
}

/** A version of a record that was not given before. `version` names it for ever. */
export interface Change {
  readonly record: CwRecord;
  readonly version: string;
  readonly isCreated: boolean;
}

function changedSince(watch: Watch, ms: number): Filter {
  const own = watch.where === undefined ? '' : ` AND (${watch.where})`;
  return { conditions: `lastUpdated >= ${cwTime(ms)}${own}` };
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
  const [newest] = await cw.page(watchableObject(watch.object).path, { orderBy: 'id desc' }, { pageSize: 1 });
  const { source, highestId } = changes(cw, watch, context.now);
  const begun = await beginSweep(source, cw.serverTime() ?? context.now());
  return { ...begun, maxId: Math.max(newest?.id ?? 0, highestId()) };
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

/** A record is created when it is first seen: above the ids there were, or below them and entered within the sweep's time. */
function isCreated({ row, isNewcomer }: FreshRow<CwRecord>, cursor: ChangeCursor): boolean {
  return isNewcomer && (row.id > cursor.maxId || enteredAt(row) >= cursor.since - OVERLAP_MS);
}
