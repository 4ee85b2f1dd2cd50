/** A vendor that answers after a while. A process of its own: what it costs belongs to neither side. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { VENDOR_MS } from './workloads.ts';

const server = createServer((request, response) => {
  request.resume();
  setTimeout(() => {
    const text = JSON.stringify({ ok: true, at: request.url, stock: 17, warehouse: 'Stuttgart', updatedAt: '2026-11-22T09:30:00Z' });
    response.writeHead(200, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) });
    response.end(text);
  }, VENDOR_MS);
});
server.keepAliveTimeout = 60_000;
server.listen(0, '127.0.0.1', () => process.send?.({ ready: true, port: (server.address() as AddressInfo).port }));
process.on('disconnect', () => process.exit(0));
