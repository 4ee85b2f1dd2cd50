/** The suite lets a good connector pass and finds what is wrong with others: each mistake here was made in some connector. */
import { createHmac } from 'node:crypto';
import { WeftError } from '@weft/errors';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { z } from 'zod';
import { defineConnector, defineOperation, type ActionContext, type CallContext, type ConnectorDefinition } from '../connector.ts';
import { mapHttpError, type HttpErrorTable } from '../http/errors.ts';
import type { HttpResponse } from '../http/response.ts';
import { text } from '../input.ts';
import { doNotRetry } from '../signals.ts';
import { contractCases } from './contract-cases.ts';
import type { Contract } from './contract.ts';
import { startStub, type Stub } from './stub-server.ts';
import { valueCases } from './value-cases.ts';

interface Thing {
  readonly id: number;
  readonly name: string;
  readonly at: number;
}

/** A mistake a connector can make. */
type Mistake = Partial<
  Record<'retries' | 'swallows' | 'hidesWords' | 'hidesSubject' | 'createsTwice' | 'forgetsPage' | 'tellsSecret' | 'trims', boolean>
> & {
  poll?: 'tellsOld' | 'sameKey' | 'misses' | 'hoards' | 'crashes';
  push?: 'registersTwice' | 'stays' | 'takesUnsigned' | 'verifiesData' | 'newKeys' | 'sameKey' | 'ownKey' | 'findsNothing' | 'mendsNothing';
};

const SECRET = 'secret-0123456789';
let stub: Stub;
let things: Thing[] = [];
let now = 1_800_000_000_000;
let serial = 0;

beforeAll(async () => {
  stub = await startStub(
    ({ method, path, body, query, headers }) => {
      if (headers['authorization'] !== SECRET) return { status: 401, body: { said: 'who?' } };
      if (path === '/hooks') return { body: hooksAfter(method, body) };
      const { name } = (body || {}) as { name?: string };
      if (method === 'POST') return { status: 201, body: add(name ?? '') };
      const after = Number(query.get('after') ?? 0);
      const found = things.filter(
        (thing) => thing.id > after && thing.at >= Number(query.get('since') ?? 0) && (query.get('name') ?? thing.name) === thing.name,
      );
      return { body: found.slice(0, 10) };
    },
    { now: () => now },
  );
});
afterAll(() => stub.close());

function add(name: string): Thing {
  const thing = { id: things.length + 1, name, at: now };
  things = [...things, thing];
  for (const { url } of hooks) {
    const body = JSON.stringify({ id: thing.id, name });
    const job = fetch(url, { method: 'POST', body, headers: { 'x-signature': signatureOf(body) } }).finally(() => posting.delete(job));
    posting.add(job);
  }
  return thing;
}

/** Where the vendor posts to, and what is on its way. */
let hooks: { id: number; url: string }[] = [];
const posting = new Set<Promise<unknown>>();
const signatureOf = (body: string | Uint8Array): string => createHmac('sha256', SECRET).update(body).digest('hex');

/** The vendor's registrations, after a call about them. */
function hooksAfter(method: string, body: unknown): { id: number; url: string }[] {
  const { url = '', id } = (body || {}) as { url?: string; id?: number };
  if (method === 'POST') hooks = [...hooks, { id: (serial += 1), url }];
  if (method === 'DELETE') hooks = hooks.filter((hook) => hook.id !== id);
  return hooks;
}

