import { defineOperation, nameList, optional } from '@weft/connector-kit';
import { z } from 'zod';
import { openConnectWise } from '../client.ts';
import { fieldsParameter } from '../listing.ts';
import { objectInfo, pathOf } from '../objects.ts';
import { companySample, fieldsProperty, idInput, idProperty, objectInput, objectProperty, parentProperty } from '../properties.ts';

export const getRecord = defineOperation({
  id: 'getRecord',
  kind: 'action',
  title: 'Get a record',
  summary: 'Reads one record by its id.',
  needsConnection: true,
  safety: 'read',
  properties: [objectProperty, idProperty, parentProperty, fieldsProperty],
  input: z.strictObject({ object: objectInput, id: idInput, parentId: optional(idInput), fields: optional(nameList()) }),
  output: { type: 'object', properties: { record: { type: 'object' } } },
  sample: { record: companySample },
  async run(context, input) {
    const fields = fieldsParameter(input.fields);
    const path = `${pathOf(objectInfo(input.object), input.parentId)}/${encodeURIComponent(input.id)}`;
    return { record: await openConnectWise(context).get(path, fields === undefined ? undefined : { fields }) };
  },
});
