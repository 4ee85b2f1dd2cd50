/** What `npm start` needs to know before it starts anything: folders, ports, secrets. */
import { randomBytes } from 'node:crypto';
import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = dirname(dirname(fileURLToPath(import.meta.url)));

/** The port of the product when nobody says otherwise. */
const DEFAULT_PORT = 7263;

/** Secrets that an installation makes once and keeps, readable by its owner only. */
export interface Secrets {
  /** Master key of sealed connection values: 32 bytes, base64. Only workers get it. */
  readonly encryptionKey: string;
  /** Signs the session cookies. Only the web process gets it. */
  readonly authSecret: string;
  /** Lets web and ingress talk to the workers. */
  readonly internalSecret: string;
  readonly postgresPassword: string;
}

/** The data folder, made when it is missing. */
export function dataDir(): string {
  const dir = resolve(process.env['WEFT_DATA_DIR'] ?? join(root, '.weft'));
  mkdirSync(dir, { recursive: true });
  return dir;
}

/** Reads the secrets of a data folder, making them the first time. */
export function secretsOf(dir: string): Secrets {
  const file = join(dir, 'secrets.json');
  if (existsSync(file)) return JSON.parse(readFileSync(file, 'utf8')) as Secrets;
  const random = (bytes: number): string => randomBytes(bytes).toString('base64');
  const secrets: Secrets = {
    encryptionKey: random(32),
    authSecret: random(32),
    internalSecret: random(32),
    postgresPassword: randomBytes(24).toString('base64url'),
  };
  writeFileSync(file, JSON.stringify(secrets, null, 2), { mode: 0o600 });
  chmodSync(file, 0o600);
  return secrets;
}

/** The host and port of the product; when the port is taken, says so and gives another. */
export async function publicPort(host: string, say: (line: string) => void): Promise<number> {
  const wanted = Number(process.env['WEFT_PORT'] ?? DEFAULT_PORT);
  if (!Number.isInteger(wanted) || wanted < 0 || wanted > 65535) {
    throw new Error(`WEFT_PORT is "${process.env['WEFT_PORT']}"; it must be a port number from 0 to 65535.`);
  }
  if (await isFree(wanted, host)) return wanted === 0 ? freePort(host) : wanted;
  const other = await freePort(host);
  say(`Port ${wanted} is taken by another program; using ${other} instead (WEFT_PORT chooses).`);
  return other;
}

/**
 * Where free ports are looked for: below those from which systems take the ports of outgoing connections (Linux: 32768 and
 * up). One of those may be in use by the time that somebody listens there.
 */
const FIRST_PORT = 20_000;
const PORTS = 12_000;
const TRIES = 50;
/** Given away by this process, and perhaps not listened at yet. */
const given = new Set<number>();

/** A free port, the preferred one if it is. */
export async function freePort(host = '127.0.0.1', preferred?: number): Promise<number> {
  if (preferred !== undefined && (await isFree(preferred, host))) return preferred;
  for (let tries = 0; tries < TRIES; tries += 1) {
    const port = FIRST_PORT + Math.floor(Math.random() * PORTS);
    if (given.has(port) || !(await isFree(port, host))) continue;
    given.add(port);
    return port;
  }
  return anyPort(host);
}

/** Whatever the system gives. */
function anyPort(host: string): Promise<number> {
  return new Promise((resolvePort, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, host, () => {
      const { port } = server.address() as { port: number };
      server.close(() => resolvePort(port));
    });
  });
}

function isFree(port: number, host: string): Promise<boolean> {
  return new Promise((resolveFree) => {
    const server = createServer();
    server.once('error', () => resolveFree(false));
    server.listen(port, host, () => server.close(() => resolveFree(true)));
  });
}
