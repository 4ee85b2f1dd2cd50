import { entityOf } from './entities.ts';
import type { Entity } from './entity.ts';
import { COMPUTED } from './computed.ts';
import { customFieldsOf } from './custom-fields.ts';
import { refId, type CommunicationItem, type Row, type Store } from './store.ts';
import { badCondition } from './errors.ts';
import type { Json } from '../http.ts';
import type { Quirks } from '../quirks.ts';

/** Where hrefs in answers point to: origin and codebase as called. */
export interface ViewContext {
  store: Store;
  base: string;
  /** How unset references are shown; left out unless told otherwise. */
  unset?: Quirks['unsetReferences'];
}

/** A record as the API shows it: references expanded, unset members left out, custom fields complete. */
export function viewOf(context: ViewContext, entity: Entity, row: Row): Json {
  const shown: Json = { id: row.id };
  for (const field of Object.values(entity.fields)) {
    if (field.name === 'id' || field.isWriteOnly) continue;
    const value = COMPUTED[entity.name]?.[field.name]?.(context.store, row) ?? row.values[field.name];
    if (field.type === 'items')
      shown[field.name] = ((value as CommunicationItem[] | undefined) ?? []).map((item) => itemView(context, item));
    else if (field.type === 'types')
      shown[field.name] = ((value as { id: number }[] | undefined) ?? []).map((type) => referenceView(context, typeEntity(entity), type));
    else if (value === undefined || value === null) {
      if (field.type !== 'ref' || (context.unset ?? 'absent') === 'absent') continue;
      shown[field.name] = context.unset === 'info' ? { _info: {} } : {};
    } else if (field.type === 'ref') shown[field.name] = field.entity ? referenceView(context, entityOf(field.entity), value) : value;
    else shown[field.name] = value;
  }
  if (entity.customFieldPod) shown['customFields'] = customFieldsOf(context.store, entity, row);
  shown['_info'] = infoOf(context, entity, row);
  return shown;
}

function infoOf(context: ViewContext, entity: Entity, row: Row): Json {
  const info: Json = { lastUpdated: row.info.lastUpdated, updatedBy: row.info.updatedBy };
  if (entity.name === 'ticket' || entity.name === 'company') {
    info['dateEntered'] = row.info.dateEntered;
    info['enteredBy'] = row.info.enteredBy;
  }
  const own = `${context.base}/${hrefPath(entity, row)}`;
  if (entity.name === 'ticket') {
    for (const child of ['notes', 'tasks', 'timeentries', 'configurations']) info[`${child}_href`] = `${own}/${child}`;
  }
  if (entity.name === 'company') {
    info['contacts_href'] = `${context.base}/company/contacts?conditions=company/id=${row.id}`;
    info['notes_href'] = `${own}/notes`;
    info['sites_href'] = `${own}/sites`;
  }
  if (entity.name === 'agreement') info['additions_href'] = `${own}/additions`;
  if (entity.name === 'invoice') info['payments_href'] = `${own}/payments`;
  if (entity.name === 'project') info['phases_href'] = `${own}/phases`;
  if (entity.name === 'contact') info['communications_href'] = `${own}/communications`;
  return info;
}

function hrefPath(entity: Entity, row: Row): string {
  const parentId = entity.parent ? (refId(row.values[entity.parent.field]) ?? row.values[entity.parent.field]) : '';
  return `${entity.path.replace(':id', String(parentId))}/${row.id}`;
}

/** The object behind an entity's `types` array. */
export function typeEntity(entity: Entity): Entity {
  return entityOf(entity.name === 'company' ? 'companyType' : 'contactType');
}

/** The name shown for a record in a reference. */
export function nameOf(entity: Entity, row: Row): string {
  if (entity.name === 'contact') return [row.values['firstName'], row.values['lastName']].filter(Boolean).join(' ');
  if (entity.name === 'member') return `${String(row.values['firstName'])} ${String(row.values['lastName'])}`;
  return String(row.values[entity.nameField ?? 'name'] ?? '');
}

