import type { Quirks } from '../quirks.ts';
import { dmlError, SalesforceError } from './errors.ts';
import { toId18 } from './ids.ts';
import type { SalesforceObject } from './schema/object.ts';
import { compileWhere } from './soql/conditions.ts';
import { recordReader } from './soql/operands.ts';
import { parseSoql } from './soql/parser.ts';
import type { Fields, SalesforceStore } from './store.ts';

/** The refusal of what an object cannot undergo at all. */
export function notSupported(object: SalesforceObject): SalesforceError {
  return dmlError('CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY', `entity type ${object.name} does not support this operation`);
}

/** Refuses a write to an object the user may only read. */
export function checkPermission(object: SalesforceObject, quirks: Quirks | undefined): void {
  if (object.isReadOnly) throw notSupported(object);
  if (!quirks?.readOnlyObjects.some((name) => name.toLowerCase() === object.name.toLowerCase())) return;
  throw new SalesforceError(403, {
    message: 'insufficient access rights on object id',
    errorCode: 'INSUFFICIENT_ACCESS_OR_READONLY',
    fields: [],
  });
}

/** Refuses a write while the record, or a record it hangs on, is held by someone else; counts the refusal down. */
export function checkLocks(object: SalesforceObject, record: Fields, quirks: Quirks | undefined): void {
  if (!quirks) return;
  const touched = [record.Id, ...object.fields.filter((field) => field.childRelationship).map((field) => record[field.name])];
  for (const [id, left] of Object.entries(quirks.lockedRecords)) {
    const full = toId18(id);
    if (left <= 0 || !touched.includes(full)) continue;
    quirks.lockedRecords[id] = left - 1;
    throw dmlError('UNABLE_TO_LOCK_ROW', `unable to obtain exclusive access to this record or 1 records: ${full}`);
  }
}

/** Refuses a record that a validation rule finds wrong. */
export function checkValidationRules(
  store: SalesforceStore,
  object: SalesforceObject,
  given: { record: Fields; quirks: Quirks | undefined },
): void {
  for (const rule of given.quirks?.validationRules ?? []) {
    if (rule.object.toLowerCase() !== object.name.toLowerCase()) continue;
    const { where } = parseSoql(`SELECT Id FROM ${object.name} WHERE ${rule.when}`);
    if (
      where &&
      compileWhere({ reader: recordReader(store, object, undefined), now: store.clock(), column: () => [] }, where)(given.record)
    )
      throw dmlError('FIELD_CUSTOM_VALIDATION_EXCEPTION', rule.message, rule.field ? [rule.field] : []);
  }
}

/** Refuses a record without a value that its object wants. */
export function requireFields(object: SalesforceObject, record: Fields): void {
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

/** Refuses a second record with the same unique value. */
export function checkUnique(store: SalesforceStore, object: SalesforceObject, record: Fields): void {
  for (const field of object.fields) {
    const value = record[field.name];
    if (!field.isUnique || value === null) continue;
    const other = store.where(object.name, { field: field.name, value }).find((row) => row.Id !== record.Id);
    if (other) throw dmlError('DUPLICATE_VALUE', `duplicate value found: ${field.name} duplicates value on record with id: ${other.Id}`);
  }
}
