import { defineOperation, optionalText, text } from '@weft/connector-kit';
import { z } from 'zod';
import { openAcme } from '../client.ts';
import { itemSample, itemSchema } from '../item.ts';

export const createItem = defineOperation({
  id: 'createItem',
  kind: 'action',
  title: 'Create an item',
  summary: 'Creates an item unless there is one of this name.',
  needsConnection: true,
  // Acme takes no idempotency key: an item of this name is looked for first, so that a second attempt makes no second one.
  safety: 'searchable',
  properties: [
    { name: 'name', label: 'Name', required: true, kind: 'text', maxLength: 200 },
    { name: 'note', label: 'Note', required: false, kind: 'longText' },
  ],
  input: z.strictObject({ name: text({ max: 200 }), note: optionalText({ max: 4000 }) }),
  output: { type: 'object', properties: { item: itemSchema, created: { type: 'boolean' } } },
  sample: { item: itemSample, created: true },
  async run(context, input) {
    const api = openAcme(context);
    const [existing] = (await api.items({ name: input.name }, { size: 1 })).items;
    if (existing !== undefined) return { item: existing, created: false };
    return { item: await api.create(input), created: true };
  },
});
