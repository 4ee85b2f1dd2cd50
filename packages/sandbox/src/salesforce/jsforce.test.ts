import { Connection, OAuth2 } from '@jsforce/jsforce-node';
import { describe, expect, it } from 'vitest';
import { startBench, type Bench } from '../testing.ts';

/** A jsforce connection to the bench's org with a fresh token. */
async function connect(options: { bench?: Bench; version?: string } = {}): Promise<{ bench: Bench; connection: Connection }> {
  const bench = options.bench ?? (await startBench());
  const { salesforce } = bench.sandbox;
  const accessToken = salesforce.sessions.open({ userId: salesforce.account.integrationUserId, clientId: 'jsforce', scope: 'api' });
  return { bench, connection: new Connection({ instanceUrl: bench.sandbox.url, accessToken, version: options.version ?? '66.0' }) };
}

const failure = (promise: PromiseLike<unknown>) =>
  promise.then(
    () => undefined,
    (error: unknown) => error as Error & { errorCode?: string; data?: unknown },
  );

describe('connection', () => {
  it('JS-01 works on a loopback address; without a version it calls /v50.0/', async () => {
    const { bench, connection } = await connect();
    await connection.query('SELECT Id FROM Account');
    const plain = new Connection({ instanceUrl: bench.sandbox.url, accessToken: connection.accessToken ?? '' });
    await plain.query('SELECT Id FROM Account');
    expect(bench.sandbox.requests.map((request) => request.path.split('/query')[0])).toEqual([
      '/services/data/v66.0',
      '/services/data/v50.0',
    ]);
  });
  it('JS-07 an address of the Lightning pages is refused at construction', () => {
    expect(() => new Connection({ instanceUrl: 'https://acme.lightning.force.com', accessToken: 'x' })).toThrow(/lightning/i);
  });
  it('SF-110 usage is read from every reply', async () => {
    const { connection } = await connect();
    await connection.query('SELECT Id FROM Account');
    expect(connection.limitInfo.apiUsage).toEqual({ used: 1, limit: 15_000 });
    expect(await connection.limits()).toMatchObject({ DailyApiRequests: { Max: 15_000, Remaining: 14_998 } });
  });
});

