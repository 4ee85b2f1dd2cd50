import { callbackRule } from './callback.ts';
import { companyRule } from './company.ts';
import { contactRule } from './contact.ts';
import { defaultsRule } from './defaults.ts';
import { additionRule, agreementRule, invoiceRule, paymentRule } from './finance.ts';
import { memberRule } from './member.ts';
import { projectRule, projectTicketRule } from './project.ts';
import type { Rule } from './rule.ts';
import { opportunityRule } from './sales.ts';
import { projectTicketNoteRule, ticketNoteRule, ticketRule } from './ticket.ts';
import { timeEntryRule } from './time-entry.ts';
import { typeAssociationRule } from './type-association.ts';
import { userDefinedFieldRule } from './user-defined-field.ts';

/** Objects with behaviour of their own; the others are their table and nothing more. */
export const RULES: Readonly<Record<string, Rule>> = {
  agreement: agreementRule,
  agreementAddition: additionRule,
  callback: callbackRule,
  company: companyRule,
  companyTeam: defaultsRule({ flags: { accountManagerFlag: false, techFlag: false, salesFlag: false } }),
  companyTypeAssociation: typeAssociationRule('company'),
  companySite: defaultsRule({ flags: { primaryAddressFlag: false, inactiveFlag: false } }),
  configuration: defaultsRule({ flags: { activeFlag: true, billFlag: false, needsRenewalFlag: false }, statusOf: 'configurationStatus' }),
  contact: contactRule,
  contactTypeAssociation: typeAssociationRule('contact'),
  invoice: invoiceRule,
  invoicePayment: paymentRule,
  member: memberRule,
  opportunity: opportunityRule,
  project: projectRule,
  projectTicket: projectTicketRule,
  projectTicketNote: projectTicketNoteRule,
  ticket: ticketRule,
  ticketNote: ticketNoteRule,
  ticketTask: defaultsRule({ flags: { closedFlag: false } }),
  timeEntry: timeEntryRule,
  userDefinedField: userDefinedFieldRule,
};
