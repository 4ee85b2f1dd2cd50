import { isoSeconds, refId, type Row, type Store } from '../connectwise/store.ts';
import { put, putBoard } from './connectwise-base.ts';
import { Random } from './random.ts';

const DAY_MS = 86_400_000;
const ENGINEERS = ['jdoe', 'mlopez', 'skim', 'tbecker'] as const;
// Name, and number of the agreement type.
const AGREEMENTS = [
  ['Managed services', 1],
  ['Managed backup', 3],
  ['Security bundle', 1],
  ['Block hours', 2],
] as const;
const PRODUCTS = [
  ['SEAT', 'Managed seat', 85],
  ['BACKUP-1TB', 'Cloud backup, 1 TB', 60],
  ['EDR', 'Endpoint detection', 9],
  ['M365-BP', 'Microsoft 365 Business Premium', 22],
] as const;
const DEVICES = [
  ['FW-01', 3, 'FortiGate 60F'],
  ['SRV-DC01', 2, 'PowerEdge R350'],
  ['SW-CORE', 4, 'Aruba 2930F'],
  ['WS-RECEPTION', 1, 'OptiPlex 7010'],
] as const;
const PROJECTS = ['Office move', 'Microsoft 365 migration', 'Server replacement', 'Wireless refresh'] as const;
const DEALS = ['Endpoint detection for all seats', 'Backup extension', 'Firewall renewal', 'Second site'] as const;
const ESCALATIONS = [
  ['Server down, nobody can work', 'Host does not answer since 07:40; on-call engineer is on the way.'],
  ['Ransom note on two workstations', 'Both are off the network. Customer asks for a call every hour.'],
  ['Phones dead at all sites', 'Provider confirms an outage without an end time; forwarding set up.'],
] as const;

/** A customer with the person who signs. */
interface Party {
  company: Row;
  contact: Row;
}

/** Agreements near their end, unpaid invoices, escalated tickets, deals, devices and projects of the demo's customers. */
export function seedBusiness(store: Store, now: number): void {
  const random = new Random(17);
  const everybody: Party[] = [];
  for (const contact of store.all('contact')) {
    const company = store.get('company', refId(contact.values['company']) ?? -1);
    if (company && contact.values['defaultFlag'] === true) everybody.push({ company, contact });
  }
  // The first half is in the CRM, too. Of the others some: what belongs to no account has to be seen as well.
  const parties = everybody.filter((_party, index) => index < everybody.length / 2 || index % 5 === 0);
  for (const [entity, first] of [
    ['agreement', 70],
    ['agreementAddition', 400],
    ['invoice', 3001],
    ['invoicePayment', 900],
    ['opportunity', 120],
    ['configuration', 800],
    ['project', 40],
    ['timeEntry', 7000],
  ] as const)
    store.startIds(entity, first);
  putBoard(store, {
    id: 4,
    name: 'Projects',
    firstStatusId: 561,
    statuses: [{ name: 'New' }, { name: 'In Progress' }, { name: 'Done', isClosed: true }],
  });
  const board = store.get('board', 4);
  if (board) board.values['projectFlag'] = true;
  const given = { random, now };
  const every = (step: number, from: number) => parties.filter((_party, index) => index % step === from);
  for (const [index, party] of every(4, 2).entries()) seedAgreement(store, party, { ...given, index });
  for (const [index, party] of every(3, 1).entries()) seedInvoices(store, party, { ...given, index });
  for (const [index, party] of every(12, 4).slice(0, 5).entries()) seedEscalation(store, party, { ...given, index });
  for (const [index, party] of every(5, 3).entries()) seedOpportunity(store, party, { ...given, index });
  for (const [index, party] of every(3, 0).entries()) seedConfiguration(store, party, { ...given, index });
  for (const [index, party] of every(7, 5).entries()) seedProject(store, party, { ...given, index });
}

interface Given {
  random: Random;
  now: number;
  index: number;
}

const pickOf = <T>(items: readonly T[], index: number): T => items[index % items.length] as T;
const midnight = (time: number) => isoSeconds(Math.floor(time / DAY_MS) * DAY_MS);
const memberId = (store: Store, by: string) => store.find('member', (member) => member.values['identifier'] === by)?.id;

