import { defineOperation } from '@weft/connector-kit';
import { z } from 'zod';

export const started = defineOperation({
  id: 'started',
  kind: 'trigger',
  mode: 'manual',
  title: 'When somebody starts it',
  summary: 'Starts a run by a press of Run, or by a call of the API, with the data given there.',
  needsConnection: false,
  properties: [],
  input: z.strictObject({}),
  // Whatever was given to the run.
  output: { type: 'object' },
  sample: {},
});
