import { requestError } from '../errors.ts';
import { text, type SalesforceField } from '../schema/fields.ts';
import { nameFieldOf, type SalesforceObject } from '../schema/object.ts';
import type { Fields, SalesforceStore } from '../store.ts';

/** A path checked against the schema: the lookups to follow, then the field to read. */
export interface ResolvedPath {
  steps: { relationship: string; field: string }[];
  field: SalesforceField;
  /** `What.Type`: the name of the object pointed to, not a field of it. */
  isObjectName?: true;
}

const OBJECT_NAME = text('Type', 80);

/** What can be read through a lookup to several objects without saying which: the fields of the pseudo-object Name. */
const NAME_FIELDS = new Set(['id', 'name', 'firstname', 'lastname', 'email', 'phone', 'title', 'username', 'alias', 'isactive']);

/** Resolves `Account.Owner.Name` from an object; throws INVALID_FIELD as a query would. */
export function resolvePath(object: SalesforceObject, path: string, alias?: string): ResolvedPath {
  let parts = path.split('.');
  const head = parts[0]?.toLowerCase();
  if (parts.length > 1 && (head === alias?.toLowerCase() || head === object.name.toLowerCase()) && !lookupNamed(object, parts[0] ?? ''))
    parts = parts.slice(1);
  const steps: ResolvedPath['steps'] = [];
  let current = object;
  let last: SalesforceField | undefined;
  for (const part of parts.slice(0, -1)) {
    const lookup = lookupNamed(current, part);
    const target = lookup && object.schema.find(targetName(object, lookup, parts));
    if (!lookup || !target)
      throw requestError(
        400,
        'INVALID_FIELD',
        `Didn't understand relationship '${part}' in field path. If you are attempting to use a custom relationship, be sure to append the '__r' after the custom relationship name. Please reference your WSDL or the describe call for the appropriate names.`,
      );
    steps.push({ relationship: lookup.relationshipName ?? part, field: lookup.name });
    current = target;
    last = lookup;
  }
  const name = parts.at(-1) ?? '';
  if (last && name.toLowerCase() === 'type' && (last.referenceTo.length > 1 || last.relationshipName === 'Owner'))
    return { steps, field: OBJECT_NAME, isObjectName: true };
  const isThroughName = last !== undefined && last.referenceTo.length > 1;
  const field = isThroughName && !NAME_FIELDS.has(name.toLowerCase()) ? undefined : current.byName.get(name.toLowerCase());
  if (!field) {
    throw requestError(
      400,
      'INVALID_FIELD',
      `No such column '${name}' on entity '${isThroughName ? 'Name' : current.name}'. If you are attempting to use a custom field, be sure to append the '__c' after the custom field name. Please reference your WSDL or the describe call for the appropriate names.`,
    );
  }
  return { steps, field };
}

function lookupNamed(object: SalesforceObject, name: string): SalesforceField | undefined {
  return object.fields.find((field) => field.relationshipName?.toLowerCase() === name.toLowerCase());
}

/** A polymorphic lookup is checked against the first of its objects that has the field. */
function targetName(object: SalesforceObject, lookup: SalesforceField, parts: string[]): string {
  const wanted = (parts.at(-1) ?? '').toLowerCase();
  return lookup.referenceTo.find((name) => object.schema.find(name)?.byName.has(wanted)) ?? lookup.referenceTo[0] ?? '';
}

/** The record a lookup points to, whatever its object; deleted parents are still shown. */
export function parentOf(store: SalesforceStore, record: Fields, field: string): { object: SalesforceObject; record: Fields } | undefined {
  const id = record[field];
  if (typeof id !== 'string') return undefined;
  const object = store.schema.ofId(id);
  const found = object && store.get(object.name, id);
  return object && found ? { object, record: found } : undefined;
}

/** Reads a resolved path; null where a lookup is empty. */
export function readPath(store: SalesforceStore, record: Fields, path: ResolvedPath): unknown {
  let current: Fields = record;
  let object: SalesforceObject | undefined;
  for (const step of path.steps) {
    const parent = parentOf(store, current, step.field);
    if (!parent) return null;
    current = parent.record;
    object = parent.object;
  }
  return readEnd(object, current, path);
}

/** The last step of a path, read from the record it ends at; `object` is absent where no lookup was followed. */
export function readEnd(object: SalesforceObject | undefined, record: Fields, path: ResolvedPath): unknown {
  if (path.isObjectName) return object?.name ?? null;
  // A case is called by its number, whatever the lookup calls its name.
  const field = object && path.field.name === 'Name' ? nameFieldOf(object) : path.field.name;
  return record[field] ?? null;
}
