import { defineOperation, optional, optionalText, record, text } from '@weft/connector-kit';
import { z } from 'zod';
import { cutAtWord } from '../naming.ts';
import { addNoteTo, NOTE_KINDS } from '../notes.ts';
import { OBJECTS } from '../objects.ts';
import { companyProperty, idInput, ticketSample } from '../properties.ts';
import { reference } from '../references.ts';
import { create, findBy, theOne } from '../writing.ts';

const SUMMARY_LENGTH = 100;

export const createTicketOnce = defineOperation({
  id: 'createTicketOnce',
  kind: 'action',
  title: 'Create a ticket once',
  summary: 'Creates a service ticket unless one with the same external reference exists; then it can add a note to that one.',
  needsConnection: true,
  safety: 'searchable',
  properties: [
    {
      name: 'externalXRef',
      label: 'External reference',
      required: true,
      kind: 'text',
      maxLength: 100,
      placeholder: 'sf-opp:{{ trigger.record.Id }}',
      help: 'At most one ticket is made for each.',
    },
    { name: 'summary', label: 'Summary', required: true, kind: 'text', help: 'Longer than 100 characters is cut at a word.' },
    companyProperty,
    { name: 'contactId', label: 'Contact id', required: false, kind: 'text' },
    {
      name: 'board',
      label: 'Board',
      required: false,
      kind: 'select',
      remote: { what: 'choices', dependsOn: [] },
      help: 'Empty means the default board.',
    },
    {
      name: 'status',
      label: 'Status',
      required: false,
      kind: 'select',
      remote: { what: 'choices', dependsOn: ['board'] },
      help: 'Empty means the board’s own first status.',
    },
    { name: 'priority', label: 'Priority', required: false, kind: 'select', remote: { what: 'choices', dependsOn: [] } },
    { name: 'source', label: 'Source', required: false, kind: 'select', remote: { what: 'choices', dependsOn: [] }, advanced: true },
    { name: 'initialDescription', label: 'Description', required: false, kind: 'longText' },
    { name: 'initialInternalAnalysis', label: 'Internal analysis', required: false, kind: 'longText', advanced: true },
    { name: 'noteIfExists', label: 'Note when it exists already', required: false, kind: 'longText' },
    {
      name: 'record',
      label: 'Other fields',
      required: false,
      kind: 'record',
      remote: { what: 'fields', dependsOn: [], object: 'ticket' },
      advanced: true,
    },
  ],
  input: z.strictObject({
    externalXRef: text({ max: 100 }),
    summary: text({ max: 1000 }),
    companyId: idInput,
    contactId: optional(idInput),
    board: optionalText({ max: 100 }),
    status: optionalText({ max: 100 }),
    priority: optionalText({ max: 100 }),
    source: optionalText({ max: 100 }),
    initialDescription: optionalText({ max: 32_000 }),
    initialInternalAnalysis: optionalText({ max: 32_000 }),
    noteIfExists: optionalText({ max: 32_000 }),
    record: optional(record()),
  }),
  output: { type: 'object', properties: { record: { type: 'object' }, created: { type: 'boolean' }, note: { type: ['object', 'null'] } } },
  sample: { record: ticketSample, created: true, note: null },
  async run(context, input) {
    const hits = await findBy(context, OBJECTS.ticket, [{ field: 'externalXRef', operator: '=', value: input.externalXRef }]);
    const existing = theOne(hits, `the external reference "${input.externalXRef}"`);
    if (existing !== undefined) {
      const note =
        input.noteIfExists === undefined
          ? null
          : await addNoteTo(context, `${OBJECTS.ticket.path}/${existing.id}`, input.noteIfExists, NOTE_KINDS.internal);
      return { record: existing, created: false, note };
    }
    const { summary, companyId, contactId, board, status, priority, source, noteIfExists: _note, record: other, ...plain } = input;
    const created = await create(context, OBJECTS.ticket, {
      ...other,
      ...plain,
      summary: cutAtWord(summary, SUMMARY_LENGTH),
      company: reference(companyId),
      contact: reference(contactId),
      board: reference(board),
      status: reference(status),
      priority: reference(priority),
      source: reference(source),
    });
    return { record: created, created: true, note: null };
  },
});
