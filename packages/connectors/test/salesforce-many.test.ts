/** Many records, bulk loads, deletion and lead conversion, over the sandbox. */
import type { TestBench } from '@weft/connector-kit/testing';
import { startSandbox, type Sandbox } from '@weft/sandbox';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { salesforceBench } from './accounts.ts';

let sandbox: Sandbox;
let crm: TestBench;
let serial = 0;

beforeAll(async () => {
  sandbox = await startSandbox({ port: 0, seed: 'demo' });
  crm = salesforceBench(sandbox.url);
});
afterAll(() => sandbox.close());
afterEach(() => {
  sandbox.faults.clear();
  sandbox.quirks.lockedRecords = {};
  sandbox.quirks.duplicateRuleObjects = [];
});

interface Result {
  readonly index: number;
  readonly id: string | null;
  readonly ok: boolean;
  readonly created?: boolean;
  readonly error?: { readonly code: string; readonly message: string; readonly fields: readonly string[] };
}
interface Many {
  readonly results: readonly Result[];
  readonly succeeded: number;
  readonly failed: number;
  readonly jobId?: string;
  readonly complete?: boolean;
}

const unique = (word: string): string => `${word} ${(serial += 1)}${Date.now().toString(36)}`;
const many = async (input: Record<string, unknown>, operation = 'writeMany'): Promise<Many> =>
  (await crm.run(operation, { object: 'Account', ...input })) as Many;
const names = (count: number, word = 'Many'): { Name: string }[] => Array.from({ length: count }, () => ({ Name: unique(word) }));
const read = async (id: string, fields: readonly string[]): Promise<Record<string, unknown>> =>
  ((await crm.run('getRecord', { object: 'Account', id, fields })) as { record: Record<string, unknown> }).record;
const sent = (part: string): number => sandbox.requests.filter((request) => request.path.includes(part)).length;

