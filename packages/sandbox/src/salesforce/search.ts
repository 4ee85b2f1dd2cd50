import type { Json } from '../http.ts';
import { requestError } from './errors.ts';
import { attributesOf } from './soql/run.ts';
import type { SalesforceStore } from './store.ts';

/** SOSL as far as `FIND {words} IN NAME FIELDS RETURNING Account(Id, Name)`. */
export function searchBody(store: SalesforceStore, text: string, versionPath: string): Json {
  const match = /^\s*FIND\s*\{([^}]*)\}\s*(?:IN\s+(\w+)\s+FIELDS\s*)?RETURNING\s+(.+)$/is.exec(text);
  if (!match) throw requestError(400, 'MALFORMED_SEARCH', 'No search term found. The search term must be enclosed in braces.');
  const words = (match[1] ?? '').toLowerCase().replace(/[*?"]/g, ' ').split(/\s+/).filter(Boolean);
  const searchRecords = [...(match[3] ?? '').matchAll(/(\w+)\s*(?:\(([^)]*)\))?/g)].flatMap(([, name = '', list = 'Id']) => {
    const object = store.schema.find(name);
    if (!object) throw requestError(400, 'INVALID_TYPE', `sObject type '${name}' is not supported.`);
    const fields = list
      .split(',')
      .map((field) => field.trim())
      .filter(Boolean);
    const isHit = (value: unknown) =>
      words.every((word) =>
        String(value ?? '')
          .toLowerCase()
          .includes(word),
      );
    return store
      .all(object.name)
      .filter((record) => isHit(record['Name'] ?? record['Subject']))
      .slice(0, 200)
      .map((record) => ({
        attributes: attributesOf(object, record, versionPath),
        ...Object.fromEntries(
          fields.map((field) => [
            object.byName.get(field.toLowerCase())?.name ?? field,
            record[object.byName.get(field.toLowerCase())?.name ?? field] ?? null,
          ]),
        ),
      }));
  });
  return { searchRecords };
}
