/** A vendor whose answers can be held back until a test lets them go. */
import { createServer } from 'node:http';
import type { ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface HeldVendor {
  readonly url: string;
  /** How many requests are held now. */
  readonly held: number;
  /** From here on requests are held. */
  hold(): void;
  /** Answers what is held, and everything at once from here on. */
  letGo(): void;
  stop(): void;
}

/** Starts one; `answer` is how it answers. */
export async function startHeldVendor(answer: (response: ServerResponse) => void): Promise<HeldVendor> {
  const held: ServerResponse[] = [];
  let isHolding = false;
  const server = createServer((_request, response) => {
    if (isHolding) held.push(response);
    else answer(response);
  });
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    get held() {
      return held.length;
    },
    hold: () => void (isHolding = true),
    letGo: () => {
      isHolding = false;
      for (const response of held.splice(0)) answer(response);
    },
    stop: () => void server.close(),
  };
}
