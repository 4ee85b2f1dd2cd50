/**
 * Intents: what was about to be sent to a vendor that offers neither a key nor a look-up. Written before the call, so
 * that a crash between call and record is seen afterwards.
 */
import { toStorableJson } from '../json.ts';
import type { Queryable } from '../database.ts';

/** One attempt of a blind effect. */
export interface EffectIntent {
  readonly runId: string;
  readonly path: string;
  readonly attempt: number;
  readonly request: unknown;
}

const INSERT = `
INSERT INTO effect_intent(run_id, path, attempt, request)
SELECT run.id, $3, $4, $5::jsonb FROM run WHERE run.id = $1 AND run.fence = $2 AND run.status = 'running' FOR NO KEY UPDATE OF run
ON CONFLICT (run_id, path, attempt)`;
const FIRST = `${INSERT} DO NOTHING RETURNING run_id`;
// The fence says that nobody else has had the run since, so that an intent that stands there already is our own.
const AGAIN = `${INSERT} DO UPDATE SET request = excluded.request RETURNING run_id`;

/**
 * Records an intent. False when this worker no longer owns the run, or the attempt had been begun before. `isAgain`: this
 * worker has announced it before without learning whether that was written, and has sent nothing since.
 */
export async function recordIntent(
  db: Queryable,
  fence: string,
  intent: EffectIntent,
  options: { readonly isAgain?: boolean } = {},
): Promise<boolean> {
  const values = [intent.runId, fence, intent.path, intent.attempt, toStorableJson(intent.request).text];
  const { rowCount } = await db.query(options.isAgain === true ? AGAIN : FIRST, values);
  return rowCount === 1;
}

const UNSETTLED = `
SELECT i.run_id, i.path, i.attempt, i.request FROM effect_intent i
WHERE i.run_id = ANY($1::uuid[]) AND NOT EXISTS (SELECT FROM step_run s WHERE s.run_id = i.run_id AND s.path = i.path AND s.attempt >= i.attempt)
ORDER BY i.sent_at`;

/** Effects that were begun and of which no result is known. */
export async function loadUnsettledIntents(db: Queryable, runIds: readonly string[]): Promise<EffectIntent[]> {
  if (runIds.length === 0) return [];
  const { rows } = await db.query<{ run_id: string; path: string; attempt: number; request: unknown }>(UNSETTLED, [runIds]);
  return rows.map((row) => ({ runId: row.run_id, path: row.path, attempt: row.attempt, request: row.request }));
}
