import type { Json } from '../http.ts';
import type { Salesforce } from '../salesforce/api.ts';
import { STAGES } from '../salesforce/schema/stages.ts';
import type { Fields } from '../salesforce/store.ts';
import { updateRecord } from '../salesforce/write.ts';
import { actInCrm, createInCrm, newInCrm } from './crm-actions.ts';
import { relatedOfDeal } from './crm-deal.ts';
import { addNoteInCrm, notesInCrm } from './crm-notes.ts';
import { CRM_KINDS, crmList, crmRecord, isoOf, relatedInCrm } from './crm-objects.ts';
import { isHit, listOf, money, textOf, type FieldView, type ListView, type RecordView, type Tone } from './view-model.ts';

const KINDS: Record<string, string> = { opportunities: 'Opportunity', accounts: 'Account', contacts: 'Contact' };
/** Stage names cut to the width of a step. */
const SHORT: Record<string, string> = {
  Qualification: 'Qualify',
  'Needs Analysis': 'Needs',
  'Value Proposition': 'Value',
  'Proposal/Price Quote': 'Proposal',
  'Negotiation/Review': 'Negotiate',
  'Closed Won': 'Won',
  'Closed Lost': 'Lost',
};

/** Demo CRM: lists, records and edits over the Salesforce store, as a person would see them. */
export class CrmDesk {
  readonly #salesforce: Salesforce;

  constructor(salesforce: Salesforce) {
    this.#salesforce = salesforce;
  }