function seedAgreement(store: Store, { company, contact }: Party, { random, now, index }: Given): void {
  // Three of four end within 30 to 90 days, one a good while later.
  const ends = index % 4 === 3 ? random.int(180, 340) : random.int(30, 90);
  const [name, type] = pickOf(AGREEMENTS, index);
  const start = now + (ends - 365) * DAY_MS;
  const products = PRODUCTS.slice(index % 3, (index % 3) + 2);
  const lines = products.map(([identifier, description, unitPrice]) => ({
    identifier,
    description,
    unitPrice,
    quantity: random.int(5, 60),
  }));
  const agreement = put(store, 'agreement', {
    at: start,
    by: pickOf(ENGINEERS, index),
    values: {
      name: `${name} ${new Date(start).getUTCFullYear()}`,
      type: { id: type },
      company: { id: company.id },
      contact: { id: contact.id },
      startDate: midnight(start),
      endDate: midnight(now + ends * DAY_MS),
      noEndingDateFlag: false,
      cancelledFlag: false,
      billAmount: lines.reduce((sum, line) => sum + line.quantity * line.unitPrice, 0),
      billingCycle: { id: 2, name: 'Monthly' },
      applicationUnits: 'Amount',
      invoicingCycle: 'CalendarYear',
    },
  });
  for (const { identifier, description, unitPrice, quantity } of lines) {
    const extPrice = quantity * unitPrice;
    put(store, 'agreementAddition', {
      at: start,
      values: {
        agreementId: agreement.id,
        product: { id: PRODUCTS.findIndex(([code]) => code === identifier) + 1, identifier },
        description,
        billCustomer: 'Billable',
        quantity,
        unitPrice,
        extPrice,
        unitCost: unitPrice * 0.6,
        extCost: Math.round(extPrice * 60) / 100,
        margin: Math.round(extPrice * 40) / 100,
        effectiveDate: midnight(start),
      },
    });
  }
}

function seedInvoices(store: Store, { company }: Party, { random, now, index }: Given): void {
  // In turn: overdue, overdue and paid in part, paid, not yet due.
  const kind = index % 4;
  const due = now - (kind === 3 ? -random.int(5, 25) : random.int(3, 60)) * DAY_MS;
  const total = random.int(4, 90) * 50;
  const payments = kind === 2 ? total : kind === 1 ? Math.round(total / 3) : 0;
  const at = due - 30 * DAY_MS;
  const invoice = put(store, 'invoice', {
    at,
    values: {
      invoiceNumber: String(52_100 + index),
      type: index % 3 === 0 ? 'Agreement' : 'Standard',
      status: { id: kind === 2 ? 3 : 2 },
      company: { id: company.id },
      billingTerms: { id: 1 },
      date: midnight(at),
      dueDate: midnight(due),
      subtotal: total,
      salesTax: 0,
      total,
      payments,
      credits: 0,
      balance: total - payments,
      currency: { id: 1 },
    },
  });
  if (payments === 0) return;
  const paidAt = Math.min(now, due - DAY_MS);
  put(store, 'invoicePayment', {
    at: paidAt,
    values: {
      type: index % 2 === 0 ? 'Check' : 'Credit card',
      invoice: { id: invoice.id },
      amount: payments,
      balance: 0,
      invoiceTotal: total,
      invoiceBalance: total - payments,
      paymentDate: midnight(paidAt),
      appliedBy: 'skim',
    },
  });
}

