import { describe, expect, it } from 'vitest';
import { startBench, type Bench } from '../testing.ts';

const soql = (text: string) => `query?q=${encodeURIComponent(text)}`;
const first = async (bench: Bench, object: string) =>
  (await bench.sf('GET', soql(`SELECT Id FROM ${object} LIMIT 1`))).body.records[0].Id as string;
const create = async ({ sf }: Bench, object: string, body: unknown) => (await sf('POST', `sobjects/${object}`, { body })).body.id as string;
const count = async ({ sf }: Bench, object: string, where = '') =>
  (await sf('GET', soql(`SELECT COUNT() FROM ${object} ${where}`))).body.totalSize as number;

describe('single records', () => {
  it('SF-020 a record is created: exact 201', async () => {
    const { sf } = await startBench();
    const created = await sf('POST', 'sobjects/Account', { body: { Name: 'Hello' } });
    expect([created.status, created.body]).toEqual([201, { id: expect.stringMatching(/^001\w{15}$/), success: true, errors: [] }]);
  });
  it('SF-021 a record is read with its attributes and stamps', async () => {
    const bench = await startBench();
    const path = `sobjects/Account/${await create(bench, 'Account', { Name: 'Hello' })}`;
    expect(await bench.sf('GET', path)).toMatchObject({
      status: 200,
      body: {
        attributes: { type: 'Account', url: `/services/data/v66.0/${path}` },
        Id: path.split('/').at(-1),
        Name: 'Hello',
        SystemModstamp: '2026-11-23T10:00:00.000+0000',
      },
    });
  });
  it('SF-022 fields=Id,Name gives these and the attributes', async () => {
    const bench = await startBench();
    const path = `sobjects/Account/${await create(bench, 'Account', { Name: 'Hello' })}`;
    expect(Object.keys((await bench.sf('GET', `${path}?fields=Id,Name`)).body)).toEqual(['attributes', 'Id', 'Name']);
  });
  it('SF-023 a change is 204 and empty', async () => {
    const bench = await startBench();
    const path = `sobjects/Account/${await create(bench, 'Account', { Name: 'Hello' })}`;
    const changed = await bench.sf('PATCH', path, { body: { Name: 'Hello2' } });
    expect([changed.status, changed.body]).toEqual([204, undefined]);
    expect((await bench.sf('GET', path)).body.Name).toBe('Hello2');
  });
  it('a deleted record is not there for reading', async () => {
    const bench = await startBench();
    const path = `sobjects/Account/${await create(bench, 'Account', { Name: 'Hello' })}`;
    expect((await bench.sf('DELETE', path)).status).toBe(204);
    const gone = await bench.sf('GET', path);
    expect([gone.status, gone.body]).toEqual([404, [{ errorCode: 'NOT_FOUND', message: 'The requested resource does not exist' }]]);
  });
  it.each([
    [
      'a required field is missing',
      'Account',
      {},
      { errorCode: 'REQUIRED_FIELD_MISSING', message: 'Required fields are missing: [Name]', fields: ['Name'] },
    ],
    [
      'SF-027 an Id in the body',
      'Account',
      { Id: 'x', Name: 'x' },
      { errorCode: 'INVALID_FIELD', message: 'The Id field should not be specified in the sobject data.' },
    ],
    [
      'SF-028 an unknown field',
      'Account',
      { AccountNumer: 'x' },
      { errorCode: 'INVALID_FIELD', message: "No such column 'AccountNumer' on sobject of type Account" },
    ],
    [
      'SF-029 a read-only field',
      'Account',
      { Name: 'x', MasterRecordId: null },
      {
        errorCode: 'INVALID_FIELD_FOR_INSERT_UPDATE',
        message:
          'Unable to create/update fields: MasterRecordId. Please check the security settings of this field and verify that it is read/write for your profile or permission set.',
        fields: ['MasterRecordId'],
      },
    ],
    [
      'a text that is too long',
      'Account',
      { Name: 'n'.repeat(256) },
      { errorCode: 'STRING_TOO_LONG', message: expect.stringContaining('(max length=255)'), fields: ['Name'] },
    ],
    [
      'SF-033 a value outside a restricted picklist',
      'UpsertTable__c',
      { Kind__c: 'Z' },
      {
        errorCode: 'INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST',
        message: 'Kind: bad value for restricted picklist field: Z',
        fields: ['Kind__c'],
      },
    ],
    [
      'SF-034 a lookup to what is no id',
      'Contact',
      { LastName: 'x', AccountId: 'nope' },
      { errorCode: 'MALFORMED_ID', message: expect.stringContaining('id value of incorrect type: nope'), fields: ['AccountId'] },
    ],
    [
      'SF-034 a lookup to nothing',
      'Contact',
      { LastName: 'x', AccountId: '001Wt00000zzzzz' },
      { errorCode: 'INVALID_CROSS_REFERENCE_KEY', message: 'invalid cross reference id', fields: [] },
    ],
    [
      'SF-034 a lookup to an object of another kind',
      'Contact',
      { LastName: 'x', AccountId: '003Wt0000000001' },
      { errorCode: 'INVALID_CROSS_REFERENCE_KEY', message: 'invalid cross reference id', fields: [] },
    ],
  ])('%s is refused, in exact words', async (_name, object, body, problem) => {
    const { sf } = await startBench();
    const answer = await sf('POST', `sobjects/${object}`, { body });
    expect([answer.status, answer.body]).toEqual([400, [problem]]);
  });
  it.each(['2026-02-30', '2026-13-01', '30.11.2026', 'soon'])('the day %s is none', async (CloseDate) => {
    const { sf } = await startBench();
    expect(await sf('POST', 'sobjects/Opportunity', { body: { Name: 'x', StageName: 'Prospecting', CloseDate } })).toMatchObject({
      status: 400,
      body: [{ errorCode: 'JSON_PARSER_ERROR', message: expect.stringContaining(CloseDate) }],
    });
  });
  it('a resource says which methods it has, and an object what it cannot undergo', async () => {
    const bench = await startBench();
    const account = `sobjects/Account/${await first(bench, 'Account')}`;
    for (const [method, path, allowed] of [
      ['PUT', account, 'DELETE,GET,HEAD,PATCH'],
      ['POST', 'query', 'GET,HEAD'],
      ['PATCH', 'sobjects/Account', 'GET,HEAD,POST'],
    ] as const)
      expect(await bench.sf(method, path, { body: {} })).toMatchObject({
        status: 405,
        body: [{ errorCode: 'METHOD_NOT_ALLOWED', message: `HTTP Method '${method}' not allowed. Allowed are ${allowed}` }],
      });
    expect((await bench.sf('DELETE', `sobjects/User/${await first(bench, 'User')}`)).status).toBe(400);
    expect((await bench.sf('POST', 'sobjects/Account', { body: '' })).body[0].message).toBe(
      'The HTTP entity body is required, but this request has no entity body.',
    );
  });
  it('SF-031 what is no JSON: JSON_PARSER_ERROR', async () => {
    const { sf } = await startBench();
    const answer = await sf('POST', 'sobjects/Account', { body: '{', headers: { 'content-type': 'application/json' } });
    expect(answer).toMatchObject({ status: 400, body: [{ errorCode: 'JSON_PARSER_ERROR' }] });
  });
  it('SF-033 an unrestricted picklist keeps anything', async () => {
    const bench = await startBench();
    const id = await create(bench, 'Account', { Name: 'x', Industry: 'Falconry' });
    expect((await bench.sf('GET', `sobjects/Account/${id}?fields=Industry`)).body.Industry).toBe('Falconry');
  });
  it('SF-035 a unique external id that is taken: DUPLICATE_VALUE with the other record', async () => {
    const bench = await startBench();
    const id = await create(bench, 'Account', { Name: 'One', CW_Company_Id__c: '7' });
    expect(await bench.sf('POST', 'sobjects/Account', { body: { Name: 'Two', CW_Company_Id__c: '7' } })).toMatchObject({
      status: 400,
      body: [{ errorCode: 'DUPLICATE_VALUE', message: expect.stringMatching(new RegExp(`duplicate value found:.*${id}`)) }],
    });
  });
  it('SF-036 a duplicate rule blocks; the key of its report is misspelled', async () => {
    const bench = await startBench();
    const id = await create(bench, 'Account', { Name: 'One' });
    bench.sandbox.quirks.duplicateRuleObjects = ['Account'];
    const refused = await bench.sf('POST', 'sobjects/Account', { body: { Name: 'one' } });
    expect(refused).toMatchObject({
      status: 400,
      body: [
        {
          errorCode: 'DUPLICATES_DETECTED',
          message: 'Use one of these records?',
          duplicateResut: {
            allowSave: true,
            duplicateRuleEntityType: 'Account',
            matchResults: [
              { entityType: 'Account', size: 1, success: true, matchRecords: [{ record: { attributes: { type: 'Account' }, Id: id } }] },
            ],
          },
        },
      ],
    });
    expect(refused.body[0]).not.toHaveProperty('duplicateResult');
  });
  it('SF-037 allowSave=true waves a duplicate through', async () => {
    const bench = await startBench();
    bench.sandbox.quirks.duplicateRuleObjects = ['Account'];
    const twin = { body: { Name: 'Acme Ltd' } };
    expect((await bench.sf('POST', 'sobjects/Account', twin)).status).toBe(400);
    const headers = { 'sforce-duplicate-rule-header': 'allowSave=true' };
    expect((await bench.sf('POST', 'sobjects/Account', { ...twin, headers })).status).toBe(201);
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
  const K1 = 'sobjects/UpsertTable__c/ExtId__c/K1';
  it('SF-050 what is absent is created: 201, created true', async () => {
    const { sf } = await startBench();
    const created = await sf('PATCH', K1, { body: { Name: 'a' } });
    expect([created.status, created.body]).toEqual([
      201,
      { id: expect.stringMatching(/^a01\w{15}$/), success: true, errors: [], created: true },
    ]);
  });
  it('what is there is changed: 200, created false; several are handed back: 300', async () => {
    const bench = await startBench();
    const { id } = (await bench.sf('PATCH', K1, { body: { Name: 'a' } })).body;
    expect(await bench.sf('PATCH', K1, { body: { Name: 'b' } })).toMatchObject({ status: 200, body: { id, created: false } });
    const other = await create(bench, 'UpsertTable__c', { ExtId__c: 'K1' });
    const several = await bench.sf('PATCH', K1, { body: { Name: 'd' } });
    const url = (one: string) => `/services/data/v66.0/sobjects/UpsertTable__c/${one}`;
    expect([several.status, several.body]).toEqual([300, [url(id), url(other)]]);
  });
  it('SF-052 under v45 a change by external id answers 204 and nothing', async () => {
    const { sf } = await startBench();
    await sf('PATCH', K1, { body: { Name: 'a' } });
    const changed = await sf('PATCH', `../v45.0/${K1}`, { body: { Name: 'b' } });
    expect([changed.status, changed.body]).toEqual([204, undefined]);
  });
  it('SF-054 updateOnly makes no new record', async () => {
    const bench = await startBench();
    expect(await bench.sf('PATCH', `${K1}?updateOnly=true`, { body: { Name: 'd' } })).toMatchObject({
      status: 404,
      body: [{ errorCode: 'NOT_FOUND' }],
    });
    expect(await count(bench, 'UpsertTable__c')).toBe(0);
  });
  it('SF-055 a field that is no external id: 404 naming it', async () => {
    const { sf } = await startBench();
    expect(await sf('PATCH', 'sobjects/Account/Foo__c/1', { body: { Name: 'd' } })).toMatchObject({
      status: 404,
      body: [{ errorCode: 'NOT_FOUND', message: 'Provided external ID field does not exist or is not accessible: Foo__c' }],
    });
  });
  it('SF-057 the external id again in the body: INVALID_FIELD', async () => {
    const { sf } = await startBench();
    expect(await sf('PATCH', K1, { body: { ExtId__c: 'K1' } })).toMatchObject({ status: 400, body: [{ errorCode: 'INVALID_FIELD' }] });
  });
});

describe('collections and composite', () => {
  const records = [{ attributes: { type: 'Account' }, Name: 'Zed' }, { attributes: { type: 'Account' } }];
  const missing = {
    success: false,
    errors: [{ statusCode: 'REQUIRED_FIELD_MISSING', message: 'Required fields are missing: [Name]', fields: ['Name'] }],
  };
  const undone = {
    success: false,
    errors: [
      {
        statusCode: 'ALL_OR_NONE_OPERATION_ROLLED_BACK',
        message: 'Record rolled back because not all records were valid and the request was using AllOrNone header',
        fields: [],
      },
    ],
  };
  it('SF-060 each row speaks for itself, with statusCode and without an id when it failed', async () => {
    const { sf } = await startBench();
    const answer = await sf('POST', 'composite/sobjects', { body: { allOrNone: false, records } });
    expect([answer.status, answer.body]).toEqual([200, [{ id: expect.stringMatching(/^001/), success: true, errors: [] }, missing]]);
  });
  it('SF-061 all or none: one bad row undoes the others', async () => {
    const bench = await startBench();
    const before = await count(bench, 'Account');
    const answer = await bench.sf('POST', 'composite/sobjects', { body: { allOrNone: true, records } });
    expect([answer.status, answer.body]).toEqual([200, [undone, missing]]);
    expect(await count(bench, 'Account')).toBe(before);
  });
  it('what was undone can be found by no index either', async () => {
    const bench = await startBench();
    const id = await create(bench, 'Account', { Name: 'Keeps', CW_Company_Id__c: '1' });
    const rows = [
      { attributes: { type: 'Account' }, Id: id, CW_Company_Id__c: '2' },
      { attributes: { type: 'Account' }, Id: id, Name: null },
    ];
    expect((await bench.sf('PATCH', 'composite/sobjects', { body: { allOrNone: true, records: rows } })).body[0].success).toBe(false);
    expect((await bench.sf('GET', 'sobjects/Account/CW_Company_Id__c/1')).body.Id).toBe(id);
    expect((await bench.sf('GET', 'sobjects/Account/CW_Company_Id__c/2')).status).toBe(404);
  });
  it('SF-062 an empty list: exact 400', async () => {
    const { sf } = await startBench();
    const answer = await sf('POST', 'composite/sobjects', { body: { records: [] } });
    expect([answer.status, answer.body]).toEqual([
      400,
      [{ message: 'At least 1 record is required', errorCode: 'REQUIRED_FIELD_MISSING' }],
    ]);
  });
  it('SF-063 more than 200 rows: EXCEEDED_ID_LIMIT', async () => {
    const { sf } = await startBench();
    const many = (length: number) => Array.from({ length }, (_, index) => ({ attributes: { type: 'Account' }, Name: `x${index}` }));
    expect(await sf('POST', 'composite/sobjects', { body: { records: many(201) } })).toMatchObject({
      status: 400,
      body: [{ errorCode: 'EXCEEDED_ID_LIMIT', message: 'record limit reached. cannot submit more than 200 records into this call' }],
    });
    expect((await sf('POST', 'composite/sobjects', { body: { records: many(200) } })).status).toBe(200);
  });
  it('an update without an Id says so in its row', async () => {
    const { sf } = await startBench();
    expect((await sf('PATCH', 'composite/sobjects', { body: { records: records.slice(0, 1) } })).body[0].errors[0]).toMatchObject({
      statusCode: 'MISSING_ARGUMENT',
      message: 'Id not specified in an update call',
    });
  });
  it('SF-065 five upserts, one bad owner, all or none: none is there afterwards', async () => {
    const bench = await startBench();
    const rows = ['1', '2', '3', '4', '5'].map((key) => ({
      attributes: { type: 'UpsertTable__c' },
      ExtId__c: key,
      ...(key === '3' ? { OwnerId: 'bad' } : {}),
    }));
    const { status, body } = await bench.sf('PATCH', 'composite/sobjects/UpsertTable__c/ExtId__c', {
      body: { allOrNone: true, records: rows },
    });
    expect(status).toBe(200);
    expect(body.map((row: { success: boolean; created: boolean }) => [row.success, row.created])).toEqual(Array(5).fill([false, true]));
    expect(body.map((row: { errors: { statusCode: string }[] }) => row.errors[0]?.statusCode)).toEqual([
      'ALL_OR_NONE_OPERATION_ROLLED_BACK',
      'ALL_OR_NONE_OPERATION_ROLLED_BACK',
      'MALFORMED_ID',
      'ALL_OR_NONE_OPERATION_ROLLED_BACK',
      'ALL_OR_NONE_OPERATION_ROLLED_BACK',
    ]);
    expect(await count(bench, 'UpsertTable__c')).toBe(0);
  });
  it('several are read at once, null where there is none', async () => {
    const bench = await startBench();
    const id = await first(bench, 'Account');
    const { body } = await bench.sf('POST', 'composite/sobjects/Account', { body: { ids: [id, '001Wt00000zzzzz'], fields: ['Name'] } });
    expect(body).toMatchObject([{ Id: id, Name: 'Acme Ltd' }, null]);
  });
  it('SF-067 several are deleted at once', async () => {
    const bench = await startBench();
    const ids = [await create(bench, 'Account', { Name: 'a' }), await create(bench, 'Account', { Name: 'b' })];
    const answer = await bench.sf('DELETE', `composite/sobjects?ids=${ids.join(',')}&allOrNone=false`);
    expect([answer.status, answer.body]).toEqual([200, ids.map((id) => ({ id, success: true, errors: [] }))]);
    expect(await count(bench, 'Account', `WHERE Id IN ('${ids.join("','")}')`)).toBe(0);
  });
  const compositeRequest = [
    { method: 'POST', url: '/services/data/v66.0/sobjects/Account', referenceId: 'refA', body: { Name: 'Via composite' } },
    {
      method: 'POST',
      url: '/services/data/v66.0/sobjects/Contact',
      referenceId: 'refC',
      body: { LastName: 'Via', AccountId: '@{refA.id}' },
    },
  ];
  it('SF-069 composite hands the answer of one request on to the next', async () => {
    const bench = await startBench();
    const { status, body } = await bench.sf('POST', 'composite', { body: { compositeRequest } });
    const id = body.compositeResponse[0].body.id as string;
    expect(status).toBe(200);
    expect(body.compositeResponse).toEqual([
      {
        body: { id: expect.stringMatching(/^001/), success: true, errors: [] },
        httpHeaders: { Location: `/services/data/v66.0/sobjects/Account/${id}` },
        httpStatusCode: 201,
        referenceId: 'refA',
      },
      {
        body: { id: expect.stringMatching(/^003/), success: true, errors: [] },
        httpHeaders: expect.any(Object),
        httpStatusCode: 201,
        referenceId: 'refC',
      },
    ]);
    expect(await count(bench, 'Contact', `WHERE AccountId = '${id}'`)).toBe(1);
  });
  it('composite, all or none: a bad request undoes the good one', async () => {
    const bench = await startBench();
    const bad = [compositeRequest[0], { ...compositeRequest[1], body: { FirstName: 'No last name' } }];
    const { body } = await bench.sf('POST', 'composite', { body: { allOrNone: true, compositeRequest: bad } });
    expect(body.compositeResponse).toMatchObject([
      { httpStatusCode: 400, body: [{ errorCode: 'PROCESSING_HALTED' }] },
      { httpStatusCode: 400, body: [{ errorCode: 'REQUIRED_FIELD_MISSING' }] },
    ]);
    expect(await count(bench, 'Account', "WHERE Name = 'Via composite'")).toBe(0);
  });
  it('a reference to what an earlier request did not give halts the one that asks for it', async () => {
    const { sf } = await startBench();
    const bad = [{ ...compositeRequest[0], body: {} }, compositeRequest[1], { ...compositeRequest[0], referenceId: 'refB' }];
    const { status, body } = await sf('POST', 'composite', { body: { compositeRequest: bad } });
    expect(status).toBe(200);
    expect(body.compositeResponse).toMatchObject([
      { httpStatusCode: 400, body: [{ errorCode: 'REQUIRED_FIELD_MISSING' }] },
      {
        httpStatusCode: 400,
        body: [{ errorCode: 'PROCESSING_HALTED', message: 'Invalid reference specified. No value for refA.id found in refA' }],
      },
      { httpStatusCode: 201 },
    ]);
  });
  it('SF-071 more than 25 requests in one composite are refused', async () => {
    const { sf } = await startBench();
    const many = (length: number) => ({
      compositeRequest: Array.from({ length }, (_, index) => ({ ...compositeRequest[0], referenceId: `r${index}` })),
    });
    expect((await sf('POST', 'composite', { body: many(26) })).status).toBe(400);
    expect((await sf('POST', 'composite', { body: many(25) })).status).toBe(200);
  });
});
