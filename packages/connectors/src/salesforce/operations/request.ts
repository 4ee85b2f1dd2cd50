import { defineOperation, doNotRetry, keyValues, optional, text } from '@weft/connector-kit';
import { z } from 'zod';
import { openSalesforce } from '../client.ts';

const METHODS = ['GET', 'POST', 'PATCH', 'PUT', 'DELETE'] as const;

export const request = defineOperation({
  id: 'request',
  kind: 'action',
  title: 'Call the API',
  summary: 'Any call of the org’s REST API, for what no other operation does.',
  needsConnection: true,
  safety: 'blind',
  safetyOf: (input) => ((input as { method?: unknown } | undefined)?.method === 'GET' ? 'read' : 'blind'),
  properties: [
    {
      name: 'method',
      label: 'Method',
      required: true,
      kind: 'select',
      initial: 'GET',
      choices: METHODS.map((method) => ({ value: method, label: method })),
    },
    {
      name: 'path',
      label: 'Path',
      required: true,
      kind: 'text',
      placeholder: '/sobjects/Account/listviews',
      help: 'Below /services/data/vXX.0, or a whole path that begins with /services/.',
    },
    { name: 'query', label: 'Query', required: false, kind: 'keyValue' },
    { name: 'headers', label: 'Headers', required: false, kind: 'keyValue', advanced: true },
    { name: 'body', label: 'Body', required: false, kind: 'json', help: 'Sent as JSON. Text is sent as it is.' },
  ],
  input: z.strictObject({
    method: z.enum(METHODS, { error: `must be one of ${METHODS.join(', ')}` }),
    path: text({ max: 4000 }),
    query: optional(keyValues()),
    headers: optional(keyValues()),
    body: z.unknown().optional(),
  }),
  output: { type: 'object', properties: { status: { type: 'integer' }, body: {} } },
  sample: { status: 200, body: { listviews: [] } },
  async run(context, input) {
    const salesforce = await openSalesforce(context);
    const body = await salesforce.run(
      (connection) =>
        connection.request<unknown>({
          method: input.method,
          url: `${pathOf(input.path)}${queryOf(input.path, input.query)}`,
          headers: {
            ...(input.body === undefined || input.body === null ? {} : { 'content-type': 'application/json' }),
            ...Object.fromEntries(Object.entries(input.headers ?? {}).map(([name, value]) => [name.toLowerCase(), String(value)])),
          },
          ...(input.body === undefined || input.body === null
            ? {}
            : { body: typeof input.body === 'string' ? input.body : JSON.stringify(input.body) }),
        }),
      `${input.method} ${input.path}`,
    );
    return { status: salesforce.lastAnswer()?.status ?? 200, body: body ?? null };
  },
});

/** A path of this org. Whole addresses are refused: the token goes to the org only. */
function pathOf(given: string): string {
  if (/^[a-z][a-z\d+.-]*:|^\/\/|(^|\/)\.\.?(\/|$)|\\|%2e|%2f|%5c/i.test(given))
    throw doNotRetry(`"${given}" is not a path of the org. Give one such as /sobjects/Account.`, { code: 'path_malformed' });
  // Its answers are sessions: they would stand in the run, and whoever reads it could use them.
  if (/^\/?services\/oauth2\/(?!userinfo)/i.test(plainPath(given)))
    throw doNotRetry(`"${given}" gives out sessions of the org. A workflow must not ask for one; the account signs in by itself.`, {
      code: 'path_not_allowed',
    });
  return given.startsWith('/') ? given : `/${given}`;
}

function plainPath(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    // Text that is no escape is what it is.
    return path;
  }
}

function queryOf(path: string, query: Readonly<Record<string, unknown>> | undefined): string {
  const pairs = Object.entries(query ?? {}).filter(([, value]) => value !== null && value !== undefined);
  return pairs.length === 0
    ? ''
    : `${path.includes('?') ? '&' : '?'}${new URLSearchParams(pairs.map(([name, value]) => [name, String(value)])).toString()}`;
}
