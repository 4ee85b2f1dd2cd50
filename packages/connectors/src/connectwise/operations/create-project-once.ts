import { defineOperation, doNotRetry, optional, optionalText, record, text } from '@weft/connector-kit';
import type { ActionContext } from '@weft/connector-kit';
import { z } from 'zod';
import { openConnectWise, type CwRecord } from '../client.ts';
import { buildFilter } from '../conditions.ts';
import { cutAtWord } from '../naming.ts';
import { OBJECTS } from '../objects.ts';
import { companyProperty, createdSchema, idInput } from '../properties.ts';
import { reference } from '../references.ts';
import { create, theOne } from '../writing.ts';

const NAME_LENGTH = 100;
const BILLING = ['ActualRates', 'FixedFee', 'NotToExceed', 'OverrideRate'] as const;
const DAY = /^\d{4}-\d{2}-\d{2}/;

export const createProjectOnce = defineOperation({
  id: 'createProjectOnce',
  kind: 'action',
  title: 'Create a project once',
  summary: 'Creates a project unless the company has one with the same external reference, which is kept in its description.',
  needsConnection: true,
  safety: 'searchable',
  properties: [
    {
      name: 'externalReference',
      label: 'External reference',
      required: true,
      kind: 'text',
      maxLength: 100,
      placeholder: 'sf-opp:{{ trigger.record.Id }}',
      help: 'At most one project is made for each. It becomes the last line of the description, for projects have no field of their own for it.',
    },
    { name: 'name', label: 'Name', required: true, kind: 'text', help: 'Longer than 100 characters is cut at a word.' },
    companyProperty,
    { name: 'contactId', label: 'Contact id', required: false, kind: 'text' },
    { name: 'board', label: 'Board', required: true, kind: 'select', remote: { what: 'choices', dependsOn: [] }, help: 'A project board.' },
    {
      name: 'billingMethod',
      label: 'Billing method',
      required: false,
      kind: 'select',
      initial: 'ActualRates',
      choices: [
        { value: 'ActualRates', label: 'Actual rates' },
        { value: 'FixedFee', label: 'Fixed fee' },
        { value: 'NotToExceed', label: 'Not to exceed' },
        { value: 'OverrideRate', label: 'Override rate' },
      ],
    },
    { name: 'estimatedStart', label: 'Estimated start', required: true, kind: 'text', placeholder: '2026-01-15' },
    { name: 'estimatedEnd', label: 'Estimated end', required: true, kind: 'text', placeholder: '2026-03-31' },
    { name: 'description', label: 'Description', required: false, kind: 'longText' },
    {
      name: 'record',
      label: 'Other fields',
      required: false,
      kind: 'record',
      remote: { what: 'fields', dependsOn: [], object: 'project' },
      advanced: true,
    },
  ],
  input: z.strictObject({
    externalReference: text({ max: 100 }),
    name: text({ max: 1000 }),
    companyId: idInput,
    contactId: optional(idInput),
    board: text({ max: 100 }),
    billingMethod: optional(z.enum(BILLING, { error: `must be one of ${BILLING.join(', ')}` })),
    estimatedStart: text({ max: 40 }),
    estimatedEnd: text({ max: 40 }),
    description: optionalText({ max: 32_000 }),
    record: optional(record()),
  }),
  output: createdSchema,
  sample: {
    record: {
      id: 310,
      name: 'Onboarding: Acme Ltd',
      company: { id: 250, identifier: 'ACMELTD', name: 'Acme Ltd' },
      board: { id: 7, name: 'Projects' },
      billingMethod: 'ActualRates',
      estimatedStart: '2026-01-15T00:00:00Z',
      estimatedEnd: '2026-03-31T00:00:00Z',
      description: '[sf-opp:006xx000001a2b3AAA]',
    },
    created: true,
  },
  async run(context, input) {
    const mark = `[${input.externalReference}]`;
    const start = dayOf('estimatedStart', input.estimatedStart);
    const end = dayOf('estimatedEnd', input.estimatedEnd);
    if (end < start)
      throw doNotRetry(`The project would end (${end.slice(0, 10)}) before it starts (${start.slice(0, 10)}).`, { code: 'dates_reversed' });
    const existing = theOne(await marked(context, input.companyId, mark), `the external reference "${input.externalReference}"`);
    if (existing !== undefined) return { record: existing, created: false };
    const created = await create(context, OBJECTS.project, {
      ...input.record,
      name: cutAtWord(input.name, NAME_LENGTH),
      company: reference(input.companyId),
      contact: reference(input.contactId),
      board: reference(input.board),
      billingMethod: input.billingMethod ?? 'ActualRates',
      estimatedStart: start,
      estimatedEnd: end,
      description: [input.description?.trimEnd(), mark].filter(Boolean).join('\n\n'),
    });
    return { record: created, created: true };
  },
});

/**
 * The company's projects that bear the mark. Looked for on this side: whether `description`, a text without limit, can be
 * searched is not documented, and a company has few projects.
 */
async function marked(context: ActionContext, companyId: string, mark: string): Promise<readonly CwRecord[]> {
  const cw = openConnectWise(context);
  const filter = buildFilter([{ field: 'company/id', operator: '=', value: companyId }]);
  const found: CwRecord[] = [];
  for (let pageId: number | undefined; ;) {
    const page = await cw.forward(OBJECTS.project.path, filter, { pageSize: 250, pageId });
    found.push(...page.records.filter((project) => String(project['description'] ?? '').includes(mark)));
    if (page.nextPageId === undefined) return found;
    pageId = page.nextPageId;
  }
}

/** JavaScript takes the 30th of February for the 2nd of March. */
const isDay = (day: string): boolean => !Number.isNaN(Date.parse(day)) && new Date(day).toISOString().startsWith(day);

/** Midnight UTC of a day, as the API wants times without milliseconds. Throws `invalid` naming the field. */
function dayOf(field: string, given: string): string {
  const day = DAY.exec(given.trim())?.[0];
  if (day === undefined || !isDay(day) || Number.isNaN(Date.parse(given)))
    throw doNotRetry(`${field}: "${given}" is not a day. Give one such as 2026-01-15.`, { code: 'date_malformed', detail: { field } });
  return `${day}T00:00:00Z`;
}
