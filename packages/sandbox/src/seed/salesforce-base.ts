import { CURRENCIES } from '../salesforce/schema/fields.ts';
import { schemaOf } from '../salesforce/schema/schema.ts';
import { CLOSED_CASE_STATUSES, STAGES } from '../salesforce/schema/stages.ts';
import { salesforceTime, type Fields, type SalesforceStore } from '../salesforce/store.ts';

/** Puts one seed record in place with every field present; times are of creation and of last change. */
export function put(
  store: SalesforceStore,
  objectName: string,
  given: { values: Record<string, unknown>; at: number; changedAt?: number; by?: string },
): Fields {
  const object = schemaOf({ isMultiCurrency: true }).find(objectName);
  if (!object) throw new Error(`No Salesforce object ${objectName}`);
  const record: Fields = { Id: store.newId(objectName) };
  for (const field of object.fields) if (field.name !== 'Id') record[field.name] = field.defaultValue ?? null;
  const by = given.by ?? record.Id;
  const changed = salesforceTime(given.changedAt ?? given.at);
  Object.assign(record, {
    IsDeleted: false,
    CreatedDate: salesforceTime(given.at),
    CreatedById: by,
    LastModifiedDate: changed,
    LastModifiedById: by,
    SystemModstamp: changed,
    CurrencyIsoCode: CURRENCIES[0],
  });
  if (object.byName.has('ownerid')) record['OwnerId'] = by;
  Object.assign(record, given.values);
  if (object.byName.has('firstname')) record['Name'] = [record['FirstName'], record['LastName']].filter(Boolean).join(' ');
  const stage = objectName === 'Opportunity' ? STAGES[String(record['StageName'])] : undefined;
  if (stage)
    Object.assign(record, {
      Probability: stage.probability,
      IsClosed: stage.isClosed,
      IsWon: stage.isWon,
      ForecastCategory: stage.forecast,
      ExpectedRevenue: (Number(record['Amount'] ?? 0) * stage.probability) / 100,
    });
  if (objectName === 'Case') record['IsClosed'] = CLOSED_CASE_STATUSES.includes(String(record['Status']));
  store.seed(objectName, record);
  return record;
}

/** The integration user and the people who own records. The integration user comes first. */
export function putUsers(store: SalesforceStore, now: number): { integration: Fields; people: Fields[] } {
  const at = now - 500 * 86_400_000;
  const user = (FirstName: string, LastName: string, Title: string, isActive = true) =>
    put(store, 'User', {
      at,
      values: {
        FirstName,
        LastName,
        Title,
        Username: `${FirstName.toLowerCase()}.${LastName.toLowerCase()}@brightdesk.example`,
        Email: `${FirstName.toLowerCase()}.${LastName.toLowerCase()}@brightdesk.example`,
        Alias: (FirstName.charAt(0) + LastName).toLowerCase().slice(0, 8),
        IsActive: isActive,
        UserType: 'Standard',
        TimeZoneSidKey: 'America/New_York',
        LocaleSidKey: 'en_US',
      },
    });
  const integration = user('Weft', 'Integration', 'Integration user');
  const people = [
    user('Alex', 'Morgan', 'Account executive'),
    user('Dana', 'Whitfield', 'Account executive'),
    user('Ravi', 'Menon', 'Sales manager'),
    user('Ingrid', 'Solberg', 'Account executive'),
  ];
  // Left the company: owns nothing, and nothing may be given to her.
  user('Marta', 'Lindqvist', 'Account executive', false);
  return { integration, people };
}

/** What an org knows of itself: its own record, statuses of leads, stages of deals, currencies. */
export function putSetup(store: SalesforceStore, at: number): void {
  put(store, 'Organization', {
    at,
    values: {
      Name: 'Brightdesk IT Services',
      InstanceName: 'WF1',
      IsSandbox: true,
      OrganizationType: 'Developer Edition',
      LanguageLocaleKey: 'en_US',
      DefaultLocaleSidKey: 'en_US',
      TimeZoneSidKey: 'America/New_York',
    },
  });
  putStatuses(store, { at, object: 'Lead', more: (name) => ({ IsConverted: name === 'Closed - Converted' }) });
  putCaseStatuses(store, at);
  for (const [index, [name, stage]] of Object.entries(STAGES).entries())
    put(store, 'OpportunityStage', {
      at,
      values: {
        ApiName: name,
        MasterLabel: name,
        SortOrder: index + 1,
        IsActive: true,
        IsClosed: stage.isClosed,
        IsWon: stage.isWon,
        DefaultProbability: stage.probability,
        ForecastCategoryName: stage.forecast,
      },
    });
  for (const [index, code] of CURRENCIES.entries())
    put(store, 'CurrencyType', {
      at,
      values: { IsoCode: code, ConversionRate: [1, 0.92, 0.79][index] ?? 1, DecimalPlaces: 2, IsActive: true, IsCorporate: index === 0 },
    });
}

/** The statuses of cases, and which of them end a case. */
export function putCaseStatuses(store: SalesforceStore, at: number): void {
  putStatuses(store, { at, object: 'Case', more: (name) => ({ IsClosed: CLOSED_CASE_STATUSES.includes(name) }) });
}

function putStatuses(
  store: SalesforceStore,
  given: { at: number; object: 'Lead' | 'Case'; more: (name: string) => Record<string, unknown> },
): void {
  const names = schemaOf({ isMultiCurrency: true }).find(given.object)?.byName.get('status')?.picklist ?? [];
  for (const [index, name] of names.entries())
    put(store, `${given.object}Status`, {
      at: given.at,
      values: { ApiName: name, MasterLabel: name, SortOrder: index + 1, IsDefault: index === 0, ...given.more(name) },
    });
}

/** A product with its entry in the standard price book; the price book is made with the first one. */
export function putProduct(
  store: SalesforceStore,
  given: { name: string; code: string; family: string; price: number; at: number; by: string },
): { product: Fields; entry: Fields } {
  const { at, by, price } = given;
  const book =
    store.all('Pricebook2')[0] ??
    put(store, 'Pricebook2', { at, by, values: { Name: 'Standard Price Book', IsActive: true, IsStandard: true } });
  const product = put(store, 'Product2', {
    at,
    by,
    values: { Name: given.name, ProductCode: given.code, Family: given.family, IsActive: true },
  });
  const entry = put(store, 'PricebookEntry', {
    at,
    by,
    values: {
      Pricebook2Id: book.Id,
      Product2Id: product.Id,
      Name: given.name,
      ProductCode: given.code,
      UnitPrice: price,
      IsActive: true,
    },
  });
  return { product, entry };
}

/** Puts products on a seeded deal whose amount they add up to. */
export function putLineItem(store: SalesforceStore, deal: Fields, given: { entry: Fields; quantity: number; unitPrice: number }): Fields {
  const { entry, quantity, unitPrice } = given;
  Object.assign(deal, { Pricebook2Id: entry['Pricebook2Id'], HasOpportunityLineItem: true });
  return put(store, 'OpportunityLineItem', {
    at: Date.parse(String(deal['CreatedDate'])),
    by: String(deal['CreatedById']),
    values: {
      OpportunityId: deal.Id,
      PricebookEntryId: entry.Id,
      Product2Id: entry['Product2Id'],
      Name: `${String(deal['Name'])} ${String(entry['Name'])}`,
      ProductCode: entry['ProductCode'],
      Quantity: quantity,
      UnitPrice: unitPrice,
      ListPrice: entry['UnitPrice'],
      TotalPrice: quantity * unitPrice,
    },
  });
}
