import { defineOperation, itemReader, optional, optionalText } from '@weft/connector-kit';
import { z } from 'zod';
import { asOutput, fieldColumn, itemsInput, itemsOutput, itemsProperty, listOf, sampleItems } from '../properties.ts';
import { compareRanked, ORDERS, rank, type Order, type Ranked } from '../values.ts';

const keySchema = z.strictObject({
  path: optionalText(),
  direction: optional(z.enum(['asc', 'desc'])),
  as: optional(z.enum(ORDERS)),
});

export const sort = defineOperation({
  id: 'sort',
  kind: 'action',
  title: 'Sort a list',
  summary: 'Puts the items in order by one field or several. Items without a value go last.',
  needsConnection: false,
  safety: 'pure',
  properties: [
    itemsProperty,
    {
      name: 'by',
      label: 'By',
      required: true,
      kind: 'rows',
      help: 'The first field decides; the next ones only among equals. Without a field, the items themselves are compared.',
      columns: [
        fieldColumn,
        {
          name: 'direction',
          label: 'Direction',
          kind: 'select',
          initial: 'asc',
          choices: [
            { value: 'asc', label: 'upwards' },
            { value: 'desc', label: 'downwards' },
          ],
        },
        {
          name: 'as',
          label: 'Read as',
          kind: 'select',
          initial: 'natural',
          choices: [
            { value: 'natural', label: 'what it looks like', hint: 'item 9 before item 10' },
            { value: 'text', label: 'text', hint: 'letter by letter' },
            { value: 'number', label: 'numbers' },
            { value: 'date', label: 'dates and times' },
          ],
        },
      ],
    },
  ],
  input: z.strictObject({
    items: itemsInput,
    by: listOf(z.array(keySchema, { error: 'must be rows of { path, direction, as }' }).min(1, 'must have a row')),
  }),
  output: itemsOutput,
  sample: { items: sampleItems, count: 2 },
  async run(_context, input) {
    const keys = input.by.map(({ path, direction, as = 'natural' }) => ({ read: itemReader(path), isDown: direction === 'desc', as }));
    const rows = input.items.map((item) => ({ item, ranks: keys.map((key) => rank(key.read(item), key.as)) }));
    rows.sort((a, b) => {
      for (const [at, key] of keys.entries()) {
        const order = compareAt(a.ranks[at], b.ranks[at], key);
        if (order !== 0) return order;
      }
      return 0;
    });
    return asOutput(rows.map((row) => row.item));
  },
});

/** What cannot be ordered goes last in both directions. */
function compareAt(a: Ranked | undefined, b: Ranked | undefined, key: { readonly as: Order; readonly isDown: boolean }): number {
  if (a === undefined || b === undefined) return Number(a === undefined) - Number(b === undefined);
  return compareRanked(a, b, key.as) * (key.isDown ? -1 : 1);
}
