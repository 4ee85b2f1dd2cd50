import { notFound } from '@weft/errors';
import type { Ctx } from '../ctx.ts';
import { ROLES, requireRole } from '../permissions.ts';
import { REVIEWS, mayDecide, toReviewView } from './review-view.ts';
import type { ReviewRow, ReviewView } from './review-view.ts';

/** Filters of {@link listReviews}. */
export interface ListReviewsInput {
  /** `open` (default): waiting for a decision, oldest first. `done`: decided, expired or closed, newest first. */
  readonly status?: 'open' | 'done';
  /** Id of the last one of the page before. */
  readonly after?: string;
  /** 1–200, default 100. */
  readonly limit?: number;
}

// Runs that are live only: what an ended run had asked is closed in a moment.
const IS_OPEN = `w.status = 'open' AND r.id IS NOT NULL AND w.reached_at IS NOT NULL AND (w.due_at IS NULL OR w.due_at > now())`;

/** Questions of the workspace. `nextAfter` asks for the page behind this one. */
export async function listReviews(ctx: Ctx, input: ListReviewsInput = {}): Promise<{ reviews: ReviewView[]; nextAfter: string | null }> {
  requireRole(ctx, 'read');
  const limit = Math.min(200, Math.max(1, input.limit ?? 100));
  const isOpen = (input.status ?? 'open') === 'open';
  const which = isOpen
    ? `${IS_OPEN} AND ($2::uuid IS NULL OR w.id > $2) ORDER BY w.id`
    : `NOT (${IS_OPEN}) AND ($2::uuid IS NULL OR w.id < $2) ORDER BY w.id DESC`;
  const { rows } = await ctx.db.pool.query<ReviewRow>(`${REVIEWS} AND w.workspace_id = $1 AND ${which} LIMIT $3`, [
    ctx.actor.workspaceId,
    input.after ?? null,
    limit + 1,
  ]);
  const reviews = rows.slice(0, limit).map((row) => toReviewView(row, ctx.actor.role));
  return { reviews, nextAfter: rows.length > limit ? (reviews.at(-1)?.id ?? null) : null };
}

/** More than this many are shown as so many and more. */
const MOST_COUNTED = 1000;

/** How many questions wait that the actor may decide. */
export async function countReviews(ctx: Ctx): Promise<{ open: number }> {
  requireRole(ctx, 'read');
  const roles = ROLES.filter((role) => mayDecide(ctx.actor.role, role));
  const { rows } = await ctx.db.pool.query<{ open: number }>(
    `SELECT count(*)::int AS open FROM (SELECT FROM run_wait w JOIN run r ON r.id = w.run_id
       WHERE w.workspace_id = $1 AND w.kind = 'review' AND ${IS_OPEN} AND w.question->>'role' = ANY($2::text[]) LIMIT ${MOST_COUNTED}) AS mine`,
    [ctx.actor.workspaceId, roles],
  );
  return { open: rows[0]?.open ?? 0 };
}

/** One question of the workspace, by its id or by the step that asks it. Throws `notFound`. */
export async function getReview(
  ctx: Ctx,
  input: { readonly id: string } | { readonly runId: string; readonly path: string },
): Promise<ReviewView> {
  requireRole(ctx, 'read');
  const [which, values] = 'id' in input ? ['w.id = $2', [input.id]] : ['w.run_id = $2 AND w.path = $3', [input.runId, input.path]];
  const { rows } = await ctx.db.pool.query<ReviewRow>(`${REVIEWS} AND w.workspace_id = $1 AND ${which}`, [
    ctx.actor.workspaceId,
    ...values,
  ]);
  if (rows[0]) return toReviewView(rows[0], ctx.actor.role);
  throw notFound('review_unknown', 'There is no such question in this workspace. It may not have been asked yet.');
}
