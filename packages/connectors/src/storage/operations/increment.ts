import { defineOperation, optional } from '@weft/connector-kit';
import { z } from 'zod';
import { forgetInput, forgetProperty, keyInput, keyProperty, storeOf, ttlOf } from '../properties.ts';

export const increment = defineOperation({
  id: 'increment',
  kind: 'action',
  title: 'Count',
  summary: 'Adds to a stored number and gives the sum. A step that is tried again counts once.',
  needsConnection: false,
  safety: 'idempotent',
  properties: [keyProperty, { name: 'by', label: 'Add', required: false, kind: 'number', initial: 1 }, forgetProperty],
  input: z.strictObject({ key: keyInput, by: optional(z.coerce.number()), forgetAfterMinutes: forgetInput }),
  output: { type: 'object', properties: { value: { type: 'number' } } },
  sample: { value: 1 },
  async run(context, input) {
    const ttlMs = ttlOf(input.forgetAfterMinutes);
    const value = await storeOf(context).increment(input.key, input.by ?? 1, {
      once: context.idempotencyKey,
      ...(ttlMs === undefined ? {} : { ttlMs }),
    });
    return { value };
  },
});
