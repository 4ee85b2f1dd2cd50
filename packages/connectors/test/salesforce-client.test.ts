/** What the Salesforce client makes of sessions, refusals and limits, over the sandbox. */
import { createHash, generateKeyPairSync, randomBytes } from 'node:crypto';
import { createConnectionHandle, createCallContext, type ConnectionValues } from '@weft/connector-kit';
import { createTestBench, leakedSecrets, type TestBench } from '@weft/connector-kit/testing';
import { startSandbox, type Sandbox } from '@weft/sandbox';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { salesforceBench, salesforceValues } from './accounts.ts';

let sandbox: Sandbox;
let crm: TestBench;
let serial = 0;

beforeAll(async () => {
  sandbox = await startSandbox({ port: 0, seed: 'demo' });
});
afterAll(() => sandbox.close());
beforeEach(() => {
  crm = salesforceBench(sandbox.url);
});
afterEach(() => {
  sandbox.faults.clear();
  Object.assign(sandbox.quirks, {
    lockedRecords: {},
    duplicateRuleObjects: [],
    alwaysExpired: false,
    refreshTokenRotation: false,
    isMultiCurrency: false,
  });
});

const unique = (word: string): string => `${word} ${(serial += 1)}${Date.now().toString(36)}`;
const create = async (object: string, record: Record<string, unknown>, options: Record<string, unknown> = {}): Promise<string> =>
  ((await crm.run('createRecord', { object, record, ...options })) as { id: string }).id;
const count = (test: (request: { method: string; path: string }) => boolean): number => sandbox.requests.filter(test).length;
const tokensAsked = (): number => count((request) => request.path.includes('/oauth2/token'));

/** A person's sign-in: goes to the consent page, allows, and comes back with a code. */
async function signIn(): Promise<{ values: ConnectionValues; exchanges: () => unknown }> {
  const oauth = crm.connector.oauth;
  if (oauth === undefined) throw new Error('Salesforce offers no browser sign-in');
  const form = { signInUrl: sandbox.url, clientId: 'weft-demo-client', clientSecret: 'weft-demo-secret' };
  const codeVerifier = randomBytes(48).toString('base64url');
  const codeChallenge = createHash('sha256').update(codeVerifier).digest('base64url');
  const redirectUri = 'http://127.0.0.1:9/callback';
  const page = oauth.authorizeUrl(form, { redirectUri, state: 'my state', codeChallenge });
  const answer = await fetch(`${page}&decision=allow`, { redirect: 'manual' });
  const back = new URL(answer.headers.get('location') ?? 'missing:');
  expect(back.searchParams.get('state')).toBe('my state');
  const code = back.searchParams.get('code') ?? '';
  const { context, recorder } = createCallContext({
    connector: crm.connector,
    connection: createConnectionHandle({ id: 'new', values: form }),
    policy: { allowPrivateHosts: ['127.0.0.1'] },
    signal: new AbortController().signal,
  });
  await expect(oauth.exchangeCode(context, form, { code, redirectUri, codeVerifier: 'another' })).rejects.toMatchObject({ class: 'auth' });
  const second = new URL((await fetch(`${page}&decision=allow`, { redirect: 'manual' })).headers.get('location') ?? 'missing:');
  const obtained = await oauth.exchangeCode(context, form, { code: second.searchParams.get('code') ?? '', redirectUri, codeVerifier });
  expect(Object.keys(obtained).toSorted()).toEqual([...oauth.obtained].toSorted());
  return { values: { ...form, ...obtained }, exchanges: () => [codeVerifier, recorder.exchanges()] };
}

