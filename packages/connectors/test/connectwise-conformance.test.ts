/**
 * What the vendor was seen to do, met by the connector: every switch of the sandbox in each of its positions, and what a
 * client owes the vendor when it refuses, throttles or loses an answer.
 */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { isWeftError, type HookRequest } from '@weft/connector-kit';
import { createTestBench, type TestBench } from '@weft/connector-kit/testing';
import { startSandbox, type Quirks, type Sandbox } from '@weft/sandbox';
import { beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import { openConnectWise } from '../src/connectwise/client.ts';
import { referenceId } from '../src/connectwise/references.ts';
import { connectors } from '../src/index.ts';

let sandbox: Sandbox;
let psa: TestBench;
let now = Date.parse('2026-11-23T10:00:00Z');

const KEYS = { companyId: 'acme', publicKey: 'pub', privateKey: 'priv', clientId: '00000000-0000-4000-8000-000000000001' };
const bench = (changed: Record<string, string> = {}): TestBench => {
  const connector = connectors.find(({ id }) => id === 'connectwise');
  if (connector === undefined) throw new Error('There is no connector connectwise');
  return createTestBench({ connector, values: { site: sandbox.url, ...KEYS, ...changed }, now: () => now });
};

beforeEach(async () => {
  now = Date.parse('2026-11-23T10:00:00Z');
  sandbox = await startSandbox({ port: 0, seed: 'fixture', clock: () => now, callbacks: { timeoutMs: 200 } });
  psa = bench();
  onTestFinished(() => sandbox.close());
});

/** Calls of the API proper: method and path below apis/3.0, with status. */
const calls = () =>
  sandbox.requests
    .filter(({ path }) => path.includes('/apis/3.0/'))
    .map(({ method, path, status }) => `${method} ${path.split('/apis/3.0/')[1]?.split('?')[0]} ${status}`);
const failure = (promise: Promise<unknown>): Promise<unknown> =>
  promise.then(
    () => undefined,
    (error: unknown) => error,
  );
const check = (changed: Record<string, string> = {}) => {
  const made = bench(changed);
  return made.connector.check?.(made.context());
};
const positions = <K extends keyof Quirks>(quirk: K, values: readonly Quirks[K][]) =>
  values.map((value) => [`${quirk} ${String(value)}`, () => void (sandbox.quirks[quirk] = value)] as const);
const record = async (path: string): Promise<Record<string, unknown>> =>
  (await openConnectWise(bench().context()).get(path)) as Record<string, unknown>;
const customValues = async (path: string): Promise<unknown[]> =>
  ((await record(path))['customFields'] as { value: unknown }[]).map(({ value }) => value);

describe('finding the tenant and coming in', () => {
  test.each(positions('companyinfo404', [false, true]))('CW-002 an unknown company is said to be one, with %s', async (_name, set) => {
    set();
    expect(await check({ companyId: 'nosuch' })).toMatchObject({
      ok: false,
      field: 'companyId',
      message: expect.stringContaining('nosuch') as string,
    });
  });

  test.each(positions('badAuth404', [false, true]))('CW-005 wrong keys: check company id and keys, with %s', async (_name, set) => {
    set();
    expect(await check({ privateKey: 'wrong' })).toMatchObject({
      ok: false,
      field: 'privateKey',
      message: expect.stringMatching(/company id "acme".*key/) as string,
    });
  });

  test('CW-009 the connection test makes a call that needs the keys', async () => {
    expect(await check()).toMatchObject({ ok: true });
    expect(calls()).toEqual(['GET system/members 200']);
  });

  test('CW-006 a clientId that is not taken is named', async () => {
    sandbox.faults.add({
      vendor: 'connectwise',
      path: '/apis/3.0/',
      times: 1,
      kind: 'status',
      status: 403,
      body: { code: 'Security', message: 'A clientId is needed.' },
    });
    expect(await check()).toMatchObject({ ok: false, field: 'clientId' });
  });

  test('CW-010 every call pins the version of the model', async () => {
    await psa.run('getRecord', { object: 'company', id: 1 });
    const calls = psa.exchanges().filter(({ url }) => url.includes('/apis/3.0/'));
    const accepted = calls.map(({ requestHeaders }) => requestHeaders['accept']);
    expect(accepted).toEqual(['application/vnd.connectwise.com+json; version=2025.1']);
  });

  test('CW-013 a tenant that moved is looked up once, and the call made again there', async () => {
    await psa.run('getRecord', { object: 'company', id: 1 });
    sandbox.connectwise.moveCodebase('v2025_2');
    sandbox.requests.length = 0;
    expect(await psa.run('getRecord', { object: 'company', id: 2 })).toMatchObject({ record: { identifier: 'COMP2' } });
    expect(sandbox.requests.map(({ path, status }) => [path, status])).toEqual([
      ['/v2025_1/apis/3.0/company/companies/2', 404],
      ['/login/companyinfo/acme', 200],
      ['/v2025_2/apis/3.0/company/companies/2', 200],
    ]);
  });

  test('CW-013 a second 404 is final', async () => {
    await psa.run('getRecord', { object: 'company', id: 1 });
    sandbox.connectwise.moveCodebase('v2025_2');
    sandbox.requests.length = 0;
    sandbox.faults.add({ vendor: 'connectwise', path: '/v2025_2/apis/', times: 9, kind: 'status', status: 404 });
    expect(await failure(psa.run('getRecord', { object: 'company', id: 2 }))).toMatchObject({ class: 'notFound' });
    expect(sandbox.requests).toHaveLength(3);
  });

  test('CW-014 a server that wants https is understood', async () => {
    sandbox.quirks.strictTls = true;
    expect(await check()).toMatchObject({ ok: false, field: 'site', message: expect.stringContaining('https') as string });
  });
});

describe('lists', () => {
  /** All companies by the id of the last one seen, as triggers and sweeps read them. */
  const scan = async (between: (page: number) => void = () => undefined): Promise<number[]> => {
    const cw = openConnectWise(psa.context());
    const ids: number[] = [];
    for (let page = 1, pageId: number | undefined; ; page += 1) {
      const { records, nextPageId } = await cw.forward('/company/companies', { orderBy: 'name desc' }, { pageSize: 50, pageId });
      ids.push(...records.map(({ id }) => id));
      between(page);
      if (nextPageId === undefined) return ids;
      pageId = nextPageId;
    }
  };
  const all = Array.from({ length: 130 }, (_, index) => index + 1);

  test('CW-026 a link to another host is not followed there', async () => {
    sandbox.quirks.linkHost = 'na.elsewhere.example';
    expect(await scan()).toEqual(all);
    const hosts = psa.exchanges().map(({ url }) => new URL(url).origin);
    expect([...new Set(hosts)]).toEqual([sandbox.url]);
  });

  test.each([...positions('forwardOnlyLinkAlways', [false, true]), ...positions('forwardOnlyRefusesOrderBy', [false, true])])(
    'CW-027 CW-029 CW-030 everything is read once, in order of id, with %s',
    async (_name, set) => {
      set();
      expect(await scan()).toEqual(all);
    },
  );

  test('CW-028 a row that goes between pages costs no other row', async () => {
    const ids = await scan((page) => (page === 1 ? sandbox.connectwise.store.remove('company', 7, 'jdoe') : undefined));
    expect(ids).toEqual(all);
  });

  test.each(positions('unknownFieldsRefused', [false, true]))(
    'CW-034 no call asks for a field there is not, with %s',
    async (_name, set) => {
      set();
      expect(await check()).toMatchObject({ ok: true });
      for (const object of ['company', 'contact', 'ticket', 'agreement', 'invoice', 'member', 'board'])
        expect(((await psa.run('findRecords', { object, limit: 2 })) as { records: unknown[] }).records.length).toBeGreaterThan(0);
      expect(((await psa.connector.fields?.(psa.context(), 'company')) ?? []).length).toBeGreaterThan(10);
    },
  );

  test.each(positions('unsetReferences', ['absent', 'empty', 'info']))('CW-037 an unset reference is none, with %s', async (_name, set) => {
    set();
    const { record: company } = (await psa.run('getRecord', { object: 'company', id: 2 })) as { record: Record<string, unknown> };
    expect([referenceId(company['parentCompany']), referenceId(company['status'])]).toEqual([undefined, 1]);
    expect(await psa.run('updateRecord', { object: 'company', id: 2, changes: { parentCompany: null } })).toMatchObject({ changed: false });
    expect(await psa.run('updateRecord', { object: 'company', id: 2, changes: { parentCompany: 1 } })).toMatchObject({
      changed: true,
      record: { parentCompany: { id: 1 } },
    });
    expect(await psa.run('updateRecord', { object: 'company', id: 2, changes: { parentCompany: null } })).toMatchObject({ changed: true });
    expect(referenceId((await record('/company/companies/2'))['parentCompany'])).toBeUndefined();
  });

  test.each(['a"b', "a'b", String.raw`a\b`, 'x" or id > 0 or name="y', "x' or id > 0 or name='y"])(
    'CW-058 a value %s is compared, never obeyed',
    async (name) => {
      sandbox.connectwise.records.create('company', { identifier: 'ODD', name }, { actor: 'jdoe' });
      const { records } = (await psa.run('findRecords', { object: 'company', match: { name } })) as { records: { id: number }[] };
      expect(records.map(({ id }) => id)).toEqual([131]);
    },
  );
});

describe('writes', () => {
  const ticket = { object: 'ticket', record: { summary: 'Onboarding', company: 1 } };
  const count = (condition: string) => openConnectWise(bench().context()).count('/service/tickets', { conditions: condition });

  test('CW-084 an order for one ticket per reference, given twice, makes one', async () => {
    const input = { externalXRef: 'sf-opp:006xx', summary: 'Onboarding', companyId: 1 };
    expect(await psa.run('createTicketOnce', input)).toMatchObject({ created: true });
    expect(await psa.run('createTicketOnce', input)).toMatchObject({ created: false });
    expect(await count('externalXRef="sf-opp:006xx"')).toBe(1);
  });

  test.each([
    ['createTicketOnce', { externalXRef: 'sf-opp:006yy', summary: 'Onboarding', companyId: 1 }],
    ['createRecord', ticket],
  ])('CW-123 an answer that was lost is looked up by %s, and no second record made', async (operation, input) => {
    sandbox.faults.add({ vendor: 'connectwise', method: 'POST', path: 'service/tickets', times: 1, kind: 'reset-after-apply' });
    const call = { idempotencyKey: 'run-1/ticket/' };
    expect(await failure(psa.run(operation, input, call))).toMatchObject({ class: 'transient' });
    expect(await psa.run(operation, input, { ...call, mayHaveHappened: true })).toMatchObject({ created: false, record: { id: 7603 } });
    expect(await count('summary="Onboarding"')).toBe(1);
  });

  test('CW-090 CW-091 a reference is sent whole; a path into one is never sent', async () => {
    await psa.run('updateRecord', { object: 'ticket', id: 7601, changes: { company: { identifier: 'COMP2' } } });
    expect(referenceId((await record('/service/tickets/7601'))['company'])).toBe(2);
    for (const path of ['company/identifier', 'company.identifier'])
      expect(await failure(psa.run('updateRecord', { object: 'ticket', id: 7601, changes: { [path]: 'ACME' } }))).toMatchObject({
        class: 'invalid',
      });
    const patches = psa.exchanges().filter(({ method }) => method === 'PATCH');
    const sent = patches.flatMap(({ requestBody }) => JSON.parse(requestBody ?? '[]') as { path: string }[]);
    expect(sent.map(({ path }) => path)).toEqual(['company', 'customFields']);
  });

  test.each(positions('customFieldsReplaceAll', [false, true]))(
    'CW-092 CW-093 one custom field leaves the others, with %s',
    async (_name, set) => {
      set();
      const change = (value: string | null) =>
        psa.run('updateRecord', { object: 'company', id: 2, changes: { customFields: { Sync_Src: value } } });
      await change('weft');
      expect(await customValues('/company/companies/2')).toEqual(['001xx000003DGb2AAG', 'weft']);
      await psa.run('updateRecord', { object: 'company', id: 2, changes: { phoneNumber: '1' } });
      expect(await customValues('/company/companies/2')).toEqual(['001xx000003DGb2AAG', 'weft']);
      await change(null);
      expect(await customValues('/company/companies/2')).toEqual(['001xx000003DGb2AAG', null]);
    },
  );

  test.each(positions('patchNeedsCustomFields', [false, true]))(
    'CW-094 CW-096 CW-102 companies and contacts are changed, with %s',
    async (_name, set) => {
      set();
      await psa.run('updateRecord', { object: 'company', id: 2, changes: { name: 'Renamed' } });
      await psa.run('updateRecord', { object: 'contact', id: 1, changes: { title: 'Owner', phone: '8135559999', email: 'new@x.com' } });
      expect(await record('/company/companies/2')).toMatchObject({ name: 'Renamed' });
      expect(await record('/company/contacts/1')).toMatchObject({
        title: 'Owner',
        communicationItems: [{ value: 'new@x.com' }, { value: '8135559999' }, { value: '8135550101' }],
      });
      expect(sandbox.requests.filter(({ method }) => method === 'PUT')).toEqual([]);
    },
  );

  test('CW-082 a status of another board is told in the vendor’s words, with its field', async () => {
    const error = await failure(psa.run('updateRecord', { object: 'ticket', id: 7601, changes: { status: 40 } }));
    expect(error).toMatchObject({
      class: 'invalid',
      message: expect.stringContaining('Service Status 40 not found for Service Board 1') as string,
      issues: [{ path: 'record.status.id' }],
    });
  });
});

describe('refusals and trouble', () => {
  const get = () => psa.run('getRecord', { object: 'company', id: 1 });
  const order = (status: number, more: Record<string, unknown> = {}) =>
    sandbox.faults.add({ vendor: 'connectwise', path: 'company/companies', times: 1, kind: 'status', status, ...more });

  test('CW-121 throttled: one request, and the time the vendor named', async () => {
    order(429, { retryAfter: 7 });
    expect(await failure(get())).toMatchObject({ class: 'throttled', retryAfterMs: 7000 });
    expect(calls()).toEqual(['GET company/companies/1 429']);
    expect(await get()).toMatchObject({ record: { id: 1 } });
    expect(calls()).toHaveLength(2);
  });

  test('CW-122 server trouble is transient, and each try one request', async () => {
    for (const _ of [1, 2]) order(503);
    for (const _ of [1, 2]) expect(await failure(get())).toMatchObject({ class: 'transient' });
    expect(await get()).toMatchObject({ record: { id: 1 } });
    expect(calls()).toEqual(['GET company/companies/1 503', 'GET company/companies/1 503', 'GET company/companies/1 200']);
  });

  test.each([
    [400, 'invalid'],
    [401, 'auth'],
    [403, 'auth'],
    [404, 'notFound'],
    [409, 'conflict'],
  ])('CW-124 a %i is final: one request, class %s', async (status, errorClass) => {
    order(status);
    const error = await failure(get());
    expect([isWeftError(error), calls()]).toEqual([true, [`GET company/companies/1 ${status}`]]);
    expect(error).toMatchObject({ class: errorClass });
  });
});

describe('callbacks', () => {
  const trigger = () => {
    const found = psa.connector.operations.find(({ id }) => id === 'callback');
    if (found?.kind !== 'trigger' || found.mode !== 'push') throw new Error('callback is not a push trigger');
    return found;
  };
  const input = { object: 'ticket' } as never;

  /** Registers at an address of its own; gives what arrives there. */
  const listen = async () => {
    const received: HookRequest[] = [];
    const server = createServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        const headers = Object.fromEntries(Object.entries(request.headers).map(([name, value]) => [name, String(value)]));
        received.push({ method: 'POST', path: request.url ?? '/', query: {}, headers, rawBody: new Uint8Array(Buffer.concat(chunks)) });
        response.writeHead(200).end();
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => void server.close());
    await trigger().activate(psa.context(), input, `http://127.0.0.1:${(server.address() as AddressInfo).port}/hooks/abc`, undefined);
    return received;
  };
  const personWrites = async (summary: string) => {
    sandbox.connectwise.records.patch('ticket', 7601, {
      operations: [{ op: 'replace', path: 'summary', value: summary }],
      context: { actor: 'jdoe' },
    });
    await sandbox.connectwise.callbacks.idle();
  };
  const receive = (request: HookRequest | undefined) => {
    if (request === undefined) throw new Error('Nothing was delivered');
    return trigger().receive(psa.context(), input, request);
  };

  test.each(positions('callbackKeyNeedsAuth', [false, true]))('CW-139 a genuine callback is taken, with %s', async (_name, set) => {
    set();
    const received = await listen();
    await personWrites('changed');
    expect(await receive(received[0])).toMatchObject([
      { payload: { event: 'updated', id: 7601, memberId: 'jdoe', record: { summary: 'changed' } } },
    ]);
  });

  test.each(positions('callbackTamper', ['byte', 'spacing']))(
    'CW-140 a callback whose bytes were changed is refused, with %s',
    async (_name, set) => {
      set();
      const received = await listen();
      await personWrites('changed');
      expect(await failure(receive(received[0]))).toMatchObject({ class: 'auth', code: 'signature_wrong' });
    },
  );

  test.each(['https://evil.example/key', 'http://169.254.169.254/latest', 'http://127.0.0.1:1/key'])(
    'CW-141 a key address of %s is asked for nothing',
    async (address) => {
      const received = await listen();
      sandbox.quirks.callbackKeyUrl = address;
      await personWrites('changed');
      const before = psa.exchanges().length;
      expect(await failure(receive(received[0]))).toMatchObject({ class: 'auth', code: 'key_url_foreign' });
      expect(psa.exchanges()).toHaveLength(before);
    },
  );

  test('CW-148 a message that comes twice is one event', async () => {
    sandbox.quirks.callbackTwice = true;
    const received = await listen();
    await personWrites('changed');
    expect(received).toHaveLength(2);
    const keys = (await Promise.all(received.map(receive))).flat().map(({ dedupKey }) => dedupKey);
    expect([keys.length, new Set(keys).size]).toEqual([2, 1]);
  });

  test.each(positions('callbackBeforeAnswer', [false, true]))(
    'CW-145 CW-149 our own writes are not told to us, with %s',
    async (_name, set) => {
      set();
      const received = await listen();
      await psa.run('createTicketOnce', { externalXRef: 'sf-opp:1', summary: 'Ours', companyId: 1 });
      await sandbox.connectwise.callbacks.idle();
      expect(received).toEqual([]);
      await personWrites('theirs');
      expect(received).toHaveLength(1);
    },
  );
});
