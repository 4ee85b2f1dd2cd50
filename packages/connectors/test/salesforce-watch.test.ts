/** The Salesforce watch over changes: nothing lost, nothing twice, whatever the stamps do. */
import type { TestBench } from '@weft/connector-kit/testing';
import { startSandbox, type Sandbox } from '@weft/sandbox';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { salesforceBench } from './accounts.ts';

let sandbox: Sandbox;
let crm: TestBench;
let serial = 0;
/** The sandbox's time while it stands still; undefined lets it go with ours. */
let frozenAt: number | undefined;

beforeAll(async () => {
  sandbox = await startSandbox({ port: 0, seed: 'demo', clock: () => frozenAt ?? Date.now() });
  crm = salesforceBench(sandbox.url);
});
afterAll(() => sandbox.close());
afterEach(() => {
  frozenAt = undefined;
  sandbox.quirks.lateCommitMs = 0;
});

interface Payload {
  readonly event: string;
  readonly record: { readonly Id: string; readonly Name?: string };
}

const unique = (word: string): string => `${word} ${(serial += 1)}${Date.now().toString(36)}`;
const create = async (object: string, record: Record<string, unknown>): Promise<string> =>
  ((await crm.run('createRecord', { object, record })) as { id: string }).id;
const createMany = async (count: number, word: string): Promise<Set<string>> => {
  const records = Array.from({ length: count }, (_, at) => ({ Name: `${word} ${at}` }));
  const made = (await crm.run('writeMany', { object: 'Account', action: 'create', records })) as { results: { id: string }[] };
  return new Set(made.results.map(({ id }) => id));
};

/** A watch that keeps its cursor as the database would, and drops what has a known key as the platform does. */
async function watch(input: Record<string, unknown>) {
  const known = new Set<string>();
  const stored = (cursor: unknown): unknown => JSON.parse(JSON.stringify(cursor)) as unknown;
  let cursor = stored((await crm.poll('recordChanged', input, undefined)).cursor);
  return {
    size: () => JSON.stringify(cursor).length,
    /** New events since the last call. */
    async events(): Promise<Payload[]> {
      const found: Payload[] = [];
      for (let more = true; more;) {
        // Each poll by a process that has just started.
        const bench = salesforceBench(sandbox.url);
        const result = await bench.poll('recordChanged', input, cursor);
        cursor = stored(result.cursor);
        more = result.hasMore === true;
        for (const event of result.events) {
          if (known.has(event.dedupKey)) continue;
          known.add(event.dedupKey);
          found.push(event.payload as Payload);
        }
      }
      return found;
    },
  };
}

const of = (ids: ReadonlySet<string>, payloads: readonly Payload[]): string[] =>
  payloads.map(({ record }) => record.Id).filter((id) => ids.has(id));

describe('SF-118', () => {
  test('SF-118 500 records with one SystemModstamp across two page borders are each seen once', async () => {
    const changes = await watch({ object: 'Account', event: 'created', fields: ['Name'] });
    frozenAt = Date.now();
    const made = await createMany(500, unique('Same second'));
    expect(of(made, await changes.events()).toSorted()).toEqual([...made].toSorted());
    expect(of(made, await changes.events())).toEqual([]);
  });

  test('SF-118 a record committed 60 s late, with the older stamp, is found', async () => {
    const changes = await watch({ object: 'Account', event: 'createdOrUpdated', fields: ['Name'] });
    const prompt = await create('Account', { Name: unique('Prompt') });
    expect(of(new Set([prompt]), await changes.events())).toEqual([prompt]);
    sandbox.quirks.lateCommitMs = 60_000;
    const late = await create('Account', { Name: unique('Late') });
    sandbox.quirks.lateCommitMs = 0;
    expect(of(new Set([prompt, late]), await changes.events())).toEqual([late]);
    expect(of(new Set([prompt, late]), await changes.events())).toEqual([]);
  });
});

