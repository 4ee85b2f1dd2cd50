import { defineOperation, keyValues, optional, optionalText } from '@weft/connector-kit';
import { z } from 'zod';
import { openConnectWise } from '../client.ts';
import { buildFilter } from '../conditions.ts';
import { objectInfo, pathOf } from '../objects.ts';
import { idInput, objectInput, objectProperty, parentProperty } from '../properties.ts';

export const countRecords = defineOperation({
  id: 'countRecords',
  kind: 'action',
  title: 'Count records',
  summary: 'Tells how many records meet the conditions, without reading them.',
  needsConnection: true,
  safety: 'read',
  properties: [
    objectProperty,
    { ...parentProperty, advanced: true },
    { name: 'match', label: 'Where these fields are equal', required: false, kind: 'keyValue', help: 'All must hold.' },
    {
      name: 'where',
      label: 'And where',
      required: false,
      kind: 'query',
      placeholder: 'closedFlag = False',
      help: 'In ConnectWise’s condition language.',
    },
  ],
  input: z.strictObject({
    object: objectInput,
    parentId: optional(idInput),
    match: optional(keyValues()),
    where: optionalText({ max: 1800 }),
  }),
  output: { type: 'object', properties: { count: { type: 'integer' } } },
  sample: { count: 12 },
  async run(context, input) {
    const rows = Object.entries(input.match ?? {}).map(([field, value]) => ({ field, operator: '=' as const, value }));
    const filter = buildFilter(rows, input.where === undefined ? {} : { conditions: input.where });
    return { count: await openConnectWise(context).count(pathOf(objectInfo(input.object), input.parentId), filter) };
  },
});
