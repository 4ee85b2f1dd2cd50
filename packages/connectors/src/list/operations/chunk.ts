import { defineOperation, integer } from '@weft/connector-kit';
import { z } from 'zod';
import { itemsInput, itemsProperty, MAX_ITEMS, sampleItems } from '../properties.ts';

export const chunk = defineOperation({
  id: 'chunk',
  kind: 'action',
  title: 'Divide a list',
  summary: 'Cuts a list into shorter ones, for services that take only so many at once.',
  needsConnection: false,
  safety: 'pure',
  properties: [itemsProperty, { name: 'size', label: 'Items in each', required: true, kind: 'number', placeholder: '200' }],
  input: z.strictObject({ items: itemsInput, size: integer({ min: 1, max: MAX_ITEMS }) }),
  output: {
    type: 'object',
    properties: { chunks: { type: 'array', items: { type: 'array', items: {} } }, count: { type: 'integer' } },
  },
  sample: { chunks: [sampleItems], count: 1 },
  async run(_context, { items, size }) {
    const chunks = Array.from({ length: Math.ceil(items.length / size) }, (_, at) => items.slice(at * size, (at + 1) * size));
    return { chunks, count: chunks.length };
  },
});
