/**
 * One turn of a trigger: what it gives when it is due. One function per mode; none of them writes anything.
 */
import { dueTimes, nextTime, runActivate, runPoll, runReconcile } from '@weft/connector-kit';
import type { OverlapOfRuns } from '@weft/connector-kit';
import type { AcceptRow, ClaimedTrigger, Database, TriggerMode } from '@weft/db';
import { invalid } from '@weft/errors';
import { failuresSince } from './failed-runs.ts';
import type { RunKeys } from './run-keys.ts';
import { openCall } from './trigger-calls.ts';
import type { CallMeans } from './trigger-calls.ts';

/** What taking turns takes. */
export interface TurnMeans extends CallMeans {
  readonly db: Database;
  /** Where vendors reach us, without a slash at the end. */
  readonly publicUrl: string;
  /** Time between polls in place of the connectors' own. */
  readonly pollMs?: number;
  /** What an operator searches the run by, and what its order goes by. */
  runKeys(trigger: ClaimedTrigger, payload: unknown): Promise<RunKeys>;
}

/** The result of a turn. */
export interface Turn {
  readonly events: readonly AcceptRow[];
  readonly cursor?: unknown;
  readonly next: { readonly afterMs: number } | { readonly at: number } | 'never';
  /** What was found out of order and mended: a sentence for the log. */
  readonly found?: string;
  /** Events that are on record as left out, each with why. */
  readonly skipped?: readonly { readonly event: AcceptRow; readonly reason: string }[];
  /** What the events do while an earlier run of this trigger is going on. */
  readonly overlap?: Extract<OverlapOfRuns, 'skip' | 'cancelPrevious'>;
}

const CALL_TIMEOUT_MS = 45_000;
const DEFAULT_INTERVAL_MS = 60_000;
/** Time between two looks for failed runs: one indexed query each. */
const FAILURES_MS = 2000;

const TURNS = { poll, schedule, push, failure, webhook: rest, manual: rest, call: rest } as const satisfies Record<
  TriggerMode,
  (means: TurnMeans, trigger: ClaimedTrigger) => Promise<Turn>
>;

/** Takes the turn of a due trigger. Throws `WeftError`. */
export function takeTurn(means: TurnMeans, trigger: ClaimedTrigger): Promise<Turn> {
  return TURNS[trigger.mode](means, trigger);
}

/** An event of a trigger as a run that is to be accepted; doubles are recognised per workflow and node. */
export async function toAcceptRow(
  means: Pick<TurnMeans, 'runKeys'>,
  trigger: ClaimedTrigger,
  event: { dedupKey: string; payload: unknown },
): Promise<AcceptRow> {
  return {
    workspaceId: trigger.workspaceId,
    workflowId: trigger.workflowId,
    versionId: trigger.versionId,
    origin: trigger.mode,
    payload: event.payload,
    dedupKey: `${trigger.mode}:${trigger.workflowId}:${trigger.nodeId}:${event.dedupKey}`,
    ...(await means.runKeys(trigger, event.payload)),
  };
}

async function poll(means: TurnMeans, trigger: ClaimedTrigger): Promise<Turn> {
  const { connector, context } = await openTriggerCall(means, trigger);
  const result = await runPoll(connector, trigger.operation, {
    context,
    input: trigger.input,
    cursor: trigger.isActivated ? trigger.cursor : undefined,
  });
  const events = await Promise.all(result.events.map((event) => toAcceptRow(means, trigger, event)));
  const definition = connector.operations.find((operation) => operation.id === trigger.operation);
  const suggested = definition?.kind === 'trigger' && definition.mode === 'poll' ? definition.intervalMs : DEFAULT_INTERVAL_MS;
  const afterMs = result.hasMore ? 0 : (means.pollMs ?? trigger.intervalMs ?? suggested);
  return { events, cursor: result.cursor ?? null, next: { afterMs } };
}

async function schedule(means: TurnMeans, trigger: ClaimedTrigger): Promise<Turn> {
  const connector = means.connectors.get(trigger.connector);
  const now = new Date(trigger.now);
  // Being switched on is no time at which it fires.
  if (!trigger.isActivated)
    return { events: [], next: laterAt(nextTime(connector, trigger.operation, { input: trigger.input, after: now })) };
  const due = dueTimes(connector, trigger.operation, { input: trigger.input, dueAt: new Date(trigger.dueAt), now });
  const rows = await Promise.all(due.fire.map((at) => scheduledRow(means, trigger, at)));
  const events =
    due.overlap === 'queue' ? rows.map((row) => ({ ...row, concurrencyKey: row.concurrencyKey ?? `schedule:${trigger.nodeId}` })) : rows;
  return {
    events,
    next: laterAt(due.next),
    ...(due.missed ? { skipped: [await missedRow(means, trigger, due.missed)] } : {}),
    ...(due.overlap === 'skip' || due.overlap === 'cancelPrevious' ? { overlap: due.overlap } : {}),
  };
}

