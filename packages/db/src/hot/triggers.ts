/**
 * Triggers that are asked or fired by time. A binding is claimed with lease and fence like a run; its new cursor and
 * the runs it produced are committed together, so that no event is lost or doubled.
 */
import type { StoredError } from '@weft/errors';
import { toStorableJson } from '../json.ts';
import { acceptRunsOn } from './accept-runs.ts';
import type { Accepted, PreparedAccept } from './accept-runs.ts';
import { recordSkippedOn } from './record-skipped.ts';
import type { SkippedEvent } from './record-skipped.ts';
import { requestCancel } from './request-cancel.ts';
import type { Database, Queryable } from '../database.ts';

export type TriggerMode = 'poll' | 'webhook' | 'push' | 'schedule' | 'manual' | 'call' | 'failure';

/** A trigger that this worker may work on until its lease ends. */
export interface ClaimedTrigger {
  readonly id: string;
  readonly workspaceId: string;
  readonly workflowId: string;
  readonly versionId: string;
  readonly nodeId: string;
  readonly connector: string;
  readonly operation: string;
  readonly mode: TriggerMode;
  readonly connectionId: string | null;
  readonly input: Readonly<Record<string, unknown>>;
  readonly cursor: unknown;
  readonly hookToken: string | null;
  readonly intervalMs: number | null;
  readonly isActivated: boolean;
  readonly isEnabled: boolean;
  readonly failures: number;
  readonly fence: string;
  /** When it was due, epoch milliseconds. */
  readonly dueAt: number;
  /** The database's present time, epoch milliseconds. */
  readonly now: number;
}

const COLUMNS = `t.id, t.workspace_id, t.workflow_id, t.version_id, t.node_id, t.connector, t.operation, t.mode, t.connection_id, t.input, t.cursor,
  t.hook_token, t.interval_ms, t.activated_at IS NOT NULL AS is_activated, t.enabled AS is_enabled, t.failures, t.fence::text,
  (extract(epoch FROM t.next_due_at) * 1000)::float8 AS due_at, (extract(epoch FROM now()) * 1000)::float8 AS now`;

// A workflow one of whose accounts is refused by its vendor looks for nothing: it goes on from its cursor once that is mended.
const CLAIM = `
WITH due AS MATERIALIZED (
  SELECT id FROM trigger_binding AS b
  WHERE enabled AND next_due_at <= now() AND (lease_until IS NULL OR lease_until < now())
    AND NOT EXISTS (SELECT FROM connection c WHERE c.status = 'reconnect' AND c.workspace_id = b.workspace_id AND (c.id = b.connection_id
      OR EXISTS (SELECT FROM workflow w, jsonb_each_text(w.bindings) AS used WHERE w.id = b.workflow_id AND used.value = c.id::text)))
  ORDER BY next_due_at LIMIT $1 FOR UPDATE SKIP LOCKED
)
UPDATE trigger_binding AS t SET fence = t.fence + 1, lease_until = now() + interval '60 seconds' FROM due WHERE t.id = due.id
RETURNING ${COLUMNS}`;

interface Row {
  id: string;
  workspace_id: string;
  workflow_id: string;
  version_id: string;
  node_id: string;
  connector: string;
  operation: string;
  mode: TriggerMode;
  connection_id: string | null;
  input: Record<string, unknown>;
  cursor: unknown;
  hook_token: string | null;
  interval_ms: number | null;
  is_activated: boolean;
  is_enabled: boolean;
  failures: number;
  fence: string;
  due_at: number | null;
  now: number;
}

function toTrigger(row: Row): ClaimedTrigger {
  return {
    id: row.id,
    workspaceId: row.workspace_id,
    workflowId: row.workflow_id,
    versionId: row.version_id,
    nodeId: row.node_id,
    connector: row.connector,
    operation: row.operation,
    mode: row.mode,
    connectionId: row.connection_id,
    input: row.input,
    cursor: row.cursor ?? undefined,
    hookToken: row.hook_token,
    intervalMs: row.interval_ms,
    isActivated: row.is_activated,
    isEnabled: row.is_enabled,
    failures: row.failures,
    fence: row.fence,
    dueAt: row.due_at ?? row.now,
    now: row.now,
  };
}

/** Claims triggers that are due. */
export async function claimTriggers(db: Queryable, limit: number): Promise<ClaimedTrigger[]> {
  const { rows } = await db.query<Row>(CLAIM, [limit]);
  return rows.map(toTrigger);
}

