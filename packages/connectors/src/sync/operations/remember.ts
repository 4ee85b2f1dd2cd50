import { defineOperation, doNotRetry } from '@weft/connector-kit';
import { z } from 'zod';
import { fingerprint } from '../fingerprint.ts';
import { memorise } from '../memory.ts';
import { pairInput, pairProperty, valuesInput } from '../properties.ts';

export const remember = defineOperation({
  id: 'remember',
  kind: 'action',
  title: 'Remember what we wrote',
  summary: 'Keeps how the sides of a pair look, so that the change we caused ourselves is recognised when it comes back.',
  needsConnection: false,
  safety: 'idempotent',
  properties: [
    pairProperty,
    {
      name: 'sides',
      label: 'Values by side',
      required: true,
      kind: 'json',
      placeholder: '{ "connectwise": { "name": "{{ steps.fields.name }}" } }',
      help: 'Before writing, the values about to be written; afterwards both sides. Only values that the check compares.',
    },
  ],
  input: z.strictObject({ pair: pairInput, sides: z.record(z.string().max(60), valuesInput) }),
  output: { type: 'object', properties: { fingerprints: { type: 'object' } } },
  sample: { fingerprints: { connectwise: '9f86d081884c7d659a2feaa0c55ad015' } },
  async run(context, input) {
    if (Object.keys(input.sides).length === 0) throw doNotRetry('Give the values of at least one side.', { code: 'sides_missing' });
    const fingerprints = Object.fromEntries(Object.entries(input.sides).map(([side, values]) => [side, fingerprint(values)]));
    await memorise(context, input.pair, fingerprints);
    return { fingerprints };
  },
});
