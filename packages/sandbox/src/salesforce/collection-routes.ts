import type { ApiReply, Json } from '../http.ts';
import type { Call } from './call.ts';
import { checkSize, createMany, deleteMany, updateMany, upsertMany } from './collections.ts';
import { methodNotAllowed, notFound, requestError } from './errors.ts';
import { readJson } from './json-body.ts';
import type { SalesforceObject } from './schema/object.ts';
import { fieldNames, shownRecord } from './view.ts';

/** Everything below /composite/sobjects: up to 200 records in one call. */
export function collectionReply(call: Call, path: string[]): ApiReply {
  const { request, store, write } = call;
  if (request.method === 'DELETE') {
    const ids = (request.query.get('ids') ?? '').split(',').filter(Boolean);
    if (ids.length > 200) checkSize(ids);
    return { status: 200, body: deleteMany({ store, options: write, isAllOrNone: request.query.get('allOrNone') === 'true' }, ids) };
  }
  const [name, field] = path;
  const object = name === undefined ? undefined : store.schema.find(name);
  if (name !== undefined && !object) throw notFound();
  if (object && field === undefined && request.method === 'GET') {
    const list = (key: string) => (request.query.get(key) ?? '').split(',').filter(Boolean);
    return retrieveMany(call, object, { ids: list('ids'), fields: list('fields') });
  }
  const body = readJson(request);
  if (object && field === undefined && request.method === 'POST') return retrieveMany(call, object, body);
  const collection = { store, options: write, isAllOrNone: body['allOrNone'] === true };
  const rows = checkSize(body['records']);
  // Collections learned to upsert in v46.
  if (object && field !== undefined && call.version < 46) throw notFound();
  if (object && field !== undefined && request.method === 'PATCH')
    return { status: 200, body: upsertMany(collection, rows, { object, field }) };
  if (request.method === 'POST') return { status: 200, body: createMany(collection, rows) };
  if (request.method === 'PATCH') return { status: 200, body: updateMany(collection, rows) };
  throw methodNotAllowed(request.method, ['DELETE', 'GET', 'HEAD', 'PATCH', 'POST']);
}

function retrieveMany(call: Call, object: SalesforceObject, body: Json): ApiReply {
  const ids = Array.isArray(body['ids']) ? body['ids'].map(String) : [];
  const fields = Array.isArray(body['fields']) ? body['fields'].map(String) : [];
  if (ids.length === 0 || fields.length === 0) throw requestError(400, 'REQUIRED_FIELD_MISSING', 'ids and fields are required');
  // Addresses that fit into a request may name 800 records; a body names up to 2000.
  if (ids.length > 2000) throw requestError(400, 'EXCEEDED_ID_LIMIT', 'record limit reached. cannot retrieve more than 2000 records');
  const names = fieldNames(object, fields);
  return {
    status: 200,
    body: ids.map((id) => {
      const record = call.store.get(object.name, id);
      return record && record['IsDeleted'] !== true ? shownRecord(object, record, { names, versionPath: call.versionPath }) : null;
    }),
  };
}
