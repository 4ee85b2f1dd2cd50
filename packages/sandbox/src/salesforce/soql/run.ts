import type { Json } from '../../http.ts';
import { requestError } from '../errors.ts';
import type { SalesforceObject } from '../schema/object.ts';
import type { Fields, SalesforceStore } from '../store.ts';
import { comparable, compileWhere } from './conditions.ts';
import { malformed } from './lexer.ts';
import { parentOf, readPath, resolvePath, type ResolvedPath } from './paths.ts';
import { parseSoql, type SoqlQuery, type SoqlSelection } from './parser.ts';

/** A query's outcome before it is cut into pages. `isCount` queries answer a size and no records. */
export interface QueryResult {
  object: string;
  totalSize: number;
  records: Json[];
}

/** How to run: where records' urls point, and whether the bin is searched too. */
export interface QueryOptions {
  versionPath: string;
  isWithDeleted?: boolean;
}

/** Parses and runs SOQL. */
export function runSoql(store: SalesforceStore, text: string, options: QueryOptions): QueryResult {
  const query = parseSoql(text);
  const object = objectNamed(store, query.from);
  const rows = select(store, { query, object, rows: store.all(object.name, { isWithDeleted: options.isWithDeleted ?? false }), options });
  if (query.isCount) return { object: object.name, totalSize: rows.length, records: [] };
  const count = query.selections.find((selection) => selection.kind === 'count');
  if (count)
    return {
      object: object.name,
      totalSize: 1,
      records: [{ attributes: { type: 'AggregateResult' }, [count.alias]: countOf(store, { object, rows, query, path: count.path }) }],
    };
  const show = compileSelect(store, object, { query, options });
  return { object: object.name, totalSize: rows.length, records: rows.map(show) };
}

function countOf(store: SalesforceStore, given: { object: SalesforceObject; rows: Fields[]; query: SoqlQuery; path: string }): number {
  const path = resolvePath(given.object, given.path, given.query.alias);
  return given.rows.filter((row) => readPath(store, row, path) !== null).length;
}

function objectNamed(store: SalesforceStore, name: string): SalesforceObject {
  const object = store.schema.find(name);
  if (object) return object;
  throw requestError(
    400,
    'INVALID_TYPE',
    `\nSELECT ... FROM ${name}\n                ^\nERROR at Row:1:Column:1\nsObject type '${name}' is not supported. If you are attempting to use a custom object, be sure to append the '__c' after the entity name. Please reference your WSDL or the describe call for the appropriate names.`,
  );
}

interface Selecting {
  query: SoqlQuery;
  object: SalesforceObject;
  rows: Fields[];
  options: QueryOptions;
}

/** WHERE, ORDER BY, OFFSET, LIMIT. */
function select(store: SalesforceStore, given: Selecting): Fields[] {
  const { query, object, options } = given;
  const column = (inner: SoqlQuery) => {
    const innerObject = objectNamed(store, inner.from);
    const path = firstPath(innerObject, inner);
    return select(store, { query: inner, object: innerObject, rows: store.all(innerObject.name), options }).map((row) =>
      readPath(store, row, path),
    );
  };
  const context = { store, object, column, ...(query.alias ? { alias: query.alias } : {}) };
  const test = query.where ? compileWhere(context, query.where) : () => true;
  const order = query.order.map((item) => ({ ...item, resolved: resolvePath(object, item.path, query.alias) }));
  if ((query.offset ?? 0) > 2000) throw requestError(400, 'NUMBER_OUTSIDE_VALID_RANGE', 'Maximum SOQL offset allowed is 2000');
  const rows = given.rows.filter(test);
  if (order.length > 0) {
    rows.sort((a, b) => {
      for (const key of order) {
        const result = compareForOrder(store, { a, b, key });
        if (result !== 0) return result;
      }
      return 0;
    });
  }
  const start = query.offset ?? 0;
  return rows.slice(start, query.limit === undefined ? undefined : start + query.limit);
}

function firstPath(object: SalesforceObject, query: SoqlQuery): ResolvedPath {
  const [first] = query.selections;
  if (first?.kind !== 'path') throw malformed('A semi-join selects one field');
  return resolvePath(object, first.path, query.alias);
}

