/** The traps of jsforce, each against a server of this machine that behaves as the vendor documents. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { CallContext, ConnectionHandle, ConnectionValues, SharedStateRequest } from '@weft/connector-kit';
import { createTestBench, leakedSecrets, type TestBench } from '@weft/connector-kit/testing';
import { afterEach, describe, expect, test } from 'vitest';
import { openSalesforce } from './client.ts';
import { salesforce } from './index.ts';

interface Org {
  readonly bench: TestBench;
  readonly values: Record<string, string>;
  readonly calls: string[];
  tokens: number;
}

let server: Server | undefined;
afterEach(() => {
  server?.closeAllConnections();
  server?.close();
});

const ACCOUNT_FIELDS = ['Id', 'Name', 'Ext__c'].map((name) => ({ name, label: name, type: name === 'Id' ? 'id' : 'string' }));

/** An org whose tokens are `t1`, `t2`, …; `answer` decides about everything behind the login. */
async function org(
  answer: (request: IncomingMessage, response: ServerResponse, token: string) => void,
  extra: Record<string, string> = {},
): Promise<Org> {
  const state = { calls: [] as string[], tokens: 0 };
  let origin = '';
  server = createServer((request, response) => {
    const json = (status: number, body: unknown) =>
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
    if (request.url === '/services/oauth2/token') {
      state.tokens += 1;
      return json(200, {
        access_token: `t${state.tokens}`.padEnd(12, 'x'),
        instance_url: origin,
        id: 'https://h/id/00D/005',
        ...(extra['refreshToken'] === undefined ? {} : { refresh_token: `rotated-${state.tokens}` }),
      });
    }
    if (request.url === '/services/data/') return json(200, [{ version: '66.0' }]);
    if (request.url?.endsWith('/describe') === true) return json(200, { fields: ACCOUNT_FIELDS });
    state.calls.push(`${request.method} ${request.url}`);
    return answer(request, response, (request.headers.authorization ?? '').slice(7, 9));
  });
  await new Promise<void>((resolve) => server?.listen(0, '127.0.0.1', resolve));
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const values = { loginUrl: origin, instanceUrl: origin, clientId: 'key-of-app', clientSecret: 'secret-of-app', ...extra };
  return Object.assign(state, { bench: createTestBench({ connector: salesforce, values }), values });
}

const json = (response: ServerResponse, status: number, body: unknown, headers: Record<string, string> = {}) =>
  response.writeHead(status, { 'content-type': 'application/json;charset=UTF-8', ...headers }).end(JSON.stringify(body));
const expired = (response: ServerResponse) =>
  json(response, 401, [{ message: 'Session expired or invalid', errorCode: 'INVALID_SESSION_ID' }]);
const rows = { totalSize: 1, done: true, records: [{ attributes: { type: 'Account' }, Id: '001xx000003DGb2AAG' }] };

/** Hears which values a connection's vendor replaces. */
function replacedOf(context: CallContext): ConnectionValues[] {
  const heard: ConnectionValues[] = [];
  const connection = context.connection as ConnectionHandle;
  const { shared } = connection;
  Object.assign(connection, {
    shared: <State>(want: SharedStateRequest<State>) =>
      shared<State>({
        ...want,
        make: async (values) => {
          const made = await want.make(values);
          if (made.replaced) heard.push(made.replaced);
          return made;
        },
      }),
  });
  return heard;
}

