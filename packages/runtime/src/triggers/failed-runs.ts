/**
 * Runs that failed, for workflows that hear of them.
 *
 * No endless loop: what a workflow with such a trigger did, and what the runs did that it called, is told to nobody. That
 * also holds when its run is replayed or started by hand, since it goes by the workflow and not by how the run began.
 */
import type { ClaimedTrigger, Queryable } from '@weft/db';

export interface FailureEvent {
  readonly dedupKey: string;
  readonly payload: unknown;
}

/** What {@link failuresSince} found. `since`: where to begin next time, epoch milliseconds. */
export interface FoundFailures {
  readonly events: readonly FailureEvent[];
  readonly since: number;
  readonly hasMore: boolean;
}

const LIMIT = 100;
/** A run's end carries the time at which its statement began; it may become visible this much later. */
const OVERLAP_MS = 60_000;

const HEARS = `EXISTS (SELECT FROM jsonb_array_elements(v.document->'nodes') AS n
  WHERE n->>'kind' = 'trigger' AND n->>'connector' = 'workflow' AND n->>'operation' = 'runFailed')`;

// Those that were told before are known by their dedup keys, so that the overlap costs nothing.
const FAILURES = `
SELECT h.id, h.status, h.origin, h.business_key, h.error, h.reason, h.failed_node, h.created_at, h.started_at, h.finished_at,
  w.id AS workflow_id, w.name, v.number AS version,
  (SELECT n->>'title' FROM jsonb_array_elements(v.document->'nodes') AS n WHERE n->>'id' = h.failed_node LIMIT 1) AS node_title
FROM run_history h JOIN workflow_version v ON v.id = h.version_id JOIN workflow w ON w.id = h.workflow_id
WHERE h.workspace_id = $1 AND h.status IN ('failed', 'uncertain', 'quarantined') AND h.finished_at > to_timestamp($2::float8 / 1000)
  AND h.origin <> 'test' AND NOT ${HEARS}
  AND ($3::text[] IS NULL OR h.workflow_id::text = ANY($3))
  AND ($3::text[] IS NOT NULL OR NOT EXISTS (SELECT FROM run_wait c WHERE c.child_run_id = h.id AND c.is_awaited))
  AND NOT EXISTS (SELECT FROM run_dedup d WHERE d.workspace_id = h.workspace_id AND d.key = $4 || h.id::text)
  AND NOT EXISTS (
    WITH RECURSIVE above(run_id) AS (
      SELECT c.run_id FROM run_wait c WHERE c.child_run_id = h.id
      UNION
      SELECT c.run_id FROM above JOIN run_wait c ON c.child_run_id = above.run_id
    )
    SELECT FROM above LEFT JOIN run r ON r.id = above.run_id LEFT JOIN run_history a ON a.id = above.run_id
    JOIN workflow_version v ON v.id = coalesce(r.version_id, a.version_id) WHERE ${HEARS}
  )
ORDER BY h.finished_at LIMIT ${LIMIT}`;

interface Row {
  id: string;
  status: string;
  origin: string;
  business_key: string | null;
  error: { class?: string; code?: string; message?: string } | null;
  reason: string | null;
  failed_node: string | null;
  created_at: Date;
  started_at: Date | null;
  finished_at: Date;
  workflow_id: string;
  name: string;
  version: number | null;
  node_title: string | null;
}

/** The failures that a trigger was not told of yet. */
export async function failuresSince(
  db: Queryable,
  trigger: ClaimedTrigger,
  options: { readonly from: number; readonly since: number; readonly publicUrl: string },
): Promise<FoundFailures> {
  const chosen = trigger.input['workflows'];
  const ids = Array.isArray(chosen) ? chosen.filter((id) => typeof id === 'string' && id !== '') : [];
  const { rows } = await db.query<Row>(FAILURES, [
    trigger.workspaceId,
    Math.max(options.from, options.since - OVERLAP_MS),
    ids.length === 0 ? null : ids,
    dedupPrefix(trigger),
  ]);
  const hasMore = rows.length === LIMIT;
  return {
    events: rows.map((row) => ({ dedupKey: row.id, payload: payloadOf(row, options.publicUrl) })),
    since: hasMore ? (rows.at(-1)?.finished_at.getTime() ?? trigger.now) : trigger.now,
    hasMore,
  };
}

/** As the keys of all triggers are made: mode, workflow, node. */
function dedupPrefix({ mode, workflowId, nodeId }: ClaimedTrigger): string {
  return `${mode}:${workflowId}:${nodeId}:`;
}

function payloadOf(row: Row, publicUrl: string): unknown {
  const { error } = row;
  return {
    workflow: { id: row.workflow_id, name: row.name },
    run: {
      id: row.id,
      status: row.status,
      origin: row.origin,
      version: row.version,
      businessKey: row.business_key,
      startedAt: (row.started_at ?? row.created_at).toISOString(),
      finishedAt: row.finished_at.toISOString(),
    },
    error: { class: error?.class ?? 'bug', code: error?.code ?? row.status, message: error?.message ?? row.reason ?? 'The run failed.' },
    failedNode: row.failed_node === null ? null : { id: row.failed_node, title: row.node_title ?? row.failed_node },
    link: `${publicUrl}/runs/${row.id}`,
  };
}
