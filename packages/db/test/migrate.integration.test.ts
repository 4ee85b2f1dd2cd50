import { cp, mkdtemp, writeFile, mkdir, appendFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { randomUUID } from 'node:crypto';
import pg from 'pg';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { migrate } from '../src/migrate.ts';

const ours = fileURLToPath(new URL('../../../prisma/migrations', import.meta.url));
let directory: string;
let url: string;
const created: string[] = [];

async function asAdmin(sql: string): Promise<void> {
  const admin = new pg.Client({ connectionString: process.env['TEST_DATABASE_URL'] });
  await admin.connect();
  await admin.query(sql);
  await admin.end();
}

beforeAll(async () => {
  directory = await mkdtemp(path.join(tmpdir(), 'weft-migrations-'));
  await cp(ours, directory, { recursive: true });
});
beforeEach(async () => {
  const name = `weft_migrate_${randomUUID().slice(0, 8)}`;
  created.push(name);
  await asAdmin(`CREATE DATABASE ${name}`);
  url = Object.assign(new URL(process.env['TEST_DATABASE_URL'] ?? ''), { pathname: `/${name}` }).href;
});
afterAll(async () => {
  for (const name of created) await asAdmin(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`);
  await rm(directory, { recursive: true });
});

describe('migrate', () => {
  it('applies everything once, however many start at the same time', async () => {
    const results = await Promise.all([migrate({ url }), migrate({ url }), migrate({ url })]);
    expect(results.flatMap((result) => result.applied)).toContain('0001_init');
    expect(results.flatMap((result) => result.applied).length).toBe(new Set(results.flatMap((result) => result.applied)).size);
    expect(await migrate({ url })).toEqual({ applied: [] });
  });

  it('refuses data of a newer build', async () => {
    await mkdir(path.join(directory, '9999_future'));
    await writeFile(path.join(directory, '9999_future/migration.sql'), 'CREATE TABLE future (id int)');
    await migrate({ url, directory });
    await expect(migrate({ url })).rejects.toMatchObject({
      class: 'invalid',
      code: 'newer_data',
      message: expect.stringContaining('9999_future'),
    });
    await rm(path.join(directory, '9999_future'), { recursive: true });
  });

  it('refuses a migration that was changed after it was applied', async () => {
    await migrate({ url });
    await appendFile(path.join(directory, '0001_init/migration.sql'), '\n-- changed');
    await expect(migrate({ url, directory })).rejects.toMatchObject({ code: 'migration_changed' });
    await cp(ours, directory, { recursive: true });
  });

  it('keeps nothing of a migration that fails', async () => {
    await mkdir(path.join(directory, '9998_broken'));
    await writeFile(path.join(directory, '9998_broken/migration.sql'), 'CREATE TABLE half (id int); SELECT no_such_function();');
    await expect(migrate({ url, directory })).rejects.toMatchObject({ code: 'migration_failed' });
    await rm(path.join(directory, '9998_broken'), { recursive: true });
    expect(await migrate({ url, directory })).toEqual({ applied: [] });
  });
});
