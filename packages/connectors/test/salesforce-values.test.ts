/** Values that break careless code, through every Salesforce operation: each arrives intact or is refused in one sentence. */
import type { TestBench } from '@weft/connector-kit/testing';
import { startSandbox, type Sandbox } from '@weft/sandbox';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { salesforceBench } from './accounts.ts';

let sandbox: Sandbox;
let crm: TestBench;
let serial = 0;

beforeAll(async () => {
  sandbox = await startSandbox({ port: 0, seed: 'demo', quirks: { bulkPollsInProgress: 0 } });
  crm = salesforceBench(sandbox.url);
});
afterAll(() => sandbox.close());

const unique = (): string => `${(serial += 1)}${Date.now().toString(36)}`;
const run = async <T>(operation: string, input: Record<string, unknown>): Promise<T> =>
  (await crm.run(operation, { object: 'Account', ...input })) as T;
const read = async (id: string, fields: readonly string[]): Promise<Record<string, unknown>> =>
  (await run<{ record: Record<string, unknown> }>('getRecord', { id, fields })).record;

/** Text that must come back as it was sent. */
const TEXTS = {
  quotes: `O'Brien "the" \`Third\``,
  backslash: 'C:\\new\\table \\',
  wildcards: '100% _sure_ * ?',
  soql: "x' OR Name != '",
  json: '{"a":[1,null]}',
  html: '<b onclick="x()">Bold & bright</b> &amp; <!-- -->',
  xml: ']]> <a/> &#x41;',
  emoji: 'Ünïcode 東京 🚀👩‍👩‍👧 é',
  rightToLeft: 'شركة ‏مثال‎',
  url: 'a/b?c=d&e=f#g +%20',
  csv: 'a,"b";c\td',
  lines: 'first\nsecond',
  number: '00123',
  date: '2026-02-30',
  word: 'null',
  formula: '=1+1',
  template: '{{ not an expression }} ${x} @{refA.id}',
} as const;

describe.each(Object.entries(TEXTS))('%s', (_name, value) => {
  test('SF-090 is written and found by every operation intact', async () => {
    const Name = `${value} ${unique()}`;
    const { id } = await run<{ id: string }>('createRecord', { record: { Name, Description: value } });
    expect(await read(id, ['Name', 'Description'])).toMatchObject({ Name, Description: value });
    expect(await run('updateRecord', { id, record: { Name, Description: value } })).toEqual({ id, changed: false });
    expect(await run('findRecords', { match: { Name }, fields: ['Name'] })).toMatchObject({ count: 1, records: [{ Id: id, Name }] });
    expect(
      await run('findRecords', { conditions: [{ field: 'Name', operator: 'contains', value: Name }], fields: ['Name'] }),
    ).toMatchObject({ count: 1 });
    expect(await run('matchRecord', { rules: [{ fields: [{ field: 'Name', value: Name, compare: 'exact' }] }] })).toMatchObject({
      outcome: 'one',
      record: { Id: id },
    });
    expect(await run('createRecordOnce', { match: { Name }, record: {} })).toEqual({ id, created: false });

    const externalId = `${value} ${unique()}`.slice(0, 255);
    const key = { externalIdField: 'CW_Company_Id__c', externalId };
    const upserted = await run<{ id: string }>('upsertRecord', { ...key, record: { Name } });
    expect(await run('upsertRecord', { ...key, record: { Name } })).toEqual({ id: upserted.id, created: false, changed: false });
    expect(await read(upserted.id, ['CW_Company_Id__c'])).toMatchObject({ CW_Company_Id__c: externalId });

    const record = { Name: `${Name} m`, Description: value };
    const many = await run<{ results: { id: string }[] }>('writeMany', { action: 'create', records: [record] });
    expect(await read(many.results[0]?.id ?? '', ['Name', 'Description'])).toMatchObject(record);
    const bulk = await run<{ succeeded: number; results: { id: string }[] }>('bulkWrite', { action: 'create', records: [record] });
    expect(bulk.succeeded).toBe(1);
    expect(await read(bulk.results[0]?.id ?? '', ['Name', 'Description'])).toMatchObject(record);
  });
});

describe('lengths', () => {
  test.each([100, 255])('a name of %i characters is kept, emoji included', async (length) => {
    const Name = `${unique()} ${'🚀'.repeat(200)}`.slice(0, length - 1).replace(/[\ud800-\udbff]$/, '') + 'x';
    const { id } = await run<{ id: string }>('createRecord', { record: { Name } });
    expect(await read(id, ['Name'])).toMatchObject({ Name });
  });

  test('one character more is refused naming record and field, by every way of writing', async () => {
    const Name = 'n'.repeat(256);
    const refused = { class: 'invalid', code: 'STRING_TOO_LONG', message: expect.stringMatching(/Account "n+".*Name/) };
    await expect(run('createRecord', { record: { Name } })).rejects.toMatchObject(refused);
    await expect(
      run('upsertRecord', { externalIdField: 'CW_Company_Id__c', externalId: unique(), record: { Name } }),
    ).rejects.toMatchObject({ class: 'invalid', code: 'STRING_TOO_LONG', message: expect.stringMatching(/CW_Company_Id__c.*Name/) });
    for (const operation of ['writeMany', 'bulkWrite'])
      expect(await run(operation, { action: 'create', records: [{ Name }] })).toMatchObject({
        failed: 1,
        results: [{ error: { code: 'STRING_TOO_LONG', message: expect.stringMatching(/row 1 .*Name/) } }],
      });
  });
});