describe('records', () => {
  it('JS-02 one record: create, retrieve, update, upsert, destroy', async () => {
    const { connection } = await connect();
    const created = await connection.sobject('Account').create({ Name: 'Hello' });
    expect(created).toMatchObject({ success: true, errors: [], id: expect.stringMatching(/^001/) });
    const id = created.id ?? '';
    expect(await connection.sobject('Account').retrieve(id)).toMatchObject({ Id: id, Name: 'Hello' });
    expect(await connection.sobject('Account').update({ Id: id, Name: 'Hello2' })).toEqual({ id, success: true, errors: [] });
    const upsert = (name: string) => connection.sobject('UpsertTable__c').upsert({ ExtId__c: 'K1', Name: name }, 'ExtId__c');
    expect(await upsert('a')).toMatchObject({ success: true, created: true });
    expect(await upsert('b')).toMatchObject({ success: true, created: false });
    expect(await connection.sobject('Account').destroy(id)).toMatchObject({ id, success: true });
    expect(await failure(connection.sobject('Account').retrieve(id))).toMatchObject({ errorCode: 'NOT_FOUND' });
  });
  it('JS-02 several records: create, retrieve, update, upsert, destroy', async () => {
    const { connection } = await connect();
    const created = await connection.sobject('Account').create([{ Name: 'A' }, { Name: 'B' }]);
    const ids = created.map((row) => row.id ?? '');
    expect(created).toMatchObject([{ success: true }, { success: true }]);
    const both = await connection.sobject('Account').retrieve([...ids, '001Wt00000zzzzzAAA']);
    expect(both.map((row) => (row as { Name: string } | null)?.Name ?? null)).toEqual(['A', 'B', null]);
    expect(await connection.sobject('Account').update(ids.map((Id) => ({ Id, Name: 'C' })))).toMatchObject([
      { id: ids[0], success: true },
      { id: ids[1], success: true },
    ]);
    const upserted = await connection.sobject('UpsertTable__c').upsert([{ ExtId__c: 'X' }, { ExtId__c: 'Y' }], 'ExtId__c');
    expect(upserted).toMatchObject([{ created: true }, { created: true }]);
    expect(await connection.sobject('Account').destroy(ids)).toMatchObject([
      { id: ids[0], success: true },
      { id: ids[1], success: true },
    ]);
  });
  it('JS-03 an error is named by its code', async () => {
    const { bench, connection } = await connect();
    expect(await failure(connection.sobject('Account').create({}))).toMatchObject({
      name: 'REQUIRED_FIELD_MISSING',
      errorCode: 'REQUIRED_FIELD_MISSING',
    });
    bench.sandbox.faults.add({
      vendor: 'salesforce',
      path: '/sobjects/Account',
      times: 1,
      kind: 'status',
      status: 400,
      body: [
        { message: 'one', errorCode: 'FIELD_CUSTOM_VALIDATION_EXCEPTION', fields: [] },
        { message: 'two', errorCode: 'FIELD_CUSTOM_VALIDATION_EXCEPTION', fields: [] },
      ],
    });
    expect(await failure(connection.sobject('Account').create({ Name: 'x' }))).toMatchObject({
      name: 'MULTIPLE_API_ERRORS',
      data: [{ message: 'one' }, { message: 'two' }],
    });
  });
  it('several matches of an external id: MULTIPLE_CHOICES with the records’ addresses', async () => {
    const { connection } = await connect();
    await connection.sobject('UpsertTable__c').create([{ ExtId__c: 'D' }, { ExtId__c: 'D' }]);
    const error = await failure(connection.sobject('UpsertTable__c').upsert({ ExtId__c: 'D', Name: 'x' }, 'ExtId__c'));
    expect(error).toMatchObject({ errorCode: 'MULTIPLE_CHOICES', data: [expect.stringContaining('/UpsertTable__c/'), expect.any(String)] });
  });
});

describe('reading', () => {
  it('SF-081 autoFetch walks all pages; maxFetch stops it', async () => {
    const { connection } = await connect();
    const all = await connection.query('SELECT Id FROM BigTable__c', { autoFetch: true, maxFetch: 10_000 });
    expect([all.totalSize, all.records.length, all.done]).toEqual([4500, 4500, true]);
    const page = await connection.query('SELECT Id FROM BigTable__c');
    const next = await connection.queryMore(page.nextRecordsUrl ?? '');
    expect([page.records.length, next.records.length, next.done]).toEqual([2000, 2000, false]);
  });
  it('JS-05 describe$ is cached, describe is not', async () => {
    const { bench, connection } = await connect();
    const calls = () => bench.sandbox.requests.filter((request) => request.path.endsWith('/describe')).length;
    await connection.describe$('Account');
    await connection.describe$('Account');
    expect(calls()).toBe(1);
    await connection.describe('Account');
    await connection.describe('Account');
    expect(calls()).toBe(3);
    const { sobjects } = await connection.describeGlobal();
    expect(sobjects.map((object) => object.name)).toContain('OpportunityLineItem');
  });
  it('SF-095 SF-117 search, updated, deleted, recent', async () => {
    const { connection } = await connect();
    const { searchRecords } = await connection.search('FIND {acme} IN NAME FIELDS RETURNING Account(Id, Name)');
    expect(searchRecords).toMatchObject([{ Name: 'Acme Ltd' }]);
    const { id } = await connection.sobject('Account').create({ Name: 'New' });
    const updated = () => connection.sobject('Account').updated('2026-11-23T09:00:00Z', '2026-11-23T11:00:00Z');
    expect((await updated()).ids).toEqual([id]);
    await connection.sobject('Account').destroy(id ?? '');
    const { deletedRecords } = await connection.sobject('Account').deleted('2026-11-23T09:00:00Z', '2026-11-23T11:00:00Z');
    expect(deletedRecords).toMatchObject([{ id }]);
    expect(Array.isArray(await connection.recent())).toBe(true);
  });
});

