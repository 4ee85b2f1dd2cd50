import { defineOperation, record, text } from '@weft/connector-kit';
import { z } from 'zod';
import { lookForChanges } from '../changes.ts';
import { openSalesforce } from '../client.ts';
import {
  idProperty,
  objectInput,
  objectProperty,
  recordProperty,
  skipInput,
  skipProperty,
  writeHeaders,
  writeInput,
  writeProperties,
} from '../properties.ts';
import { subjectOf, writableRecord } from '../records.ts';
import { soqlId, soqlName } from '../soql.ts';
import { preparedRecord } from '../values.ts';

export const updateRecord = defineOperation({
  id: 'updateRecord',
  kind: 'action',
  title: 'Update a record',
  summary: 'Changes the given fields of one record. A null clears a field.',
  needsConnection: true,
  safety: 'idempotent',
  properties: [objectProperty, idProperty, recordProperty, skipProperty, ...writeProperties],
  input: z.strictObject({ object: objectInput, id: text(), record: record(), ...skipInput, ...writeInput }),
  output: { type: 'object', properties: { id: { type: 'string' }, changed: { type: 'boolean' } } },
  sample: { id: '001xx000003DGb2AAG', changed: true },
  async run(context, input) {
    const object = soqlName(input.object);
    const id = soqlId(input.id);
    if (Object.keys(writableRecord(input.record)).length === 0) return { id, changed: false };
    const wanted = await preparedRecord(context, { object, id }, input.record);
    const salesforce = await openSalesforce(context);
    const subject = subjectOf(object, input.record, id);
    if (input.skipUnchanged !== false) {
      const look = await lookForChanges(context, salesforce, { existing: { object, path: `${object}/${id}`, subject }, wanted });
      if (look.id !== undefined && look.changed.length === 0) return { id, changed: false };
    }
    await salesforce.run(
      (connection) => connection.sobject(object).update({ Id: id, ...wanted }, { headers: writeHeaders(input) }),
      subject,
      wanted,
    );
    return { id, changed: true };
  },
});
