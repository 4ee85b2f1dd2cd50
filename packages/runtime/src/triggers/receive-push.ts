/**
 * A delivery of a vendor to the address that a push trigger registered.
 */
import { runDeactivate, runReceive, runVerify } from '@weft/connector-kit';
import { findTrigger } from '@weft/db';
import type { Accepted, Database } from '@weft/db';
import { notFound } from '@weft/errors';
import type { HintQueue } from '@weft/queue';
import { acceptRuns } from '../runs/accept-runs.ts';
import type { ReceivePushRequest } from '../rpc/contract.ts';
import { toAcceptRow } from './take-turn.ts';
import type { TurnMeans } from './take-turn.ts';
import { openCall } from './trigger-calls.ts';

const RECEIVE_TIMEOUT_MS = 20_000;

/** What receiving takes. */
export interface PushMeans extends TurnMeans {
  readonly db: Database;
  readonly queue: HintQueue;
}

/** Verifies a delivery and accepts its events. Throws `auth` when it is not genuine. */
export async function receivePush(means: PushMeans, request: ReceivePushRequest): Promise<readonly Accepted[]> {
  const trigger = await findTrigger(means.db.pool, request.bindingId);
  if (!trigger?.isEnabled) throw notFound('hook_unknown', 'Nobody listens at this address.');
  const call = await openCall(means, {
    workspaceId: trigger.workspaceId,
    connector: trigger.connector,
    connectionId: trigger.connectionId ?? undefined,
    timeoutMs: RECEIVE_TIMEOUT_MS,
  });
  const { bindingId: _, rawBodyBase64, ...rest } = request;
  const events = await runReceive(call.connector, trigger.operation, {
    context: call.context,
    input: trigger.input,
    request: { ...rest, rawBody: Buffer.from(rawBodyBase64, 'base64') },
  });
  const rows = await Promise.all(events.map((event) => toAcceptRow(means, trigger, event)));
  return acceptRuns(means, rows);
}

/** Verifies a request to a webhook whose trigger has an account. Throws `auth` when it is not genuine, or nobody can tell. */
export async function verifyHook(means: PushMeans, request: ReceivePushRequest): Promise<void> {
  const trigger = await findTrigger(means.db.pool, request.bindingId);
  if (!trigger?.isEnabled) throw notFound('hook_unknown', 'Nobody listens at this address.');
  const call = await openCall(means, {
    workspaceId: trigger.workspaceId,
    connector: trigger.connector,
    connectionId: trigger.connectionId ?? undefined,
    timeoutMs: RECEIVE_TIMEOUT_MS,
  });
  const { bindingId: _, rawBodyBase64, ...rest } = request;
  const { connector, context } = call;
  await runVerify(connector, trigger.operation, {
    context,
    input: trigger.input,
    request: { ...rest, rawBody: Buffer.from(rawBodyBase64, 'base64') },
  });
}

/** Removes a push trigger's registration at its vendor; nothing to do for other triggers. */
export async function deactivateTrigger(means: PushMeans, bindingId: string): Promise<void> {
  const trigger = await findTrigger(means.db.pool, bindingId);
  if (!trigger || trigger.mode !== 'push' || !trigger.isActivated) return;
  const call = await openCall(means, {
    workspaceId: trigger.workspaceId,
    connector: trigger.connector,
    connectionId: trigger.connectionId ?? undefined,
    timeoutMs: RECEIVE_TIMEOUT_MS,
  });
  await runDeactivate(call.connector, trigger.operation, { context: call.context, input: trigger.input, state: trigger.cursor });
}
