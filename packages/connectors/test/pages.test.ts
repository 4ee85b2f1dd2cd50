/** Operations whose items a loop can go through page by page: nothing is left out, doubled or moved, whatever happens meanwhile. */
import type { ItemPage } from '@weft/connector-kit';
import { createTestBench, type TestBench } from '@weft/connector-kit/testing';
import { startSandbox, type Sandbox } from '@weft/sandbox';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { storage } from '../src/storage/index.ts';
import { connectwiseBench, salesforceBench } from './accounts.ts';

let sandbox: Sandbox;
let crm: TestBench;
let psa: TestBench;

beforeAll(async () => {
  sandbox = await startSandbox({ port: 0, seed: 'demo' });
  crm = salesforceBench(sandbox.url);
  psa = connectwiseBench(sandbox.url);
  const records = Array.from({ length: 2300 }, (_, index) => ({ Name: `Paged ${index}`, Industry: 'Paging' }));
  for (let from = 0; from < records.length; from += 200)
    await crm.run('writeMany', { object: 'Account', action: 'create', records: records.slice(from, from + 200) });
});
afterAll(() => sandbox.close());

/** All pages, each cursor having gone through JSON as one that was stored. `between`: what happens before a page is read. */
async function pagesOf(
  bench: TestBench,
  operation: string,
  input: Record<string, unknown>,
  between: (page: number) => Promise<unknown> = async () => {},
): Promise<ItemPage['items'][]> {
  const pages: ItemPage['items'][] = [];
  for (let cursor: unknown, isFirst = true; isFirst || cursor !== undefined; isFirst = false) {
    if (!isFirst) await between(pages.length);
    const page = JSON.parse(JSON.stringify(await bench.page(operation, input, cursor))) as ItemPage;
    pages.push(page.items);
    cursor = page.next;
  }
  return pages;
}
const idsOf = (items: readonly unknown[], name: string): unknown[] => items.map((item) => (item as Record<string, unknown>)[name]);

test('Salesforce records come by their ids, also while others are deleted and made', async () => {
  const input = { object: 'Account', match: { Industry: 'Paging' }, where: "Name LIKE 'Paged%'", fields: ['Name'] };
  const before = idsOf(
    (
      (await crm.run('query', { soql: "SELECT Id FROM Account WHERE Industry = 'Paging' ORDER BY Id", limit: 50_000 })) as {
        records: unknown[];
      }
    ).records,
    'Id',
  );
  expect(before).toHaveLength(2300);
  const pages = await pagesOf(crm, 'findRecords', input, async (page) => {
    if (page === 1) await crm.run('deleteRecord', { object: 'Account', id: before[3] });
  });
  expect(pages.map(({ length }) => length)).toEqual([500, 500, 500, 500, 300]);
  expect(idsOf(pages.flat(), 'Id')).toEqual(before);
});

test('a SOQL query goes on where the org says', async () => {
  const soql = "SELECT Id, Name FROM Account WHERE Industry = 'Paging' ORDER BY Name";
  const whole = (await crm.run('query', { soql, limit: 50_000 })) as { records: unknown[]; total: number };
  const pages = await pagesOf(crm, 'query', { soql });
  expect(pages.length).toBeGreaterThan(1);
  expect(pages.flat()).toEqual(whole.records);
  expect(whole.records).toHaveLength(whole.total);
});

test('ConnectWise records come forward-only, with the fields that are wanted', async () => {
  for (let index = 0; index < 12; index += 1)
    await psa.run('createRecord', {
      object: 'company',
      record: { name: `Paged ${index}`, identifier: `Paged${index}`, site: { name: 'Main' } },
    });
  const input = { object: 'company', where: 'name like "Paged%"', fields: ['name'] };
  const pages = await pagesOf(psa, 'findRecords', input);
  expect(idsOf(pages.flat(), 'name')).toEqual(Array.from({ length: 12 }, (_, index) => `Paged ${index}`));
  expect(pages[0]?.[0]).not.toHaveProperty('identifier');
});

test('stored values come in the order of their keys', async () => {
  const bench = createTestBench({ connector: storage });
  const keys = Array.from({ length: 1001 }, (_, index) => `k:${String(index).padStart(5, '0')}`);
  for (const key of keys) await bench.run('set', { key, value: 1 });
  const pages = await pagesOf(bench, 'list', { prefix: 'k:' });
  expect(pages.map(({ length }) => length)).toEqual([500, 500, 1]);
  expect(idsOf(pages.flat(), 'key')).toEqual(keys);
});
