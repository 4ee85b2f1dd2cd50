/** From a request to an answer: who asks, which route, what it was given, what it gave. */
import 'server-only';
import { randomUUID } from 'node:crypto';
import { ERROR_CLASSES, WeftError, invalid, isWeftError, notFound, toStoredError } from '@weft/errors';
import { actorOfToken } from '@weft/runtime';
import type { z } from 'zod';
import { database, logger, useCaseContext } from '../../context.ts';
import { openApiDocument } from './openapi.ts';
import { readBody } from './read-body.ts';
import type { Route } from './route.ts';
import { ROUTES } from './routes.ts';

/** Answers a request below `/api/v1`. */
export async function handleRest(request: Request): Promise<Response> {
  try {
    return await answer(request);
  } catch (thrown) {
    return errorResponse(thrown);
  }
}

async function answer(request: Request): Promise<Response> {
  const url = new URL(request.url);
  const path = url.pathname.replace(/^\/api\/v1/, '').replace(/\/$/, '') || '/';
  if (path === '/openapi.json' && request.method === 'GET')
    return Response.json(openApiDocument((process.env['WEFT_PUBLIC_URL'] ?? url.origin).replace(/\/$/, '')));
  const actor = await authenticate(request);
  const { route, params } = findRoute(request.method, path);
  const input = {
    ctx: await useCaseContext(actor),
    params: parse(route.params, params, 'path'),
    query: parse(route.query, Object.fromEntries(url.searchParams), 'query'),
    body: route.body ? parse(route.body, await readBody(request), 'body') : undefined,
  };
  return Response.json(await route.handle(input), { status: route.status ?? 200 });
}

async function authenticate(request: Request): Promise<NonNullable<Awaited<ReturnType<typeof actorOfToken>>>> {
  const token = /^Bearer\s+(\S+)$/i.exec(request.headers.get('authorization') ?? '')?.[1];
  if (!token)
    throw new WeftError({
      class: 'auth',
      code: 'token_missing',
      message: 'Send a token: “Authorization: Bearer …”. Tokens are made under Settings.',
    });
  const actor = await actorOfToken(database(), token);
  if (!actor) throw new WeftError({ class: 'auth', code: 'token_invalid', message: 'This token is unknown or was revoked.' });
  return actor;
}

function findRoute(method: string, path: string): { route: Route; params: Record<string, string> } {
  const here = ROUTES.flatMap((route) => {
    const params = match(route.path, path);
    return params ? [{ route, params }] : [];
  });
  // A fixed word wins over a parameter in its place.
  const found = here
    .filter(({ route }) => route.method === method)
    .toSorted((a, b) => Object.keys(a.params).length - Object.keys(b.params).length)[0];
  if (found) return found;
  if (here.length === 0) throw notFound('route_unknown', `There is nothing at /api/v1${path}. See /api/v1/openapi.json.`);
  const allowed = [...new Set(here.map(({ route }) => route.method))].join(', ');
  throw new WeftError({
    class: 'invalid',
    code: 'method_not_allowed',
    message: `/api/v1${path} takes ${allowed}, not ${method}.`,
    detail: allowed,
  });
}

function match(pattern: string, path: string): Record<string, string> | undefined {
  const wanted = pattern.split('/');
  const given = path.split('/');
  if (wanted.length !== given.length) return undefined;
  const params: Record<string, string> = {};
  for (const [index, part] of wanted.entries()) {
    const name = /^\{(\w+)\}$/.exec(part)?.[1];
    if (name) params[name] = decode(given[index] ?? '');
    else if (part !== given[index]) return undefined;
  }
  return params;
}

/** A part of a path; one that is wrongly encoded stands for itself and is looked up in vain. */
function decode(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

function parse(schema: z.ZodType | undefined, value: unknown, where: string): unknown {
  if (!schema) return undefined;
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const issues = result.error.issues.map((issue) => ({ path: [where, ...issue.path].join('.'), message: issue.message }));
  throw invalid('request_invalid', issues.map(({ path, message }) => `${path}: ${message}`).join('; '), issues);
}

const ERROR_STATUS: Readonly<Record<string, number>> = { forbidden: 403, method_not_allowed: 405, body_too_large: 413, body_not_json: 400 };

function errorResponse(thrown: unknown): Response {
  if (isWeftError(thrown) && thrown.class !== 'bug') {
    const { class: errorClass, code, message, issues } = toStoredError(thrown);
    const status = ERROR_STATUS[code] ?? ERROR_CLASSES[errorClass].httpStatus;
    return Response.json(
      { error: { class: errorClass, code, message, ...(issues ? { issues } : {}) } },
      { status, headers: headersOf(thrown, status) },
    );
  }
  const reference = randomUUID().slice(0, 8);
  logger().error('A request to the API failed', { reference, error: thrown });
  return Response.json(
    {
      error: {
        class: 'bug',
        code: 'unexpected',
        message: `Something in Weft itself went wrong; it is logged as ${reference}. Nothing was lost.`,
      },
    },
    { status: 500 },
  );
}

/** What HTTP wants beside a status. */
function headersOf(error: WeftError, status: number): Record<string, string> {
  if (status === 401) return { 'www-authenticate': 'Bearer' };
  if (status === 405) return { allow: String(error.detail) };
  return error.retryAfterMs === undefined ? {} : { 'retry-after': String(Math.ceil(error.retryAfterMs / 1000)) };
}
