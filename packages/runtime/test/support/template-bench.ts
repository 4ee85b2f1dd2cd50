/** A shipped template at work: installed as a person would, with a real worker, against both vendors' emulators. */
import { expect, vi } from 'vitest';
import { toManifest } from '@weft/connector-kit';
import { connectors } from '@weft/connectors';
import { freshDatabase } from '@weft/db/testing';
import type { FreshDatabase } from '@weft/db/testing';
import { openQueue } from '@weft/queue';
import {
  bootstrap,
  createLogger,
  createWorkerClient,
  getRun,
  getWorkflow,
  installTemplate,
  listConnections,
  listRuns,
} from '@weft/runtime';
import type { Ctx, RunDetail } from '@weft/runtime';
import { startWorker } from '@weft/runtime/worker';
import { startSandbox } from '@weft/sandbox';
import type { Sandbox } from '@weft/sandbox';
import type { Catalog, ConnectorManifest, JsonValue } from '@weft/workflow';
import { openCrmDesk, openPsaDesk } from './vendor-desk.ts';
import type { CrmDesk, Fields, PsaDesk } from './vendor-desk.ts';
import { ENCRYPTION_KEY, INTERNAL_SECRET, startWorkerProcess } from './worker-process.ts';
import { expireLeases } from './workflows.ts';

const manifests = new Map(connectors.map((connector) => [connector.id, toManifest(connector) as ConnectorManifest]));
const catalog: Catalog = { connector: (id) => manifests.get(id), connectors: () => [...manifests.values()] };

/** An installed template with everything around it. Disposing stops it all. */
export interface TemplateBench extends AsyncDisposable {
  readonly ctx: Ctx;
  readonly fresh: FreshDatabase;
  readonly sandbox: Sandbox;
  /** In the order of the template's file. */
  readonly workflowIds: readonly string[];
  readonly crm: CrmDesk;
  readonly psa: PsaDesk;
  /** The runs of one of the workflows that have ended, oldest first. */
  endedRuns(workflow: number): Promise<RunDetail[]>;
  /** The number-th ended run whose trigger is about this record; waits for it. */
  endedRun(recordId: string | number, options?: { workflow?: number; number?: number }): Promise<RunDetail>;
  /** Ends the worker as a crash does, lets its leases end, and starts another one. Only of a bench with its worker in a process. */
  crash(): Promise<void>;
  /** Waits until no trigger gave anything new for some polls and nothing is running: what did not happen by then does not happen. */
  settled(polls?: number): Promise<void>;
}