const HREF_KEYS: Record<string, string> = {
  boardStatus: 'status',
  companyStatus: 'status',
  boardType: 'type',
  companyType: 'type',
  contactType: 'type',
  communicationType: 'type',
  companySite: 'site',
  boardSubType: 'subType',
  boardItem: 'item',
  boardTeam: 'team',
  configurationStatus: 'status',
  configurationType: 'type',
  billingStatus: 'status',
  agreementType: 'type',
  projectStatus: 'status',
  projectType: 'type',
  projectPhase: 'phase',
  opportunityStage: 'stage',
  opportunityStatus: 'status',
  opportunityType: 'type',
  opportunityProbability: 'probability',
};

/** `{id, name, …, _info:{x_href}}`; a reference to a deleted record keeps its id only. */
export function referenceView(context: ViewContext, entity: Entity, value: unknown): Json {
  const id = refId(value);
  if (id === undefined) return {};
  const row = context.store.get(entity.name, id);
  if (!row) return { id };
  const shown: Json = { id };
  for (const member of entity.referenceMembers ?? []) shown[member] = row.values[member];
  shown['name'] = nameOf(entity, row);
  if (entity.name === 'boardStatus' || entity.name === 'priority') shown['sort'] = row.values['sortOrder'] ?? 0;
  if (entity.name === 'priority') shown['level'] = row.values['level'];
  if (entity.name === 'billingStatus') shown['isClosed'] = row.values['closedFlag'] === true;
  const key = HREF_KEYS[entity.name] ?? entity.name;
  shown['_info'] = { [`${key}_href`]: `${context.base}/${hrefPath(entity, row)}` };
  return shown;
}

/** A communication item with its kind and, for e-mail, its domain. */
export function itemView(context: ViewContext, item: CommunicationItem): Json {
  const kind = communicationKind(context.store, item.type.id);
  const shown: Json = { id: item.id, type: referenceView(context, entityOf('communicationType'), item.type), value: item.value };
  if (item.extension) shown['extension'] = item.extension;
  shown['defaultFlag'] = item.defaultFlag;
  if (kind === 'Email') shown['domain'] = item.value.slice(item.value.indexOf('@'));
  shown['communicationType'] = kind;
  return shown;
}

/** Email, Fax or Phone, by the flags of the type. */
export function communicationKind(store: Store, typeId: number): 'Email' | 'Fax' | 'Phone' {
  const type = store.get('communicationType', typeId);
  if (type?.values['emailFlag']) return 'Email';
  return type?.values['faxFlag'] ? 'Fax' : 'Phone';
}

/** Refuses `fields` with a name that the object does not have. */
export function refuseUnknownFields(entity: Entity, list: string): void {
  const known = new Set([...Object.keys(entity.fields), 'id', '_info', 'customFields'].map((name) => name.toLowerCase()));
  for (const path of list.split(',').map((item) => item.trim())) {
    const head = path.split('/')[0] ?? '';
    if (!known.has(head.toLowerCase())) throw badCondition(`${head} is not a recognized name.`);
  }
}

/** Picks `fields=id,name,status/id` out of a shown record; without the parameter nothing is dropped. */
export function pickFields(shown: Json, list: string | null): Json {
  if (!list) return shown;
  const picked: Json = {};
  for (const path of list
    .split(',')
    .map((item) => item.trim())
    .filter(Boolean))
    pick(shown, picked, path.split('/'));
  return picked;
}

function pick(from: Json, into: Json, path: string[]): void {
  const [head = '', ...rest] = path;
  const key = Object.keys(from).find((name) => name.toLowerCase() === head.toLowerCase());
  if (key === undefined) return;
  const value = from[key];
  if (rest.length === 0 || typeof value !== 'object' || value === null) {
    into[key] = value;
  } else if (Array.isArray(value)) {
    const before = into[key] as Json[] | undefined;
    into[key] = value.map((item: Json, index) => {
      const target = before?.[index] ?? {};
      pick(item, target, rest);
      return target;
    });
  } else {
    const target = (into[key] as Json | undefined) ?? {};
    pick(value as Json, target, rest);
    into[key] = target;
  }
}
