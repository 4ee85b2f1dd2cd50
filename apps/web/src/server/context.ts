/** The resources of the web process, and what use cases are given. Opened once, when they are first needed. */
import 'server-only';
import { openDatabase } from '@weft/db';
import type { Database } from '@weft/db';
import { openQueue } from '@weft/queue';
import type { HintQueue } from '@weft/queue';
import { createLogger, createWorkerClient, logLevelFrom } from '@weft/runtime';
import type { Actor, Ctx, Logger, WorkerClient } from '@weft/runtime';
import type { Catalog, ConnectorManifest } from '@weft/workflow';

interface Resources {
  database?: Database;
  queue?: Promise<HintQueue>;
  worker?: WorkerClient;
  log?: Logger;
  catalog?: { readonly catalog: Catalog; readonly readAt: number };
}

// Next compiles routes apart from each other: one set per process, kept where all of them find it.
const kept = ((globalThis as { weftResources?: Resources }).weftResources ??= {});
const CATALOG_MS = 5000;

/** The process's log. */
export function logger(): Logger {
  return (kept.log ??= createLogger({ process: 'web', level: logLevelFrom(process.env['WEFT_LOG']) }));
}

/** The process's database. */
export function database(): Database {
  return (kept.database ??= openDatabase({
    url: process.env['DATABASE_URL'] ?? '',
    applicationName: 'weft-web',
    onError: (error) => logger().warn('A database connection broke', { error }),
  }));
}

/** What a use case is given when `actor` asks. */
export async function useCaseContext(actor: Actor): Promise<Ctx> {
  kept.queue ??= openQueue({
    databaseUrl: process.env['DATABASE_URL'] ?? '',
    ...(process.env['REDIS_URL'] ? { redisUrl: process.env['REDIS_URL'] } : {}),
    onError: (error) => logger().warn('The queue did not answer', { error }),
  });
  kept.worker ??= createWorkerClient({
    url: process.env['WEFT_WORKER_URL'] ?? 'http://127.0.0.1:7265',
    secret: process.env['WEFT_INTERNAL_SECRET'] ?? '',
  });
  return { db: database(), queue: await kept.queue, worker: kept.worker, actor, clock: { now: () => Date.now() }, log: logger(), catalog };
}

/** The connectors that workers have published; asked again after a few seconds. */
async function catalog(): Promise<Catalog> {
  if (kept.catalog && Date.now() - kept.catalog.readAt < CATALOG_MS) return kept.catalog.catalog;
  const rows = await database().prisma.connector.findMany({ orderBy: { id: 'asc' } });
  // Workers write manifests of exactly this type.
  const manifests = new Map(rows.map((row) => [row.id, row.manifest as unknown as ConnectorManifest]));
  const made: Catalog = { connector: (id) => manifests.get(id), connectors: () => [...manifests.values()] };
  kept.catalog = { catalog: made, readAt: Date.now() };
  return made;
}
