import { createHmac } from 'node:crypto';
import type { ConnectionValues, HookRequest } from '@weft/connector-kit';
import { describe, expect, test } from 'vitest';
import { verifyRequest } from './verify.ts';

const NOW = 1_700_000_000_000;
const BODY = '{"zen":"Ünïcode keeps its bytes","n":1}';
const sign = (algorithm: string, key: string | Buffer, message: string, encoding: 'hex' | 'base64'): string =>
  createHmac(algorithm, key).update(message).digest(encoding);

function request(headers: Record<string, string>, body = BODY): HookRequest {
  return { method: 'POST', path: '/hooks/x', query: {}, headers, rawBody: Buffer.from(body) };
}

const at = String(NOW / 1000);
const key = Buffer.from('0123456789abcdef0123456789abcdef');
const whsec = `whsec_${key.toString('base64')}`;

/** What a genuine sender of each scheme sends, by the second of sending. */
const GENUINE: readonly [name: string, values: ConnectionValues, headers: (seconds: string) => Record<string, string>][] = [
  [
    'standard',
    { scheme: 'standard', secret: whsec },
    (seconds) => ({
      'webhook-id': 'msg_1',
      'webhook-timestamp': seconds,
      'webhook-signature': `v1,AAAA v1,${sign('sha256', key, `msg_1.${seconds}.${BODY}`, 'base64')}`,
    }),
  ],
  ['github', { scheme: 'github', secret: 's3cret' }, () => ({ 'x-hub-signature-256': `sha256=${sign('sha256', 's3cret', BODY, 'hex')}` })],
  [
    'stripe',
    { scheme: 'stripe', secret: 's3cret' },
    (seconds) => ({ 'stripe-signature': `t=${seconds},v1=${sign('sha256', 's3cret', `${seconds}.${BODY}`, 'hex')},v0=x` }),
  ],
  [
    'slack',
    { scheme: 'slack', secret: 's3cret' },
    (seconds) => ({
      'x-slack-request-timestamp': seconds,
      'x-slack-signature': `v0=${sign('sha256', 's3cret', `v0:${seconds}:${BODY}`, 'hex')}`,
    }),
  ],
  ['shopify', { scheme: 'shopify', secret: 's3cret' }, () => ({ 'x-shopify-hmac-sha256': sign('sha256', 's3cret', BODY, 'base64') })],
  [
    'hmac',
    { scheme: 'hmac', secret: 's3cret', header: 'X-My-Signature', algorithm: 'sha512', encoding: 'base64', prefix: 'v=' },
    () => ({ 'x-my-signature': `v=${sign('sha512', 's3cret', BODY, 'base64')}` }),
  ],
];

const TIMED = new Set(['standard', 'stripe', 'slack']);

test('the published example of GitHub is taken', () => {
  const headers = { 'x-hub-signature-256': 'sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17' };
  expect(() =>
    verifyRequest({ scheme: 'github', secret: "It's a Secret to Everybody" }, request(headers, 'Hello, World!'), NOW),
  ).not.toThrow();
});

describe.each(GENUINE)('%s', (name, values, headers) => {
  const code = (given: HookRequest, account: ConnectionValues = values, now = NOW): string => {
    try {
      verifyRequest(account, given, now);
      return 'taken';
    } catch (error) {
      expect(error).toMatchObject({ class: 'auth' });
      return (error as { code: string }).code;
    }
  };

  test('takes what is signed with the secret, or with the second one while it is being changed', () => {
    expect(code(request(headers(at)))).toBe('taken');
    expect(code(request(headers(at)), { ...values, secret: 'another', secondSecret: values['secret'] ?? '' })).toBe('taken');
  });

  test('refuses one byte more, another secret, no signature, a cut signature', () => {
    expect(code(request(headers(at), `${BODY} `))).toBe('signature_wrong');
    expect(code(request(headers(at)), { ...values, secret: 'another' })).toBe('signature_wrong');
    expect(code(request({}))).toMatch(/signature_missing|signature_old/);
    const cut = Object.fromEntries(Object.entries(headers(at)).map(([header, value]) => [header, value.slice(0, -9)]));
    expect(code(request(cut))).toMatch(/signature_(wrong|missing|old)/);
  });

  test('refuses everything when there is no secret: nothing is open by mistake', () => {
    expect(code(request(headers(at)), { scheme: values['scheme'] ?? '' })).toBe('secret_missing');
    expect(code(request(headers(at)), { ...values, secret: '' })).toBe('secret_missing');
    expect(code(request(headers(at)), { ...values, scheme: 'other' })).toBe('secret_missing');
  });

  test.runIf(TIMED.has(name))('refuses a request that was caught and is sent again later, or that comes from the future', () => {
    expect(code(request(headers(at)), values, NOW + 4 * 60_000)).toBe('taken');
    expect(code(request(headers(at)), values, NOW + 6 * 60_000)).toBe('signature_old');
    expect(code(request(headers(at)), values, NOW - 6 * 60_000)).toBe('signature_old');
    expect(code(request(headers('soon')))).toBe('signature_old');
  });
});
