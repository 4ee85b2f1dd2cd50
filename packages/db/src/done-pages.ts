/**
 * What of a run's steps need not be read to go on: those of pages that a loop is done with. The engine writes it down as a
 * step `contacts[done3].contacts`, whose output says how many items there were up to there: before it nothing of
 * `contacts[…]` is asked for again.
 */
import { loadBlobs } from './blobs.ts';
import type { Queryable } from './database.ts';

/** Done are the pages before `pages` and the items before `items` of the loop whose paths begin with `prefix`. */
export interface DonePages {
  readonly runId: string;
  readonly prefix: string;
  readonly pages: number;
  readonly items: number;
}

const FIND = `
SELECT run_id, path, output, output_ref FROM (
  SELECT run_id, path, output, output_ref, substring(path FROM '\\[done([0-9]+)\\]\\.\\w+$')::int AS page,
    row_number() OVER (PARTITION BY run_id, regexp_replace(path, 'done[0-9]+\\]\\.\\w+$', '')
      ORDER BY substring(path FROM '\\[done([0-9]+)\\]\\.\\w+$')::int DESC) AS place
  FROM step_run WHERE run_id = ANY($1::uuid[]) AND path LIKE '%[done%' AND path ~ '\\[done[0-9]+\\]\\.\\w+$'
) AS done WHERE place = 1`;

interface Row {
  run_id: string;
  path: string;
  output: unknown;
  output_ref: string | null;
}

/** What is done in some runs; of most, nothing. */
export async function loadDonePages(db: Queryable, runIds: readonly string[]): Promise<DonePages[]> {
  if (runIds.length === 0) return [];
  const { rows } = await db.query<Row>({ name: 'load-done-pages', text: FIND, values: [runIds] });
  if (rows.length === 0) return [];
  const blobs = await loadBlobs(
    db,
    rows.flatMap(({ output_ref }) => output_ref ?? []),
  );
  return rows.map(({ run_id, path, output, output_ref }) => {
    // Written by the engine.
    const { page, from, count } = (output_ref === null ? output : blobs.get(output_ref)) as { page: number; from: number; count: number };
    return { runId: run_id, prefix: path.replace(/done\d+\]\.\w+$/, ''), pages: page + 1, items: from + count };
  });
}

/** Whether a step of a run is one of a page that is done. */
export function isOfDonePage(path: string, done: readonly DonePages[]): boolean {
  return done.some(({ prefix, pages, items }) => {
    if (!path.startsWith(prefix)) return false;
    const [, kind, number] = /^(page|)(\d+)\]/.exec(path.slice(prefix.length)) ?? [];
    return number !== undefined && Number(number) < (kind === 'page' ? pages : items);
  });
}

/** The same for rows of `step_run`; the lists of runs, prefixes, pages and items are parameters 2 to 5. */
export const NOT_OF_DONE_PAGE = `NOT EXISTS (
  SELECT FROM unnest($2::uuid[], $3::text[], $4::int[], $5::int[]) AS d(run_id, prefix, pages, items),
    LATERAL (SELECT substr(step_run.path, length(d.prefix) + 1) AS rest) AS r
  WHERE d.run_id = step_run.run_id AND starts_with(step_run.path, d.prefix)
    AND (substring(r.rest FROM '^page([0-9]+)\\]')::int < d.pages OR substring(r.rest FROM '^([0-9]+)\\]')::int < d.items))`;
