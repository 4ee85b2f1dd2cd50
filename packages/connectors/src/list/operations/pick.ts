import { defineOperation, doNotRetry, itemReader, optionalText, text } from '@weft/connector-kit';
import { z } from 'zod';
import { asOutput, fieldColumn, itemsInput, itemsOutput, itemsProperty, listOf } from '../properties.ts';

const fieldSchema = z.strictObject({ path: text({ max: 300 }), as: optionalText({ max: 100 }) });

export const pick = defineOperation({
  id: 'pick',
  kind: 'action',
  title: 'Pick fields of a list',
  summary: 'Gives items that have only the fields named, under the names you choose.',
  needsConnection: false,
  safety: 'pure',
  properties: [
    itemsProperty,
    {
      name: 'fields',
      label: 'Fields',
      required: true,
      kind: 'rows',
      columns: [fieldColumn, { name: 'as', label: 'New name', kind: 'text' }],
      help: 'What an item does not have becomes null.',
    },
  ],
  input: z.strictObject({
    items: itemsInput,
    fields: listOf(z.array(fieldSchema, { error: 'must be rows of { path, as }' }).min(1, 'must have a row')),
  }),
  output: itemsOutput,
  sample: { items: [{ company: 'Acme Ltd' }, { company: 'Globex' }], count: 2 },
  async run(_context, input) {
    const readers = input.fields.map(({ path, as }) => [as ?? path, itemReader(path)] as const);
    const double = readers.find(([name], at) => readers.findIndex(([other]) => other === name) !== at);
    if (double !== undefined) throw doNotRetry(`Two fields are called "${double[0]}". Give each its own name.`, { code: 'name_twice' });
    // Built from entries: a field called __proto__ stays a field.
    return asOutput(input.items.map((item) => Object.fromEntries(readers.map(([name, read]) => [name, read(item) ?? null]))));
  },
});
