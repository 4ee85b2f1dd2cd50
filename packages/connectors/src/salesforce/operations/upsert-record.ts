import { defineOperation, record, text } from '@weft/connector-kit';
import { z } from 'zod';
import { openSalesforce } from '../client.ts';
import { objectInput, objectProperty, recordProperty, writeHeaders, writeInput, writeProperties } from '../properties.ts';
import { writableRecord } from '../records.ts';
import { soqlName, soqlString } from '../soql.ts';

export const upsertRecord = defineOperation({
  id: 'upsertRecord',
  kind: 'action',
  title: 'Create or update a record',
  summary: 'Finds a record by an external id field and updates it, or creates it. A repetition never makes a second one.',
  needsConnection: true,
  safety: 'idempotent',
  properties: [
    objectProperty,
    {
      name: 'externalIdField',
      label: 'External id field',
      required: true,
      kind: 'select',
      placeholder: 'CW_Company_Id__c',
      remote: { what: 'choices', dependsOn: ['object'] },
    },
    { name: 'externalId', label: 'External id', required: true, kind: 'text' },
    recordProperty,
    ...writeProperties,
  ],
  input: z.strictObject({
    object: objectInput,
    externalIdField: text({ max: 80 }),
    externalId: text({ max: 255 }),
    record: record(),
    ...writeInput,
  }),
  output: { type: 'object', properties: { id: { type: 'string' }, created: { type: 'boolean' } } },
  sample: { id: '001xx000003DGb2AAG', created: false },
  async run(context, input) {
    const object = soqlName(input.object);
    const field = soqlName(input.externalIdField);
    const salesforce = await openSalesforce(context);
    // jsforce puts the external id into the path as it is: it must come encoded.
    const body = { ...writableRecord(input.record, [field]), [field]: encodeURIComponent(input.externalId) };
    const result = await salesforce.run((connection) => connection.sobject(object).upsert(body, field, { headers: writeHeaders(input) }));
    if (result.id !== undefined) return { id: result.id, created: result.created === true };
    // An update may answer 204 without a body (documented for API versions up to 45).
    const found = await salesforce.run((connection) =>
      connection.query<{ Id: string }>(`SELECT Id FROM ${object} WHERE ${field} = ${soqlString(input.externalId)} LIMIT 1`),
    );
    return { id: found.records[0]?.Id ?? null, created: false };
  },
});
