/**
 * A TCP proxy that can do to connections what networks do: cut them, swallow everything without a word (a half-open
 * connection), delay, or lose the one answer that tells of a commit.
 */
import { connect, createServer } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';

/** A proxy before one server. */
export interface Proxy {
  readonly port: number;
  /** Ends all connections; new ones are taken. */
  cut(): void;
  /** Until `open`: nothing passes in either direction, and nobody is told. */
  swallow(): void;
  /** Until `open`: new connections are refused, those that are there are ended. */
  close(): void;
  open(): void;
  /** Connections from now on go to another server on this machine; those that are there are ended. */
  redirect(port: number): void;
  /**
   * Waits for bytes on their way to the server that contain `text`, lets them through, and ends the connection as soon as
   * the server answers: it did what it was asked, and nobody hears of it. `times` connections, one after another.
   */
  loseAnswersTo(text: string, times: number): void;
  /** Answers that were lost so far. */
  readonly lost: number;
  stop(): Promise<void>;
}

/** Starts a proxy before a server on this machine. */
export async function startProxy(firstPort: number): Promise<Proxy> {
  let targetPort = firstPort;
  const pairs = new Set<readonly [Socket, Socket]>();
  let state: 'open' | 'swallowing' | 'closed' = 'open';
  let losing: { readonly text: Buffer; left: number } | undefined;
  let lost = 0;
  const server = createServer((client) => {
    if (state === 'closed') return void client.destroy();
    const upstream = connect(targetPort, '127.0.0.1');
    const pair = [client, upstream] as const;
    pairs.add(pair);
    let isDoomed = false;
    const end = (): void => {
      pairs.delete(pair);
      client.destroy();
      upstream.destroy();
    };
    for (const socket of pair) {
      socket.setNoDelay(true);
      socket.on('error', end);
      socket.on('close', end);
    }
    client.on('data', (chunk: Buffer) => {
      if (state === 'swallowing') return;
      if (losing && losing.left > 0 && chunk.includes(losing.text)) {
        losing.left -= 1;
        isDoomed = true;
      }
      upstream.write(chunk);
    });
    upstream.on('data', (chunk: Buffer) => {
      if (state === 'swallowing') return;
      if (!isDoomed) return void client.write(chunk);
      lost += 1;
      end();
    });
  });
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const cut = (): void => {
    for (const [client, upstream] of pairs) {
      client.destroy();
      upstream.destroy();
    }
    pairs.clear();
  };
  return {
    port,
    cut,
    swallow: () => (state = 'swallowing'),
    close: () => {
      state = 'closed';
      cut();
    },
    open: () => {
      // What was swallowed is missing in the middle: such connections are of no use any more.
      if (state === 'swallowing') cut();
      state = 'open';
    },
    redirect: (other) => {
      targetPort = other;
      cut();
    },
    loseAnswersTo: (text, times) => (losing = { text: Buffer.from(text), left: times }),
    get lost() {
      return lost;
    },
    stop: async () => {
      cut();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