describe('the query builder', () => {
  it('JS-08 finds by conditions, sorts, skips and limits, counts and finds one', async () => {
    const { connection } = await connect();
    const accounts = connection.sobject('Account');
    await accounts.create(['B', 'C', 'A'].map((letter) => ({ Name: `Built ${letter}`, NumberOfEmployees: letter.charCodeAt(0) })));
    const found = await accounts
      .find({ Name: { $like: 'Built %' }, NumberOfEmployees: { $gte: 66 } }, ['Id', 'Name'])
      .sort({ Name: -1 })
      .limit(1)
      .skip(1);
    expect(found).toMatchObject([{ Name: 'Built B' }]);
    expect(await accounts.count({ $or: [{ Name: 'Built A' }, { Name: 'Built C' }] })).toBe(2);
    expect(await accounts.findOne({ Name: "O'Brien \\\\ Co" }, ['Name'])).toMatchObject({ Name: "O'Brien \\ Co" });
  });
  it('JS-08 takes children along and reads parents', async () => {
    const { connection } = await connect();
    const [account] = await connection
      .sobject('Account')
      .find({ Name: 'Acme Ltd' }, ['Id', 'Name', 'Owner.Name'])
      .include('Opportunities')
      .select(['Id', 'Name', 'Amount'])
      .end();
    expect(account).toMatchObject({ Owner: { Name: 'Alex Morgan' }, Opportunities: { totalSize: 1, records: [{ Name: 'Acme renewal' }] } });
  });
  it('JS-08 changes and deletes what a query finds', async () => {
    const { connection } = await connect();
    const accounts = connection.sobject('Account');
    await accounts.create([{ Name: 'Loose 1' }, { Name: 'Loose 2' }]);
    const changed = await accounts.find({ Name: { $like: 'Loose %' } }).update({ Industry: 'Energy' });
    expect(changed).toMatchObject([{ success: true }, { success: true }]);
    expect(await accounts.count({ Industry: 'Energy' })).toBe(2);
    await accounts.find({ Name: { $like: 'Loose %' } }).destroy();
    expect(await accounts.count({ Name: { $like: 'Loose %' } })).toBe(0);
  });
  it('JS-08 explains a query and describes an object', async () => {
    const { connection } = await connect();
    const { plans } = await connection.sobject('Account').find({ Name: 'x' }).explain();
    expect(plans).toMatchObject([{ sobjectType: 'Account' }]);
    const { fields, childRelationships } = await connection.sobject('Account').describe();
    expect(fields.find(({ name }) => name === 'Industry')?.picklistValues?.length).toBeGreaterThan(5);
    expect(childRelationships.map(({ relationshipName }) => relationshipName)).toEqual(
      expect.arrayContaining(['Contacts', 'Opportunities', 'Cases']),
    );
  });
});

describe('composite', () => {
  it('hands an id on, as any client posts it', async () => {
    const { connection } = await connect();
    const { compositeResponse } = await connection.requestPost<{ compositeResponse: { httpStatusCode: number }[] }>('/composite', {
      compositeRequest: [
        { method: 'POST', url: '/services/data/v66.0/sobjects/Account', referenceId: 'a', body: { Name: 'Composed' } },
        { method: 'GET', url: '/services/data/v66.0/sobjects/Account/@{a.id}?fields=Name', referenceId: 'b' },
      ],
    });
    expect(compositeResponse).toMatchObject([{ httpStatusCode: 201 }, { httpStatusCode: 200, body: { Name: 'Composed' } }]);
  });
});

