import { defineOperation } from '@weft/connector-kit';
import { z } from 'zod';
import { keyInput, keyProperty, storeOf } from '../properties.ts';

export const get = defineOperation({
  id: 'get',
  kind: 'action',
  title: 'Get a value',
  summary: 'Reads what a workflow has stored under a key.',
  needsConnection: false,
  safety: 'read',
  properties: [keyProperty],
  input: z.strictObject({ key: keyInput }),
  output: { type: 'object', properties: { found: { type: 'boolean' }, value: {} } },
  sample: { found: true, value: 'kept' },
  async run(context, input) {
    const value = await storeOf(context).get(input.key);
    return { found: value !== undefined, value: value ?? null };
  },
});
