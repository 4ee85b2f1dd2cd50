import { defineOperation, isWeftError, text } from '@weft/connector-kit';
import { z } from 'zod';
import { openSalesforce } from '../client.ts';
import { idProperty, objectInput, objectProperty } from '../properties.ts';
import { soqlId, soqlName } from '../soql.ts';

export const deleteRecord = defineOperation({
  id: 'deleteRecord',
  kind: 'action',
  title: 'Delete a record',
  summary: 'Moves a record to the recycle bin. One that is there already is no error.',
  needsConnection: true,
  safety: 'idempotent',
  properties: [objectProperty, idProperty],
  input: z.strictObject({ object: objectInput, id: text() }),
  output: { type: 'object', properties: { id: { type: 'string' }, deleted: { type: 'boolean' } } },
  sample: { id: '001xx000003DGb2AAG', deleted: true },
  async run(context, input) {
    const object = soqlName(input.object);
    const id = soqlId(input.id);
    const salesforce = await openSalesforce(context);
    try {
      await salesforce.run((connection) => connection.request({ method: 'DELETE', url: `/sobjects/${object}/${id}` }), `${object} ${id}`);
      return { id, deleted: true };
    } catch (error) {
      if (isWeftError(error) && error.code === 'ENTITY_IS_DELETED') return { id, deleted: false };
      throw error;
    }
  },
});