function laterAt(next: Date | undefined): Turn['next'] {
  return next ? { at: next.getTime() } : 'never';
}

function scheduledRow(means: TurnMeans, trigger: ClaimedTrigger, at: Date): Promise<AcceptRow> {
  const scheduledFor = at.toISOString();
  const payload = { scheduledFor, firedAt: new Date(trigger.now).toISOString() };
  return toAcceptRow(means, trigger, { dedupKey: scheduledFor, payload });
}

/** Times that nobody fired are on record in one line, so that nobody has to wonder. */
async function missedRow(
  means: TurnMeans,
  trigger: ClaimedTrigger,
  missed: { readonly count: number; readonly from: Date; readonly to: Date },
) {
  const times = missed.count === 1 ? 'The time' : `${missed.count} times`;
  const span = missed.count === 1 ? missed.from.toISOString() : `from ${missed.from.toISOString()} to ${missed.to.toISOString()}`;
  return {
    event: await scheduledRow(means, trigger, missed.from),
    reason: `${times} ${span} passed while no worker was running, and the schedule leaves missed times out.`,
  };
}

async function push(means: TurnMeans, trigger: ClaimedTrigger): Promise<Turn> {
  if (trigger.hookToken === null) throw invalid('hook_missing', 'This trigger has no hook address. Switch the workflow off and on again.');
  const { connector, context } = await openTriggerCall(means, trigger);
  const hookUrl = `${means.publicUrl}/hooks/${trigger.hookToken}`;
  const call = { context, input: trigger.input, hookUrl, state: trigger.cursor };
  const definition = connector.operations.find((operation) => operation.id === trigger.operation);
  const reconcileMs = definition?.kind === 'trigger' && definition.mode === 'push' ? definition.reconcileMs : undefined;
  const next: Turn['next'] = reconcileMs === undefined ? 'never' : { afterMs: means.pollMs ?? reconcileMs };
  const result = trigger.isActivated ? await runReconcile(connector, trigger.operation, call) : undefined;
  if (result === undefined) return { events: [], cursor: (await runActivate(connector, trigger.operation, call)) ?? null, next };
  const events = await Promise.all(result.events.map((event) => toAcceptRow(means, trigger, event)));
  const found = result.found === undefined ? {} : { found: result.found };
  return { events, cursor: result.cursor ?? null, next: result.hasMore ? { afterMs: 0 } : next, ...found };
}

/** Failed runs of the workspace. Being switched on is no reason to tell of those before. */
async function failure(means: TurnMeans, trigger: ClaimedTrigger): Promise<Turn> {
  const seen = trigger.isActivated ? failuresSeen(trigger.cursor) : undefined;
  if (!seen) return { events: [], cursor: { from: trigger.now, since: trigger.now }, next: { afterMs: FAILURES_MS } };
  const found = await failuresSince(means.db.pool, trigger, { ...seen, publicUrl: means.publicUrl });
  const events = await Promise.all(found.events.map((event) => toAcceptRow(means, trigger, event)));
  return { events, cursor: { from: seen.from, since: found.since }, next: { afterMs: found.hasMore ? 0 : FAILURES_MS } };
}

/** When it was switched on, and up to when it has looked. */
function failuresSeen(cursor: unknown): { from: number; since: number } | undefined {
  const { from, since } = typeof cursor === 'object' && cursor !== null ? (cursor as { from?: unknown; since?: unknown }) : {};
  return typeof from === 'number' && typeof since === 'number' ? { from, since } : undefined;
}

/** Nothing to do by time: it is only marked as active. */
async function rest(): Promise<Turn> {
  return { events: [], next: 'never' };
}

function openTriggerCall(means: TurnMeans, trigger: ClaimedTrigger): ReturnType<typeof openCall> {
  return openCall(means, {
    workspaceId: trigger.workspaceId,
    connector: trigger.connector,
    connectionId: trigger.connectionId ?? undefined,
    timeoutMs: CALL_TIMEOUT_MS,
  });
}
