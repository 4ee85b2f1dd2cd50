import { defineOperation, fileBytes, flag, nameList, optional, readText, TEXT_ENCODINGS, textOrFile } from '@weft/connector-kit';
import { z } from 'zod';
import { declaredEncoding, readXml } from '../reading.ts';

export const parse = defineOperation({
  id: 'parse',
  kind: 'action',
  title: 'Read XML',
  summary: 'Makes a record of XML text or an XML file, to pick from in later steps.',
  needsConnection: false,
  safety: 'pure',
  properties: [
    { name: 'source', label: 'Text or file', required: true, kind: 'longText', placeholder: '{{ steps.download.file }}' },
    {
      name: 'lists',
      label: 'Elements that are lists',
      required: false,
      kind: 'list',
      help: 'An element that comes once looks like a single one. Name those that may come more often, as line or order.lines.line.',
    },
    {
      name: 'dropPrefixes',
      label: 'Leave out prefixes',
      required: false,
      kind: 'boolean',
      help: 'Makes soap:Body just Body, whatever the sender calls its namespaces.',
    },
    { name: 'keepSpaces', label: 'Keep spaces around text', required: false, kind: 'boolean', advanced: true },
    {
      name: 'encoding',
      label: 'Encoding of the file',
      required: false,
      kind: 'select',
      advanced: true,
      choices: TEXT_ENCODINGS,
      help: 'Only when the file does not name it, or a wrong one.',
    },
  ],
  input: z.strictObject({
    source: textOrFile(),
    lists: optional(nameList()),
    dropPrefixes: optional(flag()),
    keepSpaces: optional(flag()),
    encoding: optional(z.enum(TEXT_ENCODINGS.map(({ value }) => value))),
  }),
  output: { type: 'object', properties: { value: { type: 'object' } } },
  sample: { value: { order: { '@id': '1042', customer: 'Acme Ltd', line: [{ '@sku': 'A1', '#text': 'Laptop' }] } } },
  async run(_context, input) {
    const { source } = input;
    const encoding = input.encoding ?? (typeof source === 'string' ? undefined : declaredEncoding(fileBytes(source)));
    const value = readXml(readText(source, encoding), {
      dropPrefixes: input.dropPrefixes === true,
      keepSpaces: input.keepSpaces === true,
      lists: new Set(input.lists),
    });
    return { value };
  },
});
