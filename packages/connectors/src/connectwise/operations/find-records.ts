import { defineOperation, integer, keyValues, nameList, optional, optionalText } from '@weft/connector-kit';
import { z } from 'zod';
import { combineInput, combineProperty, conditionsInput, conditionsProperty } from '../condition-rows.ts';
import { listPage, listRecords, type ListCursor, type Listing } from '../listing.ts';
import { objectInfo, pathOf } from '../objects.ts';
import { companySample, fieldsProperty, idInput, objectInput, objectProperty, parentProperty } from '../properties.ts';

const input = z.strictObject({
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
});

/** Records of a page: a loop holds one page at a time, and a record of all fields has some kilobytes. */
const PAGE = 500;

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
  input,
  output: { type: 'object', properties: { records: { type: 'array', items: { type: 'object' } }, count: { type: 'integer' } } },
  sample: { records: [companySample], count: 1 },
  async run(context, wanted) {
    const { limit = 100, orderBy, fields } = wanted;
    const records = await listRecords(context, listingOf(wanted), { limit, orderBy, fields });
    return { records, count: records.length };
  },
  paged: {
    without: ['limit', 'orderBy'],
    page: (context, wanted, cursor) =>
      listPage(context, listingOf(wanted), {
        // One that we gave.
        cursor: (cursor as ListCursor | undefined) ?? { filter: 0 },
        pageSize: PAGE,
        fields: wanted.fields,
      }),
  },
});

function listingOf(wanted: z.infer<typeof input>): Listing {
  const object = objectInfo(wanted.object);
  const equal = Object.entries(wanted.match ?? {}).map(([field, value]) => ({ field, operator: '=' as const, value }));
  return {
    object,
    path: pathOf(object, wanted.parentId),
    rows: [...equal, ...(wanted.conditions ?? [])],
    combine: wanted.combine,
    raw: {
      ...(wanted.where === undefined ? {} : { conditions: wanted.where }),
      ...(wanted.childConditions === undefined ? {} : { childConditions: wanted.childConditions }),
      ...(wanted.customFieldConditions === undefined ? {} : { customFieldConditions: wanted.customFieldConditions }),
    },
  };
}
