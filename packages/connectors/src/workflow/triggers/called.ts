import { defineOperation } from '@weft/connector-kit';
import { z } from 'zod';

const TYPES = [
  { value: 'text', label: 'Text' },
  { value: 'number', label: 'Number' },
  { value: 'boolean', label: 'True or false' },
  { value: 'time', label: 'Date and time' },
  { value: 'list', label: 'List' },
  { value: 'object', label: 'Object' },
  { value: 'any', label: 'Anything' },
] as const;

export const called = defineOperation({
  id: 'called',
  kind: 'trigger',
  mode: 'call',
  title: 'When another workflow calls it',
  summary: 'Starts a run for each call of a Call node, with the fields that it is given. What the run gives goes back to the caller.',
  needsConnection: false,
  properties: [
    {
      name: 'fields',
      label: 'Fields',
      required: false,
      kind: 'rows',
      help: 'What callers fill in. Here each is read as trigger and its name, such as trigger.customerId.',
      columns: [
        { name: 'name', label: 'Name', kind: 'path', placeholder: 'customerId' },
        { name: 'label', label: 'Label', kind: 'text', placeholder: 'Customer' },
        { name: 'type', label: 'Type', kind: 'select', initial: 'text', choices: [...TYPES] },
        {
          name: 'required',
          label: 'Required',
          kind: 'select',
          initial: 'no',
          choices: [
            { value: 'no', label: 'Optional' },
            { value: 'yes', label: 'Required' },
          ],
        },
      ],
    },
  ],
  // The form of each field is checked with the document.
  // What callers give is declared by each workflow.
  output: { type: 'object' },
  sample: {},
  input: z.strictObject({ fields: z.array(z.record(z.string(), z.unknown())).default([]) }),
});
