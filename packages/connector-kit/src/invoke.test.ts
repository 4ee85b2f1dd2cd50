import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { defineConnector, defineOperation } from './connector.ts';
import { flag, integer, keyValues, nameList, optional, optionalText, record, text } from './input.ts';
import { toManifest } from './manifest.ts';
import { createConnectionHandle } from './session.ts';
import type { RowColumn } from './property.ts';
import { checkConnector, createTestBench } from './testing.ts';

const greet = defineOperation({
  id: 'greet',
  kind: 'action',
  title: 'Greet',
  summary: 'Says hello.',
  needsConnection: true,
  safety: 'read',
  properties: [
    { name: 'name', label: 'Name', required: true, kind: 'text' },
    { name: 'times', label: 'Times', required: false, kind: 'number' },
  ],
  input: z.strictObject({ name: text(), times: optional(integer({ min: 1 })) }),
  sample: { said: 'Hello Ann' },
  async run(_context, input) {
    if (input.name === 'crash') throw new TypeError('x is undefined');
    return { said: `Hello ${input.name}`.repeat(input.times ?? 1) };
  },
});
const acme = defineConnector({
  id: 'acme',
  version: '1.0.0',
  title: 'Acme',
  summary: 'Test.',
  icon: { glyph: 'A', color: '#000' },
  category: 'other',
  auth: [{ id: 'key', title: 'Key', fields: [] }],
  operations: [greet],
});

describe('calling an operation', () => {
  const bench = createTestBench({ connector: acme, values: {} });

  test('numbers as text, text as numbers, and blanks are understood', async () => {
    expect(await bench.run('greet', { name: 7, times: '2' })).toEqual({ said: 'Hello 7Hello 7' });
    expect(await bench.run('greet', { name: 'Ann', times: '' })).toEqual({ said: 'Hello Ann' });
  });

  test('wrong input names the property as the form does', async () => {
    await expect(bench.run('greet', { name: null, times: 0 })).rejects.toMatchObject({
      class: 'invalid',
      code: 'input_invalid',
      issues: [
        { path: 'input.name', message: 'Name: must be given.' },
        { path: 'input.times', message: 'Times: must be at least 1.' },
      ],
    });
    await expect(bench.run('greet', { name: 'Ann', tmies: 2 })).rejects.toThrow('"Greet" has no input "tmies". It has: name, times.');
  });

  test('a missing account, an unknown operation and a crash are told apart', async () => {
    await expect(createTestBench({ connector: acme }).run('greet', { name: 'Ann' })).rejects.toMatchObject({
      class: 'auth',
      code: 'connection_missing',
    });
    await expect(bench.run('grete', {})).rejects.toMatchObject({ class: 'notFound' });
    await expect(bench.run('greet', { name: 'crash' })).rejects.toMatchObject({ class: 'bug', code: 'connector_failed' });
  });
});

test('the manifest is plain JSON without code', () => {
  const manifest = toManifest(acme);
  expect(JSON.parse(JSON.stringify(manifest))).toEqual(manifest);
  expect(manifest).toMatchObject({
    id: 'acme',
    source: 'native',
    operations: [{ id: 'greet', kind: 'action', access: 'read', sample: { said: 'Hello Ann' } }],
  });
  expect(manifest.operations[0]).not.toHaveProperty('run');
});

test('an operation that only computes touches no vendor, and may not ask for an account', () => {
  const pure = { ...greet, safety: 'pure' as const };
  const withPure = { ...acme, operations: [{ ...pure, needsConnection: false }] };
  expect(toManifest(withPure).operations[0]).toMatchObject({ access: 'none' });
  expect(checkConnector(withPure)).toEqual([]);
  expect(checkConnector({ ...acme, operations: [pure] })).toEqual(['acme.greet: is pure and calls nobody, yet needs a connection.']);
});

test('a table needs columns, and its selects need choices', () => {
  const withRows = (columns: readonly RowColumn[]) => ({
    ...acme,
    operations: [{ ...greet, properties: [{ name: 'name', label: 'Name', required: true, kind: 'rows' as const, columns }] }],
  });
  const findings = (columns: readonly RowColumn[]) => checkConnector(withRows(columns)).join('\n');
  expect(findings([])).toContain('"name" is a table without columns');
  expect(findings([{ name: 'a', label: 'A', kind: 'select' }])).toContain('column "a" of "name" has choices exactly when');
  const choices = [{ value: 'x', label: 'X' }];
  expect(findings([{ name: 'a', label: 'A', kind: 'select', choices, initial: 'y' }])).toContain('begins with "y"');
  expect(
    findings([
      { name: 'a', label: 'A', kind: 'select', choices },
      { name: 'b', label: 'B', kind: 'text', hiddenWhen: { column: 'a', is: ['z'] } },
    ]),
  ).toContain('column "b" of "name" is hidden by a value');
});

test('the rules for connectors find what is wrong', () => {
  expect(checkConnector(acme)).toEqual([]);
  const bad = {
    ...acme,
    id: 'Ac-me',
    operations: [
      greet,
      { ...greet, id: 'Greet2', properties: [{ name: 'nmae', label: 'Name', required: false, kind: 'text' as const }] },
      greet,
    ],
  };
  expect(checkConnector(bad).join('\n')).toMatch(/not camelCase[\s\S]*two of operation "greet"[\s\S]*"nmae" is not in the input schema/);
});

test('many callers of one refresh share it, and the next one starts anew', async () => {
  const handle = createConnectionHandle({ id: 'c', values: {} });
  let calls = 0;
  const refresh = () => handle.refreshOnce('token', async () => (calls += 1));
  expect(await Promise.all([refresh(), refresh(), refresh()])).toEqual([1, 1, 1]);
  expect(await refresh()).toBe(2);
  await expect(handle.refreshOnce('token', async () => Promise.reject(new Error('no')))).rejects.toThrow('no');
  expect(await refresh()).toBe(3);
});

test('forms and expressions give values in many shapes', () => {
  const schema = z.strictObject({ a: optionalText(), b: flag(), c: nameList(), d: keyValues(), e: record() });
  expect(
    schema.parse({
      a: ' x ',
      b: 'true',
      c: 'Id, Name,',
      d: [
        { key: 'k', value: 1 },
        { key: '', value: 2 },
      ],
      e: '{"f":1}',
    }),
  ).toEqual({ a: 'x', b: true, c: ['Id', 'Name'], d: { k: 1 }, e: { f: 1 } });
});

test('what no system can store is refused with its place, at any depth', () => {
  const issuesOf = (value: unknown) =>
    record()
      .safeParse(value)
      .error?.issues.map(({ path, message }) => [path.join('.'), message]);
  expect(issuesOf({ a: { b: ['x', 'half \ud83d'] } })).toEqual([['a.b.1', expect.stringContaining('half of a character')]]);
  expect(issuesOf({ a: 'x\u0000' })).toEqual([['a', expect.stringContaining('NUL')]]);
  expect(issuesOf(JSON.parse('{"__proto__":{"admin":true}}'))).toEqual([['', expect.stringContaining('__proto__')]]);
  expect(text().safeParse('🚀').success).toBe(true);
});

test('an id alone, as a number, or in a list is a list of ids', () => {
  expect([7, '7', [7, ' 8 '], '7, 8', []].map((given) => nameList().parse(given))).toEqual([['7'], ['7'], ['7', '8'], ['7', '8'], []]);
  expect(nameList().safeParse({ id: 7 }).success).toBe(false);
});
