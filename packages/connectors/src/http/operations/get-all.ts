import { defineOperation, doNotRetry, integer, optional, optionalText, type PropertyInfo } from '@weft/connector-kit';
import { z } from 'zod';
import { withQuery } from '../client.ts';
import { parsePath } from '../data-path.ts';
import { readPages } from '../pages.ts';
import { FOLLOW_KINDS, withParameter, type Follow } from '../paging.ts';
import { addressInput, commonProperties } from '../properties.ts';

const counted = { property: 'follow', is: ['pageNumber', 'offset'] };

const followProperties: readonly PropertyInfo[] = [
  {
    name: 'follow',
    label: 'The next page is found by',
    required: false,
    kind: 'select',
    initial: 'link',
    choices: [
      { value: 'link', label: 'The Link header (rel=next)' },
      { value: 'nextAddress', label: 'An address in the answer' },
      { value: 'cursor', label: 'A cursor in the answer' },
      { value: 'pageNumber', label: 'Counting pages' },
      { value: 'offset', label: 'Counting records' },
    ] satisfies { value: (typeof FOLLOW_KINDS)[number]; label: string }[],
  },
  {
    name: 'nextPath',
    label: 'Path of the next address',
    required: false,
    kind: 'text',
    placeholder: 'paging.next',
    shownWhen: { property: 'follow', is: ['nextAddress'] },
    help: 'Where the answer holds it. It must be on the same site.',
  },
  {
    name: 'cursorPath',
    label: 'Path of the cursor',
    required: false,
    kind: 'text',
    placeholder: 'meta.next_cursor',
    shownWhen: { property: 'follow', is: ['cursor'] },
    help: 'Where the answer holds it. The list ends when it is empty.',
  },
  {
    name: 'cursorParameter',
    label: 'Parameter for the cursor',
    required: false,
    kind: 'text',
    placeholder: 'cursor',
    shownWhen: { property: 'follow', is: ['cursor'] },
  },
  {
    name: 'pageParameter',
    label: 'Parameter for the page',
    required: false,
    kind: 'text',
    placeholder: 'page',
    shownWhen: { property: 'follow', is: ['pageNumber'] },
  },
  {
    name: 'firstPage',
    label: 'First page',
    required: false,
    kind: 'number',
    placeholder: '1',
    shownWhen: { property: 'follow', is: ['pageNumber'] },
  },
  {
    name: 'offsetParameter',
    label: 'Parameter for the offset',
    required: false,
    kind: 'text',
    placeholder: 'offset',
    shownWhen: { property: 'follow', is: ['offset'] },
  },
  {
    name: 'limitParameter',
    label: 'Parameter for the page size',
    required: false,
    kind: 'text',
    placeholder: 'limit',
    shownWhen: counted,
    help: 'Sent only together with a page size.',
  },
  { name: 'pageSize', label: 'Page size', required: false, kind: 'number', placeholder: '100', shownWhen: counted },
];

const input = z.strictObject({
  ...addressInput,
  itemsPath: optionalText({ max: 500 }),
  follow: z.enum(FOLLOW_KINDS).default('link'),
  nextPath: optionalText({ max: 500 }),
  cursorPath: optionalText({ max: 500 }),
  cursorParameter: optionalText({ max: 200 }),
  pageParameter: optionalText({ max: 200 }),
  firstPage: optional(integer({ min: 0, max: 1_000_000 })),
  offsetParameter: optionalText({ max: 200 }),
  limitParameter: optionalText({ max: 200 }),
  pageSize: optional(integer({ min: 1, max: 10_000 })),
  maxPages: optional(integer({ min: 1, max: 1000 })),
  maxItems: optional(integer({ min: 1, max: 100_000 })),
});
type Input = z.infer<typeof input>;

export const getAll = defineOperation({
  id: 'getAll',
  kind: 'action',
  title: 'Get all pages',
  summary: 'Reads a list that a web service gives page by page (GET). Changes nothing there.',
  needsConnection: false,
  safety: 'read',
  properties: [
    commonProperties.url,
    commonProperties.query,
    {
      name: 'itemsPath',
      label: 'Path of the records',
      required: false,
      kind: 'text',
      placeholder: 'data.items',
      help: 'Where the answer holds its list. Empty: the answer itself, or its only list.',
    },
    ...followProperties,
    {
      name: 'maxItems',
      label: 'Records at most',
      required: false,
      kind: 'number',
      initial: 10_000,
      advanced: true,
    },
    { name: 'maxPages', label: 'Pages at most', required: false, kind: 'number', initial: 100, advanced: true },
    commonProperties.headers,
    { ...commonProperties.timeoutSeconds, label: 'Wait for a page at most (seconds)' },
  ],
  input,
  output: {
    type: 'object',
    properties: {
      items: { type: 'array', items: {} },
      pages: { type: 'integer' },
      complete: { type: 'boolean' },
      ended: { type: 'string', enum: ['noNext', 'emptyPage', 'repeated', 'tooManyEmpty', 'maxPages', 'maxItems'] },
    },
  },
  sample: { items: [{ id: 1042, name: 'Acme Ltd' }], pages: 1, complete: true, ended: 'noNext' },
  run: (context, given) =>
    readPages(context, {
      url: sized(withQuery(given.url, given.query ?? {}), given),
      headers: given.headers,
      timeoutSeconds: given.timeoutSeconds,
      follow: followOf(given),
      itemsPath: given.itemsPath === undefined ? undefined : parsePath(given.itemsPath),
      maxPages: given.maxPages ?? 100,
      maxItems: given.maxItems ?? 10_000,
    }),
});

function followOf(given: Input): Follow {
  switch (given.follow) {
    case 'link':
      return { kind: 'link' };
    case 'nextAddress':
      return { kind: 'nextAddress', path: parsePath(needed(given.nextPath, 'Path of the next address')) };
    case 'cursor':
      return {
        kind: 'cursor',
        path: parsePath(needed(given.cursorPath, 'Path of the cursor')),
        parameter: given.cursorParameter ?? 'cursor',
      };
    case 'pageNumber':
      return { kind: 'pageNumber', parameter: given.pageParameter ?? 'page', first: given.firstPage ?? 1 };
    case 'offset':
      return { kind: 'offset', parameter: given.offsetParameter ?? 'offset', first: 0 };
  }
}

function needed(value: string | undefined, label: string): string {
  if (value === undefined) throw doNotRetry(`${label}: must be given for this way of paging.`, { code: 'input_invalid' });
  return value;
}

function sized(url: string, given: Input): string {
  const counts = given.follow === 'pageNumber' || given.follow === 'offset';
  return counts && given.pageSize !== undefined ? withParameter(url, given.limitParameter ?? 'limit', String(given.pageSize)) : url;
}
