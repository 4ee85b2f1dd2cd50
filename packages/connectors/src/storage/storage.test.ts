import { createTestBench } from '@weft/connector-kit/testing';
import { expect, test } from 'vitest';
import { storage } from './index.ts';

test('values are kept, listed, forgotten and removed', async () => {
  let now = 0;
  const bench = createTestBench({ connector: storage, now: () => now });
  await bench.run('set', { key: 'a:1', value: { x: 1 } });
  await bench.run('set', { key: 'a:2', value: 'kept a minute', forgetAfterMinutes: 1 });
  expect(await bench.run('get', { key: 'a:1' })).toEqual({ found: true, value: { x: 1 } });
  expect(await bench.run('list', { prefix: 'a:' })).toMatchObject({ count: 2, values: [{ key: 'a:1' }, { key: 'a:2' }] });
  now = 60_000;
  expect(await bench.run('get', { key: 'a:2' })).toEqual({ found: false, value: null });
  expect(await bench.run('remove', { key: 'a:1' })).toEqual({ removed: true });
  expect(await bench.run('remove', { key: 'a:1' })).toEqual({ removed: false });
});

test('the first keeps a value once, and is still first when its step is tried again', async () => {
  const bench = createTestBench({ connector: storage });
  const first = { idempotencyKey: 'one' };
  expect(await bench.run('setIfAbsent', { key: 'k', value: 'mine' }, first)).toEqual({ stored: true, value: 'mine' });
  expect(await bench.run('setIfAbsent', { key: 'k', value: 'yours' }, { idempotencyKey: 'two' })).toEqual({ stored: false, value: 'mine' });
  expect(await bench.run('setIfAbsent', { key: 'k', value: 'mine' }, first)).toEqual({ stored: true, value: 'mine' });
});

test('a step that is tried again counts once', async () => {
  const bench = createTestBench({ connector: storage });
  expect(await bench.run('increment', { key: 'n' }, { idempotencyKey: 'one' })).toEqual({ value: 1 });
  expect(await bench.run('increment', { key: 'n', by: 4 }, { idempotencyKey: 'two' })).toEqual({ value: 5 });
  expect(await bench.run('increment', { key: 'n' }, { idempotencyKey: 'one' })).toEqual({ value: 1 });
  await bench.run('set', { key: 'text', value: 'a' });
  await expect(bench.run('increment', { key: 'text' }, { idempotencyKey: 'three' })).rejects.toThrow('holds no number');
});
