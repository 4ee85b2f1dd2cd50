/** Runs put straight into the database, as many as are wanted, and as fast as it takes them. */
import { setTimeout as delay } from 'node:timers/promises';
import { newId } from '@weft/db';
import type { Bench, FaultWorkflow } from './bench.ts';

const AT_ONCE = 1000;

/** Queues a run for each id. */
export async function queue(bench: Bench, workflow: FaultWorkflow, ids: readonly string[]): Promise<void> {
  await insert(bench, workflow, { ids, status: 'queued', worker: null });
}

/** Runs that somebody is executing, it seems: a worker of that name. Gives their ids. */
export async function begin(bench: Bench, workflow: FaultWorkflow, options: { ids: readonly string[]; worker: string }): Promise<string[]> {
  return insert(bench, workflow, { ...options, status: 'running' });
}

/** Waits, looking seldom, until no run of a workflow is left to do, or the time is up. */
export async function untilDrained(bench: Bench, { workflowId }: FaultWorkflow, withinMs: number): Promise<void> {
  const until = performance.now() + withinMs;
  while (performance.now() < until) {
    const { rows } = await bench.db.pool.query('SELECT 1 FROM run WHERE workflow_id = $1 LIMIT 1', [workflowId]);
    if (rows.length === 0) return;
    await delay(200);
  }
}

async function insert(
  bench: Bench,
  workflow: FaultWorkflow,
  { ids, status, worker }: { readonly ids: readonly string[]; readonly status: string; readonly worker: string | null },
): Promise<string[]> {
  const runIds: string[] = [];
  for (let from = 0; from < ids.length; from += AT_ONCE) {
    const part = ids.slice(from, from + AT_ONCE);
    const made = part.map(() => newId());
    await bench.db.pool.query(
      `INSERT INTO run(id, workspace_id, workflow_id, version_id, status, worker, fence, lease_until, started_at, origin, input)
       SELECT id, $2, $3, $4, $6, $7::text, CASE WHEN $7::text IS NULL THEN 0 ELSE 1 END,
         CASE WHEN $7::text IS NOT NULL THEN now() + interval '1 hour' END, CASE WHEN $7::text IS NOT NULL THEN now() END,
         'webhook', jsonb_build_object('body', jsonb_build_object('id', event))
       FROM unnest($1::uuid[], $5::text[]) AS e(id, event)`,
      [made, workflow.workspaceId, workflow.workflowId, workflow.versionId, part, status, worker],
    );
    runIds.push(...made);
  }
  return runIds;
}
