import type { Store } from '../connectwise/store.ts';
import { put } from './connectwise-base.ts';

type Values = Record<string, unknown>;

/** Lists that an administrator sets up, numbered from 1 in this order. */
const LISTS: Readonly<Record<string, readonly Values[]>> = {
  billingStatus: [
    { name: 'Open', sortOrder: 1, defaultFlag: true, closedFlag: false, sentFlag: false },
    { name: 'Sent', sortOrder: 2, defaultFlag: false, closedFlag: false, sentFlag: true },
    { name: 'Paid', sortOrder: 3, defaultFlag: false, closedFlag: true, sentFlag: true },
  ],
  billingTerm: [
    { name: 'Net 30 days', dueDays: 30, defaultFlag: true },
    { name: 'Net 14 days', dueDays: 14, defaultFlag: false },
    { name: 'Due on receipt', dueDays: 0, defaultFlag: false },
  ],
  currency: [
    { name: 'US Dollars', symbol: '$', currencyCode: 'USD', currencyIdentifier: 'USD', numberOfDecimals: 2, decimalSeparator: '.' },
  ],
  agreementType: [
    { name: 'Managed', defaultFlag: true, applicationUnits: 'Amount', invoicingCycle: 'CalendarYear' },
    { name: 'Block hours', defaultFlag: false, applicationUnits: 'Hours', invoicingCycle: 'CalendarYear' },
    { name: 'Backup', defaultFlag: false, applicationUnits: 'Amount', invoicingCycle: 'ContractYear' },
  ],
  severity: ['Low', 'Medium', 'High'].map((name) => ({ name, description: `${name} severity`, defaultFlag: name === 'Medium' })),
  impact: ['Low', 'Medium', 'High'].map((name) => ({ name, description: `${name} impact`, defaultFlag: name === 'Medium' })),
  configurationType: ['Workstation', 'Server', 'Firewall', 'Switch', 'Licence'].map((name) => ({
    name,
    inactiveFlag: false,
    systemFlag: false,
  })),
  configurationStatus: [
    { description: 'Active', closedFlag: false, defaultFlag: true },
    { description: 'In stock', closedFlag: false, defaultFlag: false },
    { description: 'Retired', closedFlag: true, defaultFlag: false },
  ],
  projectStatus: [
    { name: 'Open', defaultFlag: true, closedFlag: false },
    { name: 'In Progress', defaultFlag: false, closedFlag: false },
    { name: 'On hold', defaultFlag: false, closedFlag: false, noTimeFlag: true },
    { name: 'Closed', defaultFlag: false, closedFlag: true },
  ],
  projectType: ['Implementation', 'Migration', 'Internal'].map((name, index) => ({ name, defaultFlag: index === 0, inactiveFlag: false })),
  opportunityProbability: [10, 30, 60, 80, 100].map((probability) => ({ probability })),
  opportunityStage: ['Prospect', 'Qualification', 'Quote', 'Negotiation', 'Closing'].map((name, index) => ({
    name,
    sequenceNumber: index + 1,
    probability: { id: index + 1 },
  })),
  opportunityStatus: [
    { name: 'Open', defaultFlag: true, closedFlag: false, wonFlag: false, lostFlag: false },
    { name: 'Won', defaultFlag: false, closedFlag: true, wonFlag: true, lostFlag: false },
    { name: 'Lost', defaultFlag: false, closedFlag: true, wonFlag: false, lostFlag: true },
  ],
  opportunityType: ['New business', 'Renewal', 'Hardware'].map((description) => ({ description, inactiveFlag: false })),
};

/** Fills the lists of billing, agreements, projects, sales and configurations; the same ids in every data set. */
export function putSetupLists(store: Store): void {
  for (const [entity, rows] of Object.entries(LISTS))
    for (const [index, values] of rows.entries()) put(store, entity, { id: index + 1, values: { ...values } });
}