function makeConnector(mistake: Mistake): ConnectorDefinition {
  const errors: HttpErrorTable = {
    vendor: mistake.tellsSecret === true ? `Vendor of ${SECRET}` : 'Vendor',
    rules: [],
    read: (response: HttpResponse) => {
      const said = /"said":"([^"]*)"/.exec(response.text())?.[1];
      return mistake.hidesWords === true || said === undefined ? {} : { message: said };
    },
  };
  const ask = async (context: Pick<ActionContext, 'http' | 'connection' | 'now'>, query: Record<string, string>, json?: unknown) => {
    const send = () =>
      context.http.request({
        url: stub.url,
        query,
        headers: { authorization: context.connection?.values['key'] ?? '' },
        ...(json === undefined ? {} : { method: 'POST', json }),
      });
    let response = await send();
    if (mistake.retries === true && response.status >= 400) response = await send();
    if (mistake.swallows === true && response.status >= 500) return [];
    const subject = mistake.hidesSubject === true ? undefined : `thing "${query['name'] ?? (json as Thing | undefined)?.name ?? 'any'}"`;
    if (response.status >= 300) throw mapHttpError(errors, response, context.now(), subject);
    return response.json() as Thing[];
  };
  const listed = async (context: ActionContext, query: Record<string, string>): Promise<Thing[]> => {
    const all: Thing[] = [];
    for (;;) {
      const page = await ask(context, { ...query, after: String(all.at(-1)?.id ?? 0) });
      all.push(...page);
      if (page.length < 10 || mistake.forgetsPage === true) return all;
    }
  };
  const list = defineOperation({
    ...common('list'),
    kind: 'action',
    safety: 'read',
    input: z.strictObject({ name: text() }),
    output: { type: 'object', properties: { names: { type: 'array', items: { type: 'string' } } } },
    sample: { names: [] },
    run: async (context, { name }) => ({ names: (await listed(context, { name })).map(({ id }) => String(id)) }),
  });
  const create = defineOperation({
    ...common('create'),
    kind: 'action',
    safety: 'searchable',
    input: z.strictObject({ name: text() }),
    output: { type: 'object', properties: { name: { type: 'string' } } },
    sample: { name: 'a' },
    async run(context, { name }) {
      if (name.length > 200) throw doNotRetry('Name: must be shorter.');
      const kept = mistake.trims === true ? name.replace(/\W/g, '') : name;
      const there = mistake.createsTwice === true ? [] : await ask(context, { name: kept });
      if (there.length === 0) await ask(context, {}, { name: kept });
      return { name: kept };
    },
  });
  const changed = defineOperation({
    ...common('changed'),
    kind: 'trigger',
    mode: 'poll',
    intervalMs: 1000,
    properties: [],
    input: z.strictObject({}),
    output: { type: 'object', properties: { id: { type: 'integer' } } },
    sample: { id: 1 },
    async poll(context, _input, cursor) {
      if (mistake.poll === 'crashes' && cursor === null) throw new TypeError('null has no since');
      const { data } = z.object({ seen: z.array(z.number()), after: z.number() }).safeParse(cursor);
      const page = await ask(context, { after: String(data?.after ?? 0) });
      const last = page.at(-1)?.id ?? data?.after ?? 0;
      const fresh = mistake.poll === 'misses' ? page.slice(0, 9) : page;
      const tells = data !== undefined && data.after >= 0;
      const events = fresh.map(({ id }) => ({ dedupKey: mistake.poll === 'sameKey' ? 'k' : String(id), payload: { id } }));
      if (!tells && mistake.poll !== 'tellsOld') {
        const all = await listed(context as ActionContext, {});
        return { events: [], cursor: { seen: [], after: all.at(-1)?.id ?? 0 } };
      }
      const seen = mistake.poll === 'hoards' ? [...(data?.seen ?? []), ...Array.from({ length: 500 }, () => last)] : [];
      return { events, cursor: { seen, after: last }, hasMore: page.length === 10 };
    },
    examples: async (context) => (await ask(context, {})).map(({ id }) => ({ id })),
  });
  const hook = (context: CallContext, method: 'GET' | 'POST' | 'DELETE', json?: unknown): Promise<typeof hooks> =>
    context.http
      .request({
        method,
        url: `${stub.url}/hooks`,
        headers: { authorization: context.connection?.values['key'] ?? '' },
        ...(json === undefined ? {} : { json }),
      })
      .then((response) => response.json() as typeof hooks);
  const register = async (context: CallContext, url: string): Promise<void> => {
    const there = (await hook(context, 'GET')).some((one) => one.url === url);
    if (!there || mistake.push === 'registersTwice') await hook(context, 'POST', { url });
  };
  const keyOf = (id: number): string =>
    mistake.push === 'newKeys' ? `k${(serial += 1)}` : mistake.push === 'sameKey' ? 'k' : `thing:${id}`;
  const pushed = defineOperation({
    ...common('pushed'),
    kind: 'trigger',
    mode: 'push',
    properties: [],
    input: z.strictObject({}),
    output: { type: 'object', properties: { id: { type: 'integer' } } },
    sample: { id: 1 },
    async activate(context, _input, hookUrl) {
      await register(context, hookUrl);
      return { hookUrl, after: (await listed(context as ActionContext, {})).at(-1)?.id ?? 0 };
    },
    async deactivate(context, _input, state) {
      if (mistake.push === 'stays') return;
      for (const { id, url } of await hook(context, 'GET'))
        if (url === (state as { hookUrl?: string } | null)?.hookUrl) await hook(context, 'DELETE', { id });
    },
    async reconcile(context, _input, hookUrl, state) {
      if (mistake.push !== 'mendsNothing') await register(context, hookUrl);
      const after = (state as { after: number }).after;
      const fresh = (await listed(context as ActionContext, {})).filter(({ id }) => id > after);
      const key = (id: number): string => (mistake.push === 'ownKey' ? `found:${id}` : keyOf(id));
      return {
        events: mistake.push === 'findsNothing' ? [] : fresh.map(({ id }) => ({ dedupKey: key(id), payload: { id } })),
        cursor: { hookUrl, after: fresh.at(-1)?.id ?? after },
      };
    },
    async receive(_context, _input, { headers, rawBody }) {
      const given = headers['x-signature'];
      const parsed = JSON.parse(new TextDecoder().decode(rawBody)) as Thing;
      const signed = mistake.push === 'verifiesData' ? JSON.stringify(parsed) : rawBody;
      const isGood = given === signatureOf(signed) || (mistake.push === 'takesUnsigned' && given === undefined);
      if (!isGood) throw new WeftError({ class: 'auth', code: 'signature_wrong', message: 'The signature does not fit.' });
      return [{ dedupKey: keyOf(parsed.id), payload: { id: parsed.id } }];
    },
    examples: async (context) => (await ask(context, {})).map(({ id }) => ({ id })),
  });
  return defineConnector({
    id: 'vendor',
    version: '1.0.0',
    title: 'Vendor',
    summary: 'Test.',
    icon: { glyph: 'V', color: '#000' },
    category: 'other',
    auth: [{ id: 'key', title: 'Key', fields: [{ name: 'key', label: 'Key', kind: 'secret', required: true }] }],
    rateLimit: { perMinute: 6000, concurrent: 9 },
    operations: [list, create, changed, pushed],
  });
}