describe('many records', () => {
  test('SF-060 SF-063 SF-067 401 records are created, changed and deleted in calls of 200, each with its own result', async () => {
    const before = sent('/composite/sobjects');
    const made = await many({ action: 'create', records: names(401) });
    expect(made).toMatchObject({ succeeded: 401, failed: 0 });
    expect(made.results.map((result) => result.index)).toEqual(Array.from({ length: 401 }, (_, index) => index));
    expect(sent('/composite/sobjects') - before).toBe(3);
    const ids = made.results.map((result) => result.id ?? '');
    const changed = await many({ action: 'update', records: ids.map((Id) => ({ Id, Phone: '5550199' })) });
    expect(changed).toMatchObject({ succeeded: 401, failed: 0 });
    expect(await read(ids[400] ?? '', ['Phone'])).toMatchObject({ Phone: '5550199' });
    expect(await many({ action: 'delete', records: ids })).toMatchObject({ succeeded: 401, failed: 0 });
    await expect(read(ids[0] ?? '', ['Name'])).rejects.toMatchObject({ class: 'notFound' });
  });

  test('SF-060 a refused row is told with its number, name and field; the others are written', async () => {
    const [good] = names(1);
    const { results } = await many({
      action: 'create',
      records: [
        good,
        { Phone: '1' },
        { Name: 'Numbers', AnnualRevenue: 'a lot' },
        { Name: unique('Number as text'), AnnualRevenue: ' 12.5 ' },
      ],
    });
    expect(results.map((result) => result.ok)).toEqual([true, false, false, true]);
    expect(results[1]?.error).toMatchObject({ code: 'REQUIRED_FIELD_MISSING', fields: ['Name'] });
    expect(results[1]?.error?.message).toMatch(/row 2 .*Name/);
    expect(results[2]?.error).toMatchObject({ code: 'value_malformed', fields: ['AnnualRevenue'] });
    expect(results[2]?.error?.message).toMatch(/row 3 \(Account "Numbers"\).*AnnualRevenue.*"a lot" is not a number/);
    expect(await read(results[3]?.id ?? '', ['AnnualRevenue'])).toMatchObject({ AnnualRevenue: 12.5 });
  });

  test('SF-061 all or none: one refusal undoes the others, and more than 200 are not promised it', async () => {
    const [good] = names(1, 'Undone');
    const { results, failed } = await many({ action: 'create', allOrNone: true, records: [good, { Phone: '1' }] });
    expect(failed).toBe(2);
    expect(results[0]?.error).toMatchObject({ code: 'ALL_OR_NONE_OPERATION_ROLLED_BACK' });
    expect(await crm.run('findRecords', { object: 'Account', match: { Name: good?.Name } })).toMatchObject({ count: 0 });
    await expect(many({ action: 'create', allOrNone: true, records: names(201) })).rejects.toMatchObject({ code: 'too_many_rows' });
  });

  test('SF-062 an empty list is no call', async () => {
    expect(await many({ action: 'create', records: [] })).toEqual({ results: [], succeeded: 0, failed: 0 });
  });

  test('an upsert creates and updates; the same external id twice is written twice, in order', async () => {
    const key = unique('key');
    const first = await many({
      action: 'upsert',
      externalIdField: 'CW_Company_Id__c',
      records: [
        { CW_Company_Id__c: key, Name: unique('One') },
        { CW_Company_Id__c: key, Name: 'the last wins' },
        { Name: 'without a key' },
      ],
    });
    expect(first.results).toMatchObject([
      { ok: true, created: true },
      { ok: true, created: false },
      { ok: false, error: { code: 'key_missing', fields: ['CW_Company_Id__c'] } },
    ]);
    expect(await read(first.results[0]?.id ?? '', ['Name'])).toMatchObject({ Name: 'the last wins' });
    await expect(many({ action: 'upsert', records: [] })).rejects.toMatchObject({ code: 'key_missing' });
  });

  test('SF-038 rows that meet a lock are tried again, only they', async () => {
    const made = await many({ action: 'create', records: names(3) });
    const ids = made.results.map((result) => result.id ?? '');
    sandbox.quirks.lockedRecords = { [ids[1] ?? '']: 2 };
    const changed = await many({ action: 'update', records: ids.map((Id) => ({ Id, Phone: '77' })) });
    expect(changed).toMatchObject({ succeeded: 3, failed: 0 });
  });

  test('SF-068 a duplicate among many is told with the record it duplicates', async () => {
    const [twin] = names(1, 'Twin');
    const made = await many({ action: 'create', records: [twin] });
    sandbox.quirks.duplicateRuleObjects = ['Account'];
    const again = await many({ action: 'create', records: [twin] });
    expect(again.results[0]?.error).toMatchObject({ code: 'DUPLICATES_DETECTED' });
    expect(again.results[0]?.error?.message).toContain(made.results[0]?.id ?? 'nothing');
    expect(await many({ action: 'create', records: [twin], allowDuplicates: true })).toMatchObject({ succeeded: 1 });
  });

  test('what was created before the org ran out of calls is not created again: the rest is told as not sent', async () => {
    sandbox.faults.add({ vendor: 'salesforce', path: '/composite/sobjects', times: 1, kind: 'slow', delayMs: 1 });
    sandbox.faults.add({
      vendor: 'salesforce',
      path: '/composite/sobjects',
      times: 1,
      kind: 'status',
      status: 503,
      body: [{ message: 'busy', errorCode: 'SERVER_UNAVAILABLE' }],
    });
    const { succeeded, failed, results } = await many({ action: 'create', records: names(250) });
    expect({ succeeded, failed }).toEqual({ succeeded: 200, failed: 50 });
    expect(results[200]?.error).toMatchObject({ code: 'SERVER_UNAVAILABLE', message: expect.stringContaining('not sent') });
  });
});

