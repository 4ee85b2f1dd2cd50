import { boolean, double, email, externalId, int, owner, phone, picklist, system, text } from './fields.ts';
import { object, type ObjectEntry } from './object.ts';

/** Users, currencies, and the two tables that only tests use. */
export const ORG: ObjectEntry[] = [
  object(
    'Organization',
    '00D',
    [
      text('Name', 80),
      text('InstanceName', 5),
      boolean('IsSandbox'),
      picklist('OrganizationType', ['Developer Edition', 'Enterprise Edition', 'Unlimited Edition']),
      text('LanguageLocaleKey', 40),
      text('DefaultLocaleSidKey', 40),
      text('TimeZoneSidKey', 40),
    ],
    { isReadOnly: true },
  ),
  object(
    'CaseStatus',
    '01I',
    [text('ApiName', 255), text('MasterLabel', 255), int('SortOrder'), boolean('IsDefault'), boolean('IsClosed')],
    { label: 'Case Status Value', isReadOnly: true },
  ),
  object(
    'LeadStatus',
    '01J',
    [text('ApiName', 255), text('MasterLabel', 255), int('SortOrder'), boolean('IsDefault'), boolean('IsConverted')],
    { label: 'Lead Status', plural: 'Lead Statuses', isReadOnly: true },
  ),
  object(
    'OpportunityStage',
    '01K',
    [
      text('ApiName', 255),
      text('MasterLabel', 255),
      int('SortOrder'),
      boolean('IsActive'),
      boolean('IsClosed'),
      boolean('IsWon'),
      double('DefaultProbability'),
      text('ForecastCategoryName', 40),
    ],
    { label: 'Opportunity Stage', isReadOnly: true },
  ),
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
  object('BigTable__c', 'a00', [text('Name', 80)], { label: 'Big Table' }),
  object(
    'UpsertTable__c',
    'a01',
    [text('Name', 80), externalId('ExtId__c', { isUnique: false }), picklist('Kind__c', ['A', 'B', 'C'], { isRestricted: true }), owner()],
    { label: 'Upsert Table' },
  ),
  object(
    'CurrencyType',
    '01L',
    [
      text('IsoCode', 3, { isRequired: true }),
      double('ConversionRate', { isRequired: true }),
      int('DecimalPlaces'),
      boolean('IsActive'),
      boolean('IsCorporate'),
    ],
    { label: 'Currency Type', isMultiCurrencyOnly: true },
  ),
];
