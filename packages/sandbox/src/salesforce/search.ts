import { isObject, type ApiRequest, type Json } from '../http.ts';
import { requestError } from './errors.ts';
import { readJson } from './json-body.ts';
import type { SalesforceField } from './schema/fields.ts';
import type { SalesforceObject } from './schema/object.ts';
import { runSoql } from './soql/run.ts';
import type { Fields, SalesforceStore } from './store.ts';

/** `IN … FIELDS` → which fields are looked into. */
const SCOPES: Readonly<Record<string, (field: SalesforceField) => boolean>> = {
  name: (field) => /^(Name|FirstName|LastName|Subject|Title|CaseNumber)$/.test(field.name),
  email: (field) => field.type === 'email',
  phone: (field) => field.type === 'phone',
  all: (field) => ['string', 'textarea', 'email', 'phone', 'url', 'picklist', 'multipicklist'].includes(field.type),
};

/** SOSL: `FIND {words} IN NAME FIELDS RETURNING Account(Id, Name WHERE … LIMIT 5), Contact LIMIT 20`. */
export function searchBody(store: SalesforceStore, text: string, versionPath: string): Json {
  const match = /^\s*FIND\s*\{((?:\\.|[^}\\])*)\}\s*(?:IN\s+(\w+)\s+FIELDS\s*)?(?:RETURNING\s+(.+?))?(?:\s+LIMIT\s+(\d+))?\s*$/is.exec(
    text,
  );
  if (!match) throw requestError(400, 'MALFORMED_SEARCH', 'No search term found. The search term must be enclosed in braces.');
  const [, words = '', scope = 'all', returning, limit] = match;
  const test = termTest((words ?? '').replace(/\\(.)/g, '$1'));
  const inFields = SCOPES[scope.toLowerCase()];
  if (!inFields) throw requestError(400, 'MALFORMED_SEARCH', `unexpected token: ${scope}`);
  const parts = returning === undefined ? ['Account', 'Contact', 'Lead', 'Opportunity', 'Case'] : splitTop(returning);
  const found = parts.flatMap((part) => returned(store, part, { versionPath, isHit: (object) => hitTest(object, inFields, test) }));
  return { searchRecords: found.slice(0, limit === undefined ? 2000 : Number(limit)) };
}

/** `/parameterizedSearch`: the same by parameters or by a JSON body. */
export function parameterizedSearch(store: SalesforceStore, request: ApiRequest, versionPath: string): Json {
  const body = request.method === 'POST' ? readJson(request) : Object.fromEntries(request.query);
  const query = String(body['q'] ?? '').replace(/([{}\\])/g, '\\$1');
  const objects = Array.isArray(body['sobjects'])
    ? body['sobjects']
        .filter(isObject)
        .map((item) => `${String(item['name'])}${Array.isArray(item['fields']) ? `(${item['fields'].join(', ')})` : ''}`)
    : [String(body['sobject'] ?? 'Account')];
  const limit = body['overallLimit'] === undefined ? '' : ` LIMIT ${Number(body['overallLimit'])}`;
  return searchBody(store, `FIND {${query}} IN ${String(body['in'] ?? 'ALL')} FIELDS RETURNING ${objects.join(', ')}${limit}`, versionPath);
}

/** Words all have to occur, OR gives a choice, quotes keep words together, * and ? stand for anything. */
function termTest(text: string): (value: string) => boolean {
  if (text.replace(/[*?"\s]/g, '').length < 2)
    throw requestError(400, 'MALFORMED_SEARCH', `search term must be longer than one character: ${text}`);
  const choices = text.split(/\s+OR\s+/i).map((choice) =>
    [...choice.replace(/\s+AND\s+/gi, ' ').matchAll(/"([^"]+)"|(\S+)/g)].map(
      ([, phrase, word = '']) =>
        new RegExp(
          (phrase ?? word)
            .replace(/[.+^${}()|[\]\\]/g, '\\$&')
            .replaceAll('*', '.*')
            .replaceAll('?', '.'),
          'is',
        ),
    ),
  );
  return (value) => choices.some((words) => words.every((word) => word.test(value)));
}

function hitTest(
  object: SalesforceObject,
  inFields: (field: SalesforceField) => boolean,
  test: (value: string) => boolean,
): (record: Fields) => boolean {
  const names = object.fields.filter(inFields).map((field) => field.name);
  return (record) => test(names.map((name) => String(record[name] ?? '')).join('\n'));
}

/** One object of RETURNING, run as the query it nearly is. */
function returned(
  store: SalesforceStore,
  part: string,
  given: { versionPath: string; isHit: (object: SalesforceObject) => (record: Fields) => boolean },
): Json[] {
  const [, name = '', inner = 'Id'] = /^(\w+)\s*(?:\((.*)\))?$/s.exec(part) ?? [];
  const object = store.schema.find(name);
  if (!object) throw requestError(400, 'INVALID_TYPE', `sObject type '${name}' is not supported.`);
  const [, fields = '', tail = ''] = /^(.*?)((?:\s+(?:WHERE|ORDER|LIMIT|OFFSET)\b.*)?)$/is.exec(inner.trim()) ?? [];
  const soql = `SELECT ${fields || 'Id'} FROM ${object.name} ${tail}`;
  return runSoql(store, soql, { versionPath: given.versionPath, only: given.isHit(object) }).records.slice(0, 200);
}

/** Cuts at commas outside of parentheses. */
function splitTop(text: string): string[] {
  const parts: string[] = [];
  let depth = 0;
  let start = 0;
  for (let at = 0; at <= text.length; at += 1) {
    const char = text.charAt(at);
    if (char === '(') depth += 1;
    if (char === ')') depth -= 1;
    if (at === text.length || (char === ',' && depth === 0)) {
      parts.push(text.slice(start, at).trim());
      start = at + 1;
    }
  }
  return parts.filter(Boolean);
}
