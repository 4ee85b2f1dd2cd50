import 'server-only';
import { cancelRun, getRun, listRuns, listSteps, replayRun, resumeWait, startRun, waitAddress } from '@weft/runtime';
import { jsonSchema } from '@weft/workflow';
import { z } from 'zod';
import { procedure, router } from './init.ts';

const id = z.object({ id: z.uuid() });
const RUN_STATUSES = ['queued', 'running', 'waiting', 'succeeded', 'failed', 'cancelled', 'skipped'] as const;

export const runsRouter = router({
  list: procedure
    .input(
      z.object({
        workflowId: z.uuid().optional(),
        status: z.array(z.enum(RUN_STATUSES)).optional(),
        search: z.string().max(200).optional(),
        before: z.string().optional(),
        limit: z.int().min(1).max(200).optional(),
      }),
    )
    .query(({ ctx, input }) =>
      listRuns(ctx.use, {
        ...(input.workflowId === undefined ? {} : { workflowId: input.workflowId }),
        ...(input.status === undefined ? {} : { status: input.status }),
        ...(input.search === undefined ? {} : { search: input.search }),
        ...(input.before === undefined ? {} : { before: input.before }),
        ...(input.limit === undefined ? {} : { limit: input.limit }),
      }),
    ),
  /** Steps behind those that `get` gave; `cursor`: where they ended. */
  steps: procedure
    .input(z.object({ id: z.uuid(), cursor: z.int().min(-1).optional() }))
    .query(({ ctx, input: { id: runId, cursor } }) =>
      listSteps(ctx.use, { id: runId, limit: 2000, ...(cursor === undefined ? {} : { after: cursor }) }),
    ),
  get: procedure.input(id).query(({ ctx, input }) => getRun(ctx.use, input)),
  start: procedure
    .input(z.object({ workflowId: z.uuid(), payload: jsonSchema, version: z.enum(['draft', 'published']).optional() }))
    .mutation(({ ctx, input: { version, ...rest } }) => startRun(ctx.use, { ...rest, ...(version === undefined ? {} : { version }) })),
  cancel: procedure.input(id).mutation(({ ctx, input }) => cancelRun(ctx.use, input)),
  /** Lets a wait end before its time. */
  resumeWait: procedure.input(id).mutation(({ ctx, input }) => resumeWait(ctx.use, input)),
  /** Asked for on a press only: who has the address can answer. */
  waitAddress: procedure.input(id).mutation(({ ctx, input }) => waitAddress(ctx.use, input)),
  replay: procedure.input(id).mutation(({ ctx, input }) => replayRun(ctx.use, input)),
});
