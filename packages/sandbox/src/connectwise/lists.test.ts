import { describe, expect, it } from 'vitest';
import { startBench } from '../testing.ts';

const q = encodeURIComponent;

describe('discovery and authentication', () => {
  it('companyinfo names codebase and company', async () => {
    const { raw } = await startBench();
    expect((await raw('GET', '/login/companyinfo/acme')).body).toMatchObject({ CompanyID: 'acme', Codebase: 'v2025_1/', IsCloud: 'True' });
  });
  it('CW-002 an unknown company is null, or 404 by switch', async () => {
    const { raw, sandbox } = await startBench();
    expect(await raw('GET', '/login/companyinfo/nosuch')).toMatchObject({ status: 200, body: null });
    sandbox.quirks.companyinfo404 = true;
    expect((await raw('GET', '/login/companyinfo/nosuch')).status).toBe(404);
  });
  it('CW-004 CW-005 CW-006 CW-007 who may come in', async () => {
    const { raw, cw, sandbox } = await startBench();
    const path = '/v4_6_release/apis/3.0/company/companies';
    expect(await raw('GET', path)).toMatchObject({ status: 401, body: { code: 'Unauthorized' } });
    const wrong = { authorization: `Basic ${Buffer.from('acme+pub:wrong').toString('base64')}`, clientId: 'x' };
    expect((await raw('GET', path, { headers: wrong })).status).toBe(401);
    sandbox.quirks.badAuth404 = true;
    expect((await raw('GET', path, { headers: wrong })).status).toBe(404);
    const right = { authorization: `Basic ${Buffer.from('acme+pub:priv').toString('base64')}` };
    expect((await raw('GET', path, { headers: right })).status).toBe(403);
    for (const name of ['ClientId', 'clientid', 'clientID'])
      expect((await raw('GET', path, { headers: { ...right, [name]: 'x' } })).status).toBe(200);
    expect((await cw('GET', 'system/members?pageSize=1&fields=id,identifier')).body).toEqual([{ id: 150, identifier: 'IntApi' }]);
  });
  it('CW-009 system/info needs no keys', async () => {
    const { raw } = await startBench();
    expect(await raw('GET', '/v4_6_release/apis/3.0/system/info')).toMatchObject({
      status: 200,
      body: { version: expect.any(String), isCloud: true, serverTimeZone: expect.any(String) },
    });
  });
  it('CW-010 CW-011 the pinned version is told and changes limits', async () => {
    const { cw } = await startBench();
    const pin = (version: string) => ({ accept: `application/vnd.connectwise.com+json; version=${version}` });
    expect((await cw('GET', 'company/companies/count', { headers: pin('2025.1') })).headers.get('api-current-version')).toBe('2025.1');
    const body = { identifier: 'A'.repeat(26), name: 'Long' };
    expect((await cw('POST', 'company/companies', { body, headers: pin('2022.1') })).body.errors[0].code).toBe('MaxLengthField');
    expect((await cw('POST', 'company/companies', { body, headers: pin('2025.1') })).status).toBe(201);
  });
  it('CW-012 CW-013 CW-014 endpoints that are not there', async () => {
    const { cw, raw, sandbox } = await startBench();
    expect(await cw('GET', 'no/such/path')).toMatchObject({
      status: 404,
      body: { code: 'ConnectWiseApi', message: 'The endpoint does not exist.' },
    });
    sandbox.connectwise.moveCodebase('v2025_2');
    expect((await cw('GET', 'company/companies')).status).toBe(404);
    expect((await raw('GET', '/login/companyinfo/acme')).body.Codebase).toBe('v2025_2/');
    sandbox.quirks.strictTls = true;
    expect((await cw('GET', 'company/companies')).body).toMatchObject({ code: 'Security', message: 'SSL is required.' });
  });
});

