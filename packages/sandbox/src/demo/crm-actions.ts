import type { Json } from '../http.ts';
import type { Salesforce } from '../salesforce/api.ts';
import type { SalesforceObject } from '../salesforce/schema/object.ts';
import { convertLead } from '../salesforce/soap/convert-lead.ts';
import type { SalesforceStore } from '../salesforce/store.ts';
import { createRecord, updateRecord } from '../salesforce/write.ts';
import type { FieldView, ListView } from './view-model.ts';

const OBJECTS: Record<string, string> = {
  opportunities: 'Opportunity',
  leads: 'Lead',
  accounts: 'Account',
  contacts: 'Contact',
  cases: 'Case',
  tasks: 'Task',
};

/** The form for a new record of a kind; undefined when the page makes none. */
export function newInCrm({ store }: Salesforce, kind: string): ListView['creates'] {
  const text = (name: string, label: string): FieldView => ({ name, label, value: '', input: 'text' });
  const date = (name: string, label: string): FieldView => ({ ...text(name, label), input: 'date' });
  const account = (name: string): FieldView => ({ ...text(name, 'Account'), input: 'select', options: accountsOf(store) });
  const choice = (object: string, name: string, given: { label: string; value: string }): FieldView => ({
    name,
    ...given,
    input: 'select',
    options: (store.schema.find(object)?.byName.get(name.toLowerCase())?.picklist ?? []).map((value) => ({ value, label: value })),
  });
  const FORMS: Readonly<Record<string, () => NonNullable<ListView['creates']>>> = {
    opportunities: () => ({
      label: 'New opportunity',
      fields: [
        text('Name', 'Name'),
        account('AccountId'),
        choice('Opportunity', 'StageName', { label: 'Stage', value: 'Prospecting' }),
        { ...text('Amount', 'Amount'), input: 'number' },
        date('CloseDate', 'Close date'),
      ],
    }),
    leads: () => ({
      label: 'New lead',
      fields: [
        text('FirstName', 'First name'),
        text('LastName', 'Last name'),
        text('Company', 'Company'),
        text('Email', 'E-mail'),
        text('Phone', 'Phone'),
      ],
    }),
    accounts: () => ({ label: 'New account', fields: [text('Name', 'Name'), text('Phone', 'Phone'), text('Website', 'Website')] }),
    contacts: () => ({
      label: 'New contact',
      fields: [text('FirstName', 'First name'), text('LastName', 'Last name'), text('Email', 'E-mail'), account('AccountId')],
    }),
    cases: () => ({
      label: 'New case',
      fields: [
        text('Subject', 'Subject'),
        account('AccountId'),
        choice('Case', 'Priority', { label: 'Priority', value: 'Medium' }),
        text('Description', 'Description'),
      ],
    }),
    tasks: () => ({
      label: 'New task',
      fields: [
        text('Subject', 'Subject'),
        account('WhatId'),
        date('ActivityDate', 'Due'),
        choice('Task', 'Priority', { label: 'Priority', value: 'Normal' }),
      ],
    }),
  };
  return FORMS[kind]?.();
}

function accountsOf(store: SalesforceStore): { value: string; label: string }[] {
  return store
    .all('Account')
    .map((row) => ({ value: row.Id, label: String(row['Name']) }))
    .toSorted((a, b) => a.label.localeCompare(b.label));
}

/** What the buttons of a record set. */
const SETS: Readonly<Record<string, Json>> = {
  'opportunities/win': { StageName: 'Closed Won' },
  'opportunities/reopen': { StageName: 'Negotiation/Review' },
  'tasks/complete': { Status: 'Completed' },
  'leads/qualify': { Status: 'Qualified' },
  'cases/close': { Status: 'Closed' },
  'cases/reopen': { Status: 'Working' },
  'users/deactivate': { IsActive: false },
  'users/activate': { IsActive: true },
};

/** Does what a button of a record says. Throws the platform's refusal. */
export function actInCrm(salesforce: Salesforce, actor: string, given: { kind: string; id: string; action: string }): void {
  const { kind, id, action } = given;
  if (kind === 'leads' && action === 'convert') {
    convertAtDesk(salesforce, actor, id);
    return;
  }
  const body = SETS[`${kind}/${action}`];
  const object = objectOf(salesforce, kind === 'users' ? 'User' : OBJECTS[kind]);
  if (body && object) updateRecord(salesforce.store, object, { id, body, options: { actor } });
}

/** Makes a record as the person at the desk; answers its id. Throws the platform's refusal. */
export function createInCrm(salesforce: Salesforce, actor: string, given: { kind: string; body: Json }): string | undefined {
  const object = objectOf(salesforce, OBJECTS[given.kind]);
  return object && createRecord(salesforce.store, object, { body: given.body, options: { actor } }).Id;
}

/** Converts a lead as a careful person does: into the account and contact that are there already, if they are. */
function convertAtDesk({ store }: Salesforce, actor: string, id: string): void {
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
