/**
 * Passes a request on as it came and the answer back as it comes: no body is read, changed or held, so signatures over
 * raw bytes stay true and event streams flow.
 */
import { request as httpRequest } from 'node:http';
import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http';

// Belong to one connection, not to the message (RFC 9110, 7.6.1).
const HOP_HEADERS = new Set(['connection', 'keep-alive', 'proxy-authenticate', 'proxy-authorization', 'proxy-connection', 'te', 'trailer', 'transfer-encoding', 'upgrade']);

/** Forwards one request to `target`, an origin such as `http://127.0.0.1:7264`. */
export function forward({ request, response, target }: { request: IncomingMessage; response: ServerResponse; target: string }): void {
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

function endToEnd(headers: IncomingHttpHeaders): Record<string, string | string[]> {
  const dropped = new Set([...HOP_HEADERS, ...String(headers.connection ?? '').toLowerCase().split(',').map((name) => name.trim())]);
  return Object.fromEntries(Object.entries(headers).flatMap(([name, value]) => (value === undefined || dropped.has(name) ? [] : [[name, value]])));
}
