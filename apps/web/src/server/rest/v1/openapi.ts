/** The OpenAPI 3.1 document, read from the routes themselves. */
import 'server-only';
import { z } from 'zod';
import type { Route } from './route.ts';
import { ROUTES } from './routes.ts';
import { errorBody } from './schemas.ts';

/** The document, with the address under which the API was asked for. */
export function openApiDocument(publicUrl: string): Record<string, unknown> {
  const paths: Record<string, Record<string, unknown>> = {};
  for (const route of ROUTES) (paths[route.path] ??= {})[route.method.toLowerCase()] = operation(route);
  return {
    openapi: '3.1.0',
    info: {
      title: 'Weft',
      version: '1',
      description:
        'Workflows, runs, templates and connections. Times are ISO 8601 in UTC. Errors have one shape; `class` says what to do about them.',
    },
    servers: [{ url: `${publicUrl}/api/v1` }],
    security: [{ bearer: [] }],
    paths,
    components: {
      securitySchemes: { bearer: { type: 'http', scheme: 'bearer', description: 'A token from Settings, or WEFT_API_TOKEN' } },
      schemas: { Error: toSchema(errorBody) },
    },
  };
}

function operation(route: Route): Record<string, unknown> {
  return {
    operationId: route.id,
    tags: [route.tag],
    summary: route.summary,
    description: `Needs the permission \`${route.permission}\`.`,
    parameters: [...parameters(route.params, 'path'), ...parameters(route.query, 'query')],
    ...(route.body ? { requestBody: { required: true, content: json(toSchema(route.body)) } } : {}),
    responses: {
      [String(route.status ?? 200)]: { description: 'Done', content: json(toSchema(route.response)) },
      ...Object.fromEntries(
        failures(route).map(([status, description]) => [status, { description, content: json({ $ref: '#/components/schemas/Error' }) }]),
      ),
    },
  };
}

/** The ways in which a route can fail, by status. */
function failures(route: Route): [string, string][] {
  return [
    ...(route.body ? [['400', 'The body is not JSON'] as [string, string]] : []),
    ['401', 'No token, or one that is unknown or revoked'],
    ['403', `The token’s role lacks the permission \`${route.permission}\``],
    ...(route.params ? [['404', 'There is no such thing in this workspace'] as [string, string]] : []),
    ...(route.method === 'GET' ? [] : [['409', 'It was changed meanwhile, or is in use'] as [string, string]]),
    ...(route.body ? [['413', 'The body has more than 10 MB'] as [string, string]] : []),
    ['422', 'What was sent breaks a rule; `issues` says where'],
    ['default', 'Anything else; `class` says what to do about it'],
  ];
}

function parameters(schema: z.ZodType | undefined, place: 'path' | 'query'): Record<string, unknown>[] {
  if (!schema) return [];
  const { properties = {}, required = [] } = toSchema(schema) as { properties?: Record<string, unknown>; required?: string[] };
  return Object.entries(properties).map(([name, member]) => ({
    name,
    in: place,
    required: place === 'path' || required.includes(name),
    schema: member,
  }));
}

function json(schema: unknown): Record<string, unknown> {
  return { 'application/json': { schema } };
}

function toSchema(schema: z.ZodType): Record<string, unknown> {
  const { $schema: _dialect, ...rest } = z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' }) as Record<string, unknown>;
  return rest;
}
