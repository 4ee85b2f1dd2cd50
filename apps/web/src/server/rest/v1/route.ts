/** What a route of the REST API is made of. The router and the OpenAPI document are both read from these. */
import 'server-only';
import type { Ctx, Permission } from '@weft/runtime';
import type { z } from 'zod';

/** What a handler is given: everything parsed. */
export interface RouteInput<Params, Query, Body> {
  readonly ctx: Ctx;
  readonly params: Params;
  readonly query: Query;
  readonly body: Body;
}

/** One route. */
export interface Route<Params extends z.ZodType = z.ZodType, Query extends z.ZodType = z.ZodType, Body extends z.ZodType = z.ZodType> {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** Below `/api/v1`, parameters in braces: `/workflows/{id}`. */
  readonly path: string;
  readonly id: string;
  readonly tag: string;
  readonly summary: string;
  /** Least permission; for the document. The use case checks it. */
  readonly permission: Permission;
  readonly params?: Params;
  readonly query?: Query;
  readonly body?: Body;
  readonly response: z.ZodType;
  /** Status of success, 200 when absent. */
  readonly status?: 200 | 201 | 202;
  handle(input: RouteInput<z.infer<Params>, z.infer<Query>, z.infer<Body>>): Promise<unknown>;
}

/** Declares a route with the types of its input inferred. */
export function route<Params extends z.ZodType, Query extends z.ZodType, Body extends z.ZodType>(
  definition: Route<Params, Query, Body>,
): Route {
  // The router parses with the route's own schemas before it calls.
  return definition as unknown as Route;
}
