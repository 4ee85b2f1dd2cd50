import { defineOperation, examplesOfSeveral, nameList, pollSeveral } from '@weft/connector-kit';
import { z } from 'zod';
import { watchableChoices } from '../objects.ts';
import { companySample } from '../properties.ts';
import { recordChanged } from './record-changed.ts';

export const recordsChanged = defineOperation({
  id: 'recordsChanged',
  kind: 'trigger',
  mode: 'poll',
  title: 'When records of several objects change',
  summary: 'Starts a run for each record of the chosen objects that is created or updated; the run’s trigger names its object.',
  needsConnection: true,
  intervalMs: 60_000,
  properties: [
    {
      name: 'objects',
      label: 'Objects',
      required: true,
      kind: 'multiSelect',
      choices: watchableChoices,
      help: 'Looked at in this order.',
    },
  ],
  input: z.strictObject({ objects: nameList() }),
  output: { type: 'object', properties: { event: { type: 'string' }, object: { type: 'string' }, record: { type: 'object' } } },
  sample: { event: 'updated', object: 'company', record: companySample },
  poll: (context, watch, cursor) => pollSeveral(recordChanged, context, { objects: watch.objects, cursor }),
  examples: (context, watch) => examplesOfSeveral(recordChanged, context, watch.objects),
});
