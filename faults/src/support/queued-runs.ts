/** Runs that stand in the queue without anybody having been told: only who looks, or is told by the test, learns of them. */
import { newId } from '@weft/db';
import type { Bench, FaultWorkflow } from './bench.ts';
import type { Sent } from './load.ts';

/** Queues one run for each event. `body`: what stands in the events beside their ids. */
export async function queueRuns(
  bench: Bench,
  workflow: FaultWorkflow,
  ids: readonly string[],
  body: Readonly<Record<string, unknown>> = {},
): Promise<Sent[]> {
  const runIds = ids.map(() => newId());
  await bench.db.pool.query(
    `INSERT INTO run(id, workspace_id, workflow_id, version_id, status, origin, input)
     SELECT id, $2, $3, $4, 'queued', 'webhook', jsonb_build_object('body', $6::jsonb || jsonb_build_object('id', event)) FROM unnest($1::uuid[], $5::text[]) AS e(id, event)`,
    [runIds, workflow.workspaceId, workflow.workflowId, workflow.versionId, ids, JSON.stringify(body)],
  );
  return ids.map((id, index) => ({ id, runId: runIds[index], ms: 0, refusals: 0 }));
}
