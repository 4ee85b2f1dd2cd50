import { defineOperation, optional } from '@weft/connector-kit';
import { z } from 'zod';
import { openConnectWise, type CwRecord } from '../client.ts';
import { OBJECTS } from '../objects.ts';
import { idInput, idProperty } from '../properties.ts';

const PAGE = 1000;

export const listNotes = defineOperation({
  id: 'listNotes',
  kind: 'action',
  title: 'List notes',
  summary: 'The notes of a ticket, company or contact, the oldest first.',
  needsConnection: true,
  safety: 'read',
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
    { name: 'limit', label: 'At most', required: false, kind: 'number', initial: 100, advanced: true },
  ],
  input: z.strictObject({
    object: z.enum(['ticket', 'company', 'contact'], { error: 'must be ticket, company or contact' }),
    id: idInput,
    limit: optional(z.coerce.number().int().min(1).max(10_000)),
  }),
  output: { type: 'object', properties: { notes: { type: 'array', items: { type: 'object' } }, hasMore: { type: 'boolean' } } },
  sample: { notes: [{ id: 9001, ticketId: 7601, text: 'Called back, all well.', detailDescriptionFlag: true }], hasMore: false },
  async run(context, input) {
    const cw = openConnectWise(context);
    const path = `${OBJECTS[input.object].path}/${encodeURIComponent(input.id)}/notes`;
    const limit = input.limit ?? 100;
    const notes: CwRecord[] = [];
    for (let pageId: number | undefined; ;) {
      const page = await cw.forward(path, {}, { pageSize: Math.min(PAGE, limit + 1), pageId });
      notes.push(...page.records);
      if (notes.length > limit || page.nextPageId === undefined) break;
      pageId = page.nextPageId;
    }
    return { notes: notes.slice(0, limit), hasMore: notes.length > limit };
  },
});
