import { doNotRetry, type Choice } from '@weft/connector-kit';

/** One kind of record. */
export interface ObjectInfo {
  readonly id: string;
  readonly label: string;
  readonly path: string;
  /** Types of callbacks about it (Developer Guide, "Callbacks"). */
  readonly callbackType?: string;
  readonly writable: boolean;
}

/** Everything that can be named as an object. Writing is offered for what this connector knows to write safely. */
export const OBJECTS = {
  company: { id: 'company', label: 'Company', path: '/company/companies', callbackType: 'company', writable: true },
  contact: { id: 'contact', label: 'Contact', path: '/company/contacts', callbackType: 'contact', writable: true },
  ticket: { id: 'ticket', label: 'Service ticket', path: '/service/tickets', callbackType: 'ticket', writable: true },
  agreement: { id: 'agreement', label: 'Agreement', path: '/finance/agreements', callbackType: 'agreement', writable: false },
  invoice: { id: 'invoice', label: 'Invoice', path: '/finance/invoices', callbackType: 'invoice', writable: false },
} as const satisfies Record<string, ObjectInfo>;

export type ObjectId = keyof typeof OBJECTS;

/** The drop-down of objects. */
export const objectChoices: readonly Choice[] = Object.values(OBJECTS).map((object) => ({ value: object.id, label: object.label }));
export const writableChoices: readonly Choice[] = Object.values(OBJECTS)
  .filter((object) => object.writable)
  .map((object) => ({ value: object.id, label: object.label }));

/** The object of an id. Throws `invalid` naming those there are. */
export function objectInfo(id: string): ObjectInfo {
  const found = (OBJECTS as Readonly<Record<string, ObjectInfo>>)[id];
  if (found === undefined)
    throw doNotRetry(`ConnectWise object "${id}" is not known. There are: ${Object.keys(OBJECTS).join(', ')}.`, { code: 'object_unknown' });
  return found;
}

/** The object of an id, to be written. */
export function writableObject(id: string): ObjectInfo {
  const found = objectInfo(id);
  if (!found.writable) throw doNotRetry(`${found.label} records can be read only.`, { code: 'object_read_only' });
  return found;
}
