import type { ConnectWise } from '../connectwise/api.ts';
import type { Salesforce } from '../salesforce/api.ts';
import { customFieldId, put as putRow, putBoard, putCustomFields, putReferenceData } from './connectwise-base.ts';
import { putSetupLists } from './connectwise-setup.ts';
import { put as putRecord, putLineItem, putProduct, putSetup, putUsers } from './salesforce-base.ts';

const DAY_MS = 86_400_000;

/** The small, regular data set that the conformance tests count on. */
export function seedFixture(connectwise: ConnectWise, salesforce: Salesforce, now: number): void {
  seedConnectWise(connectwise, now);
  seedSalesforce(salesforce, now);
}

function seedConnectWise({ store, account }: ConnectWise, now: number): void {
  putReferenceData(store, { apiMember: account.apiMember, emailTypeId: 13 });
  putCustomFields(store);
  putSetupLists(store);
  putBoard(store, {
    id: 1,
    name: 'Service',
    firstStatusId: 16,
    statuses: [{ name: 'New' }, { name: 'In Progress' }, { name: 'Closed', isClosed: true }],
    types: ['Break-fix'],
  });
  putBoard(store, {
    id: 21,
    name: 'Projects and Changes',
    firstStatusId: 40,
    statuses: [{ name: 'Requested' }, { name: 'Approved' }, { name: 'Done', isClosed: true }],
  });
  const sfId = customFieldId(store, 'company', 'SF Id');
  for (let index = 1; index <= 130; index += 1) {
    const name = index === 1 ? 'Acme Ltd' : `Company ${String(index).padStart(3, '0')}`;
    putRow(store, 'company', {
      id: index,
      at: now - (200 - index) * DAY_MS,
      custom: index === 2 ? { [sfId]: '001xx000003DGb2AAG' } : {},
      values: {
        identifier: index === 1 ? 'ACME' : `COMP${index}`,
        name,
        status: { id: 1 },
        phoneNumber: `555-${String(1000 + index)}`,
        city: 'Tampa',
        country: { id: 1 },
        deletedFlag: false,
        leadFlag: false,
        types: [{ id: 1 }],
      },
    });
  }
  const items = [
    { id: 1, type: { id: 13 }, value: 'john@x.com', defaultFlag: true },
    { id: 2, type: { id: 2 }, value: '8135550100', defaultFlag: true },
    { id: 3, type: { id: 3 }, value: '8135550101', defaultFlag: true },
  ];
  store.startIds('contactCommunication', 10);
  putRow(store, 'contact', {
    id: 1,
    values: {
      firstName: 'John',
      lastName: 'Miller',
      company: { id: 1 },
      inactiveFlag: false,
      defaultFlag: true,
      types: [{ id: 4 }],
      communicationItems: items,
      defaultPhoneType: 'Direct',
      defaultPhoneNbr: '8135550100',
    },
  });
  putRow(store, 'contact', {
    id: 2,
    values: {
      firstName: 'Nadia',
      companyLocation: {},
      company: { id: 2 },
      inactiveFlag: false,
      defaultFlag: false,
      types: [],
      communicationItems: [],
    },
  });
  putRow(store, 'ticket', {
    id: 7601,
    at: now - 3 * DAY_MS,
    values: {
      summary: 'Printer test',
      recordType: 'ServiceTicket',
      company: { id: 1 },
      board: { id: 1 },
      status: { id: 16 },
      priority: { id: 8 },
      closedFlag: false,
      severity: 'Medium',
      impact: 'Medium',
      approved: true,
    },
  });
  putRow(store, 'ticket', {
    id: 7602,
    at: now - 2 * DAY_MS,
    values: {
      summary: 'Slow network',
      recordType: 'ServiceTicket',
      company: { id: 2 },
      board: { id: 21 },
      status: { id: 40 },
      priority: { id: 8 },
      closedFlag: false,
      severity: 'Low',
      impact: 'Low',
      approved: true,
    },
  });
  putRow(store, 'agreement', {
    id: 1,
    values: {
      name: 'Managed services',
      type: { id: 1 },
      company: { id: 1 },
      contact: { id: 1 },
      startDate: '2026-01-01T00:00:00Z',
      endDate: '2026-12-31T00:00:00Z',
      cancelledFlag: false,
      noEndingDateFlag: false,
      billAmount: 1200,
    },
  });
  putRow(store, 'agreementAddition', {
    id: 1,
    values: {
      agreementId: 1,
      product: { id: 5, identifier: 'SEAT' },
      billCustomer: 'Billable',
      quantity: 10,
      unitPrice: 35,
      extPrice: 350,
      effectiveDate: '2026-01-01T00:00:00Z',
    },
  });
  for (const [id, dueDate, payments] of [
    [1, '2026-11-22T00:00:00Z', 0],
    [2, '2026-11-20T00:00:00Z', 40],
  ] as const) {
    putRow(store, 'invoice', {
      id,
      values: {
        invoiceNumber: `90${id}`,
        type: 'Standard',
        status: { id: 1 },
        company: { id: 1 },
        date: '2026-10-23T00:00:00Z',
        dueDate,
        total: 100,
        payments,
        credits: 0,
        balance: 100 - payments,
      },
    });
  }
}

function seedSalesforce({ store }: Salesforce, now: number): void {
  const { people } = putUsers(store, now);
  const by = people[0]?.Id ?? '';
  const at = now - 20 * DAY_MS;
  const acme = putRecord(store, 'Account', {
    at,
    by,
    values: { Name: 'Acme Ltd', Type: 'Customer - Direct', Website: 'https://acme.example' },
  });
  putRecord(store, 'Account', { at, by, values: { Name: "O'Brien \\ Co", Industry: 'Construction' } });
  putRecord(store, 'Account', { at: now - 2 * DAY_MS, by, values: { Name: 'Bluewater Foods', AnnualRevenue: 4_000_000 } });
  const contact = putRecord(store, 'Contact', {
    at,
    by,
    values: { FirstName: 'John', LastName: 'Miller', AccountId: acme.Id, Email: 'john@x.com' },
  });
  putRecord(store, 'Contact', { at, by, values: { LastName: 'Lonely' } });
  const opportunity = putRecord(store, 'Opportunity', {
    at,
    by,
    values: { Name: 'Acme renewal', AccountId: acme.Id, StageName: 'Negotiation/Review', CloseDate: '2026-12-15', Amount: 12_000 },
  });
  putRecord(store, 'OpportunityContactRole', {
    at,
    by,
    values: { OpportunityId: opportunity.Id, ContactId: contact.Id, Role: 'Decision Maker', IsPrimary: true },
  });
  putRecord(store, 'Lead', {
    at,
    by,
    values: {
      LastName: 'Converted',
      Company: 'Old Lead Inc',
      Status: 'Closed - Converted',
      IsConverted: true,
      ConvertedAccountId: acme.Id,
      ConvertedContactId: contact.Id,
    },
  });
  putSetup(store, at);
  const { entry } = putProduct(store, { name: 'Managed seat', code: 'SEAT', family: 'Services', price: 1200, at, by });
  putLineItem(store, opportunity, { entry, quantity: 10, unitPrice: 1200 });
  putRecord(store, 'Lead', {
    at,
    by,
    values: { FirstName: 'Mara', LastName: 'Quick', Company: 'Quick Foods', Email: 'mara@quick.example', Status: 'Qualified' },
  });
  for (let index = 1; index <= 4500; index += 1) putRecord(store, 'BigTable__c', { at, by, values: { Name: `Row ${index}` } });
}
