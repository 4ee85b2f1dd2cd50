import { defineOperation, itemReader, optional } from '@weft/connector-kit';
import { z } from 'zod';
import {
  asOutput,
  fieldColumn,
  ignoreCaseInput,
  ignoreCaseProperty,
  itemsInput,
  itemsOutput,
  itemsProperty,
  pathsInput,
  sampleItems,
} from '../properties.ts';
import { isEmpty, keyOf } from '../values.ts';

export const dedupe = defineOperation({
  id: 'dedupe',
  kind: 'action',
  title: 'Remove duplicates from a list',
  summary: 'Keeps one of the items that have the same values.',
  needsConnection: false,
  safety: 'pure',
  properties: [
    itemsProperty,
    {
      name: 'by',
      label: 'Same',
      required: false,
      kind: 'rows',
      columns: [fieldColumn],
      help: 'Fields of each item that must be the same, such as email. None compares whole items. Items in which all of them are empty are kept.',
    },
    {
      name: 'keep',
      label: 'Keep',
      required: false,
      kind: 'select',
      initial: 'first',
      choices: [
        { value: 'first', label: 'the first' },
        { value: 'last', label: 'the last' },
      ],
    },
    ignoreCaseProperty,
  ],
  input: z.strictObject({
    items: itemsInput,
    by: pathsInput,
    keep: optional(z.enum(['first', 'last'])),
    ignoreCase: ignoreCaseInput,
  }),
  output: { ...itemsOutput, properties: { ...itemsOutput.properties, removed: { type: 'integer' } } },
  sample: { items: sampleItems, count: 2, removed: 1 },
  async run(_context, input) {
    const isLast = input.keep === 'last';
    const readers = input.by === undefined || input.by.length === 0 ? [itemReader('')] : input.by.map(itemReader);
    const seen = new Set<string>();
    const isFresh = (item: unknown): boolean => {
      const values = readers.map((read) => read(item));
      // Two records without an e-mail address are not the same person.
      if (values.every(isEmpty)) return true;
      const key = JSON.stringify(values.map((value) => keyOf(value, input.ignoreCase)));
      if (seen.has(key)) return false;
      seen.add(key);
      return true;
    };
    const items = isLast ? input.items.toReversed().filter(isFresh).reverse() : input.items.filter(isFresh);
    return { ...asOutput(items), removed: input.items.length - items.length };
  },
});
