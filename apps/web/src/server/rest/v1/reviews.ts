/** Routes of the REST API for questions to people. */
import 'server-only';
import { answerReview, getReview, listReviews, resumeWait } from '@weft/runtime';
import { z } from 'zod';
import { route } from './route.ts';
import type { Route } from './route.ts';
import { id, idParams, review } from './schemas.ts';

export const reviewRoutes: readonly Route[] = [
  route({
    method: 'GET',
    path: '/reviews',
    id: 'listReviews',
    tag: 'Reviews',
    summary: 'List questions to people: open ones oldest first, done ones newest first',
    permission: 'read',
    query: z.object({
      status: z.enum(['open', 'done']).default('open'),
      after: id.optional(),
      limit: z.coerce.number().int().min(1).max(200).optional(),
    }),
    response: z.object({ reviews: z.array(review), nextAfter: id.nullable() }),
    handle: ({ ctx, query: { status, after, limit } }) =>
      listReviews(ctx, { status, ...(after === undefined ? {} : { after }), ...(limit === undefined ? {} : { limit }) }),
  }),
  route({
    method: 'GET',
    path: '/reviews/{id}',
    id: 'getReview',
    tag: 'Reviews',
    summary: 'Get a question',
    permission: 'read',
    params: idParams,
    response: review,
    handle: ({ ctx, params }) => getReview(ctx, params),
  }),
  route({
    method: 'POST',
    path: '/reviews/{id}/answer',
    id: 'answerReview',
    tag: 'Reviews',
    summary: 'Decide a question; 409 when somebody has decided it or its time is over',
    permission: 'decide',
    params: idParams,
    body: z.object({ choice: z.string().min(1).max(60), comment: z.string().max(20_000).optional() }),
    response: review,
    handle: ({ ctx, params, body: { choice, comment } }) =>
      answerReview(ctx, { id: params.id, choice, ...(comment === undefined ? {} : { comment }) }),
  }),
  route({
    method: 'POST',
    path: '/waits/{id}/resume',
    id: 'resumeWait',
    tag: 'Runs',
    summary: 'Let a run go on that waits for a time or for a call of its address',
    permission: 'run',
    params: idParams,
    response: z.object({ resumed: z.literal(true) }),
    status: 202,
    handle: ({ ctx, params }) => resumeWait(ctx, params),
  }),
];
