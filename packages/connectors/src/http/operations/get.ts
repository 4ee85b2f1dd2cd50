import { defineOperation } from '@weft/connector-kit';
import { z } from 'zod';
import { call } from '../client.ts';
import { answerSample, answerSchema, commonInput, commonProperties } from '../properties.ts';

export const get = defineOperation({
  id: 'get',
  kind: 'action',
  title: 'Read from a web address',
  summary: 'Asks a web service for data (GET). Changes nothing there.',
  needsConnection: false,
  safety: 'read',
  properties: [
    commonProperties.url,
    commonProperties.query,
    commonProperties.headers,
    commonProperties.answer,
    commonProperties.acceptErrors,
    commonProperties.timeoutSeconds,
  ],
  input: z.strictObject(commonInput),
  output: answerSchema,
  sample: answerSample,
  run: (context, input) => call(context, { ...input, method: 'GET' }),
});
