import { createTestBench, NASTY_TEXTS } from '@weft/connector-kit/testing';
import { describe, expect, test } from 'vitest';
import { list } from './index.ts';

const bench = createTestBench({ connector: list });
const run = async (operation: string, input: Record<string, unknown>) =>
  (await bench.run(operation, input)) as {
    items: Record<string, unknown>[];
    count: number;
    groups: { key: unknown; count: number; values: Record<string, unknown>; items?: unknown[] }[];
    chunks: unknown[][];
    leftOut: number;
    removed: number;
    matched: number;
    leftOnly: number;
    rightOnly: number;
  };
const names = (items: readonly Record<string, unknown>[]) => items.map((item) => item['name']);

const deals = [
  { name: 'a', amount: 1000, stage: 'Won', account: { city: 'Zürich' }, tags: ['x'], closed: '2026-01-15' },
  { name: 'b', amount: '900', stage: 'won', account: { city: null }, tags: [], closed: '2026-01-15T23:30:00-05:00' },
  { name: 'c', amount: null, stage: '', account: null, closed: '' },
  { name: 'd', amount: 'n/a', stage: 'Lost', account: { city: 'Ærø' }, tags: ['x', 'y'], closed: '2025-12-31' },
];

describe('filtering', () => {
  const keep = async (conditions: unknown, more: Record<string, unknown> = {}) =>
    names((await run('filter', { items: deals, conditions, ...more })).items).join('');

  test.each([
    ['=', 'stage', 'Won', 'a'],
    ['=', 'amount', '1000', 'a'],
    ['=', 'amount', 900, 'b'],
    ['!=', 'stage', 'Won', 'bcd'],
    ['>', 'amount', '899.5', 'ab'],
    ['<=', 'amount', 900, 'b'],
    ['>', 'closed', '2026-01-15T12:00:00Z', 'b'],
    ['<', 'closed', '2026-01-01', 'd'],
    ['contains', 'account.city', 'r', 'ad'],
    ['contains', 'tags', 'x', 'ad'],
    ['notContains', 'tags', 'x', 'bc'],
    ['startsWith', 'account.city', 'Z', 'a'],
    ['endsWith', 'stage', 'n', 'ab'],
    ['in', 'stage', 'Won, Lost', 'ad'],
    ['in', 'amount', [1000, '900'], 'ab'],
    ['notIn', 'stage', ['Won', 'won'], 'cd'],
    ['in', 'stage', [], ''],
    ['isEmpty', 'account.city', undefined, 'bc'],
    ['isEmpty', 'tags', undefined, 'bc'],
    ['isNotEmpty', 'amount', undefined, 'abd'],
    ['=', 'account.city', null, 'bc'],
  ])('%s on %s with %j keeps %j', async (operator, path, value, kept) => {
    expect(await keep([{ path, operator, value }])).toBe(kept);
  });

  test('all, any, upper and lower case, and the others', async () => {
    const conditions = [
      { path: 'stage', operator: '=', value: 'WON' },
      { path: 'amount', operator: '>', value: 950 },
    ];
    expect(await keep(conditions)).toBe('');
    expect(await keep(conditions, { ignoreCase: true })).toBe('a');
    expect(await keep(conditions, { match: 'any' })).toBe('a');
    expect(await keep(conditions, { match: 'any', ignoreCase: true })).toBe('ab');
    expect(await keep(conditions, { ignoreCase: true, invert: true })).toBe('bcd');
    expect(await keep(JSON.stringify(conditions), { ignoreCase: true })).toBe('a');
  });

  test('plain values are items too, and true and false are told from text', async () => {
    expect((await run('filter', { items: [3, '10', null, 'x'], conditions: [{ operator: '>', value: 5 }] })).items).toEqual(['10']);
    const flags = [{ on: true }, { on: 'true' }, { on: false }, { on: 1 }, {}];
    expect((await run('filter', { items: flags, conditions: [{ path: 'on', operator: 'isTrue' }] })).count).toBe(2);
    expect((await run('filter', { items: flags, conditions: [{ path: 'on', operator: 'isFalse' }] })).leftOut).toBe(4);
  });

  test('a reference that led nowhere does not let everything through', async () => {
    for (const operator of ['contains', 'startsWith', 'endsWith', '>', '<='])
      await expect(keep([{ path: 'name', operator, value: null }])).rejects.toMatchObject({
        class: 'invalid',
        message: 'The condition on "name" compares with nothing. Give it a value, or ask whether it is empty.',
      });
    await expect(keep([{}, { path: '', operator: '=', value: '' }])).rejects.toThrow('Conditions: must have a row.');
    expect(await keep([{}, { path: 'name', value: 'a' }])).toBe('a');
  });

  test.each(Object.entries(NASTY_TEXTS).filter(([, text]) => text.trim() !== ''))('finds %s and nothing else', async (_what, text) => {
    const items = [{ v: text }, { v: `${text}!` }, { v: 'other' }, { v: null }];
    for (const operator of ['=', 'in']) {
      const value = operator === 'in' ? [text] : text;
      expect((await run('filter', { items, conditions: [{ path: 'v', operator, value }] })).items).toEqual([{ v: text }]);
    }
    for (const operator of ['contains', 'startsWith'])
      expect((await run('filter', { items, conditions: [{ path: 'v', operator, value: text }] })).count).toBe(2);
  });
});

