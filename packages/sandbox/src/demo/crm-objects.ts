import type { Salesforce } from '../salesforce/api.ts';
import type { Fields, SalesforceStore } from '../salesforce/store.ts';
import { notesInCrm } from './crm-notes.ts';
import { isHit, listOf, textOf, type Cell, type FieldView, type ListView, type RecordView, type Tone } from './view-model.ts';

/** How one kind of record is shown: a list with columns, and a record with fields to edit. */
interface Kind {
  object: string;
  title: string;
  testId: string;
  eyebrow: string;
  name(row: Fields): string;
  sub(store: SalesforceStore, row: Fields): string;
  chip(row: Fields): { text: string; tone: Tone };
  columns: { key: string; label: string; cell(store: SalesforceStore, row: Fields): Cell }[];
  fields(store: SalesforceStore, row: Fields): FieldView[];
  /** Written by an integration. */
  service: { name: string; label: string }[];
  actions(row: Fields): RecordView['actions'];
}

const LEAD_TONES: Record<string, Tone> = {
  Qualified: 'good',
  Unqualified: 'quiet',
  'Working - Contacted': 'late',
  'Closed - Converted': 'quiet',
  'Closed - Not Converted': 'quiet',
};
const CASE_TONES: Record<string, Tone> = { Closed: 'quiet', Escalated: 'bad', Working: 'early' };

const nameOf = (store: SalesforceStore, object: string, id: unknown): string =>
  typeof id === 'string' ? textOf(store.get(object, id)?.['Name']) : '';
const text = (row: Fields, name: string, label: string): FieldView => ({ name, label, value: textOf(row[name]), input: 'text' });
const fixed = (name: string, label: string, value: string): FieldView => ({ name, label, value: value || '–', input: 'none' });
const dash = (value: unknown): Cell => ({ text: textOf(value) || '–' });
const owner = (store: SalesforceStore, row: Fields): FieldView => fixed('OwnerId', 'Owner', nameOf(store, 'User', row['OwnerId']));

function select(store: SalesforceStore, object: string, given: { row: Fields; name: string; label: string }): FieldView {
  const values = store.schema.find(object)?.byName.get(given.name.toLowerCase())?.picklist ?? [];
  return {
    name: given.name,
    label: given.label,
    value: textOf(given.row[given.name]),
    input: 'select',
    options: values.map((value) => ({ value, label: value })),
  };
}

function linked(store: SalesforceStore, object: string, given: { id: unknown; label: string; place: string }): FieldView {
  const view = fixed(object, given.label, nameOf(store, object, given.id));
  return view.value === '–' ? view : { ...view, link: `${given.place}/${textOf(given.id)}` };
}

