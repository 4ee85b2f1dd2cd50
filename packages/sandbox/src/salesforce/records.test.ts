import { describe, expect, it } from 'vitest';
import { startBench, type Bench } from '../testing.ts';

const first = async (bench: Bench, object: string) =>
  (await bench.sf('GET', `query?q=SELECT+Id+FROM+${object}+LIMIT+1`)).body.records[0].Id as string;

describe('single records', () => {
  it('SF-020 SF-021 SF-022 SF-023 life of a record', async () => {
    const bench = await startBench();
    const { sf } = bench;
    const created = await sf('POST', 'sobjects/Account', { body: { Name: 'Hello' } });
    expect(created).toMatchObject({ status: 201, body: { id: expect.stringMatching(/^001\w{15}$/), success: true, errors: [] } });
    const path = `sobjects/Account/${created.body.id}`;
    expect((await sf('GET', path)).body).toMatchObject({
      attributes: { type: 'Account', url: `/services/data/v66.0/${path}` },
      Id: created.body.id,
      Name: 'Hello',
      SystemModstamp: '2026-11-23T10:00:00.000+0000',
    });
    expect(Object.keys((await sf('GET', `${path}?fields=Id,Name`)).body)).toEqual(['attributes', 'Id', 'Name']);
    bench.pass(60_000);
    expect(await sf('PATCH', path, { body: { Name: 'Hello' } })).toMatchObject({ status: 204, body: undefined });
    expect((await sf('GET', `sobjects/Account/${created.body.id.slice(0, 15)}?fields=Id,SystemModstamp`)).body).toMatchObject({
      Id: created.body.id,
      SystemModstamp: '2026-11-23T10:01:00.000+0000',
    });
    expect((await sf('DELETE', path)).status).toBe(204);
    expect(await sf('GET', path)).toMatchObject({ status: 404, body: [{ errorCode: 'NOT_FOUND' }] });
    expect((await sf('PATCH', path, { body: { Name: 'x' } })).body).toEqual([
      { message: 'entity is deleted', errorCode: 'ENTITY_IS_DELETED', fields: [] },
    ]);
    expect((await sf('DELETE', path)).status).toBe(404);
  });
  it.each([
    ['required', 'Account', {}, { errorCode: 'REQUIRED_FIELD_MISSING', message: 'Required fields are missing: [Name]', fields: ['Name'] }],
    [
      'SF-027 Id in the body',
      'Account',
      { Id: 'x', Name: 'x' },
      { errorCode: 'INVALID_FIELD', message: 'The Id field should not be specified in the sobject data.' },
    ],
    [
      'SF-028 unknown field',
      'Account',
      { AccountNumer: 'x' },
      { errorCode: 'INVALID_FIELD', message: "No such column 'AccountNumer' on sobject of type Account" },
    ],
    [
      'SF-029 read-only field',
      'Account',
      { Name: 'x', MasterRecordId: null },
      { errorCode: 'INVALID_FIELD_FOR_INSERT_UPDATE', fields: ['MasterRecordId'] },
    ],
    ['too long', 'Account', { Name: 'n'.repeat(256) }, { errorCode: 'STRING_TOO_LONG', fields: ['Name'] }],
    ['SF-033 restricted picklist', 'UpsertTable__c', { Kind__c: 'Z' }, { errorCode: 'INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST' }],
    ['SF-034 malformed lookup', 'Contact', { LastName: 'x', AccountId: 'nope' }, { errorCode: 'MALFORMED_ID' }],
    ['SF-034 lookup to nothing', 'Contact', { LastName: 'x', AccountId: '001Wt00000zzzzz' }, { errorCode: 'INVALID_CROSS_REFERENCE_KEY' }],
  ])('%s', async (_name, object, body, problem) => {
    const { sf } = await startBench();
    expect(await sf('POST', `sobjects/${object}`, { body })).toMatchObject({ status: 400, body: [problem] });
  });
  it('SF-031 bad JSON; an unrestricted picklist takes anything', async () => {
    const { sf } = await startBench();
    expect((await sf('POST', 'sobjects/Account', { body: '{', headers: { 'content-type': 'application/json' } })).body[0].errorCode).toBe(
      'JSON_PARSER_ERROR',
    );
    expect((await sf('POST', 'sobjects/Account', { body: { Name: 'x', Industry: 'Falconry' } })).status).toBe(201);
  });
  it('SF-035 SF-036 SF-037 unique ids and duplicate rules', async () => {
    const { sf, sandbox } = await startBench();
    const { body } = await sf('POST', 'sobjects/Account', { body: { Name: 'One', CW_Company_Id__c: '7' } });
    expect((await sf('POST', 'sobjects/Account', { body: { Name: 'Two', CW_Company_Id__c: '7' } })).body[0]).toMatchObject({
      errorCode: 'DUPLICATE_VALUE',
      message: expect.stringMatching(new RegExp(`duplicate value found:.*${body.id}`)),
    });
    sandbox.quirks.duplicateRuleObjects = ['Account'];
    const refused = await sf('POST', 'sobjects/Account', { body: { Name: 'one' } });
    expect(refused).toMatchObject({
      status: 400,
      body: [
        {
          errorCode: 'DUPLICATES_DETECTED',
          message: 'Use one of these records?',
          duplicateResut: { matchResults: [{ matchRecords: [{ record: { Id: body.id } }] }] },
        },
      ],
    });
    expect(
      (await sf('POST', 'sobjects/Account', { body: { Name: 'one' }, headers: { 'sforce-duplicate-rule-header': 'allowSave=true' } }))
        .status,
    ).toBe(201);
    const row = (await sf('POST', 'composite/sobjects', { body: { records: [{ attributes: { type: 'Account' }, Name: 'one' }] } })).body[0];
    expect(row.errors[0]).toMatchObject({ statusCode: 'DUPLICATES_DETECTED', duplicateResult: {} });
  });
  it('a converted lead is closed; a stage decides the rest of a deal', async () => {
    const bench = await startBench();
    expect((await bench.sf('PATCH', `sobjects/Lead/${await first(bench, 'Lead')}`, { body: { Title: 'x' } })).body).toEqual([
      { message: 'cannot reference converted lead', errorCode: 'CANNOT_UPDATE_CONVERTED_LEAD', fields: [] },
    ]);
    const deal = `sobjects/Opportunity/${await first(bench, 'Opportunity')}`;
    await bench.sf('PATCH', deal, { body: { StageName: 'Closed Won' } });
    expect((await bench.sf('GET', deal)).body).toMatchObject({ IsWon: true, IsClosed: true, Probability: 100, ForecastCategory: 'Closed' });
  });
});

