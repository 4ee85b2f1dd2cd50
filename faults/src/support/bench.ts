/**
 * What a test of faults works with: a fresh database and queue behind proxies, a vendor that counts, processes that can
 * be killed, workflows to run, and a checker that reads afterwards what became of everything that was accepted.
 */
import { setTimeout as delay } from 'node:timers/promises';
import { newId, openDatabase } from '@weft/db';
import type { Database } from '@weft/db';
import { migrate } from '@weft/db/migrate';
import { workflowSchema } from '@weft/workflow';
import { Redis } from 'ioredis';
import pg from 'pg';
import { startProcess } from './processes.ts';
import type { RunningProcess } from './processes.ts';
import { startProxy } from './proxy.ts';
import type { Proxy } from './proxy.ts';
import { seeded } from './random.ts';
import type { Random } from './random.ts';
import type { Postgres, RedisServer } from './services.ts';
import type { Vendor } from './vendor.ts';

/** What all tests of a run of the suite share. */
export interface Suite {
  readonly postgres: Postgres;
  readonly redis: RedisServer;
  readonly vendor: Vendor;
  /** Workers are woken through Redis, or through PostgreSQL. */
  readonly backend: 'redis' | 'postgres';
  readonly seed: number;
  /** The long form: ten times as much of everything. */
  readonly isLong: boolean;
  /** Folder of the code that the processes run: this repository, or a copy of it with a fault in it. */
  readonly code: string;
}

/** A workflow in the database, with the address that starts it. */
export interface FaultWorkflow {
  readonly workspaceId: string;
  readonly workflowId: string;
  readonly versionId: string;
  readonly hookToken: string;
}

/** A document without what all of them have. */
export type DocumentInput = {
  readonly nodes: readonly unknown[];
  readonly edges: readonly unknown[];
  readonly settings?: unknown;
  readonly slots?: unknown;
};

export interface Bench extends AsyncDisposable {
  readonly suite: Suite;
  readonly random: Random;
  /** The database itself, past the proxy. */
  readonly db: Database;
  readonly databaseUrl: string;
  readonly vendor: Vendor;
  /** What stands between our processes and the servers. */
  readonly links: { readonly postgres: Proxy; readonly redis: Proxy };
  /** As many as given, or ten times that in the long form. */
  scale(count: number): number;
  /** `code`: the folder of another build than the suite's. */
  startWorker(env?: Readonly<Record<string, string>>, code?: string): Promise<RunningProcess>;
  startIngress(env?: Readonly<Record<string, string>>, code?: string): Promise<RunningProcess>;
  put(document: DocumentInput): Promise<FaultWorkflow>;
  flushRedis(): Promise<void>;
  /** The last lines that each process wrote, of those that wrote any. */
  lastWords(): string[];
}

/** How long a claim holds in the suite: short, so that recovery can be waited for. */
export const LEASE_MS = 4000;

const LAST_LINES = 8;
const LONGEST_LINE = 300;
let tests = 0;

/** Makes the bench of one test. */
export async function openBench(suite: Suite): Promise<Bench> {
  tests += 1;
  const name = `faults_${process.pid}_${tests}`;
  await admin(suite, `CREATE DATABASE ${name}`);
  const databaseUrl = suite.postgres.url(name);
  await migrate({ url: databaseUrl });
  const db = openDatabase({ url: databaseUrl, applicationName: 'weft-faults', max: 20 });
  suite.vendor.reset();
  const links = { postgres: await startProxy(suite.postgres.port), redis: await startProxy(suite.redis.port) };
  await flush(suite);
  const processes: RunningProcess[] = [];
  const through = (url: string, port: number): string => {
    const proxied = new URL(url);
    proxied.port = String(port);
    return proxied.href;
  };
  const start = async (kind: 'worker' | 'ingress', env: Readonly<Record<string, string>>, code = suite.code): Promise<RunningProcess> => {
    const started = await startProcess(code, kind, {
      DATABASE_URL: through(databaseUrl, links.postgres.port),
      WEFT_LEASE_MS: String(LEASE_MS),
      ...(suite.backend === 'redis' ? { REDIS_URL: `${through(suite.redis.url, links.redis.port)}/1` } : {}),
      ...env,
    });
    processes.push(started);
    return started;
  };
  return {
    suite,
    random: seeded(suite.seed),
    db,
    databaseUrl,
    vendor: suite.vendor,
    links,
    scale: (count) => (suite.isLong ? count * 10 : count),
    startWorker: (env = {}, code) => start('worker', env, code),
    startIngress: (env = {}, code) => start('ingress', env, code),
    put: (document) => putWorkflow(db, document),
    flushRedis: () => flush(suite),
    lastWords: () =>
      processes.flatMap(({ kind, pid, output }) =>
        output === ''
          ? []
          : [
              `${kind} ${pid}:`,
              ...output
                .trimEnd()
                .split('\n')
                .slice(-LAST_LINES)
                .map((line) => line.slice(0, LONGEST_LINE)),
            ],
      ),
    [Symbol.asyncDispose]: async () => {
      for (const process of processes) process.thaw();
      await Promise.all(processes.map((process) => process.kill()));
      await Promise.all([links.postgres.stop(), links.redis.stop()]);
      await db.close();
      await admin(suite, `DROP DATABASE IF EXISTS ${name} WITH (FORCE)`);
    },
  };
}

async function flush(suite: Suite): Promise<void> {
  const redis = new Redis(suite.redis.url, { lazyConnect: true, retryStrategy: () => null });
  redis.on('error', () => {}); // it may be down: then there is nothing to flush
  await redis.connect().then(
    () => redis.flushall(),
    () => {},
  );
  redis.disconnect();
}

async function admin(suite: Suite, statement: string): Promise<void> {
  for (let attempt = 0; ; attempt += 1) {
    const client = new pg.Client({ connectionString: suite.postgres.url('postgres') });
    try {
      await client.connect();
      await client.query(statement);
      return;
    } catch (error) {
      if (attempt >= 20) throw error;
      await delay(250);
    } finally {
      await client.end().catch(() => {}); // it may never have been connected
    }
  }
}

async function putWorkflow(db: Database, input: DocumentInput): Promise<FaultWorkflow> {
  const document = workflowSchema.parse({ format: 'weft/workflow@1', name: 'Faults', ...input });
  const ids = { workspaceId: newId(), workflowId: newId(), versionId: newId() };
  const hookToken = `hook-${ids.workflowId}`;
  await db.prisma.workspace.create({ data: { id: ids.workspaceId, name: 'Faults' } });
  await db.prisma.workflow.create({
    data: { id: ids.workflowId, workspaceId: ids.workspaceId, name: 'Faults', draft: document, enabled: true },
  });
  await db.prisma.workflowVersion.create({ data: { id: ids.versionId, workflowId: ids.workflowId, number: 1, document } });
  await db.prisma.triggerBinding.create({
    data: {
      ...ids,
      id: newId(),
      nodeId: 'start',
      connector: 'webhook',
      operation: 'received',
      mode: 'webhook',
      input: { method: 'POST' },
      hookToken,
      activatedAt: new Date(),
    },
  });
  return { ...ids, hookToken };
}
