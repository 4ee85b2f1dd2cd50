/**
 * A request at the address of a wait. Only a POST answers, once, and in time; looking at the address does nothing, since
 * mail scanners and previews do that. Whoever comes late is told so with 200, because there is nothing for it to repeat.
 */
import { answerWait, toStoredValue } from '@weft/db';
import type { Database } from '@weft/db';
import { ERROR_CLASSES, WeftError, notFound, toStoredError } from '@weft/errors';
import type { HintQueue } from '@weft/queue';
import { hookPayload } from '../ingress/hook-payload.ts';
import type { HookHttpRequest } from '../ingress/hook-payload.ts';
import type { HookAnswer, HookReceiver } from '../ingress/receive-hook.ts';
import type { Logger } from '../logger.ts';
import { toTold } from '../runs/database-faults.ts';
import { resumeTokenHash } from './resume-token.ts';

/** What receiving takes. */
export interface AnswerMeans {
  readonly db: Database;
  readonly queue: HintQueue;
  readonly log: Logger;
  readonly now: () => number;
}

/** 256 bits in base64url. */
const TOKEN = /^[A-Za-z0-9_-]{43}$/;

/** Makes the receiver of an ingress process. */
export function createAnswerReceiver(means: AnswerMeans): HookReceiver {
  return async (token, request) => {
    try {
      return request.method === 'POST' ? await accept(means, token, request) : onlyPost();
    } catch (thrown) {
      const error = toTold(thrown);
      const policy = ERROR_CLASSES[error.class];
      if (policy.isOurFault) means.log.error('An answer to a wait could not be received', { error });
      return { status: policy.httpStatus, body: { error: toStoredError(error) } };
    }
  };
}

async function accept(means: AnswerMeans, token: string, request: HookHttpRequest): Promise<HookAnswer> {
  if (!TOKEN.test(token)) throw unknown();
  const answer = await toStoredValue(hookPayload(request, { receivedAt: new Date(means.now()) }));
  const outcome = await answerWait(means.db, { tokenHash: resumeTokenHash(token) }, { answer, by: null });
  if (outcome === 'unknown') throw unknown();
  if (outcome === 'late') return { status: 200, body: { status: 'already handled' } };
  void means.queue.ring(1);
  return { status: 200, body: { status: 'accepted' } };
}

/** The same for every token, so that it tells nothing about any. */
function onlyPost(): HookAnswer {
  const error = new WeftError({ class: 'invalid', code: 'method_refused', message: 'This address takes POST requests only.' });
  return { status: 405, body: { error: toStoredError(error) }, headers: { allow: 'POST' } };
}

function unknown(): WeftError {
  return notFound('wait_unknown', 'Nothing waits at this address.');
}
