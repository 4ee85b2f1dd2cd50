import { describe, expect, it } from 'vitest';
import { startBench, type Answer } from '../testing.ts';

const linkOf = (answer: Answer) => answer.headers.get('link') ?? '';

describe('lists', () => {
  it('CW-026 a Link may name another host; its page number is still right', async () => {
    const { cw, sandbox } = await startBench();
    sandbox.quirks.linkHost = 'na.elsewhere.example';
    expect(linkOf(await cw('GET', 'company/companies?pageSize=50'))).toMatch(
      /^<https:\/\/na\.elsewhere\.example\/v4_6_release\/apis\/3\.0\/company\/companies\/\?pageSize=50&page=2>; rel="next"/,
    );
  });
  it('CW-029 forward-only ends without a link, or with one to an empty page, by switch', async () => {
    const { cw, sandbox } = await startBench();
    const headers = { 'pagination-type': 'forward-only' };
    expect(linkOf(await cw('GET', 'company/companies?pageSize=100&pageId=100', { headers }))).toBe('');
    sandbox.quirks.forwardOnlyLinkAlways = true;
    expect(linkOf(await cw('GET', 'company/companies?pageSize=100&pageId=100', { headers }))).toContain('pageId=130');
    const beyond = await cw('GET', 'company/companies?pageSize=100&pageId=130', { headers });
    expect([beyond.status, beyond.body, linkOf(beyond)]).toEqual([200, [], '']);
  });
  it('CW-030 forward-only stays in order of id whatever orderBy says, or refuses it by switch', async () => {
    const { cw, sandbox } = await startBench();
    const ask = () =>
      cw('GET', 'company/companies?pageSize=3&fields=id&orderBy=name%20desc', { headers: { 'pagination-type': 'forward-only' } });
    expect((await ask()).body).toEqual([{ id: 1 }, { id: 2 }, { id: 3 }]);
    sandbox.quirks.forwardOnlyRefusesOrderBy = true;
    expect((await ask()).status).toBe(400);
  });
  it('CW-034 an unknown name in fields is dropped, or refused by switch', async () => {
    const { cw, sandbox } = await startBench();
    expect((await cw('GET', 'company/companies?pageSize=1&fields=id,nonsense')).body).toEqual([{ id: 1 }]);
    sandbox.quirks.unknownFieldsRefused = true;
    expect((await cw('GET', 'company/companies?pageSize=1&fields=id,nonsense')).body).toEqual({
      code: 'ApiFindCondition',
      message: 'nonsense is not a recognized name.',
    });
    expect((await cw('GET', 'company/companies?pageSize=1&fields=id,status/name,customFields')).status).toBe(200);
  });
  it('CW-037 an unset reference is absent, {} or only _info', async () => {
    const { cw, sandbox } = await startBench();
    const company = async () => (await cw('GET', 'company/companies/1')).body;
    expect(await company()).not.toHaveProperty('parentCompany');
    sandbox.quirks.unsetReferences = 'empty';
    expect(await company()).toMatchObject({ parentCompany: {}, status: { id: 1 } });
    sandbox.quirks.unsetReferences = 'info';
    expect((await company()).parentCompany).toEqual({ _info: {} });
    // One record of the fixture is stored that way.
    sandbox.quirks.unsetReferences = 'absent';
    expect((await cw('GET', 'company/contacts/2')).body.companyLocation).toEqual({});
  });
  it('CW-038 an unset scalar is absent, an unset custom field is null', async () => {
    const { cw } = await startBench();
    const { body } = await cw('GET', 'company/companies/1');
    expect(body).not.toHaveProperty('website');
    expect(body.customFields).toMatchObject([
      { caption: 'SF Id', value: null },
      { caption: 'Sync Src', value: null },
    ]);
  });
});

describe('writes', () => {
  it('CW-084 the same POST twice makes two records; only a look-up by the key tells', async () => {
    const { cw } = await startBench();
    const body = { summary: 'Order', company: { id: 1 }, externalXRef: 'sf-opp:006xx' };
    const ids = [await cw('POST', 'service/tickets', { body }), await cw('POST', 'service/tickets', { body })].map(
      (answer) => answer.body.id,
    );
    expect(new Set(ids).size).toBe(2);
    expect((await cw('GET', `service/tickets?fields=id&conditions=${encodeURIComponent('externalXRef="sf-opp:006xx"')}`)).body).toEqual(
      ids.map((id) => ({ id })),
    );
  });
  it('CW-108 additions of an agreement carry product, billing, quantity, price and date', async () => {
    const { cw } = await startBench();
    expect((await cw('GET', 'finance/agreements/1/additions')).body).toMatchObject([
      {
        product: { id: 5, identifier: 'SEAT' },
        billCustomer: 'Billable',
        quantity: 10,
        unitPrice: 35,
        effectiveDate: '2026-01-01T00:00:00Z',
      },
    ]);
  });
  it('CW-113 a value outside the options of a list field is refused', async () => {
    const { cw } = await startBench();
    const field = await cw('POST', 'system/userDefinedFields', {
      body: {
        podId: 12,
        caption: 'Tier',
        sequenceNumber: 3,
        fieldTypeIdentifier: 'Text',
        entryTypeIdentifier: 'List',
        options: [{ optionValue: 'Gold' }, { optionValue: 'Silver' }],
      },
    });
    expect(field).toMatchObject({ status: 201, body: { options: [{ id: 1, optionValue: 'Gold' }, { id: 2 }] } });
    const set = (value: string) =>
      cw('PATCH', 'company/companies/1', { body: [{ op: 'replace', path: 'customFields', value: [{ id: field.body.id, value }] }] });
    expect(await set('Bronze')).toMatchObject({
      status: 400,
      body: { code: 'InvalidObject', errors: [{ code: 'InvalidField', message: 'Tier has an invalid value.', field: 'customFields' }] },
    });
    expect((await set('Gold')).body.customFields).toContainEqual(
      expect.objectContaining({ caption: 'Tier', entryMethod: 'List', value: 'Gold' }),
    );
  });
});

describe('disturbances', () => {
  it('CW-121 a throttled call says how long to wait, then passes', async () => {
    const { cw, sandbox } = await startBench();
    sandbox.faults.add({ vendor: 'connectwise', path: 'service/boards', times: 1, kind: 'status', status: 429, retryAfter: 7 });
    const refused = await cw('GET', 'service/boards');
    expect([refused.status, refused.headers.get('retry-after'), refused.body]).toEqual([
      429,
      '7',
      { error: 'ConnectWiseAPI', message: 'Too many requests. Please try again in 7 seconds.' },
    ]);
    expect((await cw('GET', 'service/boards')).status).toBe(200);
  });
  it('CW-122 503 twice, then 200, three requests in the log', async () => {
    const { cw, sandbox } = await startBench();
    sandbox.faults.add({ vendor: 'connectwise', method: 'GET', path: 'company/companies', times: 2, kind: 'status', status: 503 });
    for (const status of [503, 503, 200]) expect((await cw('GET', 'company/companies/1')).status).toBe(status);
    expect(sandbox.requests.map((request) => request.status)).toEqual([503, 503, 200]);
  });
  it.each([400, 401, 403, 404, 409])('CW-124 a final refusal can be ordered: %i', async (status) => {
    const { cw, sandbox } = await startBench();
    sandbox.faults.add({ vendor: 'connectwise', path: 'company/companies', times: 1, kind: 'status', status });
    expect((await cw('GET', 'company/companies/1')).status).toBe(status);
    expect(sandbox.requests).toHaveLength(1);
  });
});
