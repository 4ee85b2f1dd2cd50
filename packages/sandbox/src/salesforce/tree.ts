import { isObject, type ApiReply, type Json } from '../http.ts';
import { requestError, SalesforceError } from './errors.ts';
import type { SalesforceObject } from './schema/object.ts';
import type { SalesforceStore } from './store.ts';
import { createRecord, type WriteOptions } from './write.ts';

/** Records one tree request may make. */
const MAX_RECORDS = 200;

interface Planting {
  store: SalesforceStore;
  options: WriteOptions;
  results: { referenceId: string; id: string }[];
  failures: { referenceId: string; errors: { statusCode: string; message: string; fields: string[] }[] }[];
}

/** POST /composite/tree/{object}: records with their children, all or none. */
export function treeReply(store: SalesforceStore, object: SalesforceObject, given: { body: Json; options: WriteOptions }): ApiReply {
  const records = Array.isArray(given.body['records']) ? given.body['records'].filter(isObject) : [];
  if (records.length === 0) throw requestError(400, 'REQUIRED_FIELD_MISSING', 'At least 1 record is required');
  const planting: Planting = { store, options: given.options, results: [], failures: [] };
  const transaction = store.begin();
  try {
    for (const record of records) plant(planting, object, { record, parent: {} });
    if (planting.results.length > MAX_RECORDS)
      throw requestError(400, 'EXCEEDED_ID_LIMIT', 'record limit reached. cannot submit more than 200 records into this call');
  } catch (error) {
    transaction.rollback();
    throw error;
  }
  if (planting.failures.length > 0) {
    transaction.rollback();
    return { status: 400, body: { hasErrors: true, results: planting.failures } };
  }
  transaction.commit();
  return { status: 201, body: { hasErrors: false, results: planting.results } };
}

function plant(planting: Planting, object: SalesforceObject, given: { record: Json; parent: Json }): void {
  const { attributes, ...rest } = given.record;
  const referenceId = isObject(attributes) ? String(attributes['referenceId']) : '';
  const isChildren = (value: unknown): value is { records: unknown[] } => isObject(value) && Array.isArray(value['records']);
  const own = Object.fromEntries(Object.entries(rest).filter(([, value]) => !isChildren(value)));
  try {
    const { Id } = createRecord(planting.store, object, { body: { ...own, ...given.parent }, options: planting.options });
    planting.results.push({ referenceId, id: Id });
    for (const [name, value] of Object.entries(rest)) {
      if (!isChildren(value)) continue;
      const child = childNamed(object, name);
      for (const record of value.records.filter(isObject)) plant(planting, child.object, { record, parent: { [child.field]: Id } });
    }
  } catch (error) {
    if (!(error instanceof SalesforceError)) throw error;
    const errors = error.problems.map(({ errorCode, message, fields }) => ({ statusCode: errorCode, message, fields: fields ?? [] }));
    planting.failures.push({ referenceId, errors });
  }
}

function childNamed(object: SalesforceObject, name: string): { object: SalesforceObject; field: string } {
  for (const child of object.schema.objects) {
    const field = child.fields.find(
      (candidate) => candidate.childRelationship?.toLowerCase() === name.toLowerCase() && candidate.referenceTo.includes(object.name),
    );
    if (field) return { object: child, field: field.name };
  }
  throw requestError(400, 'INVALID_FIELD', `No such column '${name}' on sobject of type ${object.name}`);
}
