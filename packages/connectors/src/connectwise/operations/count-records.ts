import { defineOperation, keyValues, optional, optionalText } from '@weft/connector-kit';
import { z } from 'zod';
import { openConnectWise } from '../client.ts';
import { combineInput, combineProperty, conditionsInput, conditionsProperty } from '../condition-rows.ts';
import { filtersOf } from '../listing.ts';
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
    parentProperty,
    conditionsProperty,
    combineProperty,
    { name: 'match', label: 'Where these fields are equal', required: false, kind: 'keyValue', advanced: true, help: 'All must hold.' },
    {
      name: 'where',
      label: 'And where',
      required: false,
      kind: 'query',
      advanced: true,
      placeholder: 'closedFlag = False',
      help: 'In ConnectWise’s condition language.',
    },
  ],
  input: z.strictObject({
    object: objectInput,
    parentId: optional(idInput),
    conditions: conditionsInput,
    combine: combineInput,
    match: optional(keyValues()),
    where: optionalText({ max: 1800 }),
  }),
  output: { type: 'object', properties: { count: { type: 'integer' } } },
  sample: { count: 12 },
  async run(context, input) {
    const object = objectInfo(input.object);
    const path = pathOf(object, input.parentId);
    const equal = Object.entries(input.match ?? {}).map(([field, value]) => ({ field, operator: '=' as const, value }));
    const filters = await filtersOf(context, {
      object,
      path,
      rows: [...equal, ...(input.conditions ?? [])],
      combine: input.combine,
      raw: input.where === undefined ? {} : { conditions: input.where },
    });
    const cw = openConnectWise(context);
    let count = 0;
    for (const filter of filters) count += await cw.count(path, filter);
    return { count };
  },
});