describe('paging, fields and order', () => {
  it('CW-021 sizes', async () => {
    const { cw } = await startBench();
    expect((await cw('GET', 'company/companies')).body).toHaveLength(25);
    expect((await cw('GET', 'company/companies?pageSize=1000')).body).toHaveLength(130);
    expect((await cw('GET', 'company/companies?pageSize=5000')).body).toHaveLength(130);
    expect(await cw('GET', 'company/companies?page=99')).toMatchObject({ status: 200, body: [] });
  });
  it('CW-023 CW-024 Link tells next and last, then prev and first', async () => {
    const { cw } = await startBench();
    const first = (await cw('GET', 'company/companies?pageSize=50&page=1')).headers.get('link') ?? '';
    expect(first).toMatch(/page=2>; rel="next", <[^>]*page=3>; rel="last"$/);
    expect(first).not.toContain('prev');
    const third = await cw('GET', 'company/companies?pageSize=50&page=3');
    expect(third.body).toHaveLength(30);
    expect(third.headers.get('link')).toMatch(/rel="prev".*rel="first"/);
    expect(third.headers.get('link')).not.toContain('rel="next"');
  });
  it('CW-025 the next link keeps the query, in the form seen live', async () => {
    const { cw, sandbox } = await startBench();
    const { headers } = await cw('GET', `company/companies?conditions=${q('LastUpdated >= [2026-01-01T00:00:00Z]')}&pageSize=2`);
    expect(headers.get('link')).toContain(
      `<${sandbox.url}/v4_6_release/apis/3.0/company/companies/?conditions=LastUpdated+%3e%3d+%5b2026-01-01T00%3a00%3a00Z%5d&pageSize=2&page=2>; rel="next"`,
    );
  });
  it('CW-027 CW-028 forward-only goes by id and loses nothing when rows go', async () => {
    const { cw, sandbox } = await startBench();
    const headers = { 'pagination-type': 'forward-only' };
    const first = await cw('GET', 'company/companies?pageSize=50&fields=id', { headers });
    expect(first.headers.get('link')).toContain('pageId=50>; rel="next"');
    sandbox.connectwise.store.remove('company', 10, 'jdoe');
    const second = await cw('GET', 'company/companies?pageSize=50&fields=id&pageId=50', { headers });
    expect(second.body[0]).toEqual({ id: 51 });
    const third = await cw('GET', 'company/companies?pageSize=50&fields=id&pageId=100', { headers });
    expect(third.body).toHaveLength(30);
    expect(third.headers.get('link')).toBeNull();
  });
  it('CW-031 count agrees with the scan', async () => {
    const { cw } = await startBench();
    expect((await cw('GET', `company/companies/count?conditions=${q('id > 100')}`)).body).toEqual({ count: 30 });
  });
  it('CW-032 CW-033 fields picks, and drops _info unless listed', async () => {
    const { cw } = await startBench();
    expect((await cw('GET', 'company/companies?fields=id,name,status/id&pageSize=1')).body).toEqual([
      { id: 1, name: 'Acme Ltd', status: { id: 1 } },
    ]);
    expect((await cw('GET', 'company/companies?fields=id,_info&pageSize=1')).body[0]).toHaveProperty('_info');
  });
  it('CW-035 orderBy', async () => {
    const { cw } = await startBench();
    expect((await cw('GET', 'company/companies?orderBy=name%20desc&pageSize=1')).body[0].name).toBe('Company 130');
    expect((await cw('GET', 'company/companies?orderBy=_info/lastUpdated%20desc&pageSize=1')).body[0].id).toBe(130);
  });
});

