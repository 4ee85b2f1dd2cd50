import { isObject, type Json } from '../http.ts';
import { dmlError, entityIsDeleted, notFound, requestError } from './errors.ts';
import { isWellFormedId, toId18 } from './ids.ts';
import type { SalesforceField } from './schema/fields.ts';
import { findObject, objectOfId, STAGES, type SalesforceObject } from './schema/objects.ts';
import { salesforceTime, type Fields, type SalesforceStore } from './store.ts';
import { checkDuplicateRule } from './duplicates.ts';

/** Who writes, and with which request headers. */
export interface WriteOptions {
  actor: string;
  /** Objects with an active duplicate rule. */
  duplicateRuleObjects?: string[];
  /** Sforce-Duplicate-Rule-Header: allowSave=true. */
  isDuplicateAllowed?: boolean;
}

/** Creates a record; returns it. */
export function createRecord(store: SalesforceStore, object: SalesforceObject, given: { body: Json; options: WriteOptions }): Fields {
  const { body, options } = given;
  const values = readBody(store, object, { body, verb: 'create' });
  const record: Fields = { Id: '' };
  for (const field of object.fields) record[field.name] = field.defaultValue ?? null;
  Object.assign(record, { CreatedDate: store.now(), CreatedById: options.actor, IsDeleted: false });
  if (object.byName.has('ownerid')) record['OwnerId'] = options.actor;
  Object.assign(record, values);
  requireFields(object, record);
  derive(store, object, { record, changed: values });
  checkUnique(store, object, record);
  checkDuplicateRule(store, object, { record, options });
  record.Id = store.newId(object.name);
  if (object.name === 'Case') record['CaseNumber'] = String(1000 + store.all('Case', { isWithDeleted: true }).length + 1).padStart(8, '0');
  store.put(object.name, record, { actor: options.actor, action: 'added' });
  return record;
}

/** Changes a record; equal values move the stamps all the same. */
export function updateRecord(
  store: SalesforceStore,
  object: SalesforceObject,
  given: { id: string; body: Json; options: WriteOptions },
): Fields {
  const current = liveRecord(store, object, given.id);
  if (object.name === 'Lead' && current['IsConverted'] === true)
    throw dmlError('CANNOT_UPDATE_CONVERTED_LEAD', 'cannot reference converted lead');
  const values = readBody(store, object, { body: given.body, verb: 'update' });
  const record: Fields = { ...current, ...values };
  requireFields(object, record);
  derive(store, object, { record, changed: values });
  checkUnique(store, object, record);
  store.put(object.name, record, { actor: given.options.actor, action: 'updated' });
  return record;
}

/** Puts a record into the bin. */
export function deleteRecord(store: SalesforceStore, object: SalesforceObject, given: { id: string; actor: string }): void {
  const record = { ...liveRecord(store, object, given.id), IsDeleted: true };
  store.put(object.name, record, { actor: given.actor, action: 'deleted' });
}

/** The record of that id, or the vendor's refusal. */
export function liveRecord(store: SalesforceStore, object: SalesforceObject, id: string): Fields {
  if (!isWellFormedId(id)) throw requestError(404, 'NOT_FOUND', `Provided external ID field does not exist or is not accessible: ${id}`);
  const record = store.get(object.name, id);
  if (!record) throw notFound();
  if (record['IsDeleted'] === true) throw entityIsDeleted();
  return record;
}

function readBody(store: SalesforceStore, object: SalesforceObject, given: { body: Json; verb: 'create' | 'update' }): Json {
  const values: Json = {};
  const locked: string[] = [];
  for (const [name, value] of Object.entries(given.body)) {
    const lower = name.toLowerCase();
    if (lower === 'attributes') continue;
    if (lower === 'id') throw requestError(400, 'INVALID_FIELD', 'The Id field should not be specified in the sobject data.');
    const field = object.byName.get(lower);
    if (field) {
      if (given.verb === 'create' ? !field.isCreateable : !field.isUpdateable) locked.push(field.name);
      else values[field.name] = convert(store, object, { field, value });
      continue;
    }
    const lookup = object.fields.find((candidate) => candidate.relationshipName?.toLowerCase() === lower);
    if (!lookup || !isObject(value)) throw requestError(400, 'INVALID_FIELD', `No such column '${name}' on sobject of type ${object.name}`);
    values[lookup.name] = byExternalId(store, lookup, value);
  }
  if (locked.length > 0) {
    throw dmlError(
      'INVALID_FIELD_FOR_INSERT_UPDATE',
      `Unable to create/update fields: ${locked.join(', ')}. Please check the security settings of this field and verify that it is read/write for your profile or permission set.`,
      locked,
    );
  }
  return values;
}

/** `{"Account": {"CW_Company_Id__c": "7"}}`: a lookup named by the parent's external id. */
function byExternalId(store: SalesforceStore, lookup: SalesforceField, value: Json): string {
  const [name = '', key] = Object.entries(value).find(([member]) => member !== 'attributes') ?? [];
  for (const target of lookup.referenceTo) {
    const field = findObject(target)?.byName.get(name.toLowerCase());
    if (!field?.isExternalId) continue;
    const found = store.all(target).find((row) => sameText(row[field.name], key));
    if (found) return found.Id;
    throw dmlError('INVALID_FIELD', `Foreign key external ID: ${String(key)} not found for field ${field.name} in entity ${target}`);
  }
  throw requestError(400, 'INVALID_FIELD', `Foreign key external ID field ${name} not found`);
}

