/**
 * One pool of connections for a process, shared by the hot-path SQL and by Prisma.
 */
import pg from 'pg';
import { PrismaPg } from '@prisma/adapter-pg';
import { connectionSettings } from './connection-settings.ts';
import { PrismaClient } from './generated/client.ts';

export type { PrismaClient } from './generated/client.ts';

/** Anything that runs a statement: the pool, or one connection inside a transaction. */
export type Queryable = Pick<pg.Pool, 'query'>;

/** The database of a process. */
export interface Database {
  readonly pool: pg.Pool;
  /** For the statements that make, take and end runs: few connections, whose plans are made once. */
  readonly hot: pg.Pool;
  readonly prisma: PrismaClient;
  /** Runs `work` in one transaction on one connection; rolls back when it throws. */
  transaction<T>(work: (client: pg.PoolClient) => Promise<T>): Promise<T>;
  close(): Promise<void>;
}

/** Options of {@link openDatabase}. */
export interface DatabaseOptions {
  readonly url: string;
  /** Connections at most; 10 when absent. */
  readonly max?: number;
  /** Seen in `pg_stat_activity`. */
  readonly applicationName?: string;
  /** Told of connections that broke while idle; the pool replaces them by itself. */
  readonly onError?: (error: Error) => void;
}

/**
 * The hot statements find rows by key whatever the statistics of a table say that is empty at one moment and full at the
 * next; and they are too long to be planned each time.
 */
const HOT_SETTINGS = '-c plan_cache_mode=force_generic_plan -c enable_seqscan=off -c enable_bitmapscan=off';
const HOT_CONNECTIONS = 4;

/** Opens the pools. Connections are made when they are first needed. */
export function openDatabase(options: DatabaseOptions): Database {
  const hot = new pg.Pool({ ...connectionSettings(options), options: HOT_SETTINGS, max: HOT_CONNECTIONS, idleTimeoutMillis: 30_000 });
  hot.on('error', (error) => options.onError?.(error));
  const pool = new pg.Pool({ ...connectionSettings(options), max: options.max ?? 10, idleTimeoutMillis: 30_000 });
  // Without a listener a connection that breaks while idle would end the process.
  pool.on('error', (error) => options.onError?.(error));
  // So would one that breaks in the middle of a transaction, although the next statement says so.
  for (const each of [hot, pool]) each.on('connect', (client) => void client.on('error', () => {}));
  const prisma = new PrismaClient({ adapter: new PrismaPg(pool) });
  return {
    pool,
    hot,
    prisma,
    transaction: (work) => inTransaction(pool, work),
    close: async () => {
      await prisma.$disconnect();
      if (!pool.ended) await pool.end();
      if (!hot.ended) await hot.end();
    },
  };
}

async function inTransaction<T>(pool: pg.Pool, work: (client: pg.PoolClient) => Promise<T>): Promise<T> {
  const client = await pool.connect();
  let broken: Error | undefined;
  try {
    await client.query('BEGIN');
    const result = await work(client);
    await client.query('COMMIT');
    return result;
  } catch (error) {
    // A rollback that fails leaves a connection in an unknown state, so it is thrown away.
    await client.query('ROLLBACK').catch((failure: Error) => (broken = failure));
    throw error;
  } finally {
    client.release(broken);
  }
}
