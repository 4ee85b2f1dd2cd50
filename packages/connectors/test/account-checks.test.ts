/** What is wrong with an account, precisely: each failure has a sentence of its own, and the field to correct where there is one. */
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { ConnectionCheck } from '@weft/connector-kit';
import { createTestBench, type TestBench } from '@weft/connector-kit/testing';
import { startSandbox, type Sandbox } from '@weft/sandbox';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { connectors } from '../src/index.ts';
import { connectwiseValues, salesforceValues } from './accounts.ts';

let sandbox: Sandbox;
/** A server that is neither: a page, whatever is asked. */
let website: Server;

beforeAll(async () => {
  sandbox = await startSandbox({ port: 0, seed: 'fixture' });
  website = createServer((_request, response) => void response.writeHead(200, { 'content-type': 'text/html' }).end('<h1>Welcome</h1>'));
  await new Promise<void>((done) => website.listen(0, '127.0.0.1', done));
});
afterAll(async () => {
  await sandbox.close();
  website.close();
});
afterEach(() => {
  sandbox.faults.clear();
  Object.assign(sandbox.quirks, { noRunAsUser: false, companyinfo404: false, badAuth404: false, strictTls: false });
});

const websiteUrl = (): string => `http://127.0.0.1:${(website.address() as AddressInfo).port}`;

interface Case {
  readonly changed?: () => Record<string, string>;
  readonly disturb?: () => void;
  readonly field: string | undefined;
  readonly says: RegExp;
  /** Work waits until somebody reconnects the account; else it is tried again by itself. */
  readonly mustReconnect: boolean;
}

const fault = (vendor: 'salesforce' | 'connectwise', path: string, status: number, body?: unknown): void =>
  void sandbox.faults.add({ vendor, path, status, kind: 'status', times: 9, ...(body === undefined ? {} : { body }) });
const noToken = (error: string, error_description: string) => (): void =>
  fault('salesforce', '/services/oauth2/token', 400, { error, error_description });
/** Nothing listens there: the port was free a moment ago. */
const CLOSED = 'http://127.0.0.1:1';

