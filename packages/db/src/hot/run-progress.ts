/** How far the long calls of a run are, by path, for whoever watches. Lost without harm. */
import { toStorableJson } from '../json.ts';
import type { Queryable } from '../database.ts';

/** How far one call is. */
export interface StepProgress {
  readonly path: string;
  readonly nodeId: string;
  readonly attempt: number;
  readonly text: string;
  readonly done?: number;
  readonly total?: number;
  /** Epoch milliseconds. */
  readonly at: number;
}

const OWN = `WHERE id = $1 AND fence = $2 AND status = 'running'`;

/** Notes how far a step is, in place of what was said before. */
export async function noteProgress(db: Queryable, run: { id: string; fence: string }, progress: StepProgress): Promise<void> {
  await db.query(`UPDATE run SET progress = coalesce(progress, '{}') || jsonb_build_object($3::text, $4::jsonb) ${OWN}`, [
    run.id,
    run.fence,
    progress.path,
    toStorableJson(progress).text,
  ]);
}

/** Forgets how far a step is, which has ended. */
export async function forgetProgress(db: Queryable, run: { id: string; fence: string }, path: string): Promise<void> {
  await db.query(`UPDATE run SET progress = progress - $3::text ${OWN}`, [run.id, run.fence, path]);
}
