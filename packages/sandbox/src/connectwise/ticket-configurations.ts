import type { ApiReply, ApiRequest, Json } from '../http.ts';
import { ConnectWiseError, invalidObject, recordNotFound } from './errors.ts';
import { objectBody, parseJson } from './json-body.ts';
import type { Route } from './routes.ts';
import { shownList } from './shown-list.ts';
import { refId, type Row, type Store } from './store.ts';

/** What conditions may speak about. */
const NAMES = { id: 'numeric', deviceidentifier: 'string' } as const;

/** Kept on the ticket itself: ids of configurations, in the order in which they were added. */
const MEMBER = '_configurations';

/** The configurations of a ticket. */
export function configurationsOf(ticket: Row): number[] {
  return (ticket.values[MEMBER] as number[] | undefined) ?? [];
}

/** /service/tickets/{id}/configurations: which of the company's devices a ticket is about. Ids are those of the devices. */
export function ticketConfigurationsReply(
  store: Store,
  given: { request: ApiRequest; route: Route; base: string; actor: string },
): ApiReply {
  const { request, route } = given;
  const ticket = store.get('ticket', route.parentId ?? -1);
  if (!ticket) throw recordNotFound('Ticket', route.parentId ?? '');
  const ids = configurationsOf(ticket);
  const show = (id: number): Json & { id: number } => ({
    id,
    deviceIdentifier: store.get('configuration', id)?.values['deviceIdentifier'] ?? '',
    _info: { name: store.get('configuration', id)?.values['name'], configuration_href: `${given.base}/company/configurations/${id}` },
  });
  const save = (changed: number[]) =>
    store.commit('ticket', { ...ticket, values: { ...ticket.values, [MEMBER]: changed } }, { actor: given.actor });
  if (request.method === 'GET' && (route.kind === 'count' || route.kind === 'list'))
    return shownList(request, { items: ids.map(show), names: NAMES, kind: route.kind });
  if (route.kind === 'list' && request.method === 'POST') {
    const id = addedId(store, objectBody(parseJson(request.body), 'ConfigurationReference'));
    if (!ids.includes(id)) save([...ids, id]);
    return { status: 201, body: show(id) };
  }
  if (route.kind === 'record' && (request.method === 'GET' || request.method === 'DELETE')) {
    const id = route.id ?? 0;
    if (!ids.includes(id)) throw recordNotFound('Configuration', id);
    if (request.method === 'GET') return { status: 200, body: show(id) };
    save(ids.filter((other) => other !== id));
    return { status: 204 };
  }
  throw new ConnectWiseError(405, {
    code: 'ConnectWiseApi',
    message: `The requested resource does not support http method '${request.method}'.`,
  });
}

function addedId(store: Store, body: Json): number {
  const resource = 'configurationReference';
  const id = refId({ id: Number(body['id'] ?? Number.NaN) });
  if (body['id'] === undefined || id === undefined || Number.isNaN(id))
    throw invalidObject(resource, [
      { code: 'MissingRequiredField', message: 'id or deviceIdentifier is required.', resource, field: 'id' },
    ]);
  if (!store.get('configuration', id))
    throw invalidObject(resource, [{ code: 'NotFound', message: `Configuration ${id} not found`, resource, field: 'id' }]);
  return id;
}
