/** Starts ours: the real ingress and worker, on a migrated database, with the workflows published through the use cases. */
import { join } from 'node:path';
import pg from 'pg';
import { openDatabase } from '@weft/db';
import type { Database } from '@weft/db';
import { migrate } from '@weft/db/migrate';
import { openQueue } from '@weft/queue';
import { bootstrap, createLogger, createWorkerClient, createWorkflow, publishWorkflow, setWorkflowEnabled } from '@weft/runtime';
import type { Ctx } from '@weft/runtime';
import type { Catalog, ConnectorManifest } from '@weft/workflow';
import { startProcess } from './processes.ts';
import type { Started } from './processes.ts';
import type { Servers } from './servers.ts';
import type { Side } from './side.ts';
import { HOOK_TOKEN } from './workloads.ts';
import type { Workload } from './workloads.ts';

const root = join(import.meta.dirname, '..');

/** Ours, with what the figures of queues and memory need. */
export interface Product extends Side {
  readonly worker: Started;
  /** Runs are accepted meanwhile, and wait. */
  stopWorker(): Promise<void>;
  startWorker(): Promise<void>;
}

/** What {@link startProduct} takes. */
export interface ProductOptions {
  readonly servers: Servers;
  readonly database: string;
  readonly vendorUrl: string;
  readonly dir: string;
  readonly workloads: readonly Workload[];
  readonly nodeArgs?: readonly string[];
}

const SECRETS = { WEFT_INTERNAL_SECRET: 'bench-internal-secret', WEFT_ENCRYPTION_KEY: Buffer.alloc(32, 3).toString('base64') };

/** Starts both processes and publishes the workflows. */
export async function startProduct(options: ProductOptions): Promise<Product> {
  const databaseUrl = await options.servers.database(options.database);
  await migrate({ url: databaseUrl });
  let worker = await startWorker(options, databaseUrl);
  const ingress = await startIngress(options, { databaseUrl, workerPort: worker.port });
  const tokens = await publishAll(options, { databaseUrl, workerPort: worker.port });
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  return {
    name: 'ours',
    get pids() {
      return [ingress.pid, worker.pid];
    },
    databaseUrl,
    get worker() {
      return worker;
    },
    stopWorker: () => worker.stop(),
    startWorker: async () => {
      worker = await startWorker(options, databaseUrl);
    },
    target: (workload) => ({
      port: ingress.port,
      path: `/hooks/${tokens.get(workload.id)}`,
      headers: { 'x-weft-token': HOOK_TOKEN },
      body: workload.body,
    }),
    unfinished: async () => {
      const { rows } = await client.query<{ count: number }>('SELECT count(*)::int AS count FROM run');
      return rows[0]?.count ?? 0;
    },
    finishedAt: async (runIds) => {
      const { rows } = await client.query<{ id: string; at: number }>(
        `SELECT id, (extract(epoch FROM finished_at) * 1000)::float8 AS at FROM run_history WHERE id = ANY($1::uuid[]) AND status = 'succeeded'`,
        [runIds],
      );
      return new Map(rows.map(({ id, at }) => [id, at]));
    },
    stop: async () => {
      await ingress.stop();
      await worker.stop();
      await client.end();
    },
  };
}

type ProcessOptions = Pick<ProductOptions, 'servers' | 'vendorUrl' | 'dir' | 'nodeArgs'>;

/** As `npm start` does. */
function startWorker(options: ProcessOptions, databaseUrl: string): Promise<Started> {
  return startProcess({
    name: 'worker',
    script: join(root, 'apps/worker/src/main.ts'),
    env: {
      ...environment(options, databaseUrl),
      WEFT_ENCRYPTION_KEY: SECRETS.WEFT_ENCRYPTION_KEY,
      WEFT_WORKER_PORT: '0',
      WEFT_ALLOW_PRIVATE_HOSTS: new URL(options.vendorUrl).host,
    },
    ...logging(options),
  });
}

function startIngress(options: ProcessOptions, at: { readonly databaseUrl: string; readonly workerPort: number }): Promise<Started> {
  return startProcess({
    name: 'ingress',
    script: join(root, 'apps/ingress/src/main.ts'),
    env: { ...environment(options, at.databaseUrl), WEFT_INGRESS_PORT: '0', WEFT_WORKER_URL: `http://127.0.0.1:${at.workerPort}` },
    ...logging(options),
  });
}

function environment({ servers, dir }: ProcessOptions, databaseUrl: string): Record<string, string> {
  return {
    WEFT_INTERNAL_SECRET: SECRETS.WEFT_INTERNAL_SECRET,
    DATABASE_URL: databaseUrl,
    REDIS_URL: servers.redisUrl,
    WEFT_LOG: 'warn',
    WEFT_PUBLIC_URL: 'http://localhost:7263',
    NODE_COMPILE_CACHE: join(dir, 'compile-cache'),
  };
}

function logging({ dir, nodeArgs }: ProcessOptions) {
  return { logDir: dir, ...(nodeArgs ? { nodeArgs } : {}) };
}

async function publishAll(options: ProductOptions, at: { databaseUrl: string; workerPort: number }): Promise<Map<string, string>> {
  const db = openDatabase({ url: at.databaseUrl, max: 2 });
  const queue = await openQueue({ databaseUrl: at.databaseUrl, redisUrl: options.servers.redisUrl });
  const log = createLogger({ process: 'bench', level: 'error' });
  try {
    const { workspaceId } = await bootstrap({ db, log, env: {} });
    const ctx: Ctx = {
      db,
      queue,
      log,
      worker: createWorkerClient({ url: `http://127.0.0.1:${at.workerPort}`, secret: SECRETS.WEFT_INTERNAL_SECRET }),
      actor: { workspaceId, role: 'admin', name: 'Benchmark', via: 'system' },
      clock: { now: Date.now },
      catalog: await readCatalog(db),
    };
    const tokens = new Map<string, string>();
    for (const workload of options.workloads) tokens.set(workload.id, await publish(ctx, workload, options.vendorUrl));
    return tokens;
  } finally {
    await queue.close();
    await db.close();
  }
}

async function publish(ctx: Ctx, workload: Workload, vendorUrl: string): Promise<string> {
  const { id } = await createWorkflow(ctx, { name: workload.id, document: workload.document(vendorUrl) });
  await publishWorkflow(ctx, { id });
  await setWorkflowEnabled(ctx, { id, enabled: true });
  const binding = await ctx.db.prisma.triggerBinding.findFirst({ where: { workflowId: id, enabled: true } });
  if (!binding?.hookToken) throw new Error(`${workload.id} does not listen`);
  return binding.hookToken;
}

async function readCatalog(db: Database): Promise<() => Promise<Catalog>> {
  const rows = await db.prisma.connector.findMany();
  const manifests = new Map(rows.map((row) => [row.id, row.manifest as unknown as ConnectorManifest]));
  const catalog: Catalog = { connector: (id) => manifests.get(id), connectors: () => [...manifests.values()] };
  return async () => catalog;
}
