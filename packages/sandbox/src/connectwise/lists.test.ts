import { request } from 'node:http';
import { describe, expect, it } from 'vitest';
import { ENTITIES } from './entities.ts';
import { sharedBench, startBench, type Answer, type Bench } from '../testing.ts';

const q = encodeURIComponent;
const linkOf = (answer: Answer) => answer.headers.get('link') ?? '';
const idsOf = (answer: Answer) => answer.body.map((row: { id: number }) => row.id) as number[];
const upTo = (last: number, first = 1) => Array.from({ length: last - first + 1 }, (_, index) => first + index);
const FORWARD = { headers: { 'pagination-type': 'forward-only' } };
const companies = '/v4_6_release/apis/3.0/company/companies';
const basic = (secret: string) => ({ authorization: `Basic ${Buffer.from(`acme+pub:${secret}`).toString('base64')}` });

/** Sends header names exactly as given, which fetch would not. */
function sendVerbatim(bench: Bench, headers: Record<string, string>): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    const call = request({ port: bench.sandbox.port, host: '127.0.0.1', path: companies, headers }, (reply) => {
      reply.resume();
      reply.on('end', () => resolve(reply.statusCode));
    });
    call.on('error', reject);
    call.end();
  });
}

describe('discovery and authentication', () => {
  it('companyinfo names codebase and company', async () => {
    const { raw } = await startBench();
    expect((await raw('GET', '/login/companyinfo/acme')).body).toMatchObject({ CompanyID: 'acme', Codebase: 'v2025_1/', IsCloud: 'True' });
  });
  it('CW-002 an unknown company is 200 null, or 404 by switch', async () => {
    const { raw, sandbox } = await startBench();
    expect(await raw('GET', '/login/companyinfo/nosuch')).toMatchObject({ status: 200, body: null });
    sandbox.quirks.companyinfo404 = true;
    expect((await raw('GET', '/login/companyinfo/nosuch')).status).toBe(404);
  });
  it('CW-004 without Authorization: 401 Unauthorized', async () => {
    const { raw } = await startBench();
    expect(await raw('GET', companies)).toMatchObject({ status: 401, body: { code: 'Unauthorized' } });
  });
  it('CW-005 a wrong private key: 401, or 404 by switch', async () => {
    const { raw, sandbox } = await startBench();
    const headers = { ...basic('wrong'), clientId: 'x' };
    expect((await raw('GET', companies, { headers })).status).toBe(401);
    sandbox.quirks.badAuth404 = true;
    expect((await raw('GET', companies, { headers })).status).toBe(404);
  });
  it('CW-006 right keys without a clientId: 403', async () => {
    const { raw } = await startBench();
    expect((await raw('GET', companies, { headers: basic('priv') })).status).toBe(403);
  });
  it('CW-007 the name of the clientId header is spelled as one likes', async () => {
    const bench = await startBench();
    for (const name of ['ClientId', 'clientid', 'clientID']) expect(await sendVerbatim(bench, { ...basic('priv'), [name]: 'x' })).toBe(200);
  });
  it('members can be read with two fields only: a cheap call that needs the keys', async () => {
    const { cw } = await startBench();
    expect((await cw('GET', 'system/members?pageSize=1&fields=id,identifier')).body).toEqual([{ id: 150, identifier: 'IntApi' }]);
  });
  it('CW-009 system/info needs no keys', async () => {
    const { raw } = await startBench();
    expect(await raw('GET', '/v4_6_release/apis/3.0/system/info')).toMatchObject({
      status: 200,
      body: { version: expect.any(String), isCloud: true, serverTimeZone: expect.any(String) },
    });
  });
  it('CW-010 a pinned version is answered, and told', async () => {
    const { cw } = await startBench();
    const headers = { accept: 'application/vnd.connectwise.com+json; version=2025.1' };
    const answer = await cw('GET', 'company/companies/count', { headers });
    expect([answer.status, answer.headers.get('api-current-version')]).toEqual([200, '2025.1']);
  });
  it('CW-011 the pinned version decides how long an identifier may be', async () => {
    const { cw } = await startBench();
    const create = (version: string) =>
      cw('POST', 'company/companies', {
        body: { identifier: 'A'.repeat(26), name: 'Long' },
        headers: { accept: `application/vnd.connectwise.com+json; version=${version}` },
      });
    expect(await create('2022.1')).toMatchObject({ status: 400, body: { errors: [{ code: 'MaxLengthField', field: 'identifier' }] } });
    expect((await create('2025.1')).status).toBe(201);
  });
  it('CW-012 a path that is none: exact 404', async () => {
    const { cw } = await startBench();
    const answer = await cw('GET', 'no/such/path');
    expect([answer.status, answer.body]).toEqual([404, { code: 'ConnectWiseApi', message: 'The endpoint does not exist.' }]);
  });
  it('CW-013 after a move the old codebase is 404 and companyinfo names the new one', async () => {
    const { cw, raw, sandbox } = await startBench();
    sandbox.connectwise.moveCodebase('v2025_2');
    expect((await cw('GET', 'company/companies')).status).toBe(404);
    expect((await raw('GET', '/login/companyinfo/acme')).body.Codebase).toBe('v2025_2/');
    expect((await raw('GET', '/v2025_2/apis/3.0/system/info')).status).toBe(200);
  });
  it('CW-014 plain http where only https is taken: Security, SSL is required.', async () => {
    const { cw, sandbox } = await startBench();
    sandbox.quirks.strictTls = true;
    expect((await cw('GET', 'company/companies')).body).toMatchObject({ code: 'Security', message: 'SSL is required.' });
  });
});

