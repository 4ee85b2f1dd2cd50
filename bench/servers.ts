/** What both sides run on: one PostgreSQL that flushes every commit, one Redis. Both listen on 127.0.0.1 only. */
import { execFileSync, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { startPostgres } from '../scripts/embedded-postgres.ts';
import { freePort } from '../scripts/settings.ts';

/** A running pair of servers. */
export interface Servers {
  /** Address of the database `weft`; `database` gives that of another one, which is made. */
  readonly databaseUrl: string;
  database(name: string): Promise<string>;
  readonly redisUrl: string;
  readonly postgresPid: number;
  readonly redisPid: number;
  stop(): Promise<void>;
}

/** Starts both in a folder. Throws when there is no redis-server. */
export async function startServers(dir: string): Promise<Servers> {
  const dataDir = join(dir, 'postgres');
  const settings = [
    'fsync=on',
    'synchronous_commit=on',
    'shared_buffers=512MB',
    // A checkpoint in the middle of one repetition and not of another would make the two incomparable.
    'max_wal_size=8GB',
    'checkpoint_timeout=60min',
    'max_connections=200',
  ];
  const postgres = await startPostgres({ dataDir, port: await freePort(), password: 'bench', settings });
  const redis = await startRedis(dir);
  return {
    databaseUrl: postgres.url,
    database: (name) => makeDatabase(postgres.url, name),
    redisUrl: redis.url,
    postgresPid: Number(readFileSync(join(dataDir, 'postmaster.pid'), 'utf8').split('\n')[0]),
    redisPid: redis.pid,
    stop: async () => {
      await redis.stop();
      await postgres.stop();
    },
  };
}

async function makeDatabase(url: string, name: string): Promise<string> {
  const { Client } = (await import('pg')).default;
  const client = new Client({ connectionString: url });
  await client.connect();
  await client.query(`CREATE DATABASE ${name}`);
  await client.end();
  return Object.assign(new URL(url), { pathname: `/${name}` }).href;
}

async function startRedis(dir: string): Promise<{ url: string; pid: number; stop(): Promise<void> }> {
  const command = execFileSync('sh', ['-c', 'command -v redis-server || true'], { encoding: 'utf8' }).trim();
  if (!command) throw new Error('The benchmark needs redis-server: the floor is built on it. Install it and run again.');
  const port = await freePort();
  const child = spawn(command, ['--port', String(port), '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no', '--dir', dir], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = new Promise((resolve) => child.once('exit', resolve));
  await new Promise<void>((resolve, reject) => {
    child.stdout.on('data', (chunk: Buffer) => {
      if (chunk.toString().includes('Ready to accept connections')) resolve();
    });
    child.once('exit', (code) => reject(new Error(`redis-server ended with code ${code}`)));
  });
  return {
    url: `redis://127.0.0.1:${port}`,
    pid: child.pid ?? 0,
    stop: async () => {
      child.kill('SIGTERM');
      await ended;
    },
  };
}
