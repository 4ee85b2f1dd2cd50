/**
 * Accepting runs: many in one statement, each event once.
 */
import { insertBlobs, toStoredValue } from '../blobs.ts';
import type { StoredValue } from '../blobs.ts';
import { newId } from '../ids.ts';
import { toStorableText } from '../json.ts';
import type { Database, Queryable } from '../database.ts';

/** One event that is to become a run. */
export interface AcceptRow {
  readonly workspaceId: string;
  readonly workflowId: string;
  readonly versionId: string;
  /** Mode of the trigger that began it, or `test`, `api`, `replay`. */
  readonly origin: string;
  readonly payload: unknown;
  /** Same event, same key: the second one gives the first one's run. */
  readonly dedupKey?: string;
  readonly businessKey?: string;
  /** Runs of the same workflow with the same key go one at a time, in the order in which they were accepted. */
  readonly concurrencyKey?: string;
  /** Runs of the workflow that may go on at once; no limit when absent. */
  readonly concurrencyLimit?: number;
}

/** The run of an event. */
export interface Accepted {
  readonly runId: string;
  /** The event had been accepted before; `runId` is the earlier run. */
  readonly duplicate: boolean;
}

/** An event with its payload ready to be written. */
export interface PreparedAccept {
  readonly id: string;
  readonly row: AcceptRow;
  readonly input: StoredValue;
}

// Keys are claimed in sorted order, so that two groups with the same keys cannot wait for each other in a circle.
// The no-op update of a taken key returns its first run also when that was committed after our snapshot.
const ACCEPT = `
WITH event AS (
  SELECT * FROM unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::uuid[], $5::text[], $6::jsonb[], $7::uuid[], $8::text[], $9::text[], $10::text[], $11::smallint[])
    WITH ORDINALITY AS e(id, workspace_id, workflow_id, version_id, origin, input, input_ref, dedup_key, business_key, concurrency_key, concurrency_limit, position)
), first_of_key AS (
  SELECT DISTINCT ON (workspace_id, dedup_key) workspace_id, dedup_key, id FROM event
  WHERE dedup_key IS NOT NULL ORDER BY workspace_id, dedup_key, position
), key AS (
  INSERT INTO run_dedup(workspace_id, key, run_id) SELECT workspace_id, dedup_key, id FROM first_of_key ORDER BY workspace_id, dedup_key
  ON CONFLICT (workspace_id, key) DO UPDATE SET key = run_dedup.key
  RETURNING workspace_id, key, run_id
), inserted AS (
  INSERT INTO run(id, workspace_id, workflow_id, version_id, status, origin, input, input_ref, dedup_key, business_key, concurrency_key, concurrency_limit)
  SELECT e.id, e.workspace_id, e.workflow_id, e.version_id, 'queued', e.origin, e.input, e.input_ref, e.dedup_key, e.business_key, e.concurrency_key, e.concurrency_limit
  FROM event e LEFT JOIN key k ON k.workspace_id = e.workspace_id AND k.key = e.dedup_key
  WHERE e.dedup_key IS NULL OR k.run_id = e.id
  RETURNING id
)
SELECT coalesce(k.run_id, e.id) AS run_id, e.dedup_key IS NOT NULL AND k.run_id <> e.id AS duplicate
FROM event e LEFT JOIN key k ON k.workspace_id = e.workspace_id AND k.key = e.dedup_key
ORDER BY e.position`;

/** Gives events their ids and makes their payloads storable. Throws `invalid` for a payload that is not JSON. */
export function prepareAccept(row: AcceptRow): Promise<PreparedAccept> {
  return toStoredValue(row.payload).then((input) => ({ id: newId(), row, input }));
}

/** Accepts events on a connection, in the caller's transaction. Results in the order of the events. */
export async function acceptRunsOn(db: Queryable, events: readonly PreparedAccept[]): Promise<Accepted[]> {
  if (events.length === 0) return [];
  await insertBlobs(
    db,
    events.flatMap((event) => event.input.blob ?? []),
  );
  const { rows } = await db.query<{ run_id: string; duplicate: boolean }>({
    name: 'accept-runs',
    text: ACCEPT,
    values: [
      events.map((e) => e.id),
      events.map((e) => e.row.workspaceId),
      events.map((e) => e.row.workflowId),
      events.map((e) => e.row.versionId),
      events.map((e) => e.row.origin),
      events.map((e) => e.input.text),
      events.map((e) => e.input.blob?.id ?? null),
      events.map((e) => (e.row.dedupKey === undefined ? null : toStorableText(e.row.dedupKey))),
      events.map((e) => (e.row.businessKey === undefined ? null : toStorableText(e.row.businessKey).slice(0, 500))),
      events.map((e) => (e.row.concurrencyKey === undefined ? null : toStorableText(e.row.concurrencyKey).slice(0, 500))),
      events.map((e) => e.row.concurrencyLimit ?? null),
    ],
  });
  return rows.map((row) => ({ runId: row.run_id, duplicate: row.duplicate }));
}

/** Accepts events in one transaction of their own: when this resolves they are durable. */
export async function acceptRunGroup(db: Database, events: readonly PreparedAccept[]): Promise<Accepted[]> {
  const hasBlobs = events.some((event) => event.input.blob !== undefined);
  return hasBlobs ? db.transaction((client) => acceptRunsOn(client, events)) : acceptRunsOn(db.pool, events);
}

const LANDED = `
SELECT e.id, coalesce(k.run_id, e.id) AS run_id,
  EXISTS (SELECT FROM run WHERE run.id = e.id) OR EXISTS (SELECT FROM run_history h WHERE h.id = e.id) AS is_there
FROM unnest($1::uuid[], $2::uuid[], $3::text[]) WITH ORDINALITY AS e(id, workspace_id, dedup_key, position)
LEFT JOIN run_dedup k ON k.workspace_id = e.workspace_id AND k.key = e.dedup_key
ORDER BY e.position`;

/**
 * After the answer to a group's commit was lost: its results when it was committed, else undefined. A group is committed
 * as a whole, so one of its runs tells of all; a group that held nothing new may be accepted again without harm.
 */
export async function readBackAccepted(db: Queryable, events: readonly PreparedAccept[]): Promise<Accepted[] | undefined> {
  const values = [
    events.map((e) => e.id),
    events.map((e) => e.row.workspaceId),
    events.map((e) => (e.row.dedupKey === undefined ? null : toStorableText(e.row.dedupKey))),
  ];
  const { rows } = await db.query<{ id: string; run_id: string; is_there: boolean }>(LANDED, values);
  if (!rows.some((row) => row.is_there)) return undefined;
  return rows.map((row) => ({ runId: row.run_id, duplicate: row.run_id !== row.id }));
}