  list(kind: string, search: string): ListView | undefined {
    const list = this.#list(kind, search);
    const creates = newInCrm(this.#salesforce, kind);
    return list && creates ? { ...list, creates } : list;
  }

  #list(kind: string, search: string): ListView | undefined {
    const other = CRM_KINDS[kind];
    if (other) return crmList(this.#salesforce, other, search);
    if (kind === 'opportunities') return this.#opportunities(search);
    if (kind === 'accounts') return this.#accounts(search);
    return kind === 'contacts' ? this.#contacts(search) : undefined;
  }

  record(kind: string, id: string): RecordView | undefined {
    const other = CRM_KINDS[kind];
    const record = this.#salesforce.store.get(other?.object ?? KINDS[kind] ?? '', id);
    if (!record || record['IsDeleted'] === true) return undefined;
    if (other) return crmRecord(this.#salesforce, { place: kind, kind: other, row: record });
    if (kind === 'opportunities') return this.#opportunity(record);
    return kind === 'accounts' ? this.#account(record) : this.#contact(record);
  }

  /** Saves edits as the person at the desk. Throws the platform's own refusal. */
  save(kind: string, id: string, body: Json): void {
    const object = this.#salesforce.store.schema.find(CRM_KINDS[kind]?.object ?? KINDS[kind] ?? '');
    if (!object) return;
    updateRecord(this.#salesforce.store, object, { id, body, options: { actor: this.#person() } });
  }

  /** Makes a record; answers its id. */
  create(kind: string, body: Json): string | undefined {
    return createInCrm(this.#salesforce, this.#person(), { kind, body });
  }

  act(kind: string, id: string, action: string): void {
    actInCrm(this.#salesforce, this.#person(), { kind, id, action });
  }

  addNote(kind: string, id: string, note: { text: string; isInternal: boolean }): void {
    addNoteInCrm(this.#salesforce, this.#person(), { kind, id, ...note });
  }

  /** The first user who is not the integration. */
  #person(): string {
    return (
      this.#salesforce.store.all('User').find((user) => user.Id !== this.#salesforce.account.integrationUserId)?.Id ??
      this.#salesforce.account.integrationUserId
    );
  }

  #name(object: string, id: unknown): string {
    return typeof id === 'string' ? textOf(this.#salesforce.store.get(object, id)?.['Name']) : '';
  }

  #newest(object: string): Fields[] {
    const stamp = (record: Fields) => String(record['LastModifiedDate']);
    return this.#salesforce.store.all(object).toSorted((a, b) => (stamp(a) < stamp(b) ? 1 : stamp(a) > stamp(b) ? -1 : 0));
  }

  #opportunities(search: string): ListView {
    const all = this.#newest('Opportunity');
    const shown = all.filter((row) => isHit(search, [row['Name'], this.#name('Account', row['AccountId']), row['StageName']]));
    const sum = (rows: Fields[]) => money(rows.reduce((total, row) => total + Number(row['Amount'] ?? 0), 0));
    const open = all.filter((row) => row['IsClosed'] !== true);
    const late = open.filter((row) => row['StageName'] === 'Negotiation/Review');
    const won = all.filter((row) => row['IsWon'] === true);
    return listOf({
      title: 'Opportunities',
      testId: 'opp-row',
      figures: [
        { label: 'Open pipeline', value: sum(open), hint: `${open.length} deals` },
        { label: 'In negotiation', value: sum(late), hint: `${late.length} deals` },
        { label: 'Closed won', value: sum(won), hint: `${won.length} deals` },
      ],
      rows: shown,
      idOf: (row) => row.Id,
      columns: [
        { key: 'name', label: 'Opportunity', cell: (row) => ({ text: textOf(row['Name']), sub: this.#name('Account', row['AccountId']) }) },
        { key: 'stage', label: 'Stage', cell: (row) => ({ text: textOf(row['StageName']), tone: stageTone(row) }) },
        { key: 'amount', label: 'Amount', isNumber: true, cell: (row) => ({ text: money(row['Amount']) }) },
        { key: 'close', label: 'Close date', cell: (row) => ({ text: textOf(row['CloseDate']) }) },
        { key: 'owner', label: 'Owner', cell: (row) => ({ text: this.#name('User', row['OwnerId']) }) },
        { key: 'changed', label: 'Changed', cell: (row) => ({ text: '', time: isoOf(row['LastModifiedDate']) }) },
      ],
    });
  }

  #accounts(search: string): ListView {
    const shown = this.#newest('Account').filter((row) =>
      isHit(search, [row['Name'], row['BillingCity'], row['Industry'], row['Website']]),
    );
    return listOf({
      title: 'Accounts',
      testId: 'account-row',
      rows: shown,
      idOf: (row) => row.Id,
      columns: [
        { key: 'name', label: 'Account', cell: (row) => ({ text: textOf(row['Name']), sub: textOf(row['Industry']) }) },
        {
          key: 'type',
          label: 'Type',
          cell: (row) => ({ text: textOf(row['Type']), tone: textOf(row['Type']).startsWith('Customer') ? 'good' : 'quiet' }),
        },
        { key: 'city', label: 'City', cell: (row) => ({ text: [row['BillingCity'], row['BillingState']].filter(Boolean).join(', ') }) },
        { key: 'phone', label: 'Phone', cell: (row) => ({ text: textOf(row['Phone']) }) },
        {
          key: 'psa',
          label: 'PSA company',
          cell: (row) => ({ text: row['CW_Company_Id__c'] ? `#${textOf(row['CW_Company_Id__c'])}` : '–' }),
        },
        { key: 'changed', label: 'Changed', cell: (row) => ({ text: '', time: isoOf(row['LastModifiedDate']) }) },
      ],
    });
  }

  #contacts(search: string): ListView {
    const shown = this.#newest('Contact').filter((row) =>
      isHit(search, [row['Name'], row['Email'], this.#name('Account', row['AccountId'])]),
    );
    return listOf({
      title: 'Contacts',
      testId: 'contact-row',
      rows: shown,
      idOf: (row) => row.Id,
      columns: [
        { key: 'name', label: 'Contact', cell: (row) => ({ text: textOf(row['Name']), sub: textOf(row['Title']) }) },
        { key: 'account', label: 'Account', cell: (row) => ({ text: this.#name('Account', row['AccountId']) || '–' }) },
        { key: 'email', label: 'E-mail', cell: (row) => ({ text: textOf(row['Email']) || '–' }) },
        { key: 'phone', label: 'Phone', cell: (row) => ({ text: textOf(row['Phone']) || '–' }) },
        { key: 'changed', label: 'Changed', cell: (row) => ({ text: '', time: isoOf(row['LastModifiedDate']) }) },
      ],
    });
  }

  #changed(record: Fields): RecordView['changed'] {
    return { by: this.#name('User', record['LastModifiedById']), time: isoOf(record['LastModifiedDate']) };
  }

  #opportunity(row: Fields): RecordView {
    const { store } = this.#salesforce;
    const stages = Object.keys(STAGES);
    const path = [
      'Qualification',
      'Needs Analysis',
      'Value Proposition',
      'Proposal/Price Quote',
      'Negotiation/Review',
      row['StageName'] === 'Closed Lost' ? 'Closed Lost' : 'Closed Won',
    ];
    const at = stages.indexOf(textOf(row['StageName']));
    return {
      id: row.Id,
      eyebrow: 'Opportunity',
      title: textOf(row['Name']),
      chip: { text: textOf(row['StageName']), tone: stageTone(row) },
      subtitle: `${money(row['Amount'])} · closes ${textOf(row['CloseDate'])} · ${textOf(row['Probability'])}%`,
      actions:
        row['IsClosed'] === true
          ? [{ id: 'reopen', label: 'Reopen', isPrimary: false, testId: 'reopen' }]
          : [{ id: 'win', label: 'Mark Closed Won', isPrimary: true, testId: 'mark-won' }],
      steps: path.map((text) => ({
        text: SHORT[text] ?? text,
        state: text === row['StageName'] ? 'now' : stages.indexOf(text) < at ? 'done' : 'next',
      })),
      sections: [
        {
          title: 'Details',
          fields: [
            field('Name', 'Name', row),
            { ...field('StageName', 'Stage', row), input: 'select', options: options(stages) },
            { ...field('Amount', 'Amount', row), input: 'number' },
            { ...field('CloseDate', 'Close date', row), input: 'date' },
            {
              name: 'AccountId',
              label: 'Account',
              value: this.#name('Account', row['AccountId']),
              input: 'none',
              link: `accounts/${textOf(row['AccountId'])}`,
            },
            field('NextStep', 'Next step', row),
            { name: 'OwnerId', label: 'Owner', value: this.#name('User', row['OwnerId']), input: 'none' },
          ],
        },
        {
          title: 'Service',
          fields: [
            mono('CW_Onboarding_Ticket_Id__c', 'Onboarding ticket', row),
            mono('CW_Renewal_Key__c', 'Renews', row),
            mono('Sync_Source__c', 'Last synced from', row),
          ],
        },
      ],
      related: [...relatedOfDeal(store, row), ...relatedInCrm(this.#salesforce, row)],
      notes: notesInCrm(store, 'opportunities', row.Id) ?? [],
      hasInternalNotes: true,
      changed: this.#changed(row),
    };
  }

  #account(row: Fields): RecordView {
    const { store } = this.#salesforce;
    const mine = (object: string) => store.all(object).filter((other) => other['AccountId'] === row.Id);
    return {
      id: row.Id,
      eyebrow: 'Account',
      title: textOf(row['Name']),
      chip: { text: textOf(row['Type']) || 'No type', tone: textOf(row['Type']).startsWith('Customer') ? 'good' : 'quiet' },
      subtitle: [row['Industry'], row['BillingCity'], row['BillingState']].filter(Boolean).join(' · '),
      actions: [],
      steps: [],
      sections: [
        {
          title: 'Details',
          fields: [
            field('Name', 'Name', row),
            field('Phone', 'Phone', row),
            field('Website', 'Website', row),
            {
              ...field('Type', 'Type', row),
              input: 'select',
              options: options(store.schema.find('Account')?.byName.get('type')?.picklist ?? []),
            },
            { ...field('NumberOfEmployees', 'Employees', row), input: 'number' },
            { ...field('Services__c', 'Services', row), placeholder: 'Cloud;Security' },
          ],
        },
        {
          title: 'Billing address',
          fields: [
            field('BillingStreet', 'Street', row),
            field('BillingCity', 'City', row),
            field('BillingState', 'State', row),
            field('BillingPostalCode', 'Postal code', row),
          ],
        },
        {
          title: 'Service',
          fields: [
            // What a failed run asks for can be filled in here.
            { ...field('CW_Company_Id__c', 'PSA company id', row), isMono: true },
            mono('Sync_Source__c', 'Last synced from', row),
            mono('CW_Open_Tickets__c', 'Open tickets', row),
            mono('CW_High_Tickets__c', 'Important tickets', row),
          ],
        },
        {
          title: 'Billing',
          fields: [
            mono('CW_Billing_Status__c', 'Status', row),
            mono('CW_Open_Balance__c', 'Open balance', row),
            mono('CW_Overdue_Balance__c', 'Overdue', row),
            mono('CW_Oldest_Due_Date__c', 'Oldest due date', row),
          ],
        },
      ],
      related: [
        {
          title: 'Opportunities',
          rows: mine('Opportunity').map((item) => ({
            link: `opportunities/${item.Id}`,
            text: textOf(item['Name']),
            sub: `${textOf(item['StageName'])} · ${money(item['Amount'])}`,
          })),
        },
        {
          title: 'Contacts',
          rows: mine('Contact').map((item) => ({
            link: `contacts/${item.Id}`,
            text: textOf(item['Name']),
            sub: textOf(item['Email']) || 'no e-mail',
          })),
        },
        ...relatedInCrm(this.#salesforce, row),
      ],
      notes: notesInCrm(store, 'accounts', row.Id) ?? [],
      hasInternalNotes: true,
      changed: this.#changed(row),
    };
  }

  #contact(row: Fields): RecordView {
    return {
      id: row.Id,
      eyebrow: 'Contact',
      title: textOf(row['Name']),
      subtitle: [row['Title'], this.#name('Account', row['AccountId'])].filter(Boolean).join(' · '),
      actions: [],
      steps: [],
      sections: [
        {
          title: 'Details',
          fields: [
            field('FirstName', 'First name', row),
            field('LastName', 'Last name', row),
            field('Title', 'Title', row),
            field('Email', 'E-mail', row),
            field('Phone', 'Phone', row),
            field('MobilePhone', 'Mobile', row),
            {
              name: 'AccountId',
              label: 'Account',
              value: this.#name('Account', row['AccountId']),
              input: 'none',
              link: `accounts/${textOf(row['AccountId'])}`,
            },
          ],
        },
        { title: 'Service', fields: [mono('CW_Contact_Id__c', 'PSA contact', row), mono('Sync_Source__c', 'Last synced from', row)] },
      ],
      related: [],
      notes: notesInCrm(this.#salesforce.store, 'contacts', row.Id) ?? [],
      hasInternalNotes: true,
      changed: this.#changed(row),
    };
  }
}

function field(name: string, label: string, row: Fields): FieldView {
  return { name, label, value: textOf(row[name]), input: 'text' };
}

function mono(name: string, label: string, row: Fields): FieldView {
  return { name, label, value: textOf(row[name]) || '–', input: 'none', isMono: true };
}

function options(values: string[]): { value: string; label: string }[] {
  return values.map((value) => ({ value, label: value }));
}

function stageTone(row: Fields): Tone {
  if (row['IsWon'] === true) return 'good';
  if (row['IsClosed'] === true) return 'quiet';
  return Number(row['Probability']) >= 70 ? 'late' : 'early';
}
