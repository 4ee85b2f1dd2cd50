/**
 * The answer of a run to the request that started it: given once, sent when it is durable, to the process in which the
 * request waits. Should that fail, or this worker die before, that process reads it from the database.
 */
import type { ClaimedRun, StoredAnswer } from '@weft/db';
import type { StepRecord } from '@weft/engine';
import type { AnswerMode } from '@weft/workflow';
import type { RunAnswer } from '../hand-over/messages.ts';
import { endAnswer } from '../hand-over/end-answer.ts';

/** Sends an answer to where it is waited for. False when there is no way to there. */
export type SendAnswer = (peer: string, answer: RunAnswer) => boolean;

/** How a workflow's requests are answered. */
export interface ReplyPolicy {
  readonly mode: AnswerMode | undefined;
  readonly timeoutMs: number;
  /** The database's time, epoch milliseconds. */
  readonly now: () => number;
}

export class RunReply {
  readonly #run: ClaimedRun;
  readonly #policy: ReplyPolicy;
  readonly #send: SendAnswer;
  /** The one answer, and the path of the step that gave it until that is durable. */
  #given: { readonly answer: StoredAnswer; readonly path: string | undefined } | undefined;
  #isSent = false;

  constructor(run: ClaimedRun, policy: ReplyPolicy, send: SendAnswer) {
    this.#run = run;
    this.#policy = policy;
    this.#send = send;
  }

  /** Whether the end of the run is to be the answer. */
  get wantsEnd(): boolean {
    return this.#run.answerTo !== null && this.#policy.mode === 'atEnd';
  }

  /** Takes the answer of a step. Gives a note when nobody will get it, and why. */
  respond(step: { readonly path: string; readonly answer: StoredAnswer; readonly isDurable: boolean }): string | undefined {
    if (this.#run.answerTo === null || this.#policy.mode !== 'custom') return 'Nobody waits for this answer: no request started this run.';
    if (this.#given) return 'The request was answered before; only the first answer is sent.';
    const { timeoutMs, now } = this.#policy;
    if (!step.isDurable && now() > this.#run.createdAt + timeoutMs)
      return `It came too late: after ${timeoutMs / 1000} s the request was answered that the run goes on.`;
    this.#given = { answer: step.answer, path: step.path };
    if (step.isDurable) this.#deliver(step.answer);
    return undefined;
  }

  /** The path of the step among records that answers, so that the answer can be found with them. */
  pathIn(records: readonly StepRecord[]): string | undefined {
    const path = this.#given?.path;
    return path !== undefined && !this.#isSent && records.some((record) => record.path === path) ? path : undefined;
  }

  /** Records are durable: an answer that stood among them may be sent. */
  written(records: readonly StepRecord[]): void {
    if (this.#given && this.pathIn(records) !== undefined) this.#deliver(this.#given.answer);
  }

  /** What the end of the run answers, to be kept with it. Undefined when its status says it all. */
  answerOfEnd(output: unknown): StoredAnswer | undefined {
    if (!this.wantsEnd || output === undefined || output === null) return undefined;
    return endAnswer({ runId: this.#run.id, status: 'succeeded', output });
  }

  /** The end of the run is durable: whoever still waits is told of it. */
  ended(end: { readonly status: string; readonly reason: string | null; readonly output?: unknown }): void {
    if (!this.#isSent && !this.#given) this.#deliver(endAnswer({ runId: this.#run.id, ...end }));
  }

  #deliver(answer: StoredAnswer): void {
    this.#isSent = true;
    // When there is no way, the request's process finds it by itself.
    if (this.#run.answerTo !== null) this.#send(this.#run.answerTo, { runId: this.#run.id, answer });
  }
}