describe('bulk', () => {
  test('SF-130 SF-131 SF-132 SF-134 records are loaded by a job; each has its result in its place', async () => {
    const records = [
      { Name: unique('Bulk "quoted", comma'), Description: 'two\nlines' },
      { Phone: '1' },
      { Name: unique('Bülk 🚀'), AnnualRevenue: '12.5' },
      { Name: 'bad', AnnualRevenue: 'much' },
    ];
    const loaded = await many({ action: 'create', records }, 'bulkWrite');
    expect(loaded).toMatchObject({ complete: true, state: 'JobComplete', succeeded: 2, failed: 2 });
    expect(loaded.results.map((result) => result.ok)).toEqual([true, false, true, false]);
    expect(loaded.results[1]?.error).toMatchObject({ code: 'REQUIRED_FIELD_MISSING', fields: ['Name'] });
    expect(loaded.results[3]?.error?.message).toMatch(/row 4 .*AnnualRevenue/);
    expect(await read(loaded.results[0]?.id ?? '', ['Name', 'Description'])).toMatchObject(records[0] as object);
    expect(await read(loaded.results[2]?.id ?? '', ['Name', 'AnnualRevenue'])).toMatchObject({
      Name: records[2]?.Name,
      AnnualRevenue: 12.5,
    });
  });

  test('SF-136 null clears a field, what is not given stays', async () => {
    const made = await many({ action: 'create', records: [{ Name: unique('Keep'), Phone: '1', Fax: '2' }] });
    const Id = made.results[0]?.id ?? '';
    expect(
      await many(
        {
          action: 'update',
          records: [
            { Id, Phone: null },
            { Id: '001000000000ZZZAA2', Fax: '3' },
          ],
        },
        'bulkWrite',
      ),
    ).toMatchObject({
      succeeded: 1,
      failed: 1,
    });
    expect(await read(Id, ['Phone', 'Fax'])).toMatchObject({ Phone: null, Fax: '2' });
  });

  test('SF-133 an unknown column refuses the whole load, with the org’s words', async () => {
    await expect(many({ action: 'create', records: [{ Name: 'x', Nonsense__c: '1' }] }, 'bulkWrite')).rejects.toMatchObject({
      class: 'invalid',
      code: 'bulk_failed',
      message: expect.stringContaining('Nonsense__c'),
    });
  });

  test('not waited for, the job is read later', async () => {
    const loaded = await many({ action: 'create', records: names(2), wait: false }, 'bulkWrite');
    expect(loaded).toMatchObject({ complete: false, results: [] });
    await expect
      .poll(() => crm.run('getBulkJob', { jobId: loaded.jobId }), { timeout: 8000 })
      .toMatchObject({ complete: true, processed: 2, failed: 0, results: [{ ok: true }, { ok: true }] });
  });

  test('a poll that fails in between does not load twice', async () => {
    sandbox.faults.add({ vendor: 'salesforce', method: 'GET', path: '/jobs/ingest/', times: 2, kind: 'status', status: 503 });
    const before = sandbox.requests.filter((request) => request.method === 'POST' && request.path.endsWith('/jobs/ingest')).length;
    expect(await many({ action: 'create', records: names(1) }, 'bulkWrite')).toMatchObject({ succeeded: 1 });
    expect(sandbox.requests.filter((request) => request.method === 'POST' && request.path.endsWith('/jobs/ingest')).length - before).toBe(
      1,
    );
  });
});

