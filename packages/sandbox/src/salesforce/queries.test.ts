import { describe, expect, it } from 'vitest';
import { sharedBench, startBench } from '../testing.ts';
import { isWellFormedId, toId18 } from './ids.ts';
import { parseSoql } from './soql/parser.ts';

const path = (soql: string, resource = 'query') => `${resource}?q=${encodeURIComponent(soql)}`;

describe('queries', () => {
  const shared = sharedBench();
  it('SF-080 records with their attributes, all in one answer', async () => {
    const { sf } = shared();
    const { status, body } = await sf('GET', path('SELECT Id, Name FROM Account'));
    expect([status, Object.keys(body)]).toEqual([200, ['totalSize', 'done', 'records']]);
    expect(body).toMatchObject({ totalSize: 3, done: true });
    expect(body.records[0]).toEqual({
      attributes: { type: 'Account', url: `/services/data/v66.0/sobjects/Account/${body.records[0].Id}` },
      Id: expect.stringMatching(/^001\w{15}$/),
      Name: 'Acme Ltd',
    });
  });
  it('SF-088 SELECT COUNT() answers a size and no records', async () => {
    const { sf } = shared();
    expect((await sf('GET', path('SELECT COUNT() FROM Account'))).body).toEqual({ totalSize: 3, done: true, records: [] });
  });
  it('SF-081 4500 rows come in three pages', async () => {
    const { sf } = shared();
    const sizes: number[] = [];
    let page = (await sf('GET', path('SELECT Id, Name FROM BigTable__c'))).body;
    const ids = new Set<string>();
    for (;;) {
      sizes.push(page.records.length);
      for (const row of page.records) ids.add(row.Id);
      expect([page.totalSize, page.done, 'nextRecordsUrl' in page]).toEqual([4500, sizes.length === 3, sizes.length < 3]);
      if (page.done) break;
      expect(page.nextRecordsUrl).toMatch(new RegExp(`^/services/data/v66\\.0/query/01g\\w{15}-${sizes.length * 2000}$`));
      page = (await sf('GET', page.nextRecordsUrl.replace('/services/data/v66.0/', ''))).body;
    }
    expect([sizes, ids.size]).toEqual([[2000, 2000, 500], 4500]);
  });
  it('SF-082 batchSize decides the size of a page, from 200 on', async () => {
    const { sf } = shared();
    const size = async (batchSize: number) =>
      (await sf('GET', path('SELECT Id FROM BigTable__c'), { headers: { 'sforce-query-options': `batchSize=${batchSize}` } })).body.records
        .length;
    expect([await size(200), await size(350), await size(50), await size(9000)]).toEqual([200, 350, 200, 2000]);
  });
  it('SF-083 a locator that is none, or that ten newer ones have pushed out', async () => {
    const { sf } = await startBench();
    const refusal = { status: 400, body: [{ errorCode: 'INVALID_QUERY_LOCATOR', message: 'invalid query locator' }] };
    expect(await sf('GET', 'query/01gNONE-2000')).toMatchObject(refusal);
    const open = async () => (await sf('GET', path('SELECT Id FROM BigTable__c'))).body.nextRecordsUrl.replace('/services/data/v66.0/', '');
    const oldest = await open();
    for (let index = 0; index < 9; index += 1) await open();
    expect((await sf('GET', oldest)).status).toBe(200);
    await open();
    expect(await sf('GET', oldest)).toMatchObject(refusal);
  });
  it('SF-084 the bin is searched by queryAll only', async () => {
    const { sf } = await startBench();
    const id = (await sf('GET', path('SELECT Id FROM Account LIMIT 1'))).body.records[0].Id;
    await sf('DELETE', `sobjects/Account/${id}`);
    expect((await sf('GET', path('SELECT Id FROM Account WHERE IsDeleted = true'))).body.totalSize).toBe(0);
    expect((await sf('GET', path('SELECT Id FROM Account'))).body.records.map((row: { Id: string }) => row.Id)).not.toContain(id);
    expect((await sf('GET', path('SELECT Id FROM Account WHERE IsDeleted = true', 'queryAll'))).body.records[0].Id).toBe(id);
  });
  it('SF-086 an object there is not: INVALID_TYPE', async () => {
    const { sf } = shared();
    expect(await sf('GET', path('SELECT Id FROM Accout'))).toMatchObject({
      status: 400,
      body: [{ errorCode: 'INVALID_TYPE', message: expect.stringContaining("sObject type 'Accout' is not supported.") }],
    });
  });
  it('what else a query may not say', async () => {
    const { sf } = shared();
    const code = async (soql: string) => (await sf('GET', path(soql))).body[0];
    expect(await code('SELECT Nam FROM Account')).toMatchObject({
      errorCode: 'INVALID_FIELD',
      message: expect.stringContaining("No such column 'Nam'"),
    });
    expect(await code('SELECT FROM Account')).toMatchObject({ errorCode: 'MALFORMED_QUERY' });
    expect(await code("SELECT Id FROM Account WHERE CreatedDate > '2026-01-01'")).toMatchObject({ errorCode: 'INVALID_FIELD' });
    expect(await code('SELECT CurrencyIsoCode FROM Opportunity')).toMatchObject({ errorCode: 'INVALID_FIELD' });
    expect(await code('SELECT Nam FROM Account')).not.toHaveProperty('fields');
  });
  it('SF-089 parents and children', async () => {
    const { sf } = shared();
    const contacts = (await sf('GET', path('SELECT Account.Name, Account.Owner.Name FROM Contact ORDER BY LastName DESC'))).body.records;
    expect(contacts).toMatchObject([
      { Account: { attributes: { type: 'Account' }, Name: 'Acme Ltd', Owner: { Name: 'Alex Morgan' } } },
      { Account: null },
    ]);
    const accounts = (await sf('GET', path('SELECT Id, (SELECT LastName FROM Contacts) FROM Account ORDER BY Name LIMIT 2'))).body.records;
    expect(accounts).toMatchObject([{ Contacts: { totalSize: 1, done: true, records: [{ LastName: 'Miller' }] } }, { Contacts: null }]);
  });
  it.each([
    ['SF-090 quotes and backslashes match literally', String.raw`Name = 'O\'Brien \\ Co'`, 1],
    ['SF-090 an escaped string cannot break out', String.raw`Name = '\\\' OR Name != \''`, 0],
    ['SF-092 IN', "Name IN ('acme ltd', 'Bluewater Foods')", 2],
    ['SF-092 NOT IN', "Name NOT IN ('Acme Ltd')", 2],
    ['SF-092 LIKE', "Name LIKE 'a%'", 1],
    ['SF-092 null', 'Industry != null', 1],
    ['SF-092 AND OR NOT', "NOT (Name LIKE 'A%' OR Industry = 'Construction') AND AnnualRevenue >= 4000000", 1],
    ['SF-092 TODAY', 'CreatedDate = TODAY', 0],
    ['SF-092 LAST_N_DAYS', 'CreatedDate = LAST_N_DAYS:3', 1],
    ['datetimes', 'SystemModstamp >= 2026-11-20T00:00:00Z', 1],
    ['datetimes with an offset', 'SystemModstamp >= 2026-11-20T00:00:00+02:00', 1],
    ['semi-join', "Id IN (SELECT AccountId FROM Contact WHERE LastName = 'Miller')", 1],
    ['not equal takes in nulls', "Industry != 'Construction'", 2],
  ])('%s', async (_name, where, rows) => {
    const { sf } = shared();
    const { status, body } = await sf('GET', path(`SELECT Id FROM Account WHERE ${where}`));
    expect([status, body.totalSize]).toEqual([200, rows]);
  });
  it('order, nulls, limit and offset', async () => {
    const { sf } = shared();
    const names = async (tail: string) =>
      (await sf('GET', path(`SELECT Name FROM Account ${tail}`))).body.records.map((row: { Name: string }) => row.Name.slice(0, 2));
    expect(await names('ORDER BY Name DESC')).toEqual(["O'", 'Bl', 'Ac']);
    expect(await names('ORDER BY Industry NULLS LAST, Name')).toEqual(["O'", 'Ac', 'Bl']);
    expect(await names('ORDER BY Industry ASC, Name DESC')).toEqual(['Bl', 'Ac', "O'"]);
    expect(await names('ORDER BY Name LIMIT 1 OFFSET 1')).toEqual(['Bl']);
  });
  it('SF-094 explain gives a plan', async () => {
    const { sf } = shared();
    const { body } = await sf('GET', 'query?explain=SELECT+Id+FROM+Account');
    expect(body.plans).toMatchObject([
      {
        cardinality: 3,
        fields: [],
        leadingOperationType: 'TableScan',
        relativeCost: expect.any(Number),
        sobjectCardinality: 3,
        sobjectType: 'Account',
      },
    ]);
  });
  it('SF-095 a search gives records of the objects asked for', async () => {
    const { sf } = shared();
    const text = 'FIND {acme} IN NAME FIELDS RETURNING Account(Id, Name)';
    expect((await sf('GET', `search?q=${encodeURIComponent(text)}`)).body).toEqual({
      searchRecords: [{ attributes: { type: 'Account', url: expect.any(String) }, Id: expect.stringMatching(/^001/), Name: 'Acme Ltd' }],
    });
  });
  it('SF-096 the list of all objects, without their fields', async () => {
    const { sf } = shared();
    const { sobjects, ...rest } = (await sf('GET', 'sobjects')).body;
    expect(rest).toEqual({ encoding: 'UTF-8', maxBatchSize: 200 });
    for (const object of sobjects) {
      expect(object).toMatchObject({
        name: expect.any(String),
        label: expect.any(String),
        custom: object.name.endsWith('__c'),
        createable: expect.any(Boolean),
        queryable: true,
      });
      expect(object).not.toHaveProperty('fields');
    }
    expect(sobjects.map((object: { name: string }) => object.name)).toEqual(
      expect.arrayContaining([
        'Account',
        'Contact',
        'Lead',
        'Opportunity',
        'OpportunityLineItem',
        'OpportunityHistory',
        'Case',
        'CaseComment',
        'Task',
        'User',
        'Note',
      ]),
    );
  });
  it('SF-097 an object is described field by field', async () => {
    const { sf } = shared();
    const { fields } = (await sf('GET', 'sobjects/Case/describe')).body;
    const named = (name: string) => fields.find((field: { name: string }) => field.name === name);
    const yesOrNo = [
      'nillable',
      'createable',
      'updateable',
      'defaultedOnCreate',
      'custom',
      'externalId',
      'unique',
      'idLookup',
      'restrictedPicklist',
    ];
    for (const field of fields)
      expect(field).toMatchObject({
        name: expect.any(String),
        label: expect.any(String),
        type: expect.any(String),
        length: expect.any(Number),
        referenceTo: expect.any(Array),
        picklistValues: expect.any(Array),
        ...Object.fromEntries(yesOrNo.map((name) => [name, expect.any(Boolean)])),
      });
    expect(named('CW_Ticket_Id__c')).toMatchObject({
      externalId: true,
      unique: true,
      custom: true,
      idLookup: true,
      length: 64,
      nillable: true,
    });
    expect(named('AccountId')).toMatchObject({ type: 'reference', referenceTo: ['Account'], relationshipName: 'Account' });
    expect(named('Subject')).toMatchObject({ type: 'string', length: 255, relationshipName: null });
    expect(named('IsClosed')).toMatchObject({ createable: false, updateable: false });
    expect(named('Status').picklistValues[0]).toEqual({ value: 'New', label: 'New', active: true, defaultValue: true, validFor: null });
  });
  it('a picklist value that was retired is not described, is no status record, and is the default no more', async () => {
    const { sf, sandbox } = await startBench();
    const statuses = async (): Promise<unknown> => {
      const q = 'SELECT ApiName, IsClosed, IsDefault FROM CaseStatus ORDER BY SortOrder';
      const { records } = (await sf('GET', `query?q=${encodeURIComponent(q)}`)).body;
      return records.map((row: Record<string, unknown>) => [row['ApiName'], row['IsClosed'], row['IsDefault']]);
    };
    const described = async (): Promise<string[]> => {
      const { fields } = (await sf('GET', 'sobjects/Case/describe')).body;
      return fields.find((field: { name: string }) => field.name === 'Status').picklistValues.map(({ value }: { value: string }) => value);
    };
    expect(await statuses()).toEqual([
      ['New', false, true],
      ['Working', false, false],
      ['Escalated', false, false],
      ['Closed', true, false],
    ]);
    const { id } = (await sf('POST', 'sobjects/Case', { body: { Status: 'Working' } })).body;
    sandbox.quirks.retiredPicklistValues = ['Case.Status.Working'];
    expect(await described()).toEqual(['New', 'Escalated', 'Closed']);
    expect(await statuses()).toEqual([
      ['New', false, true],
      ['Escalated', false, false],
      ['Closed', true, false],
    ]);
    // What a record has it keeps.
    expect((await sf('GET', `sobjects/Case/${id}`)).body.Status).toBe('Working');
    sandbox.quirks.retiredPicklistValues = ['case.status.new'];
    expect(await described()).toEqual(['Working', 'Escalated', 'Closed']);
    const other = (await sf('POST', 'sobjects/Case', { body: { Subject: 'x' } })).body;
    expect((await sf('GET', `sobjects/Case/${other.id}`)).body.Status).toBeNull();
  });
  it('SF-117 updated and deleted', async () => {
    const { sf } = await startBench();
    const id = (await sf('POST', 'sobjects/Account', { body: { Name: 'Now' } })).body.id;
    const range = 'start=2026-11-23T09:00:00%2B00:00&end=2026-11-23T11:00:00%2B00:00';
    expect((await sf('GET', `sobjects/Account/updated/?${range}`)).body).toMatchObject({
      ids: [id],
      latestDateCovered: expect.any(String),
    });
    await sf('DELETE', `sobjects/Account/${id}`);
    expect((await sf('GET', `sobjects/Account/deleted/?${range}`)).body).toMatchObject({
      deletedRecords: [{ id, deletedDate: expect.any(String) }],
      earliestDateAvailable: expect.any(String),
    });
  });
});

describe('ids and parser', () => {
  it('adds the case checksum', () => {
    expect(toId18('001xx000003DGb2')).toBe('001xx000003DGb2AAG');
    expect(isWellFormedId('001xx000003DGb2AAH')).toBe(false);
  });
  it('one connective per level; parentheses decide where AND and OR meet, NOT begins a level', () => {
    const where = (text: string) => parseSoql(`SELECT Id FROM Account WHERE ${text}`).where;
    expect(where("Name = 'a' OR (Phone = null AND (NOT Name = 'b'))")).toMatchObject({
      kind: 'or',
      left: { kind: 'compare' },
      right: { kind: 'and', left: { values: [{ kind: 'null' }] }, right: { kind: 'not', inner: { kind: 'compare' } } },
    });
    expect(() => where("Name = 'a' OR Name = 'b' AND Phone = null")).toThrow("unexpected token: 'AND'");
    expect(() => where("Name = 'a' AND Name = 'b' OR Phone = null")).toThrow("unexpected token: 'OR'");
    expect(() => where("Name = 'a' AND NOT Name = 'b'")).toThrow("unexpected token: 'NOT'");
  });
});