/** Field, what is given, what is held. */
const CONVERTED: readonly [string, unknown, unknown][] = [
  ['AnnualRevenue', '1234.50', 1234.5],
  ['AnnualRevenue', ' 7 ', 7],
  ['AnnualRevenue', '', null],
  ['NumberOfEmployees', 12, 12],
  ['Phone', 5550100, '5550100'],
  ['Phone', '', null],
  ['Phone', null, null],
  ['ParentId', null, null],
  ['ParentId', '', null],
  ['CW_Last_Ticket_At__c', '2026-03-29T02:30:00+02:00', '2026-03-29T00:30:00.000+0000'],
  ['CW_Last_Ticket_At__c', '2026-01-31T23:30:00-0500', '2026-02-01T04:30:00.000+0000'],
  ['CW_Last_Ticket_At__c', '2026-01-31', '2026-01-31T00:00:00.000+0000'],
  ['CW_Oldest_Due_Date__c', '2026-01-31T23:30:00-05:00', '2026-01-31'],
  ['CW_Oldest_Due_Date__c', '2024-02-29', '2024-02-29'],
];

test.each(CONVERTED)('%s given %j holds %j, written by each operation', async (field, given, held) => {
  const { id } = await run<{ id: string }>('createRecord', { record: { Name: unique(), [field]: given } });
  expect(await read(id, [field])).toMatchObject({ [field]: held });
  expect(await run('updateRecord', { id, record: { [field]: given } })).toEqual({ id, changed: false });
  for (const operation of ['writeMany', 'bulkWrite']) {
    const { results } = await run<{ results: { id: string }[] }>(operation, {
      action: 'create',
      records: [{ Name: unique(), [field]: given }],
    });
    expect(await read(results[0]?.id ?? '', [field])).toMatchObject({ [field]: held });
  }
});

/** Field, what is given, what the sentence says of it. */
const REFUSED: readonly [string, unknown, RegExp][] = [
  ['AnnualRevenue', '1,234.50', /"1,234\.50" is not a number/],
  ['AnnualRevenue', true, /true is not a number/],
  ['AnnualRevenue', 'NaN', /is not a number/],
  ['CW_Oldest_Due_Date__c', '2026-02-30', /is not a date/],
  ['CW_Oldest_Due_Date__c', '31.01.2026', /is not a date/],
  ['CW_Last_Ticket_At__c', '2026-01-31T10:00:00', /not a time with its zone/],
  ['CW_Last_Ticket_At__c', 'yesterday', /not a time/],
  ['Phone', { area: 555 }, /is not text/],
];

test.each(REFUSED)('%s given %j is refused before anything is sent, naming record and field', async (field, given, said) => {
  const record = { Name: 'Acme Ltd', [field]: given };
  const sentence = new RegExp(`Account "Acme Ltd".*${field}.*${said.source}`);
  const before = sandbox.requests.filter(({ method }) => method === 'POST').length;
  await expect(run('createRecord', { record })).rejects.toMatchObject({
    class: 'invalid',
    code: 'value_malformed',
    message: expect.stringMatching(sentence),
    issues: [{ path: `record.${field}` }],
  });
  for (const operation of ['writeMany', 'bulkWrite'])
    expect(await run(operation, { action: 'create', records: [record] })).toMatchObject({
      failed: 1,
      results: [{ error: { message: expect.stringMatching(sentence) } }],
    });
  expect(sandbox.requests.filter(({ method }) => method === 'POST').length).toBeLessThanOrEqual(before + 1);
});

test('SF-034 a reference to nothing is refused by the org, naming record and field', async () => {
  await expect(run('createRecord', { record: { Name: 'Child Co', ParentId: '001000000000ZZZAA2' } })).rejects.toMatchObject({
    class: 'invalid',
    code: 'INVALID_CROSS_REFERENCE_KEY',
    message: expect.stringMatching(/Account "Child Co"/),
  });
  await expect(run('createRecord', { record: { Name: 'Child Co', ParentId: 'not an id' } })).rejects.toMatchObject({
    class: 'invalid',
    code: 'MALFORMED_ID',
    message: expect.stringMatching(/Account "Child Co".*ParentId/),
  });
});
