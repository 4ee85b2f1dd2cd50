import { defineOperation, text } from '@weft/connector-kit';
import { z } from 'zod';
import { addNoteTo, NOTE_KINDS } from '../notes.ts';
import { OBJECTS } from '../objects.ts';
import { idInput, idProperty } from '../properties.ts';

const KINDS = ['discussion', 'internal', 'resolution'] as const;

export const addNote = defineOperation({
  id: 'addNote',
  kind: 'action',
  title: 'Add a note',
  summary: 'Adds a note to a ticket, company or contact.',
  needsConnection: true,
  safety: 'searchable',
  properties: [
    {
      name: 'object',
      label: 'Object',
      required: true,
      kind: 'select',
      choices: [
        { value: 'ticket', label: 'Service ticket' },
        { value: 'company', label: 'Company' },
        { value: 'contact', label: 'Contact' },
      ],
    },
    idProperty,
    { name: 'text', label: 'Note', required: true, kind: 'longText' },
    {
      name: 'part',
      label: 'Part of the ticket',
      required: false,
      kind: 'select',
      initial: 'discussion',
      advanced: true,
      choices: [
        { value: 'discussion', label: 'Discussion (customers see it)' },
        { value: 'internal', label: 'Internal analysis' },
        { value: 'resolution', label: 'Resolution' },
      ],
    },
  ],
  input: z.strictObject({
    object: z.enum(['ticket', 'company', 'contact']),
    id: idInput,
    text: text({ max: 32_000 }),
    part: z.enum(KINDS).default('discussion'),
  }),
  output: { type: 'object', properties: { note: { type: 'object' } } },
  sample: { note: { id: 9001, ticketId: 7601, text: 'Called back, all well.', detailDescriptionFlag: true } },
  run: async (context, input) => ({
    note: await addNoteTo(
      context,
      `${OBJECTS[input.object].path}/${encodeURIComponent(input.id)}`,
      input.text,
      input.object === 'ticket' ? NOTE_KINDS[input.part] : {},
    ),
  }),
});
