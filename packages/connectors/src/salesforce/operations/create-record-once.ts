import { WeftError, defineOperation, doNotRetry, keyValues, record } from '@weft/connector-kit';
import { z } from 'zod';
import { openSalesforce } from '../client.ts';
import { fieldTypes } from '../describe.ts';
import { objectInput, objectProperty, recordProperty, writeHeaders, writeInput, writeProperties } from '../properties.ts';
import { writableRecord } from '../records.ts';
import { soqlCondition, soqlName } from '../soql.ts';

export const createRecordOnce = defineOperation({
  id: 'createRecordOnce',
  kind: 'action',
  title: 'Create a record once',
  summary: 'Creates a record unless one with the same key fields exists. For objects without an external id, such as tasks and comments.',
  needsConnection: true,
  safety: 'searchable',
  properties: [
    objectProperty,
    {
      name: 'match',
      label: 'Key fields',
      required: true,
      kind: 'keyValue',
      help: 'At most one record with these values is made. They are written to it as well. Long text fields cannot be keys.',
    },
    recordProperty,
    ...writeProperties,
  ],
  input: z.strictObject({ object: objectInput, match: keyValues(), record: record(), ...writeInput }),
  output: { type: 'object', properties: { id: { type: 'string' }, created: { type: 'boolean' } } },
  sample: { id: '00Txx0000001abcAAA', created: true },
  async run(context, input) {
    const object = soqlName(input.object);
    const keys = Object.entries(input.match);
    const empty = keys.find(([, value]) => value === null || value === undefined || value === '');
    if (keys.length === 0 || empty)
      throw doNotRetry(
        empty
          ? `The key field ${empty[0]} has no value, so nothing tells whether the ${object} exists already.`
          : 'Give at least one key field; by it a record made before is recognised.',
        { code: 'key_empty' },
      );
    const salesforce = await openSalesforce(context);
    const typeOf = await fieldTypes(context, object);
    const where = keys.map(([field, value]) => soqlCondition({ field, operator: '=', value }, typeOf)).join(' AND ');
    const found = await salesforce.run((connection) =>
      connection.query<{ Id: string }>(`SELECT Id FROM ${object} WHERE ${where} ORDER BY CreatedDate, Id LIMIT 2`),
    );
    if (found.records.length > 1)
      throw new WeftError({
        class: 'conflict',
        code: 'ambiguous_match',
        message: `Several ${object} records have ${keys.map(([field, value]) => `${field} ${String(value)}`).join(' and ')}: ${found.records.map(({ Id }) => Id).join(', ')}. Keep one of them and replay this run.`,
        detail: { candidates: found.records.map(({ Id }) => ({ id: Id })) },
      });
    const [existing] = found.records;
    if (existing) return { id: existing.Id, created: false };
    const body = { ...writableRecord(input.record), ...input.match };
    const result = await salesforce.run((connection) => connection.sobject(object).create(body, { headers: writeHeaders(input) }));
    return { id: result.id, created: true };
  },
});
