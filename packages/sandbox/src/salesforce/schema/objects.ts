import {
  address,
  boolean,
  common,
  currency,
  date,
  datetime,
  double,
  email,
  externalId,
  int,
  longText,
  owner,
  percent,
  phone,
  picklist,
  reference,
  syncStamp,
  system,
  text,
  url,
  type SalesforceField,
} from './fields.ts';

/** An emulated object. Standard field lengths follow the public standard schema. */
export interface SalesforceObject {
  name: string;
  label: string;
  labelPlural: string;
  keyPrefix: string;
  fields: SalesforceField[];
  byName: Map<string, SalesforceField>;
}

/** Stage → probability, closed, won, forecast category: the defaults of a new org. */
export const STAGES: Readonly<Record<string, { probability: number; isClosed: boolean; isWon: boolean; forecast: string }>> = {
  Prospecting: { probability: 10, isClosed: false, isWon: false, forecast: 'Pipeline' },
  Qualification: { probability: 10, isClosed: false, isWon: false, forecast: 'Pipeline' },
  'Needs Analysis': { probability: 20, isClosed: false, isWon: false, forecast: 'Pipeline' },
  'Value Proposition': { probability: 50, isClosed: false, isWon: false, forecast: 'Pipeline' },
  'Id. Decision Makers': { probability: 60, isClosed: false, isWon: false, forecast: 'Pipeline' },
  'Perception Analysis': { probability: 70, isClosed: false, isWon: false, forecast: 'Pipeline' },
  'Proposal/Price Quote': { probability: 75, isClosed: false, isWon: false, forecast: 'BestCase' },
  'Negotiation/Review': { probability: 90, isClosed: false, isWon: false, forecast: 'BestCase' },
  'Closed Won': { probability: 100, isClosed: true, isWon: true, forecast: 'Closed' },
  'Closed Lost': { probability: 0, isClosed: true, isWon: false, forecast: 'Omitted' },
};

const INDUSTRIES = [
  'Agriculture',
  'Banking',
  'Biotechnology',
  'Construction',
  'Consulting',
  'Education',
  'Electronics',
  'Energy',
  'Engineering',
  'Finance',
  'Healthcare',
  'Hospitality',
  'Insurance',
  'Machinery',
  'Manufacturing',
  'Media',
  'Not For Profit',
  'Retail',
  'Shipping',
  'Technology',
  'Transportation',
  'Other',
];
const LEAD_SOURCES = ['Web', 'Phone Inquiry', 'Partner Referral', 'Purchased List', 'Other'];

function object(
  name: string,
  keyPrefix: string,
  fields: SalesforceField[],
  labels: { label?: string; plural?: string } = {},
): SalesforceObject {
  const label = labels.label ?? name.replace(/__c$/, '');
  const all = [...common(), ...fields];
  return {
    name,
    keyPrefix,
    label,
    labelPlural: labels.plural ?? `${label}s`,
    fields: all,
    byName: new Map(all.map((item) => [item.name.toLowerCase(), item])),
  };
}