function seedEscalation(store: Store, { company, contact }: Party, { random, now, index }: Given): void {
  const [summary, text] = pickOf(ESCALATIONS, index);
  const by = pickOf(ENGINEERS, index);
  const board = store.find('board', (row) => row.values['name'] === 'Service Desk');
  const status = store.find('boardStatus', (row) => refId(row.values['board']) === board?.id && row.values['name'] === 'Escalated');
  const tickets = store.filter('ticket', (row) => refId(row.values['company']) === company.id && refId(row.values['board']) === board?.id);
  // An existing ticket of the customer takes the trouble over, so that the number of tickets stays.
  const ticket = tickets.at(-1);
  if (!ticket) return;
  const at = now - random.int(2, 30) * 3_600_000;
  Object.assign(ticket.values, {
    summary,
    status: { id: status?.id },
    contact: { id: contact.id },
    priority: { id: 6 },
    severity: 'High',
    impact: 'High',
    closedFlag: false,
    escalationLevel: 1,
    escalationStartDateUTC: isoSeconds(at),
    isInSla: false,
  });
  for (const member of ['closedDate', 'closedBy', 'dateResolved']) delete ticket.values[member];
  ticket.info = { ...ticket.info, lastUpdated: isoSeconds(at), updatedBy: by };
  put(store, 'ticketNote', {
    at,
    by,
    values: {
      ticketId: ticket.id,
      text,
      detailDescriptionFlag: false,
      internalAnalysisFlag: true,
      resolutionFlag: false,
      internalFlag: true,
      externalFlag: false,
      dateCreated: isoSeconds(at),
      createdBy: by,
    },
  });
  put(store, 'timeEntry', {
    at,
    by,
    values: {
      company: { id: company.id },
      chargeToId: ticket.id,
      chargeToType: 'ServiceTicket',
      ticket: { id: ticket.id },
      member: { id: memberId(store, by) },
      timeStart: isoSeconds(at - 3_600_000),
      timeEnd: isoSeconds(at),
      actualHours: 1,
      billableOption: 'Billable',
      notes: 'First look, remote.',
      addToDetailDescriptionFlag: false,
      addToInternalAnalysisFlag: true,
      addToResolutionFlag: false,
      status: 'Open',
      enteredBy: by,
      dateEntered: isoSeconds(at),
    },
  });
  ticket.values['actualHours'] = 1;
}

function seedOpportunity(store: Store, { company, contact }: Party, { random, now, index }: Given): void {
  const stage = (index % 5) + 1;
  const at = now - random.int(5, 90) * DAY_MS;
  put(store, 'opportunity', {
    at,
    values: {
      name: pickOf(DEALS, index),
      expectedCloseDate: midnight(now + random.int(7, 120) * DAY_MS),
      type: { id: (index % 3) + 1 },
      stage: { id: stage },
      probability: { id: stage },
      status: { id: 1 },
      primarySalesRep: { id: memberId(store, pickOf(ENGINEERS, index)) },
      company: { id: company.id },
      contact: { id: contact.id },
      source: 'Account review',
      dateBecameLead: isoSeconds(at),
      pipelineChangeDate: isoSeconds(at),
      locationId: 2,
      businessUnitId: 10,
    },
  });
}

function seedConfiguration(store: Store, { company, contact }: Party, { random, now, index }: Given): void {
  const [name, type, modelNumber] = pickOf(DEVICES, index);
  const at = now - random.int(200, 1000) * DAY_MS;
  put(store, 'configuration', {
    at,
    values: {
      name,
      type: { id: type },
      status: { id: 1 },
      company: { id: company.id },
      contact: { id: contact.id },
      site: company.values['site'],
      serialNumber: `SN${random.int(100_000, 999_999)}`,
      modelNumber,
      tagNumber: `BD-${String(1000 + index)}`,
      purchaseDate: midnight(at),
      installationDate: midnight(at + 7 * DAY_MS),
      warrantyExpirationDate: midnight(at + 3 * 365 * DAY_MS),
      activeFlag: true,
      billFlag: false,
      needsRenewalFlag: index % 5 === 0,
    },
  });
}

function seedProject(store: Store, { company, contact }: Party, { random, now, index }: Given): void {
  const start = now - random.int(5, 40) * DAY_MS;
  put(store, 'project', {
    at: start,
    values: {
      name: pickOf(PROJECTS, index),
      company: { id: company.id },
      contact: { id: contact.id },
      board: { id: 4 },
      type: { id: (index % 2) + 1 },
      status: { id: (index % 3) + 1 },
      manager: { id: memberId(store, pickOf(ENGINEERS, index)) },
      billingMethod: pickOf(['ActualRates', 'FixedFee', 'NotToExceed'], index),
      estimatedStart: midnight(start),
      estimatedEnd: midnight(now + random.int(14, 80) * DAY_MS),
      percentComplete: random.int(0, 8) / 10,
      budgetHours: random.int(2, 16) * 10,
      actualHours: random.int(0, 30),
      closedFlag: false,
    },
  });
}
