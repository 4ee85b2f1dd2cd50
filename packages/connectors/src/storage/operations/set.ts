import { defineOperation } from '@weft/connector-kit';
import { z } from 'zod';
import { forgetInput, forgetProperty, keyInput, keyProperty, storeOf, ttlOf } from '../properties.ts';

export const set = defineOperation({
  id: 'set',
  kind: 'action',
  title: 'Store a value',
  summary: 'Keeps a value under a key for later runs, in place of what was there.',
  needsConnection: false,
  safety: 'idempotent',
  properties: [
    keyProperty,
    {
      name: 'value',
      label: 'Value',
      required: false,
      kind: 'json',
      placeholder: '{{ trigger.record.Id }}',
      help: 'Text, number, list or record; at most 256 KB.',
    },
    forgetProperty,
  ],
  input: z.strictObject({ key: keyInput, value: z.unknown().optional(), forgetAfterMinutes: forgetInput }),
  output: { type: 'object', properties: { value: {} } },
  sample: { value: 'kept' },
  async run(context, input) {
    await storeOf(context).set(input.key, input.value ?? null, ttlOf(input.forgetAfterMinutes));
    return { value: input.value ?? null };
  },
});
