import { defineOperation, integer, keyValues, optional, optionalText, type CallContext } from '@weft/connector-kit';
import { z } from 'zod';
import { openSalesforce } from '../client.ts';
import { conditionsInput, conditionsProperty, fieldsIn, soqlConditions, typesOf, type ConditionTree } from '../conditions.ts';
import { accountSample, fieldsInput, fieldsProperty, objectInput, objectProperty } from '../properties.ts';
import { fieldsToRead, isReadAtOnce, selectRecords } from '../records.ts';
import { soqlId, soqlName, soqlOrder, soqlString, soqlText } from '../soql.ts';

const input = z.strictObject({
  object: objectInput,
  match: optional(keyValues()),
  where: optionalText({ max: 4000 }),
  conditions: conditionsInput,
  combine: optional(z.enum(['all', 'any'])),
  fields: fieldsInput,
  orderBy: optionalText({ max: 400 }),
  limit: optional(integer({ min: 1, max: 10_000 })),
});

/** Records of a page: a loop holds one page at a time, and a record of all fields has some kilobytes. */
const PAGE = 500;

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
  input,
  output: { type: 'object', properties: { records: { type: 'array', items: { type: 'object' } }, count: { type: 'integer' } } },
  sample: { records: [accountSample], count: 1 },
  async run(context, wanted) {
    const object = soqlName(wanted.object);
    const salesforce = await openSalesforce(context);
    const limit = wanted.limit ?? 100;
    const tail = tailOf(await conditionsOf(context, wanted), wanted.orderBy && soqlOrder(wanted.orderBy), limit);
    const records = await selectRecords(salesforce, { object, fields: await fieldsToRead(context, object, wanted.fields), tail, limit });
    return { records, count: records.length };
  },
  paged: {
    without: ['limit', 'orderBy'],
    async page(context, wanted, cursor) {
      const object = soqlName(wanted.object);
      const salesforce = await openSalesforce(context);
      // By ids, each page behind the last one: what comes and goes meanwhile moves nothing, and no cursor of the org grows old.
      const tail = tailOf(await conditionsOf(context, wanted, typeof cursor === 'string' ? cursor : undefined), 'Id', PAGE);
      const selection = { object, fields: await fieldsToRead(context, object, wanted.fields), tail, limit: PAGE };
      const items = await selectRecords(salesforce, selection);
      const last = items.at(-1)?.['Id'];
      // Of those read in a second step some may have been deleted in between, so that a page that is not full need not be the last.
      const isLast = last === undefined || (items.length < PAGE && isReadAtOnce(selection));
      return isLast ? { items } : { items, next: last };
    },
  },
});

/** What holds for the records, and beside it that they are `behind` an id, as SOQL. */
async function conditionsOf(context: CallContext, wanted: z.infer<typeof input>, behind?: string): Promise<string> {
  const nodes: ConditionTree[] = [
    ...Object.entries(wanted.match ?? {}).map(([field, value]) => ({ field, operator: '=' as const, value })),
    ...[wanted.conditions ?? []].flat(),
  ];
  const tree: ConditionTree = wanted.combine === 'any' ? { any: nodes } : { all: nodes };
  const built = soqlConditions(tree, await typesOf(context, soqlName(wanted.object), fieldsIn(tree)));
  const others = [
    ...(wanted.where === undefined ? [] : [soqlText(wanted.where)]),
    ...(behind === undefined ? [] : [`Id > ${soqlString(soqlId(behind))}`]),
  ];
  return [...(built === '' ? [] : [others.length === 0 ? built : `(${built})`]), ...others].join(' AND ');
}

function tailOf(conditions: string, order: string | undefined, limit: number): string {
  return [conditions === '' ? '' : `WHERE ${conditions}`, order === undefined ? '' : `ORDER BY ${order}`, `LIMIT ${limit}`]
    .filter(Boolean)
    .join(' ');
}