describe('upsert', () => {
  it('SF-050 SF-052 SF-054 SF-055 SF-057 by external id', async () => {
    const { sf, sandbox, raw } = await startBench();
    const path = 'sobjects/UpsertTable__c/ExtId__c/K1';
    const created = await sf('PATCH', path, { body: { Name: 'a' } });
    expect(created).toMatchObject({ status: 201, body: { success: true, errors: [], created: true } });
    expect(await sf('PATCH', path, { body: { Name: 'b' } })).toMatchObject({ status: 200, body: { id: created.body.id, created: false } });
    const token = sandbox.salesforce.sessions.open({
      userId: sandbox.salesforce.account.integrationUserId,
      clientId: 'test',
      scope: 'api',
    });
    expect(
      (await raw('PATCH', `/services/data/v45.0/${path}`, { body: { Name: 'c' }, headers: { authorization: `Bearer ${token}` } })).status,
    ).toBe(204);
    await sf('POST', 'sobjects/UpsertTable__c', { body: { ExtId__c: 'K1' } });
    const several = await sf('PATCH', path, { body: { Name: 'd' } });
    expect(several.status).toBe(300);
    expect(several.body).toEqual([`/services/data/v66.0/sobjects/UpsertTable__c/${created.body.id}`, expect.any(String)]);
    expect((await sf('PATCH', 'sobjects/UpsertTable__c/ExtId__c/K2?updateOnly=true', { body: { Name: 'd' } })).status).toBe(404);
    expect((await sf('PATCH', 'sobjects/Account/Foo__c/1', { body: { Name: 'd' } })).body[0].message).toBe(
      'Provided external ID field does not exist or is not accessible: Foo__c',
    );
    expect((await sf('PATCH', 'sobjects/UpsertTable__c/ExtId__c/K3', { body: { ExtId__c: 'K3' } })).body[0].errorCode).toBe(
      'INVALID_FIELD',
    );
    expect((await sf('PATCH', 'sobjects/UpsertTable__c/ExtId__c/a%20b%2Fc%3Fd', { body: { Name: 'e' } })).status).toBe(201);
  });
});

