import type { Rule } from './rule.ts';

/** Agreement: its status follows from the cancel flag and the end date. */
export const agreementRule: Rule = {
  beforeSave({ store, row }) {
    const end = row.values['endDate'];
    const isPast = typeof end === 'string' && row.values['noEndingDateFlag'] !== true && Date.parse(end) < store.clock();
    row.values['agreementStatus'] = row.values['cancelledFlag'] === true ? 'Cancelled' : isPast ? 'Expired' : 'Active';
    row.values['cancelledFlag'] ??= false;
    row.values['noEndingDateFlag'] ??= end === undefined;
  },
};

/** Invoice: balance = total − payments − credits. */
export const invoiceRule: Rule = {
  beforeSave({ row }) {
    const amount = (name: string) => Number(row.values[name] ?? 0);
    for (const name of ['total', 'payments', 'credits']) row.values[name] ??= 0;
    row.values['balance'] = Math.round((amount('total') - amount('payments') - amount('credits')) * 100) / 100;
  },
};
