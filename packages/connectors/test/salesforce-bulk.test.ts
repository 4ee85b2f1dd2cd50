/** Bulk loads and queries over the sandbox: how far they are, what a lost worker leaves behind, and tens of thousands of records. */
import { runAction, type CallProgress } from '@weft/connector-kit';
import type { BenchCall, TestBench } from '@weft/connector-kit/testing';
import { startSandbox, type Sandbox } from '@weft/sandbox';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { salesforceBench } from './accounts.ts';

let sandbox: Sandbox;
let crm: TestBench;
let told: CallProgress[] = [];
let serial = 0;

beforeAll(async () => {
  sandbox = await startSandbox({ port: 0, seed: 'demo' });
  crm = salesforceBench(sandbox.url);
});
afterAll(() => sandbox.close());
afterEach(() => {
  sandbox.faults.clear();
  sandbox.quirks.bulkPollsInProgress = 1;
  told = [];
});

const unique = (word: string): string => `${word} ${(serial += 1)}${Date.now().toString(36)}`;
const run = (operation: string, input: Record<string, unknown>, call?: BenchCall): Promise<unknown> =>
  runAction(crm.connector, operation, { context: { ...crm.context(call), progress: (seen) => told.push(seen) }, input });
const load = (Names: readonly string[], call?: BenchCall): Promise<unknown> =>
  run('bulkWrite', { object: 'Account', action: 'create', records: Names.map((Name) => ({ Name })) }, call);
const count = async (Name: string): Promise<number> =>
  ((await crm.run('findRecords', { object: 'Account', match: { Name } })) as { count: number }).count;
const uploads = (): number => sandbox.requests.filter(({ method, path }) => method === 'PUT' && path.includes('/batches')).length;
const opened = (): number => sandbox.requests.filter(({ method, path }) => method === 'POST' && path.endsWith('/jobs/ingest')).length;

describe('a load', () => {
  test('tells how far it is, again and again', async () => {
    sandbox.quirks.bulkPollsInProgress = 4;
    const names = Array.from({ length: 100 }, () => unique('Counted'));
    expect(await load(names)).toMatchObject({ succeeded: 100, complete: true });
    expect(told.slice(1).map(({ done, total }) => [done, total])).toEqual([20, 40, 60, 80].map((done) => [done, 100]));
    expect(told[2]?.text).toBe('Salesforce has loaded 40 of 100 Account records');
  });

  test('whose beginning was not answered is found by the next attempt and not begun again', async () => {
    const name = unique('Lost answer');
    sandbox.faults.add({ vendor: 'salesforce', method: 'PATCH', path: '/jobs/ingest/', times: 1, kind: 'reset-after-apply' });
    sandbox.faults.add({ vendor: 'salesforce', method: 'GET', path: '/jobs/ingest/', times: 20, kind: 'reset-before' });
    const idempotencyKey = unique('key');
    await expect(load([name], { idempotencyKey })).rejects.toMatchObject({ outcomeUnknown: true });
    sandbox.faults.clear();
    const before = opened();
    expect(await load([name], { idempotencyKey, mayHaveHappened: true })).toMatchObject({ succeeded: 1, results: [{ ok: true }] });
    expect(opened()).toBe(before);
    expect(await count(name)).toBe(1);
  });

  test('whose worker died before the org had all of it is ended there and begun anew', async () => {
    const name = unique('Half sent');
    const idempotencyKey = unique('key');
    const dying = new AbortController();
    const sent = uploads();
    sandbox.faults.add({ vendor: 'salesforce', method: 'PUT', path: '/batches', times: 1, kind: 'hang' });
    const lost = load([name], { idempotencyKey, signal: dying.signal });
    await expect.poll(uploads).toBe(sent + 1);
    dying.abort();
    await expect(lost).rejects.toThrow();
    const before = opened();
    expect(await load([name], { idempotencyKey, mayHaveHappened: true })).toMatchObject({ succeeded: 1 });
    expect(opened()).toBe(before + 1);
    expect(await count(name)).toBe(1);
  });
});

describe('a query', () => {
  test('gives records as a plain query does: typed, parents below, nothing as null', async () => {
    const soql =
      "SELECT Id, Name, Phone, AnnualRevenue, NumberOfEmployees, IsDeleted, Owner.Name, Parent.Name FROM Account WHERE Name != '' ORDER BY Id LIMIT 20";
    const plain = (await crm.run('query', { soql })) as { records: Record<string, unknown>[] };
    const bulk = (await run('queryInBulk', { soql })) as { records: Record<string, unknown>[]; count: number };
    expect(bulk.count).toBe(20);
    expect(bulk.records).toEqual(plain.records);
    expect(bulk.records.some(({ AnnualRevenue }) => typeof AnnualRevenue === 'number')).toBe(true);
  });

  test('reads more than a page, and says how far it is', async () => {
    const word = unique('Flood').replaceAll(' ', '');
    sandbox.quirks.bulkPollsInProgress = 2;
    await load(Array.from({ length: 10_050 }, (_, index) => `${word} ${index}`));
    told = [];
    const soql = `SELECT Id, Name FROM Account WHERE Name LIKE '${word}%'`;
    const { records, ...rest } = (await run('queryInBulk', { soql, limit: 50_000 })) as { records: { Id: string; Name: string }[] };
    expect(rest).toMatchObject({ count: 10_050, total: 10_050, complete: true });
    expect(new Set(records.map(({ Name }) => Name)).size).toBe(10_050);
    expect(told.map(({ text }) => text)).toEqual(
      expect.arrayContaining(['Read 10,000 records from Salesforce', 'Read 10,050 records from Salesforce']),
    );
    expect(told[1]).toMatchObject({ text: 'Salesforce has collected 3,350 records', done: 3350 });
    expect(await run('queryInBulk', { soql, limit: 10 })).toMatchObject({ count: 10, total: 10_050, complete: false });
  });

  test('that finds nothing gives no records', async () => {
    expect(await run('queryInBulk', { soql: "SELECT Id FROM Account WHERE Name = 'nobody at all'" })).toMatchObject({
      count: 0,
      complete: true,
    });
  });

  test('the org cannot run is refused with its words', async () => {
    await expect(run('queryInBulk', { soql: 'SELECT COUNT() FROM Account' })).rejects.toMatchObject({
      class: 'invalid',
      message: expect.stringMatching(/query.*nested or aggregate/),
    });
    await expect(run('queryInBulk', { soql: 'SELECT Id, Nonsense__c FROM Account' })).rejects.toMatchObject({
      message: expect.stringContaining('Nonsense__c'),
    });
  });

  test('that takes too long fails with its job, which the org then ends', async () => {
    sandbox.quirks.bulkPollsInProgress = 1000;
    await expect(run('queryInBulk', { soql: 'SELECT Id FROM Account', waitSeconds: 1 })).rejects.toMatchObject({
      code: 'bulk_slow',
      message: expect.stringMatching(/within 1 s \(bulk job 750/),
    });
    const last = sandbox.requests.findLast(({ path }) => path.includes('/jobs/query/'));
    expect(last).toMatchObject({ method: 'PATCH' });
  });
});

test.each(['/services/oauth2/singleaccess', 'services/oauth2/token', '/services/%6fauth2/introspect'])(
  'a call of %s, which gives out a session, is refused',
  async (path) => {
    await expect(run('request', { method: 'POST', path })).rejects.toMatchObject({ code: 'path_not_allowed' });
    expect(await run('request', { method: 'GET', path: '/services/oauth2/userinfo' })).toMatchObject({ status: 200 });
  },
);
