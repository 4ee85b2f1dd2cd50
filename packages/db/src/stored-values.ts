/**
 * What workflows keep for themselves between runs: JSON values by key, per workspace. What has expired is as good as
 * gone at once; its row goes later, see {@link pruneStoredValues}.
 */
import { invalid } from '@weft/errors';
import type { Queryable } from './database.ts';
import { toStorableJson } from './json.ts';

/** Largest value, bytes of its JSON. */
const MAX_VALUE_BYTES = 256 * 1024;
/** Keys of ours stand behind this mark, so that no key of a workflow can be taken for one. */
const OWN = '~';
/** How long it is remembered that a step has counted: longer than any step is tried again. */
const COUNTED_DAYS = 30;

/** The values of one workspace. */
export interface StoredValues {
  get(key: string): Promise<unknown>;
  set(key: string, value: unknown, ttlMs?: number): Promise<void>;
  /** Stores a value unless there is one; gives whether it did and what is there now. */
  setIfAbsent(key: string, value: unknown, ttlMs?: number): Promise<{ stored: boolean; value: unknown }>;
  /** Gives whether there was a value. */
  remove(key: string): Promise<boolean>;
  /** Adds to a number, 0 when there is none, and gives the sum; the same `once` counts once only. */
  increment(key: string, by: number, options: { once: string; ttlMs?: number }): Promise<number>;
  /** Keys with a prefix and their values, in order, after a key. */
  list(prefix: string, options: { limit: number; after?: string }): Promise<{ key: string; value: unknown }[]>;
}

const LIVING = '(expires_at IS NULL OR expires_at > now())';
const UNTIL = `CASE WHEN $4::float8 IS NULL THEN NULL ELSE now() + $4::float8 * interval '1 millisecond' END`;

/** Opens the values of a workspace. Throws `invalid` for keys and values that cannot be kept. */
export function openStoredValues(db: Queryable, workspaceId: string): StoredValues {
  return {
    async get(key) {
      const { rows } = await db.query<{ value: unknown }>(
        `SELECT value FROM stored_value WHERE workspace_id = $1 AND key = $2 AND ${LIVING}`,
        [workspaceId, checked(key)],
      );
      return rows[0]?.value;
    },
    async set(key, value, ttlMs) {
      await db.query(
        `INSERT INTO stored_value (workspace_id, key, value, expires_at) VALUES ($1, $2, $3::jsonb, ${UNTIL})
         ON CONFLICT (workspace_id, key) DO UPDATE SET value = EXCLUDED.value, expires_at = EXCLUDED.expires_at, updated_at = now()`,
        [workspaceId, checked(key), jsonOf(key, value), ttlMs ?? null],
      );
    },
    async setIfAbsent(key, value, ttlMs) {
      const { rows } = await db.query<{ value: unknown }>(
        `INSERT INTO stored_value AS v (workspace_id, key, value, expires_at) VALUES ($1, $2, $3::jsonb, ${UNTIL})
         ON CONFLICT (workspace_id, key) DO UPDATE SET value = EXCLUDED.value, expires_at = EXCLUDED.expires_at, updated_at = now()
         WHERE v.expires_at <= now() RETURNING value`,
        [workspaceId, checked(key), jsonOf(key, value), ttlMs ?? null],
      );
      const [stored] = rows;
      return stored ? { stored: true, value: stored.value } : { stored: false, value: await this.get(key) };
    },
    async remove(key) {
      const { rows } = await db.query<{ living: boolean }>(
        `DELETE FROM stored_value WHERE workspace_id = $1 AND key = $2 RETURNING ${LIVING} AS living`,
        [workspaceId, checked(key)],
      );
      return rows[0]?.living === true;
    },
    async increment(key, by, { once, ttlMs }) {
      const { rows } = await db.query<{ value: number }>(
        `WITH counted AS (
           SELECT value FROM stored_value WHERE workspace_id = $1 AND key = $5
         ), summed AS (
           INSERT INTO stored_value AS v (workspace_id, key, value, expires_at)
           SELECT $1, $2, to_jsonb($3::float8), ${UNTIL} WHERE NOT EXISTS (SELECT FROM counted)
           ON CONFLICT (workspace_id, key) DO UPDATE SET
             value = CASE WHEN v.expires_at <= now() THEN EXCLUDED.value ELSE to_jsonb((v.value #>> '{}')::float8 + $3::float8) END,
             expires_at = coalesce(EXCLUDED.expires_at, v.expires_at), updated_at = now()
           WHERE jsonb_typeof(v.value) = 'number' OR v.expires_at <= now()
           RETURNING value
         ), noted AS (
           INSERT INTO stored_value (workspace_id, key, value, expires_at)
           SELECT $1, $5, value, now() + interval '${COUNTED_DAYS} days' FROM summed
         )
         SELECT (value #>> '{}')::float8 AS value FROM counted UNION ALL SELECT (value #>> '{}')::float8 FROM summed`,
        [workspaceId, checked(key), by, ttlMs ?? null, `${OWN}counted:${once}`],
      );
      const [sum] = rows;
      if (!sum) throw invalid('not_a_number', `“${key}” holds no number, so nothing can be added to it. Remove it or use another key.`);
      return sum.value;
    },
    async list(prefix, { limit, after }) {
      const { rows } = await db.query<{ key: string; value: unknown }>(
        `SELECT key, value FROM stored_value
         WHERE workspace_id = $1 AND starts_with(key, $2) AND key > $3 AND NOT starts_with(key, '${OWN}') AND ${LIVING}
         ORDER BY key LIMIT $4`,
        [workspaceId, prefix, after ?? '', limit],
      );
      return rows;
    },
  };
}

/** Removes rows that have expired, at most `limit`, so that nothing is held up; gives how many. */
export async function pruneStoredValues(db: Queryable, limit = 5000): Promise<number> {
  const { rowCount } = await db.query(
    `DELETE FROM stored_value WHERE ctid = ANY (ARRAY(
       SELECT ctid FROM stored_value WHERE expires_at <= now() ORDER BY expires_at LIMIT $1 FOR UPDATE SKIP LOCKED))`,
    [limit],
  );
  return rowCount ?? 0;
}

function checked(key: string): string {
  if (key === '' || key.length > 300 || key.startsWith(OWN) || key.includes('\0'))
    throw invalid(
      'key_malformed',
      `The key ${JSON.stringify(key.slice(0, 60))} cannot be used: 1 to 300 characters, not beginning with ${OWN}.`,
    );
  return key;
}

function jsonOf(key: string, value: unknown): string {
  const { text } = toStorableJson(value ?? null);
  if (Buffer.byteLength(text) > MAX_VALUE_BYTES)
    throw invalid('value_too_large', `The value of “${key}” has ${Buffer.byteLength(text)} bytes; ${MAX_VALUE_BYTES} are allowed.`);
  return text;
}
