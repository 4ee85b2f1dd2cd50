/**
 * A vendor that counts every effect. `POST /keyed/<id>/<step>` heeds the header `idempotency-key`: the same key is applied
 * once. `POST /blind/<id>/<step>` applies whatever comes. What it did is on record, whether or not anybody heard the answer.
 */
import { createServer } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';

/** What the vendor does instead of answering as usual; the first that matches a call is used up by it. */
export interface Behaviour {
  readonly when: (path: string) => boolean;
  /** Calls it holds for; for ever when absent. */
  times?: number;
  /** Milliseconds before it answers. */
  readonly delayMs?: number;
  /** Answered in place of 200; nothing is applied. */
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** Applies the effect and ends the connection without an answer. */
  readonly resetAfter?: boolean;
  /** Never answers. */
  readonly hang?: boolean;
  /** Told of the call before anything is done, with the port it comes from. */
  readonly onCall?: (remotePort: number) => void;
}

/** One call that arrived. */
export interface Call {
  readonly path: string;
  readonly key: string | undefined;
  /** Monotonic milliseconds. */
  readonly at: number;
  readonly applied: boolean;
}

export interface Vendor {
  readonly url: string;
  readonly calls: readonly Call[];
  /** Effects that were applied, by `<id>/<step>`: how often. */
  readonly effects: ReadonlyMap<string, number>;
  /** Calls of a key that had been applied before, and were answered without doing it again. */
  readonly absorbed: number;
  behave(behaviour: Behaviour): void;
  /** Usual answers from now on. */
  behaveWell(): void;
  /** Milliseconds before each usual answer. */
  latencyMs: number;
  reset(): void;
  stop(): Promise<void>;
}

/** Answers that are hard to keep, by the word in the path. */
function oddBody(path: string): string | undefined {
  if (!path.startsWith('/read/')) return undefined;
  if (path.includes('nul')) return '{"text":"a\\u0000b","\\u0000":1}';
  if (path.includes('surrogate')) return '{"text":"\\ud800"}';
  if (path.includes('deep')) return `${'['.repeat(100_000)}${']'.repeat(100_000)}`;
  if (path.includes('number')) return '{"large":1e200000,"long":123456789012345678901234567890}';
  if (path.includes('html')) return '<html><body>Bad gateway</body></html>';
  return undefined;
}

/** Starts the vendor. */
export async function startVendor(): Promise<Vendor> {
  let calls: Call[] = [];
  let behaviours: Behaviour[] = [];
  let absorbed = 0;
  const effects = new Map<string, number>();
  const applied = new Map<string, string>();

  const apply = (path: string, key: string | undefined): boolean => {
    const [, kind, id, step] = path.split('/');
    if (kind === 'keyed' && key !== undefined) {
      if (applied.has(key)) {
        absorbed += 1;
        return false;
      }
      applied.set(key, path);
    }
    if (kind === 'keyed' || kind === 'blind') {
      const effect = `${id}/${step}`;
      effects.set(effect, (effects.get(effect) ?? 0) + 1);
    }
    return true;
  };
  const behaviourFor = (path: string): Behaviour | undefined => {
    const found = behaviours.find((behaviour) => behaviour.when(path) && behaviour.times !== 0);
    if (found?.times !== undefined) found.times -= 1;
    return found;
  };
  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    for await (const _ of request); // the body is of no interest
    const path = (request.url ?? '').split('?')[0] ?? '';
    const key = request.headers['idempotency-key'] as string | undefined;
    const behaviour = behaviourFor(path);
    behaviour?.onCall?.(request.socket.remotePort ?? 0);
    const isRefused = behaviour?.status !== undefined && behaviour.status >= 400;
    const isApplied = !isRefused && behaviour?.hang !== true && apply(path, key);
    calls.push({ path, key, at: performance.now(), applied: isApplied });
    if (behaviour?.hang) return;
    const waitMs = behaviour?.delayMs ?? vendor.latencyMs;
    if (waitMs > 0) await delay(waitMs);
    if (behaviour?.resetAfter) return void request.socket.destroy();
    const odd = oddBody(path);
    if (odd !== undefined) {
      response.writeHead(200, { 'content-type': path.includes('html') ? 'text/html' : 'application/json' });
      return void response.end(odd);
    }
    response.writeHead(behaviour?.status ?? 200, { 'content-type': 'application/json', ...behaviour?.headers });
    response.end(JSON.stringify({ path, applied: isApplied }));
  };
  const server = createServer((request, response) => void answer(request, response).catch(() => response.destroy()));
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', 1024, resolve));
  const { port } = server.address() as AddressInfo;
  const vendor: Vendor = {
    url: `http://127.0.0.1:${port}`,
    get calls() {
      return calls;
    },
    effects,
    get absorbed() {
      return absorbed;
    },
    behave: (behaviour) => void behaviours.push({ ...behaviour }),
    behaveWell: () => (behaviours = []),
    latencyMs: 0,
    reset: () => {
      calls = [];
      behaviours = [];
      absorbed = 0;
      vendor.latencyMs = 0;
      effects.clear();
      applied.clear();
    },
    stop: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  return vendor;
}
