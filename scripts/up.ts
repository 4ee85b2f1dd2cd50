/**
 * `npm start`: builds what is missing, starts embedded PostgreSQL, migrates, and keeps web, ingress, worker and sandbox
 * alive until Ctrl-C. `DATABASE_URL` and `REDIS_URL` put real servers in the place of the embedded ones.
 */
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { randomBytes } from 'node:crypto';
import { build } from './build.ts';
import { keepPostgres } from './embedded-postgres.ts';
import { dataDir, freePort, publicPort, root, secretsOf } from './settings.ts';
import { Supervisor } from './supervisor.ts';
import type { ProcessSpec } from './supervisor.ts';

const LOOPBACK = new Set(['127.0.0.1', 'localhost', '::1']);

/** Brings everything up; returns when it is asked to stop. */
export async function up(options: { isDev: boolean }): Promise<void> {
  const started = performance.now();
  const say = (line: string): void => void process.stdout.write(`${line}\n`);
  const dir = dataDir();
  takeLock(dir);
  const stop = new StopRequest();
  const supervisor = new Supervisor({ logDir: join(dir, 'logs'), say });
  let postgres: Awaited<ReturnType<typeof openPostgres>>;
  try {
    build({ say, onlyClient: options.isDev });
    const secrets = secretsOf(dir);
    postgres = await openPostgres(dir, secrets.postgresPassword, say);
    const databaseUrl = postgres?.url ?? process.env['DATABASE_URL'] ?? '';
    await migrateDatabase(databaseUrl, say);
    const plan = await planProcesses({ dir, secrets, databaseUrl, isDev: options.isDev, say });
    for (const spec of plan.processes) {
      if (stop.isRequested) break;
      say(`Starting ${spec.name} …`);
      await supervisor.start(spec);
    }
    if (!stop.isRequested) announce({ plan, seconds: (performance.now() - started) / 1000, say });
    await stop.requested;
    stop.onAgain(() => supervisor.kill());
    say('\nStopping; runs under way are finished or handed over …');
  } catch (error) {
    process.exitCode = 1;
    say(`\nWeft could not start.\n${error instanceof Error ? error.message : String(error)}`);
  } finally {
    await supervisor.stop();
    await postgres?.stop();
    rmSync(join(dir, 'lock'), { force: true });
    say('Stopped.');
  }
  process.exit();
}

/** Two supervisors on one data folder would fight over it. */
function takeLock(dir: string): void {
  const file = join(dir, 'lock');
  if (existsSync(file)) {
    const holder = JSON.parse(readFileSync(file, 'utf8')) as { pid: number };
    if (holder.pid !== process.pid && isAlive(holder.pid)) {
      process.stdout.write(`Weft is already running on ${dir} (process ${holder.pid}). Stop it first, or set WEFT_DATA_DIR.\n`);
      process.exit(1);
    }
  }
  writeFileSync(file, JSON.stringify({ pid: process.pid }));
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    // A number may have been given to another program since: it only counts if it runs our script.
    const commandLine = `/proc/${pid}/cmdline`;
    return !existsSync(commandLine) || readFileSync(commandLine, 'utf8').includes('start.mjs');
  } catch {
    return false; // no such process
  }
}

async function openPostgres(
  dir: string,
  password: string,
  say: (line: string) => void,
): Promise<Awaited<ReturnType<typeof keepPostgres>> | undefined> {
  if (process.env['DATABASE_URL']) {
    say('Using the PostgreSQL of DATABASE_URL.');
    return undefined;
  }
  say('Starting embedded PostgreSQL …');
  return keepPostgres({ dataDir: join(dir, 'postgres'), port: await freePort('127.0.0.1'), password }, say);
}

async function migrateDatabase(url: string, say: (line: string) => void): Promise<void> {
  const { migrate } = await import('../packages/db/src/migrate.ts');
  const { applied } = await migrate({ url });
  if (applied.length > 0) say(`Prepared the database (${applied.length} ${applied.length === 1 ? 'migration' : 'migrations'}).`);
}

interface Plan {
  readonly url: string;
  readonly processes: readonly ProcessSpec[];
  readonly isDemo: boolean;
  readonly setupCode: string | undefined;
}