const SALESFORCE: Readonly<Record<string, Case>> = {
  'SF-009 the login host with client credentials': {
    changed: () => ({ loginUrl: 'https://login.salesforce.com' }),
    field: 'loginUrl',
    says: /^Client credentials work on the org’s own My Domain only\. Use https:\/\/<name>\.my\.salesforce\.com\.$/,
    mustReconnect: false,
  },
  'SF-009 the same, said by the vendor': {
    disturb: noToken('invalid_grant', 'request not supported on this domain'),
    field: 'loginUrl',
    says: /own My Domain only.*not login or test/,
    mustReconnect: true,
  },
  'SF-010 no Run As user': {
    disturb: () => void (sandbox.quirks.noRunAsUser = true),
    field: 'clientId',
    says: /has no Run As user.*choose one/,
    mustReconnect: true,
  },
  'SF-012 a flow that the app does not allow': {
    disturb: noToken('unsupported_grant_type', 'grant type not supported'),
    field: 'clientId',
    says: /does not allow this way of signing in.*Enable its flow/,
    mustReconnect: true,
  },
  'an unknown consumer key': {
    changed: () => ({ clientId: 'not-the-key' }),
    field: 'clientId',
    says: /does not know this consumer key/,
    mustReconnect: true,
  },
  'a wrong consumer secret': {
    changed: () => ({ clientSecret: 'not-the-secret' }),
    field: 'clientSecret',
    says: /consumer secret does not belong to this consumer key/,
    mustReconnect: true,
  },
  'SF-006 a revoked refresh token': {
    changed: () => ({ loginUrl: '', instanceUrl: sandbox.url, refreshToken: 'revoked' }),
    field: 'refreshToken',
    says: /refresh token has expired or was revoked\. Sign in again/,
    mustReconnect: true,
  },
  'an address that the app does not take': {
    disturb: noToken('invalid_grant', 'ip restricted'),
    field: undefined,
    says: /does not accept this server’s address.*IP restriction/,
    mustReconnect: true,
  },
  'an inactive user': {
    disturb: noToken('inactive_user', 'user is inactive'),
    field: undefined,
    says: /user is not active any more/,
    mustReconnect: true,
  },
  'a locked org': {
    disturb: noToken('inactive_org', 'organization is locked'),
    field: undefined,
    says: /org is inactive or locked/,
    mustReconnect: true,
  },
  'an app that was blocked': {
    disturb: noToken('app_blocked', 'app blocked by admin'),
    field: 'clientId',
    says: /administrator has blocked this app/,
    mustReconnect: true,
  },
  'a user without the API': {
    disturb: () =>
      fault('salesforce', '/limits', 403, [
        { errorCode: 'API_DISABLED_FOR_ORG', message: 'The REST API is not enabled for this Organization.' },
      ]),
    field: undefined,
    says: /REST API is not enabled for this Organization/,
    mustReconnect: false,
  },
  'the calls of the day used up': {
    disturb: () => fault('salesforce', '/limits', 403, [{ errorCode: 'REQUEST_LIMIT_EXCEEDED', message: 'TotalRequests Limit exceeded.' }]),
    field: undefined,
    says: /used up its API calls/,
    mustReconnect: false,
  },
  'an org that is down': {
    disturb: () => fault('salesforce', '/services/oauth2/token', 503, 'down for maintenance'),
    field: undefined,
    says: /could not give a token just now \(503\)/,
    mustReconnect: false,
  },
  'too many logins': {
    disturb: noToken('invalid_grant', 'login rate exceeded'),
    field: undefined,
    says: /gives no token just now: .*login rate exceeded/,
    mustReconnect: false,
  },
  'a host that does not exist': {
    changed: () => ({ loginUrl: 'https://nowhere.invalid' }),
    field: 'loginUrl',
    says: /nowhere\.invalid/,
    mustReconnect: false,
  },
  'a host at which nothing listens': {
    changed: () => ({ loginUrl: CLOSED }),
    field: 'loginUrl',
    says: /127\.0\.0\.1:1.*(refused|connect)/i,
    mustReconnect: false,
  },
  'a website that is no org': {
    changed: () => ({ loginUrl: websiteUrl() }),
    field: 'loginUrl',
    says: /does not answer as a Salesforce org/,
    mustReconnect: false,
  },
  'a text that is no address': {
    changed: () => ({ loginUrl: 'my org' }),
    field: 'loginUrl',
    says: /"my org" is not the address/,
    mustReconnect: false,
  },
  'a version that is none': {
    changed: () => ({ apiVersion: 'newest' }),
    field: 'apiVersion',
    says: /API version "newest" cannot be used/,
    mustReconnect: false,
  },
  'a private key that is none': {
    changed: () => ({ clientSecret: '', username: 'a@example.com', privateKey: 'nonsense' }),
    field: 'privateKey',
    says: /must be a PEM/,
    mustReconnect: false,
  },
  'a user that never allowed the app': {
    disturb: noToken('invalid_grant', "user hasn't approved this consumer"),
    field: 'username',
    says: /not allowed to use the app.*pre-authorized/,
    mustReconnect: true,
  },
  'an assertion for another audience': {
    disturb: noToken('invalid_grant', 'audience is invalid'),
    field: 'audience',
    says: /audience is not this org’s/,
    mustReconnect: true,
  },
  'an assertion of another certificate': {
    disturb: noToken('invalid_grant', 'invalid assertion'),
    field: 'privateKey',
    says: /private key does not belong to the certificate/,
    mustReconnect: true,
  },
  'words that nobody knows': {
    disturb: noToken('brand_new_error', 'Something that was never seen'),
    field: undefined,
    says: /It says: brand_new_error: Something that was never seen\.$/,
    mustReconnect: true,
  },
};