describe('signing in', () => {
  test('SF-002 SF-003 a person signs in with PKCE; the tokens it gives work, a wrong verifier gives none', async () => {
    const { values, exchanges } = await signIn();
    const bench = createTestBench({ connector: crm.connector, values });
    expect(await bench.connector.check?.(bench.context())).toMatchObject({ ok: true });
    const [verifier, recorded] = exchanges() as [string, unknown];
    expect(JSON.stringify(recorded)).not.toContain(verifier);
    expect(leakedSecrets(crm.connector, values, bench.exchanges())).toEqual([]);
  });

  test('before anybody has signed in, that is said', async () => {
    const bench = createTestBench({ connector: crm.connector, values: { signInUrl: sandbox.url, clientId: 'weft-demo-client' } });
    expect(await bench.connector.check?.(bench.context())).toMatchObject({ ok: false, message: expect.stringContaining('Sign in') });
  });

  test('SF-006 a revoked refresh token is class auth and says to reconnect', async () => {
    const { values } = await signIn();
    expect(sandbox.salesforce.sessions.revoke(values['refreshToken'] ?? '')).toBe(true);
    const bench = createTestBench({ connector: crm.connector, values });
    await expect(bench.run('query', { soql: 'SELECT Id FROM Account LIMIT 1' })).rejects.toMatchObject({
      class: 'auth',
      message: expect.stringMatching(/refresh token has expired or was revoked.*reconnect/i),
      detail: { said: expect.stringContaining('expired access/refresh token') },
    });
  });

  test('a rotated refresh token is stored, and the one stored works', async () => {
    const { values } = await signIn();
    sandbox.quirks.refreshTokenRotation = true;
    const saved: ConnectionValues[] = [];
    const { context } = createCallContext({
      connector: crm.connector,
      connection: createConnectionHandle({ id: 'rotating', values, onReplaced: (replaced) => void saved.push(replaced) }),
      policy: { allowPrivateHosts: ['127.0.0.1'] },
      signal: new AbortController().signal,
    });
    expect(await crm.connector.check?.(context)).toMatchObject({ ok: true });
    expect(saved).toHaveLength(1);
    const restarted = createTestBench({ connector: crm.connector, values: { ...values, ...saved[0] } });
    expect(await restarted.run('query', { soql: 'SELECT Id FROM Account LIMIT 1' })).toMatchObject({ count: 1 });
  });

  test('a server signs in with its certificate; another key, and a passphrase, are said with their field', async () => {
    const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
    sandbox.salesforce.sessions.registerKey(publicKey.export({ type: 'spki', format: 'pem' }).toString());
    const user = (await crm.run('query', { soql: 'SELECT Username FROM User WHERE IsActive = true LIMIT 1' })) as {
      records: { Username: string }[];
    };
    const pem = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
    const values = { loginUrl: sandbox.url, clientId: 'weft-demo-client', username: user.records[0]?.Username ?? '', privateKey: pem };
    const check = async (changed: ConnectionValues): Promise<unknown> => {
      const bench = createTestBench({ connector: crm.connector, values: { ...values, ...changed } });
      const result = await bench.connector.check?.(bench.context());
      expect(leakedSecrets(crm.connector, values, bench.exchanges())).toEqual([]);
      return result;
    };
    expect(await check({})).toMatchObject({ ok: true, account: values.username });
    expect(await check({ privateKey: pem.replaceAll('\n', ' ') })).toMatchObject({ ok: true });
    const other = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
    expect(await check({ privateKey: other })).toMatchObject({ ok: false, field: 'privateKey' });
    expect(await check({ privateKey: 'nonsense' })).toMatchObject({
      ok: false,
      field: 'privateKey',
      message: expect.stringContaining('PEM'),
    });
    expect(await check({ username: 'nobody@example.com' })).toMatchObject({ ok: false, field: 'username' });
    expect(await check({ audience: 'https://example.com' })).toMatchObject({ ok: false, field: 'audience' });
  });

  test('JS-07 the address of the browser is rewritten, a page without an API is refused in a sentence', async () => {
    const check = async (loginUrl: string): Promise<unknown> => {
      const bench = salesforceBench(sandbox.url, { loginUrl });
      return bench.connector.check?.(bench.context());
    };
    expect(
      crm.connector.origins?.({ ...salesforceValues(sandbox.url), loginUrl: 'https://acme.lightning.force.com/lightning/page/home' }),
    ).toContain('https://acme.my.salesforce.com');
    expect(await check('https://acme.my.site.com/portal')).toMatchObject({ ok: false, message: expect.stringContaining('My Domain') });
    expect(await check('https://acme--c.vf.force.com/apex/x')).toMatchObject({ ok: false, message: expect.stringContaining('My Domain') });
  });
});

