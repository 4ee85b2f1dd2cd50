import { loadBlobs } from '@weft/db';
import type { Ctx } from '../ctx.ts';
import { requireRole } from '../permissions.ts';
import { findWorkflow } from '../workflows/find-workflow.ts';
import { publishedVersion } from '../workflows/set-workflow-enabled.ts';
import { findRun } from './get-run.ts';
import { begin } from './start-run.ts';

/** Starts a new run of the newest published version with the event of an earlier run. */
export async function replayRun(ctx: Ctx, input: { id: string }): Promise<{ runId: string }> {
  requireRole(ctx, 'run');
  const run = await findRun(ctx, input.id);
  const workflow = await findWorkflow(ctx, run.workflow_id);
  const version = await publishedVersion(ctx, workflow);
  const payload = run.input_ref ? (await loadBlobs(ctx.db.pool, [run.input_ref])).get(run.input_ref) : run.input;
  return begin(ctx, { workflowId: workflow.id, versionId: version.id, document: version.document, payload: payload ?? null, origin: 'replay' });
}
