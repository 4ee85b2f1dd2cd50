/** Acme keeps the contract of all connectors, against a stub of its own. */
import { contractCases, valueCases, type ContractAccount, type TestBench } from '@weft/connector-kit/testing';
import { afterAll, beforeAll, describe, test } from 'vitest';
import { acme } from './index.ts';
import { WRONG_VALUES, stubValues } from './stub-account.ts';
import { errorBody, startAcmeStub, type AcmeStub } from './stub.ts';

let stub: AcmeStub;
let now = Date.parse('2026-01-15T09:30:00Z');
let serial = 0;

beforeAll(async () => {
  stub = await startAcmeStub(() => now);
});
afterAll(() => stub.close());

const unique = (word: string): string => `${word} ${(serial += 1)}`;
const account = (): ContractAccount => ({
  values: stubValues(stub.url),
  now: () => now,
  advance: (ms) => void (now += ms),
  disturb: (fault) => stub.disturb(fault),
  calm: () => stub.calm(),
});
const named = (name: unknown): number => stub.items.filter((item) => item.name === name).length;

describe('the contract', () => {
  const cases = contractCases({
    connector: acme,
    account,
    errorBody: (status, words) => errorBody(`code_${status}`, words),
    wrongValues: WRONG_VALUES,
    actions: {
      findItems: { input: () => ({ name: stub.add(unique('Found')).name }), subject: () => 'the items' },
      createItem: {
        input: () => ({ name: unique('Made'), note: 'new' }),
        request: { method: 'POST' },
        subject: ({ name }) => `item "${String(name)}"`,
        effects: async ({ name }) => named(name),
      },
    },
    lists: [
      {
        operation: 'findItems',
        counts: [1, 99, 100, 101, 201],
        async prepare(count) {
          const name = unique('Listed');
          const ids = Array.from({ length: count }, () => String(stub.add(name).id));
          return { input: { name, limit: 1000 }, ids };
        },
        idsIn: (output) => (output as { items: { id: number }[] }).items.map(({ id }) => String(id)),
      },
    ],
    polls: {
      itemChanged: {
        input: {},
        make: async () => String(stub.add(unique('Watched')).id),
        change: async (id) => stub.change(Number(id)),
        makeLate: async () => String(stub.add(unique('Late'), now - 60_000).id),
        idIn: (payload) => String((payload as { item: { id: number } }).item.id),
      },
    },
    refusals: [
      {
        name: 'a name that is taken names record and field',
        operation: 'createItem',
        answer: { status: 409, body: errorBody('name_taken', 'is taken', 'name') },
        class: 'conflict',
        code: 'name_taken',
        says: ['item "Made', 'field name', 'is taken', 'another name'],
      },
    ],
  });
  test.each(cases.map(({ name, run }) => [name, run] as const))('%s', (_name, run) => run());
});

describe('nasty values', () => {
  const created = async (bench: TestBench, input: Record<string, unknown>): Promise<{ name: string; note: string | null }> =>
    ((await bench.run('createItem', input)) as { item: { name: string; note: string | null } }).item;
  const cases = valueCases({
    connector: acme,
    account,
    operations: {
      createItem: {
        texts: {
          name: async (text, bench) => (await created(bench, { name: text })).name,
          note: async (text, bench) => (await created(bench, { name: unique('Noted'), note: text })).note,
        },
      },
      findItems: {
        texts: {
          async name(text, bench) {
            const item = stub.add(`${unique('Find')} ${text} x`);
            const found = (await bench.run('findItems', { name: item.name })) as { items: { id: number }[] };
            // Found, and nothing else with it.
            return found.items.length === 1 && found.items[0]?.id === item.id ? text : found;
          },
        },
      },
      itemChanged: {
        texts: {
          async name(text, bench) {
            let { cursor } = await bench.poll('itemChanged', {}, undefined);
            const { id } = stub.add(text);
            for (;;) {
              const polled = await bench.poll('itemChanged', {}, cursor);
              const items = polled.events.map(({ payload }) => (payload as { item: { id: number; name: string } }).item);
              if (polled.hasMore !== true) return items.find((item) => item.id === id)?.name;
              cursor = polled.cursor;
            }
          },
        },
      },
    },
  });
  test.each(cases.map(({ name, run }) => [name, run] as const))('%s', (_name, run) => run());
});