describe('conditions', () => {
  it.each([
    ['CW-040 double quotes', 'company/companies', 'conditions', 'name="Acme Ltd"', 1],
    ['CW-040 single quotes', 'company/companies', 'conditions', "name='Acme Ltd'", 1],
    ['wildcards', 'company/companies', 'conditions', 'name like "acme*" or name like "%012"', 2],
    ['CW-042 not contains in any case', 'service/tickets', 'conditions', 'summary Not Contains "test"', 1],
    ['in', 'company/companies', 'conditions', 'id in (1,2,3)', 3],
    ['CW-045 names and booleans in any case', 'service/tickets', 'conditions', 'Board/Id = 1 and ClosedFlag = False', 1],
    [
      'CW-046 LastUpdated on any object',
      'service/boards',
      'conditions',
      'LastUpdated >= [2020-01-01T00:00:00Z] AND LastUpdated <= [2027-01-01T00:00:00Z]',
      2,
    ],
    ['CW-047 _info/lastUpdated', 'service/boards', 'conditions', '_info/lastUpdated > [2020-01-01T00:00:00Z]', 2],
    ['CW-050 invoice date', 'finance/invoices', 'conditions', 'date > [2026-10-01T00:00:00Z]', 2],
    ['CW-052 types by child condition', 'company/contacts', 'childConditions', 'types/id=4', 1],
    [
      'CW-053 both tests on one item',
      'company/contacts',
      'childConditions',
      'communicationItems/value like "john@x.com" AND communicationItems/communicationType="Email"',
      1,
    ],
    [
      'CW-053 not on two',
      'company/contacts',
      'childConditions',
      'communicationItems/value like "john@x.com" AND communicationItems/communicationType="Fax"',
      0,
    ],
    ['CW-054 by custom field', 'company/companies', 'customFieldConditions', 'caption="SF Id" AND value="001xx000003DGb2AAG"', 1],
    ['CW-054 any value', 'company/companies', 'customFieldConditions', 'caption="SF Id" AND value != null', 1],
    [
      'CW-056 due today at midnight is not before midnight',
      'finance/invoices',
      'conditions',
      'balance > 0 and dueDate < [2026-11-22T00:00:00Z]',
      1,
    ],
    ['CW-058 a quote cannot break out', 'company/companies', 'conditions', 'name="x\\" or id > 0 or name=\\"y"', 0],
    ['CW-061 by configuration', 'service/tickets', 'conditions', 'configuration/id=5', 0],
  ])('%s', async (_name, path, parameter, text, rows) => {
    const { cw } = await startBench();
    const answer = await cw('GET', `${path}?${parameter}=${q(text)}&pageSize=1000`);
    expect(answer.status).toBe(200);
    expect(answer.body).toHaveLength(rows);
  });
  it.each([
    ['CW-044 in within child conditions', 'company/contacts', 'childConditions', 'types/id in (1,4)'],
    ['CW-050 invoiceDate', 'finance/invoices', 'conditions', 'invoiceDate > [2026-10-01T00:00:00Z]'],
    ['CW-052 child array in conditions', 'company/contacts', 'conditions', 'types/name="VIP"'],
    ['CW-059 unbalanced quote', 'company/companies', 'conditions', 'name="x'],
    ['CW-059 unknown operator', 'company/companies', 'conditions', 'name ~ "x"'],
    ['CW-061 configurations', 'service/tickets', 'conditions', 'configurations/id=5'],
  ])('%s is refused', async (_name, path, parameter, text) => {
    const { cw } = await startBench();
    expect(await cw('GET', `${path}?${parameter}=${q(text)}`)).toMatchObject({ status: 400, body: { code: 'ApiFindCondition' } });
  });
  it('CW-049 CW-051 exact words for an unknown name and a wrong type', async () => {
    const { cw } = await startBench();
    expect((await cw('GET', `service/tickets?conditions=${q('member/id=1')}`)).body).toEqual({
      code: 'ApiFindCondition',
      message: 'member/id is not a recognized name.',
    });
    expect((await cw('GET', `service/tickets?conditions=${q('closedFlag = 1')}`)).body.message).toContain(
      'Expected a boolean value, not a numeric.',
    );
  });
  it('a search takes its conditions from the body and refuses page there', async () => {
    const { cw } = await startBench();
    expect(
      (await cw('POST', 'service/tickets/search?fields=id', { body: { conditions: 'board/name="Service"', orderBy: 'id desc' } })).body,
    ).toEqual([{ id: 7601 }]);
    expect((await cw('POST', 'service/tickets/search', { body: { page: 2 } })).status).toBe(400);
  });
  it('CW-120 more than a thousand a minute are throttled', async () => {
    const { cw, pass } = await startBench({ limits: { connectwisePerMinute: 2 } });
    await cw('GET', 'service/boards');
    await cw('GET', 'service/boards');
    const refused = await cw('GET', 'service/boards');
    expect(refused).toMatchObject({
      status: 429,
      body: { error: 'ConnectWiseAPI', message: 'Too many requests. Please try again in 30 seconds.' },
    });
    expect(refused.headers.get('retry-after')).toBe('30');
    pass(61_000);
    expect((await cw('GET', 'service/boards')).status).toBe(200);
  });
});
