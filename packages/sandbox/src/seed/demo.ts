import type { ConnectWise } from '../connectwise/api.ts';
import type { Salesforce } from '../salesforce/api.ts';
import { putBoard, putCustomFields, putReferenceData } from './connectwise-base.ts';
import { putSetupLists } from './connectwise-setup.ts';
import { seedBusiness } from './demo-business.ts';
import { seedCustomers } from './demo-connectwise.ts';
import { makeCustomers } from './demo-customers.ts';
import { linkBack } from './demo-links.ts';
import { putSetup } from './salesforce-base.ts';
import { seedProducts } from './demo-products.ts';
import { seedAccounts } from './demo-salesforce.ts';
import { seedServiceNotes } from './demo-service.ts';

/** The demo: an IT service provider's CRM and PSA, sharing about half of their customers, not always under one name. */
export function seedDemo(connectwise: ConnectWise, salesforce: Salesforce, now: number): void {
  const { store, account } = connectwise;
  putReferenceData(store, { apiMember: account.apiMember, emailTypeId: 1 });
  putCustomFields(store);
  putSetupLists(store);
  putBoard(store, {
    id: 1,
    name: 'Service Desk',
    firstStatusId: 501,
    types: ['Break-fix', 'Request', 'Monitoring alert'],
    statuses: [
      { name: 'New (not responded)' },
      { name: 'Assigned' },
      { name: 'In Progress' },
      { name: 'Waiting on client' },
      { name: 'Escalated', escalation: 'ResolutionPlan' },
      { name: 'Completed', escalation: 'Resolved' },
      { name: 'Closed', isClosed: true },
    ],
  });
  putBoard(store, {
    id: 2,
    name: 'Onboarding',
    firstStatusId: 521,
    types: ['New client'],
    statuses: [
      { name: 'New – kick-off' },
      { name: 'Discovery' },
      { name: 'Roll-out' },
      { name: 'Handover' },
      { name: 'Done', isClosed: true },
    ],
  });
  putBoard(store, {
    id: 3,
    name: 'Professional Services',
    firstStatusId: 541,
    types: ['Project work'],
    statuses: [{ name: 'New' }, { name: 'Scheduled' }, { name: 'In Progress' }, { name: 'On hold' }, { name: 'Completed', isClosed: true }],
  });
  const customers = makeCustomers();
  seedAccounts(salesforce.store, customers, now);
  seedCustomers(store, customers, now);
  linkBack(store, salesforce.store);
  seedBusiness(store, now);
  putSetup(salesforce.store, now - 500 * 86_400_000);
  seedProducts(salesforce.store, now);
  seedServiceNotes(salesforce.store, now);
}
