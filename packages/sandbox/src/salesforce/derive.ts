import type { Json } from '../http.ts';
import { dmlError } from './errors.ts';
import type { SalesforceObject } from './schema/object.ts';
import { CLOSED_CASE_STATUSES, STAGES } from './schema/stages.ts';
import type { Fields, SalesforceStore } from './store.ts';

type Deriving = { record: Fields; changed: Json };

const UNKNOWN_STAGE = { probability: 50, isClosed: false, isWon: false, forecast: 'Pipeline' };

/** Computed fields by object, before a record is stored. */
const BEFORE: Readonly<Record<string, (store: SalesforceStore, given: Deriving) => void>> = {
  Opportunity(store, { record, changed }) {
    if ('StageName' in changed || record['ForecastCategory'] === null) {
      const stage = STAGES[String(record['StageName'])] ?? UNKNOWN_STAGE;
      if (!('Probability' in changed)) record['Probability'] = stage.probability;
      Object.assign(record, { IsClosed: stage.isClosed, IsWon: stage.isWon, ForecastCategory: stage.forecast });
    }
    const items = itemsOf(store, record);
    record['HasOpportunityLineItem'] = items.length > 0;
    // With products on it a deal's amount is their sum; an amount sent along is ignored.
    if (items.length > 0) record['Amount'] = sumOf(items);
    record['ExpectedRevenue'] = typeof record['Amount'] === 'number' ? (record['Amount'] * Number(record['Probability'] ?? 0)) / 100 : null;
  },
  OpportunityLineItem(store, { record, changed }) {
    const entry = store.get('PricebookEntry', String(record['PricebookEntryId'] ?? ''));
    const deal = store.get('Opportunity', String(record['OpportunityId']));
    if (entry && deal?.['Pricebook2Id'] && deal['Pricebook2Id'] !== entry['Pricebook2Id'])
      throw dmlError(
        'FIELD_INTEGRITY_EXCEPTION',
        'field integrity exception: PricebookEntryId (pricebook entry is in a different pricebook than the one assigned to the opportunity)',
        ['PricebookEntryId'],
      );
    if (entry) {
      Object.assign(record, { Product2Id: entry['Product2Id'], ProductCode: entry['ProductCode'], ListPrice: entry['UnitPrice'] });
      record['UnitPrice'] ??= entry['UnitPrice'];
      record['Name'] = `${String(deal?.['Name'])} ${String(entry['Name'])}`;
    }
    const full = Number(record['Quantity']) * Number(record['UnitPrice'] ?? 0);
    if ('TotalPrice' in changed && !('UnitPrice' in changed) && changed['TotalPrice'] !== null) return;
    record['TotalPrice'] = full * (1 - Number(record['Discount'] ?? 0) / 100);
  },
  PricebookEntry(store, { record }) {
    const product = store.get('Product2', String(record['Product2Id']));
    Object.assign(record, { Name: product?.['Name'] ?? null, ProductCode: product?.['ProductCode'] ?? null });
  },
  Case(store, { record }) {
    const isClosed = CLOSED_CASE_STATUSES.includes(String(record['Status']));
    if (isClosed !== record['IsClosed']) record['ClosedDate'] = isClosed ? store.now() : null;
    record['IsClosed'] = isClosed;
  },
  Task(_store, { record }) {
    record['IsClosed'] = record['Status'] === 'Completed';
  },
};

/** Fields the platform computes; changes `record`. */
export function derive(store: SalesforceStore, object: SalesforceObject, given: Deriving): void {
  const { record } = given;
  BEFORE[object.name]?.(store, given);
  if (object.byName.has('firstname')) record['Name'] = [record['FirstName'], record['LastName']].filter(Boolean).join(' ');
  for (const prefix of ['Billing', 'Shipping', 'Mailing']) {
    if (!object.byName.has(`${prefix.toLowerCase()}address`)) continue;
    const parts = ['Street', 'City', 'State', 'PostalCode', 'Country'].map(
      (part) => [part.charAt(0).toLowerCase() + part.slice(1), record[`${prefix}${part}`] ?? null] as const,
    );
    record[`${prefix}Address`] = parts.some(([, value]) => value !== null)
      ? { ...Object.fromEntries(parts), geocodeAccuracy: null, latitude: null, longitude: null }
      : null;
  }
}

const HISTORY_FIELDS = ['StageName', 'Amount', 'CloseDate', 'Probability', 'ForecastCategory', 'ExpectedRevenue'] as const;

/** What a stored record brings about elsewhere: the history of a deal, the amount of a deal with products. */
export function afterWrite(
  store: SalesforceStore,
  object: SalesforceObject,
  given: { record: Fields; previous: Fields | undefined; actor: string },
): void {
  const { record, previous, actor } = given;
  if (object.name === 'Opportunity' && HISTORY_FIELDS.some((field) => record[field] !== previous?.[field])) {
    const Id = store.newId('OpportunityHistory');
    const values = Object.fromEntries(HISTORY_FIELDS.map((field) => [field, record[field] ?? null]));
    const entry = { ...values, Id, OpportunityId: record.Id, IsDeleted: false, CreatedDate: store.now(), CreatedById: actor };
    store.put('OpportunityHistory', entry, { actor, action: 'added' });
  }
  const parent = object.name === 'OpportunityLineItem' ? store.get('Opportunity', String(record['OpportunityId'])) : undefined;
  const deal = store.schema.find('Opportunity');
  if (!parent || !deal || parent['IsDeleted'] === true) return;
  const entry = store.get('PricebookEntry', String(record['PricebookEntryId'] ?? ''));
  const changed: Fields = { ...parent, Pricebook2Id: parent['Pricebook2Id'] ?? entry?.['Pricebook2Id'] ?? null };
  derive(store, deal, { record: changed, changed: {} });
  store.put('Opportunity', changed, { actor, action: 'updated' });
  afterWrite(store, deal, { record: changed, previous: parent, actor });
}

function itemsOf(store: SalesforceStore, deal: Fields): Fields[] {
  return deal.Id === '' ? [] : store.where('OpportunityLineItem', { field: 'OpportunityId', value: deal.Id });
}

function sumOf(items: Fields[]): number {
  return items.reduce((sum, item) => sum + Number(item['TotalPrice'] ?? 0), 0);
}

/** Children deleted together with their parent, by relationship of the parent. */
const CASCADES: Readonly<Record<string, readonly string[]>> = {
  Account: ['Contacts', 'Opportunities'],
  Opportunity: ['OpportunityLineItems', 'OpportunityContactRoles', 'OpportunityHistories'],
  Case: ['CaseComments'],
};

/** Everything that goes into the bin together with a record. */
export function cascades(store: SalesforceStore, object: SalesforceObject, record: Fields): [SalesforceObject, Fields][] {
  const wanted = CASCADES[object.name] ?? [];
  return object.schema.objects.flatMap((child) =>
    child.fields
      .filter((field) => field.referenceTo.includes(object.name) && wanted.includes(field.childRelationship ?? ''))
      .flatMap((field) => store.where(child.name, { field: field.name, value: record.Id }))
      .flatMap((row): [SalesforceObject, Fields][] => [...cascades(store, child, row), [child, row]]),
  );
}