function common(id: string) {
  return {
    id,
    title: id,
    summary: id,
    needsConnection: true,
    properties: [{ name: 'name', label: 'Name', required: true, kind: 'text' as const }],
  };
}

const unique = (): string => `thing ${(serial += 1)}`;

function describeContract(mistake: Mistake): Contract {
  return {
    connector: makeConnector(mistake),
    account: () => ({
      values: { key: SECRET },
      now: () => now,
      advance: (ms) => void (now += ms),
      disturb: (fault) => stub.disturb(fault),
      calm: () => stub.calm(),
    }),
    errorBody: (_status, words) => ({ said: words }),
    actions: {
      list: { input: () => ({ name: add(unique()).name }), subject: ({ name }) => `thing "${String(name)}"` },
      create: {
        input: () => ({ name: unique() }),
        request: { method: 'POST' },
        effects: async ({ name }) => things.filter((thing) => thing.name === name).length,
      },
    },
    lists: [
      {
        operation: 'list',
        counts: [9, 10, 11],
        async prepare(count) {
          const name = unique();
          return { input: { name }, ids: Array.from({ length: count }, () => String(add(name).id)) };
        },
        idsIn: (output) => (output as { names: string[] }).names,
      },
    ],
    polls: {
      changed: { input: {}, pageSize: 10, make: async () => String(add(unique()).id), idIn: (payload) => String((payload as Thing).id) },
    },
    pushes: {
      pushed: {
        input: {},
        request: { method: 'POST', path: '/hooks' },
        make: async () => String(add(unique()).id),
        settled: async () => void (await Promise.allSettled(posting)),
        registered: async (hookUrl) => hooks.filter(({ url }) => url === hookUrl).length,
        idIn: (payload) => String((payload as Thing).id),
      },
    },
  };
}

