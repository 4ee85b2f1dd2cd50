import { defineOperation, integer, optional, optionalText } from '@weft/connector-kit';
import { z } from 'zod';
import { openAcme, type Item } from '../client.ts';
import { itemSample, itemSchema } from '../item.ts';

const PAGE_SIZE = 100;

export const findItems = defineOperation({
  id: 'findItems',
  kind: 'action',
  title: 'Find items',
  summary: 'Gives the items, all or those of a name.',
  needsConnection: true,
  safety: 'read',
  properties: [
    { name: 'name', label: 'Name', required: false, kind: 'text', help: 'Nothing means any.' },
    { name: 'limit', label: 'At most', required: false, kind: 'number', initial: 100 },
  ],
  input: z.strictObject({ name: optionalText({ max: 200 }), limit: optional(integer({ min: 1, max: 10_000 })) }),
  output: { type: 'object', properties: { items: { type: 'array', items: itemSchema }, count: { type: 'integer' } } },
  sample: { items: [itemSample], count: 1 },
  async run(context, input) {
    const api = openAcme(context);
    const limit = input.limit ?? 100;
    const items: Item[] = [];
    for (let after: number | undefined; items.length < limit;) {
      const page = await api.items({ name: input.name }, { size: Math.min(PAGE_SIZE, limit - items.length), after });
      items.push(...page.items);
      after = page.next;
      if (after === undefined) break;
    }
    return { items, count: items.length };
  },
});
