/**
 * Answers to waits. The first one that comes in time counts; it makes the run due wherever the run stands: one that waits
 * at once, one that is being executed as soon as it is released.
 */
import { insertBlobs } from '../blobs.ts';
import type { StoredValue } from '../blobs.ts';
import type { Database } from '../database.ts';

/** Which wait is meant: by the hash of its address, or by its id in a workspace. */
export type WaitKey = { readonly tokenHash: string } | { readonly id: string; readonly workspaceId: string };

/** `late`: it was answered before, its time is over, or its run has ended. `unknown`: there is no such wait. */
export type WaitAnswered = 'answered' | 'late' | 'unknown';

/** Sets on a run that something it waits for has changed. Needs the CTE `changed(run_id)`. */
export const SIGNAL = `
UPDATE run SET signalled = true, wake_at = CASE WHEN run.status = 'waiting' THEN now() ELSE run.wake_at END
FROM changed WHERE run.id = changed.run_id RETURNING run.id`;

// The run's row first: whoever comes second waits here, and then finds the wait answered.
const ANSWER = (which: string): string => `
WITH wait AS MATERIALIZED (
  SELECT id, run_id, status FROM run_wait WHERE ${which}
), changed AS MATERIALIZED (SELECT run_id FROM wait WHERE status = 'open'), live AS MATERIALIZED (${SIGNAL}), answered AS (
  UPDATE run_wait AS w SET status = 'answered', answer = $1::jsonb, answer_ref = $2, answered_at = now(), answered_by = $3
  FROM wait JOIN live ON live.id = wait.run_id WHERE w.id = wait.id AND w.status = 'open' AND (w.due_at IS NULL OR w.due_at > now())
  RETURNING w.id
)
SELECT EXISTS (SELECT FROM wait) AS is_known, EXISTS (SELECT FROM answered) AS is_answered`;

const BY_ADDRESS = ANSWER(`token_hash = $4 AND kind = 'event'`);
const BY_ID = ANSWER('id = $4 AND workspace_id = $5');

/** Answers a wait. */
export async function answerWait(
  db: Database,
  key: WaitKey,
  given: { readonly answer: StoredValue; readonly by: string | null },
): Promise<WaitAnswered> {
  const { blob, text } = given.answer;
  const answer = [text, blob?.id ?? null, given.by];
  const statement =
    'tokenHash' in key
      ? { name: 'answer-by-address', text: BY_ADDRESS, values: [...answer, key.tokenHash] }
      : { name: 'answer-by-id', text: BY_ID, values: [...answer, key.id, key.workspaceId] };
  const { rows } = await db.transaction(async (client) => {
    if (blob) await insertBlobs(client, [blob]);
    return client.query<{ is_known: boolean; is_answered: boolean }>(statement);
  });
  if (rows[0]?.is_answered) return 'answered';
  return rows[0]?.is_known ? 'late' : 'unknown';
}
