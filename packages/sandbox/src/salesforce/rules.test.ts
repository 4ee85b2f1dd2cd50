import { describe, expect, it } from 'vitest';
import { startBench, type Bench } from '../testing.ts';

const soql = (text: string) => `query?q=${encodeURIComponent(text)}`;
const first = async (bench: Bench, object: string, where = '') =>
  (await bench.sf('GET', soql(`SELECT Id FROM ${object} ${where} LIMIT 1`))).body.records[0].Id as string;
const create = async (bench: Bench, object: string, body: unknown) =>
  (await bench.sf('POST', `sobjects/${object}`, { body })).body.id as string;

describe('the life of a record', () => {
  it('SF-025 a deleted record cannot be changed or deleted: exact 404 ENTITY_IS_DELETED', async () => {
    const bench = await startBench();
    const path = `sobjects/Account/${await create(bench, 'Account', { Name: 'Gone' })}`;
    expect((await bench.sf('DELETE', path)).status).toBe(204);
    for (const method of ['PATCH', 'DELETE']) {
      const reply = await bench.sf(method, path, method === 'PATCH' ? { body: { Name: 'x' } } : {});
      expect([reply.status, reply.body]).toEqual([404, [{ message: 'entity is deleted', errorCode: 'ENTITY_IS_DELETED', fields: [] }]]);
    }
  });
  it('SF-040 a 15-character id in the path is answered with 18 characters', async () => {
    const bench = await startBench();
    const id = await create(bench, 'Account', { Name: 'Short' });
    const { body } = await bench.sf('GET', `sobjects/Account/${id.slice(0, 15)}`);
    expect([id.length, body.Id, body.attributes.url]).toEqual([18, id, `/services/data/v66.0/sobjects/Account/${id}`]);
  });
  it('SF-043 a PATCH with the present values moves SystemModstamp', async () => {
    const bench = await startBench();
    const path = `sobjects/Account/${await create(bench, 'Account', { Name: 'Same' })}`;
    const before = (await bench.sf('GET', path)).body.SystemModstamp;
    bench.pass(5000);
    expect((await bench.sf('PATCH', path, { body: { Name: 'Same' } })).status).toBe(204);
    expect((await bench.sf('GET', path)).body.SystemModstamp > before).toBe(true);
  });
  it('a malformed id in the path is taken for an external-id field', async () => {
    const { sf } = await startBench();
    expect(await sf('PATCH', 'sobjects/Account/xyz', { body: { Name: 'x' } })).toMatchObject({
      status: 404,
      body: [{ errorCode: 'NOT_FOUND', message: 'Provided external ID field does not exist or is not accessible: xyz' }],
    });
  });
});

