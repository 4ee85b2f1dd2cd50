import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { startBench, type Bench } from '../testing.ts';

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
  expect(page.body).toContain('Allow access');
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
    expect(Number(body.at(-1).version)).toBeGreaterThanOrEqual(66);
  });
  it('SF-002 SF-003 SF-004 code with a verifier, good once', async () => {
    const bench = await startBench();
    const verifier = 'v'.repeat(60);
    const challenge = createHash('sha256').update(verifier).digest('base64url');
    const code = await authorize(bench, challenge);
    const fields = { grant_type: 'authorization_code', code, redirect_uri: 'https://app.example/cb', code_verifier: verifier };
    const { status, body } = await token(bench, fields);
    expect(status).toBe(200);
    expect(body).toMatchObject({
      access_token: expect.any(String),
      refresh_token: expect.any(String),
      instance_url: bench.sandbox.url,
      token_type: 'Bearer',
      issued_at: expect.stringMatching(/^\d{13}$/),
      signature: expect.any(String),
      scope: expect.any(String),
    });
    expect(body.id).toMatch(/\/id\/00D\w{15}\/005\w{15}$/);
    expect(await token(bench, fields)).toMatchObject({ status: 400, body: { error: 'invalid_grant' } });
    const other = await authorize(bench, challenge);
    expect((await token(bench, { ...fields, code: other, code_verifier: 'wrong' })).status).toBe(400);
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
  it('SF-008 SF-010 SF-012 client credentials yes, without a user or with a password no', async () => {
    const bench = await startBench();
    const fields = { grant_type: 'client_credentials', client_secret: 'weft-demo-secret' };
    const { status, body } = await token(bench, fields);
    expect(status).toBe(200);
    expect(body).not.toHaveProperty('refresh_token');
    const info = await bench.raw('GET', '/services/oauth2/userinfo', { headers: { authorization: `Bearer ${body.access_token}` } });
    expect(info.body).toMatchObject({
      user_id: expect.any(String),
      organization_id: expect.any(String),
      preferred_username: expect.any(String),
      email: expect.any(String),
      urls: {},
      photos: {},
    });
    bench.sandbox.quirks.noRunAsUser = true;
    expect((await token(bench, fields)).body).toEqual({ error: 'invalid_grant', error_description: 'no client credentials user enabled' });
    expect((await token(bench, { grant_type: 'password', username: 'a', password: 'b' })).body.error).toBe('unsupported_grant_type');
  });
  it('SF-017 an expired session, an unknown version', async () => {
    const { sf, sandbox } = await startBench();
    expect(await sf('GET', '../v99.0/sobjects')).toMatchObject({
      status: 404,
      body: [{ errorCode: 'NOT_FOUND', message: 'The requested resource does not exist' }],
    });
    sandbox.salesforce.sessions.expireAll();
    expect(await sf('GET', 'limits')).toMatchObject({
      status: 401,
      body: [{ message: 'Session expired or invalid', errorCode: 'INVALID_SESSION_ID' }],
    });
  });
  it('SF-110 SF-111 SF-112 usage on every reply, and its end', async () => {
    const { sf } = await startBench({ limits: { salesforcePerDay: 2 } });
    expect((await sf('GET', 'limits')).body).toMatchObject({
      DailyApiRequests: { Max: 2, Remaining: 1 },
      DataStorageMB: {},
      FileStorageMB: {},
    });
    expect((await sf('GET', 'sobjects')).headers.get('sforce-limit-info')).toBe('api-usage=2/2');
    expect(await sf('GET', 'sobjects')).toMatchObject({
      status: 403,
      body: [{ message: 'TotalRequests Limit exceeded.', errorCode: 'REQUEST_LIMIT_EXCEEDED' }],
    });
  });
});
