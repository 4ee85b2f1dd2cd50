import { describe, expect, it } from 'vitest';
import { startBench } from '../testing.ts';
import { isWellFormedId, toId18 } from './ids.ts';
import { parseSoql } from './soql/parser.ts';

const path = (soql: string, resource = 'query') => `${resource}?q=${encodeURIComponent(soql)}`;

describe('queries', () => {
  it('SF-080 SF-088 records with attributes, or a bare count', async () => {
    const { sf } = await startBench();
    expect((await sf('GET', path('SELECT Id, Name FROM Account'))).body).toMatchObject({
      totalSize: 3,
      done: true,
      records: [
        { attributes: { type: 'Account', url: expect.stringContaining('/services/data/v66.0/sobjects/Account/001') }, Name: 'Acme Ltd' },
        {},
        {},
      ],
    });
    expect((await sf('GET', path('SELECT COUNT() FROM Account'))).body).toEqual({ totalSize: 3, done: true, records: [] });
  });
  it('SF-081 SF-082 SF-083 pages and locators', async () => {
    const { sf } = await startBench();
    const one = (await sf('GET', path('SELECT Id, Name FROM BigTable__c'))).body;
    expect(one).toMatchObject({
      totalSize: 4500,
      done: false,
      nextRecordsUrl: expect.stringMatching(/^\/services\/data\/v66\.0\/query\/01g\w{15}-2000$/),
    });
    const next = (url: string) => sf('GET', url.replace('/services/data/v66.0/', ''));
    const two = (await next(one.nextRecordsUrl)).body;
    const three = (await next(two.nextRecordsUrl)).body;
    expect([one.records.length, two.records.length, three.records.length, three.done, 'nextRecordsUrl' in three]).toEqual([
      2000,
      2000,
      500,
      true,
      false,
    ]);
    expect(
      (await sf('GET', path('SELECT Id FROM BigTable__c'), { headers: { 'sforce-query-options': 'batchSize=200' } })).body.records,
    ).toHaveLength(200);
    for (let index = 0; index < 10; index += 1) await sf('GET', path('SELECT Id FROM BigTable__c'));
    expect(await next(one.nextRecordsUrl)).toMatchObject({
      status: 400,
      body: [{ errorCode: 'INVALID_QUERY_LOCATOR', message: 'invalid query locator' }],
    });
  });
  it('SF-084 the bin is searched by queryAll only', async () => {
    const { sf } = await startBench();
    const id = (await sf('GET', path('SELECT Id FROM Account LIMIT 1'))).body.records[0].Id;
    await sf('DELETE', `sobjects/Account/${id}`);
    expect((await sf('GET', path('SELECT Id FROM Account WHERE IsDeleted = true'))).body.totalSize).toBe(0);
    expect((await sf('GET', path('SELECT Id FROM Account WHERE IsDeleted = true', 'queryAll'))).body.records[0].Id).toBe(id);
  });
  it('SF-086 SF-099 what a query may not say', async () => {
    const { sf } = await startBench();
    const code = async (soql: string) => (await sf('GET', path(soql))).body[0];
    expect(await code('SELECT Id FROM Accout')).toMatchObject({
      errorCode: 'INVALID_TYPE',
      message: expect.stringContaining("sObject type 'Accout' is not supported."),
    });
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
    const { sf } = await startBench();
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
    const { sf } = await startBench();
    const { status, body } = await sf('GET', path(`SELECT Id FROM Account WHERE ${where}`));
    expect([status, body.totalSize]).toEqual([200, rows]);
  });
  it('order, nulls, limit and offset', async () => {
    const { sf } = await startBench();
    const names = async (tail: string) =>
      (await sf('GET', path(`SELECT Name FROM Account ${tail}`))).body.records.map((row: { Name: string }) => row.Name.slice(0, 2));
    expect(await names('ORDER BY Name DESC')).toEqual(["O'", 'Bl', 'Ac']);
    expect(await names('ORDER BY Industry NULLS LAST, Name')).toEqual(["O'", 'Ac', 'Bl']);
    expect(await names('ORDER BY Industry ASC, Name DESC')).toEqual(['Bl', 'Ac', "O'"]);
    expect(await names('ORDER BY Name LIMIT 1 OFFSET 1')).toEqual(['Bl']);
  });
  it('SF-094 SF-095 SF-096 SF-097 explain, search, describe', async () => {
    const { sf } = await startBench();
    expect((await sf('GET', 'query?explain=SELECT+Id+FROM+Account')).body.plans[0]).toMatchObject({
      sobjectType: 'Account',
      leadingOperationType: 'TableScan',
      cardinality: 3,
      relativeCost: 1.5,
      fields: [],
    });
    expect(
      (await sf('GET', `search?q=${encodeURIComponent('FIND {acme} IN NAME FIELDS RETURNING Account(Id, Name)')}`)).body,
    ).toMatchObject({ searchRecords: [{ attributes: { type: 'Account' }, Name: 'Acme Ltd' }] });
    const { sobjects, ...rest } = (await sf('GET', 'sobjects')).body;
    expect(rest).toEqual({ encoding: 'UTF-8', maxBatchSize: 200 });
    expect(sobjects.find((item: { name: string }) => item.name === 'Account')).not.toHaveProperty('fields');
    const { fields } = (await sf('GET', 'sobjects/Case/describe')).body;
    const named = (name: string) => fields.find((field: { name: string }) => field.name === name);
    expect(named('CW_Ticket_Id__c')).toMatchObject({
      externalId: true,
      unique: true,
      custom: true,
      idLookup: true,
      length: 64,
      nillable: true,
    });
    expect(named('AccountId')).toMatchObject({ type: 'reference', referenceTo: ['Account'], relationshipName: 'Account' });
    expect(named('Status').picklistValues[0]).toMatchObject({ value: 'New', label: 'New', active: true, defaultValue: true });
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