/** What fails of the cases whose names fit; the last ones look at what the others have done. */
async function failing(mistake: Mistake, wanted = /./): Promise<string[]> {
  things = [];
  hooks = [];
  const failed: string[] = [];
  const contract = describeContract(mistake);
  const values = valueCases({
    connector: contract.connector,
    account: contract.account,
    operations: {
      create: { texts: { name: async (value, bench) => ((await bench.run('create', { name: value })) as Thing).name } },
    },
    left: { list: 'reads', changed: 'takes nothing', pushed: 'takes nothing' },
  });
  const cases = [...contractCases(contract), ...values].filter(({ name }) => wanted.test(name) || wanted.source.startsWith('no secret'));
  for (const { name, run } of cases) await run().catch((error: unknown) => failed.push(`${name}: ${String(error)}`));
  return failed;
}

test('a good connector passes', async () => {
  expect(await failing({})).toEqual([]);
});

const MISTAKES: readonly [Mistake, RegExp][] = [
  [{ retries: true }, /list: 404 is notFound, in one request/],
  [{ swallows: true }, /list: 503 is transient/],
  [{ hidesWords: true }, /create: 400 is invalid/],
  [{ hidesSubject: true }, /list: 403 is auth/],
  [{ createsTwice: true }, /create: done, but the answer lost, is done once in the end/],
  [{ createsTwice: true }, /create: a second attempt of the same step changes nothing/],
  [{ forgetsPage: true }, /list: 11 records are each given once/],
  [{ tellsSecret: true }, /no secret is in what was recorded, nor in any failure/],
  [{ trims: true }, /create: any text in name arrives/],
  [{ poll: 'tellsOld' }, /changed: begins now/],
  [{ poll: 'sameKey' }, /changed: over page borders each is told once/],
  [{ poll: 'misses' }, /changed: over page borders each is told once/],
  [{ poll: 'hoards' }, /changed: over page borders .* the cursor shrinks again/],
  [{ poll: 'crashes' }, /changed: a cursor it cannot read means to begin anew/],
  [{ push: 'registersTwice' }, /pushed: is registered once however often it is switched on/],
  [{ push: 'registersTwice' }, /pushed: registered, but the answer lost, is registered once/],
  [{ push: 'stays' }, /pushed: is registered once .* not any more when it is off/],
  [{ push: 'takesUnsigned' }, /pushed: a delivery without its headers is refused/],
  [{ push: 'verifiesData' }, /pushed: a delivery with a space more is refused/],
  [{ push: 'newKeys' }, /pushed: a delivery that comes twice is one event/],
  [{ push: 'sameKey' }, /pushed: .* that of another record is another/],
  [{ push: 'ownKey' }, /pushed: what no delivery told is found, once, under the key/],
  [{ push: 'findsNothing' }, /pushed: what no delivery told is found/],
  [{ push: 'mendsNothing' }, /pushed: a registration that is gone at the vendor is made again/],
];

test.each(MISTAKES)('%j is found', async (mistake, sentence) => {
  expect((await failing(mistake, sentence)).filter((name) => sentence.test(name))).not.toEqual([]);
});

test('an operation that is not described is found', async () => {
  const { actions, ...contract } = describeContract({});
  const cases = contractCases({ ...contract, actions: { list: actions['list'] ?? { input: () => ({}) } } });
  await expect(cases.find(({ name }) => name.startsWith('every action'))?.run()).rejects.toThrow('not described');
});