/** Starts the vendors, a worker and the template, and waits until it listens. */
export async function startTemplateBench(options: {
  readonly templateId: string;
  readonly config?: Readonly<Record<string, JsonValue>>;
  /** The worker runs in a process of its own, so that it can be killed. */
  readonly isWorkerApart?: boolean;
  /** Called with the vendors before the template is switched on. */
  readonly before?: (desks: { crm: CrmDesk; psa: PsaDesk; sandbox: Sandbox }) => Promise<void>;
}): Promise<TemplateBench> {
  process.env['WEFT_TEMPLATES_DIR'] = new URL('../../../../templates', import.meta.url).pathname;
  const log = createLogger({ process: 'test', write: () => {} });
  const [fresh, sandbox] = await Promise.all([freshDatabase(), startSandbox({ port: 0, seed: 'demo' })]);
  const { workspaceId } = await bootstrap({ db: fresh.db, log, env: {} });
  const open = async (port = 0): Promise<{ port: number; close(): Promise<unknown>; crash(): Promise<void> }> => {
    if (options.isWorkerApart === true) {
      const env = {
        WEFT_DEMO: '1',
        WEFT_SANDBOX_URL: sandbox.url,
        WEFT_PUBLIC_URL: 'https://weft.example.com',
        WEFT_POLL_MS: '100',
        WEFT_WORKER_PORT: String(port),
      };
      const apart = await startWorkerProcess({ databaseUrl: fresh.url, env });
      return { port: apart.port, close: () => apart.stop(), crash: () => apart.crash() };
    }
    const inside = await startWorker({
      databaseUrl: fresh.url,
      encryptionKey: ENCRYPTION_KEY,
      internalSecret: INTERNAL_SECRET,
      publicUrl: 'https://weft.example.com',
      pollMs: 100,
      sandboxUrl: sandbox.url,
      log,
    });
    return { port: inside.port, close: () => inside.close(), crash: () => Promise.reject(new Error('This worker is no process.')) };
  };
  let worker = await open();
  const queue = await openQueue({ databaseUrl: fresh.url });
  const ctx: Ctx = {
    db: fresh.db,
    queue,
    worker: createWorkerClient({ url: `http://127.0.0.1:${worker.port}`, secret: INTERNAL_SECRET }),
    actor: { workspaceId, role: 'admin', name: 'Ada', via: 'session' },
    clock: { now: () => Date.now() },
    log,
    catalog: async () => catalog,
  };
  const crm = await openCrmDesk(sandbox.url);
  const psa = openPsaDesk(sandbox.url);
  await options.before?.({ crm, psa, sandbox });
  const accounts = await demoAccounts(ctx);
  const bindings = { crm: accounts.get('salesforce') ?? '', psa: accounts.get('connectwise') ?? '' };
  const { workflowIds } = await installTemplate(ctx, {
    templateId: options.templateId,
    bindings,
    config: options.config ?? {},
    enable: true,
  });
  const trigger = async (id: string) => (await getWorkflow(ctx, { id })).trigger;
  for (const id of workflowIds)
    await vi.waitFor(async () => expect(await trigger(id)).toMatchObject({ activatedAt: expect.any(String) as string, lastError: null }), {
      timeout: 15_000,
    });
  const endedRuns = async (workflow: number): Promise<RunDetail[]> => {
    const { runs } = await listRuns(ctx, { workflowId: workflowIds[workflow] ?? '', limit: 200 });
    const details = await Promise.all(runs.map(({ id }) => getRun(ctx, { id })));
    return details.filter(({ run }) => run.finishedAt !== null).toReversed();
  };
  return {
    ctx,
    fresh,
    sandbox,
    workflowIds,
    crm,
    psa,
    endedRuns,
    endedRun: (recordId, { workflow = 0, number = 1 } = {}) =>
      vi.waitFor(
        async () => {
          const own = (await endedRuns(workflow)).filter((run) => recordIdOf(run) === String(recordId));
          expect(own.length).toBeGreaterThanOrEqual(number);
          return own[number - 1] as RunDetail;
        },
        { timeout: 20_000, interval: 50 },
      ),
    async settled(polls = 5) {
      const standing = async () => {
        const bindingRows = await fresh.db.prisma.triggerBinding.findMany({ where: { enabled: true }, orderBy: { id: 'asc' } });
        const totals = await Promise.all(workflowIds.map(async (workflowId) => (await listRuns(ctx, { workflowId, limit: 200 })).runs));
        return {
          polledAt: bindingRows.filter(({ mode }) => mode === 'poll').map(({ lastPolledAt }) => lastPolledAt?.getTime() ?? 0),
          runs: totals.flat().length,
          open: totals.flat().filter(({ finishedAt }) => finishedAt === null).length,
        };
      };
      for (let quiet = 0, before = await standing(); quiet < polls;) {
        const now = await vi.waitFor(
          async () => {
            const next = await standing();
            expect(next.polledAt.every((at, index) => at > (before.polledAt[index] ?? 0))).toBe(true);
            expect(next.open).toBe(0);
            return next;
          },
          { timeout: 45_000, interval: 50 },
        );
        quiet = now.runs === before.runs ? quiet + 1 : 0;
        before = now;
      }
    },
    async crash() {
      await worker.crash();
      await expireLeases(fresh.db);
      worker = await open(worker.port);
    },
    async [Symbol.asyncDispose]() {
      await worker.close();
      await queue.close();
      await sandbox.close();
      await fresh[Symbol.asyncDispose]();
    },
  };
}

/** Both demo accounts, once they are connected, by connector. */
async function demoAccounts(ctx: Ctx): Promise<Map<string, string>> {
  return vi.waitFor(
    async () => {
      const found = await listConnections(ctx);
      expect(found.map(({ connector, status }) => [connector, status]).toSorted()).toEqual([
        ['connectwise', 'ok'],
        ['salesforce', 'ok'],
      ]);
      return new Map(found.map(({ connector, id }) => [connector, id]));
    },
    { timeout: 15_000 },
  );
}

function recordIdOf({ input }: RunDetail): string {
  const { record } = input as { record?: Fields };
  return String(record?.['Id'] ?? record?.['id']);
}
