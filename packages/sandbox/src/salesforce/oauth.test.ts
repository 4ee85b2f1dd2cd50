import { createHash, generateKeyPairSync, sign } from 'node:crypto';
import { request } from 'node:http';
import { describe, expect, it } from 'vitest';
import { START, startBench, type Bench } from '../testing.ts';

const form = { 'content-type': 'application/x-www-form-urlencoded' };
const token = (bench: Bench, fields: Record<string, string>) =>
  bench.raw('POST', '/services/oauth2/token', {
    body: new URLSearchParams({ client_id: 'weft-demo-client', ...fields }).toString(),
    headers: form,
  });

async function authorize(bench: Bench, challenge: string): Promise<string> {
  const query = new URLSearchParams({
    response_type: 'code',
    client_id: 'weft-demo-client',
    redirect_uri: 'https://app.example/cb',
    state: 's1',
    code_challenge: challenge,
  });
  const page = await bench.raw('GET', `/services/oauth2/authorize?${query}`);
  expect(page.body).toContain('Allow access?');
  const reply = await bench.raw('GET', `/services/oauth2/authorize?${query}&decision=allow`);
  const location = new URL(reply.headers.get('location') ?? '');
  expect(location.searchParams.get('state')).toBe('s1');
  return location.searchParams.get('code') ?? '';
}

