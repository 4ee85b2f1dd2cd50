import { defineOperation, text } from '@weft/connector-kit';
import { z } from 'zod';
import { bulkError } from '../bulk-file.ts';
import { hasEnded, readBulkJob, readBulkOutcome } from '../bulk.ts';
import { openSalesforce } from '../client.ts';
import { soqlId } from '../soql.ts';

export const getBulkJob = defineOperation({
  id: 'getBulkJob',
  kind: 'action',
  title: 'Get a bulk load',
  summary: 'Tells how far a bulk load is, and its results once it has ended.',
  needsConnection: true,
  safety: 'read',
  properties: [{ name: 'jobId', label: 'Job id', required: true, kind: 'text', placeholder: '{{ steps.load.jobId }}' }],
  input: z.strictObject({ jobId: text() }),
  output: {
    type: 'object',
    properties: {
      jobId: { type: 'string' },
      state: { type: 'string' },
      complete: { type: 'boolean' },
      processed: { type: 'integer' },
      failed: { type: 'integer' },
      errorMessage: { type: ['string', 'null'] },
      results: { type: 'array', items: { type: 'object' } },
    },
  },
  sample: {
    jobId: '750xx000000abcdAAA',
    state: 'JobComplete',
    complete: true,
    processed: 1,
    failed: 0,
    errorMessage: null,
    results: [{ id: '001xx000003DGb2AAG', ok: true, created: true, record: { Name: 'Acme' } }],
  },
  async run(context, input) {
    const salesforce = await openSalesforce(context);
    const job = await readBulkJob(salesforce, soqlId(input.jobId));
    const outcome = hasEnded(job) ? await readBulkOutcome(salesforce, job.id) : { successful: [], failed: [], unprocessed: [] };
    return {
      jobId: job.id,
      state: job.state,
      complete: hasEnded(job),
      processed: job.numberRecordsProcessed ?? 0,
      failed: job.numberRecordsFailed ?? 0,
      errorMessage: job.errorMessage ?? null,
      results: [
        ...outcome.successful.map((row) => ({ id: row['sf__Id'], ok: true, created: row['sf__Created'] === 'true', record: own(row) })),
        ...outcome.failed.map((row) => ({
          id: row['sf__Id'] || null,
          ok: false,
          error: bulkError(row['sf__Error'] ?? ''),
          record: own(row),
        })),
        ...outcome.unprocessed.map((row) => ({ id: null, ok: false, error: { statusCode: 'not_processed' }, record: own(row) })),
      ],
    };
  },
});

const own = (row: Readonly<Record<string, string>>): Record<string, string> =>
  Object.fromEntries(Object.entries(row).filter(([name]) => !name.startsWith('sf__')));