describe('signing in', () => {
  const oauth2 = (bench: Bench, more: { useVerifier?: boolean } = {}) =>
    new OAuth2({
      loginUrl: bench.sandbox.url,
      clientId: 'weft-demo-client',
      clientSecret: 'weft-demo-secret',
      redirectUri: 'https://app.example/cb',
      ...more,
    });
  const codeOf = async (bench: Bench, address: string) => {
    const reply = await bench.raw('GET', `${address.slice(bench.sandbox.url.length)}&decision=allow`);
    return new URL(reply.headers.get('location') ?? '').searchParams.get('code') ?? '';
  };
  it('SF-004 a token answer without an id makes authorize() throw', async () => {
    const bench = await startBench();
    bench.sandbox.faults.add({
      vendor: 'salesforce',
      path: '/services/oauth2/token',
      times: 1,
      kind: 'status',
      status: 200,
      body: { access_token: 'x', instance_url: bench.sandbox.url, token_type: 'Bearer' },
    });
    const connection = new Connection({ oauth2: oauth2(bench), version: '66.0' });
    expect(await failure(connection.authorize({ grant_type: 'client_credentials' }))).toBeInstanceOf(Error);
  });
  it('SF-002 SF-004 authorization code with the verifier jsforce makes', async () => {
    const bench = await startBench();
    const flow = oauth2(bench, { useVerifier: true });
    const connection = new Connection({ oauth2: flow, version: '66.0' });
    const user = await connection.authorize(await codeOf(bench, flow.getAuthorizationUrl({ scope: 'api refresh_token' })));
    expect(user).toMatchObject({ id: expect.stringMatching(/^005/), organizationId: expect.stringMatching(/^00D/) });
    expect(connection.refreshToken).toBeTruthy();
    expect(await connection.identity()).toMatchObject({ user_id: user.id });
  });
  it('SF-008 client credentials through authorize', async () => {
    const bench = await startBench();
    const connection = new Connection({ oauth2: oauth2(bench), version: '66.0' });
    await connection.authorize({ grant_type: 'client_credentials' });
    expect((await connection.query('SELECT Id FROM Account')).totalSize).toBe(3);
  });
  it('SF-006 SF-014 an expired session is refreshed and the call repeated; a revoked refresh token ends it', async () => {
    const bench = await startBench();
    const flow = oauth2(bench);
    const connection = new Connection({ oauth2: flow, version: '66.0' });
    await connection.authorize(await codeOf(bench, flow.getAuthorizationUrl({})));
    bench.sandbox.salesforce.sessions.expireAll();
    const replies = await Promise.all([1, 2, 3].map(() => connection.query('SELECT Id FROM Account')));
    expect(replies.map((reply) => reply.totalSize)).toEqual([3, 3, 3]);
    expect(bench.sandbox.requests.filter((request) => request.path === '/services/oauth2/token').length).toBe(2);
    bench.sandbox.salesforce.sessions.expireAll({ isWithRefreshTokens: true });
    expect(await failure(connection.query('SELECT Id FROM Account'))).toMatchObject({
      message: 'Unable to refresh session due to: expired access/refresh token',
    });
  });
  it('SF-015 a server that answers 401 for ever makes plain jsforce refresh for ever', async () => {
    const bench = await startBench();
    const flow = oauth2(bench);
    const connection = new Connection({ oauth2: flow, version: '66.0' });
    await connection.authorize(await codeOf(bench, flow.getAuthorizationUrl({})));
    bench.sandbox.quirks.alwaysExpired = true;
    const pending = failure(connection.query('SELECT Id FROM Account'));
    const refreshes = () => bench.sandbox.requests.filter((request) => request.path === '/services/oauth2/token').length;
    await expect.poll(refreshes).toBeGreaterThan(5);
    bench.sandbox.quirks.alwaysExpired = false;
    expect(await pending).toBeUndefined();
  });
});