describe('tokens', () => {
  it('SF-001 versions without a token, ascending', async () => {
    const { raw } = await startBench();
    const { status, body } = await raw('GET', '/services/data/');
    expect(status).toBe(200);
    expect(body.find((item: { version: string }) => item.version === '66.0')).toEqual({
      label: "Spring '26",
      url: '/services/data/v66.0',
      version: '66.0',
    });
    const versions = body.map((item: { version: string }) => Number(item.version));
    expect(versions).toEqual(versions.toSorted((a: number, b: number) => a - b));
    expect(versions.at(-1)).toBeGreaterThanOrEqual(66);
    for (const item of body) expect(Object.keys(item)).toEqual(['label', 'url', 'version']);
  });
  const verifier = 'v'.repeat(60);
  const challenge = createHash('sha256').update(verifier).digest('base64url');
  const redeem = (bench: Bench, code: string, code_verifier: string) =>
    token(bench, { grant_type: 'authorization_code', code, redirect_uri: 'https://app.example/cb', code_verifier });
  it('SF-002 a code with its verifier gives tokens', async () => {
    const bench = await startBench();
    const { status, body } = await redeem(bench, await authorize(bench, challenge), verifier);
    expect(status).toBe(200);
    expect(body).toMatchObject({
      access_token: expect.any(String),
      refresh_token: expect.any(String),
      instance_url: bench.sandbox.url,
      id: expect.any(String),
      token_type: 'Bearer',
      issued_at: expect.stringMatching(/^\d{13}$/),
      signature: expect.any(String),
      scope: expect.any(String),
    });
  });
  it('SF-003 a wrong verifier and a code used twice: invalid_grant', async () => {
    const bench = await startBench();
    const refusal = { status: 400, body: { error: 'invalid_grant', error_description: expect.any(String) } };
    expect(await redeem(bench, await authorize(bench, challenge), 'wrong')).toMatchObject(refusal);
    const code = await authorize(bench, challenge);
    expect((await redeem(bench, code, verifier)).status).toBe(200);
    expect(await redeem(bench, code, verifier)).toMatchObject(refusal);
    expect(
      await token(bench, {
        grant_type: 'authorization_code',
        code: await authorize(bench, challenge),
        redirect_uri: 'https://app.example/cb',
      }),
    ).toMatchObject(refusal);
  });
  it('SF-004 the id names organisation and user', async () => {
    const bench = await startBench();
    const { body } = await redeem(bench, await authorize(bench, challenge), verifier);
    expect(body.id).toMatch(/^http:\/\/[^/]+\/id\/00D\w{15}\/005\w{15}$/);
    const identity = await bench.raw('GET', new URL(body.id).pathname, { headers: { authorization: `Bearer ${body.access_token}` } });
    expect(identity.body).toMatchObject({ organization_id: body.id.split('/').at(-2), user_id: body.id.split('/').at(-1) });
  });
  it('SF-006 a revoked refresh token', async () => {
    const bench = await startBench();
    const refresh = bench.sandbox.salesforce.sessions.openRefresh({
      userId: bench.sandbox.salesforce.account.integrationUserId,
      clientId: 'weft-demo-client',
      scope: 'api',
    });
    expect((await token(bench, { grant_type: 'refresh_token', refresh_token: refresh })).status).toBe(200);
    await bench.raw('POST', '/services/oauth2/revoke', { body: `token=${refresh}`, headers: form });
    expect(await token(bench, { grant_type: 'refresh_token', refresh_token: refresh })).toMatchObject({
      status: 400,
      body: { error: 'invalid_grant', error_description: 'expired access/refresh token' },
    });
  });
  const credentials = { grant_type: 'client_credentials', client_secret: 'weft-demo-secret' };
  it('SF-008 client credentials give a token that works, and no refresh token', async () => {
    const bench = await startBench();
    const { status, body } = await token(bench, credentials);
    expect([status, 'refresh_token' in body]).toEqual([200, false]);
    const headers = { authorization: `Bearer ${body.access_token}` };
    expect((await bench.raw('GET', '/services/data/v66.0/limits', { headers })).status).toBe(200);
    expect((await token(bench, { ...credentials, client_secret: 'wrong' })).body).toMatchObject({ error: 'invalid_client' });
  });
  it('SF-010 client credentials without a run-as user: invalid_grant', async () => {
    const bench = await startBench();
    bench.sandbox.quirks.noRunAsUser = true;
    const { status, body } = await token(bench, credentials);
    expect([status, body]).toEqual([400, { error: 'invalid_grant', error_description: 'no client credentials user enabled' }]);
  });
  it('SF-012 a user name and a password are no grant any more', async () => {
    const bench = await startBench();
    expect(await token(bench, { grant_type: 'password', username: 'a', password: 'b' })).toMatchObject({
      status: 400,
      body: { error: 'unsupported_grant_type' },
    });
  });
  it('SF-017 an unknown version: exact 404', async () => {
    const { sf } = await startBench();
    const answer = await sf('GET', '../v99.0/sobjects');
    expect([answer.status, answer.body]).toEqual([404, [{ errorCode: 'NOT_FOUND', message: 'The requested resource does not exist' }]]);
  });
  it('an expired session: exact 401', async () => {
    const { sf, sandbox } = await startBench();
    sandbox.salesforce.sessions.expireAll();
    const answer = await sf('GET', 'limits');
    expect([answer.status, answer.body]).toEqual([401, [{ message: 'Session expired or invalid', errorCode: 'INVALID_SESSION_ID' }]]);
  });
  it('SF-110 every reply tells the use of the day, refusals too', async () => {
    const { sf } = await startBench();
    const usage = async (path: string) => (await sf('GET', path)).headers.get('sforce-limit-info');
    expect([await usage('limits'), await usage('sobjects'), await usage('nonsense')]).toEqual([
      'api-usage=1/15000',
      'api-usage=2/15000',
      'api-usage=3/15000',
    ]);
  });
  it('SF-111 when the day’s calls are used up: exact 403', async () => {
    const { sf, pass } = await startBench({ limits: { salesforcePerDay: 1 } });
    expect((await sf('GET', 'sobjects')).status).toBe(200);
    const answer = await sf('GET', 'sobjects');
    expect([answer.status, answer.body]).toEqual([
      403,
      [{ message: 'TotalRequests Limit exceeded.', errorCode: 'REQUEST_LIMIT_EXCEEDED' }],
    ]);
    pass(86_400_000);
    expect((await sf('GET', 'sobjects')).status).toBe(200);
  });
  it('SF-112 limits, each with Max and Remaining', async () => {
    const { sf } = await startBench();
    const { body } = await sf('GET', 'limits');
    for (const name of ['DailyApiRequests', 'DataStorageMB', 'FileStorageMB'])
      expect(body[name]).toEqual({ Max: expect.any(Number), Remaining: expect.any(Number) });
    expect(body.DailyApiRequests).toEqual({ Max: 15_000, Remaining: 14_999 });
  });
  it('SF-009 client credentials at the login host: refused', async () => {
    const { sandbox } = await startBench();
    const body = new URLSearchParams({
      grant_type: 'client_credentials',
      client_id: 'weft-demo-client',
      client_secret: 'weft-demo-secret',
    });
    const reply = await sendTo(sandbox.port, 'login.salesforce.test', body.toString());
    expect(reply).toEqual({ status: 400, body: { error: 'invalid_grant', error_description: 'request not supported on this domain' } });
  });
  it('SF-016 userinfo: who the token speaks for', async () => {
    const { sandbox, raw } = await startBench();
    const { account, sessions } = sandbox.salesforce;
    const access = sessions.open({ userId: account.integrationUserId, clientId: 'x', scope: 'api' });
    expect(await raw('GET', '/services/oauth2/userinfo', { headers: { authorization: `Bearer ${access}` } })).toMatchObject({
      status: 200,
      body: {
        user_id: account.integrationUserId,
        organization_id: account.orgId,
        preferred_username: 'weft.integration@brightdesk.example',
        email: expect.stringContaining('@'),
        urls: { rest: expect.stringContaining('/services/data/v{version}/') },
        photos: { picture: expect.any(String) },
      },
    });
    expect((await raw('GET', '/services/oauth2/userinfo', { headers: { authorization: 'Bearer none' } })).status).toBe(403);
  });
  it('with rotation each refresh hands out a new refresh token, and the old one is dead', async () => {
    const bench = await startBench();
    bench.sandbox.quirks.refreshTokenRotation = true;
    const first = bench.sandbox.salesforce.sessions.openRefresh({
      userId: bench.sandbox.salesforce.account.integrationUserId,
      clientId: 'weft-demo-client',
      scope: 'api refresh_token',
    });
    const refresh = (refresh_token: string) => token(bench, { grant_type: 'refresh_token', refresh_token });
    const second = (await refresh(first)).body.refresh_token;
    expect(second).not.toBe(first);
    expect((await refresh(first)).body).toEqual({ error: 'invalid_grant', error_description: 'expired access/refresh token' });
    expect((await refresh(second)).status).toBe(200);
  });
  it('sessions end on demand; refresh tokens only when asked', async () => {
    const bench = await startBench();
    const refresh_token = bench.sandbox.salesforce.sessions.openRefresh({
      userId: bench.sandbox.salesforce.account.integrationUserId,
      clientId: 'weft-demo-client',
      scope: 'api',
    });
    await bench.raw('POST', '/demo/api/salesforce/sessions/expire', { body: {} });
    expect((await bench.sf('GET', 'limits')).status).toBe(401);
    expect((await token(bench, { grant_type: 'refresh_token', refresh_token })).status).toBe(200);
    await bench.raw('POST', '/demo/api/salesforce/sessions/expire', { body: { refreshTokens: true } });
    expect((await token(bench, { grant_type: 'refresh_token', refresh_token })).status).toBe(400);
  });
  it('the consent page offers the users, names the scopes, and takes no for an answer', async () => {
    const { raw, sandbox } = await startBench();
    const query = new URLSearchParams({
      response_type: 'code',
      client_id: 'weft-demo-client',
      redirect_uri: 'https://app.example/cb',
      scope: 'api refresh_token',
      state: '"><script>',
    });
    const { body } = await raw('GET', `/services/oauth2/authorize?${query}`);
    for (const text of ['Weft Integration', 'Alex Morgan', 'app.example', 'Stay connected', 'Allow', 'Deny']) expect(body).toContain(text);
    expect(body).not.toContain('<script>');
    const denied = await raw('GET', `/services/oauth2/authorize?${query}&decision=deny`);
    expect(new URL(denied.headers.get('location') ?? '').searchParams.get('error')).toBe('access_denied');
    const alex = sandbox.salesforce.store.all('User').find((user) => user['Name'] === 'Alex Morgan');
    const allowed = await raw('GET', `/services/oauth2/authorize?${query}&decision=allow&user=${alex?.Id}`);
    const code = new URL(allowed.headers.get('location') ?? '').searchParams.get('code') ?? '';
    const reply = await raw('POST', '/services/oauth2/token', {
      body: new URLSearchParams({
        grant_type: 'authorization_code',
        code,
        client_id: 'weft-demo-client',
        redirect_uri: 'https://app.example/cb',
      }).toString(),
      headers: form,
    });
    expect(reply.body.id).toContain(alex?.Id);
  });
});

