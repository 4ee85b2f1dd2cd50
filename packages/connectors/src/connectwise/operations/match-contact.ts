import { defineOperation, optional, optionalText, phoneDigits, type ActionContext } from '@weft/connector-kit';
import { z } from 'zod';
import type { CwRecord } from '../client.ts';
import type { Condition } from '../conditions.ts';
import { matchByRules, matchOutcomeSchema, type MatchRule } from '../matching.ts';
import { OBJECTS } from '../objects.ts';
import type { CommunicationItem } from '../patch.ts';
import { companyProperty, contactSample, idInput } from '../properties.ts';
import { findBy } from '../writing.ts';

const MOST_CANDIDATES = 200;

const input = z.strictObject({
  id: optional(idInput),
  salesforceId: optionalText({ max: 18 }),
  companyId: optional(idInput),
  email: optionalText({ max: 250 }),
  firstName: optionalText({ max: 40 }),
  lastName: optionalText({ max: 80 }),
  phone: optionalText({ max: 60 }),
  linkField: optionalText({ max: 25 }),
});
type Wanted = z.infer<typeof input>;

export const matchContact = defineOperation({
  id: 'matchContact',
  kind: 'action',
  title: 'Match a contact',
  summary:
    'Looks for a contact by id, stored id, e-mail, then name or phone within its company. Tells none, one or several; never guesses, writes nothing.',
  needsConnection: true,
  safety: 'read',
  properties: [
    { name: 'id', label: 'ConnectWise id', required: false, kind: 'text', help: 'When the other system knows it already.' },
    { name: 'salesforceId', label: 'Salesforce contact id', required: false, kind: 'text' },
    { ...companyProperty, required: false, help: 'Names and phones are looked for in this company only.' },
    { name: 'email', label: 'E-mail', required: false, kind: 'text' },
    { name: 'firstName', label: 'First name', required: false, kind: 'text' },
    { name: 'lastName', label: 'Last name', required: false, kind: 'text' },
    { name: 'phone', label: 'Phone', required: false, kind: 'text' },
    { name: 'linkField', label: 'Custom field for the Salesforce id', required: false, kind: 'text', initial: 'SF Id', advanced: true },
  ],
  input,
  output: matchOutcomeSchema,
  sample: { outcome: 'one', record: contactSample, candidates: [{ id: 411, name: 'Ann Lee' }], matchedBy: 'email' },
  run: async (context, wanted) => matchByRules(rulesFor(context, wanted)),
});

function rulesFor(context: ActionContext, wanted: Wanted): MatchRule[] {
  const { id, salesforceId, companyId, email, firstName, lastName, phone } = wanted;
  const find = (...rows: Condition[]): Promise<readonly CwRecord[]> => findBy(context, OBJECTS.contact, rows, MOST_CANDIDATES);
  const inCompany = (...rows: Condition[]): Promise<readonly CwRecord[]> | undefined =>
    companyId === undefined ? undefined : find(equal('company/id', companyId), ...rows);
  const mail =
    email === undefined ? undefined : [equal('communicationItems/value', email), equal('communicationItems/communicationType', 'Email')];
  return [
    { id: 'id', find: () => (id === undefined ? undefined : find(equal('id', id))) },
    {
      id: 'salesforceId',
      find: () => (salesforceId === undefined ? undefined : find(equal(`customField:${wanted.linkField ?? 'SF Id'}`, salesforceId))),
    },
    { id: 'email', find: () => (mail === undefined ? undefined : inCompany(...mail)) },
    { id: 'emailAnywhere', find: () => (mail === undefined || companyId !== undefined ? undefined : find(...mail)) },
    {
      id: 'name',
      find: () =>
        firstName === undefined || lastName === undefined
          ? undefined
          : inCompany(equal('firstName', firstName), equal('lastName', lastName))?.then((found) => withoutOtherMail(found, email)),
    },
    { id: 'phone', find: () => (phoneDigits(phone) === '' ? undefined : byPhone(inCompany(), { phone: phoneDigits(phone), email })) },
  ];
}

const equal = (field: string, value: unknown): Condition => ({ field, operator: '=', value });

async function byPhone(
  people: Promise<readonly CwRecord[]> | undefined,
  wanted: { phone: string; email: string | undefined },
): Promise<readonly CwRecord[]> {
  const found = ((await people) ?? []).filter((contact) =>
    itemsOf(contact).some((item) => item.communicationType !== 'Email' && phoneDigits(item.value) === wanted.phone),
  );
  return withoutOtherMail(found, wanted.email);
}

/** A namesake with another e-mail address is another person. */
function withoutOtherMail(found: readonly CwRecord[], email: string | undefined): readonly CwRecord[] {
  return email === undefined ? found : found.filter((contact) => !itemsOf(contact).some((item) => item.communicationType === 'Email'));
}

function itemsOf(contact: CwRecord): readonly CommunicationItem[] {
  return Array.isArray(contact['communicationItems']) ? (contact['communicationItems'] as CommunicationItem[]) : [];
}