describe('refusals on demand', () => {
  it('SF-038 a held lock answers UNABLE_TO_LOCK_ROW, then lets the write through; children meet it too', async () => {
    const bench = await startBench();
    const id = await create(bench, 'Account', { Name: 'Busy' });
    await bench.raw('POST', '/demo/api/quirks', { body: { lockedRecords: { [id]: 2 } } });
    const refusal = {
      status: 400,
      body: [
        {
          errorCode: 'UNABLE_TO_LOCK_ROW',
          message: expect.stringContaining(`unable to obtain exclusive access to this record or 1 records: ${id}`),
        },
      ],
    };
    expect(await bench.sf('PATCH', `sobjects/Account/${id}`, { body: { Name: 'x' } })).toMatchObject(refusal);
    expect(await bench.sf('POST', 'sobjects/Contact', { body: { LastName: 'x', AccountId: id } })).toMatchObject(refusal);
    expect((await bench.sf('PATCH', `sobjects/Account/${id}`, { body: { Name: 'x' } })).status).toBe(204);
  });
  it('SF-041 without permission: 403 INSUFFICIENT_ACCESS_OR_READONLY, also as a row of a collection', async () => {
    const bench = await startBench();
    const id = await first(bench, 'Account');
    bench.sandbox.quirks.readOnlyObjects = ['Account'];
    expect(await bench.sf('PATCH', `sobjects/Account/${id}`, { body: { Name: 'x' } })).toMatchObject({
      status: 403,
      body: [{ errorCode: 'INSUFFICIENT_ACCESS_OR_READONLY' }],
    });
    expect((await bench.sf('DELETE', `composite/sobjects?ids=${id}`)).body[0]).toMatchObject({
      success: false,
      errors: [{ statusCode: 'INSUFFICIENT_ACCESS_OR_READONLY' }],
    });
    expect((await bench.sf('GET', `sobjects/Account/${id}`)).status).toBe(200);
  });
  it('SF-042 Sforce-Auto-Assign: FALSE keeps the owner sent; without it the assignment rule takes the case', async () => {
    const bench = await startBench();
    const users = (await bench.sf('GET', soql("SELECT Id FROM User WHERE Name != 'Weft Integration'"))).body.records;
    bench.sandbox.quirks.assignmentRules = { Case: users[1].Id };
    const body = { Subject: 'x', OwnerId: users[0].Id };
    const owner = async (headers: Record<string, string>) => {
      const { id } = (await bench.sf('POST', 'sobjects/Case', { body, headers })).body;
      return (await bench.sf('GET', `sobjects/Case/${id}?fields=OwnerId`)).body.OwnerId;
    };
    expect(await owner({ 'sforce-auto-assign': 'FALSE' })).toBe(users[0].Id);
    expect(await owner({})).toBe(users[1].Id);
  });
  it('a validation rule speaks in its own words', async () => {
    const { sf, sandbox } = await startBench();
    sandbox.quirks.validationRules = [
      { object: 'Account', when: 'NumberOfEmployees < 0', message: 'Headcount cannot be negative.', field: 'NumberOfEmployees' },
    ];
    expect(await sf('POST', 'sobjects/Account', { body: { Name: 'x', NumberOfEmployees: -1 } })).toMatchObject({
      status: 400,
      body: [{ errorCode: 'FIELD_CUSTOM_VALIDATION_EXCEPTION', message: 'Headcount cannot be negative.', fields: ['NumberOfEmployees'] }],
    });
    expect((await sf('POST', 'sobjects/Account', { body: { Name: 'x', NumberOfEmployees: 1 } })).status).toBe(201);
  });
  it('SF-068 a duplicate inside a collection names it duplicateResult, rightly spelled', async () => {
    const bench = await startBench();
    const id = await create(bench, 'Account', { Name: 'Twin' });
    bench.sandbox.quirks.duplicateRuleObjects = ['Account'];
    const { body } = await bench.sf('POST', 'composite/sobjects', {
      body: { records: [{ attributes: { type: 'Account' }, Name: 'Twin' }] },
    });
    expect(body[0].errors[0]).toMatchObject({
      statusCode: 'DUPLICATES_DETECTED',
      duplicateResult: { matchResults: [{ matchRecords: [{ record: { Id: id } }] }] },
    });
    expect(body[0].errors[0]).not.toHaveProperty('duplicateResut');
  });
  it('SF-056 an external value travels encoded; its slash unencoded is another path', async () => {
    const { sf } = await startBench();
    const path = (value: string) => `sobjects/UpsertTable__c/ExtId__c/${value}`;
    expect((await sf('PATCH', path('a%20b%2Fc%3Fd'), { body: { Name: 'whole' } })).status).toBe(201);
    expect((await sf('GET', path('a%20b%2Fc%3Fd'))).body).toMatchObject({ ExtId__c: 'a b/c?d', Name: 'whole' });
    // What plain jsforce sends: the question mark ends the path, so another key is written.
    expect((await sf('PATCH', path('a%20b/c?d'), { body: { Name: 'cut' } })).status).toBe(201);
    expect((await sf('GET', path('a%20b%2Fc%3Fd'))).body.Name).toBe('whole');
  });
});

describe('time, versions and the org', () => {
  it('SF-118 rows of one second share a stamp; a row committed late lies behind the newest one', async () => {
    const bench = await startBench();
    const a = await create(bench, 'Task', { Subject: 'a' });
    const b = await create(bench, 'Task', { Subject: 'b' });
    bench.pass(120_000);
    const c = await create(bench, 'Task', { Subject: 'c' });
    bench.sandbox.quirks.lateCommitMs = 60_000;
    const late = await create(bench, 'Task', { Subject: 'late' });
    const { records } = (await bench.sf('GET', soql('SELECT Id, SystemModstamp FROM Task ORDER BY SystemModstamp, Id'))).body;
    expect(records.map((row: { Id: string }) => row.Id)).toEqual([a, b, late, c]);
    expect(records[0].SystemModstamp).toBe(records[1].SystemModstamp);
    expect(records[2].SystemModstamp).toBe('2026-11-23T10:01:00.000+0000');
    const after = soql(`SELECT Id FROM Task WHERE SystemModstamp >= ${records[3].SystemModstamp.replace('+0000', 'Z')}`);
    expect((await bench.sf('GET', after)).body.records.map((row: { Id: string }) => row.Id)).toEqual([c]);
  });
  it('collections upsert from v46 on, duplicates are waved through from v52 on', async () => {
    const { sf, sandbox } = await startBench();
    const body = { records: [{ attributes: { type: 'UpsertTable__c' }, ExtId__c: 'k' }] };
    expect((await sf('PATCH', '../v45.0/composite/sobjects/UpsertTable__c/ExtId__c', { body })).status).toBe(404);
    expect((await sf('PATCH', '../v46.0/composite/sobjects/UpsertTable__c/ExtId__c', { body })).body[0]).toMatchObject({
      success: true,
      created: true,
    });
    sandbox.quirks.duplicateRuleObjects = ['Account'];
    const twin = { body: { Name: 'Acme Ltd' }, headers: { 'sforce-duplicate-rule-header': 'allowSave=true' } };
    expect((await sf('POST', '../v51.0/sobjects/Account', twin)).status).toBe(400);
    expect((await sf('POST', '../v52.0/sobjects/Account', twin)).status).toBe(201);
  });
  it('the org answers for itself, and records cannot be given to people who left', async () => {
    const bench = await startBench();
    const { records } = (await bench.sf('GET', soql('SELECT Id, Name, IsSandbox, OrganizationType FROM Organization'))).body;
    expect(records).toMatchObject([{ Id: bench.sandbox.salesforce.account.orgId, IsSandbox: true }]);
    const gone = await first(bench, 'User', 'WHERE IsActive = false');
    expect((await bench.sf('POST', 'sobjects/Account', { body: { Name: 'x', OwnerId: gone } })).body[0]).toMatchObject({
      errorCode: 'INACTIVE_OWNER_OR_USER',
      fields: ['OwnerId'],
    });
  });
});