describe('sorting', () => {
  const sorted = async (values: unknown[], key: Record<string, unknown> = {}) => (await run('sort', { items: values, by: [key] })).items;

  test('looks at what values look like, nothing last in both directions', async () => {
    const mixed = ['item 10', null, 'item 9', '', 7, '10', '2026-01-02', '2026-01-01T00:00:00-10:00', 'Ärger', 'zebra'];
    const upwards = [7, '10', '2026-01-01T00:00:00-10:00', '2026-01-02', 'Ärger', 'item 9', 'item 10', 'zebra'];
    expect(await sorted(mixed)).toEqual([...upwards, null, '']);
    expect(await sorted(mixed, { direction: 'desc' })).toEqual([...upwards.toReversed(), null, '']);
  });

  test('reads as told', async () => {
    expect(await sorted(['10', '9', 'x', 1.5], { as: 'number' })).toEqual([1.5, '9', '10', 'x']);
    expect(await sorted(['10', '9', 8], { as: 'text' })).toEqual(['10', 8, '9']);
    expect(await sorted(['2026-02-30', '2026-01-31', '2025-12-31T23:30:00-05:00', 0], { as: 'date' })).toEqual([
      0,
      '2025-12-31T23:30:00-05:00',
      '2026-01-31',
      '2026-02-30',
    ]);
  });

  test('goes by several fields, equals keep their order, and the list given is left alone', async () => {
    const items = [
      { name: 'a', city: 'B', n: 1 },
      { name: 'b', city: 'A', n: 2 },
      { name: 'c', city: 'B', n: 2 },
      { name: 'd', city: 'A', n: 2 },
    ];
    const by = [
      { path: 'city', direction: 'asc' },
      { path: 'n', direction: 'desc', as: 'number' },
    ];
    expect(names((await run('sort', { items, by })).items).join('')).toBe('bdca');
    expect(names(items).join('')).toBe('abcd');
  });

  test('a long list is sorted at once', async () => {
    const items = Array.from({ length: 20_000 }, (_, at) => ({ k: `item ${(at * 7919) % 20_000}` }));
    const result = await run('sort', { items, by: [{ path: 'k' }] });
    expect(result.items[0]).toEqual({ k: 'item 0' });
    expect(result.items.at(-1)).toEqual({ k: 'item 19999' });
  });
});