describe('events', () => {
  test('"updated" leaves creations out and gives what changed after', async () => {
    const old = await create('Account', { Name: unique('Old') });
    const changes = await watch({ object: 'Account', event: 'updated', fields: ['Name', 'Phone'] });
    const fresh = await create('Account', { Name: unique('Fresh') });
    await crm.run('updateRecord', { object: 'Account', id: old, record: { Phone: '1' } });
    const both = new Set([old, fresh]);
    expect(of(both, await changes.events())).toEqual([old]);
    await crm.run('updateRecord', { object: 'Account', id: fresh, record: { Phone: '2' } });
    const later = (await changes.events()).filter(({ record }) => both.has(record.Id));
    expect(later.map(({ event, record }) => [event, record.Id])).toEqual([['updated', fresh]]);
  });

  test.each([[['Name']], [undefined]])('a deletion is given once, when it is asked for (fields %j)', async (fields) => {
    const id = await create('Account', { Name: unique('Gone') });
    const wanted = await watch({ object: 'Account', event: 'createdOrUpdated', deleted: true, ...(fields ? { fields } : {}) });
    const unwanted = await watch({ object: 'Account', event: 'createdOrUpdated', ...(fields ? { fields } : {}) });
    await crm.run('deleteRecord', { object: 'Account', id });
    const mine = (await wanted.events()).filter(({ record }) => record.Id === id);
    expect(mine.map(({ event }) => event)).toEqual(['deleted']);
    expect((await wanted.events()).filter(({ record }) => record.Id === id)).toEqual([]);
    expect((await unwanted.events()).filter(({ record }) => record.Id === id)).toEqual([]);
  });

  test('SF-120 a change whose author is the user we connect as is dropped as an echo, if wished', async () => {
    const changes = await watch({ object: 'Account', event: 'createdOrUpdated', ignoreOwn: true, fields: ['Name'] });
    const all = await watch({ object: 'Account', event: 'createdOrUpdated', fields: ['Name'] });
    const id = await create('Account', { Name: unique('Ours') });
    expect(of(new Set([id]), await changes.events())).toEqual([]);
    expect(of(new Set([id]), await all.events())).toEqual([id]);
    const { values } = await otherUser();
    await salesforceBench(sandbox.url, values).run('updateRecord', { object: 'Account', id, record: { Phone: '77' } });
    expect(of(new Set([id]), await changes.events())).toEqual([id]);
  });

  test('"starts to match" survives restarts and the wave of 300 matches at once', async () => {
    const made = await createMany(300, unique('Wave'));
    const changes = await watch({ object: 'Account', event: 'startsToMatch', when: "Phone = 'wave'", fields: ['Name'] });
    const setPhone = async (Phone: string): Promise<unknown> =>
      crm.run('writeMany', { object: 'Account', action: 'update', records: [...made].map((Id) => ({ Id, Phone })) });
    await setPhone('wave');
    expect(of(made, await changes.events()).toSorted()).toEqual([...made].toSorted());
    const [one = ''] = made;
    await crm.run('updateRecord', { object: 'Account', id: one, record: { Description: 'touched' } });
    expect(of(made, await changes.events())).toEqual([]);
    await crm.run('updateRecord', { object: 'Account', id: one, record: { Phone: 'other' } });
    expect(of(made, await changes.events())).toEqual([]);
    // Stamps hold whole seconds: two beginnings within one are one.
    const second = Math.floor(Date.now() / 1000);
    await expect.poll(() => Math.floor(Date.now() / 1000), { timeout: 3000 }).toBeGreaterThan(second);
    await crm.run('updateRecord', { object: 'Account', id: one, record: { Phone: 'wave' } });
    expect(of(made, await changes.events())).toEqual([one]);
  });
});

