import { defineOperation, flag, integer, optional, text } from '@weft/connector-kit';
import { z } from 'zod';
import { collectRecords } from '../bulk-query.ts';
import { bulkWaitMs, LONGEST_WAIT_S } from '../bulk-wait.ts';
import { openSalesforce } from '../client.ts';
import { accountSample, waitSecondsProperty } from '../properties.ts';

const DEFAULT_LIMIT = 10_000;

export const queryInBulk = defineOperation({
  id: 'queryInBulk',
  kind: 'action',
  title: 'Query records in bulk',
  summary: 'Reads tens of thousands of records with the Bulk API, which collects them in its own time and at hardly any API calls.',
  needsConnection: true,
  safety: 'read',
  longestMs: (input) => bulkWaitMs(input) + 300_000,
  properties: [
    {
      name: 'soql',
      label: 'SOQL',
      required: true,
      kind: 'query',
      placeholder: 'SELECT Id, Name, Owner.Email FROM Account',
      help: 'One object with fields of it and of its parents; the Bulk API takes no child lists and no totals.',
    },
    {
      name: 'limit',
      label: 'At most',
      required: false,
      kind: 'number',
      initial: DEFAULT_LIMIT,
      help: 'More are not fetched; "complete" says whether there were more.',
    },
    { name: 'deletedToo', label: 'With records in the recycle bin', required: false, kind: 'boolean', advanced: true },
    { ...waitSecondsProperty, help: 'After that the step fails, and the org stops collecting.' },
  ],
  input: z.strictObject({
    soql: text({ max: 100_000 }),
    limit: optional(integer({ min: 1, max: 100_000 })),
    deletedToo: optional(flag()),
    waitSeconds: optional(integer({ min: 1, max: LONGEST_WAIT_S })),
  }),
  output: {
    type: 'object',
    properties: {
      jobId: { type: 'string' },
      records: { type: 'array', items: { type: 'object' } },
      count: { type: 'integer' },
      total: { type: 'integer' },
      complete: { type: 'boolean' },
    },
  },
  sample: { jobId: '750xx000000abcdAAA', records: [accountSample], count: 1, total: 1, complete: true },
  async run(context, input) {
    const salesforce = await openSalesforce(context);
    const { jobId, records, total } = await collectRecords(context, salesforce, {
      soql: input.soql,
      limit: input.limit ?? DEFAULT_LIMIT,
      deletedToo: input.deletedToo === true,
      waitMs: bulkWaitMs(input),
    });
    return { jobId, records, count: records.length, total, complete: records.length >= total };
  },
});
