/** Sitting out a short wait that a service asks for in the middle of a list. */
import { setTimeout as sleep } from 'node:timers/promises';
import { WeftError, retryAfterOf, type CallContext, type HttpResponse } from '@weft/connector-kit';
import { send, type Request } from './client.ts';

/** Longer ones free the worker: the step fails as throttled and is tried again from the first page. */
const LONGEST_MS = 20_000;
/** Together, within the two minutes a step has. */
const TOGETHER_MS = 60_000;
const LEAST_COUNTED_MS = 2000;

/** Makes a sender that waits as `Retry-After` says and asks again, while the waits of all its requests stay short. */
export function patientSender(context: CallContext): (request: Request) => Promise<HttpResponse> {
  let waitedMs = 0;
  return async (request) => {
    for (;;) {
      const response = await send(context, request);
      if (response.status !== 429 && response.status !== 503) return response;
      const waitMs = retryAfterOf(response.headers, context.now());
      // A service that says "0" again and again must not keep us busy for ever.
      const counted = Math.max(waitMs ?? 0, LEAST_COUNTED_MS);
      if (waitMs === undefined || waitMs > LONGEST_MS || waitedMs + counted > TOGETHER_MS) return response;
      waitedMs += counted;
      await waitFor(waitMs, context.signal);
    }
  };
}

async function waitFor(ms: number, signal: AbortSignal): Promise<void> {
  try {
    await sleep(ms, undefined, { signal });
  } catch (cause) {
    throw new WeftError({ class: 'cancelled', code: 'cancelled', message: 'The step was stopped while it waited for the service.', cause });
  }
}
