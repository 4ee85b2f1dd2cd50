import { agreementStatus } from '../connectwise/computed.ts';
import type { ConnectWise } from '../connectwise/api.ts';
import { entityOf } from '../connectwise/entities.ts';
import { refId, type Row, type Store } from '../connectwise/store.ts';
import { nameOf } from '../connectwise/view.ts';
import { notesOn } from './psa-notes.ts';
import { SETUP_KINDS } from './psa-setup.ts';
import { isHit, listOf, money, textOf, type Cell, type FieldView, type ListView, type RecordView, type Tone } from './view-model.ts';

/** How one kind of record is shown: a list with columns, and a record with fields to edit. */
export interface Kind {
  entity: string;
  title: string;
  testId: string;
  eyebrow: string;
  chip(store: Store, row: Row): { text: string; tone: Tone };
  figures?(rows: Row[], now: number): ListView['figures'];
  columns: { key: string; label: string; isNumber?: boolean; cell(store: Store, row: Row): Cell }[];
  fields: { name: string; label: string; input: FieldView['input']; list?: string; placeholder?: string }[];
  /** Records below it. */
  related?(store: Store, row: Row): RecordView['related'];
  actions?(row: Row): RecordView['actions'];
}

const refName = (store: Store, entity: string, value: unknown): string => {
  const row = store.get(entity, refId(value) ?? -1);
  return row ? nameOf(entityOf(entity), row) : '';
};
const dayOf = (value: unknown) => textOf(value).slice(0, 10);
const company = (store: Store, row: Row): Cell => ({ text: refName(store, 'company', row.values['company']) || '–' });
const dayCell = (name: string) => (_store: Store, row: Row) => ({ text: dayOf(row.values[name]) || '–' });
const moneyCell = (name: string) => (_store: Store, row: Row) => ({ text: money(row.values[name]) });
const refCell = (entity: string, name: string) => (store: Store, row: Row) => ({ text: refName(store, entity, row.values[name]) || '–' });
const sum = (rows: Row[], name: string) => rows.reduce((total, row) => total + Number(row.values[name] ?? 0), 0);
const isOverdue = (row: Row, now: number) => Number(row.values['balance']) > 0 && Date.parse(String(row.values['dueDate'])) < now;
const statusChip = (entity: string, closed: string) => (store: Store, row: Row) => {
  const status = store.get(entity, refId(row.values['status']) ?? -1);
  return {
    text: status ? nameOf(entityOf(entity), status) : '–',
    tone: status?.values[closed] === true ? ('quiet' as const) : ('early' as const),
  };
};
const AGREEMENT_TONES: Record<string, Tone> = { Active: 'good', Cancelled: 'quiet', Expired: 'bad' };