describe('one record', () => {
  test('SF-025 a record is deleted once; a second time is no error, an unknown id is one', async () => {
    const made = await many({ action: 'create', records: names(1) });
    const id = made.results[0]?.id ?? '';
    expect(await crm.run('deleteRecord', { object: 'Account', id })).toEqual({ id, deleted: true });
    expect(await crm.run('deleteRecord', { object: 'Account', id })).toEqual({ id, deleted: false });
    await expect(crm.run('deleteRecord', { object: 'Account', id: '001000000000ZZZAA2' })).rejects.toMatchObject({
      class: 'notFound',
      message: expect.stringContaining('001000000000ZZZAA2'),
    });
    await expect(crm.run('updateRecord', { object: 'Account', id, record: { Phone: '1' } })).rejects.toMatchObject({
      class: 'notFound',
      code: 'ENTITY_IS_DELETED',
    });
  });

  test('SF-043 an update that changes nothing is not sent, whatever the spelling of its values', async () => {
    const record = { Name: unique('Same'), AnnualRevenue: 10, CW_Last_Ticket_At__c: '2026-01-31T08:30:00Z', Description: 'a\nb' };
    const { id } = (await crm.run('createRecord', { object: 'Account', record })) as { id: string };
    const stamp = async (): Promise<unknown> => (await read(id, ['SystemModstamp']))['SystemModstamp'];
    const before = await stamp();
    const patches = sandbox.requests.filter((request) => request.method === 'PATCH').length;
    const same = {
      Name: record.Name,
      AnnualRevenue: '10.00',
      CW_Last_Ticket_At__c: '2026-01-31T09:30:00+01:00',
      Description: 'a\r\nb',
      Phone: '',
    };
    expect(await crm.run('updateRecord', { object: 'Account', id, record: same })).toEqual({ id, changed: false });
    expect(await stamp()).toBe(before);
    expect(sandbox.requests.filter((request) => request.method === 'PATCH').length).toBe(patches);
    expect(await crm.run('updateRecord', { object: 'Account', id, record: same, skipUnchanged: false })).toEqual({ id, changed: true });
    expect(await crm.run('updateRecord', { object: 'Account', id, record: { Phone: '1' } })).toEqual({ id, changed: true });
  });

  test('SF-054 update only: no such record is said, none is made', async () => {
    const input = {
      object: 'Account',
      externalIdField: 'CW_Company_Id__c',
      externalId: unique('none'),
      record: { Name: 'n' },
      updateOnly: true,
    };
    await expect(crm.run('upsertRecord', input)).rejects.toMatchObject({
      class: 'notFound',
      message: expect.stringContaining(`CW_Company_Id__c "${input.externalId}"`),
    });
  });

  test('the API is called as it is; another host is not', async () => {
    expect(await crm.run('request', { method: 'GET', path: '/limits' })).toMatchObject({ status: 200, body: { DailyApiRequests: {} } });
    expect(await crm.run('request', { method: 'GET', path: '/query', query: { q: 'SELECT COUNT() FROM Account' } })).toMatchObject({
      body: { records: [] },
    });
    const made = await crm.run('request', { method: 'POST', path: '/sobjects/Account', body: { Name: unique('Raw') } });
    expect(made).toMatchObject({ status: 201, body: { success: true } });
    for (const path of ['https://evil.example/x', '//evil.example/x', '/../../x', '/sobjects\\x'])
      await expect(crm.run('request', { method: 'GET', path })).rejects.toMatchObject({ code: 'path_malformed' });
  });

  test('SF-097 an object is described: labels, lengths, picklists, references', async () => {
    const described = (await crm.run('describeObject', { object: 'Contact' })) as { label: string; fields: { name: string }[] };
    const field = (name: string): unknown => described.fields.find((candidate) => candidate.name === name);
    expect(described.label).toBe('Contact');
    expect(field('LastName')).toMatchObject({ required: true, maxLength: 80 });
    expect(field('AccountId')).toMatchObject({ type: 'reference', references: ['Account'] });
    expect(field('CW_Contact_Id__c')).toMatchObject({ custom: true, externalId: true });
  });
});

describe('a lead', () => {
  const lead = async (): Promise<string> =>
    ((await crm.run('createRecord', { object: 'Lead', record: { LastName: unique('Lee'), Company: unique('Lead Co') } })) as { id: string })
      .id;

  test('is converted once; a second time tells what it became', async () => {
    const leadId = await lead();
    const converted = (await crm.run('convertLead', { leadId, opportunityName: 'First deal' })) as Record<string, unknown>;
    expect(converted).toMatchObject({
      leadId,
      alreadyConverted: false,
      accountId: expect.stringMatching(/^001/),
      contactId: expect.stringMatching(/^003/),
    });
    expect(converted['opportunityId']).toMatch(/^006/);
    expect(await crm.run('convertLead', { leadId })).toEqual({ ...converted, alreadyConverted: true });
  });

  test('whose answer was lost is found converted by the next attempt', async () => {
    const leadId = await lead();
    sandbox.faults.add({ vendor: 'salesforce', path: '/services/Soap/', times: 1, kind: 'reset-after-apply' });
    expect(await crm.run('convertLead', { leadId, createOpportunity: false })).toMatchObject({
      alreadyConverted: true,
      opportunityId: null,
    });
  });

  test('goes into an account there is; a status that does not exist is said with the lead', async () => {
    const made = await many({ action: 'create', records: names(1) });
    const accountId = made.results[0]?.id ?? '';
    expect(await crm.run('convertLead', { leadId: await lead(), accountId })).toMatchObject({ accountId });
    const leadId = await lead();
    await expect(crm.run('convertLead', { leadId, convertedStatus: 'Nonsense' })).rejects.toMatchObject({
      class: 'invalid',
      message: expect.stringContaining(`Lead ${leadId}`),
    });
  });
});