/** Reads one binding without claiming it, whether it is on or off. */
export async function findTrigger(db: Queryable, id: string): Promise<ClaimedTrigger | undefined> {
  const { rows } = await db.query<Row>(`SELECT ${COLUMNS} FROM trigger_binding t WHERE t.id = $1`, [id]);
  return rows[0] && toTrigger(rows[0]);
}

/** What a trigger's turn gave. */
export interface TriggerTurn {
  readonly events: readonly PreparedAccept[];
  /** Absent keeps the cursor. */
  readonly cursor?: unknown;
  /** Due again after this many milliseconds from the database's now; an instant (epoch ms); or never. */
  readonly next: { readonly afterMs: number } | { readonly at: number } | 'never';
  /** Events that are put on record as left out. */
  readonly skipped?: readonly SkippedEvent[];
  /** What was found out of order and mended, in a sentence; beside it stands how many of a push trigger's events no delivery had told. */
  readonly found?: string;
  /** What the events do while an earlier run of this trigger is going on: none of them runs, or the earlier one is cancelled. */
  readonly overlap?: 'skip' | 'cancelPrevious';
}

const COMMIT = `
UPDATE trigger_binding SET cursor = CASE WHEN $3 THEN $4::jsonb ELSE cursor END, lease_until = NULL, last_polled_at = now(),
  activated_at = coalesce(activated_at, now()), failures = 0, last_error = NULL,
  next_due_at = CASE WHEN $5::float8 IS NOT NULL THEN now() + make_interval(secs => $5::float8 / 1000) ELSE to_timestamp($6::float8 / 1000) END
WHERE id = $1 AND fence = $2 AND enabled`;

/**
 * Commits a turn: cursor, next time and runs, together or not at all. Undefined when the binding was taken by another
 * worker, switched off or changed meanwhile; then nothing is kept.
 */
export async function commitTriggerTurn(
  db: Database,
  trigger: Pick<ClaimedTrigger, 'id' | 'fence' | 'mode' | 'isActivated'>,
  turn: TriggerTurn,
): Promise<Accepted[] | undefined> {
  const afterMs = typeof turn.next === 'object' && 'afterMs' in turn.next ? turn.next.afterMs : null;
  const at = typeof turn.next === 'object' && 'at' in turn.next ? turn.next.at : null;
  const hasCursor = turn.cursor !== undefined;
  return db.transaction(async (client) => {
    const values = [trigger.id, trigger.fence, hasCursor, hasCursor ? toStorableJson(turn.cursor).text : null, afterMs, at];
    const { rowCount } = await client.query(COMMIT, values);
    if (rowCount !== 1) return undefined;
    const { events, skipped } = turn.overlap === undefined ? { events: turn.events, skipped: [] } : await settleOverlap(client, turn);
    await recordSkippedOn(client, [...(turn.skipped ?? []), ...skipped]);
    const accepted = await acceptRunsOn(client, events);
    await noteFound(client, trigger, { found: turn.found, fresh: accepted.filter((run) => !run.duplicate).length });
    return accepted;
  });
}

/** Keeps what a push trigger's search found, until the next one finds something. */
async function noteFound(
  client: Queryable,
  trigger: Pick<ClaimedTrigger, 'id' | 'mode' | 'isActivated'>,
  { found, fresh }: { readonly found: string | undefined; readonly fresh: number },
): Promise<void> {
  const untold = trigger.mode === 'push' && trigger.isActivated && fresh > 0;
  if (found === undefined && !untold) return;
  const changes = fresh === 1 ? '1 change that no delivery had told' : `${fresh} changes that no delivery had told`;
  const words = [found, untold ? `Found ${changes}.` : undefined].filter((part) => part !== undefined).join(' ');
  await client.query('UPDATE trigger_binding SET last_found = $2, last_found_at = now() WHERE id = $1', [trigger.id, words]);
}