/** The kinds of the demo CRM that need no page of their own. */
export const CRM_KINDS: Readonly<Record<string, Kind>> = {
  leads: {
    object: 'Lead',
    title: 'Leads',
    testId: 'lead-row',
    eyebrow: 'Lead',
    name: (row) => textOf(row['Name']),
    sub: (_store, row) => textOf(row['Company']),
    chip: (row) =>
      row['IsConverted'] === true
        ? { text: 'Converted', tone: 'quiet' }
        : { text: textOf(row['Status']), tone: LEAD_TONES[textOf(row['Status'])] ?? 'early' },
    columns: [
      { key: 'email', label: 'E-mail', cell: (_store, row) => dash(row['Email']) },
      { key: 'phone', label: 'Phone', cell: (_store, row) => dash(row['Phone']) },
    ],
    // What a converted lead became is changed there; the lead itself takes no edits any more.
    fields: (store, row) =>
      row['IsConverted'] === true
        ? [
            fixed('Company', 'Company', textOf(row['Company'])),
            linked(store, 'Account', { id: row['ConvertedAccountId'], label: 'Became account', place: 'accounts' }),
            linked(store, 'Contact', { id: row['ConvertedContactId'], label: 'Became contact', place: 'contacts' }),
          ]
        : [
            text(row, 'FirstName', 'First name'),
            text(row, 'LastName', 'Last name'),
            text(row, 'Company', 'Company'),
            text(row, 'Title', 'Title'),
            text(row, 'Email', 'E-mail'),
            text(row, 'Phone', 'Phone'),
            text(row, 'Website', 'Website'),
            select(store, 'Lead', { row, name: 'Status', label: 'Status' }),
            owner(store, row),
          ],
    service: [],
    actions: (row) => {
      if (row['IsConverted'] === true) return [];
      const convert = { id: 'convert', label: 'Convert', isPrimary: row['Status'] === 'Qualified', testId: 'convert' };
      return row['Status'] === 'Qualified'
        ? [convert]
        : [{ id: 'qualify', label: 'Mark qualified', isPrimary: true, testId: 'mark-qualified' }, convert];
    },
  },
  cases: {
    object: 'Case',
    title: 'Cases',
    testId: 'case-row',
    eyebrow: 'Case',
    name: (row) => textOf(row['Subject']),
    sub: (store, row) => nameOf(store, 'Account', row['AccountId']),
    chip: (row) => ({ text: textOf(row['Status']), tone: CASE_TONES[textOf(row['Status'])] ?? 'late' }),
    columns: [
      { key: 'priority', label: 'Priority', cell: (_store, row) => dash(row['Priority']) },
      {
        key: 'psa',
        label: 'PSA ticket',
        cell: (_store, row) => ({ text: row['CW_Ticket_Id__c'] ? `#${textOf(row['CW_Ticket_Id__c'])}` : '–' }),
      },
    ],
    fields: (store, row) => [
      text(row, 'Subject', 'Subject'),
      select(store, 'Case', { row, name: 'Status', label: 'Status' }),
      select(store, 'Case', { row, name: 'Priority', label: 'Priority' }),
      fixed('Description', 'Description', textOf(row['Description'])),
      linked(store, 'Account', { id: row['AccountId'], label: 'Account', place: 'accounts' }),
      linked(store, 'Contact', { id: row['ContactId'], label: 'Contact', place: 'contacts' }),
      owner(store, row),
    ],
    service: [
      { name: 'CW_Ticket_Id__c', label: 'PSA ticket' },
      { name: 'Sync_Source__c', label: 'Last synced from' },
    ],
    actions: (row) =>
      row['IsClosed'] === true
        ? [{ id: 'reopen', label: 'Reopen', isPrimary: false, testId: 'reopen-case' }]
        : [{ id: 'close', label: 'Close case', isPrimary: false, testId: 'close-case' }],
  },
  tasks: {
    object: 'Task',
    title: 'Tasks',
    testId: 'task-row',
    eyebrow: 'Task',
    name: (row) => textOf(row['Subject']),
    sub: (store, row) => nameOf(store, 'Account', row['WhatId']) || nameOf(store, 'Opportunity', row['WhatId']),
    chip: (row) => ({
      text: textOf(row['Status']),
      tone: row['IsClosed'] === true ? 'quiet' : row['Priority'] === 'High' ? 'bad' : 'late',
    }),
    columns: [
      { key: 'priority', label: 'Priority', cell: (_store, row) => dash(row['Priority']) },
      { key: 'due', label: 'Due', cell: (_store, row) => dash(row['ActivityDate']) },
      { key: 'owner', label: 'Owner', cell: (store, row) => dash(nameOf(store, 'User', row['OwnerId'])) },
    ],
    fields: (store, row) => [
      text(row, 'Subject', 'Subject'),
      select(store, 'Task', { row, name: 'Status', label: 'Status' }),
      select(store, 'Task', { row, name: 'Priority', label: 'Priority' }),
      { ...text(row, 'ActivityDate', 'Due'), input: 'date' },
      store.get('Opportunity', textOf(row['WhatId']))
        ? linked(store, 'Opportunity', { id: row['WhatId'], label: 'Opportunity', place: 'opportunities' })
        : linked(store, 'Account', { id: row['WhatId'], label: 'Account', place: 'accounts' }),
      fixed('Description', 'Description', textOf(row['Description'])),
      owner(store, row),
    ],
    service: [{ name: 'CW_Invoice_Key__c', label: 'PSA key' }],
    actions: (row) =>
      row['IsClosed'] === true ? [] : [{ id: 'complete', label: 'Mark completed', isPrimary: false, testId: 'mark-completed' }],
  },
  users: {
    object: 'User',
    title: 'Users',
    testId: 'user-row',
    eyebrow: 'User',
    name: (row) => textOf(row['Name']),
    sub: (_store, row) => textOf(row['Title']),
    chip: (row) => (row['IsActive'] === true ? { text: 'Active', tone: 'good' } : { text: 'Inactive', tone: 'quiet' }),
    columns: [{ key: 'email', label: 'E-mail', cell: (_store, row) => dash(row['Email']) }],
    fields: (_store, row) => [
      text(row, 'FirstName', 'First name'),
      text(row, 'LastName', 'Last name'),
      text(row, 'Title', 'Title'),
      text(row, 'Email', 'E-mail'),
      fixed('Username', 'User name', textOf(row['Username'])),
    ],
    service: [],
    actions: (row) =>
      row['IsActive'] === true
        ? [{ id: 'deactivate', label: 'Deactivate', isPrimary: false, testId: 'deactivate-user' }]
        : [{ id: 'activate', label: 'Activate', isPrimary: false, testId: 'activate-user' }],
  },
};

