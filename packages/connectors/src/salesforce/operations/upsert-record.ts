import { defineOperation, doNotRetry, flag, optional, record, text } from '@weft/connector-kit';
import { z } from 'zod';
import { lookForChanges } from '../changes.ts';
import { openSalesforce } from '../client.ts';
import {
  externalIdFieldProperty,
  objectInput,
  objectProperty,
  recordProperty,
  skipInput,
  skipProperty,
  writeHeaders,
  writeInput,
  writeProperties,
} from '../properties.ts';
import { soqlName, soqlString } from '../soql.ts';
import { preparedRecord } from '../values.ts';

interface UpsertAnswer {
  readonly id?: string;
  readonly created?: boolean;
}

export const upsertRecord = defineOperation({
  id: 'upsertRecord',
  kind: 'action',
  title: 'Create or update a record',
  summary: 'Finds a record by an external id field and updates it, or creates it. A repetition never makes a second one.',
  needsConnection: true,
  safety: 'idempotent',
  properties: [
    objectProperty,
    { ...externalIdFieldProperty, required: true },
    { name: 'externalId', label: 'External id', required: true, kind: 'text' },
    recordProperty,
    {
      name: 'updateOnly',
      label: 'Update only',
      required: false,
      kind: 'boolean',
      advanced: true,
      help: 'Fails when there is no such record, instead of creating one.',
    },
    skipProperty,
    ...writeProperties,
  ],
  input: z.strictObject({
    object: objectInput,
    externalIdField: text({ max: 80 }),
    externalId: text({ max: 255 }),
    record: record(),
    updateOnly: optional(flag()),
    ...skipInput,
    ...writeInput,
  }),
  output: {
    type: 'object',
    properties: { id: { type: 'string' }, created: { type: 'boolean' }, changed: { type: 'boolean' } },
  },
  sample: { id: '001xx000003DGb2AAG', created: false, changed: true },
  async run(context, input) {
    const object = soqlName(input.object);
    const field = soqlName(input.externalIdField);
    // A path of these is another path, however it is encoded.
    if (/^\.\.?$/.test(input.externalId))
      throw doNotRetry(`${field}: "${input.externalId}" cannot be an external id.`, { code: 'value_malformed' });
    const subject = `${object} with ${field} "${input.externalId}"`;
    const salesforce = await openSalesforce(context);
    const wanted = await preparedRecord(context, { object }, input.record, [field]);
    // jsforce puts the external id into the path as it is, and knows no update without create: so the path is made here.
    const path = `${object}/${field}/${encodeURIComponent(input.externalId)}`;
    if (input.skipUnchanged !== false) {
      const look = await lookForChanges(context, salesforce, { existing: { object, path, subject }, wanted });
      if (look.id !== undefined && look.changed.length === 0) return { id: look.id, created: false, changed: false };
    }
    const result = await salesforce.run(
      (connection) =>
        connection.request<UpsertAnswer | undefined>({
          method: 'PATCH',
          url: `/sobjects/${path}${input.updateOnly === true ? '?updateOnly=true' : ''}`,
          headers: { 'content-type': 'application/json', ...writeHeaders(input) },
          body: JSON.stringify(wanted),
        }),
      subject,
      wanted,
    );
    if (result?.id !== undefined) return { id: result.id, created: result.created === true, changed: true };
    // An update may answer 204 without a body (documented for API versions up to 45).
    const found = await salesforce.run((connection) =>
      connection.query<{ Id: string }>(`SELECT Id FROM ${object} WHERE ${field} = ${soqlString(input.externalId)} LIMIT 1`),
    );
    return { id: found.records[0]?.Id ?? null, created: false, changed: true };
  },
});