/** The kinds of the demo PSA that need no page of their own. */
export const PSA_KINDS: Readonly<Record<string, Kind>> = {
  sites: {
    entity: 'companySite',
    title: 'Sites',
    testId: 'site-row',
    eyebrow: 'Site',
    chip: (_store, row) =>
      row.values['primaryAddressFlag'] === true ? { text: 'Primary', tone: 'good' } : { text: 'Branch', tone: 'quiet' },
    columns: [
      { key: 'city', label: 'City', cell: (_store, row) => ({ text: textOf(row.values['city']) || '–' }) },
      { key: 'street', label: 'Street', cell: (_store, row) => ({ text: textOf(row.values['addressLine1']) || '–' }) },
    ],
    fields: [
      { name: 'name', label: 'Name', input: 'text' },
      { name: 'addressLine1', label: 'Street', input: 'text' },
      { name: 'city', label: 'City', input: 'text' },
      { name: 'zip', label: 'Zip', input: 'text' },
      { name: 'phoneNumber', label: 'Phone', input: 'text' },
    ],
  },
  agreements: {
    entity: 'agreement',
    title: 'Agreements',
    testId: 'agreement-row',
    eyebrow: 'Agreement',
    chip: (store, row) => {
      const text = agreementStatus(row, store.clock());
      return { text, tone: AGREEMENT_TONES[text] ?? 'quiet' };
    },
    figures: (rows, now) => {
      const active = rows.filter((row) => agreementStatus(row, now) === 'Active');
      const ending = active.filter((row) => Date.parse(String(row.values['endDate'])) < now + 90 * 86_400_000);
      return [
        { label: 'Billed per month', value: money(sum(active, 'billAmount')), hint: `${active.length} active` },
        { label: 'Ending within 90 days', value: String(ending.length), hint: 'agreements' },
      ];
    },
    columns: [
      { key: 'type', label: 'Type', cell: refCell('agreementType', 'type') },
      { key: 'amount', label: 'Amount', isNumber: true, cell: moneyCell('billAmount') },
      { key: 'end', label: 'Ends', cell: dayCell('endDate') },
    ],
    fields: [
      { name: 'name', label: 'Name', input: 'text' },
      { name: 'type', label: 'Type', input: 'select', list: 'agreementType' },
      { name: 'billAmount', label: 'Amount', input: 'number' },
      { name: 'startDate', label: 'Starts', input: 'date' },
      { name: 'endDate', label: 'Ends', input: 'date' },
    ],
    related: (store, row) => [
      {
        title: 'Additions',
        rows: store
          .filter('agreementAddition', (addition) => addition.values['agreementId'] === row.id)
          .map((addition) => ({
            link: `agreements/${row.id}`,
            text: textOf(addition.values['description']) || textOf((addition.values['product'] as { identifier?: string })?.identifier),
            sub: `${textOf(addition.values['quantity'])} × $${textOf(addition.values['unitPrice'])} = ${money(addition.values['extPrice'])}`,
          })),
      },
    ],
    actions: (row) =>
      row.values['cancelledFlag'] === true
        ? [{ id: 'reinstate', label: 'Reinstate agreement', isPrimary: false, testId: 'reinstate' }]
        : [
            { id: 'extend', label: 'Extend by a year', isPrimary: false, testId: 'extend' },
            { id: 'cancel', label: 'Cancel agreement', isPrimary: false, testId: 'cancel' },
          ],
  },
  invoices: {
    entity: 'invoice',
    title: 'Invoices',
    testId: 'invoice-row',
    eyebrow: 'Invoice',
    chip: (store, row) =>
      isOverdue(row, store.clock()) ? { text: 'Overdue', tone: 'bad' } : statusChip('billingStatus', 'closedFlag')(store, row),
    figures: (rows, now) => {
      const overdue = rows.filter((row) => isOverdue(row, now));
      return [
        {
          label: 'Outstanding',
          value: money(sum(rows, 'balance')),
          hint: `${rows.filter((row) => Number(row.values['balance']) > 0).length} invoices`,
        },
        { label: 'Overdue', value: money(sum(overdue, 'balance')), hint: `${overdue.length} invoices` },
      ];
    },
    columns: [
      { key: 'due', label: 'Due', cell: dayCell('dueDate') },
      { key: 'total', label: 'Total', isNumber: true, cell: moneyCell('total') },
      { key: 'balance', label: 'Balance', isNumber: true, cell: moneyCell('balance') },
    ],
    fields: [
      { name: 'status', label: 'Status', input: 'select', list: 'billingStatus' },
      { name: 'date', label: 'Date', input: 'date' },
      { name: 'dueDate', label: 'Due', input: 'date' },
      { name: 'total', label: 'Total', input: 'number' },
      { name: 'payments', label: 'Paid', input: 'none' },
      { name: 'balance', label: 'Balance', input: 'none' },
      { name: 'recordPayment', label: 'Record payment', input: 'number', placeholder: 'Amount, then Enter' },
    ],
    related: (store, row) => [
      {
        title: 'Payments',
        rows: store
          .filter('invoicePayment', (payment) => refId(payment.values['invoice']) === row.id)
          .map((payment) => ({
            link: `invoices/${row.id}`,
            text: `${money(payment.values['amount'])} · ${textOf(payment.values['type'])}`,
            sub: `${dayOf(payment.values['paymentDate'])} · ${textOf(payment.values['appliedBy'])}`,
          })),
      },
    ],
  },
  projects: {
    entity: 'project',
    title: 'Projects',
    testId: 'project-row',
    eyebrow: 'Project',
    chip: statusChip('projectStatus', 'closedFlag'),
    columns: [
      { key: 'manager', label: 'Manager', cell: refCell('member', 'manager') },
      { key: 'end', label: 'Ends', cell: dayCell('estimatedEnd') },
    ],
    fields: [
      { name: 'name', label: 'Name', input: 'text' },
      { name: 'status', label: 'Status', input: 'select', list: 'projectStatus' },
      { name: 'manager', label: 'Manager', input: 'select', list: 'member' },
      { name: 'estimatedStart', label: 'Starts', input: 'date' },
      { name: 'estimatedEnd', label: 'Ends', input: 'date' },
      { name: 'budgetHours', label: 'Budget, hours', input: 'number' },
    ],
  },
  opportunities: {
    entity: 'opportunity',
    title: 'Opportunities',
    testId: 'opportunity-row',
    eyebrow: 'Opportunity',
    chip: statusChip('opportunityStatus', 'closedFlag'),
    columns: [
      { key: 'stage', label: 'Stage', cell: refCell('opportunityStage', 'stage') },
      { key: 'close', label: 'Expected', cell: dayCell('expectedCloseDate') },
    ],
    fields: [
      { name: 'name', label: 'Name', input: 'text' },
      { name: 'stage', label: 'Stage', input: 'select', list: 'opportunityStage' },
      { name: 'status', label: 'Status', input: 'select', list: 'opportunityStatus' },
      { name: 'expectedCloseDate', label: 'Expected', input: 'date' },
      { name: 'primarySalesRep', label: 'Sales', input: 'select', list: 'member' },
    ],
  },
  time: {
    entity: 'timeEntry',
    title: 'Time',
    testId: 'time-row',
    eyebrow: 'Time entry',
    chip: (_store, row) => ({
      text: row.values['billableOption'] === 'Billable' ? 'Billable' : 'Not billed',
      tone: row.values['billableOption'] === 'Billable' ? 'good' : 'quiet',
    }),
    figures: (rows) => [{ label: 'Booked', value: `${Math.round(sum(rows, 'actualHours') * 10) / 10} h`, hint: `${rows.length} entries` }],
    columns: [
      { key: 'hours', label: 'Hours', isNumber: true, cell: (_store, row) => ({ text: textOf(row.values['actualHours']) }) },
      { key: 'member', label: 'Member', cell: refCell('member', 'member') },
      { key: 'day', label: 'Day', cell: dayCell('timeStart') },
    ],
    fields: [
      { name: 'notes', label: 'Notes', input: 'text' },
      { name: 'actualHours', label: 'Hours', input: 'number' },
      { name: 'member', label: 'Member', input: 'select', list: 'member' },
    ],
    related: (store, row) => {
      const ticket = store.get('ticket', refId(row.values['ticket']) ?? -1);
      const rows = ticket ? [{ link: `tickets/${ticket.id}`, text: textOf(ticket.values['summary']), sub: `#${ticket.id}` }] : [];
      return [{ title: 'Charged to', rows }];
    },
  },
  configurations: {
    entity: 'configuration',
    title: 'Configurations',
    testId: 'configuration-row',
    eyebrow: 'Configuration',
    chip: statusChip('configurationStatus', 'closedFlag'),
    columns: [
      { key: 'type', label: 'Type', cell: refCell('configurationType', 'type') },
      { key: 'serial', label: 'Serial', cell: (_store, row) => ({ text: textOf(row.values['serialNumber']) || '–' }) },
    ],
    fields: [
      { name: 'name', label: 'Name', input: 'text' },
      { name: 'type', label: 'Type', input: 'select', list: 'configurationType' },
      { name: 'status', label: 'Status', input: 'select', list: 'configurationStatus' },
      { name: 'serialNumber', label: 'Serial number', input: 'text' },
      { name: 'modelNumber', label: 'Model', input: 'text' },
      { name: 'warrantyExpirationDate', label: 'Warranty until', input: 'date' },
    ],
  },
};

