/**
 * The web's and the ingress' side of the worker's internal server.
 */
import { WeftError, fromStoredError } from '@weft/errors';
import type { StoredError } from '@weft/errors';
import type { WorkerClient } from './contract.ts';

/** Carries the internal secret. */
export const SECRET_HEADER = 'x-weft-internal';

/** Options of {@link createWorkerClient}. */
export interface WorkerClientOptions {
  /** Such as `http://127.0.0.1:7265`. */
  readonly url: string;
  readonly secret: string;
  readonly timeoutMs?: number;
}

/** Makes a client. Its methods throw `WeftError`; `transient`, code `worker_away`, when no worker answers. */
export function createWorkerClient(options: WorkerClientOptions): WorkerClient {
  const call =
    <Request, Result>(method: keyof WorkerClient) =>
    async (request: Request): Promise<Result> =>
      (await post(options, method, request ?? {})) as Result;
  return {
    createConnection: call('createConnection'),
    updateConnection: call('updateConnection'),
    testConnection: call('testConnection'),
    beginSignIn: call('beginSignIn'),
    completeSignIn: call('completeSignIn'),
    choices: call('choices'),
    fieldValues: call('fieldValues'),
    fields: call('fields'),
    objects: call('objects'),
    examples: call('examples'),
    backlog: call('backlog'),
    tryScript: call('tryScript'),
    deactivateTrigger: call('deactivateTrigger'),
    receivePush: call('receivePush'),
    verifyHook: call('verifyHook'),
    resumeAddress: call('resumeAddress'),
    wakeTriggers: () => call<unknown, void>('wakeTriggers')({}),
  };
}

type Answer = { readonly ok: true; readonly result: unknown } | { readonly ok: false; readonly error: StoredError };

async function post(options: WorkerClientOptions, method: string, request: unknown): Promise<unknown> {
  let answer: Answer;
  try {
    const response = await fetch(`${options.url}/rpc/${method}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', [SECRET_HEADER]: options.secret },
      body: JSON.stringify(request),
      signal: AbortSignal.timeout(options.timeoutMs ?? 60_000),
    });
    // Both shapes are made by our own server.
    answer = (await response.json()) as Answer;
  } catch (cause) {
    throw new WeftError({
      class: 'transient',
      code: 'worker_away',
      message: 'No worker answers at the moment. Is the worker process running?',
      cause,
    });
  }
  if (answer.ok) return answer.result;
  throw fromStoredError(answer.error);
}
