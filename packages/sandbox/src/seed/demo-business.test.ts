import { expect, it } from 'vitest';
import { START, startBench } from '../testing.ts';

const DAY_MS = 86_400_000;
const q = encodeURIComponent;

it('the demo has agreements about to end, unpaid invoices that add up, escalations, deals, devices and projects', async () => {
  const { cw, sandbox } = await startBench({ seed: 'demo' });
  const day = (shift: number) => `[${new Date(START + shift * DAY_MS).toISOString().slice(0, 19)}Z]`;
  const count = async (path: string, conditions: string) =>
    (await cw('GET', `${path}/count?conditions=${q(conditions)}`)).body.count as number;
  expect(await count('finance/agreements', `endDate >= ${day(29)} and endDate <= ${day(91)} and cancelledFlag = false`)).toBeGreaterThan(8);
  expect(await count('finance/invoices', `balance > 0 and dueDate < ${day(-1)}`)).toBeGreaterThan(8);
  expect(await count('service/tickets', 'priority/id = 6 and status/name = "Escalated" and escalationLevel > 0')).toBeGreaterThan(2);
  for (const path of ['sales/opportunities', 'company/configurations', 'project/projects'])
    expect(await count(path, 'id > 0')).toBeGreaterThan(8);
  const { store, records } = sandbox.connectwise;
  for (const invoice of store.all('invoice')) {
    const { total, payments, balance } = invoice.values;
    const paid = (await cw('GET', `finance/invoices/${invoice.id}/payments`)).body as { amount: number }[];
    expect([paid.reduce((sum, payment) => sum + payment.amount, 0), balance]).toEqual([payments, Number(total) - Number(payments)]);
  }
  for (const agreement of store.all('agreement'))
    expect((await cw('GET', `finance/agreements/${agreement.id}/additions/count`)).body.count).toBeGreaterThan(0);
  // What the seed wrote would pass the checks of the API.
  for (const entity of [
    'agreement',
    'agreementAddition',
    'invoice',
    'invoicePayment',
    'opportunity',
    'configuration',
    'project',
    'timeEntry',
    'ticket',
  ])
    for (const row of store.all(entity))
      expect(() => records.patch(entity, row.id, { operations: [], context: { actor: 'jdoe' } })).not.toThrow();
});

it('the demo is the same each time, but for the day it starts on', async () => {
  const first = await startBench({ seed: 'demo' });
  const second = await startBench({ seed: 'demo' });
  expect(second.sandbox.connectwise.store.all('invoice')).toEqual(first.sandbox.connectwise.store.all('invoice'));
});
