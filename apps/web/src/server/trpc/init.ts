import 'server-only';
import { randomUUID } from 'node:crypto';
import { initTRPC, TRPCError } from '@trpc/server';
import { ZodError } from 'zod';
import { ERROR_CLASSES, isWeftError, toStoredError } from '@weft/errors';
import type { Issue, StoredError } from '@weft/errors';
import { useCaseContext } from '../context.ts';
import type { TrpcContext } from './context.ts';

const t = initTRPC.context<TrpcContext>().create({
  errorFormatter({ shape, error }) {
    return { ...shape, data: { code: shape.data.code, httpStatus: shape.data.httpStatus, path: shape.data.path, weft: described(error) } };
  },
});

/** What the browser is told about a failure: class, code, one sentence, located findings. Never a stack. */
function described(error: TRPCError): StoredError {
  if (isWeftError(error.cause) && error.cause.class !== 'bug') return toStoredError(error.cause);
  if (error.cause instanceof ZodError) {
    const issues: Issue[] = error.cause.issues.map((issue) => ({ path: issue.path.join('.'), message: issue.message }));
    return {
      class: 'invalid',
      code: 'invalid_input',
      message: issues[0] ? `${issues[0].path}: ${issues[0].message}` : 'The request is not valid.',
      issues,
    };
  }
  if (error.code === 'UNAUTHORIZED')
    return { class: 'auth', code: 'signed_out', message: 'The session has ended. Sign in again; what is on this page is kept.' };
  if (error.code === 'INTERNAL_SERVER_ERROR') return { class: 'bug', code: 'unexpected', message: error.message };
  return { class: 'invalid', code: error.code.toLowerCase(), message: error.message };
}

const translateErrors = t.middleware(async ({ next, path }) => {
  const result = await next();
  if (result.ok) return result;
  const cause = result.error.cause;
  if (isWeftError(cause) && cause.class !== 'bug') {
    const code = cause.code === 'forbidden' ? 'FORBIDDEN' : ERROR_CLASSES[cause.class].trpcCode;
    throw new TRPCError({ code, message: cause.message, cause });
  }
  if (result.error.code !== 'INTERNAL_SERVER_ERROR') return result;
  const id = randomUUID().slice(0, 8);
  const stack = cause instanceof Error ? cause.stack : String(result.error);
  process.stdout.write(
    `${JSON.stringify({ time: new Date().toISOString(), level: 'error', process: 'web', message: 'A procedure failed', path, id, error: stack })}\n`,
  );
  throw new TRPCError({
    code: 'INTERNAL_SERVER_ERROR',
    message: `Something in Weft itself went wrong; it is logged as ${id}. Nothing was lost.`,
  });
});

const requireSession = t.middleware(async ({ ctx, next }) => {
  if (!ctx.who) throw new TRPCError({ code: 'UNAUTHORIZED', message: 'Not signed in' });
  return next({ ctx: { who: ctx.who, use: await useCaseContext(ctx.who.actor) } });
});

/** Makes a router of procedures. */
export const router = t.router;

/** A procedure for people who are signed in; `ctx.use` is what use cases take first. */
export const procedure = t.procedure.use(translateErrors).use(requireSession);
