import { defineOperation, doNotRetry, flag, optional, optionalText } from '@weft/connector-kit';
import { z } from 'zod';
import { verifyRequest } from '../verify.ts';

const METHODS = ['POST', 'GET', 'PUT', 'PATCH', 'DELETE'] as const;

export const received = defineOperation({
  id: 'received',
  kind: 'trigger',
  mode: 'webhook',
  title: 'When a web request arrives',
  summary: 'Starts a run for each request to the address of this workflow.',
  needsConnection: false,
  properties: [
    {
      name: 'method',
      label: 'Method',
      required: false,
      kind: 'select',
      initial: 'POST',
      choices: [...METHODS.map((value) => ({ value, label: value })), { value: 'ANY', label: 'Any' }],
    },
    {
      name: 'respond',
      label: 'Response',
      required: false,
      kind: 'select',
      initial: 'immediately',
      choices: [
        { value: 'immediately', label: 'At once', hint: '202, before the run starts' },
        { value: 'atEnd', label: 'When the run has ended', hint: 'with its last output' },
        { value: 'custom', label: 'By a Respond node', hint: 'with what it says' },
      ],
    },
    {
      name: 'timeoutSeconds',
      label: 'Wait for the response, seconds',
      required: false,
      kind: 'number',
      placeholder: '30',
      advanced: true,
      shownWhen: { property: 'respond', is: ['atEnd', 'custom'] },
      help: 'Longer than that, and the request is answered with the run’s id while the run goes on. At most 300.',
    },
    {
      name: 'timeoutStatus',
      label: 'Status when it takes longer',
      required: false,
      kind: 'number',
      placeholder: '202',
      advanced: true,
      shownWhen: { property: 'respond', is: ['atEnd', 'custom'] },
    },
    {
      name: 'token',
      label: 'Secret token',
      required: false,
      kind: 'secret',
      help: 'When set, callers must send it in the header x-weft-token or as ?token=.',
    },
    {
      name: 'deliveryHeader',
      label: 'Header that names a delivery',
      required: false,
      kind: 'text',
      advanced: true,
      placeholder: 'x-delivery-id',
      help: 'A delivery that comes again under the same name starts no second run. The usual headers are known without.',
    },
    {
      name: 'keepRaw',
      label: 'Keep the body as it came',
      required: false,
      kind: 'boolean',
      advanced: true,
      help: 'Gives the bytes as base64 in rawBody, beside what was read from them.',
    },
  ],
  input: z.strictObject({
    method: z.enum([...METHODS, 'ANY']).default('POST'),
    respond: z.enum(['immediately', 'atEnd', 'custom']).default('immediately'),
    timeoutSeconds: optional(z.coerce.number().min(1).max(300)),
    timeoutStatus: optional(z.coerce.number().int().min(200).max(599)),
    token: optionalText({ max: 200 }),
    deliveryHeader: optionalText({ max: 100 }),
    keepRaw: optional(flag()),
  }),
  output: {
    type: 'object',
    properties: { method: { type: 'string' }, headers: { type: 'object' }, query: { type: 'object' }, body: {} },
  },
  verify: ({ connection, now }, _input, request) => {
    if (!connection) throw doNotRetry('There is no account to verify this request with.');
    verifyRequest(connection.values, request, now());
  },
  sample: { method: 'POST', headers: { 'content-type': 'application/json' }, query: {}, body: { id: 1042, name: 'Acme Ltd' } },
});
