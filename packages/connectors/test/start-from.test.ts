/** Where the watches of both vendors begin when they are switched on for the first time. */
import type { TestBench } from '@weft/connector-kit/testing';
import { startSandbox, type Sandbox } from '@weft/sandbox';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { connectwiseBench, salesforceBench } from './accounts.ts';

let sandbox: Sandbox;
const benches: { crm: TestBench; psa: TestBench } = {} as never;

beforeAll(async () => {
  sandbox = await startSandbox({ port: 0, seed: 'demo' });
  benches.crm = salesforceBench(sandbox.url);
  benches.psa = connectwiseBench(sandbox.url);
});
afterAll(() => sandbox.close());

/** All records that a watch gives until it has no more. */
async function given(bench: TestBench, input: Record<string, unknown>): Promise<string[]> {
  const ids: string[] = [];
  let result = await bench.poll('recordChanged', input, undefined);
  for (let turns = 0; turns < 50; turns += 1) {
    ids.push(
      ...result.events.map(({ payload }) =>
        String((payload as { record: { Id?: string; id?: number } }).record.Id ?? (payload as { record: { id?: number } }).record.id),
      ),
    );
    if (result.hasMore !== true) return ids;
    result = await bench.poll('recordChanged', input, JSON.parse(JSON.stringify(result.cursor)));
  }
  throw new Error('It never came to an end');
}

test.each([
  ['crm', { object: 'Account' }, 'findRecords', { object: 'Account' }],
  ['psa', { object: 'company' }, 'findRecords', { object: 'company' }],
] as const)(
  '%s: from now on gives nothing, everything gives each record once, a day gives what changed since',
  async (name, watch, find, query) => {
    const bench = benches[name];
    const { records } = (await bench.run(find, { ...query, limit: 1000 })) as { records: { Id?: string; id?: number }[] };
    const all = records.map((record) => String(record.Id ?? record.id));
    expect(all.length).toBeGreaterThan(3);
    expect(await given(bench, watch)).toEqual([]);
    expect((await given(bench, { ...watch, startFrom: 'everything' })).toSorted()).toEqual(all.toSorted());
    expect(await given(bench, { ...watch, startFrom: 'date', startDate: new Date(Date.now() + 86_400_000).toISOString() })).toEqual([]);
    expect((await given(bench, { ...watch, startFrom: 'date', startDate: '2001-01-01' })).length).toBe(all.length);
    const tomorrow = new Date(Date.now() + 86_400_000).toISOString();
    expect(await bench.backlog('recordChanged', watch)).toBe(0);
    expect(await bench.backlog('recordChanged', { ...watch, startFrom: 'everything' })).toBe(all.length);
    expect(await bench.backlog('recordChanged', { ...watch, startFrom: 'date', startDate: tomorrow })).toBe(0);
    await expect(bench.poll('recordChanged', { ...watch, startFrom: 'date', startDate: 'yesterday' }, undefined)).rejects.toMatchObject({
      class: 'invalid',
    });
  },
);

test.each([
  ['crm', { object: 'Opportunity' }],
  ['psa', { object: 'ticket' }],
] as const)('%s %o: since a day, only what was made since is created, only what is older is updated', async (name, watch) => {
  const bench = benches[name];
  const startDate = new Date(Date.now() - 20 * 86_400_000).toISOString();
  const since = { ...watch, startFrom: 'date', startDate };
  const both = await given(bench, since);
  expect(both.length).toBeGreaterThan(0);
  expect(await bench.backlog('recordChanged', since)).toBe(both.length);
  const updated = await given(bench, { ...since, event: 'updated' });
  // Both kinds say when they were made: each is one or the other.
  const created = await given(bench, { ...since, event: 'created' });
  expect(created.length).toBeGreaterThan(0);
  expect(updated.length).toBeGreaterThan(0);
  expect([...created, ...updated].toSorted()).toEqual(both.toSorted());
});

test('crm: counts what was made, and what was changed only, apart', async () => {
  const since = { object: 'Opportunity', startFrom: 'date', startDate: new Date(Date.now() - 20 * 86_400_000).toISOString() };
  for (const event of ['created', 'updated'])
    expect(await benches.crm.backlog('recordChanged', { ...since, event })).toBe((await given(benches.crm, { ...since, event })).length);
});
