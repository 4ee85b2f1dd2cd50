import { defineOperation, integer, optional } from '@weft/connector-kit';
import { z } from 'zod';
import { asOutput, itemsInput, itemsOutput, itemsProperty, sampleItems } from '../properties.ts';

export const limit = defineOperation({
  id: 'limit',
  kind: 'action',
  title: 'Take part of a list',
  summary: 'Gives the first or the last items.',
  needsConnection: false,
  safety: 'pure',
  properties: [
    itemsProperty,
    { name: 'count', label: 'At most', required: true, kind: 'number', placeholder: '10' },
    {
      name: 'from',
      label: 'From',
      required: false,
      kind: 'select',
      initial: 'start',
      choices: [
        { value: 'start', label: 'the beginning' },
        { value: 'end', label: 'the end' },
      ],
    },
    { name: 'skip', label: 'Leave out before', required: false, kind: 'number', advanced: true, help: 'Items to pass over first.' },
  ],
  input: z.strictObject({
    items: itemsInput,
    count: integer({ min: 0 }),
    from: optional(z.enum(['start', 'end'])),
    skip: optional(integer({ min: 0 })),
  }),
  output: itemsOutput,
  sample: { items: sampleItems, count: 2 },
  async run(_context, { items, count, from, skip = 0 }) {
    if (from !== 'end') return asOutput(items.slice(skip, skip + count));
    const end = Math.max(0, items.length - skip);
    return asOutput(items.slice(Math.max(0, end - count), end));
  },
});
