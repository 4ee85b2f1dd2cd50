import type { Json } from '../http.ts';
import type { Salesforce } from '../salesforce/api.ts';
import type { SalesforceObject } from '../salesforce/schema/object.ts';
import { convertLead } from '../salesforce/soap/convert-lead.ts';
import { createRecord } from '../salesforce/write.ts';
import type { FieldView, ListView } from './view-model.ts';

const OBJECTS: Record<string, string> = { leads: 'Lead', accounts: 'Account', contacts: 'Contact' };

/** The form for a new record of a kind; undefined when the page makes none. */
export function newInCrm({ store }: Salesforce, kind: string): ListView['creates'] {
  const text = (name: string, label: string): FieldView => ({ name, label, value: '', input: 'text' });
  if (kind === 'leads')
    return {
      label: 'New lead',
      fields: [
        text('FirstName', 'First name'),
        text('LastName', 'Last name'),
        text('Company', 'Company'),
        text('Email', 'E-mail'),
        text('Phone', 'Phone'),
      ],
    };
  if (kind === 'accounts')
    return { label: 'New account', fields: [text('Name', 'Name'), text('Phone', 'Phone'), text('Website', 'Website')] };
  if (kind !== 'contacts') return undefined;
  const accounts = store
    .all('Account')
    .map((row) => ({ value: row.Id, label: String(row['Name']) }))
    .toSorted((a, b) => a.label.localeCompare(b.label));
  return {
    label: 'New contact',
    fields: [
      text('FirstName', 'First name'),
      text('LastName', 'Last name'),
      text('Email', 'E-mail'),
      { name: 'AccountId', label: 'Account', value: '', input: 'select', options: accounts },
    ],
  };
}

/** Makes a record as the person at the desk; answers its id. Throws the platform's refusal. */
export function createInCrm(salesforce: Salesforce, actor: string, given: { kind: string; body: Json }): string | undefined {
  const object = objectOf(salesforce, OBJECTS[given.kind]);
  return object && createRecord(salesforce.store, object, { body: given.body, options: { actor } }).Id;
}

/** Adds a comment to a case. */
export function commentOnCase(salesforce: Salesforce, actor: string, given: { id: string; text: string; isInternal: boolean }): void {
  const object = objectOf(salesforce, 'CaseComment');
  const body = { ParentId: given.id, CommentBody: given.text, IsPublished: !given.isInternal };
  if (object) createRecord(salesforce.store, object, { body, options: { actor } });
}

/** Converts a lead as a careful person does: into the account and contact that are there already, if they are. */
export function convertAtDesk({ store }: Salesforce, actor: string, id: string): void {
  const lead = store.get('Lead', id);
  const account = store.all('Account').find((row) => row['Name'] === lead?.['Company']);
  const contact =
    account && lead?.['Email']
      ? store.all('Contact').find((row) => row['AccountId'] === account.Id && row['Email'] === lead['Email'])
      : undefined;
  convertLead(
    store,
    {
      leadId: id,
      convertedStatus: 'Closed - Converted',
      ...(account ? { accountId: account.Id } : {}),
      ...(contact ? { contactId: contact.Id } : {}),
      doNotCreateOpportunity: true,
      overwriteLeadSource: false,
    },
    { actor },
  );
}

function objectOf({ store }: Salesforce, name: string | undefined): SalesforceObject | undefined {
  return name === undefined ? undefined : store.schema.find(name);
}
