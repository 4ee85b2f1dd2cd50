import { isObject, type Json } from '../http.ts';
import { dmlError, requestError, SalesforceError } from './errors.ts';
import type { SalesforceObject } from './schema/object.ts';
import type { SalesforceStore } from './store.ts';
import { createRecord, deleteRecord, updateRecord, type WriteOptions } from './write.ts';
import { upsertRecord } from './upsert.ts';

/** One row of a collection's answer: `statusCode` here, `errorCode` everywhere else. */
export type CollectionRow = {
  id?: string;
  success: boolean;
  errors: { statusCode: string; message: string; fields: string[] }[];
  created?: boolean;
};

interface Collection {
  store: SalesforceStore;
  options: WriteOptions;
  isAllOrNone: boolean;
}

/** Runs one write per row; with allOrNone one failure undoes them all. */
function runRows<TRow>(collection: Collection, rows: TRow[], write: (row: TRow) => CollectionRow): CollectionRow[] {
  const transaction = collection.store.begin();
  const results = rows.map((row) => {
    try {
      return write(row);
    } catch (error) {
      if (!(error instanceof SalesforceError)) {
        transaction.rollback();
        throw error;
      }
      return failed(error);
    }
  });
  if (!collection.isAllOrNone || results.every((result) => result.success)) {
    transaction.commit();
    return results;
  }
  transaction.rollback();
  return results.map((result) =>
    result.success
      ? {
          ...failed(
            dmlError(
              'ALL_OR_NONE_OPERATION_ROLLED_BACK',
              'Record rolled back because not all records were valid and the request was using AllOrNone header',
            ),
          ),
          ...(result.created === undefined ? {} : { created: result.created }),
        }
      : result,
  );
}

function failed(error: SalesforceError): CollectionRow {
  return {
    success: false,
    errors: error.problems.map(({ errorCode, message, fields, duplicateResut }) => ({
      statusCode: errorCode,
      message,
      fields: fields ?? [],
      ...(duplicateResut ? { duplicateResult: duplicateResut } : {}),
    })),
  };
}

/** Refuses an empty or too long list. */
export function checkSize(rows: unknown): Json[] {
  if (!Array.isArray(rows) || rows.length === 0) throw requestError(400, 'REQUIRED_FIELD_MISSING', 'At least 1 record is required');
  if (rows.length > 200)
    throw requestError(400, 'EXCEEDED_ID_LIMIT', 'record limit reached. cannot submit more than 200 records into this call');
  return rows.filter(isObject);
}

function typeOf(store: SalesforceStore, row: Json): SalesforceObject {
  const name = isObject(row['attributes']) ? String(row['attributes']['type']) : '';
  const object = store.schema.find(name);
  if (!object) throw requestError(400, 'INVALID_TYPE', `sObject type '${name}' is not supported.`);
  return object;
}

export function createMany(collection: Collection, rows: Json[]): CollectionRow[] {
  return runRows(collection, rows, (row) => {
    const record = createRecord(collection.store, typeOf(collection.store, row), { body: row, options: collection.options });
    return { id: record.Id, success: true, errors: [] };
  });
}

export function updateMany(collection: Collection, rows: Json[]): CollectionRow[] {
  return runRows(collection, rows, (row) => {
    const { id: lower, Id: id = lower, ...body } = row;
    if (typeof id !== 'string') throw dmlError('MISSING_ARGUMENT', 'Id not specified in an update call');
    const record = updateRecord(collection.store, typeOf(collection.store, row), { id, body, options: collection.options });
    return { id: record.Id, success: true, errors: [] };
  });
}

export function upsertMany(collection: Collection, rows: Json[], target: { object: SalesforceObject; field: string }): CollectionRow[] {
  return runRows(collection, rows, (row) => {
    const key = Object.keys(row).find((name) => name.toLowerCase() === target.field.toLowerCase()) ?? '';
    const { [key]: value, ...body } = row;
    try {
      const result = upsertRecord(collection.store, target.object, {
        field: target.field,
        value: String(value ?? ''),
        body,
        options: collection.options,
      });
      if (result.matches)
        throw dmlError(
          'DUPLICATE_EXTERNAL_ID',
          `${target.field}: more than one record found for external id field: [${result.matches.map((match) => match.Id).join(', ')}]`,
        );
      return { id: result.record?.Id ?? '', success: true, errors: [], created: result.isCreated };
    } catch (error) {
      if (!(error instanceof SalesforceError)) throw error;
      const field = target.object.byName.get(target.field.toLowerCase())?.name ?? target.field;
      const isKnown = collection.store.where(target.object.name, { field, value }).length > 0;
      return { ...failed(error), created: !isKnown };
    }
  });
}

export function deleteMany(collection: Collection, ids: string[]): CollectionRow[] {
  return runRows(collection, ids, (id) => {
    const object = collection.store.schema.ofId(id);
    if (!object) throw dmlError('MALFORMED_ID', `malformed id ${id}`);
    deleteRecord(collection.store, object, { id, options: collection.options });
    return { id: collection.store.get(object.name, id)?.Id ?? id, success: true, errors: [] };
  });
}