describe('the session', () => {
  test('SF-014 three calls with one expired token renew it once, and all succeed', async () => {
    await crm.run('query', { soql: 'SELECT Id FROM Account LIMIT 1' });
    sandbox.salesforce.sessions.expireAll();
    const before = tokensAsked();
    const results = await Promise.all([1, 2, 3].map(() => crm.run('query', { soql: 'SELECT Id FROM Account LIMIT 1' })));
    expect(results).toHaveLength(3);
    expect(tokensAsked() - before).toBe(1);
  });

  test('SF-015 an org that refuses fresh tokens is asked once more at most, and the error says to reconnect', async () => {
    await crm.run('query', { soql: 'SELECT Id FROM Account LIMIT 1' });
    sandbox.quirks.alwaysExpired = true;
    const before = { tokens: tokensAsked(), queries: count(({ path }) => path.includes('/query')) };
    await expect(crm.run('query', { soql: 'SELECT Id FROM Account LIMIT 1' })).rejects.toMatchObject({
      class: 'auth',
      code: 'session_refused',
      message: expect.stringContaining('reconnect'),
    });
    expect(tokensAsked() - before.tokens).toBe(1);
    expect(count(({ path }) => path.includes('/query')) - before.queries).toBe(2);
  });

  test('JS-01 every call names the version of the org, also on plain http of this machine', async () => {
    await crm.run('query', { soql: 'SELECT Id FROM Account LIMIT 1' });
    expect(
      crm
        .exchanges()
        .filter((exchange) => exchange.url.includes('/services/data/v'))
        .every((exchange) => exchange.url.includes('/v66.0/')),
    ).toBe(true);
    const newer = salesforceBench(sandbox.url, { apiVersion: '99.0' });
    expect(await newer.connector.check?.(newer.context())).toMatchObject({ ok: true, detail: expect.not.stringContaining('99.0') });
    const older = salesforceBench(sandbox.url, { apiVersion: '40.0' });
    expect(await older.connector.check?.(older.context())).toMatchObject({ ok: false, field: 'apiVersion' });
  });

  test('SF-115 every request carries our name', async () => {
    await create('Account', { Name: unique('Named') });
    const calls = crm.exchanges().filter((exchange) => /services\/data\/v/.test(exchange.url));
    expect(calls.length).toBeGreaterThan(1);
    for (const call of calls)
      expect(
        Object.fromEntries(Object.entries(call.requestHeaders).map(([name, value]) => [name.toLowerCase(), value]))['sforce-call-options'],
      ).toBe('client=weft');
  });
});

