import { refId, type Row, type Store } from '../connectwise/store.ts';
import { customFieldId, put } from './connectwise-base.ts';
import type { Customer, Person } from './demo-customers.ts';
import { Random } from './random.ts';
import { TICKETS } from './words.ts';

const DAY_MS = 86_400_000;
const ENGINEERS = ['jdoe', 'mlopez', 'skim', 'tbecker'] as const;

/** Companies, contacts, tickets and notes of the demo's PSA. */
export function seedCustomers(store: Store, customers: Customer[], now: number): void {
  const random = new Random(11);
  for (const [entity, first] of [
    ['company', 250],
    ['contact', 600],
    ['companySite', 300],
    ['contactCommunication', 2000],
    ['ticket', 10_401],
    ['ticketNote', 5000],
  ] as const)
    store.startIds(entity, first);
  const companies = customers
    .filter((customer) => customer.isInPsa)
    .map((customer) => ({ customer, row: seedCompany(store, customer, { random, now }) }));
  const contacts: Row[] = [];
  // 150 contacts: one for every company, a second for the first thirty that have one.
  for (const { customer, row } of companies) contacts.push(seedContact(store, customer, { company: row, index: 0, random }));
  const seconds = companies.filter(({ customer }) => customer.people.length > 1).slice(0, 30);
  for (const { customer, row } of seconds) contacts.push(seedContact(store, customer, { company: row, index: 1, random }));
  seedTickets(store, contacts, { random, now });
}

function seedCompany(store: Store, customer: Customer, given: { random: Random; now: number }): Row {
  const at = given.now - given.random.int(60, 900) * DAY_MS;
  const row = put(store, 'company', {
    at,
    changedAt: at + given.random.int(1, 40) * DAY_MS,
    by: given.random.pick(ENGINEERS),
    custom: customer.isLinked && customer.accountId ? { [customFieldId(store, 'company', 'SF Id')]: customer.accountId } : {},
    values: {
      identifier: '',
      name: customer.psaName,
      status: { id: given.random.chance(0.93) ? 1 : 2 },
      addressLine1: customer.street,
      city: customer.city,
      state: customer.state,
      zip: customer.zip,
      country: { id: 1 },
      phoneNumber: customer.phone.replace(/\D/g, ''),
      website: given.random.chance(0.8) ? `www.${customer.domain}` : undefined,
      numberOfEmployees: customer.staff,
      leadFlag: false,
      unsubscribeFlag: false,
      deletedFlag: false,
      isVendorFlag: false,
      types: [{ id: 1 }],
      integratorTags: [],
    },
  });
  row.values['identifier'] = identifierFor(store, customer.psaName, row.id);
  const site = put(store, 'companySite', {
    at,
    values: {
      name: 'Main',
      company: { id: row.id },
      addressLine1: customer.street,
      city: customer.city,
      zip: customer.zip,
      country: { id: 1 },
      primaryAddressFlag: true,
      inactiveFlag: false,
    },
  });
  row.values['site'] = { id: site.id };
  return row;
}

function identifierFor(store: Store, name: string, id: number): string {
  const base = name
    .toUpperCase()
    .replace(/[^A-Z0-9]/g, '')
    .slice(0, 20);
  return store.find('company', (other) => other.id !== id && other.values['identifier'] === base) ? `${base}${id}` : base;
}

function seedContact(store: Store, customer: Customer, given: { company: Row; index: number; random: Random }): Row {
  const person: Person | undefined = customer.people[given.index];
  const items: Record<string, unknown>[] = [];
  if (person?.email) items.push({ id: store.nextId('contactCommunication'), type: { id: 1 }, value: person.email, defaultFlag: true });
  if (person?.phone)
    items.push({ id: store.nextId('contactCommunication'), type: { id: 2 }, value: person.phone.replace(/\D/g, ''), defaultFlag: true });
  const contactId = customer.contactIds?.[given.index];
  const row = put(store, 'contact', {
    at: Date.parse(given.company.info.dateEntered),
    by: given.random.pick(ENGINEERS),
    custom: customer.isLinked && contactId ? { [customFieldId(store, 'contact', 'SF Id')]: contactId } : {},
    values: {
      firstName: person?.firstName ?? 'Reception',
      lastName: person?.lastName,
      title: person?.title,
      company: { id: given.company.id },
      site: given.company.values['site'],
      inactiveFlag: false,
      unsubscribeFlag: false,
      defaultFlag: given.index === 0,
      types: [],
      integratorTags: [],
      communicationItems: items,
      ...(person?.phone ? { defaultPhoneType: 'Direct', defaultPhoneNbr: person.phone.replace(/\D/g, '') } : {}),
    },
  });
  if (given.index === 0) given.company.values['defaultContact'] = { id: row.id };
  return row;
}

