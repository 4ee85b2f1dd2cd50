import { defineOperation, optional } from '@weft/connector-kit';
import { z } from 'zod';
import { openConnectWise } from '../client.ts';
import { objectInfo, pathOf } from '../objects.ts';
import { companySample, idInput, idProperty, objectInput, objectProperty, parentProperty } from '../properties.ts';

export const getRecord = defineOperation({
  id: 'getRecord',
  kind: 'action',
  title: 'Get a record',
  summary: 'Reads one record by its id.',
  needsConnection: true,
  safety: 'read',
  properties: [objectProperty, idProperty, { ...parentProperty, advanced: true }],
  input: z.strictObject({ object: objectInput, id: idInput, parentId: optional(idInput) }),
  output: { type: 'object', properties: { record: { type: 'object' } } },
  sample: { record: companySample },
  run: async (context, input) => ({
    record: await openConnectWise(context).get(`${pathOf(objectInfo(input.object), input.parentId)}/${encodeURIComponent(input.id)}`),
  }),
});
