/**
 * Databases for tests: each call gives an empty one at this build's schema, cloned from a template that is
 * migrated once.
 */
import { createHash, randomUUID } from 'node:crypto';
import { readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import pg from 'pg';
import { openDatabase } from './database.ts';
import type { Database } from './database.ts';
import { migrate } from './migrate.ts';

/** A database that is dropped when it is disposed of. */
export interface FreshDatabase extends AsyncDisposable {
  readonly url: string;
  readonly db: Database;
}

const TEMPLATE_LOCK = 7_263_002;

function serverUrl(): string {
  const url = process.env['TEST_DATABASE_URL'];
  if (url) return url;
  throw new Error('TEST_DATABASE_URL is not set: run the tests with `npm test`, which starts a PostgreSQL for them.');
}

function urlOf(name: string): string {
  const url = new URL(serverUrl());
  url.pathname = `/${name}`;
  return url.href;
}

/** The template's name changes with the migrations, so that a stale one is never used. */
function templateName(): string {
  const directory = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../../../prisma/migrations');
  const hash = createHash('sha256');
  for (const name of readdirSync(directory).toSorted()) hash.update(readFileSync(path.join(directory, name, 'migration.sql')));
  return `weft_template_${hash.digest('hex').slice(0, 12)}`;
}

async function ensureTemplate(admin: pg.Client, name: string): Promise<void> {
  const { rowCount } = await admin.query('SELECT FROM pg_database WHERE datname = $1', [name]);
  if (rowCount === 1) return;
  const raw = `${name}_raw`;
  await admin.query(`DROP DATABASE IF EXISTS ${raw} WITH (FORCE)`);
  await admin.query(`CREATE DATABASE ${raw}`);
  await migrate({ url: urlOf(raw) });
  // Renamed only when complete: a template that exists is a template that works.
  await admin.query(`ALTER DATABASE ${raw} RENAME TO ${name}`);
}

/** Makes a database of its own for a test. Needs TEST_DATABASE_URL, the address of a superuser. */
export async function freshDatabase(): Promise<FreshDatabase> {
  const name = `weft_test_${randomUUID().replaceAll('-', '').slice(0, 16)}`;
  await withAdmin(async (admin) => {
    const template = templateName();
    await admin.query('SELECT pg_advisory_lock($1)', [TEMPLATE_LOCK]);
    await ensureTemplate(admin, template);
    await admin.query(`CREATE DATABASE ${name} TEMPLATE ${template}`);
  });
  const url = urlOf(name);
  const db = openDatabase({ url, applicationName: 'weft-test' });
  return {
    url,
    db,
    [Symbol.asyncDispose]: async () => {
      await db.close();
      await withAdmin((admin) => admin.query(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`));
    },
  };
}

async function withAdmin(work: (admin: pg.Client) => Promise<unknown>): Promise<void> {
  const admin = new pg.Client({ connectionString: serverUrl() });
  await admin.connect();
  try {
    await work(admin);
  } finally {
    await admin.end();
  }
}