describe('change events', () => {
  const events = async (
    bench: TestBench,
    input: Record<string, unknown>,
    cursor: unknown,
  ): Promise<{ payloads: Payload[]; cursor: unknown }> => {
    const payloads: Payload[] = [];
    let at = cursor;
    for (let more = true; more;) {
      const result = await bench.poll('changeEvent', input, at);
      at = JSON.parse(JSON.stringify(result.cursor)) as unknown;
      more = result.hasMore === true;
      payloads.push(...result.events.map((event) => event.payload as Payload));
    }
    return { payloads, cursor: at };
  };

  test('SF-119 SF-120 a person’s change comes with its fields; what carries our client= or is by our user is dropped as an echo', async () => {
    const begun = await events(crm, { object: 'Account' }, undefined);
    expect(begun.payloads).toEqual([]);
    const id = await create('Account', { Name: unique('Ours') });
    const { values } = await otherUser();
    const token = await fetch(`${sandbox.url}/services/oauth2/token`, {
      method: 'POST',
      body: new URLSearchParams({
        grant_type: 'refresh_token',
        refresh_token: values['refreshToken'] ?? '',
        client_id: 'weft-demo-client',
        client_secret: 'weft-demo-secret',
      }),
    });
    const { access_token } = (await token.json()) as { access_token: string };
    await fetch(`${sandbox.url}/services/data/v66.0/sobjects/Account/${id}`, {
      method: 'PATCH',
      headers: { authorization: `Bearer ${access_token}`, 'content-type': 'application/json' },
      body: JSON.stringify({ Phone: '12345' }),
    });
    const { payloads, cursor } = await events(crm, { object: 'Account' }, begun.cursor);
    expect(payloads).toMatchObject([{ event: 'updated', object: 'Account', record: { Id: id, Phone: '12345' } }]);
    expect((payloads[0] as unknown as { changedFields: string[] }).changedFields).toContain('Phone');
    expect((await events(crm, { object: 'Account' }, cursor)).payloads).toEqual([]);
    // By client= alone: another person, through us.
    await salesforceBench(sandbox.url, values).run('updateRecord', { object: 'Account', id, record: { Phone: '777' } });
    expect((await events(crm, { object: 'Account' }, cursor)).payloads).toEqual([]);
    expect((await events(crm, { object: 'Account', ignoreOwn: false }, cursor)).payloads).toMatchObject([
      { event: 'updated', record: { Phone: '777' } },
    ]);
  });

  test('SF-122 after a gap the records are read again by their ids', async () => {
    const id = await create('Account', { Name: unique('Gap') });
    const begun = await events(crm, { object: 'Account' }, undefined);
    sandbox.salesforce.changeEvents.gap('Account', 'GAP_UPDATE', [id]);
    const { payloads } = await events(crm, { object: 'Account' }, begun.cursor);
    expect(payloads).toMatchObject([{ event: 'updated', record: { Id: id, Name: expect.stringContaining('Gap') }, complete: true }]);
  });

  test('an expired session is renewed once; an unknown channel says where to select the object', async () => {
    const begun = await events(crm, { object: 'Account' }, undefined);
    sandbox.salesforce.sessions.expireAll();
    expect((await events(crm, { object: 'Account' }, begun.cursor)).payloads).toEqual([]);
    await expect(crm.poll('changeEvent', { object: 'Nonsense__c' }, undefined)).rejects.toMatchObject({
      class: 'invalid',
      message: expect.stringContaining('Change Data Capture'),
    });
  });
});

// Last, for what it makes stays within the overlap of every watch after it.
test('SF-118 10 000 changes at once come page by page, each once, from a cursor that stays small', { timeout: 60_000 }, async () => {
  const changes = await watch({ object: 'Account', event: 'createdOrUpdated', fields: ['Name'] });
  const made = await createMany(10_000, unique('Flood'));
  expect(made.size).toBe(10_000);
  const seen = of(made, await changes.events());
  expect(new Set(seen).size).toBe(10_000);
  expect(seen).toHaveLength(10_000);
  expect(changes.size()).toBeLessThan(600_000);
});

/** The values of a connection by which another person of the org has signed in. */
async function otherUser(): Promise<{ values: Record<string, string> }> {
  const oauth = crm.connector.oauth;
  if (oauth === undefined) throw new Error('Salesforce offers no browser sign-in');
  const people = (await crm.run('query', { soql: 'SELECT Id FROM User WHERE IsActive = true' })) as { records: { Id: string }[] };
  const mine = String((crm.context().connection?.session.get('token') as { identity: string }).identity.split('/')[1]);
  const other = people.records.find(({ Id }) => Id !== mine)?.Id ?? '';
  const form = { signInUrl: sandbox.url, clientId: 'weft-demo-client', clientSecret: 'weft-demo-secret' };
  const redirectUri = 'http://127.0.0.1:9/callback';
  const { createHash } = await import('node:crypto');
  const codeVerifier = 'v'.repeat(64);
  const codeChallenge = createHash('sha256').update(codeVerifier).digest('base64url');
  const page = oauth.authorizeUrl(form, { redirectUri, state: 's', codeChallenge });
  const back = await fetch(`${page}&decision=allow&user=${other}`, { redirect: 'manual' });
  const code = new URL(back.headers.get('location') ?? 'missing:').searchParams.get('code') ?? '';
  const bench = salesforceBench(sandbox.url, form);
  return { values: { ...form, ...(await oauth.exchangeCode(bench.context(), form, { code, redirectUri, codeVerifier })) } };
}
