/** What the pages give to use cases, so that a test can do what people do: draft, publish, switch on and off, delete. */
import { openQueue } from '@weft/queue';
import { createLogger, createWorkerClient } from '@weft/runtime';
import type { Ctx } from '@weft/runtime';
import type { Catalog, ConnectorManifest } from '@weft/workflow';
import type { Bench } from './bench.ts';
import { INTERNAL_SECRET } from './processes.ts';
import type { RunningProcess } from './processes.ts';

/** A context of an admin of a workspace, whose questions a worker answers. */
export async function contextOf(
  bench: Bench,
  options: { readonly workspaceId: string; readonly worker: RunningProcess },
): Promise<Ctx & AsyncDisposable> {
  const { suite, databaseUrl, db } = bench;
  const queue = await openQueue({ databaseUrl, ...(suite.backend === 'redis' ? { redisUrl: `${suite.redis.url}/1` } : {}) });
  const rows = await db.prisma.connector.findMany();
  // Workers write manifests of exactly this type.
  const manifests = new Map(rows.map((row) => [row.id, row.manifest as unknown as ConnectorManifest]));
  const catalog: Catalog = { connector: (id) => manifests.get(id), connectors: () => [...manifests.values()] };
  return {
    db,
    queue,
    worker: createWorkerClient({ url: `http://127.0.0.1:${options.worker.port}`, secret: INTERNAL_SECRET }),
    actor: { workspaceId: options.workspaceId, role: 'admin', name: 'the suite', via: 'system' },
    clock: { now: () => Date.now() },
    log: createLogger({ process: 'faults', level: 'error' }),
    catalog: () => Promise.resolve(catalog),
    [Symbol.asyncDispose]: () => queue.close(),
  };
}
