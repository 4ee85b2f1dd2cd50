import { isCalendarDay } from '../dates.ts';
import { isObject, type Json } from '../http.ts';
import { dmlError, requestError } from './errors.ts';
import { isWellFormedId, toId18 } from './ids.ts';
import type { SalesforceField } from './schema/fields.ts';
import type { SalesforceObject } from './schema/object.ts';
import { salesforceTime, type SalesforceStore } from './store.ts';

/** The values of a request body by field name, converted and checked; throws the vendor’s refusal. */
export function readBody(store: SalesforceStore, object: SalesforceObject, given: { body: Json; verb: 'create' | 'update' }): Json {
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
    const field = store.schema.find(target)?.byName.get(name.toLowerCase());
    if (!field?.isExternalId) continue;
    const [found] = store.where(target, { field: field.name, value: key });
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
      if (!isCalendarDay(String(value)) || Number.isNaN(Date.parse(String(value)))) throw cannotRead('date', value);
      return String(value).slice(0, 10);
    case 'datetime': {
      const time = Date.parse(String(value).replace(/([+-]\d{2})(\d{2})$/, '$1:$2'));
      if (!String(value).includes('T') || !isCalendarDay(String(value)) || Number.isNaN(time)) throw cannotRead('datetime', value);
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
  const text = field.type === 'multipicklist' ? inOrder(field, String(value)) : String(value);
  const unknown = field.isRestricted ? chosenOf(field, text).find((item) => !field.picklist.includes(item)) : undefined;
  if (unknown !== undefined)
    throw dmlError('INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST', `${field.label}: bad value for restricted picklist field: ${unknown}`, [
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

/** The values picked: one of a picklist, several of a list for several. */
function chosenOf(field: SalesforceField, text: string): string[] {
  return field.type === 'multipicklist' ? text.split(';') : [text];
}

/** Values of a list for several, each once and in the list's order. */
function inOrder(field: SalesforceField, text: string): string {
  const chosen = new Set(
    text
      .split(';')
      .map((item) => item.trim())
      .filter(Boolean),
  );
  const known = field.picklist.filter((item) => chosen.delete(item));
  return [...known, ...chosen].join(';');
}

function lookupId(store: SalesforceStore, field: SalesforceField, id: string): string {
  if (!isWellFormedId(id)) throw dmlError('MALFORMED_ID', `${field.label}: id value of incorrect type: ${id}`, [field.name]);
  const target = store.schema.ofId(id);
  const found = target && field.referenceTo.includes(target.name) ? store.get(target.name, id) : undefined;
  if (!found) throw dmlError('INVALID_CROSS_REFERENCE_KEY', 'invalid cross reference id');
  if (found['IsDeleted'] === true) throw dmlError('ENTITY_IS_DELETED', 'entity is deleted');
  if (field.name === 'OwnerId' && found['IsActive'] === false)
    throw dmlError('INACTIVE_OWNER_OR_USER', `operation performed with inactive user [${found.Id}] as owner`, ['OwnerId']);
  return toId18(id);
}

function cannotRead(type: string, value: unknown) {
  return requestError(
    400,
    'JSON_PARSER_ERROR',
    `Cannot deserialize instance of ${type} from VALUE_STRING value ${String(value)} or request may be missing a required field`,
  );
}
