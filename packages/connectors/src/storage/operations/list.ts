import { defineOperation, integer, optional, optionalText } from '@weft/connector-kit';
import { z } from 'zod';
import { storeOf } from '../properties.ts';

/** Values of a page: small ones, of which a loop holds one page at a time. */
const PAGE = 500;

export const list = defineOperation({
  id: 'list',
  kind: 'action',
  title: 'List values',
  summary: 'Gives the stored values whose keys begin in a certain way, in the order of their keys.',
  needsConnection: false,
  safety: 'read',
  properties: [
    { name: 'prefix', label: 'Keys that begin with', required: false, kind: 'text', placeholder: 'lead:' },
    { name: 'after', label: 'After the key', required: false, kind: 'text', advanced: true, help: 'To go on where the last list ended.' },
    { name: 'limit', label: 'At most', required: false, kind: 'number', initial: 100 },
  ],
  input: z.strictObject({
    prefix: optionalText({ max: 300 }),
    after: optionalText({ max: 300 }),
    limit: optional(integer({ min: 1, max: 1000 })),
  }),
  output: {
    type: 'object',
    properties: {
      values: { type: 'array', items: { type: 'object', properties: { key: { type: 'string' }, value: {} } } },
      count: { type: 'integer' },
    },
  },
  sample: { values: [{ key: 'lead:00Q', value: 'kept' }], count: 1 },
  async run(context, input) {
    const values = await storeOf(context).list(input.prefix ?? '', {
      limit: input.limit ?? 100,
      ...(input.after === undefined ? {} : { after: input.after }),
    });
    return { values, count: values.length };
  },
  paged: {
    without: ['limit'],
    async page(context, input, cursor) {
      // A cursor is the last key of the page before.
      const after = typeof cursor === 'string' ? cursor : input.after;
      // One more than the page, to know whether it is the last.
      const found = await storeOf(context).list(input.prefix ?? '', { limit: PAGE + 1, ...(after === undefined ? {} : { after }) });
      const items = found.slice(0, PAGE);
      const last = items.at(-1);
      return last && found.length > PAGE ? { items, next: last.key } : { items };
    },
  },
});
