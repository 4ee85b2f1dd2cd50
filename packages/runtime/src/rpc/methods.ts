/**
 * The methods of the worker's internal server.
 */
import { LONGEST_SCRIPT_MS } from '@weft/workflow';
import { z } from 'zod';
import { deactivateTrigger, receivePush, verifyHook } from '../triggers/receive-push.ts';
import type { PushMeans } from '../triggers/receive-push.ts';
import type { WorkerClient } from './contract.ts';
import { createConnection, testConnection, updateConnection } from './connections.ts';
import { lookupChoices, lookupFieldValues, lookupFields, lookupObjects, triggerBacklog, triggerExamples } from './lookups.ts';
import { resumeAddress } from './resume-address.ts';
import { rpcMethod } from './server.ts';
import type { RpcMethod } from './server.ts';
import { beginSignIn, completeSignIn } from './sign-in.ts';
import type { SignInMeans } from './sign-in.ts';
import type { ScriptTrials } from './try-script.ts';

const texts = z.record(z.string(), z.string());
const anything = z.record(z.string(), z.unknown());
const workspaceId = z.uuid();
const expiresAt = z.iso.datetime().nullable().exactOptional();

/** What the methods take. */
export interface MethodMeans extends SignInMeans, PushMeans {
  readonly wakeTriggers: () => void;
  readonly trials: ScriptTrials;
}

/** Makes the table of methods. */
export function workerMethods(means: MethodMeans): Record<keyof WorkerClient, RpcMethod> {
  return {
    createConnection: rpcMethod(
      z.object({ workspaceId, connector: z.string(), authScheme: z.string(), name: z.string(), values: texts, expiresAt }),
      (request) => createConnection(means, request),
    ),
    updateConnection: rpcMethod(
      z.object({
        workspaceId,
        id: z.uuid(),
        name: z.string().exactOptional(),
        values: texts.exactOptional(),
        expiresAt,
        onlyIfItWorks: z.boolean().exactOptional(),
      }),
      (request) => updateConnection(means, request),
    ),
    testConnection: rpcMethod(
      z.union([
        z.object({ workspaceId, id: z.uuid() }),
        z.object({ workspaceId, connector: z.string(), authScheme: z.string(), values: texts }),
      ]),
      (request) => testConnection(means, request),
    ),
    beginSignIn: rpcMethod(
      z.union([
        z.object({
          workspaceId,
          userId: z.string(),
          id: z.uuid(),
          name: z.string().exactOptional(),
          values: texts.exactOptional(),
          expiresAt,
        }),
        z.object({
          workspaceId,
          userId: z.string(),
          connector: z.string(),
          authScheme: z.string(),
          name: z.string(),
          values: texts,
          expiresAt,
        }),
      ]),
      (request) => beginSignIn(means, request),
    ),
    completeSignIn: rpcMethod(
      z.object({ workspaceId, userId: z.string().min(1), state: z.string().min(1).max(500), code: z.string().min(1).max(5000) }),
      (request) => completeSignIn(means, request),
    ),
    choices: rpcMethod(
      z.object({
        workspaceId,
        connectionId: z.uuid().exactOptional(),
        connector: z.string(),
        operation: z.string(),
        property: z.string(),
        values: anything,
        search: z.string().exactOptional(),
        page: z.string().exactOptional(),
      }),
      (request) => lookupChoices(means, request),
    ),
    fieldValues: rpcMethod(
      z.object({
        workspaceId,
        connectionId: z.uuid(),
        object: z.string(),
        field: z.string(),
        record: anything,
        search: z.string().exactOptional(),
        page: z.string().exactOptional(),
      }),
      (request) => lookupFieldValues(means, request),
    ),
    fields: rpcMethod(z.object({ workspaceId, connectionId: z.uuid(), object: z.string() }), (request) => lookupFields(means, request)),
    objects: rpcMethod(z.object({ workspaceId, connectionId: z.uuid() }), (request) => lookupObjects(means, request)),
    examples: rpcMethod(
      z.object({ workspaceId, connectionId: z.uuid().exactOptional(), connector: z.string(), operation: z.string(), input: anything }),
      (request) => triggerExamples(means, request),
    ),
    backlog: rpcMethod(
      z.object({ workspaceId, connectionId: z.uuid().exactOptional(), connector: z.string(), operation: z.string(), input: anything }),
      (request) => triggerBacklog(means, request),
    ),
    tryScript: rpcMethod(
      z.object({ workspaceId, code: z.string().max(100_000), scope: anything, timeoutMs: z.int().min(1).max(LONGEST_SCRIPT_MS) }),
      (request) => means.trials.run(request),
    ),
    deactivateTrigger: rpcMethod(z.object({ bindingId: z.uuid() }), (request) => deactivateTrigger(means, request.bindingId)),
    receivePush: rpcMethod(
      z.object({ bindingId: z.uuid(), method: z.string(), path: z.string(), query: texts, headers: texts, rawBodyBase64: z.string() }),
      async (request) => ({ runs: await receivePush(means, request) }),
    ),
    verifyHook: rpcMethod(
      z.object({ bindingId: z.uuid(), method: z.string(), path: z.string(), query: texts, headers: texts, rawBodyBase64: z.string() }),
      (request) => verifyHook(means, request),
    ),
    resumeAddress: rpcMethod(
      z.object({ workspaceId, runId: z.uuid(), path: z.string().max(2000), tokenHash: z.string() }),
      async (request) => resumeAddress(means, request),
    ),
    wakeTriggers: rpcMethod(z.object({}), async () => means.wakeTriggers()),
  };
}
