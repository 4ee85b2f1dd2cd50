import { describe, expect, test } from 'vitest';
import { orgOrigin, salesforceOrigins } from './auth.ts';
import { salesforceError } from './errors.ts';
import { plainRecord, writableRecord } from './records.ts';
import { soqlCondition, soqlId, soqlLiteral, soqlName, soqlOrder, soqlString, soqlText } from './soql.ts';

const types: Readonly<Record<string, string>> = {
  Name: 'string',
  IsWon: 'boolean',
  Amount: 'currency',
  CloseDate: 'date',
  CreatedDate: 'datetime',
};
const typeOf = (field: string) => types[field];

describe('SOQL from typed parts', () => {
  test('a value cannot end its string', () => {
    expect(soqlString("O'Brien \\ Co")).toBe("'O\\'Brien \\\\ Co'");
    expect(soqlString("\\' OR Name != '")).toBe("'\\\\\\' OR Name != \\''");
    expect(soqlString('a\nb\tc')).toBe("'a\\nb\\tc'");
  });

  test('literals follow the type of the field, not that of the value', () => {
    expect(soqlLiteral('true', 'boolean')).toBe('true');
    expect(soqlLiteral('12.50', 'currency')).toBe('12.5');
    expect(soqlLiteral(12, 'string')).toBe("'12'");
    expect(soqlLiteral('2026-01-15T10:00:00+02:00', 'datetime')).toBe('2026-01-15T08:00:00.000Z');
    expect(soqlLiteral('2026-01-15', 'date')).toBe('2026-01-15');
    expect(soqlLiteral('last_n_days:30', 'date')).toBe('LAST_N_DAYS:30');
    expect(soqlLiteral('TODAY', 'string')).toBe("'TODAY'");
    expect(soqlLiteral(null, 'string')).toBe('null');
    for (const [value, type] of [
      ['yes', 'boolean'],
      ['1 OR 1=1', 'double'],
      ['soon', 'datetime'],
      ['', 'int'],
    ] as const)
      expect(() => soqlLiteral(value, type)).toThrowError(expect.objectContaining({ code: 'value_malformed' }));
  });

  test('conditions', () => {
    expect(soqlCondition({ field: 'Name', operator: 'contains', value: "50%_'s" }, typeOf)).toBe("Name LIKE '%50\\%\\_\\'s%'");
    expect(soqlCondition({ field: 'Name', operator: 'in', value: ['a', "b'"] }, typeOf)).toBe("Name IN ('a', 'b\\'')");
    expect(soqlCondition({ field: 'Amount', operator: 'in', value: '1, 2' }, typeOf)).toBe('Amount IN (1, 2)');
    expect(soqlCondition({ field: 'Account.Name', operator: 'isEmpty' }, typeOf)).toBe('Account.Name = null');
    expect(soqlCondition({ field: 'IsWon', operator: '=', value: true }, typeOf)).toBe('IsWon = true');
    expect(() => soqlCondition({ field: "Name = '' OR Id", operator: '=', value: 1 }, typeOf)).toThrowError(
      expect.objectContaining({ code: 'name_malformed' }),
    );
  });

  test('what a person writes stays inside its parentheses', () => {
    expect(soqlText(" WHERE IsWon = true AND Name != ')('")).toBe("(IsWon = true AND Name != ')(')");
    for (const bad of ['IsWon = true) OR (Id != null', "Name = 'x", '(IsWon = true', "Name = 'x\\'"])
      expect(() => soqlText(bad)).toThrowError(expect.objectContaining({ code: 'condition_malformed' }));
  });

  test('names, ids and orders are checked', () => {
    expect(soqlName('CW_Company_Id__c')).toBe('CW_Company_Id__c');
    expect(() => soqlName('Id, Name')).toThrow(/not the name/);
    expect(soqlId('001xx000003DGb2AAG')).toBe('001xx000003DGb2AAG');
    expect(() => soqlId('001')).toThrowError(/15 or 18/);
    expect(soqlOrder('Name desc, Account.Name nulls last')).toBe('Name DESC, Account.Name NULLS LAST');
    expect(() => soqlOrder('Name; DELETE')).toThrow(/not the name|not an order/);
  });
});