/** Everything above, and what an administrator sets up. */
export const ALL_PSA_KINDS: Readonly<Record<string, Kind>> = { ...PSA_KINDS, ...SETUP_KINDS };

/** The list of one kind, newest first; what was set up stays in order. */
export function kindList({ store }: ConnectWise, kind: Kind, search: string): ListView {
  const rows = store.all(kind.entity);
  const hasCompany = entityOf(kind.entity).fields['company'] !== undefined;
  const all = hasCompany ? rows.toReversed() : rows.toSorted(bySortOrder);
  const name = (row: Row) => nameOf(entityOf(kind.entity), row);
  return listOf({
    title: kind.title,
    testId: kind.testId,
    figures: kind.figures?.(all, store.clock()) ?? [],
    rows: all.filter((row) => isHit(search, [row.id, name(row), company(store, row).text, kind.chip(store, row).text])),
    idOf: (row) => String(row.id),
    columns: [
      {
        key: 'summary',
        label: kind.eyebrow,
        cell: (row) => ({ text: name(row), ...(hasCompany ? { sub: company(store, row).text } : {}) }),
      },
      { key: 'status', label: 'Status', cell: (row) => kind.chip(store, row) },
      ...kind.columns.map((column) => ({ ...column, cell: (row: Row) => column.cell(store, row) })),
    ],
  });
}

