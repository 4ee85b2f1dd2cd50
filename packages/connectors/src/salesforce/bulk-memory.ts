/**
 * Which bulk job a step has begun. The org gives a load no key of ours, and a load is never begun twice: so the id of the
 * job is kept before the org is sent a row, and a later attempt of the step waits for that job.
 */
import { WeftError, type ActionContext, type KeyValueStore } from '@weft/connector-kit';
import { abortBulkJob, readBulkJob, type BulkJob } from './bulk.ts';
import type { Salesforce } from './client.ts';
import type { ManyAction } from './many.ts';

/** The org keeps the results of a job as long. */
const KEEP_MS = 7 * 24 * 3600_000;

interface Load {
  readonly object: string;
  readonly action: ManyAction;
}

const keyOf = ({ idempotencyKey }: ActionContext, { object, action }: Load): string =>
  `salesforce:bulk:${idempotencyKey}:${action} ${object}`;

function storeOf(context: ActionContext): KeyValueStore {
  if (context.store !== undefined) return context.store;
  throw new WeftError({ class: 'bug', code: 'store_missing', message: 'A bulk load is begun only while a workflow runs.' });
}

/** Keeps the job, so that a later attempt finds it. */
export function keepJob(context: ActionContext, jobId: string, load: Load): Promise<void> {
  return storeOf(context).set(keyOf(context, load), jobId, KEEP_MS);
}

/** The job that an earlier attempt of this step gave to the org; undefined when the org has none of its rows. */
export async function jobBegunBefore(context: ActionContext, salesforce: Salesforce, load: Load): Promise<BulkJob | undefined> {
  if (!context.mayHaveHappened) return undefined;
  const id = await storeOf(context).get(keyOf(context, load));
  if (typeof id !== 'string') return undefined;
  const job = await readBulkJob(salesforce, id);
  if (job.state === 'Aborted' && (job.numberRecordsProcessed ?? 0) === 0) return undefined;
  if (job.state !== 'Open') return job;
  // Never let go: the org has not begun, and after this it cannot.
  return (await abortBulkJob(salesforce, id)) ? undefined : readBulkJob(salesforce, id);
}
