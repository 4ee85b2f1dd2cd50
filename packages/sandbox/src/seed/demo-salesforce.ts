import type { SalesforceStore } from '../salesforce/store.ts';
import type { Customer } from './demo-customers.ts';
import { Random } from './random.ts';
import { put, putUsers } from './salesforce-base.ts';
import { DEALS, FIRST_NAMES, LAST_NAMES, TICKETS, TITLES } from './words.ts';

const DAY_MS = 86_400_000;
const EARLY = ['Prospecting', 'Qualification', 'Needs Analysis', 'Value Proposition', 'Id. Decision Makers'] as const;
const LATE = ['Negotiation/Review', 'Proposal/Price Quote', 'Perception Analysis'] as const;

/** Accounts, people, deals, cases and tasks of the demo's CRM. */
export function seedAccounts(store: SalesforceStore, customers: Customer[], now: number): void {
  const random = new Random(7);
  const { people } = putUsers(store, now);
  const owner = () => random.pick(people).Id;
  const accounts = customers
    .filter((customer) => customer.isInCrm)
    .map((customer) => {
      const by = owner();
      const at = now - random.int(40, 700) * DAY_MS;
      const account = put(store, 'Account', {
        at,
        changedAt: at + random.int(1, 30) * DAY_MS,
        by,
        values: {
          Name: customer.name,
          Type: customer.isInPsa ? 'Customer - Direct' : random.pick(['Prospect', 'Prospect', 'Customer - Direct', 'Other']),
          Industry: customer.industry,
          Phone: customer.phone,
          Website: `https://www.${customer.domain}`,
          NumberOfEmployees: customer.staff,
          AnnualRevenue: customer.staff * random.int(90, 210) * 1000,
          BillingStreet: customer.street,
          BillingCity: customer.city,
          BillingState: customer.state,
          BillingPostalCode: customer.zip,
          BillingCountry: 'United States',
        },
      });
      customer.accountId = account.Id;
      customer.contactIds = customer.people.map(
        (person) =>
          put(store, 'Contact', {
            at,
            by,
            values: {
              FirstName: person.firstName,
              LastName: person.lastName,
              Title: person.title,
              Email: person.email ?? null,
              Phone: person.phone ?? null,
              AccountId: account.Id,
              MailingCity: customer.city,
              MailingState: customer.state,
            },
          }).Id,
      );
      return { account, customer, by };
    });
  for (let index = 0; index < 179; index += 1) {
    const { account, customer, by } = random.pick(accounts);
    const isLate = index < 30;
    const kind = isLate ? 'late' : index < 85 ? 'early' : index < 140 ? 'won' : 'lost';
    const stage =
      kind === 'late' ? random.pick(LATE) : kind === 'early' ? random.pick(EARLY) : kind === 'won' ? 'Closed Won' : 'Closed Lost';
    const isOpen = kind === 'late' || kind === 'early';
    const close = now + (isOpen ? random.int(4, 120) : -random.int(10, 420)) * DAY_MS;
    const at = Math.min(close, now) - random.int(15, 90) * DAY_MS;
    const opportunity = put(store, 'Opportunity', {
      at,
      changedAt: isOpen ? now - random.int(1, 14) * DAY_MS - random.int(0, 80_000) * 1000 : close,
      by,
      values: {
        Name: `${customer.name} – ${random.pick(DEALS)}`,
        AccountId: account.Id,
        StageName: stage,
        CloseDate: new Date(close).toISOString().slice(0, 10),
        Amount: random.int(6, 160) * 500,
        Type: customer.isInPsa ? 'Existing Customer - Upgrade' : 'New Customer',
        NextStep: isOpen
          ? random.pick(['Send revised quote', 'Call the CFO', 'Site visit', 'Await signature', 'Security questionnaire'])
          : null,
        LeadSource: random.pick(['Web', 'Partner Referral', 'Phone Inquiry', 'Other']),
      },
    });
    const contactId = customer.contactIds?.[0];
    if (contactId && random.chance(0.88))
      put(store, 'OpportunityContactRole', {
        at,
        by,
        values: {
          OpportunityId: opportunity.Id,
          ContactId: contactId,
          Role: random.pick(['Decision Maker', 'Executive Sponsor', 'Business User']),
          IsPrimary: true,
        },
      });
  }
  seedShowcase(store, people[0]?.Id ?? '', now);
  seedService(store, { accounts: accounts.map((item) => item.account.Id), random, by: people[1]?.Id ?? '', now });
}

