import 'server-only';
import { answerReview, countReviews, getReview, listReviews } from '@weft/runtime';
import { z } from 'zod';
import { procedure, router } from './init.ts';

export const reviewsRouter = router({
  list: procedure
    .input(z.object({ status: z.enum(['open', 'done']).default('open'), after: z.uuid().optional() }))
    .query(({ ctx, input: { status, after } }) => listReviews(ctx.use, { status, ...(after === undefined ? {} : { after }) })),
  count: procedure.query(({ ctx }) => countReviews(ctx.use)),
  get: procedure
    .input(z.union([z.object({ id: z.uuid() }), z.object({ runId: z.uuid(), path: z.string().max(2000) })]))
    .query(({ ctx, input }) => getReview(ctx.use, input)),
  answer: procedure
    .input(z.object({ id: z.uuid(), choice: z.string().max(60), comment: z.string().max(20_000).optional() }))
    .mutation(({ ctx, input: { comment, ...rest } }) => answerReview(ctx.use, { ...rest, ...(comment === undefined ? {} : { comment }) })),
});
