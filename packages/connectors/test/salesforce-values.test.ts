/** Values that break careless code, through every Salesforce operation: each arrives intact or is refused in one sentence. */
import { WeftError } from '@weft/connector-kit';
import { valueCases, type TestBench, type ValuePlace } from '@weft/connector-kit/testing';
import { startSandbox, type Sandbox } from '@weft/sandbox';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { salesforce } from '../src/salesforce/index.ts';
import { salesforceBench, salesforceValues } from './accounts.ts';

/** The external id of accounts. */
const KEY = 'CW_Company_Id__c';

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

type Write = ValuePlace['write'];

const make = async (bench: TestBench, record: Record<string, unknown>, object = 'Account'): Promise<string> =>
  ((await bench.run('createRecord', { object, record })) as { id: string }).id;
const fieldOf = async (bench: TestBench, id: string, field: string, object = 'Account'): Promise<unknown> =>
  ((await bench.run('getRecord', { object, id, fields: [field] })) as { record: Record<string, unknown> }).record[field];
/** A name nobody else has, and the text in it. */
const nameWith = (text: string): string => `${unique()} ${text}`.slice(0, 250).toWellFormed() + '.';
/** What was found stands for the text that found it, when it is the one record and no other. */
const onlyOne = (text: string, found: unknown, id: string): unknown => {
  const ids = (found as { records: { Id: string }[] }).records.map(({ Id }) => Id);
  return ids.length === 1 && ids[0] === id ? text : { found: ids, instead: id };
};
/** The fields of an account that hold what is written, by the text given for each. */
const NAMED = { Name: (text: string) => ({ Name: text }), Description: (text: string) => ({ Name: unique(), Description: text }) };
/** Writes the text into each of these fields by an operation, which gives the id of the record. */
const written = (write: (bench: TestBench, record: Record<string, unknown>) => Promise<string>): Record<string, Write> =>
  Object.fromEntries(
    Object.entries(NAMED).map(([field, record]): [string, Write] => [
      field,
      async (text, bench) => fieldOf(bench, await write(bench, record(text)), field),
    ]),
  );
/** Rows come back with their own errors: the first one's is taken for the refusal. */
const row = async (bench: TestBench, operation: string, input: Record<string, unknown>): Promise<string> => {
  const done = (await bench.run(operation, { object: 'Account', ...input })) as {
    results: { id: string; error?: { code: string; message: string } }[];
  };
  const [first] = done.results;
  if (first?.error !== undefined) throw new WeftError({ class: 'invalid', code: first.error.code, message: ended(first.error.message) });
  return first?.id ?? '';
};
const ended = (message: string): string => (/[.!?]$/.test(message) ? message : `${message}.`);
/** The kind of record, which is the name of one: nothing else is taken. */
const objectOf = (operation: string, input: Record<string, unknown> = {}): ValuePlace => ({
  names: ['object', '001000000000ZZZAA2'],
  classes: ['notFound'],
  write: (text, bench) => bench.run(operation, { ...input, object: text }),
});
const idOf = (operation: string, input: Record<string, unknown> = {}, name = 'id'): ValuePlace => ({
  names: ['id'],
  write: (text, bench) => bench.run(operation, { object: 'Account', ...input, [name]: text }),
});
const json = (name: string): Record<string, unknown> => JSON.parse(`{${JSON.stringify(name)}:"x"}`) as Record<string, unknown>;
/** A record that holds the text comes with it. */
const watched =
  (trigger: string, input: Record<string, unknown>): Write =>
  async (text, bench) => {
    let { cursor } = await bench.poll(trigger, input, undefined);
    const id = await make(bench, { Name: nameWith(''), Description: text });
    for (;;) {
      const polled = await bench.poll(trigger, input, cursor);
      const records = polled.events.map(({ payload }) => (payload as { record: Record<string, unknown> }).record);
      const found = records.find((record) => record['Id'] === id);
      if (found !== undefined || polled.hasMore !== true) return found?.['Description'];
      cursor = polled.cursor;
    }
  };

