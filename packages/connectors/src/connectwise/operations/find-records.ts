import { defineOperation, integer, keyValues, nameList, optional, optionalText } from '@weft/connector-kit';
import { z } from 'zod';
import { combineInput, combineProperty, conditionsInput, conditionsProperty } from '../condition-rows.ts';
import { listRecords } from '../listing.ts';
import { objectInfo, pathOf } from '../objects.ts';
import { companySample, fieldsProperty, idInput, objectInput, objectProperty, parentProperty } from '../properties.ts';

export const findRecords = defineOperation({
  id: 'findRecords',
  kind: 'action',
  title: 'Find records',
  summary: 'Finds companies, contacts, tickets, agreements, invoices and what belongs to them.',
  needsConnection: true,
  safety: 'read',
  properties: [
    objectProperty,
    parentProperty,
    conditionsProperty,
    combineProperty,
    {
      name: 'match',
      label: 'Where these fields are equal',
      required: false,
      kind: 'keyValue',
      advanced: true,
      help: 'All must hold. Fields of references with a slash (status/name), custom fields as customField:SF Id.',
    },
    {
      name: 'where',
      label: 'And where',
      required: false,
      kind: 'query',
      advanced: true,
      placeholder: 'closedFlag = False and board/name = "Service"',
      help: 'In ConnectWise’s condition language.',
    },
    {
      name: 'childConditions',
      label: 'Child conditions',
      required: false,
      kind: 'query',
      advanced: true,
      placeholder: 'communicationItems/value = "ann@acme.example"',
    },
    {
      name: 'customFieldConditions',
      label: 'Custom field conditions',
      required: false,
      kind: 'query',
      advanced: true,
      placeholder: 'caption = "SF Id" and value != null',
    },
    fieldsProperty,
    { name: 'orderBy', label: 'Order', required: false, kind: 'text', advanced: true, placeholder: '_info/lastUpdated desc' },
    { name: 'limit', label: 'At most', required: false, kind: 'number', initial: 100 },
  ],
  input: z.strictObject({
    object: objectInput,
    parentId: optional(idInput),
    match: optional(keyValues()),
    where: optionalText({ max: 1800 }),
    conditions: conditionsInput,
    combine: combineInput,
    fields: optional(nameList()),
    childConditions: optionalText({ max: 1800 }),
    customFieldConditions: optionalText({ max: 1800 }),
    orderBy: optionalText({ max: 200 }),
    limit: optional(integer({ min: 1, max: 10_000 })),
  }),
  output: { type: 'object', properties: { records: { type: 'array', items: { type: 'object' } }, count: { type: 'integer' } } },
  sample: { records: [companySample], count: 1 },
  async run(context, input) {
    const object = objectInfo(input.object);
    const equal = Object.entries(input.match ?? {}).map(([field, value]) => ({ field, operator: '=' as const, value }));
    const listing = {
      object,
      path: pathOf(object, input.parentId),
      rows: [...equal, ...(input.conditions ?? [])],
      combine: input.combine,
      raw: {
        ...(input.where === undefined ? {} : { conditions: input.where }),
        ...(input.childConditions === undefined ? {} : { childConditions: input.childConditions }),
        ...(input.customFieldConditions === undefined ? {} : { customFieldConditions: input.customFieldConditions }),
      },
    };
    const records = await listRecords(context, listing, { limit: input.limit ?? 100, orderBy: input.orderBy, fields: input.fields });
    return { records, count: records.length };
  },
});
