import 'server-only';
import { database } from '../context.ts';
import { createAuth } from './create-auth.ts';
import type { Auth } from './create-auth.ts';

// Next compiles routes apart from each other: one service per process, kept where all of them find it.
const kept = globalThis as { weftAuth?: Auth };

/** The auth service of this process. */
export function authService(): Auth {
  return (kept.weftAuth ??= createAuth(database().prisma));
}
