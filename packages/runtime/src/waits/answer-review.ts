import { answerWait, toStoredValue } from '@weft/db';
import { WeftError, invalid } from '@weft/errors';
import type { Ctx } from '../ctx.ts';
import { requireRole } from '../permissions.ts';
import { getReview } from './list-reviews.ts';
import type { ReviewView } from './review-view.ts';

/** What {@link answerReview} takes. */
export interface AnswerReviewInput {
  readonly id: string;
  /** Port of one of the choices. */
  readonly choice: string;
  readonly comment?: string;
}

/**
 * Decides a question. The first decision counts: whoever comes second is told whose it was. Throws `auth` for a role that
 * may not decide it, `invalid` for a choice it does not have, `conflict` when it is decided, too late or the run has ended.
 */
export async function answerReview(ctx: Ctx, input: AnswerReviewInput): Promise<ReviewView> {
  requireRole(ctx, 'decide');
  const review = await getReview(ctx, { id: input.id });
  if (!review.mayDecide)
    throw new WeftError({
      class: 'auth',
      code: 'forbidden',
      message: `“${review.subject}” is for the role "${review.role}" and above; yours is "${ctx.actor.role}".`,
    });
  const comment = commentOf(review, input);
  if (!review.choices.some(({ port }) => port === input.choice))
    throw invalid(
      'unknown_choice',
      `“${review.subject}” has no choice “${input.choice}”; it has ${review.choices.map(({ port }) => port).join(', ')}.`,
    );
  if (review.status !== 'open') throw tooLate(review);
  const { name, via, userId } = ctx.actor;
  const decidedBy = { name, via, ...(userId === undefined ? {} : { userId }) };
  const answer = await toStoredValue({ choice: input.choice, comment, decidedBy, decidedAt: new Date(ctx.clock.now()).toISOString() });
  const outcome = await answerWait(ctx.db, { id: review.id, workspaceId: ctx.actor.workspaceId }, { answer, by: name });
  const after = await getReview(ctx, { id: input.id });
  if (outcome !== 'answered') throw tooLate(after);
  void ctx.queue.ring(1);
  return after;
}

const LONGEST_COMMENT = 10_000;

function commentOf(review: ReviewView, input: AnswerReviewInput): string | null {
  const comment = input.comment?.trim() ?? '';
  if (comment.length > LONGEST_COMMENT)
    throw invalid('comment_too_long', `The comment has ${comment.length} characters; ${LONGEST_COMMENT} are allowed.`);
  if (review.comment === 'none') return null;
  if (review.comment === 'required' && comment === '')
    throw invalid('comment_missing', `“${review.subject}” asks for a comment. Write why.`);
  return comment === '' ? null : comment;
}

function tooLate(review: ReviewView): WeftError {
  const { decision } = review;
  const message = decision
    ? `${decision.by} has decided this already: “${decision.label}”. Your decision was not taken.`
    : review.status === 'expired'
      ? 'The time to decide this is over; the run has gone on without a decision.'
      : 'The run that asked this has ended; there is nothing to decide any more.';
  return new WeftError({ class: 'conflict', code: decision ? 'review_decided' : 'review_over', message });
}
