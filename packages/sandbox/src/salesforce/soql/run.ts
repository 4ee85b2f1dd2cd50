import type { Json } from '../../http.ts';
import { requestError } from '../errors.ts';
import type { SalesforceObject } from '../schema/object.ts';
import type { Fields, SalesforceStore } from '../store.ts';
import { compileWhere } from './conditions.ts';
import { applyFunction, DATE_PARTS } from './functions.ts';
import { groupRows, isGrouped } from './grouping.ts';
import { malformed } from './lexer.ts';
import { recordReader } from './operands.ts';
import { slice, sortRows } from './ordering.ts';
import { parentOf, readEnd, resolvePath, type ResolvedPath } from './paths.ts';
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
  /** Looks at these records only. */
  only?: (record: Fields) => boolean;
}

/** Parses and runs SOQL. */
export function runSoql(store: SalesforceStore, text: string, options: QueryOptions): QueryResult {
  const query = parseSoql(text);
  const object = objectNamed(store, query.from);
  const all = store.all(object.name, { isWithDeleted: options.isWithDeleted ?? false });
  const rows = options.only ? all.filter(options.only) : all;
  if (isGrouped(query)) {
    const matching = rows.filter(whereTest(store, { query, object, options }));
    const records = groupRows(query, { rows: matching, records: recordReader(store, object, query.alias), now: store.clock() });
    return { object: object.name, totalSize: records.length, records };
  }
  const selected = select(store, { query, object, rows, options });
  if (query.isCount) return { object: object.name, totalSize: selected.length, records: [] };
  const show = compileSelect(store, object, { query, options });
  return { object: object.name, totalSize: selected.length, records: selected.map(show) };
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
  const { query, object } = given;
  const rows = given.rows.filter(whereTest(store, given));
  return slice(query, sortRows(rows, query.order, recordReader(store, object, query.alias)));
}

function whereTest(store: SalesforceStore, given: Omit<Selecting, 'rows'>): (record: Fields) => boolean {
  const { query, object, options } = given;
  if (!query.where) return () => true;
  const column = (inner: SoqlQuery) => {
    const innerObject = objectNamed(store, inner.from);
    const [first] = inner.selections;
    if (first?.kind !== 'path' || inner.selections.length > 1) throw malformed('A semi-join selects one field');
    if (innerObject === object) throw malformed('The inner and outer selects should not be on the same object type');
    const reader = recordReader(store, innerObject, inner.alias)({ path: first.path });
    return select(store, { query: inner, object: innerObject, rows: store.all(innerObject.name), options }).map((row) => reader.read(row));
  };
  return compileWhere({ reader: recordReader(store, object, query.alias), now: store.clock(), column }, query.where);
}

type Show = (record: Fields) => Json;

function compileSelect(store: SalesforceStore, object: SalesforceObject, given: { query: SoqlQuery; options: QueryOptions }): Show {
  const { query, options } = given;
  const paths = query.selections.flatMap((selection) => (selection.kind === 'path' ? [selection.path.toLowerCase()] : []));
  const twice = paths.find((path, index) => paths.indexOf(path) !== index);
  if (twice !== undefined) throw malformed(`duplicate field selected: ${twice}`);
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
  if (selection.kind === 'function') {
    const path = resolvePath(object, selection.operand.path, query.alias);
    const { fn } = selection.operand;
    if (fn !== undefined && fn in DATE_PARTS) throw malformed(`Grouped query fields require a GROUP BY clause: ${fn}(${path.field.name})`);
    // toLabel and FORMAT stand under the field's own name unless given another.
    const name = selection.alias;
    return [(shown, record) => writePath(store, { shown, record, path, options, ...(fn ? { fn } : {}), ...(name ? { name } : {}) })];
  }
  if (selection.kind === 'fields') {
    if (selection.set !== 'standard' && !(query.limit !== undefined && query.limit <= 200))
      throw malformed('The SOQL FIELDS function must have a LIMIT of at most 200');
    const isWanted = (name: string) => selection.set === 'all' || (selection.set === 'custom') === name.endsWith('__c');
    return object.fields
      .filter((field) => isWanted(field.name))
      .map((field) => (shown, record) => {
        shown[field.name] = record[field.name] ?? null;
      });
  }
  if (selection.alias !== undefined) throw malformed('only aggregate expressions use field aliasing');
  const path = resolvePath(object, selection.path, query.alias);
  return [(shown, record) => writePath(store, { shown, record, path, options })];
}

function writePath(
  store: SalesforceStore,
  given: { shown: Json; record: Fields; path: ResolvedPath; options: QueryOptions; fn?: string; name?: string },
): void {
  let { shown, record } = given;
  let object: SalesforceObject | undefined;
  for (const step of given.path.steps) {
    const parent = parentOf(store, record, step.field);
    if (!parent) {
      shown[step.relationship] = null;
      return;
    }
    shown[step.relationship] ??= { attributes: attributesOf(parent.object, parent.record, given.options.versionPath) };
    shown = shown[step.relationship] as Json;
    record = parent.record;
    object = parent.object;
  }
  shown[given.name ?? given.path.field.name] = applyFunction(given.fn, readEnd(object, record, given.path));
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
      const mine = store.where(child.name, { field: lookup.name, value: record.Id }, { isWithDeleted: options.isWithDeleted ?? false });
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
