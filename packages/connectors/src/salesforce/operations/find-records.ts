import { defineOperation, integer, keyValues, optional, optionalText } from '@weft/connector-kit';
import { z } from 'zod';
import { openSalesforce } from '../client.ts';
import { conditionsInput, conditionsProperty, fieldsIn, soqlConditions, typesOf, type ConditionTree } from '../conditions.ts';
import { accountSample, fieldsInput, fieldsProperty, objectInput, objectProperty } from '../properties.ts';
import { fieldsToRead, selectRecords } from '../records.ts';
import { soqlName, soqlOrder, soqlText } from '../soql.ts';

export const findRecords = defineOperation({
  id: 'findRecords',
  kind: 'action',
  title: 'Find records',
  summary: 'Finds records of an object by their fields.',
  needsConnection: true,
  safety: 'read',
  properties: [
    objectProperty,
    conditionsProperty,
    {
      name: 'combine',
      label: 'Of these conditions',
      required: false,
      kind: 'select',
      initial: 'all',
      advanced: true,
      choices: [
        { value: 'all', label: 'all must hold' },
        { value: 'any', label: 'one is enough' },
      ],
    },
    {
      name: 'match',
      label: 'Where these fields are equal',
      required: false,
      kind: 'keyValue',
      advanced: true,
      help: 'Nothing as a value means that the field is empty.',
    },
    {
      name: 'where',
      label: 'And where (SOQL)',
      required: false,
      kind: 'query',
      advanced: true,
      placeholder: 'IsWon = true AND CloseDate = LAST_N_DAYS:30',
    },
    fieldsProperty,
    { name: 'orderBy', label: 'Order', required: false, kind: 'text', placeholder: 'CreatedDate desc', advanced: true },
    { name: 'limit', label: 'At most', required: false, kind: 'number', initial: 100 },
  ],
  input: z.strictObject({
    object: objectInput,
    match: optional(keyValues()),
    where: optionalText({ max: 4000 }),
    conditions: conditionsInput,
    combine: optional(z.enum(['all', 'any'])),
    fields: fieldsInput,
    orderBy: optionalText({ max: 400 }),
    limit: optional(integer({ min: 1, max: 10_000 })),
  }),
  output: { type: 'object', properties: { records: { type: 'array', items: { type: 'object' } }, count: { type: 'integer' } } },
  sample: { records: [accountSample], count: 1 },
  async run(context, input) {
    const object = soqlName(input.object);
    const salesforce = await openSalesforce(context);
    const nodes: ConditionTree[] = [
      ...Object.entries(input.match ?? {}).map(([field, value]) => ({ field, operator: '=' as const, value })),
      ...[input.conditions ?? []].flat(),
    ];
    const tree: ConditionTree = input.combine === 'any' ? { any: nodes } : { all: nodes };
    const built = soqlConditions(tree, await typesOf(context, object, fieldsIn(tree)));
    const conditions = [
      ...(built === '' ? [] : [input.where === undefined ? built : `(${built})`]),
      ...(input.where === undefined ? [] : [soqlText(input.where)]),
    ];
    const limit = input.limit ?? 100;
    const tail = [
      conditions.length === 0 ? '' : `WHERE ${conditions.join(' AND ')}`,
      input.orderBy === undefined ? '' : `ORDER BY ${soqlOrder(input.orderBy)}`,
      `LIMIT ${limit}`,
    ]
      .filter(Boolean)
      .join(' ');
    const records = await selectRecords(salesforce, { object, fields: await fieldsToRead(context, object, input.fields), tail, limit });
    return { records, count: records.length };
  },
});
