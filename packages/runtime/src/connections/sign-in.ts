/** Connecting an account by signing in at the vendor's own page. A worker holds the secrets on the way. */
import { createHash } from 'node:crypto';
import { invalid } from '@weft/errors';
import type { Ctx } from '../ctx.ts';
import { requireRole } from '../permissions.ts';
import type { SignedInAccount } from '../rpc/contract.ts';
import { requireForm, requireFreeName, requireOwn } from './manage-connections.ts';
import type { AccountEnd, ConnectionForm } from './manage-connections.ts';

/** A new account, or changes of one that signs in again; a secret that is left out or empty keeps its value. */
export type SignInForm = AccountEnd &
  (
    | (ConnectionForm & { readonly name: string })
    | { readonly id: string; readonly name?: string; readonly values?: Readonly<Record<string, string>> }
  );

/** Gives the vendor's address at which the person who asks signs in, once and within ten minutes. */
export async function beginSignIn(ctx: Ctx, input: SignInForm): Promise<{ readonly authorizeUrl: string }> {
  requireRole(ctx, 'manageConnections');
  const userId = requirePerson(ctx);
  if ('id' in input) {
    await requireOwn(ctx, input.id);
    if (input.name !== undefined) await requireFreeName(ctx, input.name, input.id);
  } else {
    await requireForm(ctx, input);
    await requireFreeName(ctx, input.name);
  }
  return ctx.worker.beginSignIn({ workspaceId: ctx.actor.workspaceId, userId, ...input });
}

/** Takes the person back. Throws `invalid` when nobody left with this state, or somebody else did. */
export async function completeSignIn(ctx: Ctx, input: { readonly state: string; readonly code: string }): Promise<SignedInAccount> {
  requireRole(ctx, 'manageConnections');
  return ctx.worker.completeSignIn({ workspaceId: ctx.actor.workspaceId, userId: requirePerson(ctx), ...input });
}

/** Forgets a sign-in that the vendor or the person has refused. Gives whether the person had begun it. */
export async function abandonSignIn(ctx: Ctx, input: { readonly state: string }): Promise<boolean> {
  const { count } = await ctx.db.prisma.pendingSignIn.deleteMany({
    where: {
      stateHash: createHash('sha256').update(input.state).digest('hex'),
      workspaceId: ctx.actor.workspaceId,
      userId: requirePerson(ctx),
    },
  });
  return count === 1;
}

function requirePerson(ctx: Ctx): string {
  const { userId } = ctx.actor;
  if (userId !== undefined) return userId;
  throw invalid('person_needed', 'Signing in at a vendor takes a person with a browser; a token cannot do it.');
}
