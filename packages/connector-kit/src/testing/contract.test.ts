/** The suite lets a good connector pass and finds what is wrong with others: each mistake here was made in some connector. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { z } from 'zod';
import { defineConnector, defineOperation, type ActionContext, type ConnectorDefinition } from '../connector.ts';
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
> & { poll?: 'tellsOld' | 'sameKey' | 'misses' | 'hoards' | 'crashes' };

const SECRET = 'secret-0123456789';
let stub: Stub;
let things: Thing[] = [];
let now = 1_800_000_000_000;
let serial = 0;

beforeAll(async () => {
  stub = await startStub(
    ({ method, body, query, headers }) => {
      if (headers['authorization'] !== SECRET) return { status: 401, body: { said: 'who?' } };
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
  return thing;
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
  return defineConnector({
    id: 'vendor',
    version: '1.0.0',
    title: 'Vendor',
    summary: 'Test.',
    icon: { glyph: 'V', color: '#000' },
    category: 'other',
    auth: [{ id: 'key', title: 'Key', fields: [{ name: 'key', label: 'Key', kind: 'secret', required: true }] }],
    rateLimit: { perMinute: 6000, concurrent: 9 },
    operations: [list, create, changed],
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
  };
}

/** What fails of the cases whose names fit; the last ones look at what the others have done. */
async function failing(mistake: Mistake, wanted = /./): Promise<string[]> {
  things = [];
  const failed: string[] = [];
  const contract = describeContract(mistake);
  const values = valueCases({
    connector: contract.connector,
    account: contract.account,
    operations: {
      create: { texts: { name: async (value, bench) => ((await bench.run('create', { name: value })) as Thing).name } },
    },
    left: { list: 'reads', changed: 'takes nothing' },
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
];

test.each(MISTAKES)('%j is found', async (mistake, sentence) => {
  expect((await failing(mistake, sentence)).filter((name) => sentence.test(name))).not.toEqual([]);
});

test('an operation that is not described is found', async () => {
  const { actions, ...contract } = describeContract({});
  const cases = contractCases({ ...contract, actions: { list: actions['list'] ?? { input: () => ({}) } } });
  await expect(cases.find(({ name }) => name.startsWith('every action'))?.run()).rejects.toThrow('not described');
});
