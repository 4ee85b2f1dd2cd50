import { isObject, type Json } from '../http.ts';
import { assignField, communicationItem, type Write } from './assign.ts';
import { badPatch } from './errors.ts';
import type { CommunicationItem } from './store.ts';
import { assignCustomFields } from './validate.ts';

interface Operation {
  op: 'add' | 'replace' | 'remove';
  path: string[];
  value: unknown;
}

/** Reads a PATCH document: an array of add, replace and remove; nothing else is known to the vendor. */
export function parsePatch(body: unknown): Operation[] {
  if (!Array.isArray(body)) throw badPatch('The patch document must be an array of operations.');
  return body.map((item) => {
    const op = isObject(item) ? String(item['op']).toLowerCase() : '';
    if (!isObject(item) || (op !== 'add' && op !== 'replace' && op !== 'remove')) throw badPatch(`Invalid patch operation '${op}'.`);
    if (typeof item['path'] !== 'string') throw badPatch('A patch operation needs a path.');
    return { op, path: item['path'].replace(/^\//, '').split('/'), value: item['value'] };
  });
}

/** Applies a PATCH document to the draft. Paths are case-sensitive; a leading slash is accepted. */
export function applyPatch(write: Write, operations: Operation[], options: { isReplacingCustomFields: boolean }): void {
  for (const operation of operations) {
    const [head = '', ...rest] = operation.path;
    if (head === 'customFields') {
      patchCustomFields(write, operation, options.isReplacingCustomFields);
      continue;
    }
    const field = Object.hasOwn(write.entity.fields, head) ? write.entity.fields[head] : undefined;
    if (!field) throw badPatch(`The target location specified by path segment '${head}' was not found.`);
    if (field.isReadOnly) continue;
    if (field.type === 'items') {
      patchItems(write, operation, rest);
    } else if (field.type === 'types') {
      throw badPatch(`types can only be used when creating a new ${write.entity.resource}`);
    } else if (rest.length === 0) {
      assignField(write, field, operation.op === 'remove' ? null : operation.value);
    }
    // A path into a reference (company/identifier) answers 200 and changes nothing: the guide warns of it.
  }
}

function patchCustomFields(write: Write, operation: Operation, isReplacing: boolean): void {
  const [, index, member] = operation.path;
  if (index === undefined) {
    if (!Array.isArray(operation.value) && operation.op !== 'remove') throw castError(operation.value, 'CustomFieldValue');
    assignCustomFields(write, operation.value, { isReplacing });
    return;
  }
  const definition = write.store.filter('userDefinedField', (row) => row.values['_object'] === write.entity.name)[Number(index)];
  if (definition && member === 'value') {
    assignCustomFields(write, [{ id: definition.id, value: operation.op === 'remove' ? null : operation.value }], { isReplacing: false });
  }
}

function patchItems(write: Write, operation: Operation, rest: string[]): void {
  const items = structuredClone((write.row.values['communicationItems'] as CommunicationItem[] | undefined) ?? []);
  const [position, member] = rest;
  if (position === undefined) {
    if (operation.op !== 'remove' && !Array.isArray(operation.value))
      throw castError(operation.value, 'Company.Contact.ContactCommunicationItem');
    const given = Array.isArray(operation.value) ? (operation.value as Json[]) : [];
    const read = given.map((item) => communicationItem(write, item)).filter((item) => item !== undefined);
    write.row.values['communicationItems'] = operation.op === 'add' ? [...items, ...read] : read;
    return;
  }
  const index = position === '-' ? items.length : Number(position);
  if (operation.op === 'add' && member === undefined) {
    const item = communicationItem(write, isObject(operation.value) ? operation.value : {});
    // Seen live: an add before the end is appended all the same, and then its defaultFlag counts for nothing.
    if (item) items.push(index < items.length ? { ...item, id: 0, defaultFlag: false } : { ...item, id: 0 });
    write.row.values['communicationItems'] = items;
    return;
  }
  const current = items[index];
  if (!current) throw badPatch(`The target location specified by path segment '${position}' was not found.`);
  if (operation.op === 'remove' && member === undefined) {
    items.splice(index, 1);
  } else if (member === undefined) {
    const item = communicationItem(write, isObject(operation.value) ? operation.value : {});
    if (item) items[index] = { ...item, id: current.id };
  } else {
    const item = communicationItem(write, { ...current, [member]: operation.op === 'remove' ? null : operation.value });
    if (item) items[index] = { ...item, id: current.id };
  }
  write.row.values['communicationItems'] = items;
}

function castError(value: unknown, model: string) {
  const type =
    typeof value === 'string'
      ? 'System.String'
      : typeof value === 'number'
        ? 'System.Int64'
        : typeof value === 'boolean'
          ? 'System.Boolean'
          : 'Newtonsoft.Json.Linq.JObject';
  return badPatch(`Could not cast or convert from ${type} to ConnectWise.Apis.v3_0.v2015_3.${model}[].`);
}
