/** People who use the product while it is being broken: what the web process does for them, called as it calls it. */
import { openQueue } from '@weft/queue';
import { createLogger, createWorkerClient } from '@weft/runtime';
import type { Actor, Ctx } from '@weft/runtime';
import type { Catalog, ConnectorManifest } from '@weft/workflow';
import type { Bench, FaultWorkflow } from './bench.ts';
import { INTERNAL_SECRET } from './processes.ts';

export interface Office extends AsyncDisposable {
  /** What use cases are given when a person of a workflow's workspace asks. */
  ctxOf(workflow: Pick<FaultWorkflow, 'workspaceId'>, person: { readonly name: string; readonly role?: Actor['role'] }): Ctx;
}

/** Opens it. `workerPort`: of the worker that is asked what only workers can do. */
export async function openOffice(bench: Bench, options: { readonly workerPort?: number } = {}): Promise<Office> {
  const { suite, links, databaseUrl, db } = bench;
  const queue = await openQueue({
    databaseUrl,
    ...(suite.backend === 'redis' ? { redisUrl: `redis://127.0.0.1:${links.redis.port}/1` } : {}),
    onError: () => {}, // a bell that is broken costs latency, which is what is measured
  });
  const worker = createWorkerClient({ url: `http://127.0.0.1:${options.workerPort ?? 1}`, secret: INTERNAL_SECRET });
  return {
    ctxOf: ({ workspaceId }, { name, role = 'operator' }) => ({
      db,
      queue,
      worker,
      actor: { workspaceId, role, name, via: 'session' },
      clock: { now: () => Date.now() },
      log: createLogger({ process: 'office', level: 'error' }),
      catalog: () => publishedCatalog(bench),
    }),
    [Symbol.asyncDispose]: () => queue.close(),
  };
}

/** The connectors that a worker has published. */
async function publishedCatalog({ db }: Bench): Promise<Catalog> {
  const rows = await db.prisma.connector.findMany({ orderBy: { id: 'asc' } });
  // Workers write manifests of exactly this type.
  const manifests = new Map(rows.map((row) => [row.id, row.manifest as unknown as ConnectorManifest]));
  return { connector: (id) => manifests.get(id), connectors: () => [...manifests.values()] };
}
