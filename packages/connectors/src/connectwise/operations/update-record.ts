import { defineOperation, optional, record } from '@weft/connector-kit';
import { z } from 'zod';
import { openConnectWise, type CwRecord } from '../client.ts';
import { writableChoices, writableObject } from '../objects.ts';
import { companySample, idInput, idProperty, objectInput, parentPropertyFor, writableObjectProperty } from '../properties.ts';
import { change } from '../writing.ts';

export const updateRecord = defineOperation({
  id: 'updateRecord',
  kind: 'action',
  title: 'Update a record',
  summary: 'Changes the given fields of one record; fields that are already so are not touched, null clears one.',
  needsConnection: true,
  safety: 'idempotent',
  properties: [
    writableObjectProperty,
    idProperty,
    parentPropertyFor(writableChoices),
    { name: 'changes', label: 'Changes', required: true, kind: 'record', remote: { what: 'fields', dependsOn: ['object'] } },
  ],
  input: z.strictObject({ object: objectInput, id: idInput, parentId: optional(idInput), changes: record() }),
  output: { type: 'object', properties: { record: { type: 'object' }, changed: { type: 'boolean' } } },
  sample: { record: companySample, changed: true },
  async run(context, input) {
    const object = writableObject(input.object, input.parentId);
    const current = (await openConnectWise(context).get(`${object.path}/${encodeURIComponent(input.id)}`)) as CwRecord;
    const updated = await change(context, object, current, input.changes);
    return { record: updated, changed: updated !== current };
  },
});
