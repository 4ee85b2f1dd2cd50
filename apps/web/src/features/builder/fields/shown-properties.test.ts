import type { Property } from '@weft/workflow';
import { describe, expect, test } from 'vitest';
import { isFolded, isShown, withValue } from './shown-properties.ts';

const property = (name: string, more: Partial<Property> = {}): Property => ({ name, label: name, required: false, kind: 'text', ...more });
const kind = property('kind', { kind: 'select', initial: 'json' });
const body = property('body', { shownWhen: { property: 'kind', is: ['json'] } });
const form = property('form', { shownWhen: { property: 'kind', is: ['form', 'multipart'] } });
const all = [kind, body, form];

describe('a property that hangs on another', () => {
  test('is shown with its values, also with the one the form begins with', () => {
    expect(isShown(body, {}, all)).toBe(true);
    expect(isShown(form, {}, all)).toBe(false);
    expect(isShown(form, { kind: 'multipart' }, all)).toBe(true);
    expect(isShown(body, { kind: 'multipart' }, all)).toBe(false);
    expect(isShown(kind, { kind: 'multipart' }, all)).toBe(true);
  });

  test('is shown when nobody knows yet, and when it has a value all the same', () => {
    expect(isShown(form, { kind: '{{ config.kind }}' }, all)).toBe(true);
    expect(isShown(form, { kind: 'json', form: { a: '1' } }, all)).toBe(true);
  });

  test('loses its value when the other one changes, and only then', () => {
    const input = { kind: 'json', body: { a: 1 }, other: 'x' };
    expect(withValue(input, { name: 'kind', value: 'form' }, all)).toEqual({ kind: 'form', other: 'x' });
    expect(withValue({ kind: 'form', form: {} }, { name: 'kind', value: 'multipart' }, all)).toEqual({ kind: 'multipart', form: {} });
    expect(withValue(input, { name: 'kind', value: undefined }, all)).toEqual({ body: { a: 1 }, other: 'x' });
    expect(withValue({ ...input, form: {} }, { name: 'other', value: undefined }, all)).toEqual({ kind: 'json', body: { a: 1 }, form: {} });
  });
});

test('an advanced property is folded away until it says something', () => {
  const timeout = property('timeout', { advanced: true, initial: 60 });
  expect([{}, { timeout: 60 }, { timeout: 30 }].map((input) => isFolded(timeout, input))).toEqual([true, true, false]);
  expect(isFolded(body, {})).toBe(false);
});
