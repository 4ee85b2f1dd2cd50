/**
 * Brings a database to this build's schema: applies `prisma/migrations/<name>/migration.sql` in order, each in a
 * transaction of its own, under an advisory lock so that several processes may start at once.
 */
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import pg from 'pg';
import { WeftError, invalid } from '@weft/errors';

/** Options of {@link migrate}. */
export interface MigrateOptions {
  readonly url: string;
  /** Folder of the migrations; the repository's own when absent. */
  readonly directory?: string;
}

interface Migration {
  readonly name: string;
  readonly sql: string;
  readonly checksum: string;
}

/** Any number that nobody else uses: whoever migrates this database holds it. */
const LOCK = 7_263_000;

const LEDGER = `CREATE TABLE IF NOT EXISTS _weft_migrations (
  name text PRIMARY KEY, checksum text NOT NULL, applied_at timestamptz NOT NULL DEFAULT now())`;

/**
 * Applies what is missing and names what it applied. Throws `invalid`, code `newer_data`, when the database was
 * written by a newer build, and `migration_changed` when a migration was edited after it was applied.
 */
export async function migrate(options: MigrateOptions): Promise<{ applied: string[] }> {
  const migrations = readMigrations(options.directory ?? defaultDirectory());
  const client = new pg.Client({ connectionString: options.url, application_name: 'weft-migrate', connectionTimeoutMillis: 30_000 });
  await client.connect();
  try {
    await client.query('SELECT pg_advisory_lock($1)', [LOCK]);
    await client.query(LEDGER);
    const { rows } = await client.query<{ name: string; checksum: string }>('SELECT name, checksum FROM _weft_migrations');
    const known = new Map(rows.map((row) => [row.name, row.checksum]));
    refuseNewerData(migrations, known);
    const applied: string[] = [];
    for (const migration of migrations) {
      if (await applyOnce(client, migration, known.get(migration.name))) applied.push(migration.name);
    }
    return { applied };
  } finally {
    await client.end();
  }
}

function defaultDirectory(): string {
  return path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../../../prisma/migrations');
}

function readMigrations(directory: string): Migration[] {
  return readdirSync(directory, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && existsSync(path.join(directory, entry.name, 'migration.sql')))
    .map((entry) => entry.name)
    .toSorted()
    .map((name) => {
      const sql = readFileSync(path.join(directory, name, 'migration.sql'), 'utf8');
      return { name, sql, checksum: createHash('sha256').update(sql).digest('hex') };
    });
}

function refuseNewerData(migrations: readonly Migration[], known: ReadonlyMap<string, string>): void {
  const ours = new Set(migrations.map((migration) => migration.name));
  const unknown = [...known.keys()].filter((name) => !ours.has(name)).toSorted();
  if (unknown.length === 0) return;
  throw invalid(
    'newer_data',
    `This data was written by a newer version of Weft (it has ${unknown.join(', ')}). Start that version, or restore a backup made before the upgrade.`,
  );
}

async function applyOnce(client: pg.Client, migration: Migration, checksum: string | undefined): Promise<boolean> {
  if (checksum === migration.checksum) return false;
  if (checksum !== undefined) {
    throw invalid(
      'migration_changed',
      `The migration ${migration.name} was changed after it had been applied to this database. Restore its file.`,
    );
  }
  await client.query('BEGIN');
  try {
    await client.query(migration.sql);
    await client.query('INSERT INTO _weft_migrations(name, checksum) VALUES ($1, $2)', [migration.name, migration.checksum]);
    await client.query('COMMIT');
    return true;
  } catch (error) {
    await client.query('ROLLBACK');
    throw new WeftError({
      class: 'bug',
      code: 'migration_failed',
      message: `The migration ${migration.name} failed: ${error instanceof Error ? error.message : String(error)}. Nothing of it was kept.`,
      cause: error,
    });
  }
}

if (process.argv[1] !== undefined && path.resolve(process.argv[1]) === fileURLToPath(import.meta.url)) {
  const { applied } = await migrate({ url: process.env['DATABASE_URL'] ?? '' });
  console.log(applied.length === 0 ? 'The database is up to date.' : `Applied ${applied.join(', ')}.`);
}
