/** What the operations have in common: properties, their schemas, and the form of the answer. */
import { flag, integer, keyValues, optional, text, type PropertyInfo } from '@weft/connector-kit';
import { z } from 'zod';
import { ANSWER_KINDS } from './answer.ts';

/** The properties all operations have. */
export const commonProperties = {
  url: { name: 'url', label: 'Address', required: true, kind: 'text', placeholder: 'https://api.example.com/orders' },
  query: { name: 'query', label: 'Query', required: false, kind: 'keyValue', help: 'Added to the address after "?".' },
  headers: { name: 'headers', label: 'Headers', required: false, kind: 'keyValue', advanced: true },
  answer: {
    name: 'answer',
    label: 'Read the answer as',
    required: false,
    kind: 'select',
    initial: 'auto',
    advanced: true,
    choices: [
      { value: 'auto', label: 'What it says it is' },
      { value: 'json', label: 'JSON' },
      { value: 'text', label: 'Text' },
      { value: 'file', label: 'File' },
    ],
  },
  acceptErrors: {
    name: 'acceptErrors',
    label: 'Go on when the answer is an error',
    required: false,
    kind: 'boolean',
    advanced: true,
    help: 'Gives answers of status 400 and above as output instead of failing the step.',
  },
  timeoutSeconds: { name: 'timeoutSeconds', label: 'Wait at most (seconds)', required: false, kind: 'number', initial: 60, advanced: true },
} as const satisfies Record<string, PropertyInfo>;

export const addressInput = {
  url: text({ max: 8000 }),
  query: optional(keyValues()),
  headers: optional(keyValues()),
  timeoutSeconds: optional(integer({ min: 1, max: 600 })),
};

export const commonInput = {
  ...addressInput,
  answer: z.enum(ANSWER_KINDS).default('auto'),
  acceptErrors: optional(flag()),
};

export const answerSchema = {
  type: 'object',
  properties: { status: { type: 'integer' }, headers: { type: 'object', additionalProperties: { type: 'string' } }, body: {} },
} as const;

export const answerSample = { status: 200, headers: { 'content-type': 'application/json' }, body: { id: 1042, name: 'Acme Ltd' } };
