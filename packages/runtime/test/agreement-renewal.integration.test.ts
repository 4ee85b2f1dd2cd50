/** The template "Contract renewal" at work. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { replayRun, setWorkflowConfig } from '@weft/runtime';
import { startTemplateBench } from './support/template-bench.ts';
import type { TemplateBench } from './support/template-bench.ts';
import type { Fields } from './support/vendor-desk.ts';

const DAY_MS = 86_400_000;
let bench: TemplateBench;
let serial = 0;

beforeAll(async () => {
  bench = await startTemplateBench({
    templateId: 'agreement-renewal-to-opportunity',
    config: { timezone: 'Europe/Berlin', daysAhead: 90, billingPeriods: 12 },
  });
}, 60_000);
afterAll(() => bench?.[Symbol.asyncDispose]());

function day(shift: number): string {
  const today = new Intl.DateTimeFormat('en-CA', { timeZone: 'Europe/Berlin' }).format(Date.now());
  return new Date(Date.parse(today) + shift * DAY_MS).toISOString().slice(0, 10);
}

async function customer(isLinked = true): Promise<{ companyId: number; contactId: number; accountId: string; name: string }> {
  serial += 1;
  const name = `Renewal Customer ${serial}`;
  const { id: companyId } = await bench.psa.create('company/companies', { identifier: `RENEWAL${serial}`, name, site: { name: 'Main' } });
  const { id: contactId } = await bench.psa.create('company/contacts', { firstName: 'Rena', lastName: 'Wall', company: { id: companyId } });
  const accountId = await bench.crm.create('Account', { Name: name, ...(isLinked ? { CW_Company_Id__c: String(companyId) } : {}) });
  return { companyId, contactId, accountId, name };
}

const agreement = (of: { companyId: number; contactId: number }, more: Fields): Promise<Fields & { id: number }> =>
  bench.psa.create('finance/agreements', {
    name: `Managed services ${(serial += 1)}`,
    type: { id: 1 },
    company: { id: of.companyId },
    contact: { id: of.contactId },
    startDate: `${day(-275)}T00:00:00Z`,
    endDate: `${day(90)}T00:00:00Z`,
    noEndingDateFlag: false,
    cancelledFlag: false,
    billAmount: 250.5,
    ...more,
  });
const renewalsOf = (agreementId: number): Promise<Fields[]> =>
  bench.crm.query(
    `SELECT Id, Name, AccountId, StageName, CloseDate, Amount, OwnerId, CW_Renewal_Key__c, Description FROM Opportunity WHERE CW_Agreement_Id__c = '${agreementId}' ORDER BY CloseDate`,
  );
const tasksOn = (whatId: string): Promise<Fields[]> => bench.crm.query(`SELECT Id, Subject, OwnerId FROM Task WHERE WhatId = '${whatId}'`);

it('T-09 an agreement that ends in 90 days gets one renewal with its value; extended, a second one; a closed one is left alone', async () => {
  const of = await customer();
  const { id, name } = await agreement(of, {});
  const run = await bench.endedRun(id);
  expect(run.run).toMatchObject({ status: 'succeeded', error: null, businessKey: of.name });
  const end = day(90);
  const [renewal, ...others] = await renewalsOf(id);
  expect(others).toEqual([]);
  expect(renewal).toMatchObject({
    Name: `${of.name}: ${String(name)} renewal ${end.slice(0, 7)}`,
    AccountId: of.accountId,
    StageName: 'Prospecting',
    CloseDate: end,
    Amount: 3006,
    CW_Renewal_Key__c: `agr-${id}-${end.replaceAll('-', '')}`,
  });
  expect(String(renewal?.['Description'])).not.toMatch(/null|undefined/);
  const opportunityId = String(renewal?.['Id']);
  expect(await tasksOn(opportunityId)).toMatchObject([{ Subject: 'Prepare the renewal', OwnerId: renewal?.['OwnerId'] }]);

  // Sales goes on with it; the same event again changes neither stage nor owner and makes nothing new.
  const [colleague] = await bench.crm.query(
    `SELECT Id FROM User WHERE IsActive = true AND Id != '${String(renewal?.['OwnerId'])}' LIMIT 1`,
  );
  await bench.crm.update('Opportunity', opportunityId, { StageName: 'Negotiation/Review', OwnerId: colleague?.['Id'] });
  await replayRun(bench.ctx, { id: run.run.id });
  expect((await bench.endedRun(id, { number: 2 })).run).toMatchObject({ status: 'succeeded', error: null });
  expect(await renewalsOf(id)).toMatchObject([{ Id: opportunityId, StageName: 'Negotiation/Review', OwnerId: colleague?.['Id'] }]);
  expect(await tasksOn(opportunityId)).toHaveLength(1);

  await bench.crm.update('Opportunity', opportunityId, { StageName: 'Closed Lost', Amount: 1 });
  await replayRun(bench.ctx, { id: run.run.id });
  const third = await bench.endedRun(id, { number: 3 });
  expect(third.run).toMatchObject({ status: 'skipped', reason: expect.stringContaining('closed already') as string });
  expect(await renewalsOf(id)).toMatchObject([{ Amount: 1, StageName: 'Closed Lost' }]);

  await bench.psa.patch(`finance/agreements/${id}`, { endDate: `${day(60)}T00:00:00Z` });
  await bench.endedRun(id, { number: 4 });
  expect(await renewalsOf(id)).toMatchObject([{ CloseDate: day(60) }, { CloseDate: end }]);
});

it('T-09 91 days, no end, cancelled: no renewal', async () => {
  const of = await customer();
  const others = [
    await agreement(of, { endDate: `${day(91)}T00:00:00Z` }),
    await agreement(of, { endDate: undefined, noEndingDateFlag: true }),
    await agreement(of, { cancelledFlag: true, dateCancelled: `${day(-3)}T00:00:00Z` }),
  ];
  const due = await agreement(of, { endDate: `${day(1)}T00:00:00Z` });
  await bench.endedRun(due.id);
  await bench.settled();
  for (const { id } of others) expect(await renewalsOf(id)).toEqual([]);
  expect(await renewalsOf(due.id)).toHaveLength(1);
});

it('values additions that are billed when the agreement itself has no amount', async () => {
  const of = await customer();
  const { id } = await agreement(of, { billAmount: 0, endDate: `${day(95)}T00:00:00Z` });
  const addition = (more: Fields): Promise<Fields> =>
    bench.psa.create(`finance/agreements/${id}/additions`, {
      product: { id: 7 },
      billCustomer: 'Billable',
      quantity: 2,
      unitPrice: 10,
      extPrice: 20,
      effectiveDate: `${day(-100)}T00:00:00Z`,
      ...more,
    });
  await addition({});
  await addition({ billCustomer: 'NoCharge', extPrice: 1000 });
  await addition({ cancelledDate: `${day(-5)}T00:00:00Z`, extPrice: 500 });
  await bench.psa.patch(`finance/agreements/${id}`, { endDate: `${day(30)}T00:00:00Z` });
  expect((await bench.endedRun(id)).run.error).toBeNull();
  expect(await renewalsOf(id)).toMatchObject([{ Amount: 240 }]);
});

it('goes to the owner asked for when the account’s own is inactive, and to none that is', async () => {
  const of = await customer();
  const [gone] = await bench.crm.query('SELECT Id FROM User WHERE IsActive = false LIMIT 1');
  expect(gone).toBeDefined();
  bench.sandbox.salesforce.store.seed('Account', {
    ...(bench.sandbox.salesforce.store.get('Account', of.accountId) ?? { Id: of.accountId }),
    OwnerId: gone?.['Id'],
  });
  const { id } = await agreement(of, {});
  expect((await bench.endedRun(id)).run).toMatchObject({ status: 'succeeded', error: null });
  const [renewal] = await renewalsOf(id);
  expect(renewal?.['OwnerId']).not.toBe(gone?.['Id']);
});

it('an end on 29 February, or far in the past, closes on a day that there is', async () => {
  const of = await customer();
  const { id } = await agreement(of, { startDate: `${day(-400)}T00:00:00Z`, endDate: `${day(-3)}T00:00:00Z` });
  await bench.settled();
  // Only what ends from today on is due.
  expect(await renewalsOf(id)).toEqual([]);
  const leap = await agreement(of, { endDate: '2028-02-29T00:00:00Z' });
  await setWorkflowConfig(bench.ctx, { id: bench.workflowIds[0] ?? '', config: { timezone: 'Europe/Berlin', daysAhead: 2000 } });
  expect((await bench.endedRun(leap.id)).run).toMatchObject({ status: 'succeeded', error: null });
  expect(await renewalsOf(leap.id)).toMatchObject([{ CloseDate: '2028-02-29', CW_Renewal_Key__c: `agr-${leap.id}-20280229` }]);
});

it('adds a line item for each addition whose product is in the price book, once', async () => {
  const of = await customer();
  const entries = await bench.crm.query(
    'SELECT Id, UnitPrice, Product2.ProductCode FROM PricebookEntry WHERE Pricebook2.IsStandard = true AND IsActive = true LIMIT 1',
  );
  const code = (entries[0]?.['Product2'] as Fields)['ProductCode'];
  const { id } = await agreement(of, { endDate: `${day(95)}T00:00:00Z` });
  const addition = (product: Fields, quantity: number): Promise<Fields> =>
    bench.psa.create(`finance/agreements/${id}/additions`, {
      product,
      billCustomer: 'Billable',
      quantity,
      unitPrice: 10,
      extPrice: 10 * quantity,
      effectiveDate: `${day(-100)}T00:00:00Z`,
    });
  await addition({ identifier: code }, 3);
  await addition({ identifier: 'NOT-IN-THE-PRICE-BOOK' }, 1);
  await bench.psa.patch(`finance/agreements/${id}`, { endDate: `${day(40)}T00:00:00Z` });
  const run = await bench.endedRun(id);
  expect(run.run).toMatchObject({ status: 'succeeded', error: null });
  await replayRun(bench.ctx, { id: run.run.id });
  expect((await bench.endedRun(id, { number: 2 })).run).toMatchObject({ status: 'succeeded', error: null });
  const [renewal] = await renewalsOf(id);
  const items = await bench.crm.query(
    `SELECT PricebookEntryId, Quantity, UnitPrice FROM OpportunityLineItem WHERE OpportunityId = '${String(renewal?.['Id'])}'`,
  );
  expect(items).toMatchObject([{ PricebookEntryId: entries[0]?.['Id'], Quantity: 3, UnitPrice: entries[0]?.['UnitPrice'] }]);
});

it('an agreement of a company without an account fails with what to do', async () => {
  const of = await customer(false);
  const { id } = await agreement(of, {});
  const run = await bench.endedRun(id);
  expect(run.run.status).toBe('failed');
  expect(run.run.error?.message).toContain(`ConnectWise id ${of.companyId}`);
});

it('a new addition tells the owner once: an upgrade', async () => {
  const of = await customer();
  const { id } = await agreement(of, { endDate: `${day(300)}T00:00:00Z` });
  const addition = await bench.psa.create(`finance/agreements/${id}/additions`, {
    product: { id: 7 },
    billCustomer: 'Billable',
    quantity: 5,
    unitPrice: 10,
    extPrice: 50,
    effectiveDate: `${day(-1)}T00:00:00Z`,
  });
  await bench.psa.patch(`finance/agreements/${id}`, { billAmount: 300 });
  await bench.endedRun(id, { workflow: 1 });
  await bench.psa.patch(`finance/agreements/${id}`, { billAmount: 301 });
  await bench.settled(8);
  const tasks = await bench.crm.query(`SELECT Id, Subject FROM Task WHERE CW_Invoice_Key__c = 'add-${addition.id}'`);
  expect(tasks).toMatchObject([{ Subject: expect.stringContaining(of.name) as string }]);
});

it('a vendor that fails in the middle leaves one renewal and one task', async () => {
  const of = await customer();
  bench.sandbox.faults.add({ vendor: 'salesforce', method: 'PATCH', path: 'CW_Renewal_Key__c', times: 1, kind: 'reset-after-apply' });
  bench.sandbox.faults.add({ vendor: 'salesforce', method: 'POST', path: 'sobjects/Task', times: 1, kind: 'reset-after-apply' });
  const { id } = await agreement(of, {});
  expect((await bench.endedRun(id)).run).toMatchObject({ status: 'succeeded', error: null });
  const [renewal, ...others] = await renewalsOf(id);
  expect(others).toEqual([]);
  expect(await tasksOn(String(renewal?.['Id']))).toHaveLength(1);
});
