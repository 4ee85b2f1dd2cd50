import type { ApiReply, ApiRequest, Json } from '../http.ts';
import { communicationItem } from './assign.ts';
import type { ValueType } from './condition-match.ts';
import { entityOf } from './entities.ts';
import { invalidObject, noEndpoint, recordNotFound, type ValidationError } from './errors.ts';
import { objectBody, parseJson } from './json-body.ts';
import type { Records, WriteContext } from './records.ts';
import type { Route } from './routes.ts';
import { shownList } from './shown-list.ts';
import type { CommunicationItem, Row, Store } from './store.ts';
import { itemView } from './view.ts';

/** What conditions may speak about. */
const NAMES: Readonly<Record<string, ValueType>> = {
  id: 'numeric',
  contactid: 'numeric',
  value: 'string',
  extension: 'string',
  defaultflag: 'boolean',
  domain: 'string',
  communicationtype: 'string',
  'type/id': 'numeric',
  'type/name': 'string',
  lastupdated: 'datetime',
  '_info/lastupdated': 'datetime',
};

interface Emulator {
  store: Store;
  records: Records;
}

/** /company/contacts/{id}/communications: a second door to the contact's communicationItems. */
export function communicationsReply(
  connectwise: Emulator,
  given: { request: ApiRequest; route: Route; base: string; context: WriteContext },
): ApiReply {
  const { request, route } = given;
  const contact = connectwise.store.get('contact', route.parentId ?? -1);
  if (!contact) throw recordNotFound('Contact', route.parentId ?? '');
  const items = itemsOf(contact);
  const show = (item: CommunicationItem): Json & { id: number } => ({
    id: item.id,
    ...itemView({ store: connectwise.store, base: given.base }, item),
    contactId: contact.id,
    _info: { lastUpdated: contact.info.lastUpdated, updatedBy: contact.info.updatedBy },
  });
  const save = (changed: unknown[]) =>
    itemsOf(
      connectwise.records.patch('contact', contact.id, {
        operations: [
          { op: 'replace', path: 'communicationItems', value: changed },
          { op: 'replace', path: 'customFields', value: [] },
        ],
        context: given.context,
      }),
    );

  if (request.method === 'GET' && (route.kind === 'count' || route.kind === 'list'))
    return shownList(request, { items: items.map(show), names: NAMES, kind: route.kind });
  if (route.kind === 'list') {
    const before = new Set(items.map((item) => item.id));
    const body = objectBody(parseJson(request.body), 'ContactCommunication');
    check(connectwise, contact, body);
    const created = save([...items, { ...body, id: 0 }]).find((item) => !before.has(item.id));
    return created
      ? { status: 201, body: show(created) }
      : { status: 500, body: { code: 'ConnectWiseApi', message: 'An error occurred.' } };
  }
  const item = items.find((candidate) => candidate.id === route.id);
  if (!item) throw recordNotFound('Contact Communication', route.id ?? '');
  if (request.method === 'GET') return { status: 200, body: show(item) };
  if (request.method === 'DELETE') {
    save(items.filter((other) => other !== item));
    return { status: 204 };
  }
  if (request.method !== 'PATCH' && request.method !== 'PUT') throw noEndpoint();
  const body = parseJson(request.body);
  const next = request.method === 'PUT' ? objectBody(body, 'ContactCommunication') : patched(item, body);
  check(connectwise, contact, next);
  const saved = save(items.map((other) => (other === item ? { ...next, id: item.id } : other))).find((other) => other.id === item.id);
  return { status: 200, body: show(saved ?? item) };
}

function itemsOf(contact: Row): CommunicationItem[] {
  return (contact.values['communicationItems'] as CommunicationItem[] | undefined) ?? [];
}

/** Problems of one item are told about the item, not about the contact. */
function check(connectwise: Emulator, contact: Row, body: Json): void {
  const errors: ValidationError[] = [];
  communicationItem(
    { store: connectwise.store, entity: entityOf('contactCommunication'), row: contact, errors, writeOnly: {}, raw: '' },
    body,
  );
  if (errors.length > 0) throw invalidObject('contactCommunication', errors);
}

function patched(item: CommunicationItem, body: unknown): Json {
  const next: Json = { ...item };
  for (const operation of Array.isArray(body) ? (body as Json[]) : []) {
    const path = String(operation['path']).replace(/^\//, '');
    next[path] = operation['op'] === 'remove' ? null : operation['value'];
  }
  return next;
}
