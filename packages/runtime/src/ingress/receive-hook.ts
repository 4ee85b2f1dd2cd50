/**
 * A request at a hook address: found, checked, accepted, answered. It is answered with 2xx only after the run is durable.
 */
import { createHash, timingSafeEqual } from 'node:crypto';
import { findHook } from '@weft/db';
import type { Database, Hook, StoredAnswer } from '@weft/db';
import { ERROR_CLASSES, WeftError, notFound, toStoredError } from '@weft/errors';
import type { HintQueue } from '@weft/queue';
import { answerModeOf, answerTimeoutMs } from '@weft/workflow';
import type { WorkerLinks } from '../hand-over/worker-links.ts';
import type { Logger } from '../logger.ts';
import type { ReceivePushRequest, WorkerClient } from '../rpc/contract.ts';
import { acceptRuns } from '../runs/accept-runs.ts';
import { toTold } from '../runs/database-faults.ts';
import { runKeysOf } from '../triggers/run-keys.ts';
import { hookPayload } from './hook-payload.ts';
import type { HookHttpRequest } from './hook-payload.ts';
import type { AnswerDesk } from './answer-desk.ts';

/** What receiving takes. */
export interface HookMeans {
  readonly db: Database;
  readonly queue: HintQueue;
  readonly worker: WorkerClient;
  readonly links?: WorkerLinks;
  /** Where requests wait for the answers of their runs; without it all are answered at once. */
  readonly answers?: AnswerDesk;
  readonly log: Logger;
  readonly now: () => number;
}

