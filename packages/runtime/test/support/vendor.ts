/**
 * A web service that remembers every call. Paths under `/hold/` are answered only when they are let go.
 */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface VendorCall {
  readonly method: string;
  readonly path: string;
  readonly body: string;
}

export interface Vendor extends AsyncDisposable {
  readonly host: string;
  readonly url: string;
  readonly calls: readonly VendorCall[];
  count(path: string): number;
  /** Answers the calls that are held, and those that come from now on. */
  letGo(): void;
  hold(): void;
}

export async function startVendor(): Promise<Vendor> {
  const calls: VendorCall[] = [];
  const held = new Set<() => void>();
  let isHolding = true;
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
    const path = request.url ?? '';
    calls.push({ method: request.method ?? '', path, body: Buffer.concat(chunks).toString('utf8') });
    if (isHolding && path.startsWith('/hold/')) {
      await new Promise<void>((resolve) => {
        held.add(resolve);
        response.on('close', resolve);
      });
    }
    const fails = /^\/fail\/(\d+)\/(\d+)/.exec(path);
    const status = fails && calls.filter((call) => call.path === path).length <= Number(fails[2]) ? Number(fails[1]) : 200;
    response.writeHead(status, { 'content-type': 'application/json', ...(status === 429 ? { 'retry-after': '3' } : {}) });
    response.end(JSON.stringify({ call: calls.length, path }));
  });
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    host: `127.0.0.1:${port}`,
    url: `http://127.0.0.1:${port}`,
    calls,
    count: (path) => calls.filter((call) => call.path === path).length,
    letGo: () => {
      isHolding = false;
      for (const resolve of held) resolve();
      held.clear();
    },
    hold: () => (isHolding = true),
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
