import type { Json } from '../http.ts';
import type { Quirks } from '../quirks.ts';
import { afterWrite, cascades, derive } from './derive.ts';
import { checkDuplicateRule } from './duplicates.ts';
import { dmlError, entityIsDeleted, notFound, requestError } from './errors.ts';
import { checkLocks, checkPermission, checkUnique, checkValidationRules, notSupported, requireFields } from './guards.ts';
import { isWellFormedId } from './ids.ts';
import { CURRENCIES } from './schema/fields.ts';
import { isDeletable, type SalesforceObject } from './schema/object.ts';
import type { Fields, SalesforceStore } from './store.ts';
import { readBody } from './values.ts';

/** Who writes, and with which request headers. */
export interface WriteOptions {
  actor: string;
  /** The org's switches: rules, locks, permissions. A person at the demo pages meets none of them. */
  quirks?: Quirks;
  /** Sforce-Duplicate-Rule-Header: allowSave=true. */
  isDuplicateAllowed?: boolean;
  /** Sforce-Auto-Assign: FALSE. */
  isAssignmentOff?: boolean;
  /** `changeOrigin` of the change event. */
  origin?: string;
}

/** Creates a record; returns it. */
export function createRecord(store: SalesforceStore, object: SalesforceObject, given: { body: Json; options: WriteOptions }): Fields {
  const { body, options } = given;
  checkPermission(object, options.quirks);
  const values = readBody(store, object, { body, verb: 'create' });
  const record: Fields = { Id: '' };
  for (const field of object.fields) record[field.name] = field.defaultValue ?? null;
  Object.assign(record, { CreatedDate: store.now(), CreatedById: options.actor, IsDeleted: false });
  // Kept in every org, shown only in one with several currencies.
  record['CurrencyIsoCode'] ??= CURRENCIES[0];
  if (object.byName.has('ownerid')) record['OwnerId'] = options.actor;
  Object.assign(record, values);
  const assigned = options.quirks?.assignmentRules[object.name];
  if (assigned !== undefined && !options.isAssignmentOff) record['OwnerId'] = assigned;
  requireFields(object, record);
  derive(store, object, { record, changed: values });
  check(store, object, { record, options });
  record.Id = store.newId(object.name);
  if (object.name === 'Case') record['CaseNumber'] = String(1000 + store.size('Case') + 1).padStart(8, '0');
  store.put(object.name, record, { ...stampOf(options), action: 'added' });
  afterWrite(store, object, { record, previous: undefined, actor: options.actor });
  return record;
}

/** Changes a record; equal values move the stamps all the same. */
export function updateRecord(
  store: SalesforceStore,
  object: SalesforceObject,
  given: { id: string; body: Json; options: WriteOptions },
): Fields {
  const { options } = given;
  const current = liveRecord(store, object, given.id);
  checkPermission(object, options.quirks);
  if (object.name === 'Lead' && current['IsConverted'] === true)
    throw dmlError('CANNOT_UPDATE_CONVERTED_LEAD', 'cannot reference converted lead');
  const values = readBody(store, object, { body: given.body, verb: 'update' });
  const record: Fields = { ...current, ...values };
  requireFields(object, record);
  derive(store, object, { record, changed: values });
  check(store, object, { record, options });
  store.put(object.name, record, { ...stampOf(options), action: 'updated' });
  afterWrite(store, object, { record, previous: current, actor: options.actor });
  return record;
}

/** Puts a record into the bin, and with it what cannot live alone. */
export function deleteRecord(store: SalesforceStore, object: SalesforceObject, given: { id: string; options: WriteOptions }): void {
  const current = liveRecord(store, object, given.id);
  if (!isDeletable(object)) throw notSupported(object);
  checkPermission(object, given.options.quirks);
  checkLocks(object, current, given.options.quirks);
  for (const [child, row] of cascades(store, object, current))
    store.put(child.name, { ...row, IsDeleted: true }, { ...stampOf(given.options), action: 'deleted' });
  store.put(object.name, { ...current, IsDeleted: true }, { ...stampOf(given.options), action: 'deleted' });
  afterWrite(store, object, { record: current, previous: current, actor: given.options.actor });
}

/** The record of that id, or the vendor's refusal. */
export function liveRecord(store: SalesforceStore, object: SalesforceObject, id: string): Fields {
  if (!isWellFormedId(id)) throw requestError(404, 'NOT_FOUND', `Provided external ID field does not exist or is not accessible: ${id}`);
  const record = store.get(object.name, id);
  if (!record) throw notFound();
  if (record['IsDeleted'] === true) throw entityIsDeleted();
  return record;
}

function stampOf(options: WriteOptions): { actor: string; origin?: string } {
  return { actor: options.actor, ...(options.origin === undefined ? {} : { origin: options.origin }) };
}

function check(store: SalesforceStore, object: SalesforceObject, given: { record: Fields; options: WriteOptions }): void {
  const { record, options } = given;
  checkLocks(object, record, options.quirks);
  checkUnique(store, object, record);
  checkValidationRules(store, object, { record, quirks: options.quirks });
  checkDuplicateRule(store, object, { record, options });
}
