import type { Json } from '../../http.ts';
import { dmlError, notFound } from '../errors.ts';
import { toId18 } from '../ids.ts';
import type { SalesforceObject } from '../schema/object.ts';
import type { Fields, SalesforceStore } from '../store.ts';
import { createRecord, liveRecord, updateRecord, type WriteOptions } from '../write.ts';

/** One `leadConverts` element. */
export interface LeadConvert {
  leadId: string;
  convertedStatus: string;
  accountId?: string;
  contactId?: string;
  opportunityId?: string;
  opportunityName?: string;
  ownerId?: string;
  doNotCreateOpportunity: boolean;
  overwriteLeadSource: boolean;
}

/** What a conversion made or used. */
export interface LeadConverted {
  leadId: string;
  accountId: string;
  contactId: string;
  opportunityId: string | null;
}

/** Lead field → field of the new account or contact; what standard mapping carries over. */
const TO_ACCOUNT = {
  Company: 'Name',
  Phone: 'Phone',
  Website: 'Website',
  Industry: 'Industry',
  Rating: 'Rating',
  Street: 'BillingStreet',
  City: 'BillingCity',
  State: 'BillingState',
  PostalCode: 'BillingPostalCode',
  Country: 'BillingCountry',
} as const;
const TO_CONTACT = {
  FirstName: 'FirstName',
  LastName: 'LastName',
  Email: 'Email',
  Phone: 'Phone',
  MobilePhone: 'MobilePhone',
  Title: 'Title',
  LeadSource: 'LeadSource',
  Description: 'Description',
  Street: 'MailingStreet',
  City: 'MailingCity',
  State: 'MailingState',
  PostalCode: 'MailingPostalCode',
  Country: 'MailingCountry',
} as const;

/** Converts a lead: makes or takes an account and a contact, makes a deal unless told not to, and closes the lead. */
export function convertLead(store: SalesforceStore, convert: LeadConvert, options: WriteOptions): LeadConverted {
  const objects = objectsOf(store);
  const lead = liveRecord(store, objects.Lead, convert.leadId);
  if (lead['IsConverted'] === true) throw dmlError('CANNOT_UPDATE_CONVERTED_LEAD', 'cannot reference converted lead');
  const status = store.all('LeadStatus').find((row) => row['ApiName'] === convert.convertedStatus);
  if (status?.['IsConverted'] !== true) throw dmlError('INVALID_STATUS', `invalid convertedStatus: ${convert.convertedStatus}`);
  if (convert.contactId !== undefined && convert.accountId === undefined)
    throw dmlError('REQUIRED_FIELD_MISSING', 'accountId is required when contactId is specified', ['accountId']);
  const owner = { OwnerId: convert.ownerId ?? lead['OwnerId'] };
  const accountId = convert.accountId
    ? liveRecord(store, objects.Account, convert.accountId).Id
    : createRecord(store, objects.Account, { body: { ...carried(lead, TO_ACCOUNT), ...owner }, options }).Id;
  const contactId = contactOf(store, { convert, lead, accountId, owner, options });
  const opportunityId = dealOf(store, { convert, lead, accountId, owner, options });
  if (opportunityId !== null && convert.opportunityId === undefined)
    createRecord(store, objects.OpportunityContactRole, {
      body: { OpportunityId: opportunityId, ContactId: contactId, IsPrimary: true },
      options,
    });
  const converted: Fields = {
    ...lead,
    Status: convert.convertedStatus,
    IsConverted: true,
    ConvertedDate: store.now().slice(0, 10),
    ConvertedAccountId: accountId,
    ConvertedContactId: contactId,
    ConvertedOpportunityId: opportunityId,
  };
  store.put('Lead', converted, {
    actor: options.actor,
    action: 'updated',
    ...(options.origin === undefined ? {} : { origin: options.origin }),
  });
  return { leadId: lead.Id, accountId, contactId, opportunityId };
}

interface Converting {
  convert: LeadConvert;
  lead: Fields;
  accountId: string;
  owner: Json;
  options: WriteOptions;
}

function contactOf(store: SalesforceStore, given: Converting): string {
  const { convert, lead, accountId, options } = given;
  const { Contact } = objectsOf(store);
  if (convert.contactId === undefined)
    return createRecord(store, Contact, { body: { ...carried(lead, TO_CONTACT), ...given.owner, AccountId: accountId }, options }).Id;
  const contact = liveRecord(store, Contact, convert.contactId);
  if (contact['AccountId'] !== toId18(accountId))
    throw dmlError('INVALID_CROSS_REFERENCE_KEY', 'The contact does not belong to the account specified');
  // Empty fields of a person already known are filled; what is there stays, but for the source when asked.
  const fresh = Object.entries(carried(lead, TO_CONTACT)).filter(
    ([name]) => contact[name] === null || (name === 'LeadSource' && convert.overwriteLeadSource),
  );
  if (fresh.length > 0) updateRecord(store, Contact, { id: contact.Id, body: Object.fromEntries(fresh), options });
  return contact.Id;
}

function dealOf(store: SalesforceStore, given: Converting): string | null {
  const { convert, lead, accountId, options } = given;
  const { Opportunity } = objectsOf(store);
  if (convert.opportunityId !== undefined) return liveRecord(store, Opportunity, convert.opportunityId).Id;
  if (convert.doNotCreateOpportunity) return null;
  const now = new Date(store.clock());
  // A converted deal closes, until someone says otherwise, on the last day of the quarter.
  const close = new Date(Date.UTC(now.getUTCFullYear(), Math.floor(now.getUTCMonth() / 3) * 3 + 3, 0));
  const body = {
    Name: convert.opportunityName ?? `${String(lead['Company'])}-`,
    StageName: 'Prospecting',
    CloseDate: close.toISOString().slice(0, 10),
    AccountId: accountId,
    LeadSource: lead['LeadSource'],
    ...given.owner,
  };
  return createRecord(store, Opportunity, { body, options }).Id;
}

function carried(lead: Fields, map: Readonly<Record<string, string>>): Json {
  return Object.fromEntries(
    Object.entries(map)
      .filter(([from]) => lead[from] !== null && lead[from] !== undefined)
      .map(([from, to]) => [to, lead[from]]),
  );
}

function objectsOf(store: SalesforceStore) {
  const named = (name: string): SalesforceObject => {
    const object = store.schema.find(name);
    if (!object) throw notFound();
    return object;
  };
  return {
    Lead: named('Lead'),
    Account: named('Account'),
    Contact: named('Contact'),
    Opportunity: named('Opportunity'),
    OpportunityContactRole: named('OpportunityContactRole'),
  };
}
