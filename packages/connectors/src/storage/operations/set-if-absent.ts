import { defineOperation } from '@weft/connector-kit';
import { z } from 'zod';
import { forgetInput, forgetProperty, keyInput, keyProperty, storeOf, ttlOf } from '../properties.ts';

export const setIfAbsent = defineOperation({
  id: 'setIfAbsent',
  kind: 'action',
  title: 'Store a value once',
  summary: 'Keeps a value unless there is one under this key; tells which. Of several runs at the same moment, one is first.',
  needsConnection: false,
  safety: 'idempotent',
  properties: [keyProperty, { name: 'value', label: 'Value', required: false, kind: 'json', initial: true }, forgetProperty],
  input: z.strictObject({ key: keyInput, value: z.unknown().optional(), forgetAfterMinutes: forgetInput }),
  output: { type: 'object', properties: { stored: { type: 'boolean' }, value: {} } },
  sample: { stored: true, value: true },
  async run(context, input) {
    const store = storeOf(context);
    // Who was first is kept with the value, so that a step tried again is not told that it came second.
    const mine = { by: context.idempotencyKey, value: input.value ?? true };
    const { value } = await store.setIfAbsent(input.key, mine, ttlOf(input.forgetAfterMinutes));
    const held = isHeld(value) ? value : { by: undefined, value };
    return { stored: held.by === context.idempotencyKey, value: held.value };
  },
});

function isHeld(value: unknown): value is { by: string; value: unknown } {
  return typeof value === 'object' && value !== null && 'by' in value && 'value' in value;
}
