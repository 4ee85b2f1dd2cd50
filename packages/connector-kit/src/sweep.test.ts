import { describe, expect, test } from 'vitest';
import { beginSweep, sweep } from './sweep.ts';
import type { FreshRow, SweepSource } from './sweep.ts';
import type { SweepCursor } from './sweep-cursor.ts';

interface Row {
  readonly id: number;
  readonly text: string;
  readonly stampMs: number;
}
interface Place {
  readonly stampMs: number;
  readonly id: number;
}

const START = Date.parse('2026-11-23T09:00:00Z');
const seconds = (ms: number): number => ms - (ms % 1000);

/** A vendor with stamps of whole seconds, pages in the order of stamps or of ids, and a clock of its own. */
function vendor(options: { order?: 'stamp' | 'id'; skewMs?: number; knowsContent?: boolean } = {}) {
  const rows = new Map<number, Row>();
  const clock = { ms: START };
  const write = (id: number, text: string, stampMs = clock.ms): void => void rows.set(id, { id, text, stampMs: seconds(stampMs) });
  const compare = (a: Place, b: Place): number => (options.order === 'id' ? a.id - b.id : a.stampMs - b.stampMs || a.id - b.id);
  const source: SweepSource<Row, Place> = {
    page: async ({ fromMs, after, size }) => {
      const sorted = [...rows.values()].filter((row) => row.stampMs >= fromMs && (!after || compare(row, after) > 0)).toSorted(compare);
      const page = sorted.slice(0, size);
      const last = page.at(-1);
      return {
        rows: page,
        next: sorted.length > size && last ? { stampMs: last.stampMs, id: last.id } : undefined,
        serverMs: seconds(clock.ms + (options.skewMs ?? 0)),
      };
    },
    versionOf: ({ id, text, stampMs }) => ({ id: String(id), stampMs, ...(options.knowsContent === false ? {} : { content: text }) }),
    now: () => 0, // ours is wrong by decades, and nothing may depend on it
  };
  return { source, write, pass: (ms: number) => void (clock.ms += ms), begin: () => beginSweep(source, clock.ms + (options.skewMs ?? 0)) };
}

/** Sweeps to the end; `between` runs after each page. The cursor goes through JSON, as it does when it is stored. */
async function all(source: SweepSource<Row, Place>, from: SweepCursor<Place>, between = (): void => undefined) {
  const fresh: FreshRow<Row>[] = [];
  let cursor = from;
  for (let hasMore = true; hasMore;) {
    const swept = await sweep(source, cursor);
    fresh.push(...swept.fresh);
    cursor = JSON.parse(JSON.stringify(swept.cursor)) as SweepCursor<Place>;
    hasMore = swept.hasMore;
    between();
  }
  return { fresh, cursor, texts: fresh.map(({ row }) => row.text) };
}

describe('a sweep', () => {
  test('begins now: what was there is not given, what comes is given once', async () => {
    const { source, write, pass, begin } = vendor();
    write(1, 'old', START - 3_600_000);
    write(2, 'just before');
    const begun = await begin();
    pass(5000);
    write(3, 'new');
    const first = await all(source, begun);
    expect(first.texts).toEqual(['new']);
    expect((await all(source, first.cursor)).texts).toEqual([]);
    pass(5000);
    expect((await all(source, first.cursor)).texts).toEqual([]);
  });

  test('tells newcomers from records it gave before', async () => {
    const { source, write, pass, begin } = vendor();
    const begun = await begin();
    write(1, 'made');
    const first = await all(source, begun);
    pass(10_000);
    write(1, 'changed');
    const second = await all(source, first.cursor);
    expect([first, second].map(({ fresh }) => fresh.map(({ isNewcomer }) => isNewcomer))).toEqual([[true], [false]]);
  });

  test.each([true, false])('gives a second change within the same second (content known: %s)', async (knowsContent) => {
    const { source, write, pass, begin } = vendor({ knowsContent });
    const begun = await begin();
    pass(100);
    write(1, 'first');
    const first = await all(source, begun);
    write(1, 'second');
    const second = await all(source, first.cursor);
    expect([first.texts, second.texts]).toEqual([['first'], ['second']]);
    expect(second.fresh[0]?.version === first.fresh[0]?.version).toBe(!knowsContent);
    pass(2000);
    const third = await all(source, second.cursor);
    expect((await all(source, third.cursor)).texts).toEqual([]);
  });

  test('gives what becomes visible late, with an older stamp', async () => {
    const { source, write, pass, begin } = vendor();
    const begun = await begin();
    pass(60_000);
    write(1, 'prompt');
    const first = await all(source, begun);
    write(2, 'late', START + 1000);
    expect((await all(source, first.cursor)).texts).toEqual(['late']);
  });

  test.each([-90_000, 90_000])('misses nothing when the clock of the answers is %i ms off that of the stamps', async (skewMs) => {
    const { source, write, pass, begin } = vendor({ skewMs });
    let { cursor } = await all(source, await begin());
    const given: string[] = [];
    for (let id = 1; id <= 40; id += 1) {
      pass(30_000);
      write(id, `change ${id}`);
      const swept = await all(source, cursor);
      given.push(...swept.texts);
      cursor = swept.cursor;
    }
    expect([...new Set(given)]).toEqual(Array.from({ length: 40 }, (_, index) => `change ${index + 1}`));
  });

  test.each(['stamp', 'id'] as const)('gives 10 000 changes of one second once, page by page in the order of the %s', async (order) => {
    const { source, write, pass, begin } = vendor({ order });
    const begun = await begin();
    pass(5000);
    for (let id = 1; id <= 10_000; id += 1) write(id, `${id}`);
    const first = await all(source, begun);
    expect(new Set(first.texts).size).toBe(10_000);
    expect(first.texts).toHaveLength(10_000);
    pass(60_000);
    expect((await all(source, first.cursor)).texts).toEqual([]);
  });

  test.each(['stamp', 'id'] as const)(
    'a sweep of many minutes loses nothing that changes behind its back, in the order of the %s',
    async (order) => {
      const { source, write, pass, begin } = vendor({ order });
      const begun = await begin();
      for (let id = 1; id <= 1000; id += 1) write(id, 'first');
      let page = 0;
      const first = await all(source, begun, () => {
        page += 1;
        if (page > 4) return;
        pass(300_000);
        write(page, 'again'); // on a page that is behind
        write(1000 - page, 'ahead'); // on one that is to come
      });
      pass(300_000);
      const second = await all(source, first.cursor);
      const last = new Map([...first.fresh, ...second.fresh].map(({ row }) => [row.id, row.text]));
      expect([1, 2, 3, 4, 996, 997, 998, 999].map((id) => last.get(id))).toEqual([...Array(4).fill('again'), ...Array(4).fill('ahead')]);
    },
  );

  test('does not read the same records for ever where nothing happens', async () => {
    const { source, write, pass, begin } = vendor();
    const begun = await begin();
    write(1, 'only');
    let { cursor } = await all(source, begun);
    for (let minute = 0; minute < 6; minute += 1) {
      pass(60_000);
      ({ cursor } = await all(source, cursor));
    }
    expect(cursor.seen).toEqual([]);
    expect(cursor.since).toBeGreaterThan(START);
  });
});
