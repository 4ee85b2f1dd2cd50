import { defineOperation, flag, optional } from '@weft/connector-kit';
import { z } from 'zod';
import { OPERATORS, rowsInput, testOf } from '../conditions.ts';
import {
  asOutput,
  fieldColumn,
  ignoreCaseInput,
  ignoreCaseProperty,
  itemsInput,
  itemsOutput,
  itemsProperty,
  sampleItems,
} from '../properties.ts';

export const filter = defineOperation({
  id: 'filter',
  kind: 'action',
  title: 'Filter a list',
  summary: 'Keeps the items that meet conditions, in the order they had.',
  needsConnection: false,
  safety: 'pure',
  properties: [
    itemsProperty,
    {
      name: 'conditions',
      label: 'Conditions',
      required: true,
      kind: 'rows',
      help: 'Fields are those of each item; without one, the item itself is looked at.',
      columns: [
        fieldColumn,
        { name: 'operator', label: 'Operator', kind: 'select', initial: '=', choices: OPERATORS },
        {
          name: 'value',
          label: 'Value',
          kind: 'text',
          hiddenWhen: { column: 'operator', is: ['isEmpty', 'isNotEmpty', 'isTrue', 'isFalse'] },
        },
      ],
    },
    {
      name: 'match',
      label: 'Of the conditions',
      required: false,
      kind: 'select',
      initial: 'all',
      choices: [
        { value: 'all', label: 'all must hold' },
        { value: 'any', label: 'one is enough' },
      ],
    },
    ignoreCaseProperty,
    { name: 'invert', label: 'Keep the others instead', required: false, kind: 'boolean', advanced: true },
  ],
  input: z.strictObject({
    items: itemsInput,
    conditions: rowsInput,
    match: optional(z.enum(['all', 'any'])),
    ignoreCase: ignoreCaseInput,
    invert: optional(flag()),
  }),
  output: { ...itemsOutput, properties: { ...itemsOutput.properties, leftOut: { type: 'integer' } } },
  sample: { items: [sampleItems[0]], count: 1, leftOut: 1 },
  async run(_context, input) {
    const tests = input.conditions.map((row) => testOf(row, input.ignoreCase === true));
    const isMet = (item: unknown): boolean =>
      input.match === 'any' ? tests.some((test) => test(item)) : tests.every((test) => test(item));
    const items = input.items.filter((item) => isMet(item) !== (input.invert === true));
    return { ...asOutput(items), leftOut: input.items.length - items.length };
  },
});