function compareForOrder(
  store: SalesforceStore,
  given: { a: Fields; b: Fields; key: { resolved: ResolvedPath; isDescending: boolean; isNullsLast: boolean } },
): number {
  const { key } = given;
  const left = comparable(key.resolved.field, readPath(store, given.a, key.resolved));
  const right = comparable(key.resolved.field, readPath(store, given.b, key.resolved));
  if (left === right) return 0;
  // Nulls come first whatever the direction, unless the query says otherwise.
  if (left === null) return key.isNullsLast ? 1 : -1;
  if (right === null) return key.isNullsLast ? -1 : 1;
  return (left < right ? -1 : 1) * (key.isDescending ? -1 : 1);
}

type Show = (record: Fields) => Json;

function compileSelect(store: SalesforceStore, object: SalesforceObject, given: { query: SoqlQuery; options: QueryOptions }): Show {
  const { query, options } = given;
  const writers = query.selections.flatMap((selection) => compileSelection(store, object, { selection, query, options }));
  return (record) => {
    const shown: Json = { attributes: attributesOf(object, record, options.versionPath) };
    for (const write of writers) write(shown, record);
    return shown;
  };
}

type Writer = (shown: Json, record: Fields) => void;

function compileSelection(
  store: SalesforceStore,
  object: SalesforceObject,
  given: { selection: SoqlSelection; query: SoqlQuery; options: QueryOptions },
): Writer[] {
  const { selection, query, options } = given;
  if (selection.kind === 'child') return [childWriter(store, object, { query: selection.query, options })];
  if (selection.kind === 'count') throw malformed('Grouped query fields require a GROUP BY clause');
  if (selection.kind === 'fields') {
    const isWanted = (name: string) => selection.set === 'all' || (selection.set === 'custom') === name.endsWith('__c');
    return object.fields
      .filter((field) => isWanted(field.name))
      .map((field) => (shown, record) => {
        shown[field.name] = record[field.name] ?? null;
      });
  }
  const path = resolvePath(object, selection.path, query.alias);
  return [(shown, record) => writePath(store, { shown, record, path, options })];
}

function writePath(store: SalesforceStore, given: { shown: Json; record: Fields; path: ResolvedPath; options: QueryOptions }): void {
  let { shown, record } = given;
  for (const step of given.path.steps) {
    const parent = parentOf(store, record, step.field);
    if (!parent) {
      shown[step.relationship] = null;
      return;
    }
    shown[step.relationship] ??= { attributes: attributesOf(parent.object, parent.record, given.options.versionPath) };
    shown = shown[step.relationship] as Json;
    record = parent.record;
  }
  shown[given.path.field.name] = record[given.path.field.name] ?? null;
}

function childWriter(store: SalesforceStore, object: SalesforceObject, given: { query: SoqlQuery; options: QueryOptions }): Writer {
  const { query, options } = given;
  for (const child of object.schema.objects) {
    const lookup = child.fields.find(
      (field) => field.childRelationship?.toLowerCase() === query.from.toLowerCase() && field.referenceTo.includes(object.name),
    );
    if (!lookup?.childRelationship) continue;
    const show = compileSelect(store, child, { query, options });
    const name = lookup.childRelationship;
    return (shown, record) => {
      const mine = store.all(child.name).filter((row) => row[lookup.name] === record.Id);
      const rows = select(store, { query, object: child, rows: mine, options });
      shown[name] = rows.length > 0 ? { totalSize: rows.length, done: true, records: rows.map(show) } : null;
    };
  }
  throw requestError(
    400,
    'INVALID_TYPE',
    `Didn't understand relationship '${query.from}' in FROM part of query call. If you are attempting to use a custom relationship, be sure to append the '__r' after the custom relationship name. Please reference your WSDL or the describe call for the appropriate names.`,
  );
}

/** `attributes` of a record in answers. */
export function attributesOf(object: SalesforceObject, record: Fields, versionPath: string): Json {
  return { type: object.name, url: `${versionPath}/sobjects/${object.name}/${record.Id}` };
}