/** The list of one kind, newest change first. */
export function crmList({ store }: Salesforce, kind: Kind, search: string): ListView {
  const stamp = (row: Fields) => String(row['LastModifiedDate']);
  const all = store.all(kind.object).toSorted((a, b) => (stamp(a) < stamp(b) ? 1 : stamp(a) > stamp(b) ? -1 : 0));
  return listOf({
    title: kind.title,
    testId: kind.testId,
    rows: all.filter((row) => isHit(search, [kind.name(row), kind.sub(store, row), kind.chip(row).text, row['Email']])),
    idOf: (row) => row.Id,
    columns: [
      { key: 'name', label: kind.eyebrow, cell: (row) => ({ text: kind.name(row), sub: kind.sub(store, row) }) },
      { key: 'status', label: 'Status', cell: (row) => kind.chip(row) },
      ...kind.columns.map((column) => ({ ...column, cell: (row: Fields) => column.cell(store, row) })),
      { key: 'changed', label: 'Changed', cell: (row) => ({ text: '', time: isoOf(row['LastModifiedDate']) }) },
    ],
  });
}

/** One record of a kind. */
export function crmRecord({ store }: Salesforce, given: { place: string; kind: Kind; row: Fields }): RecordView {
  const { kind, row } = given;
  const notes = notesInCrm(store, given.place, row.Id);
  const service = kind.service.map(({ name, label }): FieldView => ({ ...fixed(name, label, textOf(row[name])), isMono: true }));
  return {
    id: row.Id,
    eyebrow: kind.object === 'Case' ? `Case ${textOf(row['CaseNumber'])}` : kind.eyebrow,
    title: kind.name(row),
    chip: kind.chip(row),
    subtitle: kind.sub(store, row),
    actions: kind.actions(row),
    steps: [],
    sections: [
      { title: 'Details', fields: kind.fields(store, row) },
      ...(service.length > 0 ? [{ title: 'Service', fields: service }] : []),
    ],
    related: [],
    ...(notes ? { notes, hasInternalNotes: true } : {}),
    changed: { by: nameOf(store, 'User', row['LastModifiedById']), time: isoOf(row['LastModifiedDate']) },
  };
}

/** What belongs to an account or opportunity beside deals and people. */
export function relatedInCrm({ store }: Salesforce, row: Fields): RecordView['related'] {
  return [
    { place: 'cases', link: 'AccountId' },
    { place: 'tasks', link: 'WhatId' },
  ].flatMap(({ place, link }) => {
    const kind = CRM_KINDS[place];
    if (!kind) return [];
    const rows = store.all(kind.object).filter((other) => other[link] === row.Id);
    return [
      {
        title: kind.title,
        rows: rows.toReversed().map((other) => ({ link: `${place}/${other.Id}`, text: kind.name(other), sub: kind.chip(other).text })),
      },
    ];
  });
}

/** A stored time as browsers read it. */
export function isoOf(value: unknown): string {
  return textOf(value).replace('+0000', 'Z');
}
