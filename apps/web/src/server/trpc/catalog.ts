import 'server-only';
import {
  listConnectors,
  lookupChoices,
  lookupFieldValues,
  lookupFields,
  lookupObjects,
  triggerBacklog,
  triggerExamples,
} from '@weft/runtime';
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
        // So called by infinite queries: the `next` of the page before.
        cursor: z.string().max(500).optional(),
      }),
    )
    .query(({ ctx, input: { connectionId, search, cursor, ...rest } }) =>
      lookupChoices(ctx.use, {
        ...rest,
        ...(connectionId === undefined ? {} : { connectionId }),
        ...(search === undefined ? {} : { search }),
        ...(cursor === undefined ? {} : { page: cursor }),
      }),
    ),
  fieldValues: procedure
    .input(
      z.object({
        connectionId: z.uuid(),
        object: z.string(),
        field: z.string(),
        record: input.default({}),
        search: z.string().max(200).optional(),
        cursor: z.string().max(500).optional(),
      }),
    )
    .query(({ ctx, input: { search, cursor, ...rest } }) =>
      lookupFieldValues(ctx.use, {
        ...rest,
        ...(search === undefined ? {} : { search }),
        ...(cursor === undefined ? {} : { page: cursor }),
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
  backlog: procedure
    .input(z.object({ connectionId: z.uuid().optional(), connector: z.string(), operation: z.string(), input: input.default({}) }))
    .query(({ ctx, input: { connectionId, ...rest } }) =>
      triggerBacklog(ctx.use, { ...rest, ...(connectionId === undefined ? {} : { connectionId }) }),
    ),
});