describe('the session', () => {
  test('SF-014 three calls with one expired token renew it once, and all succeed', async () => {
    let isExpired = false;
    const acme = await org((_request, response, token) => (isExpired && token === 't1' ? expired(response) : json(response, 200, rows)));
    await acme.bench.run('query', { soql: 'SELECT Id FROM Account' });
    isExpired = true;
    const results = await Promise.all([1, 2, 3].map(() => acme.bench.run('query', { soql: 'SELECT Id FROM Account' })));
    expect(results).toHaveLength(3);
    expect(acme.tokens).toBe(2);
  });

  test('SF-015 an org that refuses a brand-new token is asked no further', async () => {
    const acme = await org((_request, response) => expired(response));
    await expect(acme.bench.run('query', { soql: 'SELECT Id FROM Account' })).rejects.toMatchObject({
      class: 'auth',
      code: 'session_refused',
    });
    expect(acme.calls).toHaveLength(1);
    expect(acme.tokens).toBe(1);
  });

  test('a rotated refresh token is used the next time and handed out to be stored', async () => {
    let isExpired = false;
    const acme = await org((_request, response, token) => (isExpired && token === 't1' ? expired(response) : json(response, 200, rows)), {
      refreshToken: 'first-refresh-token',
    });
    const saved = replacedOf(acme.bench.context());
    await acme.bench.run('query', { soql: 'SELECT Id FROM Account' });
    isExpired = true;
    await acme.bench.run('query', { soql: 'SELECT Id FROM Account' });
    expect(saved).toEqual([{ refreshToken: 'rotated-1' }, { refreshToken: 'rotated-2' }]);
    expect(JSON.stringify(acme.bench.exchanges())).not.toMatch(/rotated-|first-refresh|secret-of-app|t[12]xxx/);
  });
});

describe('what jsforce would do by itself', () => {
  test('SF-113 a 503 is not repeated', async () => {
    const acme = await org((_request, response) =>
      json(response, 503, [{ message: 'busy', errorCode: 'SERVER_UNAVAILABLE' }], { 'retry-after': '7' }),
    );
    await expect(acme.bench.run('query', { soql: 'SELECT Id FROM Account' })).rejects.toMatchObject({
      class: 'transient',
      retryAfterMs: 7000,
    });
    expect(acme.calls).toHaveLength(1);
  });

  test('SF-056 an external id goes into the path encoded, and not into the body', async () => {
    const bodies: string[] = [];
    const acme = await org((request, response) => {
      let body = '';
      request.on('data', (chunk: Buffer) => (body += chunk.toString()));
      request.on('end', () => {
        bodies.push(body);
        json(response, 201, { id: '001xx000003DGb2AAG', success: true, errors: [], created: true });
      });
    });
    expect(
      await acme.bench.run('upsertRecord', {
        object: 'Account',
        externalIdField: 'Ext__c',
        externalId: 'a b/c?d',
        record: { Ext__c: 'x', Id: '1', Name: 'Acme' },
        skipUnchanged: false,
      }),
    ).toEqual({ id: '001xx000003DGb2AAG', created: true, changed: true });
    expect(acme.calls).toEqual(['PATCH /services/data/v66.0/sobjects/Account/Ext__c/a%20b%2Fc%3Fd']);
    expect(JSON.parse(bodies[0] ?? '')).toEqual({ Name: 'Acme' });
  });

  test('a create whose answer is lost is an unknown outcome, an update is not', async () => {
    const acme = await org((request) => request.socket.destroy());
    await expect(acme.bench.run('createRecord', { object: 'Account', record: { Name: 'A' } })).rejects.toMatchObject({
      class: 'transient',
      outcomeUnknown: true,
    });
    await expect(
      acme.bench.run('updateRecord', {
        object: 'Account',
        id: '001xx000003DGb2AAG',
        record: { Name: 'A' },
        skipUnchanged: false,
      }),
    ).rejects.toMatchObject({ class: 'transient', outcomeUnknown: false });
    expect(acme.calls).toHaveLength(2);
  });

  test('SF-115 calls carry our name and a stop reaches them', async () => {
    const names: unknown[] = [];
    const acme = await org((request) => void names.push(request.headers['sforce-call-options']));
    const stop = new AbortController();
    const client = await openSalesforce(acme.bench.context({ signal: stop.signal }));
    const outcome = client.run((connection) => connection.query('SELECT Id FROM Account')).catch((error: unknown) => error);
    await expect.poll(() => names).toEqual(['client=weft']);
    stop.abort();
    expect(await outcome).toMatchObject({ class: 'cancelled' });
  });

  test('an update that changes nothing is not sent', async () => {
    const acme = await org((_request, response) => json(response, 500, {}));
    expect(await acme.bench.run('updateRecord', { object: 'Account', id: '001xx000003DGb2AAG', record: { Id: 'x' } })).toEqual({
      id: '001xx000003DGb2AAG',
      changed: false,
    });
    expect(acme.calls).toEqual([]);
    expect(leakedSecrets(salesforce, acme.values, acme.bench.exchanges())).toEqual([]);
  });
});