function convert(store: SalesforceStore, object: SalesforceObject, given: { field: SalesforceField; value: unknown }): unknown {
  const { field, value } = given;
  if (value === null || value === '') return field.type === 'boolean' ? false : null;
  switch (field.type) {
    case 'boolean':
      if (typeof value === 'boolean') return value;
      if (typeof value === 'string' && /^(true|false)$/i.test(value)) return value.toLowerCase() === 'true';
      throw cannotRead('boolean', value);
    case 'int':
    case 'double':
    case 'currency':
    case 'percent': {
      const number = Number(value);
      if (typeof value === 'boolean' || typeof value === 'object' || !Number.isFinite(number))
        throw cannotRead(field.type === 'int' ? 'int' : 'double', value);
      return field.type === 'int' ? Math.trunc(number) : number;
    }
    case 'date':
      if (!/^\d{4}-\d{2}-\d{2}/.test(String(value)) || Number.isNaN(Date.parse(String(value)))) throw cannotRead('date', value);
      return String(value).slice(0, 10);
    case 'datetime': {
      const time = Date.parse(String(value).replace(/([+-]\d{2})(\d{2})$/, '$1:$2'));
      if (!/^\d{4}-\d{2}-\d{2}T/.test(String(value)) || Number.isNaN(time)) throw cannotRead('datetime', value);
      return salesforceTime(time);
    }
    case 'reference':
      return lookupId(store, field, String(value));
    default:
      return textValue(object, field, value);
  }
}

function textValue(object: SalesforceObject, field: SalesforceField, value: unknown): string {
  if (typeof value === 'object') throw cannotRead('string', '{');
  const text = String(value);
  if (field.isRestricted && !field.picklist.includes(text))
    throw dmlError('INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST', `${field.label}: bad value for restricted picklist field: ${text}`, [
      field.name,
    ]);
  if (field.length > 0 && text.length > field.length)
    throw dmlError('STRING_TOO_LONG', `${object.label} ${field.label}: data value too large: ${text} (max length=${field.length})`, [
      field.name,
    ]);
  if (field.type === 'email' && !/^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(text))
    throw dmlError('INVALID_EMAIL_ADDRESS', `${field.label}: invalid email address: ${text}`, [field.name]);
  return text;
}

function lookupId(store: SalesforceStore, field: SalesforceField, id: string): string {
  if (!isWellFormedId(id)) throw dmlError('MALFORMED_ID', `${field.label}: id value of incorrect type: ${id}`, [field.name]);
  const target = objectOfId(id);
  const found = target && field.referenceTo.includes(target.name) ? store.get(target.name, id) : undefined;
  if (!found) throw dmlError('INVALID_CROSS_REFERENCE_KEY', 'invalid cross reference id');
  if (found['IsDeleted'] === true) throw dmlError('ENTITY_IS_DELETED', 'entity is deleted');
  return toId18(id);
}

function cannotRead(type: string, value: unknown) {
  return requestError(
    400,
    'JSON_PARSER_ERROR',
    `Cannot deserialize instance of ${type} from VALUE_STRING value ${String(value)} or request may be missing a required field`,
  );
}

function requireFields(object: SalesforceObject, record: Fields): void {
  const missing = object.fields
    .filter(
      (field) =>
        field.isCreateable &&
        !field.isNillable &&
        field.type !== 'boolean' &&
        (record[field.name] === null || record[field.name] === undefined),
    )
    .map((field) => field.name);
  if (missing.length > 0) throw dmlError('REQUIRED_FIELD_MISSING', `Required fields are missing: [${missing.join(', ')}]`, missing);
}

/** Fields the platform computes. */
function derive(store: SalesforceStore, object: SalesforceObject, given: { record: Fields; changed: Json }): void {
  const { record, changed } = given;
  if (object.name === 'Opportunity' && ('StageName' in changed || record['ForecastCategory'] === null)) {
    const stage = STAGES[String(record['StageName'])] ?? { probability: 50, isClosed: false, isWon: false, forecast: 'Pipeline' };
    if (!('Probability' in changed)) record['Probability'] = stage.probability;
    Object.assign(record, { IsClosed: stage.isClosed, IsWon: stage.isWon, ForecastCategory: stage.forecast });
  }
  if (object.name === 'Case') {
    const isClosed = record['Status'] === 'Closed';
    if (isClosed !== record['IsClosed']) record['ClosedDate'] = isClosed ? store.now() : null;
    record['IsClosed'] = isClosed;
  }
  if (object.name === 'Task') record['IsClosed'] = record['Status'] === 'Completed';
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

function checkUnique(store: SalesforceStore, object: SalesforceObject, record: Fields): void {
  for (const field of object.fields) {
    const value = record[field.name];
    if (!field.isUnique || value === null) continue;
    const other = store.all(object.name).find((row) => row.Id !== record.Id && sameText(row[field.name], value));
    if (other) throw dmlError('DUPLICATE_VALUE', `duplicate value found: ${field.name} duplicates value on record with id: ${other.Id}`);
  }
}

/** Salesforce compares text without regard to case. */
export function sameText(a: unknown, b: unknown): boolean {
  return a !== null && a !== undefined && String(a).toLowerCase() === String(b).toLowerCase();
}
