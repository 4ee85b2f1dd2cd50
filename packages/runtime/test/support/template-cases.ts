/** Each shipped template with one event that ends in two writes or more, and what has to be there in the end: once, whatever happens. */
import type { Fault } from '@weft/sandbox';
import type { TemplateBench } from './template-bench.ts';
import type { Fields } from './vendor-desk.ts';

let serial = 0;

/** One template: what happens, which write the worker dies at, and what has to be there in the end. */
export interface TemplateCase {
  readonly templateId: string;
  /** The second write: the one to disturb. */
  readonly write: Pick<Fault, 'vendor' | 'method' | 'path'>;
  /** What its workflow asks ConnectWise for before that. */
  readonly read: string;
  /** Makes it happen; gives the id of the record that the run is about. */
  act(at: TemplateBench, name: string): Promise<string | number>;
  /** How many of everything there are. */
  count(at: TemplateBench, name: string): Promise<Record<string, number>>;
  readonly end: Record<string, number>;
}

const customer = async (at: TemplateBench, name: string): Promise<{ companyId: number; accountId: string }> => {
  const { id: companyId } = await at.psa.create('company/companies', { identifier: `CRASH${(serial += 1)}`, name, site: { name: 'Main' } });
  return { companyId, accountId: await at.crm.create('Account', { Name: name, CW_Company_Id__c: String(companyId) }) };
};
const today = (shift: number): string => `${new Date(Date.now() + shift * 86_400_000).toISOString().slice(0, 10)}T00:00:00Z`;
const rows = async (list: Promise<readonly unknown[]>): Promise<number> => (await list).length;
const companies = (at: TemplateBench, name: string): Promise<(Fields & { id: number })[]> =>
  at.psa.list('company/companies', `name = "${name}"`);

export const TEMPLATE_CASES: readonly TemplateCase[] = [
  {
    templateId: 'closed-won-to-connectwise',
    write: { vendor: 'connectwise', method: 'POST', path: /service\/tickets$/ },
    read: 'company/companies',
    async act({ crm }, name) {
      const accountId = await crm.create('Account', { Name: name });
      const deal = await crm.create('Opportunity', {
        Name: `${name} deal`,
        AccountId: accountId,
        StageName: 'Negotiation/Review',
        CloseDate: '2030-01-31',
      });
      await crm.update('Opportunity', deal, { StageName: 'Closed Won' });
      return deal;
    },
    count: async (at, name) => ({
      companies: await rows(companies(at, name)),
      tickets: await rows(at.psa.list('service/tickets', `summary = "Onboarding: ${name} deal"`)),
      linkedAccounts: await rows(at.crm.query(`SELECT Id FROM Account WHERE Name = '${name}' AND CW_Company_Id__c != null`)),
      linkedDeals: await rows(
        at.crm.query(`SELECT Id FROM Opportunity WHERE Name = '${name} deal' AND CW_Onboarding_Ticket_Id__c != null`),
      ),
    }),
    end: { companies: 1, tickets: 1, linkedAccounts: 1, linkedDeals: 1 },
  },
  {
    templateId: 'account-contact-sync',
    write: { vendor: 'salesforce', method: 'PATCH', path: 'sobjects/Account' },
    read: 'company/companies',
    act: ({ crm }, name) => crm.create('Account', { Name: name }),
    count: async (at, name) => ({
      companies: await rows(companies(at, name)),
      accounts: await rows(at.crm.query(`SELECT Id FROM Account WHERE Name = '${name}' AND CW_Company_Id__c != null`)),
    }),
    end: { companies: 1, accounts: 1 },
  },
  {
    templateId: 'agreement-renewal-to-opportunity',
    write: { vendor: 'salesforce', method: 'POST', path: 'sobjects/Task' },
    read: '/additions',
    async act(at, name) {
      const { companyId } = await customer(at, name);
      const { id: contactId } = await at.psa.create('company/contacts', { firstName: 'Rena', company: { id: companyId } });
      const agreement = await at.psa.create('finance/agreements', {
        name: `${name} services`,
        type: { id: 1 },
        company: { id: companyId },
        contact: { id: contactId },
        startDate: today(-300),
        endDate: today(60),
        noEndingDateFlag: false,
        cancelledFlag: false,
        billAmount: 100,
      });
      return agreement.id;
    },
    async count(at, name) {
      const renewals = await at.crm.query(`SELECT Id FROM Opportunity WHERE Name LIKE '${name}%'`);
      return {
        renewals: renewals.length,
        tasks: await rows(at.crm.query(`SELECT Id FROM Task WHERE WhatId = '${String(renewals[0]?.['Id'])}'`)),
      };
    },
    end: { renewals: 1, tasks: 1 },
  },
  {
    templateId: 'invoice-overdue-to-task',
    write: { vendor: 'salesforce', method: 'PATCH', path: 'sobjects/Account' },
    read: 'finance/invoices',
    async act(at, name) {
      const { companyId } = await customer(at, name);
      const invoice = await at.psa.create('finance/invoices', {
        invoiceNumber: `C${(serial += 1)}`,
        type: 'Standard',
        company: { id: companyId },
        date: today(-40),
        dueDate: today(-3),
        total: 100,
        payments: 0,
        credits: 0,
      });
      return invoice.id;
    },
    count: async (at, name) => ({
      tasks: await rows(at.crm.query(`SELECT Id FROM Task WHERE What.Name = '${name}'`)),
      accounts: await rows(at.crm.query(`SELECT Id FROM Account WHERE Name = '${name}' AND CW_Overdue_Balance__c = 100`)),
    }),
    end: { tasks: 1, accounts: 1 },
  },
  {
    templateId: 'lead-to-connectwise-contact',
    write: { vendor: 'connectwise', method: 'POST', path: /company\/contacts$/ },
    read: 'company/companies',
    act: ({ crm }, name) =>
      crm.create('Lead', { FirstName: 'Lea', LastName: 'Dahl', Company: name, Email: 'lea@crash.example', Status: 'Qualified' }),
    async count(at, name) {
      const found = await companies(at, name);
      const people = found[0] ? await at.psa.list('company/contacts', `company/id = ${found[0].id}`) : [];
      const notes = people[0] ? await at.psa.list(`company/contacts/${people[0].id}/notes`) : [];
      return { companies: found.length, contacts: people.length, notes: notes.length };
    },
    end: { companies: 1, contacts: 1, notes: 1 },
  },
  {
    templateId: 'ticket-to-case',
    write: { vendor: 'salesforce', method: 'POST', path: 'sobjects/CaseComment' },
    read: '/count',
    async act(at, name) {
      const { companyId } = await customer(at, name);
      const ticket = await at.psa.create('service/tickets', {
        summary: `${name} is down`,
        board: { name: 'Service Desk' },
        company: { id: companyId },
        priority: { name: 'Priority 1 - Emergency Response' },
        initialDescription: 'Nobody can work.',
      });
      return ticket.id;
    },
    count: async (at, name) => ({
      cases: await rows(at.crm.query(`SELECT Id FROM Case WHERE Subject = '${name} is down'`)),
      comments: await rows(at.crm.query(`SELECT Id FROM CaseComment WHERE Parent.Subject = '${name} is down'`)),
      accounts: await rows(at.crm.query(`SELECT Id FROM Account WHERE Name = '${name}' AND CW_High_Tickets__c = 1`)),
    }),
    end: { cases: 1, comments: 1, accounts: 1 },
  },
];
