import { expect, it } from 'vitest';
import { workflowSchema } from '@weft/workflow';
import { applyEdits, editKey, unanswered } from './answers.ts';

const document = workflowSchema.parse({
  format: 'weft/workflow@1',
  name: 'x',
  config: { board: { title: 'Board', required: true }, note: { title: 'Note' } },
  nodes: [
    {
      id: 'company',
      kind: 'map',
      fields: [
        { to: 'name', from: '{{ trigger.name }}', maxLength: 50 },
        { to: 'city', from: '{{ trigger.city }}' },
      ],
    },
  ],
});

it('puts changed expressions in place and leaves the rest', () => {
  const edited = applyEdits(document, 0, {
    [editKey(0, 'company', 'name')]: '{{ trigger.title }}',
    [editKey(1, 'company', 'city')]: 'other document',
  });
  expect(edited.nodes[0]).toMatchObject({
    fields: [
      { to: 'name', from: '{{ trigger.title }}', maxLength: 50 },
      { to: 'city', from: '{{ trigger.city }}' },
    ],
  });
});

it('names required questions without an answer', () => {
  const questions = new Map(Object.entries(document.config));
  expect(unanswered(questions, {})).toEqual(['Board']);
  expect(unanswered(questions, { board: 'Onboarding' })).toEqual([]);
});
