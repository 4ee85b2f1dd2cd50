import 'server-only';
import { createConnection, deleteConnection, listConnections, testConnection, updateConnection } from '@weft/runtime';
import { z } from 'zod';
import { procedure, router } from './init.ts';

const id = z.object({ id: z.uuid() });
const valuesSchema = z.record(z.string(), z.string().max(20_000));

export const connectionsRouter = router({
  list: procedure.query(({ ctx }) => listConnections(ctx.use)),
  create: procedure
    .input(z.object({ connector: z.string(), authScheme: z.string(), name: z.string().trim().min(1).max(100), values: valuesSchema }))
    .mutation(({ ctx, input }) => createConnection(ctx.use, input)),
  update: procedure
    .input(z.object({ id: z.uuid(), name: z.string().trim().min(1).max(100).optional(), values: valuesSchema.optional() }))
    .mutation(({ ctx, input }) =>
      updateConnection(ctx.use, {
        id: input.id,
        ...(input.name === undefined ? {} : { name: input.name }),
        ...(input.values === undefined ? {} : { values: input.values }),
      }),
    ),
  test: procedure
    .input(z.union([id, z.object({ connector: z.string(), authScheme: z.string(), values: valuesSchema })]))
    .mutation(({ ctx, input }) => testConnection(ctx.use, input)),
  delete: procedure.input(id).mutation(({ ctx, input }) => deleteConnection(ctx.use, input)),
});