function seedTickets(store: Store, contacts: Row[], given: { random: Random; now: number }): void {
  const { random, now } = given;
  // Dates first and in order, so that a higher number is a later ticket.
  const ages = Array.from({ length: 220 }, () => random.next() ** 2 * 120).toSorted((a, b) => b - a);
  for (const age of ages) {
    const at = now - age * DAY_MS - 25 * 60_000;
    const name = random.pick([
      'Service Desk',
      'Service Desk',
      'Service Desk',
      'Service Desk',
      'Onboarding',
      'Professional Services',
    ] as const);
    const board = store.find('board', (row) => row.values['name'] === name);
    const statuses = store.filter('boardStatus', (row) => refId(row.values['board']) === board?.id);
    const status = age > 20 && random.chance(0.85) ? statuses.at(-1) : random.pick(age < 1 ? statuses.slice(0, 3) : statuses);
    const [summary, text] = random.pick(TICKETS[name]);
    const contact = random.pick(contacts);
    const by = random.pick(ENGINEERS);
    const isClosed = status?.values['closedStatus'] === true;
    const closedAt = Math.min(now, at + random.int(1, 60) * 3_600_000);
    const company = store.get('company', refId(contact.values['company']) ?? 0);
    const items = contact.values['communicationItems'] as { type: { id: number }; value: string }[];
    const email = items.find((item) => item.type.id === 1)?.value;
    const ticket = put(store, 'ticket', {
      at,
      changedAt: isClosed ? closedAt : at + random.next() * (now - at),
      by,
      values: {
        summary,
        recordType: 'ServiceTicket',
        board: { id: board?.id },
        status: { id: status?.id },
        company: contact.values['company'],
        contact: { id: contact.id },
        contactName: [contact.values['firstName'], contact.values['lastName']].filter(Boolean).join(' '),
        ...(email ? { contactEmailAddress: email } : {}),
        ...(contact.values['defaultPhoneNbr'] ? { contactPhoneNumber: contact.values['defaultPhoneNbr'] } : {}),
        site: company?.values['site'],
        siteName: 'Main',
        priority: { id: random.pick([6, 7, 8, 8, 8, 4]) },
        source: { id: random.int(1, 3) },
        severity: random.pick(['Low', 'Medium', 'Medium', 'High']),
        impact: 'Medium',
        owner: { id: store.find('member', (member) => member.values['identifier'] === by)?.id },
        resources: by,
        approved: true,
        closedFlag: isClosed,
        ...(isClosed ? { closedDate: new Date(closedAt).toISOString().replace(/\.\d+/, ''), closedBy: by } : {}),
        isInSla: true,
        escalationLevel: 0,
        integratorTags: [],
      },
    });
    put(store, 'ticketNote', { at, by, values: noteValues(ticket.id, { text, at, by: contact.values['firstName'] as string }) });
    if (random.chance(0.4))
      put(store, 'ticketNote', {
        at: at + 3_600_000,
        by,
        values: noteValues(ticket.id, {
          text: random.pick([
            'Called back, left a message.',
            'Remote session booked for this afternoon.',
            'Parts ordered, waiting for delivery.',
            'Reproduced; looking at the event log.',
            'Fixed and confirmed with the user.',
          ]),
          at: Math.min(now, at + 3_600_000),
          by,
        }),
      });
  }
}

function noteValues(ticketId: number, note: { text: string; at: number; by: string }): Record<string, unknown> {
  return {
    ticketId,
    text: note.text,
    detailDescriptionFlag: true,
    internalAnalysisFlag: false,
    resolutionFlag: false,
    issueFlag: false,
    customerUpdatedFlag: false,
    internalFlag: false,
    externalFlag: true,
    dateCreated: new Date(note.at).toISOString().replace(/\.\d+/, ''),
    createdBy: note.by,
  };
}