describe('grouping', () => {
  test('counts, adds and averages without the noise of binary fractions', async () => {
    const items = [
      { city: 'A', amount: 0.1 },
      { city: 'A', amount: '0.2' },
      { city: 'A', amount: null },
      { city: 'b', amount: 12 },
    ];
    const calculations = [
      { calculation: 'sum', path: 'amount', as: 'total' },
      { calculation: 'avg', path: 'amount' },
      { calculation: 'count', path: 'amount' },
      { calculation: 'max', path: 'amount', as: 'most' },
      { calculation: 'min', path: 'amount', as: 'least' },
      { calculation: 'list', path: 'amount', as: 'all' },
    ];
    const { groups, count } = await run('group', { items, by: ['city'], calculations, withItems: false });
    expect(count).toBe(2);
    expect(groups[0]).toEqual({
      key: 'A',
      count: 3,
      values: { total: 0.3, 'avg of amount': 0.15, 'count of amount': 2, most: '0.2', least: 0.1, all: [0.1, '0.2'] },
    });
  });

  test('keys are told apart by what they mean', async () => {
    const items = [
      { k: 7 },
      { k: '7' },
      { k: 'a' },
      { k: 'A' },
      { k: null },
      {},
      { k: '__proto__' },
      { k: { b: 1, a: 2 } },
      { k: { a: 2, b: 1 } },
    ];
    expect((await run('group', { items, by: 'k' })).groups.map((found) => [found.key, found.count])).toEqual([
      [7, 2],
      ['a', 1],
      ['A', 1],
      [null, 2],
      ['__proto__', 1],
      [{ b: 1, a: 2 }, 2],
    ]);
    expect((await run('group', { items, by: ['k'], ignoreCase: true })).count).toBe(5);
  });

  test('by several fields, by none, and of nothing', async () => {
    const items = [
      { a: 1, b: 2 },
      { a: 1, b: 3 },
      { a: 1, b: 2 },
    ];
    expect((await run('group', { items, by: ['a', 'b'] })).groups.map((found) => found.key)).toEqual([
      [1, 2],
      [1, 3],
    ]);
    const calculations = [
      { calculation: 'sum', path: 'a', as: 'total' },
      { calculation: 'avg', path: 'a', as: 'mean' },
    ];
    expect((await run('group', { items, calculations })).groups[0]).toMatchObject({ key: null, count: 3, values: { total: 3, mean: 1 } });
    expect((await run('group', { items: [], calculations })).groups[0]).toMatchObject({ count: 0, values: { total: 0, mean: null } });
    expect((await run('group', { items: [], by: ['a'] })).count).toBe(0);
  });

  test('what cannot be added is told with its value', async () => {
    const calculations = [{ calculation: 'sum', path: 'amount' }];
    await expect(run('group', { items: [{ amount: 1 }, { amount: '1,200' }], calculations })).rejects.toThrow(
      '"1,200" in "amount" is not a number and cannot be added.',
    );
    await expect(run('group', { items: [], calculations: [...calculations, ...calculations] })).rejects.toThrow(
      'Two calculations are called "sum of amount".',
    );
  });
});

describe('removing duplicates', () => {
  const people = [
    { name: 'a', email: 'ann@example.com', city: 'X' },
    { name: 'b', email: ' ANN@example.com', city: 'X' },
    { name: 'c', email: null },
    { name: 'd', email: '' },
    { name: 'e', email: 'ann@example.com', city: 'Y' },
  ];
  const left = async (input: Record<string, unknown>) => names((await run('dedupe', { items: people, ...input })).items).join('');

  test('the first or the last stays, in the order of the list', async () => {
    expect(await left({ by: ['email'] })).toBe('abcd');
    expect(await left({ by: ['email'], ignoreCase: true })).toBe('acd');
    expect(await left({ by: 'email', keep: 'last', ignoreCase: true })).toBe('cde');
    expect(await left({ by: [{ path: 'email' }, { path: 'city' }, { path: '' }] })).toBe('abcde');
  });

  test('whole items are compared whatever the order of their members', async () => {
    expect(await run('dedupe', { items: [{ a: 1, b: [2] }, { b: [2], a: 1 }, { a: '1', b: [2] }, 5, '5', 5] })).toMatchObject({
      items: [{ a: 1, b: [2] }, { a: '1', b: [2] }, 5],
      removed: 3,
    });
  });
});

