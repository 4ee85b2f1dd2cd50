import { needsReconnect } from '@weft/connector-kit';
import { createTestBench, leakedSecrets, startStub, type Stub } from '@weft/connector-kit/testing';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { allowedOrigins } from './auth.ts';
import { http } from './index.ts';

let api: Stub;
let login: Stub;
/** What the login service answers; counts its tokens. */
let tokens: { given: number; expiresIn: number | string | undefined; refuse: { status: number; body: unknown } | undefined };
/** Tokens the API takes. */
let good: Set<string>;

beforeAll(async () => {
  login = await startStub(({ path, headers, body }) => {
    if (path === '/moved') return { status: 302, headers: { location: `${api.url}/orders` } };
    if (path === '/') return { body: { hello: 'anybody' } };
    if (path === '/page') return { status: 200, headers: { 'content-type': 'text/html' }, body: '<html>Sign in</html>' };
    if (tokens.refuse) return tokens.refuse;
    const form = new URLSearchParams(String(body));
    const isKnown =
      headers['authorization'] === `Basic ${Buffer.from('client%3A1:s%20cret!').toString('base64')}` ||
      (form.get('client_id') === 'client:1' && form.get('client_secret') === 's cret!');
    if (!isKnown) return { status: 401, body: { error: 'invalid_client' } };
    tokens.given += 1;
    const token = `token-number-${tokens.given}`;
    good.add(token);
    return { body: { access_token: token, token_type: 'Bearer', expires_in: tokens.expiresIn } };
  });
  api = await startStub(({ path, headers, query }) => {
    if (path === '/echo') return { body: { authorization: headers['authorization'] ?? null, query: [...query] } };
    if (path === '/away') return { status: 302, headers: { location: `${login.url}/seen` } };
    return good.has((headers['authorization'] ?? '').replace('Bearer ', ''))
      ? { body: { ok: true } }
      : { status: 401, body: { error: 'expired' } };
  });
});
afterAll(async () => {
  await Promise.all([api.close(), login.close()]);
});
beforeEach(() => {
  tokens = { given: 0, expiresIn: 3600, refuse: undefined };
  good = new Set();
});

const client = (more: Record<string, string> = {}): Record<string, string> => ({
  site: api.url,
  tokenUrl: `${login.url}/token`,
  clientId: 'client:1',
  clientSecret: 's cret!',
  ...more,
});
const lastToken = () => login.requests.at(-1);

describe('a key in the query', () => {
  test('goes with every call, takes the place of one in the address, and is masked however it is spelled', async () => {
    const values = { site: api.url, queryName: 'api_key', queryValue: "k3y!'()~ &ü" };
    const bench = createTestBench({ connector: http, values });
    const given = await bench.run('get', { url: `${api.url}/echo?a=1&api_key=old`, query: { b: [1, 2] } });
    expect(given).toMatchObject({
      body: {
        authorization: null,
        query: [
          ['a', '1'],
          ['api_key', "k3y!'()~ &ü"],
          ['b', '1'],
          ['b', '2'],
        ],
      },
    });
    const recorded = bench.exchanges();
    expect(recorded[0]?.url).toContain('api_key=••••');
    expect(leakedSecrets(http, values, recorded)).toEqual([]);
    expect(JSON.stringify(recorded)).not.toMatch(/k3y/);
  });
});

