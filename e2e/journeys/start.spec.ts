import { createServer } from 'node:net';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';
import { expect, test } from 'vitest';
import { startProduct } from '../support/product.ts';

/** Waits until `check` gives something true, and fails after ten seconds. */
async function eventually<T>(what: string, check: () => T | Promise<T>): Promise<T> {
  for (let waited = 0; waited < 10_000; waited += 100) {
    const result = await Promise.resolve(check());
    if (result) return result;
    await delay(100);
  }
  throw new Error(`Waited ten seconds in vain: ${what}`);
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return readFileSync(`/proc/${pid}/stat`, 'utf8').split(' ')[2] !== 'Z';
  } catch {
    return false;
  }
}

function processesOf(pids: readonly number[], script: string): number[] {
  return pids.filter((pid) => readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes(script));
}

test('npm start prints one address, answers on it, restarts what crashes, and leaves no process behind', async () => {
  await using weft = await startProduct();
  expect((await fetch(`${weft.url}/api/health`)).status).toBe(200);
  expect((await fetch(`${weft.url}/hooks/nobody-knows-this`, { method: 'POST' })).status).toBe(404);
  expect(weft.output().match(/Weft is ready/g)).toHaveLength(1);

  const [worker] = processesOf(weft.processIds(), 'apps/worker/src/main.ts');
  expect(worker).toBeDefined();
  process.kill(worker ?? 0, 'SIGKILL');
  await eventually('the worker is started again', () => weft.output().includes('worker is back'));

  const all = weft.processIds();
  expect(all.length).toBeGreaterThan(5);
  expect(await weft.stop()).toBe(0);
  await eventually('every process has ended', () => all.every((pid) => !isAlive(pid)));
});

test('a database that is killed comes back with what it had, and the product with it', async () => {
  const dataDir = mkdtempSync(join(tmpdir(), 'weft-e2e-'));
  try {
    await using weft = await startProduct({ dataDir });
    const postmaster = Number(readFileSync(join(dataDir, 'postgres', 'postmaster.pid'), 'utf8').split('\n')[0]);
    process.kill(postmaster, 'SIGKILL');
    await eventually('PostgreSQL is started again', () => weft.output().includes('PostgreSQL is back'));
    await eventually('the product is ready again', async () =>
      fetch(`${weft.url}/api/ready`).then(
        ({ status }) => status === 200,
        () => false,
      ),
    );
    expect(await weft.stop()).toBe(0);
    await eventually('no server is left', () => !existsSync(join(dataDir, 'postgres', 'postmaster.pid')));
  } finally {
    rmSync(dataDir, { recursive: true, force: true });
  }
});

test('a supervisor that is killed takes its processes along, and the next start goes on with the same data', async () => {
  const dataDir = mkdtempSync(join(tmpdir(), 'weft-e2e-'));
  try {
    const first = await startProduct({ dataDir });
    const all = first.processIds();
    process.kill(all[0] ?? 0, 'SIGKILL');
    const nodes = all.filter((pid) => pid !== all[0] && isAlive(pid) && readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes('main.ts'));
    await eventually('web, ingress, worker and sandbox have ended', () => nodes.every((pid) => !isAlive(pid)));
    await using second = await startProduct({ dataDir });
    expect((await fetch(`${second.url}/api/ready`)).status).toBe(200);
    await second.stop();
  } finally {
    rmSync(dataDir, { recursive: true, force: true });
  }
});

test('a taken port is said and another one is used', async () => {
  const blocker = createServer();
  await new Promise<void>((done) => blocker.listen(0, '127.0.0.1', done));
  const { port } = blocker.address() as { port: number };
  try {
    await using weft = await startProduct({ env: { WEFT_PORT: String(port) } });
    expect(weft.output()).toContain(`Port ${port} is taken by another program`);
    expect((await fetch(`${weft.url}/api/health`)).status).toBe(200);
  } finally {
    blocker.close();
  }
});

test('data of a newer version is refused with a clear message and left as it is', async () => {
  const dataDir = mkdtempSync(join(tmpdir(), 'weft-e2e-'));
  try {
    const weft = await startProduct({ dataDir });
    const pgPort = readFileSync(join(dataDir, 'postgres', 'postmaster.pid'), 'utf8').split('\n')[3];
    const { postgresPassword } = JSON.parse(readFileSync(join(dataDir, 'secrets.json'), 'utf8')) as { postgresPassword: string };
    const client = new pg.Client({ connectionString: `postgresql://weft:${postgresPassword}@127.0.0.1:${pgPort}/weft` });
    await client.connect();
    await client.query("INSERT INTO _weft_migrations (name, checksum) VALUES ('9999_from_the_future', 'x')");
    await client.end();
    await weft.stop();
    await expect(startProduct({ dataDir })).rejects.toThrow(/newer version of Weft/);
  } finally {
    rmSync(dataDir, { recursive: true, force: true });
  }
});
