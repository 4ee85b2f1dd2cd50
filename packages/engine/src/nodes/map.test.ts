import type { StoredError } from '@weft/errors';
import { expect, test } from 'vitest';
import { documentOf, run } from '../../test/run-document.ts';

async function map(fields: readonly object[], trigger: unknown): Promise<{ output: unknown; error: StoredError | undefined }> {
  const { records } = await run(documentOf([{ id: 'm', kind: 'map', fields }], ['start > m']), { trigger });
  const record = records.find(({ path }) => path === 'm');
  return { output: record?.output, error: record?.error };
}

test('builds nested objects and keeps the types of values', async () => {
  const fields = [
    { to: 'name', from: '{{ trigger.name }}' },
    { to: 'status.name', from: 'New' },
    { to: 'status.id', from: '{{ trigger.id }}' },
    { to: 'text', from: 'Nr. {{ trigger.id }}' },
    { to: 'isOpen', from: false },
  ];
  expect((await map(fields, { name: 'Acme', id: 7 })).output).toEqual({
    name: 'Acme',
    status: { name: 'New', id: 7 },
    text: 'Nr. 7',
    isOpen: false,
  });
});

test('a value map decides by the text of the value, else by otherwise, else it fails and says so', async () => {
  const field = { to: 'type', from: '{{ trigger.v }}', values: { Customer: 'Active', '1': 'One', true: 'Yes' } };
  const outputs = await Promise.all(['Customer', 1, true].map(async (v) => (await map([field], { v })).output));
  expect(outputs).toEqual([{ type: 'Active' }, { type: 'One' }, { type: 'Yes' }]);
  expect((await map([{ ...field, otherwise: 'Prospect' }], { v: 'Other' })).output).toEqual({ type: 'Prospect' });
  expect((await map([field], { v: 'Other' })).error).toMatchObject({
    class: 'invalid',
    code: 'value_not_mapped',
    message: expect.stringContaining('“Other” has no entry in the value map of “type”'),
  });
});

test('names of Object.prototype are no entries of a value map', async () => {
  expect((await map([{ to: 'type', from: 'constructor', values: {} }], {})).error).toMatchObject({ code: 'value_not_mapped' });
});

test.each([
  [{}, {}],
  [{ whenNull: 'omit' }, {}],
  [{ whenNull: 'null' }, { x: null }],
  [{ default: 'none' }, { x: 'none' }],
  [{ default: '{{ trigger.other }}' }, { x: 'from there' }],
  [{ default: '{{ trigger.nothing }}', whenNull: 'null' }, { x: null }],
])('a missing value with %j gives %j', async (rest, output) => {
  expect((await map([{ to: 'x', from: '{{ trigger.missing }}', ...rest }], { other: 'from there' })).output).toEqual(output);
});

test('a missing value that must be there fails the step', async () => {
  expect((await map([{ to: 'x.y', from: null, whenNull: 'fail' }], {})).error).toMatchObject({
    class: 'invalid',
    code: 'value_missing',
    detail: { field: 'x.y' },
  });
});

test('zero and false are values', async () => {
  const fields = ['a', 'b'].map((name) => ({ to: name, from: `{{ trigger.${name} }}`, default: 9, whenNull: 'fail' }));
  expect((await map(fields, { a: 0, b: false })).output).toEqual({ a: 0, b: false });
});

test.each([
  ['Acme Incorporated of Springfield', 20, 'Acme Incorporated of'],
  ['Acme Incorporated of Springfield', 19, 'Acme Incorporated'],
  ['Supercalifragilistic word', 10, 'Supercalif'],
  ['short', 10, 'short'],
  ['exactly 10', 10, 'exactly 10'],
  ['👍👍👍👍', 2, '👍👍'],
])('%j cut to %i is %j', async (text, maxLength, expected) => {
  expect((await map([{ to: 'x', from: '{{ trigger.text }}', maxLength }], { text })).output).toEqual({ x: expected });
});

test.each([
  ['trim', '  a   b ', 'a b'],
  ['upper', 'straße', 'STRASSE'],
  ['lower', 'ABC', 'abc'],
  ['digits', '+49 (0) 30-12', '+4903012'],
  ['domain', 'https://www.Acme.com:8080/x?y', 'acme.com'],
  ['domain', 'jo@Acme.com', 'acme.com'],
  ['date', '2026-03-08T02:30:00Z', '2026-03-08'],
  ['upper', ['x'], ['x']],
])('%s of %j is %j', async (transform, value, expected) => {
  expect((await map([{ to: 'x', from: '{{ trigger.value }}', transform }], { value })).output).toEqual({ x: expected });
});

test('writing below an object that came from elsewhere leaves that object alone', async () => {
  const trigger = { status: { id: 1, owner: { id: 2 } } };
  const fields = [
    { to: 'status', from: '{{ trigger.status }}' },
    { to: 'status.name', from: 'New' },
    { to: 'status.owner.name', from: 'Jo' },
  ];
  expect((await map(fields, trigger)).output).toEqual({ status: { id: 1, name: 'New', owner: { id: 2, name: 'Jo' } } });
  expect(trigger).toEqual({ status: { id: 1, owner: { id: 2 } } });
});

test.each(['__proto__.polluted', 'constructor.prototype.polluted', 'a.__proto__.polluted'])('%s cannot be written', async (to) => {
  expect((await map([{ to, from: 'yes' }], {})).error).toMatchObject({ class: 'invalid', code: 'forbidden_name' });
  expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
});