describe('paging, fields and order', () => {
  const shared = sharedBench();
  it('25 rows unless told otherwise; beyond the end there are none', async () => {
    const { cw } = shared();
    expect((await cw('GET', 'company/companies')).body).toHaveLength(25);
    expect(await cw('GET', 'company/companies?page=99')).toMatchObject({ status: 200, body: [] });
  });
  it('CW-021 pages of up to 1000; more is cut to 1000 without complaint', async () => {
    const { cw, sandbox } = await startBench();
    expect((await cw('GET', 'company/companies?pageSize=1000')).body).toHaveLength(130);
    for (let index = 0; index < 900; index += 1)
      sandbox.connectwise.records.create('company', { identifier: `MORE${index}`, name: `More ${index}` }, { actor: 'jdoe' });
    const answer = await cw('GET', 'company/companies?pageSize=5000&fields=id');
    expect([answer.status, answer.body.length]).toEqual([200, 1000]);
  });
  it('CW-023 the first page links to the next and the last', async () => {
    const link = linkOf(await shared().cw('GET', 'company/companies?pageSize=50&page=1'));
    expect(link).toMatch(/page=2>; rel="next", <[^>]*page=3>; rel="last"$/);
    expect(link).not.toContain('rel="prev"');
  });
  it('CW-024 the last page links to the one before and the first', async () => {
    const answer = await shared().cw('GET', 'company/companies?pageSize=50&page=3');
    expect(answer.body).toHaveLength(30);
    expect(linkOf(answer)).toMatch(/page=2>; rel="prev", <[^>]*page=1>; rel="first"$/);
    expect(linkOf(answer)).not.toContain('rel="next"');
  });
  it('CW-025 the next link keeps the query, in the form seen live', async () => {
    const { cw, sandbox } = shared();
    const answer = await cw('GET', `company/companies?conditions=${q('LastUpdated >= [2026-01-01T00:00:00Z]')}&pageSize=2`);
    expect(linkOf(answer)).toContain(
      `<${sandbox.url}${companies}/?conditions=LastUpdated+%3e%3d+%5b2026-01-01T00%3a00%3a00Z%5d&pageSize=2&page=2>; rel="next"`,
    );
  });
  it('CW-027 forward-only goes by id; pageId is the last id of the page, and more follow it', async () => {
    const { cw } = shared();
    const first = await cw('GET', 'company/companies?pageSize=50&fields=id', FORWARD);
    expect(idsOf(first)).toEqual(upTo(50));
    expect(linkOf(first)).toMatch(/pageId=50>; rel="next"/);
    const next = await cw('GET', 'company/companies?pageSize=50&fields=id&pageId=50', FORWARD);
    expect(idsOf(next)).toEqual(upTo(100, 51));
  });
  it('CW-028 rows that go between pages cost forward-only nothing, and page numbers one row', async () => {
    const { cw, sandbox } = await startBench();
    const scan = async (nextOf: (link: string) => string | undefined, headers: Record<string, string>) => {
      const ids: number[] = [];
      for (let query: string | undefined = ''; query !== undefined;) {
        const answer = await cw('GET', `company/companies?pageSize=50&fields=id${query}`, { headers });
        ids.push(...idsOf(answer));
        // Somebody deletes the first row that is left, once.
        if (ids.length === 50) sandbox.connectwise.store.remove('company', ids[0] ?? 0, 'jdoe');
        query = nextOf(linkOf(answer));
      }
      return ids;
    };
    const byId = (link: string) => /pageId=(\d+)>; rel="next"/.exec(link)?.[1];
    const forward = await scan((link) => (byId(link) === undefined ? undefined : `&pageId=${byId(link)}`), FORWARD.headers);
    expect(forward).toEqual(upTo(130));
    const byNumber = (link: string) => /[?&]page=(\d+)>; rel="next"/.exec(link)?.[1];
    const numbered = await scan((link) => (byNumber(link) === undefined ? undefined : `&page=${byNumber(link)}`), {});
    expect(upTo(130, 2).filter((id) => !numbered.includes(id))).toEqual([52]);
  });
  it('CW-031 count is the length of the whole scan, with conditions and without', async () => {
    const { cw } = shared();
    for (const query of ['', `?conditions=${q('id > 100')}`, `?conditions=${q('name contains "7"')}`]) {
      const { status, body } = await cw('GET', `company/companies/count${query}`);
      const rows = (await cw('GET', `company/companies${query === '' ? '?' : `${query}&`}pageSize=1000`)).body.length;
      expect([status, body]).toEqual([200, { count: rows }]);
    }
  });
  it('CW-032 fields=id,name,status/id gives rows of exactly these', async () => {
    const { body } = await shared().cw('GET', 'company/companies?fields=id,name,status/id&pageSize=3');
    expect(body).toEqual([
      { id: 1, name: 'Acme Ltd', status: { id: 1 } },
      { id: 2, name: 'Company 002', status: { id: 1 } },
      { id: 3, name: 'Company 003', status: { id: 1 } },
    ]);
  });
  it('CW-033 _info is left out unless it is among the fields', async () => {
    const { cw } = shared();
    expect((await cw('GET', 'company/companies?fields=id&pageSize=1')).body).toEqual([{ id: 1 }]);
    expect((await cw('GET', 'company/companies?fields=id,_info&pageSize=1')).body).toEqual([
      { id: 1, _info: expect.objectContaining({ lastUpdated: expect.any(String) }) },
    ]);
  });
  it('fields reach into arrays, and work for one record as well', async () => {
    const { cw } = shared();
    expect((await cw('GET', 'company/companies?pageSize=1&fields=id,customFields/caption')).body).toEqual([
      { id: 1, customFields: [{ caption: 'SF Id' }, { caption: 'Sync Src' }] },
    ]);
    expect((await cw('GET', 'company/companies/2?fields=identifier')).body).toEqual({ identifier: 'COMP2' });
  });
  it('CW-035 orderBy a field, and orderBy _info/lastUpdated', async () => {
    const { cw } = shared();
    const first = async (orderBy: string) => (await cw('GET', `company/companies?orderBy=${q(orderBy)}&pageSize=1`)).body[0];
    expect((await first('name desc')).name).toBe('Company 130');
    expect((await first('name asc')).name).toBe('Acme Ltd');
    expect((await first('_info/lastUpdated asc')).id).toBe(1);
    expect((await first('_info/lastUpdated desc')).id).toBe(130);
    expect((await first('status/name asc, id desc')).id).toBe(130);
  });
});

