import { defineOperation, optional, optionalText, text } from '@weft/connector-kit';
import { z } from 'zod';
import { join as joinLists } from '../joining.ts';
import { asOutput, ignoreCaseInput, ignoreCaseProperty, itemsInput, itemsOutput } from '../properties.ts';

export const join = defineOperation({
  id: 'join',
  kind: 'action',
  title: 'Join two lists',
  summary: 'Brings the records of two lists together by a field that both have, such as contacts and their companies.',
  needsConnection: false,
  safety: 'pure',
  properties: [
    { name: 'left', label: 'First list', required: true, kind: 'list', placeholder: '{{ steps.contacts.records }}' },
    { name: 'leftKey', label: 'Field of the first', required: true, kind: 'text', placeholder: 'account.id' },
    { name: 'right', label: 'Second list', required: true, kind: 'list', placeholder: '{{ steps.companies.records }}' },
    {
      name: 'rightKey',
      label: 'Field of the second',
      required: false,
      kind: 'text',
      placeholder: 'id',
      help: 'Empty: the same as of the first.',
    },
    {
      name: 'keep',
      label: 'Keep',
      required: false,
      kind: 'select',
      initial: 'inner',
      choices: [
        { value: 'inner', label: 'what is in both', hint: 'inner join' },
        { value: 'left', label: 'all of the first', hint: 'left join' },
        { value: 'full', label: 'all of both', hint: 'full join' },
        { value: 'leftOnly', label: 'what only the first has' },
        { value: 'rightOnly', label: 'what only the second has' },
      ],
    },
    {
      name: 'matches',
      label: 'When several of the second match',
      required: false,
      kind: 'select',
      initial: 'all',
      advanced: true,
      choices: [
        { value: 'all', label: 'one row for each' },
        { value: 'first', label: 'only the first' },
      ],
    },
    {
      name: 'prefix',
      label: 'Before names that both lists have',
      required: false,
      kind: 'text',
      initial: 'right_',
      advanced: true,
      help: 'Put in front of the second list’s fields.',
    },
    ignoreCaseProperty,
  ],
  input: z.strictObject({
    left: itemsInput,
    right: itemsInput,
    leftKey: text({ max: 300 }),
    rightKey: optionalText({ max: 300 }),
    keep: optional(z.enum(['inner', 'left', 'full', 'leftOnly', 'rightOnly'])),
    matches: optional(z.enum(['all', 'first'])),
    prefix: optionalText({ max: 60 }),
    ignoreCase: ignoreCaseInput,
  }),
  output: {
    ...itemsOutput,
    properties: {
      ...itemsOutput.properties,
      matched: { type: 'integer' },
      leftOnly: { type: 'integer' },
      rightOnly: { type: 'integer' },
    },
  },
  sample: { items: [{ name: 'Ann', accountId: '7', right_name: 'Acme Ltd' }], count: 1, matched: 1, leftOnly: 0, rightOnly: 2 },
  async run(_context, input) {
    const joined = joinLists({
      left: input.left,
      right: input.right,
      leftKey: input.leftKey,
      rightKey: input.rightKey ?? input.leftKey,
      ignoreCase: input.ignoreCase === true,
      onlyFirst: input.matches === 'first',
      prefix: input.prefix ?? 'right_',
    });
    const { both, leftOnly, rightOnly, leftInOrder } = joined;
    const kept = { inner: both, left: leftInOrder, full: [...leftInOrder, ...rightOnly], leftOnly, rightOnly }[input.keep ?? 'inner'];
    return { ...asOutput(kept), matched: both.length, leftOnly: leftOnly.length, rightOnly: rightOnly.length };
  },
});