describe('joining', () => {
  const contacts = [
    { name: 'Ann', account: 1 },
    { name: 'Bob', account: '2' },
    { name: 'Cid', account: 9 },
    { name: 'Dan', account: null },
  ];
  const accounts = [
    { id: '1', name: 'Acme' },
    { id: 2, name: 'Globex' },
    { id: 2, name: 'Globex again' },
    { id: 3, name: 'Initech' },
    { id: null, name: 'Nobody' },
  ];
  const joined = (more: Record<string, unknown>) =>
    run('join', { left: contacts, right: accounts, leftKey: 'account', rightKey: 'id', ...more });

  test('keeps what is in both, or all of one, or all of both', async () => {
    expect(await joined({})).toEqual({
      items: [
        { name: 'Ann', account: 1, id: '1', right_name: 'Acme' },
        { name: 'Bob', account: '2', id: 2, right_name: 'Globex' },
        { name: 'Bob', account: '2', id: 2, right_name: 'Globex again' },
      ],
      count: 3,
      matched: 3,
      leftOnly: 2,
      rightOnly: 2,
    });
    expect(names((await joined({ keep: 'left' })).items)).toEqual(['Ann', 'Bob', 'Bob', 'Cid', 'Dan']);
    expect((await joined({ keep: 'full', prefix: 'account_' })).items.slice(-2)).toEqual([
      { id: 3, account_name: 'Initech' },
      { id: null, account_name: 'Nobody' },
    ]);
    expect(names((await joined({ keep: 'leftOnly' })).items)).toEqual(['Cid', 'Dan']);
    expect((await joined({ keep: 'rightOnly' })).items.map((item) => item['right_name'])).toEqual(['Initech', 'Nobody']);
  });

  test('takes only the first match when told; further ones of the key are not left over', async () => {
    expect(await joined({ matches: 'first' })).toMatchObject({ count: 2, rightOnly: 2 });
  });

  test('a key of the same name is not doubled, and prefixes never hide a field', async () => {
    const left = [{ id: 1, x: 'left', right_x: 'own' }];
    const right = [
      { id: '1', x: 'right', right_x: 'theirs' },
      { id: 5, x: 'alone' },
    ];
    expect((await run('join', { left, right, leftKey: 'id', keep: 'full' })).items).toEqual([
      { id: 1, x: 'left', right_x: 'own', right_right_x: 'right', right_right_right_x: 'theirs' },
      { id: 5, right_right_x: 'alone' },
    ]);
  });

  test('names that are dangerous stay plain fields', async () => {
    const evil = JSON.parse('[{"id":1,"__proto__":{"polluted":true},"constructor":"c"}]') as unknown[];
    const { items } = await run('join', { left: [{ id: 1 }], right: evil, leftKey: 'id' });
    expect(Object.keys(items[0] ?? {})).toEqual(['id', '__proto__', 'constructor']);
    expect(Object.getPrototypeOf(items[0])).toBe(Object.prototype);
    expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
  });

  test('agrees with a slow, obvious way for every kind', async () => {
    const random = (
      (seed: number) => () =>
        (seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648) / 2_147_483_648
    )(7);
    for (let round = 0; round < 50; round += 1) {
      const make = (side: string) =>
        Array.from({ length: Math.floor(random() * 8) }, (_, at) => ({ [side]: at, k: random() < 0.2 ? null : Math.floor(random() * 4) }));
      const [left, right] = [make('l'), make('r')];
      const pairs = left.flatMap((a) => right.filter((b) => a.k !== null && a.k === b.k).map((b) => ({ ...a, ...b })));
      const lonely = left.filter((a) => !right.some((b) => a.k !== null && a.k === b.k));
      const rest = right.filter((b) => !left.some((a) => a.k !== null && a.k === b.k));
      const result = async (keep: string) => (await run('join', { left, right, leftKey: 'k', keep })).items;
      expect(await result('inner')).toEqual(pairs);
      expect(await result('leftOnly')).toEqual(lonely);
      expect(await result('rightOnly')).toEqual(rest);
      expect(await result('left')).toHaveLength(pairs.length + lonely.length);
      expect(await result('full')).toHaveLength(pairs.length + lonely.length + rest.length);
    }
  });

  test('what cannot be joined is told', async () => {
    await expect(joined({ left: [{ account: 1 }, 'x'] })).rejects.toThrow('Item 2 of the first list is not a record');
    const many = Array.from({ length: 400 }, () => ({ k: 1 }));
    await expect(run('join', { left: many, right: many, leftKey: 'k' })).rejects.toMatchObject({ class: 'invalid', code: 'list_too_long' });
  });
});

