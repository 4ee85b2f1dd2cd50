/** The HTTP connector keeps the contract of all connectors, against a server of this machine. */
import { contractCases, startStub, valueCases, type Stub, type StubRequest, type TestBench } from '@weft/connector-kit/testing';
import { afterAll, beforeAll, describe, test } from 'vitest';
import { http } from '../src/http/index.ts';

const TOKEN = 'token-0123456789';
let stub: Stub;
let serial = 0;
const orders: { id: string; body: unknown }[] = [];

beforeAll(async () => {
  stub = await startStub((request) => {
    if (request.headers['authorization'] !== `Bearer ${TOKEN}`) return { status: 401, body: { message: 'who are you?' } };
    if (request.path === '/echo') return { body: shown(request) };
    if (request.method === 'PUT' || request.method === 'POST') {
      orders.push({ id: request.path.split('/')[2] ?? '', body: request.body });
      return { status: 201, body: { ok: true } };
    }
    const from = Number(request.query.get('after') ?? 0);
    const until = Math.min(from + 10, Number(request.path.split('/')[2] ?? 0));
    const next = until < Number(request.path.split('/')[2] ?? 0) ? { link: `<${stub.url}${request.path}?after=${until}>; rel="next"` } : {};
    return { headers: next, body: Array.from({ length: until - from }, (_, at) => ({ id: String(from + at) })) };
  });
});
afterAll(() => stub.close());

interface Echo {
  readonly query: Readonly<Record<string, string>>;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: unknown;
}
const shown = (request: StubRequest): unknown => ({
  query: Object.fromEntries(request.query),
  headers: request.headers,
  body: request.body,
});
const account = () => ({
  values: { site: stub.url, token: TOKEN },
  disturb: stub.disturb,
  calm: stub.calm,
});
const unique = (): string => String((serial += 1));

describe('HTTP keeps the contract', () => {
  const cases = contractCases({
    connector: http,
    account,
    errorBody: (_status, message) => ({ error: { message } }),
    wrongValues: [['site', { site: 'http://127.0.0.1:1' }]],
    actions: {
      get: { input: () => ({ url: `${stub.url}/orders/3` }), subject: () => 'GET /orders/3' },
      getAll: { input: () => ({ url: `${stub.url}/orders/25` }), subject: () => 'GET /orders/25', waits: 20 },
      request: {
        input: () => ({ method: 'POST', url: `${stub.url}/orders/${unique()}`, body: { n: 1 } }),
        subject: ({ url }) => `POST ${new URL(String(url)).pathname}`,
        effects: async ({ url }) => orders.filter(({ id }) => String(url).endsWith(`/${id}`)).length,
      },
    },
    lists: [
      {
        operation: 'getAll',
        counts: [1, 9, 10, 11, 25],
        async prepare(count) {
          return { input: { url: `${stub.url}/orders/${count}` }, ids: Array.from({ length: count }, (_, at) => String(at)) };
        },
        idsIn: (output) => (output as { items: { id: string }[] }).items.map(({ id }) => id),
      },
    ],
    refusals: [
      {
        name: 'a server error that may have acted is unknown',
        operation: 'request',
        answer: { status: 500, body: { message: 'Oops' } },
        class: 'transient',
        says: ['Oops'],
      },
    ],
  });
  test.each(cases.map(({ name, run }) => [name, run] as const))('%s', (_name, run) => run());
});

describe('nasty values', () => {
  /** What arrived at the server. */
  const echo = async (bench: TestBench, operation: string, input: Record<string, unknown>): Promise<Echo> =>
    ((await bench.run(operation, { url: `${stub.url}/echo`, ...input })) as { body: Echo }).body;
  const cases = valueCases({
    connector: http,
    account,
    left: { getAll: 'takes what get takes' },
    operations: {
      get: {
        texts: {
          query: async (text, bench) => (await echo(bench, 'get', { query: { q: text } })).query['q'],
          header: {
            names: ['header', 'x-note'],
            write: async (text, bench) => (await echo(bench, 'get', { headers: { 'x-note': text } })).headers['x-note'],
          },
          address: { names: ['address', 'called', 'account of this step'], write: (text, bench) => bench.run('get', { url: text }) },
        },
      },
      request: {
        texts: {
          body: async (text, bench) => ((await echo(bench, 'request', { method: 'POST', body: { text } })).body as { text: string }).text,
          'whole body': {
            names: ['body'],
            write: async (text, bench) => (await echo(bench, 'request', { method: 'POST', body: text })).body,
          },
        },
      },
    },
  });
  test.each(cases.map(({ name, run }) => [name, run] as const))('%s', (_name, run) => run());
});
