import type { Json } from '../../http.ts';
import type { SalesforceField } from '../schema/fields.ts';
import type { SalesforceObject } from '../schema/object.ts';
import type { Fields, SalesforceChange } from '../store.ts';

/** Fields nobody is told about: they follow from others, or stand in the header. */
const SILENT = new Set(['Id', 'IsDeleted', 'SystemModstamp']);

/** `CW_Thing__c` → `CW_Thing__ChangeEvent`, `Account` → `AccountChangeEvent`. */
export function changeEventName(object: string): string {
  return object.endsWith('__c') ? `${object.slice(0, -3)}__ChangeEvent` : `${object}ChangeEvent`;
}

/** Payload of a change event: all fields of a new record, the changed ones of an old, none of a deleted. */
export function payloadOf(object: SalesforceObject, change: SalesforceChange, commit: { number: number; at: number }): Json {
  const changed = object.fields.filter((field) => isTold(object, field) && isChanged(field, change));
  const isUpdate = change.action === 'updated';
  const header = {
    entityName: object.name,
    recordIds: [change.record.Id],
    changeType: CHANGE_TYPES[change.action],
    changeOrigin: change.origin ?? '',
    transactionKey: change.transactionKey,
    sequenceNumber: change.sequenceNumber,
    commitTimestamp: commit.at,
    commitUser: change.actor,
    commitNumber: bigNumber(commit.number),
    changedFields: isUpdate ? changed.map((field) => pathOf(object, field)) : [],
    nulledFields: isUpdate ? changed.filter((field) => isEmpty(change.record[field.name])).map((field) => pathOf(object, field)) : [],
    diffFields: [],
  };
  return { ChangeEventHeader: header, ...(change.action === 'deleted' ? {} : nested(object, changed, change.record)) };
}

/** Header-only payload of a gap event: something happened to these records, and nobody can say what. */
export function gapPayload(given: { entityName: string; recordIds: string[]; changeType: string; commitNumber: number; at: number }): Json {
  return {
    ChangeEventHeader: {
      entityName: given.entityName,
      recordIds: given.recordIds,
      changeType: given.changeType,
      changeOrigin: '',
      transactionKey: `gap-${given.commitNumber}`,
      sequenceNumber: 1,
      commitTimestamp: given.at,
      commitUser: '',
      commitNumber: bigNumber(given.commitNumber),
      changedFields: [],
      nulledFields: [],
      diffFields: [],
    },
  };
}

const CHANGE_TYPES = { added: 'CREATE', updated: 'UPDATE', deleted: 'DELETE' } as const satisfies Record<
  SalesforceChange['action'],
  string
>;

function isTold(object: SalesforceObject, field: SalesforceField): boolean {
  // The full name of a person is told part by part.
  if (field.name === 'Name' && object.byName.has('firstname')) return false;
  return !SILENT.has(field.name) && field.type !== 'address';
}

function isChanged(field: SalesforceField, change: SalesforceChange): boolean {
  if (change.action !== 'updated') return change.action === 'added';
  return change.record[field.name] !== change.previous?.[field.name];
}

function isEmpty(value: unknown): boolean {
  return value === null || value === undefined;
}

/** The compound a field is a part of: `Name` for people, `BillingAddress` and the like. */
function compoundOf(object: SalesforceObject, field: SalesforceField): { name: string; part: string } | undefined {
  const isPerson = object.byName.has('firstname');
  if (isPerson && (field.name === 'FirstName' || field.name === 'LastName')) return { name: 'Name', part: field.name };
  const [, prefix, part] = /^(Billing|Shipping|Mailing)(Street|City|State|PostalCode|Country)$/.exec(field.name) ?? [];
  return prefix !== undefined && part !== undefined ? { name: `${prefix}Address`, part } : undefined;
}

function pathOf(object: SalesforceObject, field: SalesforceField): string {
  const compound = compoundOf(object, field);
  return compound ? `${compound.name}.${compound.part}` : field.name;
}

function nested(object: SalesforceObject, fields: SalesforceField[], record: Fields): Json {
  const shown: Json = {};
  for (const field of fields) {
    const compound = compoundOf(object, field);
    const value =
      field.type === 'datetime' && !isEmpty(record[field.name]) ? String(record[field.name]).replace('+0000', 'Z') : record[field.name];
    if (!compound) shown[field.name] ??= value ?? null;
    else {
      const parts = typeof shown[compound.name] === 'object' && shown[compound.name] !== null ? (shown[compound.name] as Json) : {};
      shown[compound.name] = { ...parts, [compound.part]: value ?? null };
    }
  }
  return shown;
}

/** Commit numbers are 64 bits wide: written out whole, beyond what a JSON number safely holds. */
function bigNumber(value: number): unknown {
  const text = String(10_563_748_281_234_000n * 1000n + BigInt(value));
  return (JSON as unknown as { rawJSON(text: string): unknown }).rawJSON(text);
}
