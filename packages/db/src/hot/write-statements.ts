/**
 * The statements of group writes. Each is put together from the parts that a group needs, and prepared once for a
 * connection in each of the few shapes that come up.
 *
 * Nothing is written for a run whose fence has risen or that nobody has: the worker that asks has lost it. Rows of runs are
 * locked in the order of their ids, here as in the renewal of leases, so that no two can wait for each other in a circle.
 */
import type { BlobRow } from '../blobs.ts';
import type { BatchRow } from '../step-batch.ts';
import type { RunWrite, StepRow } from './write-group.ts';

/** A statement with its values. */
export interface Statement {
  readonly name: string;
  readonly text: string;
  readonly values: unknown[];
}

/** A list of values as a parameter of a type. */
type Parameter = (type: string, values: readonly unknown[]) => string;

// A row is found by its key alone, whatever else would be cheap while the table is empty.
const OWNED = (ids: string, fences: string): string =>
  `id = ANY(${ids}) AND worker IS NOT NULL AND fence = (${fences})[array_position(${ids}, id)]`;

/** Of a group whose runs all end: they are deleted, and written to the history with their last steps. */
export function finishStatement(writes: readonly RunWrite[]): Statement {
  return statement('finish', writes, (parameter, parts) => {
    const ids = parameter('uuid', idsOf(writes));
    const fences = parameter('bigint', fencesOf(writes));
    const end = <T>(type: string, pick: (finish: NonNullable<RunWrite['finish']>) => T): string =>
      `(${parameter(
        type,
        writes.map(({ finish }) => (finish ? pick(finish) : null)),
      )})[at]`;
    const status = end('text', (finish) => finish.status);
    const reason = end('text', (finish) => finish.reason);
    parts.unshift(`owned AS (
  DELETE FROM run WHERE ${OWNED(ids, fences)} RETURNING run.*, array_position(${ids}, id) AS at
)`);
    return `INSERT INTO run_history(id, workspace_id, workflow_id, version_id, status, concurrency_key, fence, recovery_count, dedup_key, business_key,
  origin, input, input_ref, reason, error, failed_node, created_at, started_at, steps)
SELECT id, workspace_id, workflow_id, version_id, ${status}, concurrency_key, fence, recovery_count, dedup_key, business_key, origin, input, input_ref,
  coalesce(${reason}, CASE WHEN ${status} = 'cancelled' THEN 'Cancelled by ' || cancel_requested_by END),
  ${end('jsonb', (finish) => finish.error)}, ${end('text', (finish) => finish.failedNode)}, created_at, started_at, ${end('bytea', (finish) => finish.steps ?? null)}
FROM owned RETURNING id, false AS cancel`;
  });
}

/** Of a group whose runs go on, or are given back. */
export function keepStatement(writes: readonly RunWrite[]): Statement {
  return statement('keep', writes, (parameter, parts) => {
    const ids = parameter('uuid', idsOf(writes));
    const fences = parameter('bigint', fencesOf(writes));
    parts.unshift(`owned AS MATERIALIZED (
  SELECT id, cancel_requested_at IS NOT NULL AS cancel FROM run WHERE ${OWNED(ids, fences)} ORDER BY id FOR NO KEY UPDATE
)`);
    const releases = writes.flatMap(({ runId, release }) => (release ? [{ runId, release }] : []));
    if (releases.length > 0) parts.push(releasePart(parameter, releases));
    return 'SELECT id, cancel FROM owned';
  });
}

function statement(kind: string, writes: readonly RunWrite[], build: (parameter: Parameter, parts: string[]) => string): Statement {
  const values: unknown[] = [];
  const parameter: Parameter = (type, list) => `$${values.push(list)}::${type}[]`;
  const steps = writes.flatMap((write) => write.steps.map((step) => ({ runId: write.runId, ...step })));
  const batches = writes.flatMap((write) => (write.batches ?? []).map((batch) => ({ runId: write.runId, ...batch })));
  const blobs = writes.flatMap((write) => write.blobs);
  const parts: string[] = [];
  const name = ['write-group', kind];
  const last = build(parameter, parts);
  if (parts.some((part) => part.startsWith('released'))) name.push('releases');
  if (steps.length > 0) parts.push((name.push('steps'), stepPart(parameter, steps)));
  if (batches.length > 0) parts.push((name.push('batches'), batchPart(parameter, batches)));
  if (blobs.length > 0) parts.push((name.push('blobs'), blobPart(parameter, blobs)));
  return { name: name.join('-'), text: `WITH ${parts.join(', ')}\n${last}`, values };
}

function idsOf(writes: readonly RunWrite[]): string[] {
  return writes.map(({ runId }) => runId);
}

function fencesOf(writes: readonly RunWrite[]): string[] {
  return writes.map(({ fence }) => fence);
}