describe('trees', () => {
  it('makes parents with their children, or nothing at all', async () => {
    const { sf } = await startBench();
    const tree = (lastName: string | null) => ({
      records: [
        {
          attributes: { type: 'Account', referenceId: 'a' },
          Name: 'Tree',
          Contacts: { records: [{ attributes: { type: 'Contact', referenceId: 'c' }, LastName: lastName }] },
        },
      ],
    });
    const count = async () => (await sf('GET', soql("SELECT COUNT() FROM Contact WHERE Account.Name = 'Tree'"))).body.totalSize;
    expect(await sf('POST', 'composite/tree/Account', { body: tree(null) })).toMatchObject({
      status: 400,
      body: { hasErrors: true, results: [{ referenceId: 'c', errors: [{ statusCode: 'REQUIRED_FIELD_MISSING' }] }] },
    });
    expect((await sf('GET', soql("SELECT COUNT() FROM Account WHERE Name = 'Tree'"))).body.totalSize).toBe(0);
    expect(await sf('POST', 'composite/tree/Account', { body: tree('Leaf') })).toMatchObject({
      status: 201,
      body: { hasErrors: false, results: [{ referenceId: 'a' }, { referenceId: 'c' }] },
    });
    expect(await count()).toBe(1);
  });
});

describe('deals, products and currencies', () => {
  it('line items take price and name from the price book and make up the amount; stages leave a history', async () => {
    const bench = await startBench();
    const deal = await first(bench, 'Opportunity');
    const entry = await first(bench, 'PricebookEntry');
    const item = await create(bench, 'OpportunityLineItem', { OpportunityId: deal, PricebookEntryId: entry, Quantity: 2, UnitPrice: 500 });
    expect((await bench.sf('GET', `sobjects/OpportunityLineItem/${item}`)).body).toMatchObject({
      Name: 'Acme renewal Managed seat',
      ProductCode: 'SEAT',
      TotalPrice: 1000,
      ListPrice: 1200,
    });
    const shown = async () => (await bench.sf('GET', `sobjects/Opportunity/${deal}`)).body;
    expect(await shown()).toMatchObject({ Amount: 13_000, HasOpportunityLineItem: true });
    await bench.sf('PATCH', `sobjects/Opportunity/${deal}`, { body: { StageName: 'Closed Won', Amount: 1 } });
    expect(await shown()).toMatchObject({ Amount: 13_000, IsWon: true, ExpectedRevenue: 13_000 });
    const history = await bench.sf(
      'GET',
      soql(`SELECT StageName FROM OpportunityHistory WHERE OpportunityId = '${deal}' ORDER BY CreatedDate, Id`),
    );
    expect(history.body.records.map((row: { StageName: string }) => row.StageName)).toEqual(['Negotiation/Review', 'Closed Won']);
    await bench.sf('DELETE', `sobjects/OpportunityLineItem/${item}`);
    expect((await shown()).Amount).toBe(12_000);
    expect((await bench.sf('POST', 'sobjects/OpportunityHistory', { body: {} })).status).toBe(400);
  });
  it('SF-099 CurrencyIsoCode is unknown in an org with one currency, known with several', async () => {
    const { sf, sandbox } = await startBench();
    const names = async () => (await sf('GET', 'sobjects/Opportunity/describe')).body.fields.map((field: { name: string }) => field.name);
    const query = () => sf('GET', soql('SELECT CurrencyIsoCode FROM Opportunity'));
    expect(await names()).not.toContain('CurrencyIsoCode');
    expect(await query()).toMatchObject({ status: 400, body: [{ errorCode: 'INVALID_FIELD' }] });
    expect((await sf('POST', 'sobjects/Account', { body: { Name: 'x', CurrencyIsoCode: 'EUR' } })).body[0].errorCode).toBe('INVALID_FIELD');
    sandbox.quirks.isMultiCurrency = true;
    expect(await names()).toContain('CurrencyIsoCode');
    expect((await query()).body.records[0]).toMatchObject({ CurrencyIsoCode: 'USD' });
    expect((await sf('POST', 'sobjects/Account', { body: { Name: 'x', CurrencyIsoCode: 'EUR' } })).status).toBe(201);
    expect((await sf('POST', 'sobjects/Account', { body: { Name: 'x', CurrencyIsoCode: 'XXX' } })).body[0].errorCode).toBe(
      'INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST',
    );
  });
});
