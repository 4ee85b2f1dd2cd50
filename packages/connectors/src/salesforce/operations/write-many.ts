import { defineOperation, doNotRetry, flag, optional, optionalText } from '@weft/connector-kit';
import { z } from 'zod';
import { openSalesforce } from '../client.ts';
import { CHUNK, writeCollections } from '../collections.ts';
import { ACTIONS, manyResultSchema, rowsInput, rowsOf, tally } from '../many.ts';
import {
  externalIdFieldProperty,
  manyActionProperty,
  objectInput,
  objectProperty,
  recordsProperty,
  safetyOfMany,
  writeHeaders,
  writeInput,
  writeProperties,
} from '../properties.ts';
import { soqlName } from '../soql.ts';

export const writeMany = defineOperation({
  id: 'writeMany',
  kind: 'action',
  title: 'Write many records',
  summary: 'Creates, updates or deletes any number of records, 200 in one call. Tells for each one what became of it.',
  needsConnection: true,
  safety: 'blind',
  safetyOf: safetyOfMany,
  properties: [
    objectProperty,
    manyActionProperty,
    recordsProperty,
    { ...externalIdFieldProperty, required: false },
    {
      name: 'allOrNone',
      label: 'All or none',
      required: false,
      kind: 'boolean',
      advanced: true,
      help: 'One refusal undoes the others. For at most 200 records, which is what Salesforce can undo.',
    },
    ...writeProperties,
  ],
  input: z.strictObject({
    object: objectInput,
    action: z.enum(ACTIONS, { error: `must be one of ${ACTIONS.join(', ')}` }),
    records: rowsInput,
    externalIdField: optionalText({ max: 80 }),
    allOrNone: optional(flag()),
    ...writeInput,
  }),
  output: { type: 'object', properties: manyResultSchema },
  sample: { results: [{ index: 0, id: '001xx000003DGb2AAG', ok: true, created: true }], succeeded: 1, failed: 0 },
  async run(context, input) {
    const object = soqlName(input.object);
    const { action } = input;
    const externalIdField = action === 'upsert' && input.externalIdField !== undefined ? soqlName(input.externalIdField) : undefined;
    const rows = rowsOf(input.records, { object, action, externalIdField });
    const allOrNone = input.allOrNone === true;
    if (allOrNone && rows.length > CHUNK)
      throw doNotRetry(`All or none holds for at most ${CHUNK} records, and these are ${rows.length}. Give fewer, or switch it off.`, {
        code: 'too_many_rows',
      });
    // Salesforce refuses an empty list.
    if (rows.length === 0) return tally([]);
    const salesforce = await openSalesforce(context);
    const write = { object, action, externalIdField, allOrNone, headers: writeHeaders(input) };
    return tally(await writeCollections(context, salesforce, { write, rows }));
  },
});