describe('every operation', () => {
  const SOQL: Omit<ValuePlace, 'write'> = { names: ['condition', 'where', 'order', 'field', 'query', 'Account records'] };
  const lead = (bench: TestBench): Promise<string> => make(bench, { LastName: unique(), Company: unique() }, 'Lead');
  const cases = valueCases({
    connector: salesforce,
    account: () => ({ values: salesforceValues(sandbox.url), disturb: () => undefined, calm: () => undefined }),
    operations: {
      createRecord: {
        texts: { ...written(make), object: objectOf('createRecord', { record: { Name: 'x' } }) },
        names: { record: (name, bench) => bench.run('createRecord', { object: 'Account', record: { Name: unique(), ...json(name) } }) },
        days: {
          CW_Oldest_Due_Date__c: async (day, bench) =>
            fieldOf(bench, await make(bench, { Name: unique(), CW_Oldest_Due_Date__c: day }), 'CW_Oldest_Due_Date__c'),
        },
        moments: {
          CW_Last_Ticket_At__c: async (at, bench) =>
            fieldOf(bench, await make(bench, { Name: unique(), CW_Last_Ticket_At__c: at }), 'CW_Last_Ticket_At__c'),
        },
      },
      updateRecord: {
        texts: {
          ...written(async (bench, record) => {
            const id = await make(bench, { Name: unique(), Description: 'before' });
            await bench.run('updateRecord', { object: 'Account', id, record });
            return id;
          }),
          id: idOf('updateRecord', { record: { Phone: '1' } }),
          object: objectOf('updateRecord', { id: '001000000000ZZZAA2', record: { Name: 'x' } }),
        },
        names: {
          record: async (name, bench) =>
            bench.run('updateRecord', { object: 'Account', id: await make(bench, { Name: unique() }), record: json(name) }),
        },
      },
      upsertRecord: {
        texts: {
          ...written(
            async (bench, record) =>
              (
                (await bench.run('upsertRecord', { object: 'Account', externalIdField: KEY, externalId: unique(), record })) as {
                  id: string;
                }
              ).id,
          ),
          'external id': {
            names: [KEY, 'External id'],
            async write(text, bench) {
              const input = { object: 'Account', externalIdField: KEY, externalId: text, record: { Name: unique() } };
              const { id } = (await bench.run('upsertRecord', input)) as { id: string };
              expect(await bench.run('upsertRecord', input)).toMatchObject({ id, created: false });
              return fieldOf(bench, id, KEY);
            },
          },
          externalIdField: {
            names: ['field', 'external id'],
            write: (text, bench) =>
              bench.run('upsertRecord', { object: 'Account', externalIdField: text, externalId: 'x', record: { Name: 'x' } }),
          },
        },
      },
      createRecordOnce: {
        texts: {
          Name: async (text, bench) => {
            const input = { object: 'Account', match: { Name: text, Phone: unique() }, record: {} };
            const { id } = (await bench.run('createRecordOnce', input)) as { id: string };
            expect(await bench.run('createRecordOnce', input)).toEqual({ id, created: false });
            return fieldOf(bench, id, 'Name');
          },
          Marker: {
            names: ['Marker', 'Description'],
            async write(text, bench) {
              const input = {
                object: 'Account',
                match: { Name: unique() },
                record: { Description: `so ${text}` },
                markerField: 'Description',
                marker: text,
              };
              const { id } = (await bench.run('createRecordOnce', input)) as { id: string };
              expect(await bench.run('createRecordOnce', input)).toEqual({ id, created: false });
              return text;
            },
          },
        },
        names: {
          match: (name, bench) => bench.run('createRecordOnce', { object: 'Account', match: json(name), record: { Name: unique() } }),
        },
      },
      findOrCreateRecord: {
        texts: {
          Name: async (text, bench) => {
            const Name = nameWith(text);
            const input = { object: 'Account', rules: [{ fields: [{ field: 'Name', value: Name, compare: 'exact' }] }], record: { Name } };
            const { id } = (await bench.run('findOrCreateRecord', input)) as { id: string };
            expect(await bench.run('findOrCreateRecord', input)).toMatchObject({ id, created: false, changed: false });
            return (await fieldOf(bench, id, 'Name')) === Name ? text : { instead: Name };
          },
        },
        names: {
          rules: (name, bench) =>
            bench.run('findOrCreateRecord', { object: 'Account', rules: [{ fields: json(name) }], record: { Name: unique() } }),
        },
      },
      deleteRecord: { texts: { id: idOf('deleteRecord'), object: objectOf('deleteRecord', { id: '001000000000ZZZAA2' }) } },
      writeMany: {
        texts: {
          ...written((bench, record) => row(bench, 'writeMany', { action: 'create', records: [record] })),
          'external id': {
            names: [KEY, 'external id'],
            write: async (text, bench) =>
              fieldOf(
                bench,
                await row(bench, 'writeMany', { action: 'upsert', externalIdField: KEY, records: [{ [KEY]: text, Name: unique() }] }),
                KEY,
              ),
          },
          object: objectOf('writeMany', { action: 'create', records: [{ Name: 'x' }] }),
        },
        names: { records: (name, bench) => row(bench, 'writeMany', { action: 'create', records: [{ Name: unique(), ...json(name) }] }) },
      },
      bulkWrite: {
        texts: {
          ...written((bench, record) => row(bench, 'bulkWrite', { action: 'create', records: [record] })),
          object: objectOf('bulkWrite', { action: 'create', records: [{ Name: 'x' }] }),
        },
        names: { records: (name, bench) => row(bench, 'bulkWrite', { action: 'create', records: [{ Name: unique(), ...json(name) }] }) },
      },
      getBulkJob: { texts: { jobId: idOf('getBulkJob', { object: undefined }, 'jobId') } },
      convertLead: {
        texts: {
          leadId: idOf('convertLead', { object: undefined }, 'leadId'),
          'Opportunity name': async (text, bench) => {
            const done = (await bench.run('convertLead', { leadId: await lead(bench), opportunityName: text })) as {
              opportunityId: string;
            };
            // Blank: the company's name.
            return text.trim() === '' ? text : fieldOf(bench, done.opportunityId, 'Name', 'Opportunity');
          },
          Status: {
            names: ['Status', 'Lead 00Q'],
            write: async (text, bench) => (await bench.run('convertLead', { leadId: await lead(bench), convertedStatus: text }), text),
          },
        },
      },
      findRecords: {
        texts: {
          match: {
            names: ['Name'],
            async write(text, bench) {
              const Name = nameWith(text);
              const id = await make(bench, { Name });
              return onlyOne(text, await bench.run('findRecords', { object: 'Account', match: { Name } }), id);
            },
          },
          conditions: {
            names: ['Name'],
            async write(text, bench) {
              const Name = nameWith(text);
              const id = await make(bench, { Name });
              const found = (operator: string, value: string): Promise<unknown> =>
                bench.run('findRecords', { object: 'Account', conditions: [{ field: 'Name', operator, value }], fields: ['Name'] });
              return [onlyOne(text, await found('contains', Name.slice(1)), id), onlyOne(text, await found('startsWith', Name), id)];
            },
          },
          nobody: {
            names: ['Name'],
            write: async (text, bench) => {
              const { count } = (await bench.run('findRecords', { object: 'Account', match: { Name: `${text}~nobody` } })) as {
                count: number;
              };
              return count === 0 ? text : count;
            },
          },
          where: {
            ...SOQL,
            write: async (text, bench) => (await bench.run('findRecords', { object: 'Account', where: text, limit: 1 }), text),
          },
          orderBy: {
            ...SOQL,
            write: async (text, bench) => (await bench.run('findRecords', { object: 'Account', orderBy: text, limit: 1 }), text),
          },
          object: objectOf('findRecords'),
        },
        names: {
          conditions: (name, bench) =>
            bench.run('findRecords', { object: 'Account', conditions: [{ field: name, operator: '=', value: 'x' }] }),
          fields: (name, bench) => bench.run('findRecords', { object: 'Account', fields: [name] }),
        },
      },
      matchRecord: {
        texts: {
          rules: {
            names: ['Name'],
            async write(text, bench) {
              const Name = nameWith(text);
              const id = await make(bench, { Name });
              const found = (await bench.run('matchRecord', {
                object: 'Account',
                rules: [{ fields: [{ field: 'Name', value: Name, compare: 'exact' }] }],
              })) as { record: { Id: string } | null };
              return found.record?.Id === id ? text : found;
            },
          },
          object: objectOf('matchRecord', { rules: [{ fields: { Name: 'x' } }] }),
        },
        names: { rules: (name, bench) => bench.run('matchRecord', { object: 'Account', rules: [{ fields: json(name) }] }) },
      },
      getRecord: { texts: { id: idOf('getRecord'), object: objectOf('getRecord', { id: '001000000000ZZZAA2' }) } },
      describeObject: { texts: { object: objectOf('describeObject') } },
      queryInBulk: { texts: { soql: { names: ['query', 'SOQL'], write: (text, bench) => bench.run('queryInBulk', { soql: text }) } } },
      query: { texts: { soql: { names: ['query', 'SOQL'], write: (text, bench) => bench.run('query', { soql: text }) } } },
      request: {
        texts: {
          body: {
            names: ['Name'],
            async write(text, bench) {
              const { body } = (await bench.run('request', { method: 'POST', path: '/sobjects/Account', body: { Name: text } })) as {
                body: { id: string };
              };
              return fieldOf(bench, body.id, 'Name');
            },
          },
          path: {
            names: ['path', 'GET'],
            classes: ['notFound'],
            write: (text, bench) => bench.run('request', { method: 'GET', path: text }),
          },
        },
      },
      recordChanged: {
        texts: {
          Description: watched('recordChanged', { object: 'Account', fields: ['Name', 'Description'] }),
          when: {
            ...SOQL,
            write: async (text, bench) => (await bench.poll('recordChanged', { object: 'Account', when: text }, undefined), text),
          },
        },
      },
      recordsChanged: { texts: { Description: watched('recordsChanged', { objects: ['Account'] }) } },
      changeEvent: { texts: { Description: watched('changeEvent', { object: 'Account', ignoreOwn: false }) } },
    },
  });
  test.each(cases.map(({ name, run }) => [`SF-090 ${name}`, run] as const))('%s', { timeout: 60_000 }, (_name, run) => run());
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