describe('JWT bearer', () => {
  const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const pem = publicKey.export({ type: 'spki', format: 'pem' }).toString();
  const now = START / 1000;
  const claims = {
    iss: 'weft-demo-client',
    sub: 'weft.integration@brightdesk.example',
    aud: 'https://login.salesforce.com',
    exp: now + 120,
  };
  const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const assertion = (changes: Record<string, unknown> = {}) => {
    const text = `${part({ alg: 'RS256' })}.${part({ ...claims, ...changes })}`;
    return `${text}.${sign('RSA-SHA256', Buffer.from(text), privateKey).toString('base64url')}`;
  };
  const ask = (bench: Bench, text: string) =>
    bench.raw('POST', '/services/oauth2/token', {
      body: new URLSearchParams({ grant_type: 'urn:ietf:params:oauth:grant-type:jwt-bearer', assertion: text }).toString(),
      headers: form,
    });
  it('a good assertion gives a token and no refresh token', async () => {
    const bench = await startBench();
    await bench.raw('POST', '/demo/api/salesforce/certificate', { body: { pem } });
    const { status, body } = await ask(bench, assertion());
    expect([status, body.token_type, body.refresh_token]).toEqual([200, 'Bearer', undefined]);
    expect(body.id).toContain(bench.sandbox.salesforce.account.integrationUserId);
    expect((await ask(bench, assertion({ aud: bench.sandbox.url }))).status).toBe(200);
  });
  it.each([
    ['no key registered', {}, 'invalid assertion', false],
    ['another app', { iss: 'other' }, 'client identifier invalid', true],
    ['another audience', { aud: 'https://elsewhere.example' }, 'audience is invalid', true],
    ['expired', { exp: now - 60 }, 'expired authorization code', true],
    ['living too long', { exp: now + 3600 }, 'assertion expiration time is too far in the future', true],
    ['an unknown user', { sub: 'nobody@x.example' }, "user hasn't approved this consumer", true],
  ])('%s is refused', async (_name, changes, text, isRegistered) => {
    const bench = await startBench();
    if (isRegistered) bench.sandbox.salesforce.sessions.registerKey(pem);
    expect(await ask(bench, assertion(changes))).toMatchObject({ status: 400, body: { error_description: text } });
  });
  it('a signature by another key is refused', async () => {
    const bench = await startBench();
    bench.sandbox.salesforce.sessions.registerKey(
      generateKeyPairSync('rsa', { modulusLength: 2048 }).publicKey.export({ type: 'spki', format: 'pem' }).toString(),
    );
    expect((await ask(bench, assertion())).body).toEqual({ error: 'invalid_grant', error_description: 'invalid assertion' });
  });
});

/** Posts to the token address under another Host header, which fetch does not let through. */
function sendTo(port: number, host: string, body: string): Promise<{ status: number | undefined; body: unknown }> {
  return new Promise((resolve, reject) => {
    const call = request(
      { port, host: '127.0.0.1', method: 'POST', path: '/services/oauth2/token', headers: { host, ...form } },
      (reply) => {
        let text = '';
        reply.on('data', (chunk: Buffer) => (text += chunk.toString()));
        reply.on('end', () => resolve({ status: reply.statusCode, body: JSON.parse(text) as unknown }));
      },
    );
    call.on('error', reject);
    call.end(body);
  });
}