const CONNECTWISE: Readonly<Record<string, Case>> = {
  'CW-002 an unknown company, answered null': {
    changed: () => ({ companyId: 'nosuch' }),
    field: 'companyId',
    says: /does not know the company id "nosuch"/,
    mustReconnect: true,
  },
  'CW-002 an unknown company, answered 404': {
    changed: () => ({ companyId: 'nosuch' }),
    disturb: () => void (sandbox.quirks.companyinfo404 = true),
    field: 'companyId',
    says: /does not know the company id "nosuch"/,
    mustReconnect: true,
  },
  'CW-005 wrong keys, answered 401': {
    changed: () => ({ privateKey: 'wrong' }),
    field: 'privateKey',
    says: /refuses the keys\. Check the company id "\w+" and the public and private key/,
    mustReconnect: true,
  },
  'CW-005 wrong keys, answered 404': {
    changed: () => ({ privateKey: 'wrong' }),
    disturb: () => void (sandbox.quirks.badAuth404 = true),
    field: 'privateKey',
    says: /finds nothing under these keys\. Check the company id/,
    mustReconnect: true,
  },
  'CW-006 a Client ID that is not taken': {
    changed: () => ({ clientId: '' }),
    field: 'clientId',
    says: /refuses the Client ID/,
    mustReconnect: false,
  },
  'CW-014 plain http': { disturb: () => void (sandbox.quirks.strictTls = true), field: 'site', says: /wants https/, mustReconnect: false },
  'CW-010 a version that is none': {
    changed: () => ({ apiVersion: 'newest' }),
    field: 'apiVersion',
    says: /API version "newest"/,
    mustReconnect: false,
  },
  'a member without rights': {
    disturb: () =>
      fault('connectwise', '/apis/3.0/', 403, {
        code: 'Security',
        message: 'You do not have security permission to perform this action.',
        errors: null,
      }),
    field: undefined,
    says: /API member may not read companies.*security role/,
    mustReconnect: false,
  },
  'a server that fails': {
    disturb: () => fault('connectwise', '/apis/3.0/', 500, { code: 'ServerError', message: 'Deadlock victim' }),
    field: undefined,
    says: /answered 500.*Deadlock victim/,
    mustReconnect: false,
  },
  'too many calls': {
    disturb: () => fault('connectwise', '/apis/3.0/', 429),
    field: undefined,
    says: /Too many requests/,
    mustReconnect: false,
  },
  'a host that does not exist': {
    changed: () => ({ site: 'https://nowhere.invalid' }),
    field: 'site',
    says: /nowhere\.invalid/,
    mustReconnect: false,
  },
  'a host at which nothing listens': { changed: () => ({ site: CLOSED }), field: 'site', says: /127\.0\.0\.1:1/, mustReconnect: false },
  'a website that is no ConnectWise': {
    changed: () => ({ site: websiteUrl() }),
    field: 'site',
    says: /does not answer as a ConnectWise server/,
    mustReconnect: false,
  },
  'a text that is neither region nor address': {
    changed: () => ({ site: 'mars' }),
    field: 'site',
    says: /"mars" is neither a region/,
    mustReconnect: false,
  },
};

async function check(id: 'salesforce' | 'connectwise', one: Case): Promise<ConnectionCheck | undefined> {
  const connector = connectors.find((candidate) => candidate.id === id);
  if (connector === undefined) throw new Error(id);
  const { companyId, publicKey, privateKey, clientId } = sandbox.connectwise.account;
  const salesforce = sandbox.salesforce.account;
  const values =
    id === 'salesforce'
      ? { ...salesforceValues(sandbox.url), clientId: salesforce.clientId, clientSecret: salesforce.clientSecret }
      : { ...connectwiseValues(sandbox.url), companyId, publicKey, privateKey, clientId };
  one.disturb?.();
  const bench: TestBench = createTestBench({ connector, values: { ...values, ...one.changed?.() } });
  return connector.check?.(bench.context(), { afresh: true });
}

test('a look at an account whose session has ended in the meantime renews it, and finds nothing wrong', async () => {
  const connector = connectors.find(({ id }) => id === 'salesforce');
  const { clientId, clientSecret } = sandbox.salesforce.account;
  const bench = createTestBench({ connector: connector as never, values: { loginUrl: sandbox.url, clientId, clientSecret } });
  expect(await bench.connector.check?.(bench.context())).toMatchObject({ ok: true });
  sandbox.salesforce.sessions.expireAll();
  expect(await bench.connector.check?.(bench.context())).toMatchObject({ ok: true, usage: { limit: expect.any(Number) } });
});

describe.each([
  ['salesforce', SALESFORCE],
  ['connectwise', CONNECTWISE],
] as const)('%s', (id, cases) => {
  test('as it should be', async () => {
    expect(await check(id, { field: undefined, says: /./, mustReconnect: false })).toMatchObject({ ok: true });
  });
  test.each(Object.entries(cases))('%s', async (_name, one) => {
    const found = await check(id, one);
    expect(found).toMatchObject({ ok: false, message: expect.stringMatching(one.says) });
    expect(found).toEqual({
      ok: false,
      message: expect.stringMatching(/^[\w"“][^\n{}]*[.!?]$/),
      ...(one.field === undefined ? {} : { field: one.field }),
      ...(one.mustReconnect ? { reconnect: true } : {}),
    });
  });
});
