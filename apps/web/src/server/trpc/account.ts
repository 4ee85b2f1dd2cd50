import 'server-only';
import { procedure, router } from './init.ts';

export const accountRouter = router({
  me: procedure.query(({ ctx }) => ({
    user: ctx.who.user,
    workspace: ctx.who.workspace,
    role: ctx.who.actor.role,
    isDemo: process.env['WEFT_DEMO'] === '1',
    publicUrl: process.env['WEFT_PUBLIC_URL'] ?? '',
  })),
});
