/** "Starts to meet": which changed records meet a condition now and did not before. ConnectWise itself judges the condition. */
import { MAX_MATCHING, matchMemory, type CallContext } from '@weft/connector-kit';
import { openConnectWise } from '../client.ts';
import { watchableObject } from '../objects.ts';
import type { Change, Watch } from './watch.ts';

const PAGE_SIZE = 1000;
/** Ids asked for together: with a long condition the address must not grow too long. */
const IDS_AT_ONCE = 50;

/** The records that meet the condition already. */
export async function matchingNow(context: CallContext, watch: Watch & { readonly where: string }): Promise<string> {
  const cw = openConnectWise(context);
  const memory = matchMemory('');
  let count = 0;
  for (let pageId: number | undefined; count < MAX_MATCHING;) {
    const page = await cw.forward(
      watchableObject(watch.object).path,
      { conditions: watch.where, fields: 'id' },
      { pageSize: PAGE_SIZE, pageId },
    );
    for (const { id } of page.records) memory.add(String(id));
    count += page.records.length;
    pageId = page.nextPageId;
    if (pageId === undefined) break;
  }
  return memory.packed();
}

/** The changes by which a record began to meet the condition, and the records that do from now on. `known`: those that did. */
export async function transitions(
  context: CallContext,
  watch: Watch & { readonly where: string },
  { changes, known }: { readonly changes: readonly Change[]; readonly known: string },
): Promise<{ readonly begun: readonly Change[]; readonly matching: string }> {
  if (changes.length === 0) return { begun: [], matching: known };
  const meets = await meeting(
    context,
    watch,
    changes.map(({ record }) => record.id),
  );
  const memory = matchMemory(known);
  const begun: Change[] = [];
  for (const change of changes) {
    const id = String(change.record.id);
    const was = memory.delete(id);
    if (!meets.has(change.record.id)) continue;
    memory.add(id);
    if (!was) begun.push(change);
  }
  return { begun, matching: memory.packed() };
}

/** Which of these records meet the condition. */
async function meeting(
  context: CallContext,
  watch: Watch & { readonly where: string },
  ids: readonly number[],
): Promise<ReadonlySet<number>> {
  const cw = openConnectWise(context);
  const found = new Set<number>();
  const all = [...new Set(ids)];
  for (let from = 0; from < all.length; from += IDS_AT_ONCE) {
    const some = all.slice(from, from + IDS_AT_ONCE);
    const conditions = `id in (${some.join(',')}) AND (${watch.where})`;
    const records = await cw.page(watchableObject(watch.object).path, { conditions, fields: 'id' }, { pageSize: PAGE_SIZE });
    for (const { id } of records) found.add(id);
  }
  return found;
}
