import { defineOperation, text } from '@weft/connector-kit';
import { z } from 'zod';
import { fingerprint } from '../fingerprint.ts';
import { recall } from '../memory.ts';
import { pairInput, pairProperty, valuesInput } from '../properties.ts';

export const checkEcho = defineOperation({
  id: 'checkEcho',
  kind: 'action',
  title: 'Is it our own echo?',
  summary:
    'Tells whether a record looks as our own last write left it: then the change is an echo, and writing it back would go round in circles.',
  needsConnection: false,
  safety: 'read',
  properties: [
    pairProperty,
    { name: 'side', label: 'Side of the change', required: true, kind: 'text', placeholder: 'salesforce' },
    {
      name: 'values',
      label: 'Values that are synchronised',
      required: true,
      kind: 'record',
      help: 'Only what the mapping reads. Compared as a whole; who wrote it does not matter, so a person who shares our user is not overheard.',
    },
  ],
  input: z.strictObject({ pair: pairInput, side: text({ max: 60 }), values: valuesInput }),
  output: {
    type: 'object',
    properties: { echo: { type: 'boolean' }, known: { type: 'boolean' }, fingerprint: { type: 'string' } },
  },
  sample: { echo: false, known: true, fingerprint: '9f86d081884c7d659a2feaa0c55ad015' },
  async run(context, input) {
    const print = fingerprint(input.values);
    const memories = await recall(context, input.pair);
    const prints = memories.flatMap(({ sides }) => sides[input.side] ?? []).map((known) => known.print);
    return { echo: prints.includes(print), known: memories.length > 0, fingerprint: print };
  },
});
