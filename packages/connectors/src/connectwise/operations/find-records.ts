import { defineOperation, integer, keyValues, optional, optionalText } from '@weft/connector-kit';
import { z } from 'zod';
import { openConnectWise, type CwRecord } from '../client.ts';
import { buildFilter, cwOrder, conditionSchema } from '../conditions.ts';
import { objectInfo, pathOf } from '../objects.ts';
import { companySample, idInput, objectInput, objectProperty, parentProperty } from '../properties.ts';

const PAGE = 1000;

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
    {
      name: 'match',
      label: 'Where these fields are equal',
      required: false,
      kind: 'keyValue',
      help: 'All must hold. Fields of references with a slash (status/name), custom fields as customField:SF Id.',
    },
    {
      name: 'where',
      label: 'And where',
      required: false,
      kind: 'query',
      placeholder: 'closedFlag = False and board/name = "Service"',
      help: 'In ConnectWise’s condition language.',
    },
    {
      name: 'conditions',
      label: 'Conditions',
      required: false,
      kind: 'json',
      advanced: true,
      help: 'A list of { field, operator, value }; operators: = != < <= > >= contains notContains startsWith like in isEmpty isNotEmpty.',
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
    { name: 'orderBy', label: 'Order', required: false, kind: 'text', advanced: true, placeholder: '_info/lastUpdated desc' },
    { name: 'limit', label: 'At most', required: false, kind: 'number', initial: 100 },
  ],
  input: z.strictObject({
    object: objectInput,
    parentId: optional(idInput),
    match: optional(keyValues()),
    where: optionalText({ max: 1800 }),
    conditions: optional(z.array(conditionSchema)),
    childConditions: optionalText({ max: 1800 }),
    customFieldConditions: optionalText({ max: 1800 }),
    orderBy: optionalText({ max: 200 }),
    limit: optional(integer({ min: 1, max: 10_000 })),
  }),
  output: { type: 'object', properties: { records: { type: 'array', items: { type: 'object' } }, count: { type: 'integer' } } },
  sample: { records: [companySample], count: 1 },
  async run(context, input) {
    const path = pathOf(objectInfo(input.object), input.parentId);
    const rows = [
      ...Object.entries(input.match ?? {}).map(([field, value]) => ({ field, operator: '=' as const, value })),
      ...(input.conditions ?? []),
    ];
    const filter = buildFilter(rows, {
      ...(input.where === undefined ? {} : { conditions: input.where }),
      ...(input.childConditions === undefined ? {} : { childConditions: input.childConditions }),
      ...(input.customFieldConditions === undefined ? {} : { customFieldConditions: input.customFieldConditions }),
    });
    const cw = openConnectWise(context);
    const limit = input.limit ?? 100;
    const records: CwRecord[] = [];
    if (input.orderBy === undefined) {
      for (let pageId: number | undefined; records.length < limit;) {
        const page = await cw.forward(path, filter, { pageSize: Math.min(PAGE, limit - records.length), pageId });
        records.push(...page.records);
        pageId = page.nextPageId;
        if (pageId === undefined) break;
      }
    } else {
      const pageSize = Math.min(PAGE, limit);
      for (let page = 1; records.length < limit; page += 1) {
        const found = await cw.page(path, { ...filter, orderBy: cwOrder(input.orderBy) }, { page, pageSize });
        records.push(...found);
        if (found.length < pageSize) break;
      }
    }
    const kept = records.slice(0, limit);
    return { records: kept, count: kept.length };
  },
});
