import 'server-only';
import {
  beginSignIn,
  callbackAddress,
  createConnection,
  deleteConnection,
  listConnections,
  testConnection,
  updateConnection,
} from '@weft/runtime';
import { z } from 'zod';
import { publicOrigin } from '../auth/origin.ts';
import { procedure, router } from './init.ts';

const id = z.object({ id: z.uuid() });
const valuesSchema = z.record(z.string(), z.string().max(20_000));

/** When the secret or certificate ends; null: not known. */
const expiresAt = z.iso.datetime().nullable().exactOptional();
const account = z.object({
  connector: z.string(),
  authScheme: z.string(),
  name: z.string().trim().min(1).max(100),
  values: valuesSchema,
  expiresAt,
});
const change = z.object({
  id: z.uuid(),
  name: z.string().trim().min(1).max(100).exactOptional(),
  values: valuesSchema.exactOptional(),
  expiresAt,
});

export const connectionsRouter = router({
  list: procedure.query(({ ctx }) => listConnections(ctx.use)),
  create: procedure.input(account).mutation(({ ctx, input }) => createConnection(ctx.use, input)),
  update: procedure
    .input(change.extend({ onlyIfItWorks: z.boolean().exactOptional() }))
    .mutation(({ ctx, input }) => updateConnection(ctx.use, input)),
  beginSignIn: procedure.input(z.union([change, account])).mutation(({ ctx, input }) => beginSignIn(ctx.use, input)),
  callbackAddress: procedure.query(() => callbackAddress(publicOrigin())),
  test: procedure
    .input(z.union([id, z.object({ connector: z.string(), authScheme: z.string(), values: valuesSchema })]))
    .mutation(({ ctx, input }) => testConnection(ctx.use, input)),
  delete: procedure.input(id).mutation(({ ctx, input }) => deleteConnection(ctx.use, input)),
});
