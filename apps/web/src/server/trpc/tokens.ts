import 'server-only';
import { createToken, listTokens, revokeToken, ROLES } from '@weft/runtime';
import { z } from 'zod';
import { procedure, router } from './init.ts';

export const tokensRouter = router({
  list: procedure.query(({ ctx }) => listTokens(ctx.use)),
  create: procedure
    .input(z.object({ name: z.string().trim().min(1).max(100), role: z.enum(ROLES) }))
    .mutation(({ ctx, input }) => createToken(ctx.use, input)),
  revoke: procedure.input(z.object({ id: z.uuid() })).mutation(({ ctx, input }) => revokeToken(ctx.use, input)),
});
