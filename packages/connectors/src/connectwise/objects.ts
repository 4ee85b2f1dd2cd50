import { doNotRetry, type Choice } from '@weft/connector-kit';

/** One kind of record. */
export interface ObjectInfo {
  readonly id: string;
  readonly label: string;
  /** Below `apis/3.0`; `{parent}` stands for the id of the record it belongs to. */
  readonly path: string;
  /** Types of callbacks about it (Developer Guide, "Callbacks"). */
  readonly callbackType?: string;
  readonly writable: boolean;
  /** Label of the record it belongs to, when it is listed below that record only. */
  readonly parent?: string;
}

/** Everything that can be named as an object. Writing is offered for what this connector knows to write safely. */
export const OBJECTS = {
  company: { id: 'company', label: 'Company', path: '/company/companies', callbackType: 'company', writable: true },
  contact: { id: 'contact', label: 'Contact', path: '/company/contacts', callbackType: 'contact', writable: true },
  ticket: { id: 'ticket', label: 'Service ticket', path: '/service/tickets', callbackType: 'ticket', writable: true },
  agreement: { id: 'agreement', label: 'Agreement', path: '/finance/agreements', callbackType: 'agreement', writable: false },
  invoice: { id: 'invoice', label: 'Invoice', path: '/finance/invoices', callbackType: 'invoice', writable: false },
  project: { id: 'project', label: 'Project', path: '/project/projects', callbackType: 'project', writable: true },
  opportunity: { id: 'opportunity', label: 'Opportunity', path: '/sales/opportunities', callbackType: 'opportunity', writable: false },
  configuration: {
    id: 'configuration',
    label: 'Configuration',
    path: '/company/configurations',
    callbackType: 'configuration',
    writable: false,
  },
  timeEntry: { id: 'timeEntry', label: 'Time entry', path: '/time/entries', callbackType: 'time', writable: false },
  member: { id: 'member', label: 'Member', path: '/system/members', callbackType: 'member', writable: false },
  board: { id: 'board', label: 'Service board', path: '/service/boards', writable: false },
  boardStatus: {
    id: 'boardStatus',
    label: 'Status of a board',
    path: '/service/boards/{parent}/statuses',
    writable: false,
    parent: 'Service board',
  },
  boardType: {
    id: 'boardType',
    label: 'Type of a board',
    path: '/service/boards/{parent}/types',
    writable: false,
    parent: 'Service board',
  },
  priority: { id: 'priority', label: 'Priority', path: '/service/priorities', writable: false },
  source: { id: 'source', label: 'Ticket source', path: '/service/sources', writable: false },
  communicationType: { id: 'communicationType', label: 'Communication type', path: '/company/communicationTypes', writable: false },
  site: { id: 'site', label: 'Site of a company', path: '/company/companies/{parent}/sites', writable: false, parent: 'Company' },
  companyNote: {
    id: 'companyNote',
    label: 'Note on a company',
    path: '/company/companies/{parent}/notes',
    writable: false,
    parent: 'Company',
  },
  contactNote: {
    id: 'contactNote',
    label: 'Note on a contact',
    path: '/company/contacts/{parent}/notes',
    writable: false,
    parent: 'Contact',
  },
  ticketNote: {
    id: 'ticketNote',
    label: 'Note on a ticket',
    path: '/service/tickets/{parent}/notes',
    writable: false,
    parent: 'Service ticket',
  },
  agreementAddition: {
    id: 'agreementAddition',
    label: 'Addition of an agreement',
    path: '/finance/agreements/{parent}/additions',
    writable: false,
    parent: 'Agreement',
  },
  invoicePayment: {
    id: 'invoicePayment',
    label: 'Payment of an invoice',
    path: '/finance/invoices/{parent}/payments',
    writable: false,
    parent: 'Invoice',
  },
} as const satisfies Record<string, ObjectInfo>;

export type ObjectId = keyof typeof OBJECTS;

const LIST: readonly ObjectInfo[] = Object.values(OBJECTS);
const choicesOf = (objects: readonly ObjectInfo[]): readonly Choice[] => objects.map(({ id, label }) => ({ value: id, label }));

/** The drop-downs of objects: all, those that can be written, those whose changes can be watched. */
export const objectChoices = choicesOf(LIST);
export const writableChoices = choicesOf(LIST.filter(({ writable }) => writable));
export const watchableChoices = choicesOf(LIST.filter(({ parent }) => parent === undefined));

/** What may be deleted: no set-up tables, and no books. */
const DELETABLE: ReadonlySet<string> = new Set<ObjectId>([
  'company',
  'contact',
  'ticket',
  'project',
  'opportunity',
  'configuration',
  'timeEntry',
  'site',
  'companyNote',
  'contactNote',
  'ticketNote',
]);
export const isDeletable = (object: ObjectInfo): boolean => DELETABLE.has(object.id);
export const deletableChoices = choicesOf(LIST.filter(isDeletable));

/** Where the records of an object are: below `parentId` when they belong to another record. Throws `invalid` when it is missing. */
export function pathOf(object: ObjectInfo, parentId: string | undefined): string {
  if (object.parent === undefined) return object.path;
  if (parentId === undefined || !/^\d+$/.test(parentId))
    throw doNotRetry(`${object.label}: give the id of its record (${object.parent}) as "Belongs to".`, { code: 'parent_missing' });
  return object.path.replace('{parent}', parentId);
}

/** What a path is about, as messages name it: `Company 250`, `Company records`, or the path itself where no object is known. */
export function subjectOfPath(path: string): string {
  const object = LIST.filter(({ parent }) => parent === undefined).find((one) => path === one.path || path.startsWith(`${one.path}/`));
  if (object === undefined) return path;
  const id = /^\/(\d+)/.exec(path.slice(object.path.length))?.[1];
  return id === undefined ? `${object.label} records` : `${object.label} ${id}`;
}

/** The object of an id. Throws `invalid` naming those there are. */
export function objectInfo(id: string): ObjectInfo {
  const found = LIST.find((object) => object.id === id);
  if (found === undefined)
    throw doNotRetry(`ConnectWise object "${id}" is not known. There are: ${Object.keys(OBJECTS).join(', ')}.`, { code: 'object_unknown' });
  return found;
}

/** The object of an id whose records can be listed by themselves: what a trigger watches. */
export function watchableObject(id: string): ObjectInfo {
  const found = objectInfo(id);
  if (found.parent !== undefined)
    throw doNotRetry(`${found.label}: these are listed with their own record only and cannot be watched.`, {
      code: 'object_not_watchable',
    });
  return found;
}

/** The object of an id, to be written. */
export function writableObject(id: string): ObjectInfo {
  const found = objectInfo(id);
  if (!found.writable) throw doNotRetry(`${found.label} records can be read only.`, { code: 'object_read_only' });
  return found;
}
