import { defineOperation } from '@weft/connector-kit';
import { z } from 'zod';
import { keyInput, keyProperty, storeOf } from '../properties.ts';

export const remove = defineOperation({
  id: 'remove',
  kind: 'action',
  title: 'Remove a value',
  summary: 'Forgets what is stored under a key.',
  needsConnection: false,
  safety: 'idempotent',
  properties: [keyProperty],
  input: z.strictObject({ key: keyInput }),
  output: { type: 'object', properties: { removed: { type: 'boolean' } } },
  sample: { removed: true },
  run: async (context, input) => ({ removed: await storeOf(context).remove(input.key) }),
});
