/**
 * What use cases are given in tests: a real database, and a worker that is only noted down.
 */
import { toManifest } from '@weft/connector-kit';
import { connectors } from '@weft/connectors';
import { newId } from '@weft/db';
import type { Database } from '@weft/db';
import type { Actor, Ctx, WorkerClient } from '@weft/runtime';
import { createLogger } from '@weft/runtime';
import type { Catalog, ConnectorManifest, JsonValue } from '@weft/workflow';
import { testVendor } from './test-connector.ts';

const manifests = new Map(
  [...connectors, testVendor().connector].map((connector) => [connector.id, toManifest(connector) as ConnectorManifest]),
);

/** The connectors that we ship, and the test vendor. */
export const catalog: Catalog = { connector: (id) => manifests.get(id), connectors: () => [...manifests.values()] };

export interface TestCtx extends Ctx {
  /** What the worker was asked, in order. */
  readonly asked: string[];
}

/** A worker that a test does not mean to ask. */
export function refusingWorker(): WorkerClient {
  const refuse = (): never => {
    throw new Error('Not asked in these tests');
  };
  return {
    createConnection: refuse,
    updateConnection: refuse,
    testConnection: refuse,
    beginSignIn: refuse,
    completeSignIn: refuse,
    choices: refuse,
    fieldValues: refuse,
    fields: refuse,
    objects: refuse,
    examples: refuse,
    backlog: refuse,
    tryScript: refuse,
    receivePush: refuse,
    verifyHook: refuse,
    resumeAddress: refuse,
    deactivateTrigger: refuse,
    wakeTriggers: refuse,
  };
}

/** An admin of a new workspace. */
export async function adminOf(db: Database): Promise<TestCtx> {
  const { id: workspaceId } = await db.prisma.workspace.create({ data: { id: newId(), name: 'Test' } });
  return ctxOf(db, { workspaceId, role: 'admin', name: 'Ada', via: 'session' });
}

export function ctxOf(db: Database, actor: Actor): TestCtx {
  const asked: string[] = [];
  const worker: WorkerClient = {
    ...refusingWorker(),
    resumeAddress: async ({ runId, path }) => ({ url: `https://weft.example.com/resume/${runId}/${path}` }),
    deactivateTrigger: async ({ bindingId }) => {
      // The worker needs the row: it holds what the vendor calls the registration.
      const row = await db.prisma.triggerBinding.findUnique({ where: { id: bindingId } });
      asked.push(`deregister ${JSON.stringify(row?.cursor)}`);
    },
    wakeTriggers: async () => void asked.push('wake'),
  };
  return {
    asked,
    db,
    worker,
    actor,
    queue: {
      backend: 'postgres',
      ring: async () => undefined,
      listen: async () => ({ close: async () => undefined }),
      close: async () => undefined,
    },
    clock: { now: () => Date.now() },
    log: createLogger({ process: 'test', level: 'error' }),
    catalog: async () => catalog,
  };
}

export async function putConnection(ctx: Ctx, connector: string): Promise<string> {
  const id = newId();
  await ctx.db.prisma.connection.create({
    data: {
      id,
      workspaceId: ctx.actor.workspaceId,
      connector,
      authScheme: 'key',
      name: `${connector} ${id}`,
      publicValues: {},
      sealed: new Uint8Array([1]),
      keyId: 'k',
      status: 'ok',
    },
  });
  return id;
}

/** A document of one trigger and what follows. */
export function documentOf(trigger: Record<string, JsonValue>, more: Record<string, JsonValue> = {}): JsonValue {
  return { format: 'weft/workflow@1', name: 'Test', nodes: [{ id: 'start', kind: 'trigger', input: {}, ...trigger }], edges: [], ...more };
}
