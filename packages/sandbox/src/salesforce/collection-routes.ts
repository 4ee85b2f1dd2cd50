import type { ApiReply, Json } from '../http.ts';
import type { Call } from './call.ts';
import { checkSize, createMany, deleteMany, updateMany, upsertMany } from './collections.ts';
import { notFound, requestError } from './errors.ts';
import { readJson } from './json-body.ts';
import { runSoql } from './soql/run.ts';

/** Everything below /composite/sobjects: up to 200 records in one call. */
export function collectionReply(call: Call, path: string[]): ApiReply {
  const { request, store, write } = call;
  if (request.method === 'DELETE') {
    const ids = (request.query.get('ids') ?? '').split(',').filter(Boolean);
    if (ids.length > 200) checkSize(ids);
    return { status: 200, body: deleteMany({ store, options: write, isAllOrNone: request.query.get('allOrNone') === 'true' }, ids) };
  }
  const body = readJson(request);
  const [name, field] = path;
  const object = name === undefined ? undefined : store.schema.find(name);
  if (name !== undefined && !object) throw notFound();
  if (object && field === undefined && request.method === 'POST') return retrieveMany(call, object.name, body);
  const collection = { store, options: write, isAllOrNone: body['allOrNone'] === true };
  const rows = checkSize(body['records']);
  if (object && field !== undefined && request.method === 'PATCH')
    return { status: 200, body: upsertMany(collection, rows, { object, field }) };
  if (request.method === 'POST') return { status: 200, body: createMany(collection, rows) };
  if (request.method === 'PATCH') return { status: 200, body: updateMany(collection, rows) };
  throw requestError(405, 'METHOD_NOT_ALLOWED', `HTTP Method '${request.method}' not allowed.`);
}

function retrieveMany(call: Call, objectName: string, body: Json): ApiReply {
  const ids = Array.isArray(body['ids']) ? body['ids'].map(String) : [];
  const fields = Array.isArray(body['fields']) ? body['fields'].map(String) : ['Id'];
  const { records } = runSoql(
    call.store,
    `SELECT Id, ${fields
      .filter((field) => field.toLowerCase() !== 'id')
      .concat('IsDeleted')
      .join(', ')} FROM ${objectName}`,
    { versionPath: call.versionPath },
  );
  const byId = new Map(records.map((record) => [String(record['Id']), record]));
  const isAsked = new Set(fields.map((field) => field.toLowerCase()));
  return {
    status: 200,
    body: ids.map((id) => {
      const record = byId.get(call.store.get(objectName, id)?.Id ?? '');
      return record
        ? Object.fromEntries(Object.entries(record).filter(([name]) => name !== 'IsDeleted' || isAsked.has('isdeleted')))
        : null;
    }),
  };
}
