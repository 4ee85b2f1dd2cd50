/** The template "Invoice overdue" at work. */
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { replayRun } from '@weft/runtime';
import { startTemplateBench } from './support/template-bench.ts';
import type { TemplateBench } from './support/template-bench.ts';
import type { Fields } from './support/vendor-desk.ts';

const DAY_MS = 86_400_000;
let bench: TemplateBench;
let serial = 0;

beforeAll(async () => {
  bench = await startTemplateBench({ templateId: 'invoice-overdue-to-task', config: { timezone: 'America/New_York', addNote: true } });
}, 60_000);
afterAll(() => bench?.[Symbol.asyncDispose]());

/** Today in the tenant's zone, shifted by days. */
function day(shift: number): string {
  const today = new Intl.DateTimeFormat('en-CA', { timeZone: 'America/New_York' }).format(Date.now());
  return new Date(Date.parse(today) + shift * DAY_MS).toISOString().slice(0, 10);
}

/** A customer that both sides know. */
async function customer(isLinked = true): Promise<{ companyId: number; accountId: string; name: string }> {
  serial += 1;
  const name = `Overdue Customer ${serial}`;
  const { id: companyId } = await bench.psa.create('company/companies', { identifier: `OVERDUE${serial}`, name, site: { name: 'Main' } });
  const accountId = await bench.crm.create('Account', { Name: name, ...(isLinked ? { CW_Company_Id__c: String(companyId) } : {}) });
  return { companyId, accountId, name };
}

const invoice = (companyId: number, more: Fields): Promise<Fields & { id: number }> =>
  bench.psa.create('finance/invoices', {
    invoiceNumber: `T${(serial += 1)}`,
    type: 'Standard',
    company: { id: companyId },
    date: `${day(-40)}T00:00:00Z`,
    dueDate: `${day(-1)}T00:00:00Z`,
    total: 100,
    payments: 0,
    credits: 0,
    ...more,
  });
const tasksOf = (invoiceId: number): Promise<Fields[]> =>
  bench.crm.query(
    `SELECT Id, Subject, Status, Priority, WhatId, OwnerId, ActivityDate, Description, IsClosed FROM Task WHERE CW_Invoice_Key__c = 'inv-${invoiceId}'`,
  );
const accountOf = async (id: string): Promise<Fields | undefined> =>
  (
    await bench.crm.query(
      `SELECT CW_Open_Balance__c, CW_Overdue_Balance__c, CW_Oldest_Due_Date__c, CW_Billing_Status__c FROM Account WHERE Id = '${id}'`,
    )
  )[0];

it('T-11 an overdue invoice becomes one task and shows on the account; paid, the task is completed and the fields are cleared', async () => {
  const { companyId, accountId, name } = await customer();
  await invoice(companyId, { total: 70, payments: 20, dueDate: `${day(9)}T00:00:00Z` });
  const { id, invoiceNumber } = await invoice(companyId, { total: 110, payments: 100 });
  const run = await bench.endedRun(id);
  expect(run.run).toMatchObject({ status: 'succeeded', error: null, businessKey: name });
  const [task, ...others] = await tasksOf(id);
  expect(others).toEqual([]);
  expect(task).toMatchObject({
    Subject: expect.stringMatching(new RegExp(`^Overdue invoice ${String(invoiceNumber)} – 10`)) as string,
    WhatId: accountId,
    Priority: 'High',
    Status: 'Not Started',
    ActivityDate: day(2),
    IsClosed: false,
  });
  expect(String(task?.['Description'])).not.toMatch(/null|undefined/);
  expect(await accountOf(accountId)).toMatchObject({
    CW_Open_Balance__c: 60,
    CW_Overdue_Balance__c: 10,
    CW_Oldest_Due_Date__c: day(-1),
    CW_Billing_Status__c: 'Overdue',
  });
  expect(await bench.psa.list(`company/companies/${companyId}/notes`)).toHaveLength(1);

  // The same event again makes nothing new.
  const { runId } = await replayRun(bench.ctx, { id: run.run.id });
  const again = await bench.endedRun(id, { number: 2 });
  expect([again.run.id, again.run.status]).toEqual([runId, 'succeeded']);
  expect(await tasksOf(id)).toHaveLength(1);
  expect(await bench.psa.list(`company/companies/${companyId}/notes`)).toHaveLength(1);

  await bench.psa.patch(`finance/invoices/${id}`, { payments: 110 });
  const settled = await bench.endedRun(id, { workflow: 1 });
  expect(settled.run).toMatchObject({ status: 'succeeded', error: null });
  expect(await tasksOf(id)).toMatchObject([{ Status: 'Completed', IsClosed: true }]);
  expect(await accountOf(accountId)).toMatchObject({ CW_Open_Balance__c: 50, CW_Overdue_Balance__c: 0, CW_Billing_Status__c: 'Open' });
});

