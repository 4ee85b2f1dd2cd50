/**
 * Passes a request on as it came and the answer back as it comes: no body is read, changed or held, so signatures over
 * raw bytes stay true and event streams flow.
 */
import { request as httpRequest } from 'node:http';
import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http';

// Belong to one connection, not to the message (RFC 9110, 7.6.1).
const HOP_HEADERS = new Set([
  'connection',
  'keep-alive',
  'proxy-authenticate',
  'proxy-authorization',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
]);

/** Largest body that is passed on: the ingress takes as much. */
const MAX_BODY_BYTES = 10 * 1024 * 1024;

/**
 * Forwards one request to `target`, an origin such as `http://127.0.0.1:7264`. A body announced as larger than the other
 * side takes is refused here: it would hang up in the middle, and its reason would be lost with the connection.
 */
export function forward({ request, response, target }: { request: IncomingMessage; response: ServerResponse; target: string }): void {
  if (Number(request.headers['content-length'] ?? 0) > MAX_BODY_BYTES) return refuseLarge(request, response);
  const origin = new URL(target);
  const headers = endToEnd(request.headers);
  // A session of ours is nobody else's business.
  delete headers['cookie'];
  headers['x-forwarded-for'] = request.socket.remoteAddress ?? '';
  headers['x-forwarded-host'] = request.headers.host ?? '';
  const upstream = httpRequest({
    host: origin.hostname,
    port: origin.port,
    method: request.method,
    path: request.url,
    headers,
  });
  upstream.on('response', (answer) => {
    response.writeHead(answer.statusCode ?? 502, answer.statusMessage, endToEnd(answer.headers));
    response.flushHeaders();
    answer.pipe(response);
    answer.on('error', () => response.destroy());
  });
  upstream.on('error', () => {
    if (response.headersSent) return void response.destroy();
    const message = 'The part of Weft that answers here is not running or starting again; try again in a few seconds.';
    response.writeHead(503, { 'content-type': 'application/json', 'retry-after': '5' });
    response.end(JSON.stringify({ error: { class: 'transient', code: 'unavailable', message } }));
  });
  response.on('close', () => {
    if (!response.writableFinished) upstream.destroy();
  });
  request.pipe(upstream);
}

function refuseLarge(request: IncomingMessage, response: ServerResponse): void {
  const message = `The body is larger than ${MAX_BODY_BYTES / 1024 / 1024} MB, the most a hook takes. Send a reference to the data instead.`;
  // Read to its end and dropped: who is still sending would not see an answer.
  request.resume();
  request.once('end', () => {
    response.writeHead(413, { 'content-type': 'application/json', connection: 'close' });
    response.end(JSON.stringify({ error: { class: 'invalid', code: 'too_large', message } }));
  });
}

function endToEnd(headers: IncomingHttpHeaders): Record<string, string | string[]> {
  const dropped = new Set([
    ...HOP_HEADERS,
    ...String(headers.connection ?? '')
      .toLowerCase()
      .split(',')
      .map((name) => name.trim()),
  ]);
  return Object.fromEntries(
    Object.entries(headers).flatMap(([name, value]) => (value === undefined || dropped.has(name) ? [] : [[name, value]])),
  );
}