describe('shapes', () => {
  test('lists are flattened, with their outer item when wanted', async () => {
    const orders = [{ id: 1, lines: [{ p: 'x' }, { p: 'y' }] }, { id: 2, lines: null }, { id: 3 }, { id: 4, lines: ['z'] }];
    expect((await run('flatten', { items: orders, path: 'lines' })).items).toEqual([{ p: 'x' }, { p: 'y' }, 'z']);
    expect((await run('flatten', { items: orders, path: 'lines', parentAs: 'order' })).items).toEqual([
      { p: 'x', order: orders[0] },
      { p: 'y', order: orders[0] },
      { value: 'z', order: orders[3] },
    ]);
    expect((await run('flatten', { items: [[1, [2]], 3, [], null] })).items).toEqual([1, [2], 3, null]);
  });

  test('fields are picked and renamed', async () => {
    const items = [{ Name: 'Acme', Account: { City: 'X' } }, { Name: null }];
    const fields = [{ path: 'Name', as: 'company' }, { path: 'Account.City', as: '' }, { path: 'Name' }];
    expect((await run('pick', { items, fields })).items).toEqual([
      { company: 'Acme', 'Account.City': 'X', Name: 'Acme' },
      { company: null, 'Account.City': null, Name: null },
    ]);
    const [picked] = (await run('pick', { items, fields: [{ path: 'Name', as: '__proto__' }] })).items;
    expect(Object.entries(picked ?? {})).toEqual([['__proto__', 'Acme']]);
    await expect(run('pick', { items, fields: [] })).rejects.toThrow('Fields: must have a row.');
    await expect(run('pick', { items, fields: [...fields, { path: 'x', as: 'Name' }] })).rejects.toThrow('Two fields are called "Name".');
  });

  test('parts are taken from either end', async () => {
    const items = [1, 2, 3, 4, 5];
    const part = async (more: Record<string, unknown>) => (await run('limit', { items, ...more })).items;
    expect(await part({ count: 2 })).toEqual([1, 2]);
    expect(await part({ count: '2', skip: 1 })).toEqual([2, 3]);
    expect(await part({ count: 2, from: 'end' })).toEqual([4, 5]);
    expect(await part({ count: 2, from: 'end', skip: 4 })).toEqual([1]);
    expect(await part({ count: 2, from: 'end', skip: 9 })).toEqual([]);
    expect(await part({ count: 0 })).toEqual([]);
  });

  test('a list is divided', async () => {
    expect(await run('chunk', { items: [1, 2, 3, 4, 5], size: 2 })).toEqual({ chunks: [[1, 2], [3, 4], [5]], count: 3 });
    expect(await run('chunk', { items: [], size: 2 })).toEqual({ chunks: [], count: 0 });
    await expect(run('chunk', { items: [1], size: 0 })).rejects.toThrow('Items in each: must be at least 1.');
  });

  test('what is no list is told, JSON text of one is read, and too many are refused', async () => {
    for (const items of ['text', { a: 1 }, 7]) await expect(run('chunk', { items, size: 1 })).rejects.toThrow('List: must be a list.');
    for (const items of [null, undefined, '']) await expect(run('chunk', { items, size: 1 })).rejects.toThrow('List: must be');
    expect((await run('chunk', { items: '[1,2]', size: 1 })).count).toBe(2);
    await expect(run('chunk', { items: Array.from({ length: 100_001 }, () => 1), size: 1 })).rejects.toThrow(
      'List: must have at most 100000 items.',
    );
  });
});
