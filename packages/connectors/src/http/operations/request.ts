import { defineOperation } from '@weft/connector-kit';
import { z } from 'zod';
import { call } from '../client.ts';
import { answerSample, answerSchema, commonInput, commonProperties } from '../properties.ts';

const METHODS = ['POST', 'PUT', 'PATCH', 'DELETE', 'GET', 'HEAD'] as const;

export const request = defineOperation({
  id: 'request',
  kind: 'action',
  title: 'Send a web request',
  summary: 'Sends data to any web service.',
  needsConnection: false,
  // Whatever stands behind the address: after a lost answer nobody can tell whether it acted.
  safety: 'blind',
  properties: [
    {
      name: 'method',
      label: 'Method',
      required: false,
      kind: 'select',
      initial: 'POST',
      choices: METHODS.map((value) => ({ value, label: value })),
    },
    commonProperties.url,
    commonProperties.query,
    { name: 'body', label: 'Body', required: false, kind: 'json', help: 'A record or list is sent as JSON, text as it is.' },
    commonProperties.headers,
    commonProperties.answer,
    commonProperties.acceptErrors,
    commonProperties.timeoutSeconds,
  ],
  input: z.strictObject({ ...commonInput, method: z.enum(METHODS).default('POST'), body: z.unknown().optional() }),
  output: answerSchema,
  sample: { ...answerSample, status: 201 },
  run: (context, input) => call(context, input),
});
