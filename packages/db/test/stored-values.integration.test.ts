import { afterAll, beforeAll, expect, test } from 'vitest';
import { newId, openStoredValues, pruneStoredValues } from '@weft/db';
import type { StoredValues } from '@weft/db';
import { freshDatabase } from '@weft/db/testing';
import type { FreshDatabase } from '@weft/db/testing';

let fresh: FreshDatabase;
let values: StoredValues;
let others: StoredValues;

beforeAll(async () => {
  fresh = await freshDatabase();
  const [one, two] = [newId(), newId()];
  await fresh.db.prisma.workspace.createMany({
    data: [
      { id: one, name: 'one' },
      { id: two, name: 'two' },
    ],
  });
  values = openStoredValues(fresh.db.pool, one);
  others = openStoredValues(fresh.db.pool, two);
});
afterAll(() => fresh?.[Symbol.asyncDispose]());

test('a workspace has its own values, whatever JSON they are', async () => {
  await values.set('k', { text: 'a\u0000b', list: [1, null], nothing: null });
  expect(await values.get('k')).toMatchObject({ list: [1, null], nothing: null });
  expect(await others.get('k')).toBeUndefined();
  await values.set('k', null);
  expect(await values.get('k')).toBeNull();
  expect(await values.remove('k')).toBe(true);
  expect(await values.remove('k')).toBe(false);
});

test('of many at once one is first', async () => {
  const answers = await Promise.all(Array.from({ length: 20 }, (_, index) => values.setIfAbsent('first', index)));
  const winners = answers.filter(({ stored }) => stored);
  expect(winners).toHaveLength(1);
  expect(new Set(answers.map(({ value }) => value))).toEqual(new Set([winners[0]?.value]));
});

test('counts of many at once are all counted, each step once', async () => {
  const sums = await Promise.all(Array.from({ length: 20 }, (_, index) => values.increment('n', 1, { once: `step-${index}` })));
  expect(sums.toSorted((a, b) => a - b)).toEqual(Array.from({ length: 20 }, (_, index) => index + 1));
  expect(await values.increment('n', 1, { once: 'step-3' })).toBe(sums[3]);
  expect(await values.get('n')).toBe(20);
  await values.set('text', 'a');
  await expect(values.increment('text', 1, { once: 'other' })).rejects.toMatchObject({ class: 'invalid', code: 'not_a_number' });
});

test('what has expired is gone at once and its row later', async () => {
  await values.set('brief', 'a', 1);
  await values.set('long', 'a', 3_600_000);
  await expect.poll(() => values.get('brief')).toBeUndefined();
  expect(await values.setIfAbsent('brief', 'b', 1)).toMatchObject({ stored: true });
  await expect.poll(() => values.get('brief')).toBeUndefined();
  expect(await pruneStoredValues(fresh.db.pool)).toBe(1);
  expect(await values.get('long')).toBe('a');
});

test('lists go by prefix, page by page, without our own notes', async () => {
  for (const key of ['p%:1', 'p%:2', 'p%:3', 'px:4']) await values.set(key, key);
  const first = await values.list('p%:', { limit: 2 });
  expect(first.map(({ key }) => key)).toEqual(['p%:1', 'p%:2']);
  expect((await values.list('p%:', { limit: 2, after: 'p%:2' })).map(({ key }) => key)).toEqual(['p%:3']);
  expect((await values.list('', { limit: 1000 })).some(({ key }) => key.startsWith('~'))).toBe(false);
});

test.each([
  ['', 'x'],
  ['~own', 'x'],
  ['k'.repeat(301), 'x'],
  ['big', 'x'.repeat(300_000)],
])('what cannot be kept is refused: %#', async (key, value) => {
  await expect(values.set(key, value)).rejects.toMatchObject({ class: 'invalid' });
});
