import { createTestBench } from '@weft/connector-kit/testing';
import { expect, test } from 'vitest';
import { fingerprint } from './fingerprint.ts';
import { sync } from './index.ts';

test('a fingerprint sees content, not form', () => {
  const print = fingerprint({ name: 'Acme', zip: 97201, address: { city: 'Portland', line2: '' } });
  expect(fingerprint({ zip: '97201', address: { city: ' Portland ' }, name: 'Acme', fax: null })).toBe(print);
  expect(fingerprint({ name: 'Acme', zip: 97202, address: { city: 'Portland' } })).not.toBe(print);
  expect(fingerprint({ name: 'acme', zip: 97201, address: { city: 'Portland' } })).not.toBe(print);
  expect(fingerprint({})).toBe(fingerprint({ a: null, b: {}, c: ' ' }));
});

test('what we wrote is an echo on that side, under any key of the pair; a person’s change is not, nor its return to an old look far back', async () => {
  const bench = createTestBench({ connector: sync });
  const pair = ['salesforce:001', 'connectwise:250'];
  const check = async (side: string, values: Record<string, unknown>, keys = pair): Promise<unknown> =>
    ((await bench.run('checkEcho', { pair: keys, side, values })) as { echo: boolean }).echo;
  expect(await check('connectwise', { name: 'Acme' })).toBe(false);
  await bench.run('remember', { pair: ['salesforce:001', 'connectwise:'], sides: { connectwise: { name: 'Acme' } } });
  expect(await check('connectwise', { name: 'Acme' })).toBe(true);
  expect(await check('connectwise', { name: 'Acme' }, ['connectwise:250'])).toBe(false);
  await bench.run('remember', { pair, sides: { salesforce: { Name: 'Acme Ltd' }, connectwise: { name: 'Acme' } } });
  expect(await check('connectwise', { name: 'Acme' }, ['connectwise:250'])).toBe(true);
  expect(await check('salesforce', { Name: 'Acme Ltd' })).toBe(true);
  expect(await check('salesforce', { Name: 'Acme' })).toBe(false);
  expect(await check('connectwise', { name: 'Acme 2' })).toBe(false);
  for (const name of ['B', 'C', 'D', 'E']) await bench.run('remember', { pair, sides: { connectwise: { name } } });
  expect(await check('connectwise', { name: 'Acme' })).toBe(false);
  expect(await check('connectwise', { name: 'E' })).toBe(true);
});

test('a pair without any id, or no side, is refused', async () => {
  const bench = createTestBench({ connector: sync });
  await expect(bench.run('checkEcho', { pair: ['salesforce:', ''], side: 'salesforce', values: {} })).rejects.toThrow(
    'has no key with an id',
  );
  await expect(bench.run('remember', { pair: ['salesforce:1'], sides: {} })).rejects.toThrow('at least one side');
});
