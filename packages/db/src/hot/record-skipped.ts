/**
 * Events that are left out on purpose: they stand in the history as skipped, each with its reason, and never run.
 */
import type { Queryable } from '../database.ts';
import { toStorableText } from '../json.ts';
import type { PreparedAccept } from './accept-runs.ts';

/** An event that makes no run. */
export interface SkippedEvent {
  readonly event: PreparedAccept;
  readonly reason: string;
}

// The key is taken as by a run, so that the same event is neither recorded twice nor run later.
const RECORD = `
WITH event AS (
  SELECT * FROM unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::uuid[], $5::text[], $6::json[], $7::text[], $8::text[], $9::text[])
    AS e(id, workspace_id, workflow_id, version_id, origin, input, dedup_key, business_key, reason)
), key AS (
  INSERT INTO run_dedup(workspace_id, key, run_id) SELECT workspace_id, dedup_key, id FROM event WHERE dedup_key IS NOT NULL
  ORDER BY workspace_id, dedup_key ON CONFLICT (workspace_id, key) DO NOTHING RETURNING run_id
)
INSERT INTO run_history(id, workspace_id, workflow_id, version_id, status, fence, recovery_count, dedup_key, business_key, origin, input, reason, created_at)
SELECT e.id, e.workspace_id, e.workflow_id, e.version_id, 'skipped', 0, 0, e.dedup_key, e.business_key, e.origin, e.input, e.reason, now()
FROM event e WHERE e.dedup_key IS NULL OR e.id IN (SELECT run_id FROM key)`;

/** Puts events on record as left out, in the caller's transaction. Their payloads are small. */
export async function recordSkippedOn(db: Queryable, skipped: readonly SkippedEvent[]): Promise<void> {
  if (skipped.length === 0) return;
  await db.query(RECORD, [
    skipped.map(({ event }) => event.id),
    skipped.map(({ event }) => event.row.workspaceId),
    skipped.map(({ event }) => event.row.workflowId),
    skipped.map(({ event }) => event.row.versionId),
    skipped.map(({ event }) => event.row.origin),
    skipped.map(({ event }) => event.input.text),
    skipped.map(({ event }) => event.row.dedupKey ?? null),
    skipped.map(({ event }) => event.row.businessKey ?? null),
    skipped.map(({ reason }) => toStorableText(reason).slice(0, 2000)),
  ]);
}
