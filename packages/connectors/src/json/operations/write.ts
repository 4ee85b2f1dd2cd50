import { defineOperation, doNotRetry, flag, optional, optionalText, toFileValue } from '@weft/connector-kit';
import { z } from 'zod';
import { MAX_DEPTH } from '../reading.ts';

export const write = defineOperation({
  id: 'write',
  kind: 'action',
  title: 'Write JSON',
  summary: 'Makes JSON text or a JSON file of a value.',
  needsConnection: false,
  safety: 'pure',
  properties: [
    { name: 'value', label: 'Value', required: false, kind: 'json', placeholder: '{{ steps.find.records }}' },
    { name: 'pretty', label: 'Over several lines', required: false, kind: 'boolean' },
    { name: 'lines', label: 'One item of a list in each line', required: false, kind: 'boolean', advanced: true, help: 'JSON Lines.' },
    {
      name: 'sortNames',
      label: 'Names in order',
      required: false,
      kind: 'boolean',
      advanced: true,
      help: 'So that equal values have equal texts.',
    },
    { name: 'fileName', label: 'Make a file called', required: false, kind: 'text', placeholder: 'export.json', advanced: true },
  ],
  input: z.strictObject({
    value: z.unknown().optional(),
    pretty: optional(flag()),
    lines: optional(flag()),
    sortNames: optional(flag()),
    fileName: optionalText({ max: 200 }),
  }),
  output: { type: 'object', properties: { text: { type: 'string' }, file: { type: ['object', 'null'] } } },
  sample: { text: '{"id":1042,"name":"Acme Ltd"}', file: null },
  async run(_context, input) {
    if (isDeeper(input.value, MAX_DEPTH))
      throw doNotRetry(`The value is nested more than ${MAX_DEPTH} levels deep.`, { code: 'json_too_deep' });
    const value = input.sortNames === true ? sorted(input.value ?? null) : (input.value ?? null);
    const text = input.lines === true ? linesOf(value) : textOf(value, input.pretty === true ? 2 : 0);
    const mediaType = input.lines === true ? 'application/jsonl' : 'application/json';
    const file = input.fileName === undefined ? null : toFileValue({ name: input.fileName, mediaType, bytes: Buffer.from(text) });
    return { text, file };
  },
});

function isDeeper(value: unknown, levels: number): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return levels === 0 || Object.values(value).some((member) => isDeeper(member, levels - 1));
}

function textOf(value: unknown, indent = 0): string {
  return JSON.stringify(value, undefined, indent) ?? 'null';
}

function linesOf(value: unknown): string {
  if (!Array.isArray(value)) throw doNotRetry('Only a list can be written with one item in each line.', { code: 'not_a_list' });
  return value.map((item) => `${textOf(item)}\n`).join('');
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  // Built from entries: a member called __proto__ stays a member.
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, member]) => [name, sorted(member)]),
  );
}
