import type { Json } from '../http.ts';
import { requestError } from './errors.ts';
import type { SalesforceObject } from './schema/object.ts';
import type { Fields, SalesforceStore } from './store.ts';
import { createRecord, updateRecord, type WriteOptions } from './write.ts';

/** The records an external id names; the field has to be marked as one. */
export function matchesOf(store: SalesforceStore, object: SalesforceObject, given: { field: string; value: string }): Fields[] {
  const field = object.byName.get(given.field.toLowerCase());
  if (!field || !(field.isExternalId || field.isIdLookup)) {
    throw requestError(404, 'NOT_FOUND', `Provided external ID field does not exist or is not accessible: ${given.field}`);
  }
  return store.where(object.name, { field: field.name, value: given.value });
}

/** Creates or changes by external id. Several matches change nothing and are handed back. */
export function upsertRecord(
  store: SalesforceStore,
  object: SalesforceObject,
  given: { field: string; value: string; body: Json; options: WriteOptions; isUpdateOnly?: boolean },
): { record?: Fields; isCreated: boolean; matches?: Fields[] } {
  const matches = matchesOf(store, object, given);
  const name = object.byName.get(given.field.toLowerCase())?.name ?? given.field;
  if (Object.keys(given.body).some((member) => member.toLowerCase() === name.toLowerCase())) {
    throw requestError(400, 'INVALID_FIELD', `The ${name} field should not be specified in the sobject data.`);
  }
  if (matches.length > 1) return { isCreated: false, matches };
  const [match] = matches;
  if (match) return { isCreated: false, record: updateRecord(store, object, { id: match.Id, body: given.body, options: given.options }) };
  if (given.isUpdateOnly) throw requestError(404, 'NOT_FOUND', 'The requested resource does not exist');
  return { isCreated: true, record: createRecord(store, object, { body: { ...given.body, [name]: given.value }, options: given.options }) };
}
