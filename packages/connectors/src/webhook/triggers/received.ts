import { defineOperation, optionalText } from '@weft/connector-kit';
import { z } from 'zod';

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
      label: 'Answer',
      required: false,
      kind: 'select',
      initial: 'immediately',
      choices: [{ value: 'immediately', label: 'At once, before the run starts' }],
      advanced: true,
    },
    {
      name: 'token',
      label: 'Secret token',
      required: false,
      kind: 'secret',
      help: 'When set, callers must send it in the header x-weft-token or as ?token=.',
    },
  ],
  input: z.strictObject({
    method: z.enum([...METHODS, 'ANY']).default('POST'),
    respond: z.enum(['immediately']).default('immediately'),
    token: optionalText({ max: 200 }),
  }),
  output: {
    type: 'object',
    properties: { method: { type: 'string' }, headers: { type: 'object' }, query: { type: 'object' }, body: {} },
  },
  sample: { method: 'POST', headers: { 'content-type': 'application/json' }, query: {}, body: { id: 1042, name: 'Acme Ltd' } },
});
