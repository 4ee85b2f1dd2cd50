import { defineOperation } from '@weft/connector-kit';
import { z } from 'zod';

export const runFailed = defineOperation({
  id: 'runFailed',
  kind: 'trigger',
  mode: 'failure',
  title: 'When a run fails',
  summary: 'Starts a run for each run of the chosen workflows, or of any, that failed, ended as uncertain or was quarantined.',
  needsConnection: false,
  properties: [
    {
      name: 'workflows',
      label: 'Of these workflows',
      required: false,
      kind: 'list',
      help: 'Empty: of any workflow, except runs of drafts and runs whose caller waits for them. Never of workflows that start so themselves.',
    },
  ],
  input: z.strictObject({ workflows: z.array(z.string()).default([]) }),
  output: {
    type: 'object',
    properties: {
      workflow: { type: 'object', properties: { id: { type: 'string' }, name: { type: 'string' } } },
      run: {
        type: 'object',
        properties: {
          id: { type: 'string' },
          status: { type: 'string' },
          origin: { type: 'string' },
          version: { type: 'number' },
          businessKey: { type: 'string' },
          startedAt: { type: 'string', format: 'date-time' },
          finishedAt: { type: 'string', format: 'date-time' },
        },
      },
      error: { type: 'object', properties: { class: { type: 'string' }, code: { type: 'string' }, message: { type: 'string' } } },
      failedNode: { type: 'object', properties: { id: { type: 'string' }, title: { type: 'string' } } },
      link: { type: 'string' },
    },
  },
  sample: {
    workflow: { id: '019b2b7a-5a6e-7cc0-a1b2-9b0c1d2e3f40', name: 'New customer' },
    run: {
      id: '019b2b7c-0d12-7f00-8a11-5c6d7e8f9a0b',
      status: 'failed',
      origin: 'poll',
      version: 3,
      businessKey: 'Acme Ltd',
      startedAt: '2026-01-05T08:00:00.000Z',
      finishedAt: '2026-01-05T08:00:04.000Z',
    },
    error: { class: 'invalid', code: 'refused', message: 'The company was refused: its name is longer than 50 characters.' },
    failedNode: { id: 'company', title: 'Create company' },
    link: 'https://weft.example.com/runs/019b2b7c-0d12-7f00-8a11-5c6d7e8f9a0b',
  },
});
