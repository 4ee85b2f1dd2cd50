import type { Write } from '../assign.ts';
import { isoSeconds, refId, type Row, type Store } from '../store.ts';
import type { Rule } from './rule.ts';

const DAY_MS = 86_400_000;
const cents = (value: number) => Math.round(value * 100) / 100;
const amountOf = (row: Row | undefined, name: string) => Number(row?.values[name] ?? 0);

/** Agreement: what is left out takes its default. Its status is worked out when it is read. */
export const agreementRule: Rule = {
  beforeSave({ store, row }, { before }) {
    const { values } = row;
    values['cancelledFlag'] ??= false;
    values['noEndingDateFlag'] ??= values['endDate'] === undefined;
    if (values['cancelledFlag'] === true) values['dateCancelled'] ??= store.now();
    if (before) return;
    values['startDate'] ??= store.now();
    values['applicationUnits'] ??= 'Amount';
    values['invoicingCycle'] ??= 'CalendarYear';
    values['periodType'] ??= 'Current';
    for (const name of ['billTime', 'billExpenses', 'billProducts']) values[name] ??= 'NoDefault';
  },
};

/** Addition: amounts follow quantity and price. */
export const additionRule: Rule = {
  beforeSave({ store, row }, { before }) {
    const { values } = row;
    values['quantity'] ??= 1;
    values['unitPrice'] ??= 0;
    values['unitCost'] ??= 0;
    const isPriced = !before || ['quantity', 'unitPrice'].some((name) => before.values[name] !== values[name]);
    // A price given for the whole wins over quantity times price, but not over a later change of either.
    if (isPriced && (before || values['extPrice'] === undefined))
      values['extPrice'] = cents(amountOf(row, 'quantity') * amountOf(row, 'unitPrice'));
    values['extCost'] = cents(amountOf(row, 'quantity') * amountOf(row, 'unitCost'));
    values['margin'] = cents(amountOf(row, 'extPrice') - amountOf(row, 'extCost'));
    values['effectiveDate'] ??= store.now();
  },
};

/** Invoice: balance = total − payments − credits; number, status and date are filled in. */
export const invoiceRule: Rule = {
  beforeSave({ store, row }, { before }) {
    const { values } = row;
    for (const name of ['total', 'payments', 'credits']) values[name] ??= 0;
    values['balance'] = cents(amountOf(row, 'total') - amountOf(row, 'payments') - amountOf(row, 'credits'));
    if (before) return;
    values['invoiceNumber'] ??= nextNumber(store);
    const status = store.find('billingStatus', (candidate) => candidate.values['defaultFlag'] === true);
    if (status) values['status'] ??= { id: status.id };
    values['date'] ??= store.now();
    const days = store.get('billingTerm', refId(values['billingTerms']) ?? -1)?.values['dueDays'];
    if (typeof days === 'number') values['dueDate'] ??= isoSeconds(Date.parse(String(values['date'])) + days * DAY_MS);
  },
};

function nextNumber(store: Store): string {
  const numbers = store.all('invoice').map((invoice) => Number(invoice.values['invoiceNumber']));
  return String(Math.max(1000, ...numbers.filter((number) => Number.isInteger(number))) + 1);
}

/** Payment: positive, and what changes in it changes the invoice's payments and balance. */
export const paymentRule: Rule = {
  beforeSave({ store, row, errors }, { before, actor }) {
    const amount = row.values['amount'];
    const isMissing = amount === undefined || amount === null;
    if (isMissing || amountOf(row, 'amount') <= 0) {
      errors.push({
        code: isMissing ? 'MissingRequiredField' : 'OutOfRange',
        message: isMissing ? 'The amount field is required.' : 'The field amount must be greater than 0.',
        resource: 'invoicePayment',
        field: 'amount',
      });
      return;
    }
    const invoice = invoiceOf(store, row);
    const paid = cents(amountOf(invoice, 'payments') - amountOf(before, 'amount') + amountOf(row, 'amount'));
    row.values['type'] ??= 'Payment';
    row.values['paymentDate'] ??= store.now();
    row.values['appliedBy'] ??= actor;
    row.values['balance'] = 0;
    row.values['invoiceTotal'] = amountOf(invoice, 'total');
    row.values['invoiceBalance'] = cents(amountOf(invoice, 'total') - paid - amountOf(invoice, 'credits'));
  },
  afterSave({ store, row }, { before, actor }) {
    settle(store, row, { change: amountOf(row, 'amount') - amountOf(before, 'amount'), actor });
  },
  beforeDelete({ store, row }: Write) {
    settle(store, row, { change: -amountOf(row, 'amount'), actor: row.info.updatedBy });
  },
};

function invoiceOf(store: Store, payment: Row): Row | undefined {
  return store.get('invoice', refId(payment.values['invoice']) ?? -1);
}

function settle(store: Store, payment: Row, by: { change: number; actor: string }): void {
  const invoice = invoiceOf(store, payment);
  if (!invoice || by.change === 0) return;
  const payments = cents(amountOf(invoice, 'payments') + by.change);
  const balance = cents(amountOf(invoice, 'total') - payments - amountOf(invoice, 'credits'));
  store.commit('invoice', { ...invoice, values: { ...invoice.values, payments, balance } }, { actor: by.actor });
}
