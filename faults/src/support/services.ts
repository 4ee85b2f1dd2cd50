/**
 * PostgreSQL and Redis as the suite mistreats them: real servers of its own, restarted, killed, flushed and filled up.
 */
import { execFileSync, spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { appendFileSync, chownSync, existsSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';
import { startProxy } from './proxy.ts';
import type { Proxy } from './proxy.ts';

/** A PostgreSQL server that somebody started. */
export interface StartedPostgres {
  readonly url: string;
  readonly ended: Promise<number | null>;
}

/** Starts a server on a folder; the one of the product's own embedded database. */
export type StartPostgres = (options: {
  readonly dataDir: string;
  readonly port: number;
  readonly password: string;
  readonly settings: readonly string[];
}) => Promise<StartedPostgres>;

/** How a server is ended: after its clients' statements, at once with a recovery at the next start, or not by itself at all. */
export type Ending = 'fast' | 'immediate' | 'kill';
const SIGNALS: Record<Ending, NodeJS.Signals> = { fast: 'SIGINT', immediate: 'SIGQUIT', kill: 'SIGKILL' };

/** The PostgreSQL of the suite. */
export interface Postgres {
  readonly port: number;
  /** Of a database of its name. */
  url(database: string): string;
  restart(ending: Ending, downMs?: number): Promise<void>;
  /** Copies its files while it is stopped, as a backup does, and starts it again. */
  backUp(): Promise<Backup>;
  /** Copies its files while it is stopped, and starts another server that follows it, over a link that can be cut. */
  standBy(): Promise<Standby>;
  stop(): Promise<void>;
}

/** A server that follows another one, some moments behind. */
export interface Standby {
  readonly port: number;
  readonly link: Proxy;
  url(database: string): string;
  /** Makes it a server of its own, which goes on from what it has got. */
  promote(): Promise<void>;
  stop(): Promise<void>;
}

/** What was in the files of a server at some time. */
export interface Backup {
  /** Starts another server on them, once. */
  restore(): Promise<{ url(database: string): string; stop(): Promise<void> }>;
}

/** Starts the server in a folder of its own. */
export async function startManagedPostgres(options: {
  readonly start: StartPostgres;
  readonly dir: string;
  readonly port: number;
  readonly freePort: () => Promise<number>;
}): Promise<Postgres> {
  const dataDir = join(options.dir, 'postgres');
  const launchOn = (folder: string, port: number): Promise<StartedPostgres> =>
    options.start({ dataDir: folder, port, password: 'faults', settings: ['max_connections=400', 'shared_buffers=128MB'] });
  const launch = (): Promise<StartedPostgres> => launchOn(dataDir, options.port);
  let server = await launch();
  let backups = 0;
  const end = async (ending: Ending): Promise<void> => {
    process.kill(postmasterOf(dataDir), SIGNALS[ending]);
    await server.ended;
    // Children of a killed server notice within moments that they are alone; the next one cannot start before.
    if (ending === 'kill') rmSync(join(dataDir, 'postmaster.pid'), { force: true });
  };
  return {
    port: options.port,
    url: (database) => urlOf(server, database),
    restart: async (ending, downMs = 0) => {
      await end(ending);
      await delay(downMs);
      server = await untilStarted(launch);
    },
    backUp: async () => {
      backups += 1;
      const folder = `${dataDir}-backup-${backups}`;
      await end('fast');
      execFileSync('cp', ['-a', dataDir, folder]);
      server = await untilStarted(launch);
      return {
        restore: async () => {
          const restored = await launchOn(folder, await options.freePort());
          return {
            url: (database) => urlOf(restored, database),
            stop: async () => {
              process.kill(postmasterOf(folder), SIGNALS.immediate);
              await restored.ended;
              rmSync(folder, { recursive: true, force: true });
            },
          };
        },
      };
    },
    standBy: async () => {
      backups += 1;
      const folder = `${dataDir}-standby-${backups}`;
      await end('fast');
      execFileSync('cp', ['-a', dataDir, folder]);
      server = await untilStarted(launch);
      const link = await startProxy(options.port);
      const { uid, gid } = statSync(folder);
      const followed = new URL(server.url);
      const settings = `primary_conninfo = 'host=127.0.0.1 port=${link.port} user=${followed.username} password=${followed.password}'\n`;
      appendFileSync(join(folder, 'postgresql.auto.conf'), settings);
      writeFileSync(join(folder, 'standby.signal'), '');
      chownSync(join(folder, 'standby.signal'), uid, gid);
      const port = await options.freePort();
      const follower = await launchOn(folder, port);
      return {
        port,
        link,
        url: (database) => urlOf(follower, database),
        promote: async () => {
          const client = new pg.Client({ connectionString: urlOf(follower, 'postgres') });
          await client.connect();
          await client.query('SELECT pg_promote()');
          await client.end();
        },
        stop: async () => {
          process.kill(postmasterOf(folder), SIGNALS.immediate);
          await follower.ended;
          await link.stop();
          rmSync(folder, { recursive: true, force: true });
        },
      };
    },
    stop: () => end('immediate'),
  };
}

function urlOf(server: StartedPostgres, database: string): string {
  const url = new URL(server.url);
  url.pathname = `/${database}`;
  return url.href;
}

async function untilStarted(launch: () => Promise<StartedPostgres>): Promise<StartedPostgres> {
  for (let attempt = 0; ; attempt += 1) {
    try {
      return await launch();
    } catch (error) {
      if (attempt >= 20) throw error;
      await delay(250);
    }
  }
}

function postmasterOf(dataDir: string): number {
  const file = join(dataDir, 'postmaster.pid');
  if (!existsSync(file)) throw new Error('PostgreSQL is not running');
  return Number(readFileSync(file, 'utf8').split('\n')[0]);
}

/** The Redis of the suite. */
export interface RedisServer {
  readonly port: number;
  readonly url: string;
  kill(): Promise<void>;
  start(): Promise<void>;
}

/** Starts Redis without persistence: what it is asked to keep is gone when it ends. */
export async function startManagedRedis(options: {
  readonly command: string;
  readonly dir: string;
  readonly port: number;
}): Promise<RedisServer> {
  let child: ChildProcess | undefined;
  const start = async (): Promise<void> => {
    const args = ['--port', String(options.port), '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no', '--dir', options.dir];
    child = spawn(options.command, args, { stdio: ['ignore', 'pipe', 'inherit'] });
    const server = child;
    await new Promise<void>((resolve, reject) => {
      server.stdout?.on('data', (chunk: Buffer) => {
        if (chunk.toString().includes('Ready to accept connections')) resolve();
      });
      server.once('exit', (code) => reject(new Error(`redis-server ended with code ${code}`)));
    });
  };
  await start();
  return {
    port: options.port,
    url: `redis://127.0.0.1:${options.port}`,
    kill: async () => {
      if (!child || child.exitCode !== null || child.signalCode !== null) return;
      const ended = once(child, 'exit');
      child.kill('SIGKILL');
      await ended;
    },
    start,
  };
}
