import { text, type Choice, type PropertyInfo } from '@weft/connector-kit';
import type { z } from 'zod';
import { childObjects, objectChoices, watchableChoices, writableChoices } from './objects.ts';

export const objectProperty = {
  name: 'object',
  label: 'Object',
  required: true,
  kind: 'select',
  choices: objectChoices,
} as const satisfies PropertyInfo;
export const writableObjectProperty = { ...objectProperty, choices: writableChoices } as const satisfies PropertyInfo;
export const watchedObjectProperty = { ...objectProperty, choices: watchableChoices } as const satisfies PropertyInfo;
/** Asked for where one of the offered objects is listed below another record only. */
export const parentPropertyFor = (offered: readonly Choice[]): PropertyInfo => ({
  name: 'parentId',
  label: 'Belongs to',
  required: false,
  kind: 'text',
  placeholder: '{{ trigger.record.id }}',
  help: 'Id of the record whose notes, additions, payments, sites, statuses or types are meant.',
  shownWhen: { property: 'object', is: offered.map(({ value }) => value).filter((id) => childObjects.includes(id)) },
});
export const parentProperty = parentPropertyFor(objectChoices);
/** Looked up by name; what is taken is the id, so that a mapped or typed id is as good. */
export const companyProperty = {
  name: 'companyId',
  label: 'Company',
  required: true,
  kind: 'select',
  remote: { what: 'choices', dependsOn: [], search: true },
} as const satisfies PropertyInfo;
export const idProperty = { name: 'id', label: 'Record id', required: true, kind: 'text' } as const satisfies PropertyInfo;
export const recordProperty = {
  name: 'record',
  label: 'Record',
  required: true,
  kind: 'record',
  remote: { what: 'fields', dependsOn: ['object'] },
} as const satisfies PropertyInfo;

export const fieldsProperty = {
  name: 'fields',
  label: 'Fields',
  required: false,
  kind: 'multiSelect',
  help: 'Nothing chosen means all. Fields of references are written with a dot: status.name.',
  remote: { what: 'choices', dependsOn: ['object'], search: true },
  advanced: true,
} as const satisfies PropertyInfo;

export const objectInput = text({ max: 40 });

/** A record id, as number or text. It becomes a part of paths and conditions: nothing but a number may. */
export const idInput: z.ZodType<string> = text()
  .refine((id) => /^\d+$/.test(id) && Number.isSafeInteger(Number(id)), 'must be the id of a ConnectWise record, which is a number')
  .transform((id) => String(Number(id)));

export const companySample = {
  id: 250,
  identifier: 'ACMELTD',
  name: 'Acme Ltd',
  status: { id: 1, name: 'Active' },
  phoneNumber: '5550100',
  website: 'https://acme.example',
  customFields: [{ id: 1, caption: 'SF Id', type: 'Text', entryMethod: 'EntryField', value: '001xx000003DGb2AAG' }],
  _info: { lastUpdated: '2026-01-15T09:31:00Z', updatedBy: 'IntApi' },
};
export const contactSample = {
  id: 411,
  firstName: 'Ann',
  lastName: 'Lee',
  company: { id: 250, identifier: 'ACMELTD', name: 'Acme Ltd' },
  communicationItems: [
    { id: 77, type: { id: 1, name: 'Email' }, value: 'ann@acme.example', defaultFlag: true, communicationType: 'Email' },
  ],
};
export const ticketSample = {
  id: 7601,
  summary: 'Onboarding: Acme Ltd – managed services',
  recordType: 'ServiceTicket',
  board: { id: 1, name: 'Service' },
  status: { id: 10, name: 'New' },
  company: { id: 250, identifier: 'ACMELTD', name: 'Acme Ltd' },
  priority: { id: 3, name: 'Priority 3 - Normal Response' },
  externalXRef: 'sf-opp:006xx000001a2b3AAA',
  closedFlag: false,
  _info: { lastUpdated: '2026-01-15T09:31:05Z', updatedBy: 'IntApi', dateEntered: '2026-01-15T09:31:05Z' },
};

export const createdSchema = { type: 'object', properties: { record: { type: 'object' }, created: { type: 'boolean' } } } as const;
export const matchedSchema = {
  type: 'object',
  properties: { record: { type: 'object' }, created: { type: 'boolean' }, matchedBy: { type: ['string', 'null'] } },
} as const;