test('records lose what is not theirs', () => {
  const attributes = { type: 'X', url: '/x' };
  expect(
    plainRecord({
      attributes,
      Id: '1',
      Account: { attributes, Name: 'Acme' },
      Contacts: { totalSize: 1, done: true, records: [{ attributes, Id: '2' }] },
      Owner: null,
    }),
  ).toEqual({ Id: '1', Account: { Name: 'Acme' }, Contacts: [{ Id: '2' }], Owner: null });
  expect(writableRecord({ Id: '1', attributes, Name: 'A', Gone: undefined, Ext__c: 'k', Empty: null }, ['ext__c'])).toEqual({
    Name: 'A',
    Empty: null,
  });
});

test('addresses people copy from their browser become those of the API, and the token stays with them', () => {
  expect(orgOrigin('acme.lightning.force.com/lightning/page/home')).toBe('https://acme.my.salesforce.com');
  expect(orgOrigin('https://acme--uat.sandbox.lightning.force.com')).toBe('https://acme--uat.sandbox.my.salesforce.com');
  expect(() => orgOrigin('')).toThrow(/not the address/);
  expect(salesforceOrigins({ loginUrl: 'https://acme.my.salesforce.com', clientId: 'x' })).toContain('https://*.my.salesforce.com');
  expect(salesforceOrigins({ loginUrl: 'http://127.0.0.1:4010', clientId: 'x' })).toEqual(['http://127.0.0.1:4010']);
});

describe('errors', () => {
  const map = (errorCode: string, data: unknown, status = 400) =>
    salesforceError(Object.assign(new Error('m'), { errorCode, data }), { last: { status, headers: {} }, nowMs: 0 });
  test.each([
    [403, { errorCode: 'REQUEST_LIMIT_EXCEEDED', message: 'TotalRequests Limit exceeded.' }, 'throttled'],
    [400, { errorCode: 'UNABLE_TO_LOCK_ROW', message: 'unable to obtain exclusive access' }, 'transient'],
    [400, { errorCode: 'REQUIRED_FIELD_MISSING', message: 'Required fields are missing: [Name]', fields: ['Name'] }, 'invalid'],
    [400, { errorCode: 'DUPLICATE_VALUE', message: 'duplicate value found' }, 'conflict'],
    [404, { errorCode: 'NOT_FOUND', message: 'The requested resource does not exist' }, 'notFound'],
    [404, { errorCode: 'NOT_FOUND', message: 'Provided external ID field does not exist or is not accessible: Foo__c' }, 'invalid'],
    [404, { errorCode: 'ENTITY_IS_DELETED', message: 'entity is deleted' }, 'notFound'],
    [401, { errorCode: 'INVALID_SESSION_ID', message: 'Session expired or invalid' }, 'auth'],
    [403, { errorCode: 'INSUFFICIENT_ACCESS_OR_READONLY', message: 'insufficient access' }, 'auth'],
    [503, { errorCode: 'SERVER_UNAVAILABLE', message: 'busy' }, 'transient'],
  ])('%i %j is %s', (status, row, errorClass) => {
    expect(map(row.errorCode, row, status).class).toBe(errorClass);
  });

  test('records found by a duplicate rule are named, under either spelling of the vendor', () => {
    const found = { matchResults: [{ matchRecords: [{ record: { Id: '001A' } }, { record: { Id: '001B' } }] }] };
    for (const key of ['duplicateResut', 'duplicateResult'])
      expect(
        map('DUPLICATES_DETECTED', { errorCode: 'DUPLICATES_DETECTED', message: 'Use one of these records?', [key]: found }),
      ).toMatchObject({ class: 'conflict', detail: { duplicates: ['001A', '001B'] } });
    expect(map('MULTIPLE_CHOICES', ['/services/data/v66.0/sobjects/X/a01', '/services/data/v66.0/sobjects/X/a02'], 300)).toMatchObject({
      class: 'conflict',
      detail: { candidates: ['a01', 'a02'] },
    });
  });

  test('fields are located', () => {
    expect(map('REQUIRED_FIELD_MISSING', { errorCode: 'REQUIRED_FIELD_MISSING', message: 'Required', fields: ['Name'] }).issues).toEqual([
      { path: 'record.Name', message: 'Required' },
    ]);
  });
});
