import { defineOperation, itemReader, optionalText } from '@weft/connector-kit';
import { z } from 'zod';
import { asOutput, isRecord, itemsInput, itemsOutput, itemsProperty, MAX_ITEMS } from '../properties.ts';

export const flatten = defineOperation({
  id: 'flatten',
  kind: 'action',
  title: 'Flatten a list',
  summary: 'Makes one list of the lists inside the items, such as all lines of all orders, or of several lists.',
  needsConnection: false,
  safety: 'pure',
  properties: [
    itemsProperty,
    {
      name: 'path',
      label: 'The list in each item',
      required: false,
      kind: 'text',
      placeholder: 'lines',
      help: 'Empty when the items are lists themselves. Items without such a list give nothing.',
    },
    {
      name: 'parentAs',
      label: 'Keep the outer item as',
      required: false,
      kind: 'text',
      placeholder: 'order',
      advanced: true,
      help: 'A name under which each inner record carries the item it came from.',
    },
  ],
  input: z.strictObject({ items: itemsInput, path: optionalText(), parentAs: optionalText({ max: 100 }) }),
  output: itemsOutput,
  sample: { items: [{ product: 'Laptop', quantity: 2 }], count: 1 },
  async run(_context, input) {
    const read = itemReader(input.path);
    const { parentAs } = input;
    const flat: unknown[] = [];
    for (const item of input.items) {
      const inner = read(item);
      // Among lists, an item that is none stays as it is: nothing is lost.
      const parts = Array.isArray(inner) ? (inner as unknown[]) : input.path === undefined ? [item] : [];
      for (const part of parts) flat.push(parentAs === undefined ? part : withParent(part, item, parentAs));
      if (flat.length > MAX_ITEMS) break;
    }
    return asOutput(flat);
  },
});

function withParent(part: unknown, parent: unknown, name: string): unknown {
  // Built from entries: a member called __proto__ stays a member.
  return Object.fromEntries([...(isRecord(part) ? Object.entries(part) : [['value', part] as const]), [name, parent]]);
}
