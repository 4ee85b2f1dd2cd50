import type { Ctx } from '../ctx.ts';

/** The accounts of the workspace that their vendors refuse: what uses one waits until it is reconnected. */
export function refusedAccounts(ctx: Ctx): Promise<{ readonly id: string; readonly name: string }[]> {
  return ctx.db.prisma.connection.findMany({
    where: { workspaceId: ctx.actor.workspaceId, status: 'reconnect' },
    select: { id: true, name: true },
    orderBy: { name: 'asc' },
  });
}