describe('collections and composite', () => {
  it('SF-060 SF-061 rows speak for themselves, or fall together', async () => {
    const { sf } = await startBench();
    const records = [{ attributes: { type: 'Account' }, Name: 'Zed' }, { attributes: { type: 'Account' } }];
    const alone = await sf('POST', 'composite/sobjects', { body: { allOrNone: false, records } });
    expect(alone.body).toEqual([
      { id: expect.any(String), success: true, errors: [] },
      {
        success: false,
        errors: [{ statusCode: 'REQUIRED_FIELD_MISSING', message: 'Required fields are missing: [Name]', fields: ['Name'] }],
      },
    ]);
    const before = (await sf('GET', 'query?q=SELECT+COUNT()+FROM+Account')).body.totalSize;
    const together = await sf('POST', 'composite/sobjects', { body: { allOrNone: true, records } });
    expect(together.body[0]).toEqual({
      success: false,
      errors: [
        {
          statusCode: 'ALL_OR_NONE_OPERATION_ROLLED_BACK',
          message: 'Record rolled back because not all records were valid and the request was using AllOrNone header',
          fields: [],
        },
      ],
    });
    expect((await sf('GET', 'query?q=SELECT+COUNT()+FROM+Account')).body.totalSize).toBe(before);
  });
  it('SF-062 SF-063 sizes, and an update without Id', async () => {
    const { sf } = await startBench();
    expect((await sf('POST', 'composite/sobjects', { body: { records: [] } })).body).toEqual([
      { message: 'At least 1 record is required', errorCode: 'REQUIRED_FIELD_MISSING' },
    ]);
    const many = Array.from({ length: 201 }, () => ({ attributes: { type: 'Account' }, Name: 'x' }));
    expect((await sf('POST', 'composite/sobjects', { body: { records: many } })).body[0]).toMatchObject({ errorCode: 'EXCEEDED_ID_LIMIT' });
    expect((await sf('PATCH', 'composite/sobjects', { body: { records: many.slice(0, 1) } })).body[0].errors[0]).toMatchObject({
      statusCode: 'MISSING_ARGUMENT',
      message: 'Id not specified in an update call',
    });
  });
  it('SF-065 SF-067 upsert, retrieve and delete many', async () => {
    const bench = await startBench();
    const { sf } = bench;
    const row = (key: string, more = {}) => ({ attributes: { type: 'UpsertTable__c' }, ExtId__c: key, ...more });
    const refused = await sf('PATCH', 'composite/sobjects/UpsertTable__c/ExtId__c', {
      body: { allOrNone: true, records: [row('1'), row('2', { OwnerId: 'bad' })] },
    });
    expect(refused.body).toMatchObject([
      { success: false, created: true, errors: [{ statusCode: 'ALL_OR_NONE_OPERATION_ROLLED_BACK' }] },
      { success: false, created: true, errors: [{ statusCode: 'MALFORMED_ID' }] },
    ]);
    expect((await sf('GET', 'query?q=SELECT+COUNT()+FROM+UpsertTable__c')).body.totalSize).toBe(0);
    const id = await first(bench, 'Account');
    expect(
      (await sf('POST', 'composite/sobjects/Account', { body: { ids: [id, '001Wt00000zzzzz'], fields: ['Name'] } })).body,
    ).toMatchObject([{ Id: id, Name: 'Acme Ltd' }, null]);
    expect((await sf('DELETE', `composite/sobjects?ids=${id}&allOrNone=false`)).body).toEqual([{ id, success: true, errors: [] }]);
  });
  it('SF-069 SF-071 composite hands answers on, up to 25', async () => {
    const { sf } = await startBench();
    const compositeRequest = [
      { method: 'POST', url: '/services/data/v66.0/sobjects/Account', referenceId: 'refA', body: { Name: 'Via composite' } },
      {
        method: 'POST',
        url: '/services/data/v66.0/sobjects/Contact',
        referenceId: 'refC',
        body: { LastName: 'Via', AccountId: '@{refA.id}' },
      },
    ];
    const { body } = await sf('POST', 'composite', { body: { compositeRequest } });
    expect(body.compositeResponse).toMatchObject([
      { httpStatusCode: 201, referenceId: 'refA' },
      { httpStatusCode: 201, referenceId: 'refC', body: { success: true } },
    ]);
    expect(
      (await sf('POST', 'composite', { body: { compositeRequest: Array.from({ length: 26 }, () => compositeRequest[0]) } })).status,
    ).toBe(400);
  });
});
