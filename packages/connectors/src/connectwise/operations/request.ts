import { defineOperation, doNotRetry, keyValues, optional, text } from '@weft/connector-kit';
import { z } from 'zod';
import { openConnectWise } from '../client.ts';

const METHODS = ['GET', 'POST', 'PATCH', 'PUT', 'DELETE'] as const;

export const request = defineOperation({
  id: 'request',
  kind: 'action',
  title: 'Call the API',
  summary: 'Any call of the ConnectWise REST API, for what no other operation does.',
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
      placeholder: '/service/tickets/7601/timeentries',
      help: 'Below /apis/3.0 of the account.',
    },
    { name: 'query', label: 'Query', required: false, kind: 'keyValue', help: 'Such as conditions, orderBy, pageSize.' },
    { name: 'body', label: 'Body', required: false, kind: 'json', help: 'Sent as JSON. A PATCH takes a list of operations.' },
  ],
  input: z.strictObject({
    method: z.enum(METHODS, { error: `must be one of ${METHODS.join(', ')}` }),
    path: text({ max: 2000 }),
    query: optional(keyValues()),
    body: z.unknown().optional(),
  }),
  output: { type: 'object', properties: { status: { type: 'integer' }, body: {} } },
  sample: { status: 200, body: [{ id: 1, name: 'Service' }] },
  async run(context, input) {
    const query = Object.fromEntries(
      Object.entries(input.query ?? {}).flatMap(([name, value]) => (value === null || value === undefined ? [] : [[name, String(value)]])),
    );
    return openConnectWise(context).raw(input.method, pathBelow(input.path), {
      query,
      ...(input.body === undefined || input.body === null ? {} : { json: input.body }),
    });
  },
});

/** A path of this account. Whole addresses are refused: the keys go to the account's own server only. */
function pathBelow(given: string): string {
  if (/^[a-z][a-z\d+.-]*:|^\/\/|(^|\/)\.\.(\/|$)|\\/i.test(given) || /%2e%2e|%2f|%5c/i.test(given) || /\/apis\/3\.0/.test(given))
    throw doNotRetry(`"${given}" is not a path below /apis/3.0. Give one such as /company/companies.`, { code: 'path_malformed' });
  return given.startsWith('/') ? given : `/${given}`;
}
