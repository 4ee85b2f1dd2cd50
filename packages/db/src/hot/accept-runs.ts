/**
 * Accepting runs: many in one statement, each event once.
 */
import { toStoredValue } from '../blobs.ts';
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
  /** The process in which somebody waits for the run's answer. */
  readonly answerTo?: string;
}

/** The run of an event. */
export interface Accepted {
  readonly runId: string;
  /** The event had been accepted before; `runId` is the earlier run. */
  readonly duplicate: boolean;
  /** Of a fresh run: when it was accepted, epoch milliseconds, and what {@link ClaimedRun.workflowTag} is. */
  readonly acceptedAt?: number;
  readonly workflowTag?: string;
}

/** An event with its payload ready to be written. */
export interface PreparedAccept {
  readonly id: string;
  readonly row: AcceptRow;
  readonly input: StoredValue;
  /**
   * The worker that takes it over at once: the run is claimed by the statement that inserts it. Whoever accepts has to
   * tell the worker; should it not learn of the run, the lease ends and another takes it.
   */
  readonly worker?: { readonly name: string; readonly leaseMs: number };
}

const COLUMNS = `id, workspace_id, workflow_id, version_id, origin, input, input_ref, dedup_key, business_key, concurrency_key, concurrency_limit, answer_to`;

const EVENTS = `unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::uuid[], $5::text[], $6::json[], $7::uuid[], $8::text[], $9::text[], $10::text[], $11::smallint[],
  $12::text[], $13::text[], $14::float8[])`;
const EVENT_COLUMNS = `${COLUMNS}, worker, lease_ms`;

const INSERT = `
INSERT INTO run(${COLUMNS}, status, fence, worker, lease_until, started_at)
SELECT ${COLUMNS.split(', ')
  .map((column) => `e.${column}`)
  .join(', ')}, CASE WHEN e.worker IS NULL THEN 'queued' ELSE 'running' END, (e.worker IS NOT NULL)::int, e.worker,
  now() + make_interval(secs => e.lease_ms / 1000), CASE WHEN e.worker IS NOT NULL THEN now() END`;

const FRESH = `(extract(epoch FROM run.created_at) * 1000)::float8 AS accepted_at,
  (SELECT w.xmin::text FROM workflow w WHERE w.id = run.workflow_id) AS workflow_tag`;

const BLOBS = `blobs AS (INSERT INTO blob(id, size, codec, data) SELECT * FROM unnest($15::uuid[], $16::int[], $17::text[], $18::bytea[]))`;

// Most events have no key: nothing has to be looked up for them.
const ACCEPT_PLAIN = `${INSERT} FROM ${EVENTS} AS e(${EVENT_COLUMNS}) RETURNING run.id AS run_id, false AS duplicate, ${FRESH}`;

// Keys are claimed in sorted order, so that two groups with the same keys cannot wait for each other in a circle.
// The no-op update of a taken key returns its first run also when that was committed after our snapshot.
const ACCEPT_KEYED = `
event AS (
  SELECT * FROM ${EVENTS} WITH ORDINALITY AS e(${EVENT_COLUMNS}, position)
), first_of_key AS (
  SELECT DISTINCT ON (workspace_id, dedup_key) workspace_id, dedup_key, id FROM event
  WHERE dedup_key IS NOT NULL ORDER BY workspace_id, dedup_key, position
), key AS (
  INSERT INTO run_dedup(workspace_id, key, run_id) SELECT workspace_id, dedup_key, id FROM first_of_key ORDER BY workspace_id, dedup_key
  ON CONFLICT (workspace_id, key) DO UPDATE SET key = run_dedup.key
  RETURNING workspace_id, key, run_id
), inserted AS (
  ${INSERT}
  FROM event e LEFT JOIN key k ON k.workspace_id = e.workspace_id AND k.key = e.dedup_key
  WHERE e.dedup_key IS NULL OR k.run_id = e.id
  RETURNING run.id, ${FRESH}
)
SELECT coalesce(k.run_id, e.id) AS run_id, e.dedup_key IS NOT NULL AND k.run_id <> e.id AS duplicate, i.accepted_at, i.workflow_tag
FROM event e LEFT JOIN key k ON k.workspace_id = e.workspace_id AND k.key = e.dedup_key LEFT JOIN inserted i ON i.id = e.id
ORDER BY e.position`;

