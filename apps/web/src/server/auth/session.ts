import 'server-only';
import { cache } from 'react';
import { headers } from 'next/headers';
import { redirect } from 'next/navigation';
import type { Actor, Role } from '@weft/runtime';
import { database } from '../context.ts';
import { authService } from './auth.ts';

/** Who is signed in, and where. */
export interface SignedIn {
  readonly actor: Actor;
  readonly user: { readonly id: string; readonly name: string; readonly email: string };
  readonly workspace: { readonly id: string; readonly name: string };
}

/** Reads the session of a request; undefined when there is none, it ended, or its user is no member any more. */
export async function signedIn(requestHeaders: Headers): Promise<SignedIn | undefined> {
  const session = await authService().api.getSession({ headers: requestHeaders });
  if (!session) return undefined;
  const member = await database().prisma.member.findFirst({
    where: { userId: session.user.id },
    include: { workspace: true },
    orderBy: { createdAt: 'asc' },
  });
  if (!member) return undefined;
  const { id, name, email } = session.user;
  return {
    // The column is written from the same list of roles.
    actor: { workspaceId: member.workspaceId, role: member.role as Role, userId: id, name, via: 'session' },
    user: { id, name, email },
    workspace: { id: member.workspace.id, name: member.workspace.name },
  };
}

/** Whether anybody has signed up yet. */
export async function hasUsers(): Promise<boolean> {
  return (await database().prisma.user.findFirst({ select: { id: true } })) !== null;
}

/** For pages: who is signed in; sends everybody else to the first sign-up or to sign in, and back afterwards. */
export const requireSignedIn = cache(async (): Promise<SignedIn> => {
  const requestHeaders = await headers();
  const who = await signedIn(requestHeaders);
  if (who) return who;
  if (!(await hasUsers())) redirect('/sign-up');
  const path = requestHeaders.get('x-weft-path') ?? '/';
  redirect(`/sign-in${path === '/' ? '' : `?next=${encodeURIComponent(path)}`}`);
});
