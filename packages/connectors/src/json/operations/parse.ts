import { defineOperation, flag, optional, readText, TEXT_ENCODINGS, textOrFile } from '@weft/connector-kit';
import { z } from 'zod';
import { readJson, readJsonLines } from '../reading.ts';

export const parse = defineOperation({
  id: 'parse',
  kind: 'action',
  title: 'Read JSON',
  summary: 'Makes a value of JSON text or a JSON file, to pick from in later steps.',
  needsConnection: false,
  safety: 'pure',
  properties: [
    { name: 'source', label: 'Text or file', required: true, kind: 'longText', placeholder: '{{ steps.download.file }}' },
    {
      name: 'lines',
      label: 'One value in each line',
      required: false,
      kind: 'boolean',
      help: 'JSON Lines, as exports and logs have it. Gives a list.',
    },
    { name: 'encoding', label: 'Encoding of the file', required: false, kind: 'select', advanced: true, choices: TEXT_ENCODINGS },
  ],
  input: z.strictObject({
    source: textOrFile(),
    lines: optional(flag()),
    encoding: optional(z.enum(TEXT_ENCODINGS.map(({ value }) => value))),
  }),
  output: { type: 'object', properties: { value: {} } },
  sample: { value: { id: 1042, name: 'Acme Ltd', tags: ['customer'] } },
  async run(_context, input) {
    const text = readText(input.source, input.encoding);
    return { value: input.lines === true ? readJsonLines(text) : readJson(text) };
  },
});
