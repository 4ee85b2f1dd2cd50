import { defineOperation, integer, optional, text } from '@weft/connector-kit';
import { z } from 'zod';
import { openSalesforce } from '../client.ts';
import { accountSample } from '../properties.ts';
import { plainRecord } from '../records.ts';

export const query = defineOperation({
  id: 'query',
  kind: 'action',
  title: 'Run a SOQL query',
  summary: 'Runs any SOQL query and gives its records.',
  needsConnection: true,
  safety: 'read',
  properties: [
    { name: 'soql', label: 'SOQL', required: true, kind: 'query', placeholder: 'SELECT Id, Name, Owner.Email FROM Account' },
    {
      name: 'limit',
      label: 'At most',
      required: false,
      kind: 'number',
      initial: 2000,
      help: 'More are not fetched; "complete" says whether there were more.',
    },
  ],
  input: z.strictObject({ soql: text({ max: 16_000 }), limit: optional(integer({ min: 1, max: 50_000 })) }),
  output: {
    type: 'object',
    properties: {
      records: { type: 'array', items: { type: 'object' } },
      count: { type: 'integer' },
      total: { type: 'integer' },
      complete: { type: 'boolean' },
    },
  },
  sample: { records: [accountSample], count: 1, total: 1, complete: true },
  async run(context, input) {
    const salesforce = await openSalesforce(context);
    const limit = input.limit ?? 2000;
    const result = await salesforce.run(
      (connection) => connection.query<Record<string, unknown>>(input.soql, { autoFetch: true, maxFetch: limit }),
      'the query',
    );
    // jsforce fetches whole pages: the last one may go beyond the limit.
    const records = result.records.slice(0, limit).map(plainRecord);
    const total = result.totalSize ?? records.length;
    return { records, count: records.length, total, complete: records.length >= total || result.records.length === 0 };
  },
  paged: {
    without: ['limit'],
    async page(context, input, cursor) {
      const salesforce = await openSalesforce(context);
      // A cursor is the address of the rest that the org gave; it holds it for two days (developer.salesforce.com, Query).
      const { records, done, nextRecordsUrl } = await salesforce.run(
        (connection) =>
          typeof cursor === 'string'
            ? connection.queryMore<Record<string, unknown>>(cursor)
            : connection.query<Record<string, unknown>>(input.soql, { autoFetch: false }),
        'the query',
      );
      return { items: records.map(plainRecord), ...(done || nextRecordsUrl === undefined ? {} : { next: nextRecordsUrl }) };
    },
  },
});
