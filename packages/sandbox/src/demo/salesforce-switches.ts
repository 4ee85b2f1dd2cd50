import { isObject, type ApiReply, type Json } from '../http.ts';
import type { Salesforce } from '../salesforce/api.ts';

/** `/demo/api/salesforce/…`: what an administrator would do in Setup, for tests and for the curious. */
export function salesforceSwitch(salesforce: Salesforce, method: string, given: { path: string; body: Json }): ApiReply | undefined {
  const { sessions } = salesforce;
  const { path, body } = given;
  if (method === 'POST' && path === 'sessions/expire') {
    // Access tokens end; with `refreshTokens` nobody can renew them either.
    sessions.expireAll({ isWithRefreshTokens: body['refreshTokens'] === true });
    return { status: 204 };
  }
  if (method === 'POST' && path === 'certificate') {
    // The key or certificate, as PEM, that the app signs its JWT assertions with.
    sessions.registerKey(String(body['pem'] ?? ''));
    return { status: 204 };
  }
  if (method === 'POST' && path === 'quota') {
    // Requests counted as used in the last 24 hours, and allowed.
    for (const name of ['used', 'limit'] as const) if (typeof body[name] === 'number') salesforce.quota[name] = body[name];
    return { status: 200, body: salesforce.quota };
  }
  if (method === 'POST' && path === 'change-events') {
    // A gap event: changeType is GAP_CREATE, GAP_UPDATE, GAP_DELETE, GAP_UNDELETE or GAP_OVERFLOW.
    const ids = Array.isArray(body['recordIds']) ? body['recordIds'].map(String) : [];
    const event = salesforce.changeEvents.gap(String(body['entityName']), String(body['changeType'] ?? 'GAP_UPDATE'), ids);
    return { status: 201, body: { replayId: event.replayId } };
  }
  const [head, id] = path.split('/');
  if (head === 'outbound-messages') return outbound(salesforce, { method, id, body });
  if (method === 'GET' && path === '')
    return { status: 200, body: { quota: salesforce.quota, hasCertificate: sessions.publicKey !== undefined } };
  return undefined;
}

function outbound(salesforce: Salesforce, given: { method: string; id: string | undefined; body: Json }): ApiReply | undefined {
  const { method, id, body } = given;
  if (method === 'GET') return { status: 200, body: { messages: salesforce.outbound.list(), deliveries: salesforce.outbound.deliveries } };
  if (method === 'DELETE' && id !== undefined) {
    salesforce.outbound.remove(id);
    return { status: 204 };
  }
  if (method !== 'POST') return undefined;
  const message = salesforce.outbound.add({
    object: String(body['object']),
    url: String(body['url']),
    fields: Array.isArray(body['fields']) ? body['fields'].map(String) : [],
    event: body['event'] === 'created' ? 'created' : 'createdOrUpdated',
    ...(typeof body['when'] === 'string' ? { when: body['when'] } : {}),
  });
  return { status: 201, body: message };
}

/** The body of a demo call as an object; anything else counts as empty. */
export function objectBody(text: string): Json {
  const body: unknown = JSON.parse(text || '{}');
  return isObject(body) ? body : {};
}
