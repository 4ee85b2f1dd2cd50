import type { MapField } from '@weft/workflow';
import { describe, expect, it } from 'vitest';
import { previewRow } from './map-preview.ts';

const from = '{{ trigger.value }}';
const notes: readonly [MapField, unknown, unknown, string | undefined][] = [
  [{ to: 'a', from }, 'Acme', 'Acme', undefined],
  [{ to: 'a', from, transform: 'trim' }, 'Acme', 'Acme', undefined],
  [{ to: 'a', from, transform: 'lower', values: { customer: 'Active' } }, 'CUSTOMER', 'Active', 'lower, value map'],
  [{ to: 'a', from, values: { Customer: 'Active' }, otherwise: 'Prospect' }, 'Else', 'Prospect', 'value map'],
  [{ to: 'a', from, default: 'none', maxLength: 9 }, '', 'none', 'default'],
  [{ to: 'a', from, whenNull: 'null' }, undefined, null, undefined],
  [{ to: 'a', from, transform: 'trim' }, '   ', undefined, 'trim'],
  [{ to: 'a', from, maxLength: 5 }, 'Acme Ltd', 'Acme', 'cut 8 → 4'],
  [{ to: 'a', from, default: 'unknown name', maxLength: 7 }, null, 'unknown', 'default, cut 12 → 7'],
];

describe('the preview of a row', () => {
  it.each(notes)('%j of %j gives %j with the note %j', (field, before, after, note) => {
    expect(previewRow(field, before, field.default)).toEqual({ before, after, ...(note === undefined ? {} : { note }) });
  });

  it('says in the engine’s words why a row fails the step', () => {
    expect(previewRow({ to: 'a', from, values: { Customer: 'Active' } }, 'Else', undefined)).toEqual({
      before: 'Else',
      after: undefined,
      failure: '“Else” has no entry in the value map of “a”. Add it, or say what is written otherwise.',
    });
    expect(previewRow({ to: 'a', from, whenNull: 'fail' }, null, undefined).failure).toContain('must have one');
  });
});
