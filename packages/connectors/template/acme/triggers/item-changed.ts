import { beginSweep, defineOperation, sha256Hex, sweep, sweepCursorSchema, type CallContext, type SweepSource } from '@weft/connector-kit';
import { z } from 'zod';
import { openAcme, type Item } from '../client.ts';
import { itemSample, itemSchema } from '../item.ts';

/** The place where a page begins is the id before it. */
const cursorSchema = sweepCursorSchema(z.number());

export const itemChanged = defineOperation({
  id: 'itemChanged',
  kind: 'trigger',
  mode: 'poll',
  title: 'When an item changes',
  summary: 'Starts a run for each item that is created or changed.',
  needsConnection: true,
  intervalMs: 60_000,
  properties: [],
  input: z.strictObject({}),
  output: { type: 'object', properties: { event: { type: 'string' }, item: itemSchema } },
  sample: { event: 'created', item: itemSample },
  async poll(context, _watch, stored) {
    const cursor = cursorSchema.safeParse(stored);
    const { source, serverTime } = await changes(context);
    if (!cursor.success) return { events: [], cursor: await beginSweep(source, serverTime()) };
    const swept = await sweep(source, cursor.data);
    const events = swept.fresh.map(({ row, version, isNewcomer }) => ({
      // The version is part of the key: another change is another run, the same one seen again is not.
      dedupKey: `acme:item:${row.id}:${version}`,
      payload: { event: isNewcomer ? 'created' : 'updated', item: row },
    }));
    return { events, cursor: swept.cursor, hasMore: swept.hasMore };
  },
  async examples(context) {
    const { items } = await openAcme(context).items({}, { size: 3 });
    return items.map((item) => ({ event: 'updated', item }));
  },
});

/** What has changed, a page at a time in the order of ids: nothing that stays unchanged moves from one page to another. */
async function changes(context: CallContext): Promise<{ source: SweepSource<Item, number>; serverTime: () => number }> {
  const api = openAcme(context);
  return {
    source: {
      async page({ fromMs, after, size }) {
        const page = await api.items({ changedSinceMs: fromMs }, { size, after });
        return { rows: page.items, next: page.next, serverMs: api.serverTime() };
      },
      versionOf: (item) => ({
        id: String(item.id),
        stampMs: Date.parse(item.changed_at),
        content: sha256Hex(JSON.stringify(item)).slice(0, 12),
      }),
      now: context.now,
    },
    serverTime: () => api.serverTime() ?? context.now(),
  };
}