describe('limits and failures', () => {
  test('SF-113 a 503 is one request', async () => {
    await crm.run('query', { soql: 'SELECT Id FROM Account LIMIT 1' });
    sandbox.faults.add({ vendor: 'salesforce', path: '/query', times: 9, kind: 'status', status: 503 });
    await expect(crm.run('query', { soql: 'SELECT Id FROM Account LIMIT 1' })).rejects.toMatchObject({ class: 'transient' });
    expect(sandbox.faults.list()[0]?.left).toBe(8);
  });

  test('SF-111 a used-up allowance parks for a while, and asks the org nothing meanwhile', async () => {
    await crm.run('query', { soql: 'SELECT Id FROM Account LIMIT 1' });
    const { used } = sandbox.salesforce.quota;
    sandbox.salesforce.quota.used = sandbox.salesforce.quota.limit;
    try {
      const refused = { class: 'throttled', code: 'REQUEST_LIMIT_EXCEEDED' };
      await expect(crm.run('query', { soql: 'SELECT Id FROM Account LIMIT 1' })).rejects.toMatchObject({
        ...refused,
        retryAfterMs: 900_000,
      });
      const before = sandbox.requests.length;
      await expect(crm.run('query', { soql: 'SELECT Id FROM Account LIMIT 1' })).rejects.toMatchObject({
        ...refused,
        retryAfterMs: expect.any(Number),
      });
      expect(sandbox.requests.length).toBe(before);
    } finally {
      sandbox.salesforce.quota.used = used;
    }
    expect(await crm.connector.check?.(crm.context())).toMatchObject({ ok: true });
    expect(await crm.run('query', { soql: 'SELECT Id FROM Account LIMIT 1' })).toMatchObject({ count: 1 });
  });

  test('SF-110 the use of the day’s calls is kept with the connection', async () => {
    await crm.run('query', { soql: 'SELECT Id FROM Account LIMIT 1' });
    expect(crm.context().connection?.session.get('apiUsage')).toEqual({
      used: sandbox.salesforce.quota.used,
      limit: sandbox.salesforce.quota.limit,
    });
  });

  test('SF-038 a locked row is tried again, and given up after five times', async () => {
    const id = await create('Account', { Name: unique('Locked') });
    sandbox.quirks.lockedRecords = { [id]: 2 };
    expect(await crm.run('updateRecord', { object: 'Account', id, record: { Phone: '1' } })).toEqual({ id, changed: true });
    sandbox.quirks.lockedRecords = { [id]: 9 };
    await expect(crm.run('updateRecord', { object: 'Account', id, record: { Phone: '2' } })).rejects.toMatchObject({
      class: 'transient',
      code: 'UNABLE_TO_LOCK_ROW',
      message: expect.stringContaining(`Account ${id}`),
    });
    expect(sandbox.quirks.lockedRecords[id]).toBe(4);
  });

  test('SF-036 SF-037 what a duplicate rule stops names the record found, and is saved if wished', async () => {
    const record = { Name: unique('Twin') };
    const id = await create('Account', record);
    sandbox.quirks.duplicateRuleObjects = ['Account'];
    await expect(create('Account', record)).rejects.toMatchObject({
      class: 'conflict',
      code: 'DUPLICATES_DETECTED',
      detail: { duplicates: [id] },
      message: expect.stringMatching(new RegExp(`Account "${record.Name}".*${id}`)),
    });
    expect(await create('Account', record, { allowDuplicates: true })).not.toBe(id);
  });

  test('JS-03 the vendor’s word, sentence and field arrive, with the record they are about', async () => {
    await expect(create('Account', { Name: unique('Broken'), Nonsense__c: 1 })).rejects.toMatchObject({
      class: 'invalid',
      code: 'INVALID_FIELD',
      message: expect.stringMatching(/Account "Broken .*No such column 'Nonsense__c' on sobject of type Account/),
      detail: { errors: [{ errorCode: 'INVALID_FIELD' }] },
    });
  });
});

describe('finding', () => {
  const namesFound = async (input: Record<string, unknown>): Promise<string[]> => {
    const found = (await crm.run('findRecords', { object: 'Account', fields: ['Name'], limit: 2000, ...input })) as {
      records: { Name: string }[];
    };
    return found.records.map((record) => record.Name).toSorted();
  };

  test('SF-090 quotes and backslashes match literally, and never end the string', async () => {
    const name = unique("O'Brien \\ Co %_");
    await create('Account', { Name: name });
    expect(await namesFound({ match: { Name: name } })).toEqual([name]);
    for (const evil of ["\\' OR Name != '", "' OR Id != null OR Name = '", '\\', "x\\') OR (Name != '"]) {
      expect(await namesFound({ match: { Name: evil } })).toEqual([]);
      expect(await namesFound({ conditions: [{ field: 'Name', operator: 'in', value: [evil] }] })).toEqual([]);
      expect(await namesFound({ conditions: [{ field: 'Name', operator: 'startsWith', value: evil }] })).toEqual([]);
    }
    expect(await namesFound({ conditions: [{ field: 'Name', operator: 'contains', value: '\\ Co %_' }] })).toContain(name);
    expect(await namesFound({ conditions: [{ field: 'Name', operator: 'contains', value: '\\ Co %__' }] })).toEqual([]);
  });

  test('SF-092 conditions: all, any, null, lists with nothing in them, dates, parents', async () => {
    const mark = unique('mark');
    await create('Account', { Name: `A ${mark}`, AnnualRevenue: 10, Type: 'Customer' });
    await create('Account', { Name: `B ${mark}`, AnnualRevenue: 20 });
    const account = await create('Account', { Name: `C ${mark}` });
    const within = (...conditions: unknown[]): Record<string, unknown> => ({
      conditions: [{ field: 'Name', operator: 'contains', value: mark }, ...conditions],
    });
    const letters = async (...conditions: unknown[]): Promise<string> =>
      (await namesFound(within(...conditions))).map((name) => name.slice(0, 1)).join('');
    expect(await letters({ field: 'AnnualRevenue', operator: '>=', value: '10' })).toBe('AB');
    expect(await letters({ field: 'AnnualRevenue', value: null })).toBe('C');
    expect(await letters({ field: 'AnnualRevenue', operator: 'in', value: [10, null] })).toBe('AC');
    expect(await letters({ field: 'AnnualRevenue', operator: 'in', value: [] })).toBe('');
    expect(await letters({ field: 'AnnualRevenue', operator: 'notIn', value: [] })).toBe('ABC');
    expect(
      await letters({
        any: [
          { field: 'AnnualRevenue', value: 20 },
          {
            all: [
              { field: 'Type', value: 'Customer' },
              { field: 'AnnualRevenue', value: 10 },
            ],
          },
        ],
      }),
    ).toBe('AB');
    expect(await letters({ field: 'CreatedDate', operator: '>=', value: 'TODAY' })).toBe('ABC');
    expect(await letters({ field: 'CreatedDate', operator: '<', value: 'LAST_N_DAYS:3' })).toBe('');
    expect(
      await letters({ field: 'Name', operator: 'endsWith', value: `B ${mark}` }, { field: 'Name', operator: 'notContains', value: 'A ' }),
    ).toBe('B');
    await create('Contact', { LastName: mark, AccountId: account });
    const people = (await crm.run('findRecords', {
      object: 'Contact',
      fields: ['LastName', 'Account.Name'],
      conditions: [
        { field: 'Account.Name', value: `C ${mark}` },
        { field: 'Account.AnnualRevenue', operator: 'isEmpty' },
      ],
    })) as { records: unknown[] };
    expect(people.records).toMatchObject([{ LastName: mark, Account: { Name: `C ${mark}` } }]);
    expect(
      await namesFound({
        combine: 'any',
        match: { Name: `A ${mark}` },
        conditions: [{ field: 'Name', value: `B ${mark}` }],
        where: 'AnnualRevenue > 15',
      }),
    ).toEqual([`B ${mark}`]);
    await expect(namesFound(within({ field: 'AnnualRevenue', operator: '>', value: 'much' }))).rejects.toMatchObject({
      class: 'invalid',
      message: expect.stringContaining('AnnualRevenue'),
    });
  });

  test('SF-099 a currency field is there in orgs that have several currencies only', async () => {
    const fields = async (): Promise<string[]> =>
      ((await salesforceBench(sandbox.url).run('describeObject', { object: 'Opportunity' })) as { fields: { name: string }[] }).fields.map(
        ({ name }) => name,
      );
    expect(await fields()).not.toContain('CurrencyIsoCode');
    await expect(crm.run('query', { soql: 'SELECT CurrencyIsoCode FROM Opportunity' })).rejects.toMatchObject({
      class: 'invalid',
      code: 'INVALID_FIELD',
    });
    sandbox.quirks.isMultiCurrency = true;
    expect(await fields()).toContain('CurrencyIsoCode');
  });
});

describe('matching', () => {
  interface Match {
    readonly outcome: string;
    readonly record: { readonly Id: string } | null;
    readonly candidates: readonly { readonly id: string }[];
    readonly matchedBy: string | null;
  }
  const match = async (object: string, rules: unknown): Promise<Match> => (await crm.run('matchRecord', { object, rules })) as Match;

  test('goes through the rules in order, compares by meaning, and never guesses', async () => {
    const mark = `zq${Date.now().toString(36)}`;
    const id = await create('Account', {
      Name: `Café ${mark} & Söhne, Inc.`,
      Website: `https://www.${mark}.example/de`,
      Phone: '+1 (555) 010-0234',
    });
    const writes = (): number => count(({ method, path }) => method !== 'GET' && !path.includes('/oauth2/'));
    const before = writes();
    expect(
      await match('Account', [{ fields: { CW_Company_Id__c: null } }, { fields: { Website: `HTTP://${mark}.example` } }]),
    ).toMatchObject({ outcome: 'one', record: { Id: id }, candidates: [{ id }], matchedBy: 'Website' });
    expect(await match('Account', [{ name: 'by name', fields: { Name: `cafe ${mark} and Sohne` } }])).toMatchObject({
      outcome: 'one',
      matchedBy: 'by name',
    });
    expect(await match('Account', [{ fields: { Name: `Cafe ${mark}` } }])).toMatchObject({ outcome: 'none', record: null, candidates: [] });
    expect(
      await match('Account', [
        {
          fields: [
            { field: 'Phone', value: '555.010.0234' },
            { field: 'Name', value: `Café ${mark} und`, compare: 'name' },
          ],
        },
      ]),
    ).toMatchObject({ outcome: 'none' });
    expect(await match('Account', [{ fields: { Phone: '5550100234', Name: `CAFÉ ${mark} & SÖHNE LLC` } }])).toMatchObject({
      outcome: 'one',
    });
    expect(await match('Account', [{ fields: { Website: 'gmail.com' } }, { fields: { Phone: '12' } }])).toMatchObject({ outcome: 'none' });
    expect(writes()).toBe(before);
    const twin = await create('Account', { Name: unique('Other'), Website: `${mark}.example` });
    expect(
      await match('Account', [{ fields: { Website: mark + '.example' } }, { fields: { Name: `cafe ${mark} and sohne` } }]),
    ).toMatchObject({
      outcome: 'several',
      record: null,
      candidates: [{ id }, { id: twin }],
    });
  });

  test('a person is matched by e-mail whatever its case', async () => {
    const address = `ann.${Date.now().toString(36)}@example.com`;
    const id = await create('Contact', { LastName: unique('Lee'), Email: address });
    expect(await match('Contact', [{ fields: { Email: ` ${address.toUpperCase()} ` } }])).toMatchObject({
      outcome: 'one',
      record: { Id: id },
    });
    expect(await match('Contact', [{ fields: { Email: 'no address' } }])).toMatchObject({ outcome: 'none' });
  });
});
