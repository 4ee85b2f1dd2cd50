import 'server-only';
import { listConnectors, lookupChoices, lookupFields, lookupObjects, triggerExamples } from '@weft/runtime';
import { z } from 'zod';
import { procedure, router } from './init.ts';

const input = z.record(z.string(), z.unknown());

export const catalogRouter = router({
  connectors: procedure.query(({ ctx }) => listConnectors(ctx.use)),
  choices: procedure
    .input(
      z.object({
        connectionId: z.uuid().optional(),
        connector: z.string(),
        operation: z.string(),
        property: z.string(),
        values: input.default({}),
        search: z.string().max(200).optional(),
      }),
    )
    .query(({ ctx, input: { connectionId, search, ...rest } }) =>
      lookupChoices(ctx.use, {
        ...rest,
        ...(connectionId === undefined ? {} : { connectionId }),
        ...(search === undefined ? {} : { search }),
      }),
    ),
  fields: procedure
    .input(z.object({ connectionId: z.uuid(), object: z.string() }))
    .query(({ ctx, input: request }) => lookupFields(ctx.use, request)),
  objects: procedure.input(z.object({ connectionId: z.uuid() })).query(({ ctx, input: request }) => lookupObjects(ctx.use, request)),
  examples: procedure
    .input(z.object({ connectionId: z.uuid().optional(), connector: z.string(), operation: z.string(), input: input.default({}) }))
    .query(({ ctx, input: { connectionId, ...rest } }) =>
      triggerExamples(ctx.use, { ...rest, ...(connectionId === undefined ? {} : { connectionId }) }),
    ),
});
