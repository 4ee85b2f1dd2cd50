import { defineOperation, doNotRetry, flag, integer, optional, optionalText } from '@weft/connector-kit';
import { z } from 'zod';
import { bulkFile, hasUnwritableCell, placeResults } from '../bulk-file.ts';
import { jobBegunBefore, keepJob } from '../bulk-memory.ts';
import { awaitBulkJob, hasEnded, readBulkOutcome, startBulkJob, type BulkJob } from '../bulk.ts';
import { openSalesforce } from '../client.ts';
import { ACTIONS, failedRow, manyResultSchema, rowsInput, rowsOf, tally } from '../many.ts';
import { prepareRows } from '../prepared-rows.ts';
import {
  externalIdFieldProperty,
  manyActionProperty,
  objectInput,
  objectProperty,
  recordsProperty,
  waitSecondsProperty,
} from '../properties.ts';
import { bulkWaitMs, LONGEST_WAIT_S } from '../bulk-wait.ts';
import { soqlName } from '../soql.ts';

export const bulkWrite = defineOperation({
  id: 'bulkWrite',
  kind: 'action',
  title: 'Write records in bulk',
  summary: 'Loads thousands of records with the Bulk API, which the org works off in its own time and at hardly any API calls.',
  needsConnection: true,
  // The job of an earlier attempt is known: it is waited for, not begun again.
  safety: 'searchable',
  longestMs: (input) => bulkWaitMs(input) + 120_000,
  properties: [
    objectProperty,
    manyActionProperty,
    recordsProperty,
    { ...externalIdFieldProperty, required: false },
    {
      name: 'wait',
      label: 'Wait for the results',
      required: false,
      kind: 'boolean',
      initial: true,
      help: 'Switched off, only the job id is given; "Get a bulk load" reads its results later.',
    },
    { ...waitSecondsProperty, help: 'After that the job goes on, and "complete" is false.' },
  ],
  input: z.strictObject({
    object: objectInput,
    action: z.enum(ACTIONS, { error: `must be one of ${ACTIONS.join(', ')}` }),
    records: rowsInput,
    externalIdField: optionalText({ max: 80 }),
    wait: optional(flag()),
    waitSeconds: optional(integer({ min: 1, max: LONGEST_WAIT_S })),
  }),
  output: {
    type: 'object',
    properties: { jobId: { type: ['string', 'null'] }, state: { type: 'string' }, complete: { type: 'boolean' }, ...manyResultSchema },
  },
  sample: {
    jobId: '750xx000000abcdAAA',
    state: 'JobComplete',
    complete: true,
    results: [{ index: 0, id: '001xx000003DGb2AAG', ok: true, created: true }],
    succeeded: 1,
    failed: 0,
  },
  async run(context, input) {
    const object = soqlName(input.object);
    const { action } = input;
    const externalIdField = action === 'upsert' && input.externalIdField !== undefined ? soqlName(input.externalIdField) : undefined;
    const write = { object, action, externalIdField };
    const { prepared, refused } = await prepareRows(context, write, rowsOf(input.records, write));
    const unwritable = prepared.filter((row) => hasUnwritableCell(row) !== undefined);
    const rows = prepared.filter((row) => !unwritable.includes(row));
    const early = [
      ...refused,
      ...unwritable.map((row) =>
        failedRow(row, [
          { statusCode: 'value_malformed', message: `field ${hasUnwritableCell(row)}: a bulk load cannot write the text "#N/A"` },
        ]),
      ),
    ];
    if (rows.length === 0) return { jobId: null, state: 'JobComplete', complete: true, ...tally(early) };
    const salesforce = await openSalesforce(context);
    const file = bulkFile(rows, write);
    const started =
      (await jobBegunBefore(context, salesforce, write)) ?? (await startBulkJob(salesforce, file, (id) => keepJob(context, id, write)));
    const job = await awaitBulkJob(context, salesforce, { job: started, waitMs: bulkWaitMs(input), told: toldOf(object, rows.length) });
    if (!hasEnded(job)) return { jobId: job.id, state: job.state, complete: false, ...tally(early) };
    if (job.state !== 'JobComplete' && (job.numberRecordsProcessed ?? 0) === 0) throw refusedJob(job, object);
    const results = placeResults(rows, file, await readBulkOutcome(salesforce, job.id));
    return { jobId: job.id, state: job.state, complete: true, ...tally([...early, ...results]) };
  },
});

const toldOf = (object: string, total: number) => (job: BulkJob) => {
  const done = job.numberRecordsProcessed ?? 0;
  const failed = job.numberRecordsFailed ?? 0;
  const refused = failed === 0 ? '' : `, ${failed.toLocaleString('en')} of them refused`;
  return {
    text: `Salesforce has loaded ${done.toLocaleString('en')} of ${total.toLocaleString('en')} ${object} records${refused}`,
    done,
    total,
  };
};

function refusedJob(job: BulkJob, object: string): Error {
  return doNotRetry(`Salesforce did not load the ${object} records: ${job.errorMessage ?? `the job is ${job.state}`}.`, {
    code: 'bulk_failed',
    detail: { jobId: job.id, state: job.state, errorMessage: job.errorMessage },
  });
}
