/**
 * The web process: one public port for everything a browser or a vendor reaches.
 *
 * `/hooks/*` and `/resume/*` go to the ingress and `/demo/*` to the demo systems, both as streams of bytes, untouched; all else is
 * Next's. Before it is ready it makes sure that there is a workspace, and an administrator and a token if the environment
 * asks for them.
 */
import { createServer } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import next from 'next';
import { giveBackStartMemory } from '@weft/runtime';
import { bootstrapInstance } from './bootstrap.ts';
import { forward } from './forward.ts';
import { guardHeaders } from './security-headers.ts';

const appDir = join(dirname(fileURLToPath(import.meta.url)), '../..');
// Built code stands in another folder than its sources; what ships beside them is found from here.
const isDev = process.argv.includes('--dev') || process.env['NODE_ENV'] === 'development';

function log(level: 'info' | 'error', message: string, facts: Record<string, unknown> = {}): void {
  process.stdout.write(`${JSON.stringify({ time: new Date().toISOString(), level, process: 'web', message, ...facts })}\n`);
}

async function main(): Promise<void> {
  const host = process.env['WEFT_HOST'] ?? '127.0.0.1';
  const port = Number(process.env['WEFT_PORT'] ?? 7263);
  await bootstrapInstance();

  const server = createServer();
  const app = next({ dev: isDev, dir: appDir, hostname: host, port, httpServer: server, quiet: true });
  const handle = app.getRequestHandler();
  await app.prepare();
  const onUpgrade = isDev ? app.getUpgradeHandler() : undefined;

  server.on('request', (request: IncomingMessage, response: ServerResponse) => {
    const target = targetOf(request.url ?? '/');
    if (target) return forward({ request, response, target });
    guardHeaders(request, response, isDev);
    handle(request, response).catch((error: unknown) => {
      // Without the query: it may hold what a vendor's sign-in page has sent.
      log('error', 'A request failed', { path: request.url?.split('?')[0], error: error instanceof Error ? error.stack : String(error) });
      if (!response.headersSent) response.writeHead(500);
      response.end();
    });
  });
  server.on('upgrade', (request, socket, head) => {
    if (onUpgrade) void onUpgrade(request, socket, head);
    else socket.destroy();
  });

  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => resolve());
  });
  const actualPort = (server.address() as AddressInfo).port;
  log('info', 'ready', { host, port: actualPort });
  process.send?.({ ready: true, port: actualPort });
  giveBackStartMemory();

  let isStopping = false;
  const stop = (): void => {
    if (isStopping) return;
    isStopping = true;
    // Streams such as event feeds never end by themselves: they get a moment, then their sockets are closed.
    setTimeout(() => server.closeAllConnections(), 3000).unref();
    server.close(() => {
      void app.close().finally(() => process.exit(0));
    });
    server.closeIdleConnections();
  };
  process.on('SIGTERM', stop);
  process.on('SIGINT', stop);
  process.on('disconnect', stop);
}

/** Where a path is served when it is not ours. */
function targetOf(path: string): string | undefined {
  if (path.startsWith('/hooks/') || path.startsWith('/resume/')) return process.env['WEFT_INGRESS_URL'];
  const isDemo = path === '/demo' || path.startsWith('/demo/') || path.startsWith('/demo?');
  return isDemo && process.env['WEFT_DEMO'] === '1' ? process.env['WEFT_SANDBOX_URL'] : undefined;
}

await main().catch((error: unknown) => {
  log('error', 'could not start', { error: error instanceof Error ? error.stack : String(error) });
  process.exit(1);
});