/** A statement for each shape of a group, each prepared once for a connection. */
const STATEMENTS = {
  plain: { name: 'accept-runs', text: ACCEPT_PLAIN },
  plainWithBlobs: { name: 'accept-runs-blobs', text: `WITH ${BLOBS} ${ACCEPT_PLAIN}` },
  keyed: { name: 'accept-runs-keyed', text: `WITH ${ACCEPT_KEYED}` },
  keyedWithBlobs: { name: 'accept-runs-keyed-blobs', text: `WITH ${BLOBS}, ${ACCEPT_KEYED}` },
} as const;

interface Row {
  run_id: string;
  duplicate: boolean;
  accepted_at: number | null;
  workflow_tag: string | null;
}

/** Gives events their ids and makes their payloads storable. Throws `invalid` for a payload that is not JSON. */
export function prepareAccept(row: AcceptRow): Promise<PreparedAccept> {
  return toStoredValue(row.payload).then((input) => ({ id: newId(), row, input }));
}

/** Accepts events by one statement, on a connection in the caller's transaction. Results in the order of the events. */
export async function acceptRunsOn(db: Queryable, events: readonly PreparedAccept[]): Promise<Accepted[]> {
  if (events.length === 0) return [];
  const blobs = events.flatMap((event) => event.input.blob ?? []);
  const isKeyed = events.some((event) => event.row.dedupKey !== undefined);
  const statement = STATEMENTS[isKeyed ? (blobs.length > 0 ? 'keyedWithBlobs' : 'keyed') : blobs.length > 0 ? 'plainWithBlobs' : 'plain'];
  const values: unknown[] = [
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
    events.map((e) => e.row.answerTo ?? null),
    events.map((e) => e.worker?.name ?? null),
    events.map((e) => e.worker?.leaseMs ?? null),
  ];
  if (blobs.length > 0) {
    values.push(
      blobs.map((b) => b.id),
      blobs.map((b) => b.size),
      blobs.map((b) => b.codec),
      blobs.map((b) => b.data),
    );
  }
  const { rows } = await db.query<Row>({ ...statement, values });
  if (isKeyed) return rows.map(toAccepted);
  const byId = new Map(rows.map((row) => [row.run_id, row]));
  return events.map(({ id }) => toAccepted(byId.get(id) ?? { run_id: id, duplicate: false, accepted_at: null, workflow_tag: null }));
}

function toAccepted(row: Row): Accepted {
  return {
    runId: row.run_id,
    duplicate: row.duplicate,
    ...(row.accepted_at === null ? {} : { acceptedAt: row.accepted_at }),
    ...(row.workflow_tag === null ? {} : { workflowTag: row.workflow_tag }),
  };
}

/** Accepts events in one transaction of their own: when this resolves they are durable. */
export function acceptRunGroup(db: Database, events: readonly PreparedAccept[]): Promise<Accepted[]> {
  return acceptRunsOn(db.hot, events);
}

const LANDED = `
SELECT e.id, coalesce(k.run_id, e.id) AS run_id, run.id IS NOT NULL OR EXISTS (SELECT FROM run_history h WHERE h.id = e.id) AS is_there, ${FRESH}
FROM unnest($1::uuid[], $2::uuid[], $3::text[]) WITH ORDINALITY AS e(id, workspace_id, dedup_key, position)
LEFT JOIN run ON run.id = e.id
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
  const { rows } = await db.query<Row & { id: string; is_there: boolean }>(LANDED, values);
  if (!rows.some((row) => row.is_there)) return undefined;
  return rows.map((row) => toAccepted({ ...row, duplicate: row.run_id !== row.id }));
}
