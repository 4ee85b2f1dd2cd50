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
  /** Members that hold texts here, while other objects have a reference of that name. */
  readonly scalars?: readonly string[];
}

/** Everything that can be named as an object. What an administrator sets up can be read only. */
export const OBJECTS = {
  company: { id: 'company', label: 'Company', path: '/company/companies', callbackType: 'company', writable: true },
  contact: { id: 'contact', label: 'Contact', path: '/company/contacts', callbackType: 'contact', writable: true },
  ticket: { id: 'ticket', label: 'Service ticket', path: '/service/tickets', callbackType: 'ticket', writable: true },
  agreement: { id: 'agreement', label: 'Agreement', path: '/finance/agreements', callbackType: 'agreement', writable: true },
  invoice: { id: 'invoice', label: 'Invoice', path: '/finance/invoices', callbackType: 'invoice', writable: true, scalars: ['type'] },
  project: { id: 'project', label: 'Project', path: '/project/projects', callbackType: 'project', writable: true },
  opportunity: {
    id: 'opportunity',
    label: 'Opportunity',
    path: '/sales/opportunities',
    callbackType: 'opportunity',
    writable: true,
    scalars: ['source'],
  },
  activity: { id: 'activity', label: 'Activity', path: '/sales/activities', callbackType: 'activity', writable: true },
  configuration: {
    id: 'configuration',
    label: 'Configuration',
    path: '/company/configurations',
    callbackType: 'configuration',
    writable: true,
  },
  timeEntry: {
    id: 'timeEntry',
    label: 'Time entry',
    path: '/time/entries',
    callbackType: 'time',
    writable: true,
    scalars: ['status', 'territory'],
  },
  member: { id: 'member', label: 'Member', path: '/system/members', callbackType: 'member', writable: false },
  board: { id: 'board', label: 'Service board', path: '/service/boards', writable: false },
  boardStatus: below('boardStatus', 'Status of a board', '/service/boards/{parent}/statuses', 'Service board'),
  boardType: below('boardType', 'Type of a board', '/service/boards/{parent}/types', 'Service board'),
  boardSubType: below('boardSubType', 'Subtype of a board', '/service/boards/{parent}/subtypes', 'Service board'),
  boardItem: below('boardItem', 'Item of a board', '/service/boards/{parent}/items', 'Service board'),
  boardTeam: below('boardTeam', 'Team of a board', '/service/boards/{parent}/teams', 'Service board'),
  priority: { id: 'priority', label: 'Priority', path: '/service/priorities', writable: false },
  source: { id: 'source', label: 'Ticket source', path: '/service/sources', writable: false },
  communicationType: { id: 'communicationType', label: 'Communication type', path: '/company/communicationTypes', writable: false },
  site: { ...below('site', 'Site of a company', '/company/companies/{parent}/sites', 'Company'), writable: true },
  companyNote: { ...below('companyNote', 'Note on a company', '/company/companies/{parent}/notes', 'Company'), writable: true },
  companyTypeLink: {
    ...below('companyTypeLink', 'Type of a company', '/company/companies/{parent}/typeAssociations', 'Company'),
    writable: true,
  },
  communication: {
    ...below('communication', 'E-mail, phone or fax of a contact', '/company/contacts/{parent}/communications', 'Contact'),
    writable: true,
  },
  contactNote: { ...below('contactNote', 'Note on a contact', '/company/contacts/{parent}/notes', 'Contact'), writable: true },
  ticketNote: { ...below('ticketNote', 'Note on a ticket', '/service/tickets/{parent}/notes', 'Service ticket'), writable: true },
  ticketTask: { ...below('ticketTask', 'Task of a ticket', '/service/tickets/{parent}/tasks', 'Service ticket'), writable: true },
  projectNote: { ...below('projectNote', 'Note on a project', '/project/projects/{parent}/notes', 'Project'), writable: true },
  projectPhase: { ...below('projectPhase', 'Phase of a project', '/project/projects/{parent}/phases', 'Project'), writable: true },
  opportunityNote: {
    ...below('opportunityNote', 'Note on an opportunity', '/sales/opportunities/{parent}/notes', 'Opportunity'),
    writable: true,
  },
  agreementAddition: {
    ...below('agreementAddition', 'Addition of an agreement', '/finance/agreements/{parent}/additions', 'Agreement'),
    writable: true,
  },
  invoicePayment: {
    ...below('invoicePayment', 'Payment of an invoice', '/finance/invoices/{parent}/payments', 'Invoice'),
    writable: true,
    scalars: ['type'],
  },
} as const satisfies Record<string, ObjectInfo>;

/** What is listed below another record only. */
function below<Id extends string>(
  id: Id,
  label: string,
  path: string,
  parent: string,
): { readonly id: Id; readonly label: string; readonly path: string; readonly parent: string; readonly writable: false } {
  return { id, label, path, parent, writable: false };
}

export type ObjectId = keyof typeof OBJECTS;

const LIST: readonly ObjectInfo[] = Object.values(OBJECTS);
const choicesOf = (objects: readonly ObjectInfo[]): readonly Choice[] => objects.map(({ id, label }) => ({ value: id, label }));

/** The drop-downs of objects: all, those that can be written, those whose changes can be watched. */
export const objectChoices = choicesOf(LIST);
export const writableChoices = choicesOf(LIST.filter(({ writable }) => writable));
/** Ids of what is listed below another record only. */
export const childObjects: readonly string[] = LIST.filter(({ parent }) => parent !== undefined).map(({ id }) => id);
export const watchableChoices = choicesOf(LIST.filter(({ parent }) => parent === undefined));

/** What may be deleted: no set-up tables, and no books. */
const DELETABLE: ReadonlySet<string> = new Set<ObjectId>([
  'company',
  'contact',
  'ticket',
  'project',
  'opportunity',
  'activity',
  'configuration',
  'timeEntry',
  'site',
  'companyNote',
  'companyTypeLink',
  'communication',
  'contactNote',
  'ticketNote',
  'ticketTask',
  'projectNote',
  'projectPhase',
  'opportunityNote',
  'agreementAddition',
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

/** The longest first: what is below a record is told from the record. */
const PATTERNS = LIST.map((object) => ({
  object,
  pattern: new RegExp(`^${object.path.replace('{parent}', '(?<parent>\\d+)')}(?:/(?<id>\\d+))?(?:/|$)`),
})).toSorted((a, b) => b.object.path.length - a.object.path.length);

/** What a path is about, as messages name it: `Company 250`, `Company records`, or the path itself where no object is known. */
export function subjectOfPath(path: string): string {
  for (const { object, pattern } of PATTERNS) {
    const found = pattern.exec(path);
    if (found === null) continue;
    const { id, parent } = found.groups ?? {};
    const owner = object.parent === undefined ? undefined : `${object.parent} ${parent}`;
    if (id === undefined) return owner ?? `${object.label} records`;
    return owner === undefined ? `${object.label} ${id}` : `${object.label} ${id} (${owner})`;
  }
  return path;
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

/** The object of an id, to be written, its path below the record it belongs to. */
export function writableObject(id: string, parentId: string | undefined): ObjectInfo {
  const found = objectInfo(id);
  if (!found.writable) throw doNotRetry(`${found.label} records can be read only.`, { code: 'object_read_only' });
  return { ...found, path: pathOf(found, parentId) };
}
