/**
 * Answers of runs, read where nobody told them: the worker that decided them died before it did, or has no link to us.
 */
import type { Queryable } from '../database.ts';
import { unpackAnswer } from '../step-batch.ts';
import type { StoredAnswer } from '../step-batch.ts';

/** What is known of a run that somebody waits for. `end` is there when it has ended. */
export interface FoundAnswer {
  readonly runId: string;
  readonly answer?: StoredAnswer;
  readonly end?: { readonly status: string; readonly reason: string | null; readonly error: unknown };
}

const ANSWERS = `
SELECT run_id, records, NULL AS status, NULL AS reason, NULL::jsonb AS error FROM step_batch WHERE run_id = ANY($1::uuid[]) AND answers
UNION ALL SELECT id, steps, status, reason, error FROM run_history WHERE id = ANY($1::uuid[])`;

/** What is known of runs: those of which nothing is are left out. An answer stands before the end that came after it. */
export async function findAnswers(db: Queryable, runIds: readonly string[]): Promise<FoundAnswer[]> {
  const { rows } = await db.query<{ run_id: string; records: Buffer | null; status: string | null; reason: string | null; error: unknown }>(
    {
      name: 'find-answers',
      text: ANSWERS,
      values: [runIds],
    },
  );
  const found = new Map<string, FoundAnswer>();
  for (const { run_id: runId, records, status, reason, error } of rows) {
    const answer = found.get(runId)?.answer ?? (records === null ? undefined : await unpackAnswer(records));
    const end = status === null ? found.get(runId)?.end : { status, reason, error };
    found.set(runId, { runId, ...(answer ? { answer } : {}), ...(end ? { end } : {}) });
  }
  return [...found.values()];
}
