import { defineOperation, doNotRetry, flag, optional, optionalText, record, type ActionContext } from '@weft/connector-kit';
import { z } from 'zod';
import type { CwRecord } from '../client.ts';
import { OBJECTS } from '../objects.ts';
import type { CommunicationItem } from '../patch.ts';
import { companyProperty, contactSample, idInput, matchedSchema } from '../properties.ts';
import { change, create, findBy, theOne } from '../writing.ts';

const input = z.strictObject({
  id: optional(idInput),
  companyId: idInput,
  salesforceId: optionalText({ max: 18 }),
  email: optionalText({ max: 250 }),
  firstName: optionalText({ max: 30 }),
  lastName: optionalText({ max: 30 }),
  phone: optionalText({ max: 250 }),
  title: optionalText({ max: 100 }),
  record: optional(record()),
  update: optional(flag()),
  linkField: optionalText({ max: 25 }),
});
type Wanted = z.infer<typeof input>;

export const findOrCreateContact = defineOperation({
  id: 'findOrCreateContact',
  kind: 'action',
  title: 'Find or create a contact',
  summary: 'Finds a person of a company by stored Salesforce id, e-mail, then name, or creates the contact; can update one that is found.',
  needsConnection: true,
  safety: 'searchable',
  properties: [
    companyProperty,
    { name: 'salesforceId', label: 'Salesforce contact id', required: false, kind: 'text' },
    { name: 'email', label: 'E-mail', required: false, kind: 'text' },
    { name: 'firstName', label: 'First name', required: false, kind: 'text', maxLength: 30 },
    { name: 'lastName', label: 'Last name', required: false, kind: 'text', maxLength: 30 },
    { name: 'phone', label: 'Phone', required: false, kind: 'text' },
    { name: 'title', label: 'Title', required: false, kind: 'text', maxLength: 100 },
    {
      name: 'record',
      label: 'Other fields',
      required: false,
      kind: 'record',
      remote: { what: 'fields', dependsOn: [], object: 'contact' },
      advanced: true,
    },
    { name: 'update', label: 'Also update one that is found', required: false, kind: 'boolean', initial: false },
    {
      name: 'id',
      label: 'ConnectWise id',
      required: false,
      kind: 'text',
      advanced: true,
      help: 'When the other system knows it already.',
    },
    { name: 'linkField', label: 'Custom field for the Salesforce id', required: false, kind: 'text', initial: 'SF Id', advanced: true },
  ],
  input,
  output: matchedSchema,
  sample: { record: contactSample, created: false, matchedBy: 'email' },
  async run(context, wanted) {
    if (wanted.email === undefined && wanted.firstName === undefined && wanted.lastName === undefined)
      throw doNotRetry('A contact needs an e-mail address or a name.', { code: 'contact_nameless' });
    const match = await findContact(context, wanted);
    if (match !== undefined) {
      const record = wanted.update === true ? await change(context, OBJECTS.contact, match.record, fieldsOf(wanted)) : match.record;
      return { record, created: false, matchedBy: match.matchedBy };
    }
    return { record: await createContact(context, wanted), created: true, matchedBy: null };
  },
});

async function findContact(context: ActionContext, wanted: Wanted): Promise<{ record: CwRecord; matchedBy: string } | undefined> {
  if (wanted.id !== undefined) {
    const [record] = await findBy(context, OBJECTS.contact, [{ field: 'id', operator: '=', value: wanted.id }]);
    if (record !== undefined) return { record, matchedBy: 'id' };
  }
  if (wanted.salesforceId !== undefined) {
    const hits = await findBy(context, OBJECTS.contact, [
      { field: `customField:${linkFieldOf(wanted)}`, operator: '=', value: wanted.salesforceId },
    ]);
    const record = theOne(hits, `the Salesforce id ${wanted.salesforceId}`);
    if (record !== undefined) return { record, matchedBy: 'salesforceId' };
  }
  const inCompany = { field: 'company/id', operator: '=' as const, value: wanted.companyId };
  if (wanted.email !== undefined) {
    const hits = await findBy(context, OBJECTS.contact, [
      inCompany,
      { field: 'communicationItems/value', operator: '=', value: wanted.email },
      { field: 'communicationItems/communicationType', operator: '=', value: 'Email' },
    ]);
    const record = theOne(hits, `the e-mail ${wanted.email} in company ${wanted.companyId}`);
    if (record !== undefined) return { record, matchedBy: 'email' };
  }
  if (wanted.firstName === undefined && wanted.lastName === undefined) return undefined;
  const namesakes = await findBy(context, OBJECTS.contact, [
    inCompany,
    { field: 'firstName', operator: '=', value: firstNameOf(wanted) },
    wanted.lastName === undefined
      ? { field: 'lastName', operator: 'isEmpty' }
      : { field: 'lastName', operator: '=', value: wanted.lastName },
  ]);
  // A namesake with another e-mail address is another person.
  const possible = wanted.email === undefined ? namesakes : namesakes.filter((contact) => emailsOf(contact).length === 0);
  const name = [wanted.firstName, wanted.lastName].filter(Boolean).join(' ');
  const record = theOne(possible, `${name} in company ${wanted.companyId}`);
  return record === undefined ? undefined : { record, matchedBy: 'name' };
}

function emailsOf(contact: CwRecord): string[] {
  const items = Array.isArray(contact['communicationItems']) ? (contact['communicationItems'] as CommunicationItem[]) : [];
  return items.filter((item) => item.communicationType === 'Email').map((item) => item.value ?? '');
}

const linkFieldOf = (wanted: Wanted): string => wanted.linkField ?? 'SF Id';

/** What is given, as the contact's fields; what is not given is left alone. */
function fieldsOf(wanted: Wanted): Record<string, unknown> {
  const { companyId, email, phone, title, firstName, lastName, salesforceId, record: other } = wanted;
  const link = salesforceId === undefined ? {} : { [`customField:${linkFieldOf(wanted)}`]: salesforceId };
  const given = Object.fromEntries(Object.entries({ email, phone, title, firstName, lastName }).filter(([, value]) => value !== undefined));
  return { ...other, ...link, ...given, company: { id: Number(companyId) } };
}

/** The server asks for a first name even of people who have none in the other system. */
function firstNameOf({ firstName, lastName, email }: Wanted): string {
  return firstName ?? (lastName === undefined ? (email ?? '').split('@')[0]?.slice(0, 30) : undefined) ?? '-';
}

function createContact(context: ActionContext, wanted: Wanted): Promise<CwRecord> {
  return create(context, OBJECTS.contact, { ...fieldsOf(wanted), firstName: firstNameOf(wanted) });
}
