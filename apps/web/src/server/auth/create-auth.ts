/**
 * Sign-in with e-mail and password. Sessions live in the database; the cookie holds a signed, unguessable id, is not
 * readable by scripts and is not sent from other sites' forms. The library's own sign-up path is closed: people come in
 * as the first admin (`first-admin.ts`).
 */
import { prismaAdapter } from '@better-auth/prisma-adapter';
import { betterAuth } from 'better-auth';
import type { Database } from '@weft/db';
import { isOwnOrigin, publicOrigin } from './origin.ts';

const DAY_S = 86_400;

/** Shortest password that is taken. */
export const MIN_PASSWORD_LENGTH = 10;

/** Builds the auth service on a Prisma client. */
export function createAuth(prisma: Database['prisma']) {
  const origin = publicOrigin();
  return betterAuth({
    appName: 'Weft',
    baseURL: origin,
    secret: process.env['WEFT_AUTH_SECRET'] ?? '',
    database: prismaAdapter(prisma, { provider: 'postgresql', transaction: true }),
    emailAndPassword: { enabled: true, minPasswordLength: MIN_PASSWORD_LENGTH, maxPasswordLength: 128, autoSignIn: true },
    disabledPaths: ['/sign-up/email'],
    session: { expiresIn: 14 * DAY_S, updateAge: DAY_S },
    trustedOrigins: (request) => {
      const asked = request?.headers.get('origin') ?? null;
      return asked !== null && isOwnOrigin(asked, request?.headers.get('host') ?? null) ? [origin, asked] : [origin];
    },
    rateLimit: { enabled: true, window: 60, max: 200, storage: 'memory', customRules: { '/sign-in/email': { window: 60, max: 20 } } },
    advanced: {
      cookiePrefix: 'weft',
      useSecureCookies: origin.startsWith('https:'),
      defaultCookieAttributes: { httpOnly: true, sameSite: 'lax' },
      // Set by our own server from the socket; a client's value is overwritten there.
      ipAddress: { ipAddressHeaders: ['x-weft-client-ip'] },
    },
    telemetry: { enabled: false },
    logger: { level: 'warn' },
  });
}

export type Auth = ReturnType<typeof createAuth>;