function stepPart(parameter: Parameter, steps: readonly (StepRow & { readonly runId: string })[]): string {
  const column = (type: string, key: keyof StepRow | 'runId'): string =>
    parameter(
      type,
      steps.map((step) => step[key]),
    );
  const columns = [
    column('uuid', 'runId'),
    column('text', 'path'),
    column('int', 'attempt'),
    column('int', 'seq'),
    column('text', 'nodeId'),
    column('text', 'status'),
    column('text', 'port'),
    column('json', 'input'),
    column('json', 'output'),
    column('jsonb', 'error'),
    column('json', 'exchanges'),
    column('text', 'stopReason'),
    column('float8', 'nextAttemptAt'),
    column('uuid', 'inputRef'),
    column('uuid', 'outputRef'),
    column('jsonb', 'extra'),
    column('float8', 'startedAt'),
    column('float8', 'finishedAt'),
  ];
  return `step AS (
  INSERT INTO step_run(run_id, path, attempt, seq, node_id, status, port, input, output, error, exchanges, stop_reason,
    next_attempt_at, input_ref, output_ref, extra, started_at, finished_at)
  SELECT s.run_id, s.path, s.attempt, s.seq, s.node_id, s.status, s.port, s.input, s.output, s.error, s.exchanges, s.stop_reason,
    to_timestamp(s.next_attempt_at / 1000), s.input_ref, s.output_ref, s.extra, to_timestamp(s.started_at / 1000), to_timestamp(s.finished_at / 1000)
  FROM unnest(${columns.join(', ')})
    AS s(run_id, path, attempt, seq, node_id, status, port, input, output, error, exchanges, stop_reason, next_attempt_at, input_ref,
      output_ref, extra, started_at, finished_at)
  JOIN owned ON owned.id = s.run_id
  ON CONFLICT (run_id, path, attempt) DO UPDATE SET status = excluded.status, port = excluded.port, input = excluded.input,
    output = excluded.output, error = excluded.error, exchanges = excluded.exchanges, stop_reason = excluded.stop_reason,
    next_attempt_at = excluded.next_attempt_at, input_ref = excluded.input_ref, output_ref = excluded.output_ref, extra = excluded.extra,
    started_at = excluded.started_at, finished_at = excluded.finished_at
)`;
}

function batchPart(parameter: Parameter, batches: readonly (BatchRow & { readonly runId: string })[]): string {
  const columns = [
    parameter(
      'uuid',
      batches.map(({ runId }) => runId),
    ),
    parameter(
      'int',
      batches.map(({ seq }) => seq),
    ),
    parameter(
      'int',
      batches.map(({ count }) => count),
    ),
    parameter(
      'int',
      batches.map(({ failed }) => failed),
    ),
    parameter(
      'boolean',
      batches.map(({ answers }) => answers === true),
    ),
    parameter(
      'bytea',
      batches.map(({ records }) => records),
    ),
  ];
  return `batch AS (
  INSERT INTO step_batch(run_id, seq, count, failed, answers, records)
  SELECT b.* FROM unnest(${columns.join(', ')}) AS b(run_id, seq, count, failed, answers, records) JOIN owned ON owned.id = b.run_id
  ON CONFLICT (run_id, seq) DO NOTHING
)`;
}

function blobPart(parameter: Parameter, blobs: readonly BlobRow[]): string {
  const columns = [
    parameter(
      'uuid',
      blobs.map(({ id }) => id),
    ),
    parameter(
      'int',
      blobs.map(({ size }) => size),
    ),
    parameter(
      'text',
      blobs.map(({ codec }) => codec),
    ),
    parameter(
      'bytea',
      blobs.map(({ data }) => data),
    ),
  ];
  return `kept AS (INSERT INTO blob(id, size, codec, data) SELECT * FROM unnest(${columns.join(', ')}) ON CONFLICT (id) DO NOTHING)`;
}

function releasePart(
  parameter: Parameter,
  releases: readonly { readonly runId: string; readonly release: NonNullable<RunWrite['release']> }[],
): string {
  const column = <T>(type: string, pick: (release: NonNullable<RunWrite['release']>) => T): string =>
    parameter(
      type,
      releases.map(({ release }) => pick(release)),
    );
  const columns = [
    parameter(
      'uuid',
      releases.map(({ runId }) => runId),
    ),
    column('text', (release) => release.to),
    column('float8', (release) => (release.to === 'waiting' && release.afterMs !== null ? Math.max(0, release.afterMs) : null)),
    column('text', (release) => (release.to === 'waiting' ? release.reason : null)),
    column('uuid', (release) => (release.to === 'waiting' ? (release.parkedOn ?? null) : null)),
  ];
  return `released AS (
  UPDATE run SET status = r.status, wait_reason = r.reason, parked_on = r.parked_on,
    wake_at = CASE WHEN run.signalled THEN now() ELSE now() + make_interval(secs => r.after_ms / 1000) END, worker = NULL, lease_until = NULL
  FROM owned, unnest(${columns.join(', ')}) AS r(id, status, after_ms, reason, parked_on)
  WHERE run.id = owned.id AND r.id = run.id
)`;
}
