import type { ApiReply, Json } from '../http.ts';
import type { Call } from './call.ts';
import { methodNotAllowed, notFound, requestError } from './errors.ts';
import { isWellFormedId } from './ids.ts';
import { readJson } from './json-body.ts';
import { describeFull, describeShort } from './schema/describe.ts';
import type { SalesforceObject } from './schema/object.ts';
import { salesforceTime, type Fields } from './store.ts';
import { matchesOf, upsertRecord } from './upsert.ts';
import { fieldNames, recentRecords, shownRecord } from './view.ts';
import { createRecord, deleteRecord, updateRecord } from './write.ts';

const RECORD_METHODS = ['DELETE', 'GET', 'HEAD', 'PATCH'];

/** Everything below /sobjects/{name}. */
export function sobjectReply(call: Call, path: string[]): ApiReply {
  const [name = '', second, ...rest] = path;
  const object = call.store.schema.find(name);
  if (!object) throw notFound();
  const { method } = call.request;
  if (second === undefined) {
    if (method === 'GET')
      return { status: 200, body: { objectDescribe: describeShort(object, call.versionPath), recentItems: recentOf(call, object) } };
    if (method === 'POST') return created(createRecord(call.store, object, { body: readJson(call.request), options: call.write }).Id);
    throw methodNotAllowed(method, ['GET', 'HEAD', 'POST']);
  }
  if (rest.length === 0) {
    if (second === 'describe' && method === 'GET') return { status: 200, body: describeFull(object, call.versionPath) };
    if ((second === 'updated' || second === 'deleted') && method === 'GET') return changed(call, object, second);
    return byId(call, object, second);
  }
  return byExternalId(call, object, { field: second, value: rest.join('/') });
}

function recentOf(call: Call, object: SalesforceObject): Json[] {
  const options = { userId: call.session.userId, limit: 200, versionPath: call.versionPath };
  return recentRecords(object, call.store.all(object.name), options).map((item) => item.shown);
}

function created(id: string): ApiReply {
  return { status: 201, body: { id, success: true, errors: [] } };
}

function byId(call: Call, object: SalesforceObject, id: string): ApiReply {
  const { method } = call.request;
  if (method === 'PATCH') {
    updateRecord(call.store, object, { id, body: readJson(call.request), options: call.write });
    return { status: 204 };
  }
  if (method === 'DELETE') {
    deleteRecord(call.store, object, { id, options: call.write });
    return { status: 204 };
  }
  if (method !== 'GET') throw methodNotAllowed(method, RECORD_METHODS);
  if (!isWellFormedId(id)) throw requestError(404, 'NOT_FOUND', `Provided external ID field does not exist or is not accessible: ${id}`);
  const record = call.store.get(object.name, id);
  if (!record || record['IsDeleted'] === true) throw notFound();
  return { status: 200, body: shown(call, object, record) };
}

function shown(call: Call, object: SalesforceObject, record: Fields): Json {
  const list = call.request.query.get('fields');
  const asked = list
    ?.split(',')
    .map((field) => field.trim())
    .filter(Boolean);
  const names = asked?.length ? fieldNames(object, asked) : object.fields.map((field) => field.name);
  return shownRecord(object, record, { names, versionPath: call.versionPath });
}

function byExternalId(call: Call, object: SalesforceObject, key: { field: string; value: string }): ApiReply {
  const { method } = call.request;
  const url = (record: Fields) => `${call.versionPath}/sobjects/${object.name}/${record.Id}`;
  if (key.field.toLowerCase() === 'id') return byId(call, object, key.value);
  if (method === 'PATCH' || method === 'PUT') {
    const isUpdateOnly = call.request.query.get('updateOnly') === 'true';
    const result = upsertRecord(call.store, object, { ...key, body: readJson(call.request), options: call.write, isUpdateOnly });
    if (result.matches) return { status: 300, body: result.matches.map(url) };
    const body = { id: result.record?.Id, success: true, errors: [], created: result.isCreated };
    if (result.isCreated) return { status: 201, body };
    // Until v45 an upsert that updates answered nothing.
    return call.version <= 45 ? { status: 204 } : { status: 200, body };
  }
  const matches = matchesOf(call.store, object, key);
  const [match] = matches;
  if (!match) throw notFound();
  if (matches.length > 1) return { status: 300, body: matches.map(url) };
  if (method === 'GET') return { status: 200, body: shown(call, object, match) };
  if (method !== 'DELETE') throw methodNotAllowed(method, RECORD_METHODS);
  deleteRecord(call.store, object, { id: match.Id, options: call.write });
  return { status: 204 };
}

const DAYS_BACK_MS = 30 * 86_400_000;

function changed(call: Call, object: SalesforceObject, kind: 'updated' | 'deleted'): ApiReply {
  const { query } = call.request;
  const start = Date.parse((query.get('start') ?? '').replace(' ', '+'));
  const end = Date.parse((query.get('end') ?? '').replace(' ', '+'));
  if (Number.isNaN(start) || Number.isNaN(end)) throw requestError(400, 'INVALID_REPLICATION_DATE', 'startDate and endDate are required');
  if (start < call.store.clock() - DAYS_BACK_MS)
    throw requestError(400, 'INVALID_REPLICATION_DATE', 'startDate cannot be more than 30 days ago');
  if (start > end) throw requestError(400, 'INVALID_REPLICATION_DATE', 'startDate before org replication enabled date');
  const isInside = (record: Fields) => {
    const time = Date.parse(String(record['SystemModstamp']).replace('+0000', 'Z'));
    return time >= start && time < end;
  };
  const rows = call.store.all(object.name, { isWithDeleted: true }).filter(isInside);
  const latestDateCovered = salesforceTime(Math.min(end, call.store.clock()));
  if (kind === 'updated')
    return { status: 200, body: { ids: rows.filter((row) => row['IsDeleted'] !== true).map((row) => row.Id), latestDateCovered } };
  const deletedRecords = rows.filter((row) => row['IsDeleted'] === true).map((row) => ({ id: row.Id, deletedDate: row['SystemModstamp'] }));
  return {
    status: 200,
    body: { deletedRecords, earliestDateAvailable: salesforceTime(call.store.clock() - DAYS_BACK_MS), latestDateCovered },
  };
}
