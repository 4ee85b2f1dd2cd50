import type { TestBench } from '@weft/connector-kit/testing';
import { startSandbox } from '@weft/sandbox';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { salesforceBench } from './accounts.ts';

let sandbox: Awaited<ReturnType<typeof startSandbox>>;
let crm: TestBench;
let serial = 0;

beforeAll(async () => {
  sandbox = await startSandbox({ port: 0, seed: 'demo' });
  crm = salesforceBench(sandbox.url);
});
afterAll(() => sandbox.close());

const unique = (word: string): string => `${word} ${(serial += 1)}${Date.now().toString(36)}`;
const createAccount = async (record: Record<string, unknown> = {}): Promise<string> =>
  ((await crm.run('createRecord', { object: 'Account', record: { Name: unique('Acme'), ...record } })) as { id: string }).id;
const read = async (object: string, id: string, fields?: string[]): Promise<Record<string, unknown>> =>
  ((await crm.run('getRecord', { object, id, fields })) as { record: Record<string, unknown> }).record;

describe('records', () => {
  test('are created, read, changed and found', async () => {
    const name = unique("O'Brien \\ Co");
    const id = await createAccount({ Name: name, Phone: '5550100' });
    expect(await read('Account', id)).toMatchObject({ Id: id, Name: name, Phone: '5550100' });
    await crm.run('updateRecord', { object: 'Account', id, record: { Phone: '5550199', Id: 'ignored' } });
    expect(await read('Account', id, ['Phone'])).toEqual({ Phone: '5550199', Id: id });
    expect(await crm.run('findRecords', { object: 'Account', match: { Name: name } })).toMatchObject({ count: 1, records: [{ Id: id }] });
    expect(await crm.run('findRecords', { object: 'Account', match: { Name: "\\' OR Name != '" } })).toMatchObject({ count: 0 });
    expect(
      await crm.run('findRecords', { object: 'Account', where: `Id = '${id}'`, fields: ['Name'], orderBy: 'Name desc', limit: 5 }),
    ).toMatchObject({ count: 1 });
  });

  test('an upsert never makes a second one', async () => {
    const input = {
      object: 'Account',
      externalIdField: 'CW_Company_Id__c',
      externalId: `a b/c?${Date.now()}`,
      record: { Name: unique('Upserted') },
    };
    const first = (await crm.run('upsertRecord', input)) as { id: string; created: boolean };
    expect(first.created).toBe(true);
    expect(await crm.run('upsertRecord', input)).toEqual({ id: first.id, created: false, changed: false });
    expect(await read('Account', first.id)).toMatchObject({ CW_Company_Id__c: input.externalId });
  });

  test('what is wrong is said with the field, what is gone with the record', async () => {
    await expect(crm.run('createRecord', { object: 'Account', record: {} })).rejects.toMatchObject({
      class: 'invalid',
      code: 'REQUIRED_FIELD_MISSING',
      issues: [{ path: 'record.Name' }],
    });
    await expect(crm.run('getRecord', { object: 'Account', id: '001000000000ZZZAA2' })).rejects.toMatchObject({ class: 'notFound' });
    await expect(crm.run('getRecord', { object: 'Account', id: 'x' })).rejects.toMatchObject({ class: 'invalid', code: 'id_malformed' });
    await expect(crm.run('query', { soql: 'SELECT Id FROM Accout' })).rejects.toMatchObject({ class: 'invalid', code: 'INVALID_TYPE' });
  });
});

describe('watching', () => {
  const opportunity = async (stage: string): Promise<string> =>
    (
      (await crm.run('createRecord', {
        object: 'Opportunity',
        record: { Name: unique('Deal'), StageName: stage, CloseDate: '2026-12-31', AccountId: await createAccount() },
      })) as { id: string }
    ).id;
  const setStage = (id: string, stage: string) => crm.run('updateRecord', { object: 'Opportunity', id, record: { StageName: stage } });

  test('begins now and gives each change once', async () => {
    const input = { object: 'Account', event: 'createdOrUpdated' };
    const begun = await crm.poll('recordChanged', input, undefined);
    expect(begun.events).toEqual([]);
    const id = await createAccount();
    const next = await crm.poll('recordChanged', input, begun.cursor);
    const given = next.events.filter((event) => (event.payload as { record: { Id: string } }).record.Id === id);
    expect(given.map((event) => event.payload)).toEqual([expect.objectContaining({ object: 'Account' })]);
    // Stamps hold whole seconds: until its second is over a change may be given again, always under the same key …
    const again = await crm.poll('recordChanged', input, next.cursor);
    const known = new Set(next.events.map(({ dedupKey }) => dedupKey));
    expect(again.events.filter(({ dedupKey }) => !known.has(dedupKey))).toEqual([]);
    // … and another change within that second is given under another key.
    await crm.run('updateRecord', { object: 'Account', id, record: { Description: 'changed at once' } });
    const changed = await crm.poll('recordChanged', input, again.cursor);
    expect(changed.events.filter(({ dedupKey }) => !known.has(dedupKey)).map((event) => event.payload)).toEqual([
      expect.objectContaining({ record: expect.objectContaining({ Id: id, Description: 'changed at once' }) }),
    ]);
    let { cursor } = changed;
    await expect
      .poll(
        async () => {
          const later = await crm.poll('recordChanged', input, cursor);
          cursor = later.cursor;
          return later.events;
        },
        { timeout: 8000, interval: 300 },
      )
      .toEqual([]);
    expect(JSON.parse(JSON.stringify(cursor))).toEqual(cursor);
  });

  test('"starts to match" fires on the transition, not before, not twice, and again after it stopped', async () => {
    const input = { object: 'Opportunity', event: 'startsToMatch', when: "StageName = 'Closed Won'" };
    const old = await opportunity('Closed Won');
    const open = await opportunity('Prospecting');
    let cursor = (await crm.poll('recordChanged', input, undefined)).cursor;
    const changes = async (): Promise<string[]> => {
      const result = await crm.poll('recordChanged', input, cursor);
      cursor = JSON.parse(JSON.stringify(result.cursor)) as unknown;
      return result.events.map((event) => String((event.payload as { record: { Id: string } }).record.Id));
    };
    await crm.run('updateRecord', { object: 'Opportunity', id: old, record: { NextStep: 'call' } });
    expect(await changes()).toEqual([]);
    await setStage(open, 'Closed Won');
    expect(await changes()).toEqual([open]);
    await crm.run('updateRecord', { object: 'Opportunity', id: open, record: { NextStep: 'call' } });
    expect(await changes()).toEqual([]);
    await setStage(open, 'Closed Lost');
    expect(await changes()).toEqual([]);
    await setStage(open, 'Closed Won');
    expect(await changes()).toEqual([open]);
  });
});

describe('forms', () => {
  test('objects, fields and external ids come from the org', async () => {
    const objects = (await crm.connector.objects?.(crm.context())) ?? [];
    expect(objects.map((object) => object.value)).toEqual(expect.arrayContaining(['Account', 'Contact', 'Opportunity']));
    const fields = (await crm.connector.fields?.(crm.context(), 'Account')) ?? [];
    expect(fields.filter((field) => field.required).map((field) => field.name)).toEqual(['Name']);
    const ids =
      (await crm.connector.choices?.(crm.context(), {
        operation: 'upsertRecord',
        property: 'externalIdField',
        values: { object: 'Account' },
      })) ?? [];
    expect(ids.map((choice) => choice.value)).toContain('CW_Company_Id__c');
  });
});