async function planProcesses(input: {
  dir: string;
  secrets: ReturnType<typeof secretsOf>;
  databaseUrl: string;
  isDev: boolean;
  say: (line: string) => void;
}): Promise<Plan> {
  const { secrets } = input;
  const host = process.env['WEFT_HOST'] ?? '127.0.0.1';
  const isDemo = process.env['WEFT_DEMO'] !== '0';
  const port = await publicPort(host, input.say);
  const [workerPort, ingressPort, sandboxPort] = [await freePort(), await freePort(), await freePort('127.0.0.1', 4010)];
  const url = process.env['WEFT_PUBLIC_URL'] ?? `http://${LOOPBACK.has(host) ? 'localhost' : host}:${port}`;
  const sandboxUrl = `http://127.0.0.1:${sandboxPort}`;
  // Whoever can reach the page could become its admin, so an address that others reach asks for a code from this console.
  const setupCode = process.env['WEFT_SETUP_CODE'] ?? (LOOPBACK.has(host) ? undefined : randomBytes(6).toString('base64url'));

  const common: Record<string, string> = {
    ...pick(['PATH', 'HOME', 'TMPDIR', 'LANG', 'NODE_EXTRA_CA_CERTS', 'WEFT_LOG', 'REDIS_URL', 'HTTPS_PROXY', 'NO_PROXY']),
    NODE_ENV: input.isDev ? 'development' : 'production',
    NODE_COMPILE_CACHE: join(input.dir, 'compile-cache'),
    TZ: 'UTC',
    DATABASE_URL: input.databaseUrl,
    WEFT_DATA_DIR: input.dir,
    WEFT_PUBLIC_URL: url,
    WEFT_TEMPLATES_DIR: process.env['WEFT_TEMPLATES_DIR'] ?? join(root, 'templates'),
    WEFT_INTERNAL_SECRET: secrets.internalSecret,
    WEFT_DEMO: isDemo ? '1' : '0',
    ...(isDemo ? { WEFT_SANDBOX_URL: sandboxUrl } : {}),
  };
  const watch = input.isDev ? ['--watch'] : [];
  const app = (name: string, script: string, env: Record<string, string>, more: { graceMs: number; nodeArgs?: string[] }): ProcessSpec => ({
    name,
    script: join(root, script),
    env: { ...common, ...env },
    readyMs: 60_000,
    graceMs: more.graceMs,
    nodeArgs: ['--disable-warning=ExperimentalWarning', ...watch, ...(more.nodeArgs ?? [])],
  });

  const worker = app(
    'worker',
    'apps/worker/src/main.ts',
    {
      ...pick(['WEFT_CONCURRENCY', 'WEFT_POLL_MS', 'WEFT_RETENTION_DAYS', 'WEFT_LEASE_DATABASE_URL', 'WEFT_RESTORED_AT']),
      WEFT_ENCRYPTION_KEY: process.env['WEFT_ENCRYPTION_KEY'] ?? secrets.encryptionKey,
      WEFT_WORKER_HOST: '127.0.0.1',
      WEFT_WORKER_PORT: String(workerPort),
      WEFT_ALLOW_PRIVATE_HOSTS: process.env['WEFT_ALLOW_PRIVATE_HOSTS'] ?? '',
      ...(isDemo && !process.env['WEFT_POLL_MS'] ? { WEFT_POLL_MS: '1000' } : {}),
    },
    { graceMs: 25_000 },
  );
  const ingress = app(
    'ingress',
    'apps/ingress/src/main.ts',
    {
      WEFT_INGRESS_HOST: '127.0.0.1',
      WEFT_INGRESS_PORT: process.env['WEFT_INGRESS_PORT'] ?? String(ingressPort),
      WEFT_WORKER_URL: `http://127.0.0.1:${workerPort}`,
    },
    { graceMs: 10_000 },
  );
  const web = app(
    'web',
    'apps/web/src/server/main.ts',
    {
      ...pick(['WEFT_ADMIN_EMAIL', 'WEFT_ADMIN_PASSWORD', 'WEFT_API_TOKEN']),
      ...(setupCode ? { WEFT_SETUP_CODE: setupCode } : {}),
      WEFT_HOST: host,
      WEFT_PORT: String(port),
      WEFT_AUTH_SECRET: secrets.authSecret,
      WEFT_WORKER_URL: `http://127.0.0.1:${workerPort}`,
      WEFT_INGRESS_URL: `http://127.0.0.1:${process.env['WEFT_INGRESS_PORT'] ?? ingressPort}`,
    },
    { graceMs: 10_000 },
  );
  const sandbox: ProcessSpec = {
    name: 'sandbox',
    script: join(root, 'packages/sandbox/src/main.ts'),
    // The vendors' stand-in knows nothing of ours: no database, no secret.
    env: {
      ...pick(['PATH', 'HOME', 'TMPDIR']),
      TZ: 'UTC',
      WEFT_SANDBOX_HOST: '127.0.0.1',
      WEFT_SANDBOX_PORT: String(sandboxPort),
      WEFT_SANDBOX_SNAPSHOT: join(input.dir, 'sandbox.json'),
    },
    readyMs: 30_000,
    graceMs: 5000,
    nodeArgs: ['--disable-warning=ExperimentalWarning', ...watch],
  };
  return { url, isDemo, setupCode, processes: [...(isDemo ? [sandbox] : []), worker, ingress, web] };
}

function announce(input: { plan: Plan; seconds: number; say: (line: string) => void }): void {
  const { plan, say } = input;
  say(`\nWeft is ready (${input.seconds.toFixed(1)} s):  ${plan.url}`);
  if (plan.setupCode) say(`The first sign-up asks for this code:  ${plan.setupCode}`);
  if (plan.isDemo) say(`With it run a demo CRM and a demo PSA; both open from the home page.`);
  say('Ctrl-C stops everything.');
}

function pick(names: readonly string[]): Record<string, string> {
  return Object.fromEntries(names.flatMap((name) => (process.env[name] === undefined ? [] : [[name, process.env[name]]])));
}

/** Ctrl-C, SIGTERM, or the end of the process that started us. */
class StopRequest {
  readonly requested: Promise<void>;
  isRequested = false;
  #again: (() => void) | undefined;

  constructor() {
    this.requested = new Promise((resolve) => {
      const ask = (): void => {
        if (this.isRequested) this.#again?.();
        this.isRequested = true;
        resolve();
      };
      for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, ask);
      process.on('disconnect', ask);
    });
  }

  /** What a further request does. */
  onAgain(action: () => void): void {
    this.#again = action;
  }
}
