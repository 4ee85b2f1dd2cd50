import { callbackRule } from './callback.ts';
import { companyRule } from './company.ts';
import { contactRule } from './contact.ts';
import { agreementRule, invoiceRule } from './finance.ts';
import type { Rule } from './rule.ts';
import { ticketNoteRule, ticketRule } from './ticket.ts';
import { userDefinedFieldRule } from './user-defined-field.ts';

/** Objects with behaviour of their own; the others are their table and nothing more. */
export const RULES: Readonly<Record<string, Rule>> = {
  agreement: agreementRule,
  callback: callbackRule,
  company: companyRule,
  contact: contactRule,
  invoice: invoiceRule,
  ticket: ticketRule,
  ticketNote: ticketNoteRule,
  userDefinedField: userDefinedFieldRule,
};
