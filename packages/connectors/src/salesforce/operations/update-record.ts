import { defineOperation, record, text } from '@weft/connector-kit';
import { z } from 'zod';
import { openSalesforce } from '../client.ts';
import { idProperty, objectInput, objectProperty, recordProperty, writeHeaders, writeInput, writeProperties } from '../properties.ts';
import { writableRecord } from '../records.ts';
import { soqlId, soqlName } from '../soql.ts';

export const updateRecord = defineOperation({
  id: 'updateRecord',
  kind: 'action',
  title: 'Update a record',
  summary: 'Changes the given fields of one record. A null clears a field.',
  needsConnection: true,
  safety: 'idempotent',
  properties: [objectProperty, idProperty, recordProperty, ...writeProperties],
  input: z.strictObject({ object: objectInput, id: text(), record: record(), ...writeInput }),
  output: { type: 'object', properties: { id: { type: 'string' } } },
  sample: { id: '001xx000003DGb2AAG' },
  async run(context, input) {
    const object = soqlName(input.object);
    const id = soqlId(input.id);
    const changes = writableRecord(input.record);
    // Even an empty update moves SystemModstamp, which every watcher would take for a change.
    if (Object.keys(changes).length === 0) return { id };
    const salesforce = await openSalesforce(context);
    await salesforce.run((connection) => connection.sobject(object).update({ Id: id, ...changes }, { headers: writeHeaders(input) }));
    return { id };
  },
});