/** The answer to a request; `body` is sent as JSON. */
export interface HookAnswer {
  readonly status: number;
  readonly body: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

export type HookReceiver = (token: string, request: HookHttpRequest) => Promise<HookAnswer>;

/** How long a look-up of an address is trusted: switching a workflow off takes effect within it. */
const TRUSTED_MS = 1000;
const MOST_KEPT = 10_000;
/** Headers in which callers name a delivery, so that one that is sent again starts no second run. */
const DELIVERY_HEADERS = ['idempotency-key', 'x-webhook-id', 'webhook-id', 'x-github-delivery', 'x-shopify-webhook-id'];

/** Makes the receiver of an ingress process. */
export function createHookReceiver(means: HookMeans): HookReceiver {
  const lookUp = cachedLookUp(means);
  return async (token, request) => {
    try {
      const hook = await lookUp(token);
      if (!hook) throw notFound('hook_unknown', 'Nobody listens at this address.');
      if (!hook.isEnabled)
        return { status: 410, body: { error: toStoredError(notFound('hook_off', 'The workflow behind this address is switched off.')) } };
      if (hook.mode === 'push') return await forward(means, hook, request);
      if (hook.mode !== 'webhook') throw notFound('hook_unknown', 'Nobody listens at this address.');
      return await accept(means, hook, request);
    } catch (thrown) {
      const error = toTold(thrown);
      const policy = ERROR_CLASSES[error.class];
      if (policy.isOurFault) means.log.error('A hook could not be received', { error });
      const body = { error: toStoredError(error) };
      return error.class === 'transient' ? later(request, body) : { status: policy.httpStatus, body };
    }
  };
}

/** Seconds after which a sender should try again. */
const LATER_S = 5;
/** Told by the header of its signature: ConnectWise sends nothing again that was answered 503, and twice what was answered 429. */
const ONLY_WHEN_THROTTLED = 'x-content-signature';

function later({ headers }: HookHttpRequest, body: unknown): HookAnswer {
  const status = headers[ONLY_WHEN_THROTTLED] === undefined ? ERROR_CLASSES.transient.httpStatus : ERROR_CLASSES.throttled.httpStatus;
  return { status, body, headers: { 'retry-after': String(LATER_S) } };
}

function cachedLookUp(means: HookMeans): (token: string) => Promise<Hook | undefined> {
  const known = new Map<string, { readonly hook: Promise<Hook | undefined>; readonly at: number }>();
  return (token) => {
    const entry = known.get(token);
    // By a clock that nobody sets back, or it would be trusted for as long as that took.
    const at = performance.now();
    if (entry && at - entry.at < TRUSTED_MS) return entry.hook;
    // Unknown addresses are remembered as well, and anyone may invent some.
    if (known.size >= MOST_KEPT) known.clear();
    const hook = findHook(means.db.pool, token);
    known.set(token, { hook, at });
    hook.catch(() => known.delete(token));
    return hook;
  };
}

async function accept(means: HookMeans, hook: Hook, request: HookHttpRequest): Promise<HookAnswer> {
  const refusal = refuse(hook, request);
  if (refusal) return refusal;
  // The secret that it is signed with is sealed, and only workers can open it.
  if (hook.connectionId !== null) await means.worker.verifyHook(forWorker(hook, request));
  const payload = hookPayload(request, { receivedAt: new Date(means.now()), keepRaw: hook.input['keepRaw'] === true });
  const ownHeader = hook.input['deliveryHeader'];
  const names = typeof ownHeader === 'string' && ownHeader !== '' ? [ownHeader.toLowerCase()] : DELIVERY_HEADERS;
  const delivery = names.map((name) => request.headers[name]).find((value) => value !== undefined && value !== '');
  const keys = await runKeysOf(hook, payload);
  const waiting = waitingFor(means, hook);
  const [run] = await acceptRuns(means, [
    {
      workspaceId: hook.workspaceId,
      workflowId: hook.workflowId,
      versionId: hook.versionId,
      origin: 'webhook',
      payload,
      ...(delivery === undefined ? {} : { dedupKey: `webhook:${hook.bindingId}:${keyPart(delivery)}` }),
      ...keys,
      ...(waiting === undefined ? {} : { answerTo: waiting.peer }),
    },
  ]);
  if (!run) throw new WeftError({ class: 'bug', code: 'not_accepted', message: 'The request was not accepted.' });
  const received = { runId: run.runId, ...(run.duplicate ? { duplicate: true } : {}) };
  if (!waiting) return { status: 202, body: received };
  const answer = await waiting.desk.wait(run.runId, { timeoutMs: waiting.timeoutMs, isOld: run.duplicate });
  return answer ? toHttp(answer) : { status: waiting.timeoutStatus, body: received };
}

/** How a request waits for the answer of its run; undefined when it is answered at once. */
function waitingFor({ answers, links }: HookMeans, { input }: Hook) {
  const mode = answerModeOf({ connector: 'webhook', operation: 'received', input });
  if (mode === 'immediately' || !answers || !links) return undefined;
  const status = Number(input['timeoutStatus'] ?? 202);
  return { desk: answers, peer: links.peer, timeoutMs: answerTimeoutMs(input), timeoutStatus: Number.isInteger(status) ? status : 202 };
}

/**
 * What a workflow says goes out under the address of our own pages: no browser may take it for one of them. Text without a
 * type is plain text.
 */
function toHttp({ status, headers, body }: StoredAnswer): HookAnswer {
  const isText = typeof body === 'string' || body === undefined;
  return {
    status,
    body: isText ? (body ?? '') : JSON.stringify(body),
    headers: {
      'content-type': isText ? 'text/plain; charset=utf-8' : 'application/json; charset=utf-8',
      ...headers,
      'content-security-policy': "default-src 'none'; sandbox",
      'x-content-type-options': 'nosniff',
    },
  };
}

/** A caller's own text becomes part of a key: its length must not matter. */
function keyPart(text: string): string {
  return text.length <= 200 ? text : createHash('sha256').update(text).digest('hex');
}

function refuse(hook: Hook, request: HookHttpRequest): HookAnswer | undefined {
  const method = typeof hook.input['method'] === 'string' ? hook.input['method'] : 'POST';
  if (method !== 'ANY' && method !== request.method) {
    const error = new WeftError({
      class: 'invalid',
      code: 'method_refused',
      message: `This address takes ${method} requests; this one was ${request.method}.`,
    });
    return { status: 405, body: { error: toStoredError(error) } };
  }
  const token = hook.input['token'];
  if (typeof token !== 'string' || token === '') return undefined;
  if (isSame(request.headers['x-weft-token'] ?? request.query['token'] ?? '', token)) return undefined;
  const error = new WeftError({
    class: 'auth',
    code: 'token_wrong',
    message: 'Send the secret token of this address in the header x-weft-token.',
  });
  return { status: 401, body: { error: toStoredError(error) } };
}

function isSame(given: string, wanted: string): boolean {
  const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(given), digest(wanted));
}

/** Vendors' deliveries are read by connector code, which only workers have. */
async function forward(means: HookMeans, hook: Hook, request: HookHttpRequest): Promise<HookAnswer> {
  const { runs } = await means.worker.receivePush(forWorker(hook, request));
  return { status: 200, body: { runs: runs.map((run) => run.runId) } };
}

function forWorker({ bindingId }: Hook, { rawBody, ...rest }: HookHttpRequest): ReceivePushRequest {
  return { bindingId, ...rest, rawBodyBase64: rawBody.toString('base64') };
}
