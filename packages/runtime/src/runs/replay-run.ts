import { loadBlobs } from '@weft/db';
import { notFound } from '@weft/errors';
import type { Ctx } from '../ctx.ts';
import { requireRole } from '../permissions.ts';
import { findWorkflow } from '../workflows/find-workflow.ts';
import { publishedVersion, requireComplete } from '../workflows/set-workflow-enabled.ts';
import { findRun } from './get-run.ts';
import { begin } from './start-run.ts';
import type { RunRow } from './view.ts';

/** Starts a new run of the newest published version with the event of an earlier run. */
export async function replayRun(ctx: Ctx, input: { id: string }): Promise<{ runId: string }> {
  requireRole(ctx, 'run');
  const run = await findRun(ctx, input.id);
  const workflow = await findWorkflow(ctx, run.workflow_id);
  const version = await publishedVersion(ctx, workflow);
  await requireComplete(ctx, workflow, version.document);
  return begin(ctx, {
    workflowId: workflow.id,
    versionId: version.id,
    document: version.document,
    payload: await payloadOf(ctx, run),
    origin: 'replay',
  });
}

async function payloadOf(ctx: Ctx, run: RunRow): Promise<unknown> {
  if (!run.input_ref) return run.input ?? null;
  const blobs = await loadBlobs(ctx.db.pool, [run.input_ref]);
  // What stands in the row is a preview, which no run may mistake for the event.
  if (!blobs.has(run.input_ref))
    throw notFound('payload_gone', `The event of run ${run.id} was too large to keep for good and is gone; it cannot be replayed.`);
  return blobs.get(run.input_ref);
}
