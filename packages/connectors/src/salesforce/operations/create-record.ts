import { defineOperation, record } from '@weft/connector-kit';
import { z } from 'zod';
import { openSalesforce } from '../client.ts';
import { objectInput, objectProperty, recordProperty, writeHeaders, writeInput, writeProperties } from '../properties.ts';
import { subjectOf } from '../records.ts';
import { soqlName } from '../soql.ts';
import { preparedRecord } from '../values.ts';

export const createRecord = defineOperation({
  id: 'createRecord',
  kind: 'action',
  title: 'Create a record',
  summary: 'Creates a record. Use "Create or update" with an external id where a repetition must not make a second one.',
  needsConnection: true,
  safety: 'blind',
  properties: [objectProperty, recordProperty, ...writeProperties],
  input: z.strictObject({ object: objectInput, record: record(), ...writeInput }),
  output: { type: 'object', properties: { id: { type: 'string' } } },
  sample: { id: '001xx000003DGb2AAG' },
  async run(context, input) {
    const object = soqlName(input.object);
    const salesforce = await openSalesforce(context);
    const body = await preparedRecord(context, { object }, input.record);
    const result = await salesforce.run(
      (connection) => connection.sobject(object).create(body, { headers: writeHeaders(input) }),
      subjectOf(object, input.record),
      body,
    );
    return { id: result.id };
  },
});