describe('conditions', () => {
  const shared = sharedBench();
  const ask = (path: string, parameter: string, text: string) => shared().cw('GET', `${path}?${parameter}=${q(text)}&pageSize=1000`);
  const found = async (path: string, text: string, parameter = 'conditions') => {
    const answer = await ask(path, parameter, text);
    expect([answer.status, answer.body.code]).toEqual([200, undefined]);
    return idsOf(answer);
  };

  it('CW-040 both kinds of quotes mean the same', async () => {
    expect(await found('company/companies', 'name="Acme Ltd"')).toEqual([1]);
    expect(await found('company/companies', "name='Acme Ltd'")).toEqual([1]);
  });
  it('wildcards * and %, without regard to case', async () => {
    expect(await found('company/companies', 'name like "acme*" or name like "%012"')).toEqual([1, 12]);
    expect(await found('company/companies', 'name not like "comp*"')).toEqual([1]);
    expect(await found('company/companies', 'id in (3,1,2)')).toEqual([1, 2, 3]);
    expect(await found('company/companies', 'id > 2 and id not in (3,4) and id <= 6')).toEqual([5, 6]);
  });
  it('CW-042 not contains, its words in any case', async () => {
    expect(await found('service/tickets', 'summary not contains "test"')).toEqual([7602]);
    expect(await found('service/tickets', 'summary Not Contains "test"')).toEqual([7602]);
  });
  it.each([
    ['childConditions', 'company/contacts', 'types/id in (1,4)'],
    ['customFieldConditions', 'company/companies', 'caption in ("SF Id")'],
  ])('CW-044 in is refused in %s', async (parameter, path, text) => {
    expect((await ask(path, parameter, text)).status).toBe(400);
  });
  it('CW-045 names and booleans in any case', async () => {
    const { cw, sandbox } = await startBench();
    sandbox.connectwise.records.create('ticket', { summary: 'Done', company: { id: 1 }, status: { id: 18 } }, { actor: 'jdoe' });
    const rows = async (text: string) => idsOf(await cw('GET', `service/tickets?conditions=${q(text)}`));
    expect(await rows('Board/Id = 1 and ClosedFlag = True')).toEqual([7603]);
    expect(await rows('board/id=1 and closedFlag=true')).toEqual([7603]);
  });
  it('CW-046 LastUpdated filters every object, also those that show no such member', async () => {
    const { cw } = await startBench();
    await cw('PATCH', 'service/boards/21', { body: [{ op: 'replace', path: 'name', value: 'Renamed' }] });
    const within = (from: string, to: string) => q(`LastUpdated >= [${from}] AND LastUpdated <= [${to}]`);
    expect(idsOf(await cw('GET', `service/boards?conditions=${within('2026-11-23T00:00:00Z', '2026-11-24T00:00:00Z')}`))).toEqual([21]);
    const flat = [...ENTITIES.values()].filter((entity) => !entity.parent);
    for (const { path } of flat) {
      const ever = await cw('GET', `${path}/count?conditions=${within('2000-01-01T00:00:00Z', '2100-01-01T00:00:00Z')}`);
      const never = await cw('GET', `${path}/count?conditions=${within('2000-01-01T00:00:00Z', '2000-01-02T00:00:00Z')}`);
      const all = (await cw('GET', `${path}/count`)).body;
      expect([path, ever.body, never.body]).toEqual([path, all, { count: 0 }]);
    }
  });
  it('CW-047 _info/lastUpdated means lastUpdated', async () => {
    const text = (name: string) => `${name} > [2026-08-01T00:00:00Z]`;
    const rows = await found('company/companies', text('_info/lastUpdated'));
    expect(rows.length).toBeGreaterThan(0);
    expect(rows.length).toBeLessThan(130);
    expect(rows).toEqual(await found('company/companies', text('lastUpdated')));
  });
  it('CW-049 a name the record does not have: exact 400, without errors', async () => {
    const answer = await ask('service/tickets', 'conditions', 'member/id=1');
    expect([answer.status, answer.body]).toEqual([400, { code: 'ApiFindCondition', message: 'member/id is not a recognized name.' }]);
  });
  it('CW-050 an invoice has a date and no invoiceDate', async () => {
    expect(await ask('finance/invoices', 'conditions', 'invoiceDate > [2026-10-01T00:00:00Z]')).toMatchObject({
      status: 400,
      body: { code: 'ApiFindCondition' },
    });
    expect(await found('finance/invoices', 'date > [2026-10-01T00:00:00Z]')).toEqual([1, 2]);
  });
  it('CW-051 a value of the wrong kind is named', async () => {
    expect(await ask('service/tickets', 'conditions', 'closedFlag = 1')).toMatchObject({
      status: 400,
      body: { message: expect.stringContaining('Expected a boolean value, not a numeric.') },
    });
  });
  it('CW-052 arrays are reached by childConditions only', async () => {
    expect(await ask('company/contacts', 'conditions', 'types/name="X"')).toMatchObject({
      status: 400,
      body: { code: 'ApiFindCondition' },
    });
    expect(await found('company/contacts', 'types/id=4', 'childConditions')).toEqual([1]);
  });
  it('CW-053 two tests of childConditions speak about one item', async () => {
    const both = (kind: string) => `communicationItems/value like "john@x.com" AND communicationItems/communicationType="${kind}"`;
    expect(await found('company/contacts', both('Email'), 'childConditions')).toEqual([1]);
    expect(await found('company/contacts', both('Fax'), 'childConditions')).toEqual([]);
  });
  it('childConditions may speak about several arrays', async () => {
    const text = (type: number, join: string) => `types/id=${type} ${join} communicationItems/value like "john*"`;
    expect(await found('company/contacts', text(4, 'and'), 'childConditions')).toEqual([1]);
    expect(await found('company/contacts', text(3, 'and'), 'childConditions')).toEqual([]);
    expect(await found('company/contacts', text(3, 'or'), 'childConditions')).toEqual([1]);
    expect((await ask('company/contacts', 'childConditions', 'nonsense/id=1')).status).toBe(400);
  });
  it('CW-054 by the value of a custom field, or by its having one', async () => {
    const custom = (test: string) => found('company/companies', `caption="SF Id" AND value ${test}`, 'customFieldConditions');
    expect(await custom('="001xx000003DGb2AAG"')).toEqual([2]);
    expect(await custom('!= null')).toEqual([2]);
    expect(await custom('= null')).toHaveLength(129);
  });
  it('CW-056 what is due at midnight is not due before midnight', async () => {
    expect(await found('finance/invoices', 'balance > 0 and dueDate < [2026-11-22T00:00:00Z]')).toEqual([2]);
    expect(await found('finance/invoices', 'balance > 0 and dueDate <= [2026-11-22T00:00:00Z]')).toEqual([1, 2]);
  });
  it('CW-057 and binds closer than or; parentheses decide', async () => {
    expect(await found('company/companies', 'id = 1 or id = 2 and id = 3')).toEqual([1]);
    expect(await found('company/companies', '(id = 1 or id = 2) and id = 3')).toEqual([]);
  });
  it('CW-058 an escaped quote is a quote, and no way out of the string', async () => {
    const { cw, sandbox } = await startBench();
    sandbox.connectwise.records.create('company', { identifier: 'QUOTE', name: 'a"b' }, { actor: 'jdoe' });
    const rows = async (text: string) => idsOf(await cw('GET', `company/companies?conditions=${q(text)}`));
    expect(await rows(String.raw`name="a\"b"`)).toEqual([131]);
    expect(await rows(String.raw`name="x\" or id > 0 or name=\"y"`)).toEqual([]);
  });
  it.each(['name="x', 'name ~ "x"', 'name = ', 'id in ()', 'name contains', '(id = 1', 'lastUpdated > [yesterday]'])(
    'CW-059 %s cannot be read: 400 ApiFindCondition',
    async (text) => {
      expect(await ask('company/companies', 'conditions', text)).toMatchObject({ status: 400, body: { code: 'ApiFindCondition' } });
    },
  );
  it('CW-061 tickets by configuration, in the singular', async () => {
    expect(await found('service/tickets', 'configuration/id=5')).toEqual([]);
    expect((await ask('service/tickets', 'conditions', 'configurations/id=5')).status).toBe(400);
  });
  it('[today] is taken, and nothing is on either side of it', async () => {
    for (const sign of ['>=', '<']) expect(await found('company/companies', `lastUpdated ${sign} [today]`)).toEqual([]);
  });
  it('null tells set from unset, references included', async () => {
    expect(await found('company/contacts', 'lastName = null')).toEqual([2]);
    expect(await found('company/contacts', 'company != null and lastName != null')).toEqual([1]);
    expect(await found('company/companies', 'parentCompany/id != null')).toEqual([]);
  });
  it('a search takes its conditions from the body and refuses page there', async () => {
    const { cw } = shared();
    const search = (body: unknown) => cw('POST', 'service/tickets/search?fields=id', { body });
    expect((await search({ conditions: 'board/name="Service"', orderBy: 'id desc' })).body).toEqual([{ id: 7601 }]);
    expect((await search({ customfieldconditions: 'caption="SF Id" and value != null' })).body).toEqual([]);
    expect((await search({ page: 2 })).status).toBe(400);
  });
});

describe('throttling', () => {
  it('CW-120 more than the allowed requests a minute: exact 429 with Retry-After', async () => {
    const { cw, pass, sandbox } = await startBench();
    expect(sandbox.connectwise.throttle.perMinute).toBe(1000);
    sandbox.connectwise.throttle.perMinute = 2;
    await cw('GET', 'service/boards');
    await cw('GET', 'service/boards');
    const refused = await cw('GET', 'service/boards');
    expect([refused.status, refused.headers.get('retry-after'), refused.body]).toEqual([
      429,
      '30',
      { error: 'ConnectWiseAPI', message: 'Too many requests. Please try again in 30 seconds.' },
    ]);
    pass(61_000);
    expect((await cw('GET', 'service/boards')).status).toBe(200);
  });
});
