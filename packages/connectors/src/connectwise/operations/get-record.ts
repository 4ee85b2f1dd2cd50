import { defineOperation } from '@weft/connector-kit';
import { z } from 'zod';
import { openConnectWise } from '../client.ts';
import { objectInfo } from '../objects.ts';
import { companySample, idInput, idProperty, objectInput, objectProperty } from '../properties.ts';

export const getRecord = defineOperation({
  id: 'getRecord',
  kind: 'action',
  title: 'Get a record',
  summary: 'Reads one record by its id.',
  needsConnection: true,
  safety: 'read',
  properties: [objectProperty, idProperty],
  input: z.strictObject({ object: objectInput, id: idInput }),
  output: { type: 'object', properties: { record: { type: 'object' } } },
  sample: { record: companySample },
  run: async (context, input) => ({
    record: await openConnectWise(context).get(`${objectInfo(input.object).path}/${encodeURIComponent(input.id)}`),
  }),
});
