/**
 * Calling another workflow: the run that is started for a step, once, whatever becomes of the worker that starts it.
 */
import { findCall, loadCallChain, prepareAccept, registerCall } from '@weft/db';
import type { AcceptRow, CallChain, Database, WaitOwner, WaitStanding } from '@weft/db';
import type { WaitRequest } from '@weft/engine';
import { WeftError, invalid, notFound } from '@weft/errors';
import { callFieldsOf, readCallInput } from '@weft/workflow';
import type { CallField, JsonValue } from '@weft/workflow';
import type { RunSession } from '../runs/run-session.ts';
import { runKeysOf } from '../triggers/run-keys.ts';
import type { KeyTemplates, RunKeys } from '../triggers/run-keys.ts';

/** Calls that may lead to one run: a workflow that calls itself ends here. */
export const MOST_CALLS = 25;

type CallRequest = Extract<WaitRequest, { readonly kind: 'child' }>;

/** One call. */
export interface WorkflowCall {
  readonly session: RunSession;
  readonly owner: WaitOwner;
  readonly request: CallRequest;
}

/**
 * Makes a call, or tells how the one that was made stands. Undefined when this worker no longer owns the run. Throws
 * `notFound` or `invalid` when the workflow cannot be called, or not with these values.
 */
export async function callWorkflow(db: Database, call: WorkflowCall): Promise<WaitStanding | undefined> {
  const { owner, request, session } = call;
  const known = await findCall(db.pool, owner, request.path);
  if (known === 'notOurs') return undefined;
  if (known) return known;
  const [callee, chain] = await Promise.all([findCallee(db, session.run.workspaceId, request), loadCallChain(db.pool, owner.runId)]);
  const depth = chain.depth + 1;
  if (depth > MOST_CALLS) throw await tooDeep(db, chain, callee.name);
  const payload = readPayload(callee, request);
  const keys = await runKeysOf(callee.keys, payload);
  const row: AcceptRow = {
    workspaceId: session.run.workspaceId,
    workflowId: callee.id,
    versionId: callee.versionId,
    origin: 'call',
    payload,
    dedupKey: `call:${owner.runId}:${request.path}`,
    ...(isHeldAbove(chain, callee.id, keys.concurrencyKey) ? withoutKey(keys) : keys),
  };
  const child = await prepareAccept(row);
  return registerCall(db, owner, { path: request.path, nodeId: request.nodeId, isAwaited: request.call.isAwaited, depth, child });
}

interface Callee {
  readonly id: string;
  readonly name: string;
  readonly versionId: string;
  readonly fields: readonly CallField[];
  readonly keys: KeyTemplates;
}

interface CalleeRow {
  name: string;
  enabled: boolean;
  deleted: boolean;
  version_id: string | null;
  connector: string | null;
  operation: string | null;
  input: Record<string, unknown> | null;
  business_key: string | null;
  concurrency_key: string | null;
  concurrency_limit: number | null;
}

async function findCallee(db: Database, workspaceId: string, { call }: CallRequest): Promise<Callee> {
  const { rows } = await db.pool.query<CalleeRow>(
    `SELECT w.name, w.enabled, w.deleted_at IS NOT NULL AS deleted, t.version_id, t.connector, t.operation, t.input,
       v.document #>> '{settings,businessKey}' AS business_key, v.document #>> '{settings,concurrency,key}' AS concurrency_key,
       (v.document #>> '{settings,concurrency,limit}')::int AS concurrency_limit
     FROM workflow w LEFT JOIN trigger_binding t ON t.workflow_id = w.id AND t.enabled LEFT JOIN workflow_version v ON v.id = t.version_id
     WHERE w.id::text = $1 AND w.workspace_id = $2`,
    [call.workflowId, workspaceId],
  );
  const [row] = rows;
  const name = row?.name ?? call.workflowName;
  if (!row || row.deleted)
    throw notFound(
      'callee_gone',
      `The workflow “${name}” that this step calls was deleted. Choose another one in the step, then run again.`,
    );
  if (!row.enabled || row.version_id === null)
    throw invalid('callee_off', `“${name}” is switched off, so it cannot be called. Switch it on, then run again.`);
  const trigger = { connector: row.connector ?? '', operation: row.operation ?? '', input: row.input ?? {} };
  const fields = callFieldsOf(trigger);
  if (!fields)
    throw invalid(
      'callee_not_callable',
      `“${name}” is not started by calls. Give it the trigger “When another workflow calls it” and publish it, or choose another workflow.`,
    );
  return {
    id: call.workflowId,
    name,
    versionId: row.version_id,
    fields,
    keys: { businessKey: row.business_key, concurrencyKey: row.concurrency_key, concurrencyLimit: row.concurrency_limit },
  };
}

function readPayload(callee: Callee, { call }: CallRequest): Record<string, JsonValue> {
  const { values, issues } = readCallInput(callee.fields, call.input);
  if (issues.length === 0) return values;
  throw new WeftError({
    class: 'invalid',
    code: 'call_refused',
    message: `“${callee.name}” cannot be called with these values: ${issues.map(({ message }) => message).join(' ')}`,
    issues: issues.map(({ field, message }) => ({ path: `input.${field}`, message })),
  });
}

/** Its caller holds the key while it waits: the called run must not wait for it in turn. */
function isHeldAbove(chain: CallChain, workflowId: string, key: string | undefined): boolean {
  return key !== undefined && chain.runs.some((run) => run.workflowId === workflowId && run.concurrencyKey === key);
}

function withoutKey({ businessKey, concurrencyLimit }: RunKeys): RunKeys {
  return { ...(businessKey === undefined ? {} : { businessKey }), ...(concurrencyLimit === undefined ? {} : { concurrencyLimit }) };
}

async function tooDeep(db: Database, chain: CallChain, callee: string): Promise<WeftError> {
  const ids = chain.runs.map(({ workflowId }) => workflowId);
  const { rows } = await db.pool.query<{ id: string; name: string }>('SELECT id, name FROM workflow WHERE id = ANY($1::uuid[])', [
    [...new Set(ids)],
  ]);
  const names = new Map(rows.map(({ id, name }) => [id, name]));
  const last = ids.slice(0, 3).map((id) => names.get(id) ?? 'a deleted workflow');
  return invalid(
    'calls_too_deep',
    `“${callee}” was not called: ${MOST_CALLS} calls lead to this run already (… → ${[...last.toReversed(), callee].join(' → ')}), which is the most there may be. A workflow that calls itself, directly or over others, needs a condition that ends it.`,
  );
}