/** The binding's row is ours until the end of the transaction, so that no other turn of the same trigger looks meanwhile. */
async function settleOverlap(
  client: Queryable,
  { events, overlap }: TriggerTurn,
): Promise<{ readonly events: readonly PreparedAccept[]; readonly skipped: readonly SkippedEvent[] }> {
  const last = events.at(-1);
  if (!last) return { events, skipped: [] };
  const { rows: live } = await client.query<{ id: string; created_at: Date }>(
    'SELECT id, created_at FROM run WHERE workflow_id = $1 AND origin = $2 ORDER BY id',
    [last.row.workflowId, last.row.origin],
  );
  const [going] = live;
  if (overlap === 'skip' && going) {
    const reason = `The run that began at ${going.created_at.toISOString()} was still going on, and the schedule leaves a time out then.`;
    return { events: [], skipped: events.map((event) => ({ event, reason })) };
  }
  if (overlap === 'cancelPrevious')
    for (const { id } of live)
      await requestCancel(client, { runId: id, workspaceId: last.row.workspaceId, by: 'the next time of the schedule' });
  // Several times at once overlap each other: the latest one counts.
  const reason = 'A later time of the schedule was due at the same moment, and runs may not overlap.';
  return { events: [last], skipped: events.slice(0, -1).map((event) => ({ event, reason })) };
}

/** Notes that a turn failed and when to try again. */
export async function failTriggerTurn(
  db: Queryable,
  trigger: Pick<ClaimedTrigger, 'id' | 'fence'>,
  failure: { readonly error: StoredError; readonly retryAfterMs: number },
): Promise<void> {
  await db.query(
    `UPDATE trigger_binding SET lease_until = NULL, failures = failures + 1, last_error = $3::jsonb, last_polled_at = now(),
       next_due_at = now() + make_interval(secs => $4::float8 / 1000) WHERE id = $1 AND fence = $2`,
    [trigger.id, trigger.fence, toStorableJson(failure.error).text, failure.retryAfterMs],
  );
}

/** Gives claimed bindings back untouched, to be due at once. */
export async function releaseTriggers(db: Queryable, triggers: readonly Pick<ClaimedTrigger, 'id' | 'fence'>[]): Promise<void> {
  await db.query(
    `UPDATE trigger_binding t SET lease_until = NULL FROM unnest($1::uuid[], $2::bigint[]) AS c(id, fence) WHERE t.id = c.id AND t.fence = c.fence`,
    [triggers.map((trigger) => trigger.id), triggers.map((trigger) => trigger.fence)],
  );
}

/** What the ingress needs to know of a hook address. */
export interface Hook {
  readonly bindingId: string;
  /** The account by which requests are verified. */
  readonly connectionId: string | null;
  readonly workspaceId: string;
  readonly workflowId: string;
  readonly versionId: string;
  readonly mode: TriggerMode;
  readonly isEnabled: boolean;
  /** The trigger node's settings. */
  readonly input: Readonly<Record<string, unknown>>;
  /** Template string over `trigger`, from the document's settings. */
  readonly businessKey: string | null;
  /** Template string over `trigger`; runs with the same key go one at a time. */
  readonly concurrencyKey: string | null;
  /** Runs of the workflow that may go on at once. */
  readonly concurrencyLimit: number | null;
}

const HOOK = `
SELECT t.id, t.connection_id, t.workspace_id, t.workflow_id, t.version_id, t.mode, t.enabled, t.input, v.document #>> '{settings,businessKey}' AS business_key,
  v.document #>> '{settings,concurrency,key}' AS concurrency_key,
  (v.document #>> '{settings,concurrency,limit}')::int AS concurrency_limit
FROM trigger_binding t JOIN workflow_version v ON v.id = t.version_id WHERE t.hook_token = $1`;

/** Looks up a hook by the last part of its address. */
export async function findHook(db: Queryable, token: string): Promise<Hook | undefined> {
  const { rows } = await db.query<{
    id: string;
    connection_id: string | null;
    workspace_id: string;
    workflow_id: string;
    version_id: string;
    mode: TriggerMode;
    enabled: boolean;
    input: Record<string, unknown>;
    business_key: string | null;
    concurrency_key: string | null;
    concurrency_limit: number | null;
  }>(HOOK, [token]);
  const row = rows[0];
  if (!row) return undefined;
  return {
    bindingId: row.id,
    connectionId: row.connection_id,
    workspaceId: row.workspace_id,
    workflowId: row.workflow_id,
    versionId: row.version_id,
    mode: row.mode,
    isEnabled: row.enabled,
    input: row.input,
    businessKey: row.business_key,
    concurrencyKey: row.concurrency_key,
    concurrencyLimit: row.concurrency_limit,
  };
}
