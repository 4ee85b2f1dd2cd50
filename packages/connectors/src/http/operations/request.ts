import { defineOperation, file, flag, keyValues, optional, optionalText, type EffectSafety, type PropertyInfo } from '@weft/connector-kit';
import { z } from 'zod';
import { BODY_KINDS } from '../body.ts';
import { call } from '../client.ts';
import { answerSample, answerSchema, commonInput, commonProperties } from '../properties.ts';

const METHODS = ['POST', 'PUT', 'PATCH', 'DELETE', 'GET', 'HEAD', 'OPTIONS'] as const;

/** By the meaning of the methods (RFC 9110, section 9.2): these change nothing, or twice equals once. */
const SAFETY_OF_METHOD: Readonly<Record<string, EffectSafety>> = {
  GET: 'read',
  HEAD: 'read',
  OPTIONS: 'read',
  PUT: 'idempotent',
  DELETE: 'idempotent',
};

/** Takes input that nobody has checked yet. Whatever stands behind a POST: after a lost answer nobody can tell whether it acted. */
function safetyOf(input: unknown): EffectSafety {
  const { method, isRepeatable, keyHeader } = (input ?? {}) as { method?: unknown; isRepeatable?: unknown; keyHeader?: unknown };
  const byMethod = SAFETY_OF_METHOD[typeof method === 'string' ? method : ''];
  if (byMethod !== undefined) return byMethod;
  const isHarmless = isRepeatable === true || isRepeatable === 'true' || (typeof keyHeader === 'string' && keyHeader.trim() !== '');
  return isHarmless ? 'idempotent' : 'blind';
}

const bodyProperties: readonly PropertyInfo[] = [
  {
    name: 'bodyKind',
    label: 'Send',
    required: false,
    kind: 'select',
    initial: 'json',
    choices: [
      { value: 'json', label: 'JSON' },
      { value: 'text', label: 'Text' },
      { value: 'form', label: 'Form' },
      { value: 'multipart', label: 'Form with files' },
      { value: 'file', label: 'One file' },
    ] satisfies { value: (typeof BODY_KINDS)[number]; label: string }[],
  },
  {
    name: 'body',
    label: 'Body',
    required: false,
    kind: 'json',
    shownWhen: { property: 'bodyKind', is: ['json'] },
    help: 'A record or list, or data of an earlier step. Empty sends no body.',
  },
  { name: 'text', label: 'Text', required: false, kind: 'longText', shownWhen: { property: 'bodyKind', is: ['text'] } },
  {
    name: 'contentType',
    label: 'Type of the text',
    required: false,
    kind: 'text',
    placeholder: 'text/plain; charset=utf-8',
    shownWhen: { property: 'bodyKind', is: ['text'] },
  },
  { name: 'form', label: 'Fields', required: false, kind: 'keyValue', shownWhen: { property: 'bodyKind', is: ['form'] } },
  {
    name: 'parts',
    label: 'Parts',
    required: false,
    kind: 'keyValue',
    shownWhen: { property: 'bodyKind', is: ['multipart'] },
    help: 'A value is text, or the file of an earlier step: { name, mediaType, base64 }.',
  },
  {
    name: 'file',
    label: 'File',
    required: false,
    kind: 'text',
    placeholder: 'Insert the file of an earlier step',
    shownWhen: { property: 'bodyKind', is: ['file'] },
    help: 'Sent as it is, with its own media type.',
  },
];

const repeatProperties: readonly PropertyInfo[] = [
  {
    name: 'keyHeader',
    label: 'Header for a key against doubles',
    required: false,
    kind: 'text',
    placeholder: 'Idempotency-Key',
    advanced: true,
    help: 'For services that carry out a request with the same key only once. The key is the same for all tries of a step, so that a lost answer is tried again.',
  },
  {
    name: 'isRepeatable',
    label: 'Sending it twice does no harm',
    required: false,
    kind: 'boolean',
    advanced: true,
    help: 'Tries again after a lost answer. Otherwise a POST or PATCH whose answer nobody saw stops the run as uncertain.',
  },
];

export const request = defineOperation({
  id: 'request',
  kind: 'action',
  title: 'Send a web request',
  summary: 'Sends data or files to any web service.',
  needsConnection: false,
  safety: 'blind',
  safetyOf,
  properties: [
    {
      name: 'method',
      label: 'Method',
      required: false,
      kind: 'select',
      initial: 'POST',
      choices: METHODS.map((value) => ({ value, label: value })),
    },
    commonProperties.url,
    commonProperties.query,
    ...bodyProperties,
    commonProperties.headers,
    commonProperties.answer,
    commonProperties.acceptErrors,
    commonProperties.timeoutSeconds,
    ...repeatProperties,
  ],
  input: z.strictObject({
    ...commonInput,
    method: z.enum(METHODS).default('POST'),
    bodyKind: optional(z.enum(BODY_KINDS)),
    body: z.unknown().optional(),
    text: optional(z.string({ error: 'must be text' })),
    contentType: optionalText({ max: 200 }),
    form: optional(keyValues()),
    parts: optional(keyValues()),
    file: optional(file()),
    keyHeader: optionalText({ max: 100 }),
    isRepeatable: optional(flag()),
  }),
  output: answerSchema,
  sample: { ...answerSample, status: 201 },
  run(context, { keyHeader, ...input }) {
    const headers = keyHeader === undefined ? input.headers : { ...input.headers, [keyHeader]: context.idempotencyKey };
    return call(context, { ...input, headers, isRepeatable: safetyOf({ ...input, keyHeader }) !== 'blind' });
  },
});
