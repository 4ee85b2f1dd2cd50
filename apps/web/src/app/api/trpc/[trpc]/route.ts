import { fetchRequestHandler } from '@trpc/server/adapters/fetch';
import { isSameOriginRequest } from '../../../../server/auth/origin.ts';
import { createTrpcContext } from '../../../../server/trpc/context.ts';
import { appRouter } from '../../../../server/trpc/router.ts';

function handle(request: Request): Promise<Response> {
  return fetchRequestHandler({
    endpoint: '/api/trpc',
    req: request,
    router: appRouter,
    createContext: () => createTrpcContext(request.headers),
  });
}

export async function GET(request: Request): Promise<Response> {
  return handle(request);
}

/** Mutations: only from pages of ours. */
export async function POST(request: Request): Promise<Response> {
  if (!isSameOriginRequest(request.headers))
    return Response.json({ error: { class: 'auth', code: 'forbidden', message: 'This request came from another site.' } }, { status: 403 });
  return handle(request);
}
