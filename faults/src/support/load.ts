/**
 * Sends events as their senders do: an event without an answer is sent again under the same delivery id, until it is
 * acknowledged.
 */
import { Agent, request } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import type { FaultWorkflow } from './bench.ts';

const agent = new Agent({ keepAlive: true, maxSockets: 64 });

/** An event and what became of sending it. */
export interface Sent {
  readonly id: string;
  /** The run it was acknowledged with; undefined when it never was. */
  readonly runId: string | undefined;
  /** Milliseconds from the first try to the acknowledgement. */
  readonly ms: number;
  /** Answers other than 2xx, and connections that broke. */
  readonly refusals: number;
}

export interface SendOptions {
  /** Ports of ingresses; each try takes the next. */
  readonly ports: readonly number[];
  readonly workflow: FaultWorkflow;
  readonly ids: readonly string[];
  /** Events at once. */
  readonly concurrency?: number;
  /** Events a second at most. */
  readonly perSecond?: number;
  /** How long an event is tried for. */
  readonly patienceMs?: number;
}

/** Sends events; resolves when each is acknowledged or given up. */
export async function send(options: SendOptions): Promise<Sent[]> {
  const results: Sent[] = [];
  const startedAt = performance.now();
  let next = 0;
  const lane = async (): Promise<void> => {
    while (next < options.ids.length) {
      const index = next;
      next += 1;
      if (options.perSecond !== undefined) {
        const waitMs = startedAt + (index / options.perSecond) * 1000 - performance.now();
        if (waitMs > 0) await delay(waitMs);
      }
      results.push(await sendOne(options, options.ids[index] as string, index));
    }
  };
  await Promise.all(Array.from({ length: options.concurrency ?? 16 }, lane));
  return results;
}

async function sendOne(options: SendOptions, id: string, index: number): Promise<Sent> {
  const startedAt = performance.now();
  const patienceMs = options.patienceMs ?? 60_000;
  for (let refusals = 0; ; refusals += 1) {
    const port = options.ports[(index + refusals) % options.ports.length] as number;
    const runId = await post({ port, token: options.workflow.hookToken, id }).catch(() => undefined);
    const ms = performance.now() - startedAt;
    if (runId !== undefined || ms > patienceMs) return { id, runId, ms, refusals };
    await delay(Math.min(1000, 20 * 2 ** Math.min(refusals, 6)));
  }
}

/** One delivery; gives its run, or throws when it was not acknowledged. */
export function post(delivery: {
  readonly port: number;
  readonly token: string;
  readonly id: string;
  readonly body?: string;
}): Promise<string> {
  return new Promise((resolve, reject) => {
    const sending = request(
      {
        agent,
        host: '127.0.0.1',
        port: delivery.port,
        method: 'POST',
        path: `/hooks/${delivery.token}`,
        headers: { 'content-type': 'application/json', 'idempotency-key': delivery.id },
        timeout: 20_000,
      },
      (response) => {
        let text = '';
        response.on('data', (chunk: Buffer) => (text += chunk.toString()));
        response.on('end', () => {
          const status = response.statusCode ?? 0;
          if (status < 200 || status > 299) return reject(new Error(`Answered ${status}: ${text}`));
          resolve((JSON.parse(text) as { runId: string }).runId);
        });
        response.on('error', reject);
      },
    );
    sending.on('error', reject);
    sending.on('timeout', () => sending.destroy(new Error('No answer')));
    sending.end(delivery.body ?? JSON.stringify({ id: delivery.id }));
  });
}

/** Ids that no other test uses. */
export function idsOf(prefix: string, count: number): string[] {
  return Array.from({ length: count }, (_, index) => `${prefix}-${index}`);
}
