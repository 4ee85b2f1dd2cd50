import { defineOperation, doNotRetry, flag, nameList, optional, optionalText, toFileValue } from '@weft/connector-kit';
import { z } from 'zod';
import { writeXml } from '../writing.ts';

/** A record, or the JSON text of one. Names are judged when they are written, for each has its place. */
const valueInput = z.preprocess(
  (value) => {
    if (typeof value !== 'string' || !value.trim().startsWith('{')) return value === '' || value === null ? undefined : value;
    try {
      return JSON.parse(value) as unknown;
    } catch {
      // Left as text: the schema says what is expected.
      return value;
    }
  },
  z.custom<Record<string, unknown>>((value) => typeof value === 'object' && value !== null && !Array.isArray(value), {
    error: (issue) => (issue.input === undefined ? 'must be given' : 'must be a record'),
  }),
) as unknown as z.ZodType<Record<string, unknown>>;

export const write = defineOperation({
  id: 'write',
  kind: 'action',
  title: 'Write XML',
  summary: 'Makes XML text or an XML file of a record.',
  needsConnection: false,
  safety: 'pure',
  properties: [
    {
      name: 'value',
      label: 'Value',
      required: true,
      kind: 'json',
      placeholder: '{ "order": { "@id": "1042", "customer": "Acme Ltd" } }',
      help: '"@name" becomes an attribute, "#text" the text beside attributes, a list the same element several times.',
    },
    {
      name: 'root',
      label: 'Root element',
      required: false,
      kind: 'text',
      placeholder: 'order',
      help: 'Empty when the value has exactly one name at its top.',
    },
    {
      name: 'order',
      label: 'Order of elements',
      required: false,
      kind: 'list',
      help: 'Names, for receivers that want them in a certain order: what is stored keeps none. The others follow.',
    },
    { name: 'pretty', label: 'Over several lines', required: false, kind: 'boolean' },
    { name: 'declaration', label: 'Begin with <?xml …?>', required: false, kind: 'boolean', initial: true, advanced: true },
    { name: 'fileName', label: 'Make a file called', required: false, kind: 'text', placeholder: 'order.xml', advanced: true },
  ],
  input: z.strictObject({
    value: valueInput,
    root: optionalText({ max: 200 }),
    order: optional(nameList()),
    pretty: optional(flag()),
    declaration: optional(flag()),
    fileName: optionalText({ max: 200 }),
  }),
  output: { type: 'object', properties: { text: { type: 'string' }, file: { type: ['object', 'null'] } } },
  sample: { text: '<?xml version="1.0" encoding="UTF-8"?><order id="1042"><customer>Acme Ltd</customer></order>', file: null },
  async run(_context, input) {
    const text = writeXml(rootOf(input.value, input.root), {
      declaration: input.declaration !== false,
      pretty: input.pretty === true,
      order: input.order ?? [],
    });
    const bytes = Buffer.from(text);
    const file = input.fileName === undefined ? null : toFileValue({ name: input.fileName, mediaType: 'application/xml', bytes });
    return { text, file };
  },
});

function rootOf(value: Record<string, unknown>, name: string | undefined): { name: string; value: unknown } {
  if (name !== undefined) return { name, value };
  const members = Object.entries(value);
  const [only] = members;
  if (only !== undefined && members.length === 1) return { name: only[0], value: only[1] };
  throw doNotRetry(`XML has one root element, but the value has ${members.length} names at its top. Name the root element.`, {
    code: 'xml_root',
  });
}
