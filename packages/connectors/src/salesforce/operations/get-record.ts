import { WeftError, defineOperation, text } from '@weft/connector-kit';
import { z } from 'zod';
import { openSalesforce } from '../client.ts';
import { accountSample, fieldsInput, fieldsProperty, idProperty, objectInput, objectProperty } from '../properties.ts';
import { fieldsToRead, selectRecords } from '../records.ts';
import { soqlId, soqlName, soqlString } from '../soql.ts';

export const getRecord = defineOperation({
  id: 'getRecord',
  kind: 'action',
  title: 'Get a record',
  summary: 'Reads one record by its id.',
  needsConnection: true,
  safety: 'read',
  properties: [objectProperty, idProperty, fieldsProperty],
  input: z.strictObject({ object: objectInput, id: text(), fields: fieldsInput }),
  output: { type: 'object', properties: { record: { type: 'object' } } },
  sample: { record: accountSample },
  async run(context, input) {
    const object = soqlName(input.object);
    const id = soqlId(input.id);
    const salesforce = await openSalesforce(context);
    const fields = await fieldsToRead(context, object, input.fields);
    const tail = `WHERE Id = ${soqlString(id)} LIMIT 1`;
    const [record] = await selectRecords(salesforce, { object, fields, tail, limit: 1, subject: `${object} ${id}` });
    if (record === undefined)
      throw new WeftError({
        class: 'notFound',
        code: 'NOT_FOUND',
        message: `Salesforce has no ${object} with id ${id}, or the integration user may not see it.`,
      });
    return { record };
  },
});
