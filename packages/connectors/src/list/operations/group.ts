import { defineOperation, flag, itemReader, optional } from '@weft/connector-kit';
import { z } from 'zod';
import { CALCULATIONS, calculationsInput, calculationsOf } from '../aggregate.ts';
import { fieldColumn, ignoreCaseInput, ignoreCaseProperty, itemsInput, itemsProperty, pathsInput, sampleItems } from '../properties.ts';
import { keyOf } from '../values.ts';

export const group = defineOperation({
  id: 'group',
  kind: 'action',
  title: 'Group and sum up a list',
  summary: 'Puts items with the same value together, and counts, adds or averages each group.',
  needsConnection: false,
  safety: 'pure',
  properties: [
    itemsProperty,
    {
      name: 'by',
      label: 'By',
      required: false,
      kind: 'rows',
      columns: [fieldColumn],
      help: 'Fields of each item, such as account.name. None makes one group of all.',
    },
    {
      name: 'calculations',
      label: 'Calculations',
      required: false,
      kind: 'rows',
      columns: [
        { name: 'calculation', label: 'Calculation', kind: 'select', initial: 'sum', choices: CALCULATIONS },
        { name: 'path', label: 'Of the field', kind: 'path', placeholder: 'amount' },
        { name: 'as', label: 'Call it', kind: 'text', placeholder: 'total' },
      ],
    },
    ignoreCaseProperty,
    {
      name: 'withItems',
      label: 'Give the items of each group too',
      required: false,
      kind: 'boolean',
      initial: true,
      advanced: true,
    },
  ],
  input: z.strictObject({
    items: itemsInput,
    by: pathsInput,
    calculations: calculationsInput,
    ignoreCase: ignoreCaseInput,
    withItems: optional(flag()),
  }),
  output: {
    type: 'object',
    properties: {
      groups: {
        type: 'array',
        items: {
          type: 'object',
          properties: { key: {}, count: { type: 'integer' }, values: { type: 'object' }, items: { type: 'array', items: {} } },
        },
      },
      count: { type: 'integer' },
    },
  },
  sample: { groups: [{ key: 'Springfield', count: 2, values: { total: 3300 }, items: sampleItems }], count: 1 },
  async run(_context, input) {
    const readers = (input.by ?? []).map(itemReader);
    const calculations = calculationsOf(input.calculations ?? []);
    const found = new Map<string, { key: unknown; items: unknown[] }>();
    // Without a field there is one group, also of an empty list: sums of nothing are wanted too.
    if (readers.length === 0) found.set('[]', { key: null, items: [] });
    for (const item of input.items) {
      const values = readers.map((read) => read(item) ?? null);
      const id = JSON.stringify(values.map((value) => keyOf(value, input.ignoreCase)));
      const known = found.get(id);
      if (known === undefined) found.set(id, { key: values.length > 1 ? values : (values[0] ?? null), items: [item] });
      else known.items.push(item);
    }
    const groups = [...found.values()].map(({ key, items }) => ({
      key,
      count: items.length,
      values: Object.fromEntries(calculations.map(({ name, calculate }) => [name, calculate(items)])),
      ...(input.withItems === false ? {} : { items }),
    }));
    return { groups, count: groups.length };
  },
});