describe('bulk', () => {
  it('JS-08 bulk2 loads records and waits for the results, and queries', async () => {
    const { connection } = await connect();
    connection.bulk2.pollInterval = 5;
    const results = await connection.bulk2.loadAndWaitForResults({
      object: 'Account',
      operation: 'insert',
      input: [{ Name: 'Bulk 1', Phone: null }, { Name: '' }],
      pollTimeout: 5000,
      pollInterval: 5,
    });
    expect(results.successfulResults).toMatchObject([{ sf__Created: 'true', Name: 'Bulk 1' }]);
    expect(results.failedResults).toMatchObject([{ sf__Error: expect.stringContaining('REQUIRED_FIELD_MISSING') }]);
    expect(results.unprocessedRecords).toEqual([]);
    const stream = await connection.bulk2.query("SELECT Id, Name FROM Account WHERE Name LIKE 'Bulk%'", {
      pollInterval: 5,
      pollTimeout: 5000,
    });
    expect(await stream.toArray()).toMatchObject([{ Name: 'Bulk 1' }]);
  });
});

describe('bulk, other operations', () => {
  const load = async (connection: Connection, operation: 'update' | 'upsert' | 'delete', input: Record<string, string>[], more = {}) =>
    connection.bulk2.loadAndWaitForResults({ object: 'UpsertTable__c', operation, input, pollTimeout: 5000, pollInterval: 5, ...more });
  it('JS-08 upserts by external id, updates and deletes', async () => {
    const { connection } = await connect();
    const rows = [
      { ExtId__c: 'b1', Name: 'one' },
      { ExtId__c: 'b2', Name: 'two' },
    ];
    const first = await load(connection, 'upsert', rows, { externalIdFieldName: 'ExtId__c' });
    expect(first.successfulResults.map((row) => row.sf__Created)).toEqual(['true', 'true']);
    const again = await load(connection, 'upsert', rows, { externalIdFieldName: 'ExtId__c' });
    expect(again.successfulResults.map((row) => row.sf__Created)).toEqual(['false', 'false']);
    const ids = again.successfulResults.map((row) => row.sf__Id);
    await load(connection, 'update', [{ Id: ids[0] ?? '', Name: 'changed' }]);
    expect(await connection.sobject('UpsertTable__c').retrieve(ids[0] ?? '')).toMatchObject({ Name: 'changed', ExtId__c: 'b1' });
    const gone = await load(connection, 'delete', [{ Id: ids[0] ?? '' }, { Id: ids[0] ?? '' }]);
    expect([gone.successfulResults.length, gone.failedResults.length]).toEqual([1, 1]);
    expect(gone.failedResults).toMatchObject([{ sf__Error: expect.stringContaining('ENTITY_IS_DELETED') }]);
  });
  it('JS-08 a query job gives all 4500 rows of a large table', async () => {
    const { connection } = await connect();
    const stream = await connection.bulk2.query('SELECT Id, Name FROM BigTable__c', { pollInterval: 5, pollTimeout: 5000 });
    expect(await stream.toArray()).toHaveLength(4500);
  });
});

describe('server trouble', () => {
  it('SF-113 plain jsforce asks six times before it gives up on a GET', async () => {
    const { bench, connection } = await connect();
    bench.sandbox.faults.add({ vendor: 'salesforce', path: '/limits', times: 10, kind: 'status', status: 503 });
    expect(await failure(connection.request('/limits', { retry: { minTimeout: 1 } }))).toMatchObject({ errorCode: 'SERVER_UNAVAILABLE' });
    expect(bench.sandbox.requests).toHaveLength(6);
  });
  it('SF-113 a GET that meets 503 costs one request when retries are off', async () => {
    const { bench, connection } = await connect();
    bench.sandbox.faults.add({ vendor: 'salesforce', path: '/limits', times: 10, kind: 'status', status: 503 });
    const error = await failure(connection.request('/limits', { retry: { maxRetries: 0 } }));
    expect(error).toMatchObject({ errorCode: 'SERVER_UNAVAILABLE' });
    expect(bench.sandbox.requests.map((request) => request.status)).toEqual([503]);
  });
});