function bySortOrder(a: Row, b: Row): number {
  return Number(a.values['sortOrder'] ?? a.id) - Number(b.values['sortOrder'] ?? b.id);
}

/** One record of a kind. */
export function kindRecord(connectwise: ConnectWise, given: { place: string; kind: Kind; row: Row }): RecordView {
  const { store } = connectwise;
  const { kind, row } = given;
  const notes = notesOn(connectwise, given.place, row.id);
  const companyId = refId(row.values['company']);
  const fields = kind.fields.map((field): FieldView => {
    const value = row.values[field.name];
    const { name, label, input, placeholder } = field;
    if (field.list !== undefined) {
      const list = entityOf(field.list);
      const options = store.all(field.list).map((option) => ({ value: String(option.id), label: nameOf(list, option) }));
      return { name, label, input, value: String(refId(value) ?? ''), options };
    }
    return {
      name,
      label,
      input,
      value: input === 'date' ? dayOf(value) : input === 'none' ? money(value) : textOf(value),
      ...(placeholder ? { placeholder } : {}),
    };
  });
  return {
    id: String(row.id),
    eyebrow: `${kind.eyebrow} ${row.id}`,
    title: nameOf(entityOf(kind.entity), row),
    chip: kind.chip(store, row),
    subtitle: companyId === undefined ? '' : company(store, row).text,
    actions: kind.actions?.(row) ?? [],
    steps: [],
    sections: [
      {
        title: 'Details',
        fields: [
          ...fields,
          ...(companyId === undefined
            ? []
            : [
                {
                  name: 'company',
                  label: 'Company',
                  value: company(store, row).text,
                  input: 'none' as const,
                  link: `companies/${companyId}`,
                },
              ]),
        ],
      },
    ],
    related: kind.related?.(store, row) ?? [],
    ...(notes ? { notes } : {}),
    changed: { by: row.info.updatedBy, time: row.info.lastUpdated },
  };
}

/** What belongs to a company beside its tickets and contacts. */
export function relatedOfCompany({ store }: ConnectWise, companyId: number): RecordView['related'] {
  return Object.entries(PSA_KINDS).map(([place, kind]) => ({
    title: kind.title,
    rows: store
      .filter(kind.entity, (row) => refId(row.values['company']) === companyId)
      .map((row) => ({ link: `${place}/${row.id}`, text: nameOf(entityOf(kind.entity), row), sub: kind.chip(store, row).text })),
  }));
}
