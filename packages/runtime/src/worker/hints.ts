/** Hearing the bell. A worker takes runs before it does: those that are handed over, and those it finds by looking every second. */
import { setTimeout as delay } from 'node:timers/promises';
import type { HintQueue, Listening } from '@weft/queue';
import type { Logger } from '../logger.ts';

/** When a worker that has just started begins to listen: what it loads for that would hold up its first runs. */
const FIRST_MS = 500;
const AGAIN_MS = 5000;

/** Listens from soon on, and goes on trying while that cannot be done. */
export function listenForHints(options: { readonly queue: HintQueue; readonly log: Logger; readonly onHint: () => Promise<void> }): {
  close(): Promise<void>;
} {
  const { queue, log, onHint } = options;
  const closing = new AbortController();
  const { signal } = closing;
  const listen = async (): Promise<Listening> => {
    for (let pause = FIRST_MS; ; pause = AGAIN_MS) {
      await delay(pause, undefined, { signal });
      try {
        return await queue.listen(onHint);
      } catch (error) {
        log.warn('Hints cannot be heard; runs are looked for every second', { error });
      }
    }
  };
  const listening = listen().catch(() => undefined); // closed before
  return {
    close: async () => {
      closing.abort();
      await (await listening)?.close();
    },
  };
}