describe('client credentials', () => {
  test('one token serves calls at the same time and later ones; the secret goes in the header, scope and audience in the body', async () => {
    const values = client({ scope: 'orders.read orders.write', audience: 'https://api' });
    const bench = createTestBench({ connector: http, values });
    const answers = await Promise.all([1, 2, 3].map(() => bench.run('get', { url: `${api.url}/orders` })));
    await bench.run('request', { url: `${api.url}/orders`, body: { n: 1 } });
    expect(answers).toEqual(Array.from({ length: 3 }, () => expect.objectContaining({ status: 200 })));
    expect(tokens.given).toBe(1);
    expect(lastToken()?.headers['content-type']).toBe('application/x-www-form-urlencoded');
    expect(Object.fromEntries(new URLSearchParams(String(lastToken()?.body)))).toEqual({
      grant_type: 'client_credentials',
      scope: 'orders.read orders.write',
      audience: 'https://api',
    });
    const recorded = JSON.stringify(bench.exchanges());
    expect(leakedSecrets(http, values, bench.exchanges())).toEqual([]);
    expect(recorded).toContain('/token');
    expect(recorded).not.toContain('token-number-1');
  });

  test('the secret goes in the body when that is wanted', async () => {
    const bench = createTestBench({ connector: http, values: client({ sendSecret: 'body' }) });
    await bench.run('get', { url: `${api.url}/orders` });
    expect(lastToken()?.headers['authorization']).toBeUndefined();
    expect(Object.fromEntries(new URLSearchParams(String(lastToken()?.body)))).toEqual({
      grant_type: 'client_credentials',
      client_id: 'client:1',
      client_secret: 's cret!',
    });
    expect(leakedSecrets(http, client(), bench.exchanges())).toEqual([]);
  });

  test('a token that has run out is renewed before it is refused', async () => {
    let now = 1_000_000;
    tokens.expiresIn = '60';
    const bench = createTestBench({ connector: http, values: client(), now: () => now });
    const call = () => bench.run('get', { url: `${api.url}/orders` });
    await call();
    now += 20_000;
    await call();
    expect(tokens.given).toBe(1);
    now += 15_000;
    await call();
    expect(tokens.given).toBe(2);
  });

  test('a token that is refused is renewed once, by one of the calls that notice, and a POST is sent again', async () => {
    tokens.expiresIn = undefined;
    const bench = createTestBench({ connector: http, values: client() });
    await bench.run('get', { url: `${api.url}/orders` });
    good.clear();
    await Promise.all([1, 2].map((n) => bench.run('request', { url: `${api.url}/orders`, bodyKind: 'json', body: { n } })));
    expect(tokens.given).toBe(2);
    expect(JSON.stringify(bench.exchanges())).not.toMatch(/token-number/);
  });

  test('when a new token is refused too, the account is told to be wrong, and nobody goes on renewing', async () => {
    const values = client();
    const bench = createTestBench({ connector: http, values });
    await bench.run('get', { url: `${api.url}/orders` });
    good = new Set();
    good.add = () => good;
    await expect(bench.run('get', { url: `${api.url}/orders` })).rejects.toMatchObject({
      class: 'auth',
      code: 'token_refused',
      detail: { reconnect: true },
      message: `${new URL(api.url).host} answered 401 for GET /orders: expired. It refuses a new access token as well: check scope and audience of the connection, and what the client may do there.`,
    });
    expect(tokens.given).toBe(2);
    expect(await bench.run('get', { url: `${api.url}/orders`, acceptErrors: true })).toMatchObject({ status: 401 });
  });

  test.each([
    [
      { status: 401, body: { error: 'invalid_client', error_description: 'No such client' } },
      'clientSecret',
      'invalid_client: No such client. Check',
      true,
    ],
    [{ status: 400, body: { error: 'invalid_scope' } }, 'scope', 'invalid_scope. Check the scope.', true],
    [{ status: 401, body: 'no' }, 'clientSecret', 'it answered 401. Check the client ID', true],
    [{ status: 403, body: 'no' }, 'clientSecret', 'it answered 403. Check the client ID', false],
    [{ status: 400, body: { error: 'constructor' } }, 'tokenUrl', 'gives no access token: constructor.', false],
    [{ status: 404, body: 'Not found' }, 'tokenUrl', '/token answered 404 without an access token. Check the token URL.', false],
    [{ status: 200, body: { token: 'x' } }, 'tokenUrl', '/token answered 200 without an access token. Check the token URL.', false],
  ])('a refusal of the token service is told with the field that is wrong: %j', async (refuse, field, words, isRefused) => {
    tokens.refuse = refuse;
    const bench = createTestBench({ connector: http, values: client() });
    await expect(bench.run('get', { url: `${api.url}/orders` })).rejects.toMatchObject({
      class: 'auth',
      code: 'no_access_token',
      message: expect.stringContaining(words),
      detail: { field, ...(isRefused ? { reconnect: true } : {}) },
    });
    expect(await http.check?.(bench.context())).toEqual({
      ok: false,
      field,
      message: expect.stringContaining(words) as unknown,
      // Refused or not known: only the former blocks the account.
      ...(isRefused ? { reconnect: true } : { unproven: true }),
    });
  });

  test('a token service that is busy or broken is tried again later', async () => {
    const bench = createTestBench({ connector: http, values: client() });
    tokens.refuse = { status: 503, body: 'down' };
    await expect(bench.run('get', { url: `${api.url}/orders` })).rejects.toMatchObject({ class: 'transient', outcomeUnknown: false });
    tokens.refuse = { status: 429, body: 'slow down' };
    await expect(bench.run('request', { url: `${api.url}/orders`, body: { n: 1 } })).rejects.toMatchObject({ class: 'throttled' });
  });

  test('a web page or a redirect in place of the token service is told, and the secret does not follow', async () => {
    const page = createTestBench({ connector: http, values: client({ tokenUrl: `${login.url}/page` }) });
    await expect(page.run('get', { url: `${api.url}/orders` })).rejects.toMatchObject({ class: 'auth', detail: { field: 'tokenUrl' } });
    const before = api.requests.length;
    const moved = createTestBench({ connector: http, values: client({ tokenUrl: `${login.url}/moved`, sendSecret: 'body' }) });
    await expect(moved.run('get', { url: `${api.url}/orders` })).rejects.toMatchObject({ class: 'auth', detail: { field: 'tokenUrl' } });
    expect(api.requests.length).toBe(before);
  });

  test('the token stays with the site: neither the token service nor a redirect gets it', async () => {
    const bench = createTestBench({ connector: http, values: client() });
    await expect(bench.run('get', { url: `${login.url}/anything` })).rejects.toMatchObject({ code: 'origin_not_allowed' });
    await expect(bench.run('get', { url: 'https://example.com/' })).rejects.toMatchObject({
      class: 'invalid',
      code: 'origin_not_allowed',
      message: `The account of this step is for ${api.url} only; its credentials are not sent to https://example.com.`,
    });
    const away: unknown = await bench.run('get', { url: `${api.url}/away` }).catch((thrown: unknown) => thrown);
    expect(away).toMatchObject({ class: 'auth', message: expect.stringContaining('A redirect led there') });
    // What another site says of a call without credentials is nothing about the account.
    expect(needsReconnect(away)).toBe(false);
    await bench.run('get', { url: `${api.url}/away`, acceptErrors: true });
    expect(lastToken()).toMatchObject({ path: '/seen' });
    expect(lastToken()?.headers['authorization']).toBeUndefined();
  });

  test('site and token service are the origins it may call; a wrong token URL is told as such', async () => {
    expect(allowedOrigins({ site: 'api.example.com', tokenUrl: 'https://login.example.com/oauth/token' })).toEqual([
      'https://api.example.com',
      'https://login.example.com',
    ]);
    expect(allowedOrigins({ site: 'https://one.example.com/v1', tokenUrl: 'https://one.example.com/token' })).toEqual([
      'https://one.example.com',
    ]);
    expect(allowedOrigins({ site: 'api.example.com', token: 't' })).toEqual(['https://api.example.com']);
    const bench = createTestBench({ connector: http, values: client({ tokenUrl: 'login' }) });
    expect(await http.check?.(bench.context())).toMatchObject({
      ok: false,
      field: 'tokenUrl',
      message: expect.stringContaining('"login" is not'),
    });
  });

  test('a connection test proves credentials where the site answers with them and not without', async () => {
    const test = async (more: Record<string, string>, afresh: boolean): Promise<unknown> =>
      http.check?.(createTestBench({ connector: http, values: client(more) }).context(), { afresh });
    expect(await test({}, true)).toEqual({
      ok: true,
      account: new URL(api.url).host,
      detail: 'Answered 200, and refuses who has no credentials.',
    });
    // A look in passing asks once only, and says no more than it knows.
    const before = api.requests.length;
    expect(await test({}, false)).toMatchObject({ ok: true, unproven: true });
    expect(api.requests.length).toBe(before + 1);
    // The site of the login service shows itself to anybody.
    expect(await test({ site: `${login.url}/`, tokenUrl: `${login.url}/token` }, true)).toMatchObject({
      ok: true,
      unproven: true,
      detail: expect.stringContaining('shows with the first real call'),
    });
    expect(await http.check?.(createTestBench({ connector: http, values: { site: api.url, token: 'wrong' } }).context())).toEqual({
      ok: false,
      message: `${api.url} refuses these credentials (401).`,
      unproven: true,
    });
  });

  test('a connection test obtains a token', async () => {
    const bench = createTestBench({ connector: http, values: client() });
    expect(await http.check?.(bench.context())).toMatchObject({ ok: true, account: new URL(api.url).host });
    expect(tokens.given).toBe(1);
    // Asked afresh, a token from before proves nothing.
    expect(await http.check?.(bench.context())).toMatchObject({ ok: true });
    expect(tokens.given).toBe(1);
    tokens.refuse = { status: 401, body: { error: 'invalid_client' } };
    expect(await http.check?.(bench.context(), { afresh: true })).toMatchObject({ ok: false, field: 'clientSecret' });
  });
});
