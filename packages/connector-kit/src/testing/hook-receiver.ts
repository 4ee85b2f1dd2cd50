/** The door at which a vendor's deliveries arrive in tests: keeps each as it came, byte for byte, and says yes. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { HookRequest } from '../connector.ts';

export interface HookReceiver {
  /** To be registered. */
  readonly hookUrl: string;
  /** What has arrived since it was last asked for, the oldest first. */
  take(): readonly HookRequest[];
  close(): Promise<void>;
}

/** Opens one on this machine. */
export async function startHookReceiver(): Promise<HookReceiver> {
  let arrived: HookRequest[] = [];
  const server = createServer((message, response) => {
    const chunks: Buffer[] = [];
    message.on('data', (chunk: Buffer) => chunks.push(chunk));
    message.on('end', () => {
      const url = new URL(message.url ?? '/', 'http://hook');
      arrived.push({
        method: message.method ?? 'POST',
        path: url.pathname,
        query: Object.fromEntries(url.searchParams),
        headers: Object.fromEntries(Object.entries(message.headers).map(([name, value]) => [name, String(value)])),
        rawBody: new Uint8Array(Buffer.concat(chunks)),
      });
      response.writeHead(200).end();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    hookUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}/hooks/contract`,
    take() {
      const taken = arrived;
      arrived = [];
      return taken;
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
