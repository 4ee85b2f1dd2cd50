import { isObject, type ApiReply, type Json } from '../http.ts';
import { requestError, SalesforceError } from './errors.ts';
import type { SalesforceStore } from './store.ts';

/** Runs POST /composite: up to 25 requests in order, each may name earlier answers as `@{ref.path}`. */
export function compositeReply(store: SalesforceStore, body: Json, run: Run): ApiReply {
  const requests = Array.isArray(body['compositeRequest']) ? (body['compositeRequest'] as Json[]) : [];
  if (requests.length > 25) throw requestError(400, 'INVALID_INPUT', 'Composite requests are limited to 25 subrequests');
  const transaction = store.begin();
  const responses = runAll(requests, { run, undo: transaction.rollback });
  if (body['allOrNone'] === true && responses.some((response) => response.httpStatusCode >= 400)) {
    transaction.rollback();
    for (const response of responses) {
      if (response.httpStatusCode >= 400) continue;
      Object.assign(response, {
        body: [
          {
            errorCode: 'PROCESSING_HALTED',
            message: 'The transaction was rolled back since another operation in the same transaction failed.',
          },
        ],
        httpHeaders: {},
        httpStatusCode: 400,
      });
    }
  } else transaction.commit();
  return { status: 200, body: { compositeResponse: responses } };
}

type Run = (subrequest: { method: string; url: string; body: string }) => ApiReply;

function runAll(requests: Json[], given: { run: Run; undo: () => void }) {
  const known: Json = {};
  try {
    return requests.map((item) => {
      const referenceId = String(item['referenceId']);
      const filled = fillOrNot(item, known);
      // What an earlier request did not give halts this one; the others go on.
      if ('halted' in filled) return { body: filled.halted, httpHeaders: {}, httpStatusCode: 400, referenceId };
      const { method, url, body } = filled.request;
      const reply = given.run({
        method: String(method).toUpperCase(),
        url: String(url),
        body: body === undefined ? '' : JSON.stringify(body),
      });
      if (reply.status < 300) known[referenceId] = reply.body;
      const location = reply.status === 201 && isObject(reply.body) ? { Location: `${String(url)}/${String(reply.body['id'])}` } : {};
      return { body: reply.body ?? null, httpHeaders: location, httpStatusCode: reply.status, referenceId };
    });
  } catch (error) {
    given.undo();
    throw error;
  }
}

function fillOrNot(item: Json, known: Json): { request: Json } | { halted: unknown } {
  try {
    return { request: fill(item, known) as Json };
  } catch (error) {
    if (!(error instanceof SalesforceError)) throw error;
    return { halted: error.problems };
  }
}

/** Replaces `@{ref.a.b}` in every string. */
function fill(value: unknown, known: Json): unknown {
  if (typeof value === 'string') return value.replace(/@\{([^}]+)\}/g, (_, path: string) => String(read(known, path)));
  if (Array.isArray(value)) return value.map((item) => fill(item, known));
  return isObject(value) ? Object.fromEntries(Object.entries(value).map(([name, item]) => [name, fill(item, known)])) : value;
}

function read(known: Json, path: string): unknown {
  let current: unknown = known;
  for (const part of path.split('.')) {
    const [, name = part, index] = /^(\w+)\[(\d+)\]$/.exec(part) ?? [];
    current = isObject(current) ? current[name] : undefined;
    if (index !== undefined) current = Array.isArray(current) ? current[Number(index)] : undefined;
  }
  if (current === undefined)
    throw requestError(400, 'PROCESSING_HALTED', `Invalid reference specified. No value for ${path} found in ${path.split('.')[0]}`);
  return current;
}
