import type { Json } from '../http.ts';
import { requestError } from './errors.ts';
import type { SalesforceObject } from './schema/object.ts';
import { attributesOf } from './soql/run.ts';
import type { Fields } from './store.ts';

/** Names of fields as the object spells them; Id is always among them. */
export function fieldNames(object: SalesforceObject, asked: string[]): string[] {
  const names = asked.map((field) => {
    const known = object.byName.get(field.toLowerCase());
    if (!known) throw requestError(400, 'INVALID_FIELD', `No such column '${field}' on sobject of type ${object.name}`);
    return known.name;
  });
  return names.includes('Id') ? names : ['Id', ...names];
}

/** A record with these of its fields. */
export function shownRecord(object: SalesforceObject, record: Fields, options: { names: string[]; versionPath: string }): Json {
  return {
    attributes: attributesOf(object, record, options.versionPath),
    ...Object.fromEntries(options.names.map((name) => [name, record[name] ?? null])),
  };
}

/** The records a user last wrote, newest first, as /recent lists them. */
export function recentRecords(
  object: SalesforceObject,
  rows: Fields[],
  options: { userId: string; limit: number; versionPath: string },
): { at: string; shown: Json }[] {
  if (!object.byName.has('name')) return [];
  return rows
    .filter((row) => row['LastModifiedById'] === options.userId)
    .toSorted((a, b) => (String(a['SystemModstamp']) < String(b['SystemModstamp']) ? 1 : -1))
    .slice(0, options.limit)
    .map((row) => ({
      at: String(row['SystemModstamp']),
      shown: shownRecord(object, row, { names: ['Id', 'Name'], versionPath: options.versionPath }),
    }));
}
