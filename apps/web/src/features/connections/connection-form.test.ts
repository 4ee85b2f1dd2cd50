import { describe, expect, it } from 'vitest';
import type { AuthScheme } from '@weft/workflow';
import { initialValues, missingFields, submittedValues } from './connection-form.ts';

const scheme: AuthScheme = {
  id: 'keys',
  title: 'API keys',
  fields: [
    { name: 'site', label: 'Site', kind: 'text', required: true, initial: 'https://na.example' },
    { name: 'key', label: 'Private key', kind: 'secret', required: true },
    { name: 'note', label: 'Note', kind: 'text', required: false },
  ],
};

describe('a new account', () => {
  it('begins with the initial values', () => expect(initialValues(scheme)).toEqual({ site: 'https://na.example', key: '', note: '' }));
  it('asks for what is missing', () => expect(missingFields(scheme.fields, initialValues(scheme), false)).toEqual(['Private key']));
});

describe('an account that is changed', () => {
  it('shows what is known, never a secret', () =>
    expect(initialValues(scheme, { site: 'https://eu.example', key: 'leaked' })).toEqual({
      site: 'https://eu.example',
      key: '',
      note: '',
    }));
  it('does not ask for kept secrets', () => expect(missingFields(scheme.fields, initialValues(scheme), true)).toEqual([]));
  it('leaves kept secrets out and trims the rest', () =>
    expect(submittedValues(scheme.fields, { site: ' https://eu.example ', key: '', note: '' })).toEqual({
      site: 'https://eu.example',
      note: '',
    }));
});