/** The deal the guided demo closes. It is the newest change, so that it stands first. */
function seedShowcase(store: SalesforceStore, by: string, now: number): void {
  const at = now - 36 * DAY_MS;
  const account = put(store, 'Account', {
    at,
    by,
    values: {
      Name: 'Northwind Robotics',
      Type: 'Prospect',
      Industry: 'Machinery',
      Phone: '(503) 555-0142',
      Website: 'https://www.northwind-robotics.example',
      NumberOfEmployees: 85,
      AnnualRevenue: 14_500_000,
      BillingStreet: '2200 Foundry Avenue',
      BillingCity: 'Portland',
      BillingState: 'OR',
      BillingPostalCode: '97210',
      BillingCountry: 'United States',
    },
  });
  const contact = put(store, 'Contact', {
    at,
    by,
    values: {
      FirstName: 'Helena',
      LastName: 'Brandt',
      Title: 'Chief Operating Officer',
      Email: 'helena.brandt@northwind-robotics.example',
      Phone: '(503) 555-0177',
      MobilePhone: '(503) 555-0178',
      AccountId: account.Id,
      MailingCity: 'Portland',
      MailingState: 'OR',
    },
  });
  const opportunity = put(store, 'Opportunity', {
    at,
    by,
    changedAt: now - 40 * 60_000,
    values: {
      Name: 'Northwind Robotics – managed IT rollout',
      AccountId: account.Id,
      StageName: 'Negotiation/Review',
      CloseDate: new Date(now + 9 * DAY_MS).toISOString().slice(0, 10),
      Amount: 48_000,
      Type: 'New Customer',
      LeadSource: 'Partner Referral',
      NextStep: 'Signed order form expected',
      Description: 'Managed IT for 85 seats, two sites. Monitoring, backup, security and service desk.',
    },
  });
  put(store, 'OpportunityContactRole', {
    at,
    by,
    values: { OpportunityId: opportunity.Id, ContactId: contact.Id, Role: 'Decision Maker', IsPrimary: true },
  });
}

function seedService(store: SalesforceStore, given: { accounts: string[]; random: Random; by: string; now: number }): void {
  const { random, by, now } = given;
  for (let index = 0; index < 36; index += 1) {
    const at = now - random.int(1, 160) * DAY_MS;
    const [subject, description] = random.pick(TICKETS['Service Desk']);
    put(store, 'Case', {
      at,
      by,
      values: {
        CaseNumber: String(1001 + index).padStart(8, '0'),
        Subject: subject,
        Description: description,
        Status: random.pick(['New', 'Working', 'Closed', 'Closed', 'Escalated']),
        Priority: random.pick(['High', 'Medium', 'Medium', 'Low']),
        Origin: random.pick(['Phone', 'Email', 'Web']),
        AccountId: random.pick(given.accounts),
      },
    });
  }
  for (let index = 0; index < 48; index += 1) {
    const at = now - random.int(1, 60) * DAY_MS;
    const isDone = random.chance(0.5);
    put(store, 'Task', {
      at,
      by,
      values: {
        Subject: random.pick(['Call', 'Send quote', 'Follow up', 'Prepare renewal', 'Schedule review']),
        Status: isDone ? 'Completed' : 'Not Started',
        IsClosed: isDone,
        Priority: 'Normal',
        ActivityDate: new Date(at + 5 * DAY_MS).toISOString().slice(0, 10),
        WhatId: random.pick(given.accounts),
      },
    });
  }
  for (let index = 0; index < 30; index += 1) {
    const at = now - random.int(1, 90) * DAY_MS;
    const [FirstName, LastName] = [random.pick(FIRST_NAMES), random.pick(LAST_NAMES)];
    put(store, 'Lead', {
      at,
      by,
      values: {
        FirstName,
        LastName,
        Company: `${LastName} & Partners`,
        Title: random.pick(TITLES),
        Email: random.chance(0.9) ? `${FirstName}.${LastName}@${LastName}partners.example`.toLowerCase() : null,
        Status: random.pick(['Open - Not Contacted', 'Working - Contacted', 'Closed - Not Converted']),
        LeadSource: 'Web',
      },
    });
  }
}