const LIST: SalesforceObject[] = [
  object('User', '005', [
    text('Username', 80, { isRequired: true }),
    text('FirstName', 40),
    text('LastName', 80, { isRequired: true }),
    system(text('Name', 121)),
    email('Email', { isRequired: true }),
    text('Title', 80),
    text('Alias', 8),
    boolean('IsActive'),
    picklist('UserType', ['Standard']),
    text('TimeZoneSidKey', 40),
    text('LocaleSidKey', 40),
    phone('Phone'),
  ]),
  object('Account', '001', [
    text('Name', 255, { isRequired: true }),
    picklist('Type', [
      'Prospect',
      'Customer - Direct',
      'Customer - Channel',
      'Channel Partner / Reseller',
      'Installation Partner',
      'Technology Partner',
      'Other',
    ]),
    reference('ParentId', ['Account'], { child: 'ChildAccounts', relationship: 'Parent' }),
    ...address('Billing'),
    ...address('Shipping'),
    phone('Phone'),
    phone('Fax'),
    url('Website'),
    picklist('Industry', INDUSTRIES),
    currency('AnnualRevenue'),
    int('NumberOfEmployees'),
    longText('Description'),
    owner(),
    text('AccountNumber', 40),
    picklist('Rating', ['Hot', 'Warm', 'Cold']),
    system(reference('MasterRecordId', ['Account'], { relationship: 'MasterRecord' })),
    externalId('CW_Company_Id__c'),
    ...syncStamp(),
    currency('CW_Open_Balance__c'),
    currency('CW_Overdue_Balance__c'),
    date('CW_Oldest_Due_Date__c'),
    text('CW_Billing_Status__c', 40),
    double('CW_Open_Tickets__c'),
    double('CW_High_Tickets__c'),
    datetime('CW_Last_Ticket_At__c'),
  ]),
  object('Contact', '003', [
    text('LastName', 80, { isRequired: true }),
    text('FirstName', 40),
    system(text('Name', 121)),
    reference('AccountId', ['Account'], { child: 'Contacts' }),
    email('Email'),
    phone('Phone'),
    phone('MobilePhone'),
    phone('Fax'),
    text('Title', 128),
    text('Department', 80),
    ...address('Mailing'),
    picklist('LeadSource', LEAD_SOURCES),
    owner(),
    boolean('HasOptedOutOfEmail'),
    longText('Description'),
    reference('ReportsToId', ['Contact'], { relationship: 'ReportsTo' }),
    system(reference('MasterRecordId', ['Contact'], { relationship: 'MasterRecord' })),
    externalId('CW_Contact_Id__c'),
    ...syncStamp(),
  ]),
  object(
    'Opportunity',
    '006',
    [
      text('Name', 120, { isRequired: true }),
      picklist('StageName', Object.keys(STAGES), { isRequired: true }),
      date('CloseDate', { isRequired: true }),
      reference('AccountId', ['Account'], { child: 'Opportunities' }),
      currency('Amount'),
      percent('Probability'),
      picklist('Type', ['Existing Customer - Upgrade', 'Existing Customer - Replacement', 'Existing Customer - Downgrade', 'New Customer']),
      text('NextStep', 255),
      picklist('LeadSource', LEAD_SOURCES),
      longText('Description'),
      owner(),
      system(boolean('IsClosed')),
      system(boolean('IsWon')),
      system(picklist('ForecastCategory', ['Omitted', 'Pipeline', 'BestCase', 'Forecast', 'Closed'])),
      reference('Pricebook2Id', ['Pricebook2'], { relationship: 'Pricebook2' }),
      externalId('CW_Renewal_Key__c'),
      ...syncStamp(),
      text('CW_Onboarding_Ticket_Id__c', 40),
      text('CW_Agreement_Id__c', 40),
    ],
    { label: 'Opportunity', plural: 'Opportunities' },
  ),
  object(
    'OpportunityContactRole',
    '00K',
    [
      reference('OpportunityId', ['Opportunity'], { child: 'OpportunityContactRoles', isNillable: false, isUpdateable: false }),
      reference('ContactId', ['Contact'], { child: 'OpportunityContactRoles', isNillable: false }),
      picklist('Role', [
        'Business User',
        'Decision Maker',
        'Economic Buyer',
        'Economic Decision Maker',
        'Evaluator',
        'Executive Sponsor',
        'Influencer',
        'Technical Buyer',
        'Other',
      ]),
      boolean('IsPrimary'),
    ],
    { label: 'Opportunity Contact Role' },
  ),
  object('Lead', '00Q', [
    text('LastName', 80, { isRequired: true }),
    text('FirstName', 40),
    system(text('Name', 121)),
    text('Company', 255, { isRequired: true }),
    email('Email'),
    phone('Phone'),
    phone('MobilePhone'),
    text('Title', 128),
    picklist('Status', ['Open - Not Contacted', 'Working - Contacted', 'Closed - Converted', 'Closed - Not Converted'], {
      isNillable: false,
      defaultValue: 'Open - Not Contacted',
    }),
    longText('Street', 255),
    text('City', 40),
    text('State', 80),
    text('PostalCode', 20),
    text('Country', 80),
    picklist('LeadSource', LEAD_SOURCES),
    picklist('Rating', ['Hot', 'Warm', 'Cold']),
    url('Website'),
    picklist('Industry', INDUSTRIES),
    longText('Description'),
    owner(),
    system(boolean('IsConverted')),
    system(date('ConvertedDate')),
    system(reference('ConvertedAccountId', ['Account'], { relationship: 'ConvertedAccount' })),
    system(reference('ConvertedContactId', ['Contact'], { relationship: 'ConvertedContact' })),
    system(reference('ConvertedOpportunityId', ['Opportunity'], { relationship: 'ConvertedOpportunity' })),
    ...syncStamp(),
  ]),
  object('Case', '500', [
    system(text('CaseNumber', 30, { isNillable: false, isDefaultedOnCreate: true })),
    text('Subject', 255),
    picklist('Status', ['New', 'Working', 'Escalated', 'Closed'], { defaultValue: 'New' }),
    picklist('Priority', ['High', 'Medium', 'Low'], { defaultValue: 'Medium' }),
    picklist('Origin', ['Phone', 'Email', 'Web']),
    picklist('Type', ['Mechanical', 'Electrical', 'Electronic', 'Structural', 'Other']),
    picklist('Reason', ['Installation', 'Equipment Complexity', 'Performance', 'Breakdown', 'Equipment Design', 'Feedback', 'Other']),
    longText('Description'),
    reference('AccountId', ['Account'], { child: 'Cases' }),
    reference('ContactId', ['Contact'], { child: 'Cases' }),
    owner(),
    reference('ParentId', ['Case'], { child: 'Cases', relationship: 'Parent' }),
    system(boolean('IsClosed')),
    system(datetime('ClosedDate')),
    boolean('IsEscalated'),
    externalId('CW_Ticket_Id__c'),
    ...syncStamp(),
  ]),
  object('Task', '00T', [
    text('Subject', 255),
    picklist('Status', ['Not Started', 'In Progress', 'Completed', 'Waiting on someone else', 'Deferred'], {
      isNillable: false,
      defaultValue: 'Not Started',
    }),
    picklist('Priority', ['High', 'Normal', 'Low'], { isNillable: false, defaultValue: 'Normal' }),
    date('ActivityDate'),
    reference('WhatId', ['Account', 'Opportunity', 'Case'], { relationship: 'What', child: 'Tasks' }),
    reference('WhoId', ['Contact', 'Lead'], { relationship: 'Who', child: 'Tasks' }),
    owner(),
    longText('Description'),
    system(boolean('IsClosed')),
    picklist('TaskSubtype', ['Task', 'Email', 'Call', 'Cadence']),
    text('CW_Invoice_Key__c', 64),
    ...syncStamp(),
  ]),
  object('BigTable__c', 'a00', [text('Name', 80)], { label: 'Big Table' }),
  object(
    'UpsertTable__c',
    'a01',
    [text('Name', 80), externalId('ExtId__c', { isUnique: false }), picklist('Kind__c', ['A', 'B', 'C'], { isRestricted: true }), owner()],
    { label: 'Upsert Table' },
  ),
];

/** Emulated objects by lower-case name: Salesforce names are not case-sensitive. */
export const OBJECTS: ReadonlyMap<string, SalesforceObject> = new Map(LIST.map((item) => [item.name.toLowerCase(), item]));

/** The object of that name, or undefined. */
export function findObject(name: string): SalesforceObject | undefined {
  return OBJECTS.get(name.toLowerCase());
}

/** The object to which an id belongs, by its first three characters. */
export function objectOfId(id: string): SalesforceObject | undefined {
  return LIST.find((candidate) => candidate.keyPrefix === id.slice(0, 3));
}