it('T-11 what is due today, paid, or a credit memo makes no task', async () => {
  const { companyId, accountId } = await customer();
  const today = await invoice(companyId, { dueDate: `${day(0)}T00:00:00Z` });
  const paid = await invoice(companyId, { payments: 100 });
  const memo = await invoice(companyId, { type: 'CreditMemo' });
  const noDate = await invoice(companyId, { dueDate: undefined });
  const overdue = await invoice(companyId, {});
  await bench.endedRun(overdue.id);
  await bench.settled();
  for (const { id } of [today, paid, memo, noDate]) expect(await tasksOf(id)).toEqual([]);
  expect(await tasksOf(overdue.id)).toHaveLength(1);
  expect(await accountOf(accountId)).toMatchObject({ CW_Overdue_Balance__c: 100 });
});

it.each([
  ['before the second look', { method: 'GET', path: 'query' }, 'skipped'],
  ['while the task is being made', { method: 'POST', path: 'sobjects/Task' }, 'succeeded'],
])('T-11 an invoice that is paid %s leaves no open task', async (_when, place, status) => {
  const { companyId } = await customer();
  bench.sandbox.faults.add({ vendor: 'salesforce', ...place, times: 1, kind: 'slow', delayMs: 1500 });
  const { id } = await invoice(companyId, {});
  await vi.waitFor(() => expect(bench.sandbox.faults.list()).toEqual([]), { timeout: 10_000 });
  await bench.psa.patch(`finance/invoices/${id}`, { payments: 100 });
  const run = await bench.endedRun(id);
  await bench.endedRun(id, { workflow: 1 });
  await bench.settled();
  expect(run.run.status).toBe(status);
  expect((await tasksOf(id)).filter(({ IsClosed }) => IsClosed === false)).toEqual([]);
});

it('goes to the account of the company that is billed, not of the one that was served', async () => {
  const served = await customer();
  const billed = await customer();
  const { id } = await invoice(served.companyId, { billToCompany: { id: billed.companyId } });
  expect((await bench.endedRun(id)).run).toMatchObject({ status: 'succeeded', error: null });
  expect(await tasksOf(id)).toMatchObject([{ WhatId: billed.accountId }]);
});

it('an invoice that is gone or has a credit makes no task', async () => {
  const { companyId } = await customer();
  const credit = await invoice(companyId, { total: -50 });
  await bench.settled();
  bench.sandbox.faults.add({ vendor: 'salesforce', method: 'GET', path: 'query', times: 1, kind: 'slow', delayMs: 1500 });
  const gone = await invoice(companyId, {});
  await vi.waitFor(() => expect(bench.sandbox.faults.list()).toEqual([]), { timeout: 10_000 });
  await bench.psa.remove(`finance/invoices/${gone.id}`);
  expect((await bench.endedRun(gone.id)).run).toMatchObject({
    status: 'skipped',
    reason: expect.stringContaining(String(gone['invoiceNumber'])) as string,
  });
  await bench.settled();
  for (const { id } of [credit, gone]) expect(await tasksOf(id)).toEqual([]);
});

it('an invoice of a company without an account fails with what to do, and goes through on replay', async () => {
  const { companyId, accountId } = await customer(false);
  const { id } = await invoice(companyId, {});
  const run = await bench.endedRun(id);
  expect(run.run.status).toBe('failed');
  expect(run.run.error?.message).toContain(`ConnectWise id ${companyId}`);
  await bench.crm.update('Account', accountId, { CW_Company_Id__c: String(companyId) });
  await replayRun(bench.ctx, { id: run.run.id });
  expect((await bench.endedRun(id, { number: 2 })).run).toMatchObject({ status: 'succeeded', error: null });
  expect(await tasksOf(id)).toHaveLength(1);
});

it('a vendor that fails in the middle, even after it did what was asked, leaves one task', async () => {
  const { companyId } = await customer();
  bench.sandbox.faults.add({ vendor: 'salesforce', method: 'POST', path: /sobjects\/Task/, times: 1, kind: 'reset-after-apply' });
  bench.sandbox.faults.add({ vendor: 'connectwise', method: 'GET', path: /finance\/invoices/, times: 1, kind: 'status', status: 503 });
  const { id } = await invoice(companyId, {});
  const run = await bench.endedRun(id);
  expect(run.run).toMatchObject({ status: 'succeeded', error: null });
  expect(await tasksOf(id)).toHaveLength(1);
});
